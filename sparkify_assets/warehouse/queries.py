"""Questions to tables: how many rows, which break a promise, what do they look like."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import Any

from sqlglot import exp

from sparkify_assets.model import Catalog, Check, Table
from sparkify_assets.model.data_tests import restrict_to_partitions
from sparkify_assets.model.incremental import in_list
from sparkify_assets.model.transpile import to_sql
from sparkify_assets.warehouse.base import FailingRows
from sparkify_assets.warehouse.connection import partition_key
from sparkify_assets.warehouse.load_metadata import SAMPLE_ROWS, LoadMetadata
from sparkify_assets.warehouse.sql_builder import select_columns

SAMPLED_PARTITIONS = 31
"""partitions that one statement shows rows of"""


@dataclass(frozen=True)
class _CheckSql:
    """A check in an engine's words."""

    query: str
    count: str
    rows: exp.Subquery
    columns: tuple[str, ...]
    times: int
    """how often the partitions are given as parameters"""


@lru_cache(1000)  # to build and to translate the statements takes longer than the engine takes to answer them
def _check_sql(catalog: Catalog, check: Check, table: Table, some: int | None, dialect: str) -> _CheckSql:
    """Asked of ``some`` partitions, so many; None: of all."""
    column, root = catalog.partition_column(table), catalog.root(table)
    query, times = restrict_to_partitions(check, table, root, column, some) if some is not None and column and root else (check.select, 0)
    rows = exp.Subquery(this=query.copy(), alias=exp.TableAlias(this=exp.to_identifier("breaking")))
    count = exp.select("COUNT(*)").from_(rows.copy())
    return _CheckSql(to_sql(query, dialect), to_sql(count, dialect), rows, tuple(query.named_selects), times)


@lru_cache(100)
def _sample_sql(table: Table, column: str, count: int, limit: int, dialect: str) -> str:
    """Some rows of each of so many partitions.  A LIMIT each: to number rows, an engine would read and sort all of them."""
    some = select_columns(table.name, table.column_names).where(in_list(exp.column(column), table, 1)).limit(limit)
    first, *others = (exp.select("*").from_(some.copy().subquery(f"partition_{n}")) for n in range(count))
    return to_sql(reduce(lambda a, b: exp.union(a, b, distinct=False, copy=False), others, first), dialect)


class Queries(LoadMetadata):
    """Nothing here changes anything."""

    def failing_rows(self, check: Check, table: Table, partitions: Sequence[str] | None = None) -> FailingRows:
        self.require_usable(table.name, *check.reads)
        root, some = self._catalog.root(table), None
        if partitions is not None and root and not self._partitions(root) <= set(partitions):
            some = len(partitions)
        told = _check_sql(self._catalog, check, table, some, self.dialect)
        parameters = list(partitions or ()) * told.times
        count = self.execute(told.count, parameters)[0][0]
        sample = self.run(exp.select("*").from_(told.rows.copy()).limit(SAMPLE_ROWS), parameters) if count else []
        return FailingRows(count, told.columns, tuple(sample), told.query)

    def row_count(self, table: Table) -> int:
        return self.run(exp.select("COUNT(*)").from_(table.name))[0][0]

    def row_counts(self, table: Table, partitions: Sequence[str]) -> Mapping[str, int]:
        if not partitions:
            return {}
        column = exp.column(self._partition_column(table))
        query = (
            exp.select(column, "COUNT(*)").from_(table.name).where(in_list(column.copy(), table, len(partitions))).group_by(column.copy())
        )
        return {partition_key(key): count for key, count in self.run(query, list(partitions))}

    def count_by_value(self, table: Table, column: str) -> Mapping[str, Mapping[Any, int]]:
        by = [exp.column(self._partition_column(table)), exp.column(column)]
        found: dict[str, dict[Any, int]] = {}
        for key, value, rows in self.run(exp.select(*by, "COUNT(*)").from_(table.name).group_by(*[c.copy() for c in by])):
            found.setdefault(partition_key(key), {})[value] = rows
        return found

    def max_value(self, table: Table, column: str) -> Any:
        return self.run(exp.select(exp.Max(this=exp.column(column))).from_(table.name))[0][0]

    def fetch_all(self, table: Table) -> list[dict[str, Any]]:
        found = self.run(select_columns(table.name, table.column_names))
        return [dict(zip(table.column_names, row, strict=True)) for row in found]

    def sample_rows(self, table: Table, limit: int) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
        return table.column_names, self.run(select_columns(table.name, table.column_names).limit(limit))

    def sample_rows_by_partition(self, table: Table, partitions: Sequence[str], limit: int) -> Mapping[str, list[tuple[Any, ...]]]:
        found: dict[str, list[tuple[Any, ...]]] = {}
        column = self._partition_column(table)
        place = table.column_names.index(column)
        for start in range(0, len(partitions), SAMPLED_PARTITIONS):
            chosen = partitions[start : start + SAMPLED_PARTITIONS]
            for row in self.execute(_sample_sql(table, column, len(chosen), limit, self.dialect), chosen):
                found.setdefault(partition_key(row[place]), []).append(row)
        return found
