"""Redshift's bulk loader: COPY reads large files in place and small ones in compacted parts; rows of ours use INSERT or COPY.

Files are prescanned, compacted and uploaded before the transaction that replaces their partitions; COPY runs inside it. So the write lock
is held for as long as Redshift works.

Put here how files become rows on Redshift.  Do not put here the SQL of COPY (copy_statement.py) or what a load records.
"""

import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sparkify_assets.lake import Lake, ObjectInfo
from sparkify_assets.lake.s3 import S3Lake
from sparkify_assets.model import Table
from sparkify_assets.warehouse.bulk_loader import LARGE_FILE_BYTES, FastPathRejected, FileLoad, PreparedFiles
from sparkify_assets.warehouse.redshift.compaction import compact
from sparkify_assets.warehouse.redshift.connection import RedshiftConnection
from sparkify_assets.warehouse.redshift.copy_prescan import CopyPrescan
from sparkify_assets.warehouse.redshift.copy_statement import (
    LANDING_TABLE,
    CopyStatement,
    count_invalid,
    create_landing,
    insert_landed,
    jsonpaths,
    landing_columns,
    manifest,
    staging_column,
)
from sparkify_assets.warehouse.redshift.insert_rows import insert_rows
from sparkify_assets.warehouse.redshift.load_errors import CopyError, copy_errors, has_sys_views
from sparkify_assets.warehouse.redshift.staging_area import StagingArea, staging_area
from sparkify_assets.warehouse.redshift.validated_parts import ValidatedPart, source_record, validated_parts
from sparkify_assets.warehouse.results import FilesByPartition, RejectedRecord

PRESCANS_AT_ONCE = 4
"""large files that are downloaded and prescanned side by side"""


class RedshiftBulkLoader:
    """Loads files and rows through one connection; ``stage`` is the lake in whose bucket files are staged for COPY."""

    def __init__(self, sql: RedshiftConnection, stage: S3Lake) -> None:
        self._sql, self._stage = sql, stage
        self._sys_views: bool | None = None

    def insert_rows(self, table: Table, columns: Sequence[Sequence[Any]]) -> None:
        insert_rows(self._sql, self._stage, table, columns)

    @contextmanager
    def prepare_files(self, table: Table, files: FilesByPartition, lake: Lake) -> Iterator[PreparedFiles]:
        with closing(CopyPrescan(table)) as prescan, staging_area(self._stage, str(self._sql.target), self._sql.notify) as area:
            load = CopyLoad(self._sql, area, table, lake)
            loads = load.stage(files, prescan)
            yield PreparedFiles(lambda target: load.fast(target, loads), lambda: load.verify_unchanged(files))

    @contextmanager
    def validate_files(self, table: Table, files: FilesByPartition, lake: Lake) -> Iterator[PreparedFiles]:
        if self._sys_views is None:
            self._sys_views = has_sys_views(self._sql)
        sys_views = self._sys_views
        with (
            staging_area(self._stage, str(self._sql.target), self._sql.notify) as area,
            tempfile.TemporaryDirectory(prefix="sparkify-") as folder,
        ):
            parts = [p for key, entries in files.items() for p in validated_parts(table, key, entries, lake, Path(folder))]
            load = CopyLoad(self._sql, area, table, lake)
            loads = [file for part in parts for file in part.files]
            load.stage_validated(parts)
            # nothing to verify: each file was read in the listed version
            yield PreparedFiles(lambda target: load.validated(parts, target, sys_views), lambda: None, loads)


@dataclass(frozen=True)
class StagedCopy:
    """A COPY whose manifest is uploaded."""

    statement: CopyStatement
    partition: str | None
    """of its files; None: each record names its own"""
    expected: int | None
    """rows that it must read; None: it may reject records"""


