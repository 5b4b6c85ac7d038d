"""Derived tables: refreshed for some partitions (model/refresh.py says how) or made anew, and what follows told that it is behind."""

from collections.abc import Sequence

from sqlglot import exp

from sparkify_assets.model import Table
from sparkify_assets.model.refresh import TOUCHED, delete_touched, touched_rows
from sparkify_assets.warehouse.engine import as_key
from sparkify_assets.warehouse.looking_up import LookingUp
from sparkify_assets.warehouse.protocol import Refreshed
from sparkify_assets.warehouse.translated import inserted, touched


class Refreshing(LookingUp):
    """The verbs ``refresh`` and ``rebuild``."""

    def refresh(self, table: Table, partitions: Sequence[str]) -> Refreshed:
        self._usable_to_make(table)
        if table.name in self._catalog.lookups:  # loads keep it true
            return Refreshed(0, self.rows(table), frozenset())
        root = self._catalog.root(table)
        if root is None or self._partitions(root) <= set(partitions):
            return self.rebuild(table)
        if not partitions:
            return Refreshed(0, self.rows(table), frozenset())
        return self.whole(lambda: self._refresh(table, list(partitions)))

    def _refresh(self, table: Table, keys: list[str]) -> Refreshed:
        self.execute(touched(self._catalog, table, self.dialect, len(keys)), keys + keys)
        column = self._partition_column(table)
        before = self._touched_counts(table, column)
        self.run(delete_touched(table))
        self.execute(inserted(self._catalog, table, self.dialect, whole=False))
        after = self._touched_counts(table, column)
        self.drop_temporary(TOUCHED)
        self.say("settle", table.name, listed=keys)
        changed = frozenset({*before, *after})
        self._owe_dependents(table, changed)
        rows = self.rows(table)
        return Refreshed(sum(after.values()), rows, changed)

    def rebuild(self, table: Table) -> Refreshed:
        self._usable_to_make(table)
        if lookup := self._catalog.lookups.get(table.name):
            return self.whole(lambda: self._rebuild_lookup(lookup))
        return self.whole(lambda: self._rebuild(table))

    def _usable_to_make(self, table: Table) -> None:
        definition, lookup = self._catalog.definitions.get(table.name), self._catalog.lookups.get(table.name)
        self.usable(table.name, *(definition.reads if definition else lookup.sources if lookup else ()))

    def _rebuild(self, table: Table) -> Refreshed:
        column = self._catalog.partition_column(table)
        before = self._distinct(table, column) if column else set()
        self.run(exp.delete(table.name))
        self.execute(inserted(self._catalog, table, self.dialect, whole=True))
        if table.name in self.standing.stale:
            self.record_version(table)
            self.standing.stale.discard(table.name)
        self.say("settle_all", table.name)
        changed = frozenset(before | (self._distinct(table, column) if column else set()))
        self._owe_dependents(table, changed)
        rows = self.rows(table)
        return Refreshed(rows, rows, changed)

    def _touched_counts(self, table: Table, column: str) -> dict[str, int]:
        """Partition → its rows whose keys are touched."""
        partition = exp.column(column, table.name)
        counts = touched_rows(table).select(partition, "COUNT(*)").group_by(partition.copy())
        return {as_key(key): rows for key, rows in self.run(counts)}

    def _distinct(self, table: Table, column: str) -> set[str]:
        return {as_key(r[0]) for r in self.run(exp.select(exp.column(column)).distinct().from_(table.name))}
