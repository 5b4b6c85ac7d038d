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
from sparkify_assets.lake import Lake, sift, unpack
from sparkify_assets.limits import why
from sparkify_assets.model import Table
from sparkify_assets.warehouse.duckdb.parts import Part, as_read, parts, write
from sparkify_assets.warehouse.duckdb.respelling import spelt_out
from sparkify_assets.warehouse.duckdb.scan import scan
from sparkify_assets.warehouse.engine import Prepared, ReadFile
from sparkify_assets.warehouse.protocol import Deliveries

if TYPE_CHECKING:
    from sparkify_assets.warehouse.duckdb import DuckDBSession


@contextmanager
def prepare(session: "DuckDBSession", table: Table, deliveries: Deliveries, lake: Lake) -> Iterator[Prepared]:
    """The files as they are, small ones joined."""
    with _scratch() as folder:
        found = [p for n, (key, entries) in enumerate(deliveries.items()) for p in parts(key, entries, lake, folder / str(n))]
        yield _prepared(session, table, found, lake)


@contextmanager
def sift_files(session: "DuckDBSession", table: Table, deliveries: Deliveries, lake: Lake) -> Iterator[Prepared]:
    """The sound records of each file; the others come as its rejects."""
    with _scratch() as folder:
        found, judged = [], []
        for partition, entries in deliveries.items():
            for number, (entry, stored) in enumerate(zip(entries, lake.read(entries), strict=True)):
                sifted = sift(unpack(entry.key, stored), table)
                path = write(folder / f"sifted-{number:06d}.json", b"\n".join(spelt_out(record, table) for record in sifted.good))
                file = ReadFile.judged(partition, entry, sifted)
                found.append(as_read(path, partition, [file]))
                judged.append(file)
        yield _prepared(session, table, found, lake, judged)


def _prepared(session: "DuckDBSession", table: Table, found: Sequence[Part], lake: Lake, judged: Sequence[ReadFile] = ()) -> Prepared:
    def confirm() -> None:
        for part in found:  # was it the same file all along?
            if part.in_place:
                lake.confirm(part.in_place)

    def fill(target: str) -> Sequence[ReadFile]:
        stop = Event()
        # Python looks while DuckDB scans, which leaves the interpreter free: half the time of one after the other on two cores
        with ThreadPoolExecutor(1) as looker:
            looked = looker.submit(lambda: [file for part in found for file in part.look(stop)])
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

    return Prepared(fill, confirm, judged)


@contextmanager
def _scratch() -> Iterator[Path]:
    try:
        scratch = tempfile.TemporaryDirectory(prefix="sparkify-")
    except OSError as e:
        raise WarehouseError(
            f"{tempfile.tempdir or 'TMPDIR'}: no folder can be made in it: {why(e, tempfile.tempdir)}; TMPDIR names another place"
        ) from e
    with scratch as folder:
        yield Path(folder)