class CopyLoad:
    """The files of one load, into one table: staged first, then copied, as often as the transaction is tried."""

    def __init__(self, sql: RedshiftConnection, area: StagingArea, table: Table, lake: Lake) -> None:
        self._sql, self._area, self._table, self._lake = sql, area, table, lake
        self._copies: list[StagedCopy] = []
        self._urls: list[tuple[str, int]] = []

    def stage(self, by_partition: FilesByPartition, prescan: CopyPrescan) -> Sequence[FileLoad]:
        """Fast path: make all files ready for COPY, or raise FastPathRejected or LakeError.  Returns them with their records."""
        large = _prescanned(prescan, by_partition, self._lake)
        small = [(key, e) for key, entries in by_partition.items() for e in entries if not _in_place(e, self._lake)]
        files: list[FileLoad] = []
        if small:
            parts = list(compact(self._area, prescan, small, self._lake))
            files = [file for part in parts for file in part.files]
            self._stage_copy([(p.url, p.size) for p in parts], True, None, sum(f.records for f in files))
        for partition in by_partition:
            for packed in (False, True):
                if together := [f for f in large if f.partition == partition and _is_packed(f.entry) is packed]:
                    urls = [(self._lake.uri(f.entry.key), f.entry.size) for f in together]
                    self._stage_copy(urls, packed, partition, sum(f.records for f in together))
        return [*files, *large]

    def fast(self, target: str, loads: Sequence[FileLoad]) -> Sequence[FileLoad]:
        """Copy what stage() has returned, or raise FastPathRejected."""
        for copy in self._copies:
            self._copy(target, copy)
        return loads

    def stage_validated(self, parts: Sequence[ValidatedPart]) -> None:
        """Slow path: upload parts of valid records."""
        if any(f.records > len(f.rejects) for part in parts for f in part.files):
            self._urls = [self._area.write("valid.json.gz", [part.path.read_bytes()]) for part in parts]
            self._stage_copy(self._urls, True, None, None)

    def validated(self, parts: Sequence[ValidatedPart], target: str, sys_views: bool) -> Sequence[FileLoad]:
        """Copy what stage_validated() has uploaded.  A record that COPY still rejects becomes a rejected record."""
        files = [file for part in parts for file in part.files]
        valid = sum(f.records - len(f.rejects) for f in files)
        rows = sum(self._copy(target, copy) for copy in self._copies)
        if rows == valid:
            return files
        errors = copy_errors(self._sql, sys_views, [url for url, _ in self._urls], valid - rows)
        by_url = {url: part for (url, _), part in zip(self._urls, parts, strict=True)}
        rejected: dict[str, list[RejectedRecord]] = {}
        for error in errors:
            file, number = by_url[error.url].locate(error.line)
            rejected.setdefault(file.entry.key, []).append(self._reject(file.entry, number, error))
        return [replace(f, rejects=(*f.rejects, *rejected.get(f.entry.key, ()))) for f in files]

    def _stage_copy(self, files: Sequence[tuple[str, int]], packed: bool, partition: str | None, expected: int | None) -> None:
        named = partition is None
        statement = CopyStatement(
            self._area.write("manifest.json", [manifest(files)])[0],
            self._area.write("jsonpaths.json", [jsonpaths(self._table, named)])[0],
            self._sql.target.iam_role,
            self._area.stage.region,
            packed,
            tolerant=named and expected is None,
        )
        self._copies.append(StagedCopy(statement, partition, expected))

    def _copy(self, target: str, copy: StagedCopy) -> int:
        """Copy files into the target; returns the number of rows.  Raises FastPathRejected."""
        table, named = self._table, copy.partition is None
        with self._sql.temporary(LANDING_TABLE, create_landing(table)):
            self._sql.execute(copy.statement.into(LANDING_TABLE, landing_columns(table, named)))
            rows = self._sql.run_named("last_copy_count")[0][0]
            if copy.expected is not None and rows != copy.expected:
                raise FastPathRejected(f"{copy.expected} records in the files, {rows} read by COPY")
            if invalid := self._sql.execute(count_invalid(table))[0][0]:
                raise FastPathRejected(f"{invalid} records that do not fit")
            self._sql.execute(insert_landed(table, target, named), [] if copy.partition is None else [copy.partition])
        return rows

    def _reject(self, entry: ObjectInfo, number: int, error: CopyError) -> RejectedRecord:
        line, raw = source_record(self._lake, entry, self._table, number)
        column = staging_column(self._table, error.column)
        return RejectedRecord(entry.key, line, column, f"rejected by COPY: {error.reason} (error {error.code})", raw)

    def verify_unchanged(self, by_partition: FilesByPartition) -> None:
        for entries in by_partition.values():
            for entry in entries:
                if _in_place(entry, self._lake):
                    self._lake.verify_unchanged(entry)


def _prescanned(prescan: CopyPrescan, by_partition: FilesByPartition, lake: Lake) -> Sequence[FileLoad]:
    """The files that COPY reads in place, prescanned in a local copy: before the transaction begins, several at once.

    The load fails unless COPY reads as many records and the files are still the listed versions afterwards.
    """
    large = [(partition, e) for partition, entries in by_partition.items() for e in entries if _in_place(e, lake)]
    if not large:
        return []

    def count(partition: str, entry: ObjectInfo) -> FileLoad:
        path = lake.as_local_file(entry, Path(folder))
        assert path is not None
        try:
            return FileLoad(partition, entry, prescan.count(path, _is_packed(entry)))
        finally:
            path.unlink()

    with tempfile.TemporaryDirectory(prefix="sparkify-") as folder, ThreadPoolExecutor(PRESCANS_AT_ONCE) as pool:
        return list(pool.map(count, *zip(*large, strict=True)))


def _in_place(entry: ObjectInfo, lake: Lake) -> bool:
    return entry.size >= LARGE_FILE_BYTES and isinstance(lake, S3Lake)


def _is_packed(entry: ObjectInfo) -> bool:
    return entry.key.endswith(".gz")
