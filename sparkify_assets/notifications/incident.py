"""An incident and its identity.

Put here the data of an incident. Do not put here when it is opened or resolved (incidents.py).
"""

from typing import Literal

from pydantic import BaseModel

Severity = Literal["warning", "error"]
WARNING: Severity = "warning"
ERROR: Severity = "error"
RANK = {None: 0, WARNING: 1, ERROR: 2}


class Incident(BaseModel):
    """Something that is wrong with one table, or with one of its partitions, or with the platform itself."""

    kind: Literal["check", "run", "day", "changed", "platform"]
    subject_key: str
    """What fails: songplays.primary_key; the step of a run; the source whose day is missing; the table whose SQL has changed; the sensor,
    daemon or queue."""
    partition: str | None = None
    severity: Severity
    subject: str
    """One line, for a title: songplays 2018-11-03: primary_key."""
    text: str = ""
    """What was found and what it means; cleared when a message contains it."""
    link: str = ""
    opened_at: float
    """When it was found, in seconds of Unix time."""
    open_partitions: list[str] = []
    """Of a failed run: its partitions for which the step has not succeeded since."""
    notified_severity: Severity | None = None
    """The severity of the last message; None: no message yet."""

    @property
    def identity(self) -> str:
        return identity(self.kind, self.subject_key, self.partition)


def identity(kind: str, of: str, partition: str | None) -> str:
    """Two findings with the same identity are the same incident, an hour or a month apart."""
    return f"{kind} {of} {partition or ''}".rstrip()
