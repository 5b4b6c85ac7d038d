"""Given these deliveries, which rows does a table hold?  What every test of a table asks with."""

from pathlib import Path
from typing import Any

from sparkify_assets.lake import LocalLake, fingerprint, list_partitions
from sparkify_assets.model import STAGING, Table, load_catalog
from sparkify_assets.warehouse import PartitionLoadResult, Session
from sparkify_assets_tests.support import RUN, LakeDirectory, Record, derived_tables, milliseconds, rows

CATALOG = load_catalog()
DAY, NEXT_DAY = "2018-11-01", "2018-11-02"
Row = tuple[Any, ...]


class Given:
    """A lake to deliver to, and an empty warehouse that is asked what follows."""

    def __init__(self, session: Session, root: Path) -> None:
        self.session = session
        self._lake = LakeDirectory(root)

    def events(self, *records: Record, day: str = DAY, name: str = "events") -> None:
        self._lake.events(day, records, name)

    def songs(self, *records: Record, prefix: str = "A") -> None:
        self._lake.songs(prefix, records)

    def rows(self, name: str, columns: str = "") -> list[Row]:
        """What the table holds, sorted; of these columns only, if some are named."""
        self.load()
        self.build(name)
        table = CATALOG[name]
        places = [table.column_names.index(c) for c in columns.split() or table.column_names]
        return [tuple(row[p] for p in places) for row in rows(self.session, table)]

    def load(self) -> None:
        """What was delivered since the last time, so that a test says what arrives first."""
        lake = LocalLake(self._lake.root)
        for staging in CATALOG.layer(STAGING):
            assert staging.source is not None
            known = self.session.metadata.fingerprints(staging)
            listed = list_partitions(lake, staging.source).partitions
            due = {key: entries for key, entries in listed.items() if known.get(key) != fingerprint(entries)}
            for answer in self.session.loader.load(staging, due, lake, RUN, 0):
                assert isinstance(answer, PartitionLoadResult), answer

    def build(self, *names: str) -> None:
        """These tables, each after those it reads; all, if none is named."""
        for table in derived_tables(CATALOG):
            if not names or any(table.name in upstream(CATALOG[n]) for n in names):
                self.session.refresher.rebuild(table)


def upstream(table: Table) -> set[str]:
    """The derived tables that its rows come from, itself included."""
    definition = CATALOG.transforms.get(table.name)
    return {table.name}.union(*(upstream(CATALOG[name]) for name in definition.reads)) if definition else set()


def at(moment: str) -> int:
    """The ``ts`` of a moment; a time alone is of the first day."""
    return milliseconds(moment if "T" in moment else f"{DAY}T{moment}")
