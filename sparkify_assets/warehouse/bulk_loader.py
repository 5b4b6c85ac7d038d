"""Interface of the engines' bulk loaders: files of the lake into a table, by the fast path or the slow path; rows of ours by the thousand.

Put here the interface and its values.  The implementations are duckdb/bulk_load.py and redshift/copy_loader.py.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from sparkify_assets.ingest import ValidationResult
from sparkify_assets.lake import Lake, ObjectInfo
from sparkify_assets.model import Table
from sparkify_assets.warehouse.results import FilesByPartition, RejectedRecord

LARGE_FILE_BYTES = 1 << 20
"""a file of this size or more is read in place, or from the copy that the lake makes; it is never held in memory"""


class FastPathRejected(Exception):
    """The strict scan of the fast path failed.  It does not name the record well enough; the slow path does."""


@dataclass(frozen=True)
class FileLoad:
    """A file of the lake: its partition and its records, valid or rejected."""

    partition: str
    entry: ObjectInfo
    records: int
    rejects: tuple[RejectedRecord, ...] = ()
    may_be_many: RejectedRecord | None = None
    """the first of ``rejects`` that may stand for several records"""

    @classmethod
    def from_validation(cls, partition: str, entry: ObjectInfo, result: ValidationResult) -> "FileLoad":
        """A file that the slow path has validated."""
        rejects = tuple(RejectedRecord(entry.key, r.line, r.column, r.reason, r.raw) for r in result.rejected)
        many = next((reject for reject, r in zip(rejects, result.rejected, strict=True) if r.may_be_many), None)
        return cls(partition, entry, result.records, rejects, many)


@dataclass(frozen=True)
class PreparedFiles:
    """Files that are ready for one scan."""

    insert: Callable[[str], Sequence[FileLoad]]
    """insert the valid records into a table, with its partition column; raises FastPathRejected, LakeError"""
    verify_unchanged: Callable[[], None]
    """raises LakeError when a file is no longer the version that was listed"""
    validated: Sequence[FileLoad] = ()
    """the files, where the slow path has validated each record"""


class BulkLoader(Protocol):
    """How an engine gets files and rows into a table."""

    def prepare_files(self, table: Table, files: FilesByPartition, lake: Lake) -> AbstractContextManager[PreparedFiles]:
        """Fast path: one strict scan, all or nothing."""
        ...

    def validate_files(self, table: Table, files: FilesByPartition, lake: Lake) -> AbstractContextManager[PreparedFiles]:
        """Slow path: each record is validated; the valid ones are scanned, the others are in ``PreparedFiles.validated``."""
        ...

    def insert_rows(self, table: Table, columns: Sequence[Sequence[Any]]) -> None:
        """Append rows that are given column by column, in the table's order."""
        ...
