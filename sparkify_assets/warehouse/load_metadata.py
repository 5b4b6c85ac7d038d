"""What the warehouse remembers of its loading: files by partition, rejected records, and what changes still owe other tables.

``pending_refreshes`` is written in the transaction that makes a change and settled in the one that refreshes, so that a run killed
in between leaves the debt on record and any later run pays it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from sparkify_assets.lake import ObjectInfo, fingerprint
from sparkify_assets.model import LOAD_METADATA, Catalog, Table
from sparkify_assets.model.transform import Transform
from sparkify_assets.warehouse.base import LoadStats, RejectedRecord
from sparkify_assets.warehouse.connection import FileLoad, SqlConnection

CREATED_TABLES = "created_tables"
"""the table that records which tables are the platform's"""
SAMPLE_ROWS = 10
NO_PARTITION = ""
UNKNOWN_TIME = datetime.fromtimestamp(0, UTC)
"""load_history does not keep when a file was modified; a fingerprint does not ask"""


class LoadMetadata(SqlConnection):
    """The tables of the layer ``ledger``, read and written."""

    def load_stats(self, table: Table) -> Mapping[str, LoadStats]:
        return {partition: LoadStats(*sums) for partition, *sums in self.run_named("load_stats", table.name)}

    def fingerprints(self, table: Table) -> Mapping[str, str]:
        files: dict[str, list[ObjectInfo]] = defaultdict(list)
        for partition, key, size, etag in self.run_named("loaded_files", table.name):
            files[partition].append(ObjectInfo(key, size, UNKNOWN_TIME, etag))
        return {partition: fingerprint(entries) for partition, entries in files.items()}

    def rejected_records(self, table: Table, partitions: Sequence[str]) -> Sequence[RejectedRecord]:
        chosen = set(partitions)
        return [RejectedRecord(*rest) for key, *rest in self.run_named("rejected_records", table.name) if key in chosen][:SAMPLE_ROWS]

    def recorded_tables(self) -> Mapping[str, str]:
        """Tables that the platform has made here → the version of the code that their rows follow."""
        return dict(self.run_named(CREATED_TABLES))

    def record_tables(self, tables: Sequence[Table]) -> None:
        """Note that the platform has made these tables, by today's code."""
        if tables:
            columns = [[t.name for t in tables], [self._now()] * len(tables), [t.code_version for t in tables]]
            self._insert(self._catalog[CREATED_TABLES], columns)

    def record_version(self, table: Table) -> None:
        """Note that the table's rows follow today's code."""
        self.run_named("record_version", table.code_version, table.name)

    def changed_tables(self) -> frozenset[str]:
        return tables_with_changed_code(self._catalog, self.recorded_tables())

    def load_state(self) -> str:
        """What changes with every load and every reset, and goes back with a backup."""
        return " ".join(map(str, self.run_named("load_state")[0]))

    def mark_all_stale(self, table: Table) -> None:
        """Owe the table a refresh of every partition; a staging table that each is loaded anew from the lake."""
        root = self._catalog.root(table)
        self._mark_stale({table.name: self._partitions(root) if root else {NO_PARTITION}})

    def _partitions(self, root: Table) -> set[str]:
        return {r[0] for r in self.run_named("partitions", root.name)}

    def _write_load_metadata(self, table: Table, keys: Sequence[str], files: Sequence[FileLoad], run_id: str) -> None:
        self.run_named("delete_load_history", table.name, listed=keys)
        self.run_named("delete_rejected_records", table.name, listed=keys)
        n, entries = len(files), [f.entry for f in files]
        about = [
            [table.name] * n,
            [f.partition for f in files],
            [e.key for e in entries],
            [e.etag for e in entries],
            [e.size for e in entries],
        ]
        counts = [[f.records for f in files], [len(f.rejects) for f in files]]
        self._insert(self._catalog["load_history"], [*about, *counts, [run_id] * n, [self._now()] * n])
        kept = [(table.name, f.partition, r.file_key, r.line, r.column, r.reason, r.raw) for f in files for r in f.rejects]
        if kept:
            self._insert(self._catalog["rejected_records"], list(zip(*kept, strict=True)))

    def stale_partitions(self) -> Mapping[str, frozenset[str]]:
        owed: dict[str, set[str]] = defaultdict(set)
        for name, partition in self.run_named("stale_partitions"):
            owed[name].add(partition)
        return {name: frozenset(keys) for name, keys in owed.items()}

    def _mark_dependents_stale(self, table: Table, partitions: Iterable[str]) -> None:
        for d in self._catalog.dependents(table.name):
            self._mark_stale({d.table.name: set(partitions) if d.incremental_source else {NO_PARTITION}})

    def _mark_stale(self, owed: Mapping[str, set[str]]) -> Mapping[str, frozenset[str]]:
        """Note what is owed; returns what was before."""
        known = self.stale_partitions()
        new = [(name, p) for name, keys in owed.items() for p in sorted(keys - known.get(name, frozenset()))]
        if new:
            self._insert(self._catalog["pending_refreshes"], list(zip(*new, strict=True)))
        return known

    def _incremental_dependents(self, table: Table) -> list[Transform]:
        return [d for d in self._catalog.dependents(table.name) if d.incremental_source and d.incremental_source.table == table.name]


def tables_with_changed_code(catalog: Catalog, recorded: Mapping[str, str]) -> frozenset[str]:
    """Tables whose code is another than the one that is ``recorded`` of their rows."""
    tables = [t for t in catalog if t.layer != LOAD_METADATA]
    return frozenset(t.name for t in tables if recorded.get(t.name, t.code_version) != t.code_version)
