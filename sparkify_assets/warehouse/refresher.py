"""Derived tables: incremental refresh of some partitions (model/incremental.py builds it), full refresh, and what both make stale.

Put here how a derived table's rows are recomputed.  Do not put here how the SELECT is restricted to affected keys.
"""

import time
from collections.abc import Sequence

from sqlglot import exp

from sparkify_assets.model import Catalog, Table
from sparkify_assets.model.incremental import AFFECTED_KEYS, affected_rows, delete_affected
from sparkify_assets.warehouse.connection import SqlConnection, partition_key
from sparkify_assets.warehouse.load_metadata import LoadMetadata
from sparkify_assets.warehouse.lookup_sync import LookupSync
from sparkify_assets.warehouse.queries import Queries
from sparkify_assets.warehouse.results import RefreshResult
from sparkify_assets.warehouse.schema_state import SchemaState
from sparkify_assets.warehouse.sql_builder import affected_keys_sql, insert_sql


class Refresher:
    """Recomputes derived tables through one connection."""

    def __init__(
        self, sql: SqlConnection, catalog: Catalog, metadata: LoadMetadata, queries: Queries, lookups: LookupSync, schema: SchemaState
    ) -> None:
        self._sql, self._catalog, self._metadata = sql, catalog, metadata
        self._queries, self._lookups, self._schema = queries, lookups, schema

    def refresh(self, table: Table, partitions: Sequence[str]) -> RefreshResult:
        """Recompute the keys that these partitions affect.  A table without partitions is recomputed in full.  One transaction."""
        self._require_usable_inputs(table)
        if table.name in self._catalog.lookups:  # loads keep it in step
            return RefreshResult(0, self._queries.row_count(table), frozenset())
        root = self._catalog.root(table)
        if root is None or self._metadata.partitions(root) <= set(partitions):
            return self.rebuild(table)
        if not partitions:
            return RefreshResult(0, self._queries.row_count(table), frozenset())
        return self._sql.run_in_transaction(lambda: self._refresh(table, list(partitions)))

    def rebuild(self, table: Table) -> RefreshResult:
        """Recompute the whole table.  One transaction."""
        self._require_usable_inputs(table)
        if lookup := self._catalog.lookups.get(table.name):
            return self._sql.run_in_transaction(lambda: self._lookups.rebuild(lookup))
        return self._sql.run_in_transaction(lambda: self._rebuild(table))

    def rebuild_together(self, tables: Sequence[Table]) -> list[RefreshResult]:
        """Recompute whole tables without partitions; one that reads another follows it.  One transaction for all."""
        for table in tables:
            self._require_usable_inputs(table)
        return self._sql.run_in_transaction(lambda: self._rebuild_together(tables))

    def _rebuild_together(self, tables: Sequence[Table]) -> list[RefreshResult]:
        results: list[RefreshResult] = []
        for table in tables:
            begun = time.monotonic()
            rows = self._replace_rows(table)
            self._metadata.mark_dependents_stale(table, ())
            results.append(RefreshResult(rows, rows, frozenset(), time.monotonic() - begun))
        self._metadata.clear_stale_tables(tables)
        return results

    def _require_usable_inputs(self, table: Table) -> None:
        self._schema.require_usable(table.name, *self._catalog.inputs(table))

    def _refresh(self, table: Table, keys: list[str]) -> RefreshResult:
        column = self._catalog.required_partition_column(table)
        dialect = self._sql.dialect
        with self._sql.temporary(AFFECTED_KEYS, affected_keys_sql(self._catalog, table, dialect, len(keys)), keys + keys):
            before = self._affected_counts(table, column)
            self._sql.run(delete_affected(table))
            self._sql.execute(insert_sql(self._catalog, table, dialect, full=False))
            after = self._affected_counts(table, column)
        self._metadata.clear_stale(table, keys)
        changed = frozenset({*before, *after})
        self._metadata.mark_dependents_stale(table, changed)
        rows = self._queries.row_count(table)
        return RefreshResult(sum(after.values()), rows, changed)

    def _rebuild(self, table: Table) -> RefreshResult:
        column = self._catalog.partition_column(table)
        before = self._distinct(table, column) if column else set()
        rows = self._replace_rows(table)
        self._metadata.clear_stale_tables([table])
        changed = frozenset(before | (self._distinct(table, column) if column else set()))
        self._metadata.mark_dependents_stale(table, changed)
        return RefreshResult(rows, rows, changed)

    def _replace_rows(self, table: Table) -> int:
        self._sql.run(exp.delete(table.name))
        ((rows,),) = self._sql.execute(insert_sql(self._catalog, table, self._sql.dialect, full=True))
        if table.name in self._schema.stale:
            self._metadata.record_version(table)
            self._schema.stale.discard(table.name)
        return rows

    def _affected_counts(self, table: Table, column: str) -> dict[str, int]:
        """Partition → its rows with affected keys."""
        partition = exp.column(column, table.name)
        counts = affected_rows(table).select(partition, "COUNT(*)").group_by(partition.copy())
        return {partition_key(key): rows for key, rows in self._sql.run(counts)}

    def _distinct(self, table: Table, column: str) -> set[str]:
        return {partition_key(r[0]) for r in self._sql.run(exp.select(exp.column(column)).distinct().from_(table.name))}
