"""Load metadata: the tables ``load_history``, ``rejected_records``, ``pending_refreshes`` and ``created_tables``, read and written.

A pending refresh is recorded in the transaction that makes a partition stale and cleared in the one that refreshes it, so a run that is
killed in between leaves the record, and the next run refreshes the partition.

Put here what the platform records about its own work.  Do not put here statements about the data.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sparkify_assets.lake import ObjectInfo, fingerprint
from sparkify_assets.model import LOAD_METADATA, STAGING, Catalog, Table
from sparkify_assets.model.transform import Transform
from sparkify_assets.warehouse.bulk_loader import FileLoad
from sparkify_assets.warehouse.connection import SqlConnection
from sparkify_assets.warehouse.results import LoadStats, RejectedRecord
from sparkify_assets.warehouse.row_values import SHOWN, RowValues

CREATED_TABLES = "created_tables"
"""records which tables the platform has created"""
SAMPLE_ROWS = 10
NO_PARTITION = ""
"""partition key of a table without partitions"""
UNKNOWN_TIME = datetime.fromtimestamp(0, UTC)
"""load_history does not keep when a file was modified; a fingerprint does not use it"""

ChangedDays = Mapping[str, Iterable[str]]
"""column that tells the day of a row → days of the rows that have changed"""
InsertRows = Callable[[Table, Sequence[Sequence[Any]]], None]
"""appends rows that are given column by column"""


@dataclass(frozen=True)
class RefreshState:
    """What a refresh has to know of the partitions of a staging table."""

    stale: Mapping[str, frozenset[str]]
    """any table → its pending refreshes, as stale_partitions() says"""
    loaded: frozenset[str]
    """partitions that hold files, and whose rows are in staging"""
    expired: frozenset[str]
    """partitions that held files when their rows were deleted (SPARKIFY_STAGING_DAYS); rows derived from them stay"""


class LoadMetadata:
    """The tables of the layer ``load_metadata``, through one connection."""

    def __init__(self, sql: SqlConnection, catalog: Catalog, insert_rows: InsertRows, row_values: RowValues = SHOWN) -> None:
        self._sql, self._catalog, self._insert_rows, self._row_values = sql, catalog, insert_rows, row_values

    # what was loaded

    def load_stats(self, table: Table) -> Mapping[str, LoadStats]:
        """Partition of a staging table → counts of what it was loaded from."""
        return self.all_load_stats()[table.name]

    def all_load_stats(self) -> Mapping[str, Mapping[str, LoadStats]]:
        """Staging table → what load_stats() says of it."""
        found: dict[str, dict[str, LoadStats]] = {table.name: {} for table in self._catalog.layer(STAGING)}
        for name, partition, *sums in self._sql.run_named("load_stats"):
            found.setdefault(name, {})[partition] = LoadStats(*sums)
        return found

    def fingerprints(self, table: Table) -> Mapping[str, str]:
        """Partition of a staging table → the fingerprint of the listing that it was loaded from (lake/inventory.py)."""
        files: dict[str, list[ObjectInfo]] = defaultdict(list)
        for partition, key, size, etag in self._sql.run_named("loaded_files", table.name):
            files[partition].append(ObjectInfo(key, size, UNKNOWN_TIME, etag))
        return {partition: fingerprint(entries) for partition, entries in files.items()}

    def rejected_records(self, table: Table, partitions: Sequence[str]) -> Sequence[RejectedRecord]:
        """Rejected records of these partitions, ten at most, for people."""
        chosen = set(partitions)
        found = [RejectedRecord(*rest) for key, *rest in self._sql.run_named("rejected_records", table.name) if key in chosen]
        return self._row_values.of_records(found[:SAMPLE_ROWS])

    def rejected_texts(self, table: Table) -> list[tuple[str, int, str]]:
        """File, line and text of each rejected record, as it is: not for people."""
        return [(file, line, raw) for _, file, line, _, _, raw in self._sql.run_named("rejected_records", table.name)]

    def load_state(self) -> str:
        """A text that changes with every load and every reset, and goes back with a backup."""
        return " ".join(map(str, self._sql.run_named("load_state")[0]))

    def record_load(self, table: Table, keys: Sequence[str], files: Sequence[FileLoad], run_id: str) -> None:
        """Replace what is recorded of these partitions' files and rejected records."""
        self._sql.run_named("delete_load_history", table.name, listed=keys)
        self._sql.run_named("delete_rejected_records", table.name, listed=keys)
        n, entries = len(files), [f.entry for f in files]
        about = [
            [table.name] * n,
            [f.partition for f in files],
            [e.key for e in entries],
            [e.etag for e in entries],
            [e.size for e in entries],
        ]
        counts = [[f.records for f in files], [len(f.rejects) for f in files]]
        self._insert_rows(self._catalog["load_history"], [*about, *counts, [run_id] * n, [self._sql.now()] * n, [None] * n])
        rejected = [(table.name, f.partition, r.file_key, r.line, r.column, r.reason, r.raw) for f in files for r in f.rejects]
        if rejected:
            self._insert_rows(self._catalog["rejected_records"], list(zip(*rejected, strict=True)))

    # which tables are the platform's, and by which code their rows were computed

    def recorded_tables(self) -> Mapping[str, str]:
        """Tables that the platform has created here → the version of the code that computed their rows."""
        return dict(self._sql.run_named(CREATED_TABLES))

    def record_tables(self, tables: Sequence[Table]) -> None:
        """Record that the platform has created these tables, with the present code."""
        if tables:
            columns = [[t.name for t in tables], [self._sql.now()] * len(tables), [t.code_version for t in tables]]
            self._insert_rows(self._catalog[CREATED_TABLES], columns)

    def record_version(self, table: Table) -> None:
        """Record that the present code has computed the table's rows."""
        self._sql.run_named("record_version", table.code_version, table.name)

    def changed_tables(self) -> frozenset[str]:
        """Tables whose code has changed since their rows were computed."""
        return tables_with_changed_code(self._catalog, self.recorded_tables())

    # what is stale

    def stale_partitions(self) -> Mapping[str, frozenset[str]]:
        """Table → its pending refreshes: partitions; of a table without partitions days, or "" for all of it; of a staging table partitions
        to load again.
        """
        stale: dict[str, set[str]] = defaultdict(set)
        for name, partition in self._sql.run_named("stale_partitions"):
            stale[name].add(partition)
        return {name: frozenset(keys) for name, keys in stale.items()}

    def refresh_state(self, staging: Table) -> RefreshState:
        """What is stale, and the partitions of a staging table, by one statement."""
        stale, loaded, expired = defaultdict[str, set[str]](set), set[str](), set[str]()
        for name, partition, has_expired in self._sql.run_named("refresh_state", staging.name):
            (stale[name] if name is not None else expired if has_expired else loaded).add(partition)
        return RefreshState({name: frozenset(keys) for name, keys in stale.items()}, frozenset(loaded), frozenset(expired))

    def expire(self, staging: Table, partitions: Sequence[str]) -> None:
        """Record that the rows of these partitions are no longer in staging."""
        self._sql.run_named("expire_partitions", self._sql.now(), staging.name, listed=partitions)

    def mark_stale(self, stale: Mapping[str, set[str]], known: Mapping[str, frozenset[str]] | None = None) -> Mapping[str, frozenset[str]]:
        """Record pending refreshes; returns those that were recorded before: ``known``, if they were read in this transaction."""
        known = self.stale_partitions() if known is None else known
        new = [(name, p) for name, keys in stale.items() for p in sorted(keys - known.get(name, frozenset()))]
        if new:
            self._insert_rows(self._catalog["pending_refreshes"], list(zip(*new, strict=True)))
        return known

    def mark_all_stale(self, table: Table) -> None:
        """Every partition of the table is stale, without the expired ones; of a staging table: every partition is to be loaded again."""
        root = self._catalog.root(table)
        self.mark_stale({table.name: set(self.refresh_state(root).loaded) if root else {NO_PARTITION}})

    def mark_dependents_stale(
        self, table: Table, partitions: Iterable[str], days: ChangedDays | None = None, known: Mapping[str, frozenset[str]] | None = None
    ) -> None:
        """As stale_dependents says, recorded as mark_stale does."""
        if stale := self.stale_dependents(table, partitions, days):
            self.mark_stale(stale, known)

    def stale_dependents(self, table: Table, partitions: Iterable[str], days: ChangedDays | None = None) -> dict[str, set[str]]:
        """What is stale of the tables that read this one, if its rows of these ``partitions`` and ``days`` have changed.

        Of a table with partitions, these partitions; of one that follows a column's days, these days; of any other, all of it.
        """
        keys, stale = set(partitions), dict[str, set[str]]()
        for transform in self._catalog.dependents(table.name):
            source, found = transform.day_source, {NO_PARTITION}
            if transform.incremental_source:
                found = keys
            elif source and source.table == table.name and days is not None:
                found = set(days.get(source.scanned, found))
            stale[transform.table.name] = found
        return stale

    def clear_stale(self, table: Table, partitions: Sequence[str]) -> None:
        """Delete the pending refreshes of these partitions."""
        self._sql.run_named("clear_stale", table.name, listed=partitions)

    def clear_stale_tables(self, tables: Sequence[Table]) -> None:
        """Delete all pending refreshes of these tables."""
        self._sql.run_named("clear_stale_tables", listed=[table.name for table in tables])

    def incremental_dependents(self, table: Table) -> list[Transform]:
        """The transforms whose incremental source is the table."""
        return [t for t in self._catalog.dependents(table.name) if t.incremental_source and t.incremental_source.table == table.name]


def tables_with_changed_code(catalog: Catalog, recorded: Mapping[str, str]) -> frozenset[str]:
    """Tables whose code version is another than the one ``recorded`` for their rows."""
    tables = [t for t in catalog if t.layer != LOAD_METADATA]
    return frozenset(t.name for t in tables if recorded.get(t.name, t.code_version) != t.code_version)
