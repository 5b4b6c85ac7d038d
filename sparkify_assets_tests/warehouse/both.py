"""A DuckDB and a Redshift warehouse that load the same lake; what one holds afterwards, the other must hold, row for row.

DuckDB loads from a directory, Redshift from a bucket with the same files (or, where a test asks, from the directory, too).
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sparkify_assets.lake import Lake, LocalLake
from sparkify_assets.warehouse.redshift import RedshiftWarehouse
from sparkify_assets.warehouse.redshift.connection import RedshiftConnection
from sparkify_assets_tests.emulators.redshift.fixtures import running
from sparkify_assets_tests.emulators.redshift.warehouses import bucket_lake, redshift_warehouse
from sparkify_assets_tests.support import LakeDirectory, load_all, new_warehouse, tables

TOLERATED = 1_000_000
Tables = Mapping[str, Sequence[tuple[Any, ...]]]


class Both:
    """Two warehouses, and a lake for both."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.duckdb = new_warehouse("duckdb", folder)
        self.s3 = bucket_lake()
        self.database = running().database()
        self.redshift = redshift_warehouse(self.database, self.s3)

    def close(self) -> None:
        self.redshift.close()
        running().drop(self.database)

    def fresh_lake(self) -> None:
        """An empty one; what the warehouses hold of the one before goes with the next load."""
        self.lake = LakeDirectory(Path(tempfile.mkdtemp(prefix="lake-", dir=self._folder)))
        self.s3 = self.redshift._stage = bucket_lake()

    def deliver(self, key: str, content: bytes) -> str:
        self.s3.client.put_object(Bucket=self.s3.bucket, Key=self.s3.object_key(key), Body=content)
        return self.lake.raw(key, content)

    def deliver_all(self, root: Path) -> None:
        for path in sorted(p for p in root.rglob("*") if p.is_file()):
            self.deliver(str(path.relative_to(root)), path.read_bytes())

    def remove(self, key: str) -> None:
        self.s3.client.delete_object(Bucket=self.s3.bucket, Key=self.s3.object_key(key))
        self.lake.remove(key)

    def load(self, tolerated: int = TOLERATED, lake: Lake | None = None) -> Tables:
        """Both load; ``lake`` is what Redshift reads, if not the bucket.  Returns what both hold."""
        load_all(self.duckdb, self.lake.root, tolerated)
        load_all(self.redshift, lake or self.s3, tolerated)
        return self.same()

    def same(self) -> Tables:
        here, there = tables(self.duckdb), tables(self.redshift)
        for name in here:
            assert there[name] == here[name], name
        return here

    def from_the_directory(self) -> Tables:
        return self.load(lake=LocalLake(self.lake.root))


@contextmanager
def both_in(folder: Path) -> Iterator[Both]:
    """With an empty lake, for as long as this lasts."""
    both = Both(folder)
    both.fresh_lake()
    try:
        yield both
    finally:
        both.close()


@contextmanager
def statements_of(warehouse: RedshiftWarehouse, change: Callable[[str], str] = str) -> Iterator[list[str]]:
    """What its sessions send while this lasts, through the connections they always have; ``change`` may make another statement of it."""
    sent: list[str] = []
    make = warehouse._connected

    def connected(*given: Any) -> RedshiftConnection:
        made = make(*given)
        ask = made._execute

        def changed(sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
            sent.append(change(sql))
            return ask(sent[-1], parameters)

        made._execute = changed  # type: ignore[method-assign]
        return made

    warehouse._connected = connected  # type: ignore[method-assign]
    try:
        yield sent
    finally:
        del warehouse._connected
