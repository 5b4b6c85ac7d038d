"""Lake files into DuckDB: one strict scan that refuses anything doubtful, and, only where it refuses, the sifting that explains."""

import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import duckdb

from sparkify_assets.errors import WarehouseError
from sparkify_assets.ingest import decompress, validate_records
from sparkify_assets.lake import Lake
from sparkify_assets.limits import reason_of
from sparkify_assets.model import Table
from sparkify_assets.warehouse.base import FilesByPartition
from sparkify_assets.warehouse.connection import FileLoad, PreparedFiles
from sparkify_assets.warehouse.duckdb.input_files import InputFile, counted_file, input_files, write
from sparkify_assets.warehouse.duckdb.json_scan import scan
from sparkify_assets.warehouse.duckdb.text_values import with_text_as_strings

if TYPE_CHECKING:
    from sparkify_assets.warehouse.duckdb import DuckDBSession


@contextmanager
def prepare_files(session: "DuckDBSession", table: Table, deliveries: FilesByPartition, lake: Lake) -> Iterator[PreparedFiles]:
    """The files as they are, small ones joined."""
    with _temporary_folder() as folder:
        found = [p for n, (key, entries) in enumerate(deliveries.items()) for p in input_files(key, entries, lake, folder / str(n))]
        yield _prepared_files(session, table, found, lake)


@contextmanager
def validate_files(session: "DuckDBSession", table: Table, deliveries: FilesByPartition, lake: Lake) -> Iterator[PreparedFiles]:
    """The sound records of each file; the others come as its rejects."""
    with _temporary_folder() as folder:
        found, judged = [], []
        for partition, entries in deliveries.items():
            for number, (entry, stored) in enumerate(zip(entries, lake.read(entries), strict=True)):
                sifted = validate_records(decompress(entry.key, stored), table)
                path = write(
                    folder / f"sifted-{number:06d}.json", b"\n".join(with_text_as_strings(record, table) for record in sifted.valid)
                )
                file = FileLoad.from_validation(partition, entry, sifted)
                found.append(counted_file(path, partition, [file]))
                judged.append(file)
        yield _prepared_files(session, table, found, lake, judged)


def _prepared_files(
    session: "DuckDBSession", table: Table, found: Sequence[InputFile], lake: Lake, judged: Sequence[FileLoad] = ()
) -> PreparedFiles:
    def confirm() -> None:
        for part in found:  # was it the same file all along?
            if part.in_place:
                lake.verify_unchanged(part.in_place)

    def fill(target: str) -> Sequence[FileLoad]:
        stop = Event()
        # Python looks while DuckDB scans, which leaves the interpreter free: half the time of one after the other on two cores
        with ThreadPoolExecutor(1) as looker:
            looked = looker.submit(lambda: [file for part in found for file in part.prescan(stop)])
            try:
                scan(session, table, target, found, sifted=bool(judged))
                return looked.result()
            except duckdb.IOException:
                # a file that cannot be read, or has gone meanwhile, is the lake's fault, and its partition's alone
                looked.result()
                confirm()
                raise
            finally:
                stop.set()

    return PreparedFiles(fill, confirm, judged)


@contextmanager
def _temporary_folder() -> Iterator[Path]:
    try:
        scratch = tempfile.TemporaryDirectory(prefix="sparkify-")
    except OSError as e:
        raise WarehouseError(
            f"{tempfile.tempdir or 'TMPDIR'}: no folder can be made in it: {reason_of(e, tempfile.tempdir)}; TMPDIR names another place"
        ) from e
    with scratch as folder:
        yield Path(folder)
