"""Questions to tables: how many rows, which break a promise, what do they look like."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlglot import exp

from sparkify_assets.model import Check, Table
from sparkify_assets.model.dialect import to_sql
from sparkify_assets.model.promises import narrowed
from sparkify_assets.model.refresh import within
from sparkify_assets.warehouse.engine import as_key
from sparkify_assets.warehouse.ledger import SHOWN, Ledger
from sparkify_assets.warehouse.protocol import Broken


class Asking(Ledger):
    """Nothing here changes anything."""

    def breaking(self, check: Check, table: Table, partitions: Sequence[str] | None = None) -> Broken:
        query, parameters = check.select, []
        column, root = self._catalog.partition_column(table), self._catalog.root(table)
        if partitions is not None and column and root and not self._partitions(root) <= set(partitions):
            query, times = narrowed(check, table, column, len(partitions))
            parameters = list(partitions) * times
        rows = exp.Subquery(this=query.copy(), alias=exp.TableAlias(this=exp.to_identifier("breaking")))
        count = self.run(exp.select("COUNT(*)").from_(rows), parameters)[0][0]
        sample = self.run(exp.select("*").from_(rows.copy()).limit(SHOWN), parameters) if count else []
        return Broken(count, tuple(query.named_selects), tuple(sample), to_sql(query, self.dialect))

    def rows(self, table: Table) -> int:
        return self.run(exp.select("COUNT(*)").from_(table.name))[0][0]

    def counts(self, table: Table, partitions: Sequence[str]) -> Mapping[str, int]:
        if not partitions:
            return {}
        column = exp.column(self._partition_column(table))
        query = (
            exp.select(column, "COUNT(*)").from_(table.name).where(within(column.copy(), table, len(partitions))).group_by(column.copy())
        )
        return {as_key(key): count for key, count in self.run(query, list(partitions))}

    def preview(self, table: Table, limit: int) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
        columns = [exp.column(c) for c in table.column_names]
        return table.column_names, self.run(exp.select(*columns).from_(table.name).limit(limit))
