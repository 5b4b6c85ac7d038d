"""Whether values of rows may leave the warehouse for people: for Dagster's history, logs, alerts and messages (SPARKIFY_SHOW_ROWS).

A warehouse has one RowValues, and each of its sessions: what reads samples, quotes rejected records or repeats the engine's errors asks it.
Whatever is outside of warehouse/ gets no value that it may not pass on, except of ``Queries.fetch_all``, which the dashboard is drawn of.

Put here what is left of a text or a record without its values.  Do not put here what shows them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sparkify_assets.ingest.reasons import NOT_SHOWN, without_value
from sparkify_assets.warehouse.results import RejectedRecord


@dataclass(frozen=True)
class RowValues:
    """``shown``: whether people see values of rows; if not, they see files, lines, columns, kinds of faults and counts."""

    shown: bool = True

    def of_records(self, rejects: Iterable[RejectedRecord]) -> list[RejectedRecord]:
        """Rejected records for people: if values are hidden, without the text of the record and what the reason quotes of it."""
        return list(rejects) if self.shown else [replace(r, reason=without_value(r.reason), raw=NOT_SHOWN) for r in rejects]

    def of_error(self, error: BaseException, text: str, kind: str = "") -> str:
        """``text`` of an engine's error, which may quote a value; if values are hidden, the class of the error, or ``kind``."""
        return text if self.shown else f"{kind or type(error).__name__} (the engine's words are {NOT_SHOWN})"

    def cause(self, error: BaseException) -> BaseException | None:
        """For ``raise … from``: the error that was converted, unless its text may not be seen."""
        return error if self.shown else None


SHOWN = RowValues()
