"""What a warehouse does for the platform: the verbs, and what each answers.  Engines implement it; nothing here knows one."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from sparkify_assets.errors import SparkifyError
from sparkify_assets.lake import Lake, ObjectInfo
from sparkify_assets.model import Check, Table
from sparkify_assets.warehouse.query_result import QueryResult

if TYPE_CHECKING:
    import pandas

FilesByPartition = Mapping[str, Sequence[ObjectInfo]]
"""partition → its files, as listed"""


@dataclass(frozen=True)
class RejectedRecord:
    """A record that staging does not hold: where it lies (line from 1), why, and the record itself (cut after 60,000 bytes)."""

    file_key: str
    line: int
    column: str | None
    reason: str
    raw: str

    def __str__(self) -> str:
        return f"{self.file_key}:{self.line}: {self.reason}"


@dataclass(frozen=True)
class PartitionLoadResult:
    """One partition of a staging table, loaded from exactly the files of one listing."""

    partition: str
    files: int
    bytes: int
    records: int
    rows: int
    rejects: tuple[RejectedRecord, ...] = ()
    affected_partitions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """derived table → its other partitions that this change concerns (late songs)"""


@dataclass(frozen=True)
class PartitionLoadFailure:
    """A partition that was not loaded: what was there stays.  The error says why, and which records."""

    partition: str
    error: SparkifyError


@dataclass(frozen=True)
class RefreshResult:
    """A derived table after a refresh: rows written, rows it now holds, and its partitions whose rows changed."""

    written: int
    rows: int
    partitions: frozenset[str]


@dataclass(frozen=True)
class FailingRows:
    """What a check found: how many rows break the promise, up to ten of them, and the query in the engine's words."""

    count: int
    columns: tuple[str, ...]
    sample: tuple[tuple[Any, ...], ...]
    sql: str


@dataclass(frozen=True)
class LoadStats:
    """What a partition was loaded from, counted."""

    files: int
    bytes: int
    records: int
    rejected: int


@dataclass(frozen=True)
class TableStatus:
    """A table that is there: how many rows, and how old."""

    rows: int
    loaded_at: datetime | None
    """when the newest of the files that it follows from was loaded, UTC"""
    is_stale: bool
    """whether a change that it follows from has not reached it yet"""


class Session(Protocol):
    """An open warehouse.  Each verb is one transaction: it happens whole or not at all."""

    def load(
        self, table: Table, deliveries: FilesByPartition, lake: Lake, run_id: str, max_rejected: int
    ) -> Iterator[PartitionLoadResult | PartitionLoadFailure]:
        """Make each partition hold the records of exactly its files, whole or not at all; one that cannot be stops no other.

        Yields one answer a partition, in order, each after its transaction has ended."""
        ...

    def refresh(self, table: Table, partitions: Sequence[str]) -> RefreshResult:
        """Make the rows these partitions account for what the definition gives; a table without partitions is made anew."""
        ...

    def rebuild(self, table: Table) -> RefreshResult:
        """Make the whole table what its definition gives."""
        ...

    def failing_rows(self, check: Check, table: Table, partitions: Sequence[str] | None = None) -> FailingRows:
        """Rows that break a promise, among these partitions of the table (None: all)."""
        ...

    def row_counts(self, table: Table, partitions: Sequence[str]) -> Mapping[str, int]:
        """Rows by partition."""
        ...

    def count_by_value(self, table: Table, column: str) -> Mapping[str, Mapping[Any, int]]:
        """Partition → value of the column (None: null) → rows."""
        ...

    def row_count(self, table: Table) -> int: ...

    def max_value(self, table: Table, column: str) -> Any:
        """The largest value of the column; None in an empty table."""
        ...

    def fetch_all(self, table: Table) -> list[dict[str, Any]]:
        """Every row, column by name, in no order: of a table that is small, such as a report."""
        ...

    def sample_rows(self, table: Table, limit: int) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
        """Column names and some rows, for people to look at."""
        ...

    def sample_rows_by_partition(self, table: Table, partitions: Sequence[str], limit: int) -> Mapping[str, list[tuple[Any, ...]]]:
        """Partition → some of its rows; one without rows is left out."""
        ...

    def load_stats(self, table: Table) -> Mapping[str, LoadStats]:
        """Partition → what it was loaded from."""
        ...

    def fingerprints(self, table: Table) -> Mapping[str, str]:
        """Partition → the fingerprint of the listing it was loaded from (lake/inventory.py)."""
        ...

    def rejected_records(self, table: Table, partitions: Sequence[str]) -> Sequence[RejectedRecord]:
        """Rejected records kept with these partitions (at most ten)."""
        ...

    def stale_partitions(self) -> Mapping[str, frozenset[str]]:
        """Table → partitions ('' for a table without) that a committed change still owes a refresh; of staging: a load."""
        ...

    def changed_tables(self) -> frozenset[str]:
        """Tables whose code has changed since their rows were made."""
        ...

    def load_state(self) -> str:
        """What changes with every load and every reset, and goes back with a backup: to see that nothing has happened since."""
        ...


class Warehouse(Protocol):
    """A warehouse that can be opened.  One process writes at a time; others wait their turn."""

    engine: str

    @property
    def location(self) -> str:
        """Where it is, for people."""
        ...

    def session(self, purpose: str = "") -> AbstractContextManager[Session]:
        """Open it for writing, with every table there and as declared.  Raises WarehouseError.

        ``purpose`` says what for (asset, partitions, run), to whoever looks at the engine's own log."""
        ...

    def read_session(self) -> "AbstractContextManager[Session | None]":
        """Open it to read only, for a look that does not wait long; None where there is no warehouse yet.

        Raises WarehouseInUseError where somebody writes to it."""
        ...

    def query_frame(self, sql: str) -> "pandas.DataFrame":
        """Run a SELECT, read-only.  Raises WarehouseError with the engine's words."""
        ...

    def query(self, sql: str) -> QueryResult:
        """As query; in Python's own values, to the last digit."""
        ...

    def execute(self, sql: str) -> QueryResult:
        """Run statements as one transaction; the answer of the last.  Raises WarehouseError, and then nothing has changed."""
        ...

    def reset(self, only_drop: bool = False) -> None:
        """Drop every table that the platform has made, and make them anew, empty; ``only_drop``: do not make them anew.

        Raises WarehouseError where a table of the name of one of them is another's; then nothing has changed."""
        ...

    def table_statuses(self) -> Mapping[str, TableStatus]:
        """Table of the platform → what it holds, of those that are there; read only."""
        ...

    def blocked(self) -> Mapping[str, str]:
        """Table that is other than its table.sql declares → how; nothing reads or writes it until it is rebuilt."""
        ...

    def rebuild(self, tables: Sequence[Table]) -> None:
        """Make these tables as declared, and owe them everything: derived ones a refresh, staging ones a load of every partition."""
        ...

    def orphans(self) -> list[str]:
        """Tables that the platform has made and no folder describes any more."""
        ...

    def drop_orphans(self) -> list[str]:
        """Drop these; returns their names."""
        ...

    def tables_in_old_schema(self) -> str | None:
        """Tables that an earlier version of the platform has made in another place, and what to do about them, for people."""
        ...

    def full_name(self, table: Table) -> str:
        """The table's full name, for people."""
        ...
