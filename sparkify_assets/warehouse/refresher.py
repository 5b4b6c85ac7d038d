"""Derived tables: refreshed for some partitions (model/refresh.py says how) or made anew, and what follows told that it is behind."""

from collections.abc import Sequence

from sqlglot import exp

from sparkify_assets.model import Table
from sparkify_assets.model.incremental import AFFECTED_KEYS, affected_rows, delete_affected
from sparkify_assets.warehouse.base import RefreshResult
from sparkify_assets.warehouse.connection import partition_key
from sparkify_assets.warehouse.incremental_sql import affected_keys_sql, insert_sql
from sparkify_assets.warehouse.lookup_sync import LookupSync


class Refresher(LookupSync):
    """The verbs ``refresh`` and ``rebuild``."""

    def refresh(self, table: Table, partitions: Sequence[str]) -> RefreshResult:
        self._require_usable_inputs(table)
        if table.name in self._catalog.lookups:  # loads keep it true
            return RefreshResult(0, self.row_count(table), frozenset())
        root = self._catalog.root(table)
        if root is None or self._partitions(root) <= set(partitions):
            return self.rebuild(table)
        if not partitions:
            return RefreshResult(0, self.row_count(table), frozenset())
        return self.run_in_transaction(lambda: self._refresh(table, list(partitions)))

    def _refresh(self, table: Table, keys: list[str]) -> RefreshResult:
        self.execute(affected_keys_sql(self._catalog, table, self.dialect, len(keys)), keys + keys)
        column = self._partition_column(table)
        before = self._affected_counts(table, column)
        self.run(delete_affected(table))
        self.execute(insert_sql(self._catalog, table, self.dialect, whole=False))
        after = self._affected_counts(table, column)
        self.drop_temporary(AFFECTED_KEYS)
        self.run_named("clear_stale", table.name, listed=keys)
        changed = frozenset({*before, *after})
        self._mark_dependents_stale(table, changed)
        rows = self.row_count(table)
        return RefreshResult(sum(after.values()), rows, changed)

    def rebuild(self, table: Table) -> RefreshResult:
        self._require_usable_inputs(table)
        if lookup := self._catalog.lookups.get(table.name):
            return self.run_in_transaction(lambda: self._rebuild_lookup(lookup))
        return self.run_in_transaction(lambda: self._rebuild(table))

    def _require_usable_inputs(self, table: Table) -> None:
        definition, lookup = self._catalog.transforms.get(table.name), self._catalog.lookups.get(table.name)
        self.require_usable(table.name, *(definition.reads if definition else lookup.sources if lookup else ()))

    def _rebuild(self, table: Table) -> RefreshResult:
        column = self._catalog.partition_column(table)
        before = self._distinct(table, column) if column else set()
        self.run(exp.delete(table.name))
        self.execute(insert_sql(self._catalog, table, self.dialect, whole=True))
        if table.name in self.schema_state.stale:
            self.record_version(table)
            self.schema_state.stale.discard(table.name)
        self.run_named("clear_all_stale", table.name)
        changed = frozenset(before | (self._distinct(table, column) if column else set()))
        self._mark_dependents_stale(table, changed)
        rows = self.row_count(table)
        return RefreshResult(rows, rows, changed)

    def _affected_counts(self, table: Table, column: str) -> dict[str, int]:
        """Partition → its rows whose keys are touched."""
        partition = exp.column(column, table.name)
        counts = affected_rows(table).select(partition, "COUNT(*)").group_by(partition.copy())
        return {partition_key(key): rows for key, rows in self.run(counts)}

    def _distinct(self, table: Table, column: str) -> set[str]:
        return {partition_key(r[0]) for r in self.run(exp.select(exp.column(column)).distinct().from_(table.name))}
