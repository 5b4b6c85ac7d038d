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

from sparkify_assets.lake import Entry, Lake
from sparkify_assets.lake.s3 import S3Lake
from sparkify_assets.model import Table
from sparkify_assets.warehouse.doubts import BLOCK_BYTES
from sparkify_assets.warehouse.engine import IN_PLACE_BYTES, Prepared, ReadFile, Refused
from sparkify_assets.warehouse.protocol import Deliveries, Reject
from sparkify_assets.warehouse.redshift.area import Area, area
from sparkify_assets.warehouse.redshift.compaction import compacted
from sparkify_assets.warehouse.redshift.copying import (
    LANDING,
    Copy,
    count_unsound,
    create_landing,
    declared,
    insert_landed,
    jsonpaths,
    landed,
    manifest,
)
from sparkify_assets.warehouse.redshift.doubts import look
from sparkify_assets.warehouse.redshift.load_errors import CopyError, errors_of
from sparkify_assets.warehouse.redshift.sifting import SiftedPart, original, sifted

if TYPE_CHECKING:
    from sparkify_assets.warehouse.redshift.session import RedshiftSession


class Filling:
    """One load's files on their way into a table."""

    def __init__(self, session: "RedshiftSession", table: Table, lake: Lake, place: Area) -> None:
        self._session, self._table, self._lake, self._area = session, table, lake, place

    def quickly(self, deliveries: Deliveries, target: str) -> Sequence[ReadFile]:
        """All of them, or Refused."""
        self._area.clear_others()
        small = [(key, e) for key, entries in deliveries.items() for e in entries if not self._in_place(e)]
        files: list[ReadFile] = []
        if small:
            parts = list(compacted(self._area, self._table, small, self._lake))
            files = [file for part in parts for file in part.files]
            self._copy(target, [(p.url, p.size) for p in parts], True, None, sum(f.records for f in files))
        for partition, entries in deliveries.items():
            for packed in (False, True):
                if large := [e for e in entries if self._in_place(e) and e.key.endswith(".gz") is packed]:
                    files += self._where_they_lie(target, partition, large, packed)
        return files

    def judged(self, parts: Sequence[SiftedPart], target: str) -> Sequence[ReadFile]:
        """Parts of sound records; those that COPY refuses all the same become rejects."""
        self._area.clear_others()
        urls = [self._area.write("sifted.json.gz", [part.path.read_bytes()]) for part in parts]
        files = [file for part in parts for file in part.files]
        sound = sum(f.records - len(f.rejects) for f in files)
        if not sound:
            return files
        rows = self._copy(target, urls, True, None, None)
        if rows == sound:
            return files
        errors = errors_of(self._session, [url for url, _ in urls], sound - rows)
        by_url = {url: part for (url, _), part in zip(urls, parts, strict=True)}
        refused: dict[str, list[Reject]] = {}
        for error in errors:
            file, number = by_url[error.url].place(error.line)
            refused.setdefault(file.entry.key, []).append(self._reject(file.entry, number, error))
        return [replace(f, rejects=(*f.rejects, *refused.get(f.entry.key, ()))) for f in files]

    def _where_they_lie(self, target: str, partition: str, entries: Sequence[Entry], packed: bool) -> Sequence[ReadFile]:
        """COPY reads them while they are looked through here; both have read what was listed, or the load fails."""
        with ThreadPoolExecutor(1) as looker, tempfile.TemporaryDirectory(prefix="sparkify-") as folder:
            looking = looker.submit(lambda: [self._look(partition, e, packed, Path(folder)) for e in entries])
            rows = self._copy(target, [(self._lake.uri(e.key), e.size) for e in entries], packed, partition, None)
            files = looking.result()
        if rows != (sent := sum(f.records for f in files)):
            raise Refused(f"{sent} records in the files, {rows} read by COPY")
        return files

    def _look(self, partition: str, entry: Entry, packed: bool, folder: Path) -> ReadFile:
        path = self._lake.local(entry, folder)
        assert path is not None
        records = 0
        try:
            with gzip.open(path) if packed else path.open("rb") as file:
                while lines := file.readlines(BLOCK_BYTES):
                    here, doubtful = look(lines, self._table)
                    if doubtful:
                        raise Refused("a record that must be judged one by one")
                    records += here
        except (EOFError, gzip.BadGzipFile, zlib.error) as e:
            raise Refused(f"{entry.key}: {e}") from e
        path.unlink()
        return ReadFile(partition, entry, records)

    def _copy(self, target: str, files: Sequence[tuple[str, int]], packed: bool, partition: str | None, expected: int | None) -> int:
        """Rows that COPY has read and that are in the target now.  Raises Refused."""
        session, table, named = self._session, self._table, partition is None
        copy = Copy(
            self._area.write("manifest.json", [manifest(files)])[0],
            self._area.write("jsonpaths.json", [jsonpaths(table, named)])[0],
            session.target.iam_role,
            session.stage.region,
            packed,
            tolerant=named and expected is None,
        )
        session.execute(create_landing(table))
        session.execute(copy.into(LANDING, landed(table, named)))
        rows = session.copied()
        if expected is not None and rows != expected:
            raise Refused(f"{expected} records in the files, {rows} read by COPY")
        if unsound := session.execute(count_unsound(table))[0][0]:
            raise Refused(f"{unsound} records that do not fit")
        session.execute(insert_landed(table, target, named), [] if partition is None else [partition])
        session.drop_temporary(LANDING)
        return rows

    def _reject(self, entry: Entry, number: int, error: CopyError) -> Reject:
        line, raw = original(self._lake, entry, self._table, number)
        column = declared(self._table, error.column)
        return Reject(entry.key, line, column, f"refused by COPY: {error.reason} (error {error.code})", raw)

    def _in_place(self, entry: Entry) -> bool:
        return entry.size >= IN_PLACE_BYTES and isinstance(self._lake, S3Lake)

    def confirm(self, deliveries: Deliveries) -> None:
        for entries in deliveries.values():
            for entry in entries:
                if self._in_place(entry):  # was it the same object all along?
                    self._lake.confirm(entry)


@contextmanager
def prepare(session: "RedshiftSession", table: Table, deliveries: Deliveries, lake: Lake) -> Iterator[Prepared]:
    with area(session.stage, str(session.target), session.tell) as place:
        filling = Filling(session, table, lake, place)
        yield Prepared(lambda target: filling.quickly(deliveries, target), lambda: filling.confirm(deliveries))


@contextmanager
def sift_files(session: "RedshiftSession", table: Table, deliveries: Deliveries, lake: Lake) -> Iterator[Prepared]:
    with area(session.stage, str(session.target), session.tell) as place, tempfile.TemporaryDirectory(prefix="sparkify-") as folder:
        parts = [p for key, entries in deliveries.items() for p in sifted(table, key, entries, lake, Path(folder))]
        filling = Filling(session, table, lake, place)
        files = [file for part in parts for file in part.files]
        yield Prepared(lambda target: filling.judged(parts, target), _nothing, files)


def _nothing() -> None:
    """Each file was read in the version listed."""
