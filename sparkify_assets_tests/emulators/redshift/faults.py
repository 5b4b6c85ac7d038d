"""Faults that tests order: what fails, at which statement, how often.

Put here the definition and counting of faults. Do not put here their effect (deeds.py).
"""

import re
from dataclasses import asdict, dataclass, field
from typing import Any

from sparkify_assets_tests.emulators.redshift.errors import ServerError

CONFLICT = "could not complete because of conflict with concurrent transaction"


@dataclass(frozen=True)
class Fault:
    """The server does ``do`` at the next ``times`` statements of a kind, after the first ``skip``.

    ``do`` is one of

    - ``error``: the statement fails with ``message``, ``code`` and ``detail``, and has no effect;
    - ``drop_before``: the connection is lost before the statement begins;
    - ``drop_during``: it is lost while the statement runs (COPY: after the first rows). As on Redshift, an open transaction is rolled
      back, and a statement outside a transaction runs to its end; COMMIT is executed;
    - ``drop_after``: the statement is executed, and the client gets no answer;
    - ``hang``: it does not end before statement_timeout, a cancel request, or the end of the client;
    - ``status``: at ``s3`` only: S3 answers with ``message`` (403, 404);
    - ``slow``: at ``s3`` only: S3 takes ``seconds``.
    """

    at: str
    """First word of the statement in lower case (copy, commit, begin, delete …), ``any``, ``connect`` (log-in) or ``s3`` (COPY's reads)."""
    do: str = "error"
    times: int = 1
    skip: int = 0
    match: str = ""
    """Regular expression, searched for in the statement, or in "s3://bucket/key"."""
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
    """The error of the losing transaction under SNAPSHOT isolation."""
    return Fault(at, "error", message=CONFLICT, **more)


def log_in_fault(**more: Any) -> Fault:
    """Any password is rejected."""
    return Fault("connect", "error", message='password authentication failed for user "awsuser"', code="28000", **more)


@dataclass
class _Ordered:
    fault: Fault
    left: int
    to_skip: int


@dataclass
class FaultBook:
    """Faults that were ordered and are pending, and faults that have occurred."""

    _ordered: list[_Ordered] = field(default_factory=list)
    fired: list[str] = field(default_factory=list)
    """One entry for each, such as "copy: drop_during"."""

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
