"""What a problem is, and by what one is known again."""

from typing import Literal

from pydantic import BaseModel

Severity = Literal["warning", "error"]
WARNING: Severity = "warning"
ERROR: Severity = "error"
RANK = {None: 0, WARNING: 1, ERROR: 2}


class Incident(BaseModel):
    """One thing that is wrong with one table, in one partition where it has such."""

    kind: Literal["check", "run", "day", "changed"]
    subject_key: str
    """what fails: songplays.primary_key; the step of a run; the source whose day is missing; the table whose SQL has changed"""
    partition: str | None = None
    severity: Severity
    subject: str
    """in a line, for a title: songplays 2018-11-03: primary_key"""
    text: str = ""
    """what was found, what it means; dropped once it has become a message"""
    link: str = ""
    opened_at: float
    """when it was found, in seconds of Unix time"""
    open_partitions: list[str] = []
    """of a failed run: its partitions for which the step has not succeeded since"""
    notified_severity: Severity | None = None
    """the severity people were told of; None: not yet"""

    @property
    def identity(self) -> str:
        return identity(self.kind, self.subject_key, self.partition)


def identity(kind: str, of: str, partition: str | None) -> str:
    """Two findings of the same identity are the same problem, an hour or a month apart."""
    return f"{kind} {of} {partition or ''}".rstrip()
