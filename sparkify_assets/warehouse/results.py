"""What the verbs of a warehouse return: load results, rejected records, load statistics, failing rows, the status of a table.

Put here values only.  Do not put here anything that runs a statement.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sparkify_assets.errors import SparkifyError
from sparkify_assets.lake import ObjectInfo

FilesByPartition = Mapping[str, Sequence[ObjectInfo]]
"""partition → its files, as listed"""


@dataclass(frozen=True)
class RejectedRecord:
    """A record that staging does not hold: its file and line (from 1), the reason, and its raw text (cut after 60,000 bytes)."""

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
    """derived table → its other partitions that this change affects (late songs)"""


@dataclass(frozen=True)
class PartitionLoadFailure:
    """A partition that was not loaded and keeps its previous rows.  The error names the reason and the records."""

    partition: str
    error: SparkifyError


@dataclass(frozen=True)
class RefreshResult:
    """A derived table after a refresh: rows written, and rows it holds now."""

    written: int
    rows: int
    partitions: Mapping[str, int] = field(default_factory=dict)
    """partition whose rows have changed → rows written into it: of a refreshed partition all that it holds"""
    stale: Sequence[str] = ()
    """partitions that were refreshed beside those asked for, since they were stale"""
    seconds: float = 0.0
    """of its statements, where several tables share a transaction"""


@dataclass(frozen=True)
class FailingRows:
    """Result of a data test: the number of failing rows, up to ten of them, and the query in the engine's dialect."""

    count: int
    columns: tuple[str, ...]
    sample: tuple[tuple[Any, ...], ...]
    sql: str


@dataclass(frozen=True)
class LoadStats:
    """Counts of what a partition was loaded from: files, bytes, records, rejected records."""

    files: int
    bytes: int
    records: int
    rejected: int


@dataclass(frozen=True)
class TableStatus:
    """An existing table: its rows and its age."""

    rows: int
    loaded_at: datetime | None
    """when the newest of the files that it is derived from was loaded, UTC"""
    is_stale: bool
    """whether a change of its inputs is not yet refreshed"""
