"""Questions to tables: how many rows, which break a promise, what do they look like."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import Any

from sqlglot import exp

from sparkify_assets.model import Catalog, Check, Table
from sparkify_assets.model.dialect import to_sql
from sparkify_assets.model.promises import narrowed
from sparkify_assets.model.refresh import within
from sparkify_assets.warehouse.engine import as_key
from sparkify_assets.warehouse.ledger import SHOWN, Ledger
from sparkify_assets.warehouse.protocol import Broken
from sparkify_assets.warehouse.trees import everything

PREVIEWED = 31
"""partitions that one statement shows rows of"""


@dataclass(frozen=True)
class _Asked:
    """A check in an engine's words."""

    query: str
    count: str
    rows: exp.Subquery
    columns: tuple[str, ...]
    times: int
    """how often the partitions are given as parameters"""


@lru_cache(1000)  # to build and to translate the statements takes longer than the engine takes to answer them
def _asked(catalog: Catalog, check: Check, table: Table, some: int | None, dialect: str) -> _Asked:
    """Asked of ``some`` partitions, so many; None: of all."""
    column, root = catalog.partition_column(table), catalog.root(table)
    query, times = narrowed(check, table, root, column, some) if some is not None and column and root else (check.select, 0)
    rows = exp.Subquery(this=query.copy(), alias=exp.TableAlias(this=exp.to_identifier("breaking")))
    count = exp.select("COUNT(*)").from_(rows.copy())
    return _Asked(to_sql(query, dialect), to_sql(count, dialect), rows, tuple(query.named_selects), times)


@lru_cache(100)
def _previews(table: Table, column: str, count: int, limit: int, dialect: str) -> str:
    """Some rows of each of so many partitions.  A LIMIT each: to number rows, an engine would read and sort all of them."""
    some = everything(table.name, table.column_names).where(within(exp.column(column), table, 1)).limit(limit)
    first, *others = (exp.select("*").from_(some.copy().subquery(f"partition_{n}")) for n in range(count))
    return to_sql(reduce(lambda a, b: exp.union(a, b, distinct=False, copy=False), others, first), dialect)


class Asking(Ledger):
    """Nothing here changes anything."""

    def breaking(self, check: Check, table: Table, partitions: Sequence[str] | None = None) -> Broken:
        self.usable(table.name, *check.reads)
        root, some = self._catalog.root(table), None
        if partitions is not None and root and not self._partitions(root) <= set(partitions):
            some = len(partitions)
        told = _asked(self._catalog, check, table, some, self.dialect)
        parameters = list(partitions or ()) * told.times
        count = self.execute(told.count, parameters)[0][0]
        sample = self.run(exp.select("*").from_(told.rows.copy()).limit(SHOWN), parameters) if count else []
        return Broken(count, told.columns, tuple(sample), told.query)

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

    def tally(self, table: Table, column: str) -> Mapping[str, Mapping[Any, int]]:
        by = [exp.column(self._partition_column(table)), exp.column(column)]
        found: dict[str, dict[Any, int]] = {}
        for key, value, rows in self.run(exp.select(*by, "COUNT(*)").from_(table.name).group_by(*[c.copy() for c in by])):
            found.setdefault(as_key(key), {})[value] = rows
        return found

    def largest(self, table: Table, column: str) -> Any:
        return self.run(exp.select(exp.Max(this=exp.column(column))).from_(table.name))[0][0]

    def records(self, table: Table) -> list[dict[str, Any]]:
        found = self.run(everything(table.name, table.column_names))
        return [dict(zip(table.column_names, row, strict=True)) for row in found]

    def preview(self, table: Table, limit: int) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
        return table.column_names, self.run(everything(table.name, table.column_names).limit(limit))

    def previews(self, table: Table, partitions: Sequence[str], limit: int) -> Mapping[str, list[tuple[Any, ...]]]:
        found: dict[str, list[tuple[Any, ...]]] = {}
        column = self._partition_column(table)
        place = table.column_names.index(column)
        for start in range(0, len(partitions), PREVIEWED):
            chosen = partitions[start : start + PREVIEWED]
            for row in self.execute(_previews(table, column, len(chosen), limit, self.dialect), chosen):
                found.setdefault(as_key(row[place]), []).append(row)
        return found
