"""Faults that a test orders of the server: what goes wrong, at which statement, how often."""

import re
from dataclasses import asdict, dataclass, field
from typing import Any

from sparkify_assets_tests.emulators.redshift.errors import ServerError

CONFLICT = "could not complete because of conflict with concurrent transaction"


@dataclass(frozen=True)
class Fault:
    """The server does ``do`` at the next ``times`` statements of a kind, after letting ``skip`` pass.

    ``do`` is one of

    - ``error``: the statement fails with ``message``, ``code`` and ``detail``; nothing of it happens;
    - ``drop_before``: the connection is lost before the statement begins;
    - ``drop_during``: it is lost while the statement runs (COPY: after the first rows).  As on Redshift a transaction that was
      begun is rolled back, and what runs without one goes on to its end; COMMIT is carried out;
    - ``drop_after``: the statement is carried out, and the client never hears;
    - ``hang``: it does not end before statement_timeout, a cancel request, or the end of the client;
    - ``status``: at ``s3`` only: S3 answers with ``message`` (403, 404);
    - ``slow``: at ``s3`` only: S3 takes ``seconds``.
    """

    at: str
    """first word of the statement in lower case (copy, commit, begin, delete …), ``any``, ``connect`` (log-in) or ``s3`` (COPY's reads)"""
    do: str = "error"
    times: int = 1
    skip: int = 0
    match: str = ""
    """regular expression, searched for in the statement, or in "s3://bucket/key" """
    message: str = "1023"
    code: str = "XX000"
    detail: str = ""
    seconds: float = 0

    def error(self) -> ServerError:
        detail = self.detail
        if self.message == "1023" and not detail:
            detail = "Serializable isolation violation on table - 123456, transactions forming the cycle are: 1, 2 (pid:1)"
        return ServerError(self.message, self.code, detail)


def serialization_fault(at: str, **more: Any) -> Fault:
    """Error 1023 at a statement."""
    return Fault(at, "error", **more)


def conflict_fault(at: str, **more: Any) -> Fault:
    """What a loser hears under SNAPSHOT isolation."""
    return Fault(at, "error", message=CONFLICT, **more)


def log_in_fault(**more: Any) -> Fault:
    """The password is refused, whatever it is."""
    return Fault("connect", "error", message='password authentication failed for user "awsuser"', code="28000", **more)


@dataclass
class _Ordered:
    fault: Fault
    left: int
    to_skip: int


@dataclass
class FaultBook:
    """What was ordered and is still to come, and what has come."""

    _ordered: list[_Ordered] = field(default_factory=list)
    fired: list[str] = field(default_factory=list)
    """one for each: "copy: drop_during" """

    def order(self, given: dict[str, Any]) -> None:
        fault = Fault(**given)
        self._ordered.append(_Ordered(fault, fault.times, fault.skip))

    def clear(self) -> None:
        self._ordered.clear()
        self.fired.clear()

    def next(self, at: str, what: str) -> Fault | None:
        """The fault for this event, if there is one; it is counted."""
        for ordered in self._ordered:
            fault = ordered.fault
            fits = fault.at == at or (fault.at == "any" and at not in ("connect", "s3"))
            if not ordered.left or not fits or not re.search(fault.match, what, re.DOTALL):
                continue
            if ordered.to_skip:
                ordered.to_skip -= 1
                continue
            ordered.left -= 1
            self.fired.append(f"{at}: {fault.do}")
            return fault
        return None


def as_order(fault: Fault) -> dict[str, Any]:
    return asdict(fault)
