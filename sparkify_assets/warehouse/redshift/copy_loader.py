"""Files of the lake → rows of a table: what is large is read by COPY where it lies, what is small in compacted parts.

All of it happens inside the transaction that replaces the partitions, uploads too: whoever holds the turn is the only one at work.
"""

import gzip
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sparkify_assets.lake import Lake, ObjectInfo
from sparkify_assets.lake.s3 import S3Lake
from sparkify_assets.model import Table
from sparkify_assets.warehouse.base import FilesByPartition, RejectedRecord
from sparkify_assets.warehouse.connection import LARGE_FILE_BYTES, FastPathRejected, FileLoad, PreparedFiles
from sparkify_assets.warehouse.json_prescan import BLOCK_BYTES
from sparkify_assets.warehouse.redshift.compaction import compact
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
from sparkify_assets.warehouse.redshift.json_prescan import prescan_for_copy
from sparkify_assets.warehouse.redshift.load_errors import CopyError, copy_errors
from sparkify_assets.warehouse.redshift.staging_area import StagingArea, staging_area
from sparkify_assets.warehouse.redshift.validated_parts import ValidatedPart, source_record, validated_parts

if TYPE_CHECKING:
    from sparkify_assets.warehouse.redshift.session import RedshiftSession


class CopyLoader:
    """One load's files on their way into a table."""

    def __init__(self, session: "RedshiftSession", table: Table, lake: Lake, place: StagingArea) -> None:
        self._session, self._table, self._lake, self._area = session, table, lake, place

    def fast(self, deliveries: FilesByPartition, target: str) -> Sequence[FileLoad]:
        """All of them, or Refused."""
        self._area.remove_leftovers()
        small = [(key, e) for key, entries in deliveries.items() for e in entries if not self._in_place(e)]
        files: list[FileLoad] = []
        if small:
            parts = list(compact(self._area, self._table, small, self._lake))
            files = [file for part in parts for file in part.files]
            self._copy(target, [(p.url, p.size) for p in parts], True, None, sum(f.records for f in files))
        for partition, entries in deliveries.items():
            for packed in (False, True):
                if large := [e for e in entries if self._in_place(e) and e.key.endswith(".gz") is packed]:
                    files += self._copy_in_place(target, partition, large, packed)
        return files

    def validated(self, parts: Sequence[ValidatedPart], target: str) -> Sequence[FileLoad]:
        """Parts of sound records; those that COPY refuses all the same become rejects."""
        self._area.remove_leftovers()
        urls = [self._area.write("sifted.json.gz", [part.path.read_bytes()]) for part in parts]
        files = [file for part in parts for file in part.files]
        sound = sum(f.records - len(f.rejects) for f in files)
        if not sound:
            return files
        rows = self._copy(target, urls, True, None, None)
        if rows == sound:
            return files
        errors = copy_errors(self._session, [url for url, _ in urls], sound - rows)
        by_url = {url: part for (url, _), part in zip(urls, parts, strict=True)}
        refused: dict[str, list[RejectedRecord]] = {}
        for error in errors:
            file, number = by_url[error.url].locate(error.line)
            refused.setdefault(file.entry.key, []).append(self._reject(file.entry, number, error))
        return [replace(f, rejects=(*f.rejects, *refused.get(f.entry.key, ()))) for f in files]

    def _copy_in_place(self, target: str, partition: str, entries: Sequence[ObjectInfo], packed: bool) -> Sequence[FileLoad]:
        """COPY reads them while they are looked through here; both have read what was listed, or the load fails."""
        with ThreadPoolExecutor(1) as looker, tempfile.TemporaryDirectory(prefix="sparkify-") as folder:
            looking = looker.submit(lambda: [self._prescan(partition, e, packed, Path(folder)) for e in entries])
            rows = self._copy(target, [(self._lake.uri(e.key), e.size) for e in entries], packed, partition, None)
            files = looking.result()
        if rows != (sent := sum(f.records for f in files)):
            raise FastPathRejected(f"{sent} records in the files, {rows} read by COPY")
        return files

    def _prescan(self, partition: str, entry: ObjectInfo, packed: bool, folder: Path) -> FileLoad:
        path = self._lake.as_local_file(entry, folder)
        assert path is not None
        records = 0
        try:
            with gzip.open(path) if packed else path.open("rb") as file:
                while lines := file.readlines(BLOCK_BYTES):
                    here, doubtful = prescan_for_copy(lines, self._table)
                    if doubtful:
                        raise FastPathRejected("a record that must be judged one by one")
                    records += here
        except (EOFError, gzip.BadGzipFile, zlib.error) as e:
            raise FastPathRejected(f"{entry.key}: {e}") from e
        path.unlink()
        return FileLoad(partition, entry, records)

    def _copy(self, target: str, files: Sequence[tuple[str, int]], packed: bool, partition: str | None, expected: int | None) -> int:
        """Rows that COPY has read and that are in the target now.  Raises Refused."""
        session, table, named = self._session, self._table, partition is None
        copy = CopyStatement(
            self._area.write("manifest.json", [manifest(files)])[0],
            self._area.write("jsonpaths.json", [jsonpaths(table, named)])[0],
            session.target.iam_role,
            session.stage.region,
            packed,
            tolerant=named and expected is None,
        )
        session.execute(create_landing(table))
        session.execute(copy.into(LANDING_TABLE, landing_columns(table, named)))
        rows = session.copied()
        if expected is not None and rows != expected:
            raise FastPathRejected(f"{expected} records in the files, {rows} read by COPY")
        if unsound := session.execute(count_invalid(table))[0][0]:
            raise FastPathRejected(f"{unsound} records that do not fit")
        session.execute(insert_landed(table, target, named), [] if partition is None else [partition])
        session.drop_temporary(LANDING_TABLE)
        return rows

    def _reject(self, entry: ObjectInfo, number: int, error: CopyError) -> RejectedRecord:
        line, raw = source_record(self._lake, entry, self._table, number)
        column = staging_column(self._table, error.column)
        return RejectedRecord(entry.key, line, column, f"refused by COPY: {error.reason} (error {error.code})", raw)

    def _in_place(self, entry: ObjectInfo) -> bool:
        return entry.size >= LARGE_FILE_BYTES and isinstance(self._lake, S3Lake)

    def verify_unchanged(self, deliveries: FilesByPartition) -> None:
        for entries in deliveries.values():
            for entry in entries:
                if self._in_place(entry):  # was it the same object all along?
                    self._lake.verify_unchanged(entry)


@contextmanager
def prepare_files(session: "RedshiftSession", table: Table, deliveries: FilesByPartition, lake: Lake) -> Iterator[PreparedFiles]:
    with staging_area(session.stage, str(session.target), session.notify) as place:
        filling = CopyLoader(session, table, lake, place)
        yield PreparedFiles(lambda target: filling.fast(deliveries, target), lambda: filling.verify_unchanged(deliveries))


@contextmanager
def validate_files(session: "RedshiftSession", table: Table, deliveries: FilesByPartition, lake: Lake) -> Iterator[PreparedFiles]:
    with (
        staging_area(session.stage, str(session.target), session.notify) as place,
        tempfile.TemporaryDirectory(prefix="sparkify-") as folder,
    ):
        parts = [p for key, entries in deliveries.items() for p in validated_parts(table, key, entries, lake, Path(folder))]
        filling = CopyLoader(session, table, lake, place)
        files = [file for part in parts for file in part.files]
        yield PreparedFiles(lambda target: filling.validated(parts, target), _nothing, files)


def _nothing() -> None:
    """Each file was read in the version listed."""
