"""Read-only queries on the platform's tables: row counts, failing rows of a data test, sample rows, the status of every table.

Put here what only reads.  Do not put here what reads load metadata (load_metadata.py) or a person's own SQL (query_result.py).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, reduce
from typing import Any

from sqlglot import exp

from sparkify_assets.model import STAGING, Catalog, Check, Table
from sparkify_assets.model.data_tests import restrict_to_partitions
from sparkify_assets.model.incremental import in_list
from sparkify_assets.model.transpile import to_sql
from sparkify_assets.warehouse.connection import SqlConnection, partition_key
from sparkify_assets.warehouse.load_metadata import SAMPLE_ROWS, LoadMetadata
from sparkify_assets.warehouse.results import FailingRows, TableStatus
from sparkify_assets.warehouse.row_values import SHOWN, RowValues
from sparkify_assets.warehouse.schema_state import SchemaState
from sparkify_assets.warehouse.sql_builder import select_columns

MOST_PARAMETERS = 10_000
"""of a statement; Redshift's driver allows 32,767 (docs/design/redshift-facts.md)"""
MOST_PARTITIONS_TOGETHER = 10
"""of which one statement counts the failing rows of several checks: it holds the joins of all of them in memory at once, for 30 days of
200,000 events more than 1 GB"""
SAMPLED_PARTITIONS = 31
"""partitions whose sample rows one statement reads"""


class Queries:
    """Queries through one connection."""

    def __init__(
        self, sql: SqlConnection, catalog: Catalog, metadata: LoadMetadata, schema: SchemaState, row_values: RowValues = SHOWN
    ) -> None:
        self._sql, self._catalog, self._metadata, self._schema, self._row_values = sql, catalog, metadata, schema, row_values

    def count_failing_rows(self, tests: Sequence[tuple[Check, Table]], partitions: Sequence[str] | None = None) -> Mapping[Check, int]:
        """Data test of a table → rows that fail it, among these partitions (None: all).  One statement, unless it gets too large."""
        statements = {check: self._statements(check, table, partitions) for check, table in tests}
        counts: dict[Check, int] = {}
        for checks in _batches(statements, len(partitions or ())):
            together = tuple(statements[check] for check in checks)
            parameters = list(partitions or ()) * sum(one.times for one in together)
            found = dict(self._sql.execute(_counting_sql(together, self._sql.dialect), parameters))
            counts |= {check: found[n] for n, check in enumerate(checks)}
        return counts

    def failing_rows(self, check: Check, table: Table, partitions: Sequence[str] | None = None, count: int | None = None) -> FailingRows:
        """Rows that fail a data test, among these partitions of the table (None: all).  ``count``: how many, if that is known.

        The sample is empty where values are hidden.
        """
        statements = self._statements(check, table, partitions)
        parameters = list(partitions or ()) * statements.times
        if count is None:
            count = self.count_failing_rows([(check, table)], partitions)[check]
        is_sampled = count and self._row_values.shown
        sample = self._sql.run(exp.select("*").from_(statements.rows.copy()).limit(SAMPLE_ROWS), parameters) if is_sampled else []
        return FailingRows(count, statements.columns, tuple(sample), statements.query)

    def _statements(self, check: Check, table: Table, partitions: Sequence[str] | None) -> "_CheckSql":
        self._schema.require_usable(table.name, *check.reads)
        some = len(partitions) if partitions is not None and self._catalog.root(table) else None
        return _check_sql(self._catalog, check, table, some, self._sql.dialect)

    def row_count(self, table: Table) -> int:
        return self._sql.run(exp.select("COUNT(*)").from_(table.name))[0][0]

    def row_counts_of(self, tables: Iterable[Table]) -> Mapping[str, int]:
        """Table → its rows, by one statement."""
        counts = [
            exp.select(exp.alias_(exp.Literal.string(t.name), "name"), exp.alias_("COUNT(*)", "counted")).from_(t.name) for t in tables
        ]
        if not counts:
            return {}
        return dict(self._sql.run(exp.union(*counts, distinct=False) if len(counts) > 1 else counts[0]))

    def row_counts(self, table: Table, partitions: Sequence[str]) -> Mapping[str, int]:
        """Partition → rows; a partition without rows is left out."""
        if not partitions:
            return {}
        column = exp.column(self._catalog.required_partition_column(table))
        query = (
            exp.select(column, "COUNT(*)").from_(table.name).where(in_list(column.copy(), table, len(partitions))).group_by(column.copy())
        )
        return {partition_key(key): count for key, count in self._sql.run(query, list(partitions))}

    def count_by_value(self, table: Table, column: str) -> Mapping[str, Mapping[Any, int]]:
        """Partition → value of the column (None: null) → rows."""
        by = [exp.column(self._catalog.required_partition_column(table)), exp.column(column)]
        found: dict[str, dict[Any, int]] = {}
        for key, value, rows in self._sql.run(exp.select(*by, "COUNT(*)").from_(table.name).group_by(*[c.copy() for c in by])):
            found.setdefault(partition_key(key), {})[value] = rows
        return found

    def rows_of_person(self, staging: Table, person: str) -> Mapping[str, int]:
        """Table → its rows of this person; tables without any are left out."""
        found = {}
        for name, column in self._catalog.person_columns(staging).items():
            is_person = exp.EQ(this=exp.cast(exp.column(column), "VARCHAR(64)"), expression=exp.Placeholder())
            ((rows,),) = self._sql.run(exp.select("COUNT(*)").from_(name).where(is_person), [person])
            if rows:
                found[name] = rows
        return found

    def max_value(self, table: Table, column: str) -> Any:
        """The largest value of the column; None in an empty table."""
        return self._sql.run(exp.select(exp.Max(this=exp.column(column))).from_(table.name))[0][0]

    def fetch_all(self, table: Table) -> list[dict[str, Any]]:
        """Every row by column name, in no order: of a small table, such as a report."""
        rows = self._sql.run(select_columns(table.name, table.column_names))
        return [dict(zip(table.column_names, row, strict=True)) for row in rows]

    def sample_rows(self, table: Table, limit: int) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
        """Column names and some rows, for people to look at; none where values are hidden."""
        if not self._row_values.shown:
            return table.column_names, []
        return table.column_names, self._sql.run(select_columns(table.name, table.column_names).limit(limit))

    def sample_rows_by_partition(self, table: Table, partitions: Sequence[str], limit: int) -> Mapping[str, list[tuple[Any, ...]]]:
        """Partition → some of its rows; a partition without rows is left out, and each where values are hidden."""
        found: dict[str, list[tuple[Any, ...]]] = {}
        if not self._row_values.shown:
            return found
        column = self._catalog.required_partition_column(table)
        index = table.column_names.index(column)
        for start in range(0, len(partitions), SAMPLED_PARTITIONS):
            chosen = partitions[start : start + SAMPLED_PARTITIONS]
            for row in self._sql.execute(_sample_sql(table, column, len(chosen), limit, self._sql.dialect), chosen):
                found.setdefault(partition_key(row[index]), []).append(row)
        return found

    def table_statuses(self) -> Mapping[str, TableStatus]:
        """Table of the catalog that exists → its rows and age."""
        existing = self._sql.existing_tables()
        rows = self.row_counts_of(table for table in self._catalog if table.name in existing)
        loads: dict[str, datetime] = dict(self._sql.run_named("latest_loads")) if "load_history" in existing else {}
        stale = self._metadata.stale_partitions() if "pending_refreshes" in existing else {}
        return {name: TableStatus(rows[name], self._newest_load(loads, name), name in stale) for name in rows}

    def _newest_load(self, loads: Mapping[str, datetime], name: str) -> datetime | None:
        return max((loads[staging] for staging in _staging_tables_of(self._catalog, name) if staging in loads), default=None)


def _staging_tables_of(catalog: Catalog, name: str) -> set[str]:
    """The staging tables that a table is derived from; a staging table itself."""
    if catalog[name].layer == STAGING:
        return {name}
    return {staging for other in catalog.inputs(catalog[name]) for staging in _staging_tables_of(catalog, other)}


@dataclass(frozen=True, eq=False)
class _CheckSql:
    """A data test in an engine's dialect."""

    query: str
    rows: exp.Subquery
    columns: tuple[str, ...]
    times: int
    """how many times the partitions are repeated as parameters"""


@lru_cache(1000)  # building and transpiling the statements takes longer than running them
def _check_sql(catalog: Catalog, check: Check, table: Table, some: int | None, dialect: str) -> _CheckSql:
    """The data test for ``some`` partitions, so many; None: for all."""
    column, root = catalog.partition_column(table), catalog.root(table)
    query, times = restrict_to_partitions(check, table, root, column, some) if some is not None and column and root else (check.select, 0)
    rows = exp.Subquery(this=query.copy(), alias=exp.TableAlias(this=exp.to_identifier("breaking")))
    return _CheckSql(to_sql(query, dialect), rows, tuple(query.named_selects), times)


def _batches(statements: Mapping[Check, _CheckSql], partitions: int) -> Iterator[list[Check]]:
    """The checks that one statement counts: as many as its parameters allow, and at least one; of many partitions, one."""
    batch: list[Check] = []
    parameters = 0
    for check, statement in statements.items():
        needed = statement.times * partitions
        if batch and (partitions > MOST_PARTITIONS_TOGETHER or parameters + needed > MOST_PARAMETERS):
            yield batch
            batch, parameters = [], 0
        batch.append(check)
        parameters += needed
    if batch:
        yield batch


@lru_cache(100)
def _counting_sql(tests: tuple[_CheckSql, ...], dialect: str) -> str:
    """Number of a test → its failing rows."""
    counts = [exp.select(exp.alias_(exp.convert(n), "test"), "COUNT(*)").from_(test.rows.copy()) for n, test in enumerate(tests)]
    return to_sql(reduce(lambda a, b: exp.union(a, b, distinct=False, copy=False), counts), dialect)


@lru_cache(100)
def _sample_sql(table: Table, column: str, count: int, limit: int, dialect: str) -> str:
    """Some rows of each of ``count`` partitions.  A LIMIT for each: to number rows, an engine would read and sort all of them."""
    some = select_columns(table.name, table.column_names).where(in_list(exp.column(column), table, 1)).limit(limit)
    first, *others = (exp.select("*").from_(some.copy().subquery(f"partition_{n}")) for n in range(count))
    return to_sql(reduce(lambda a, b: exp.union(a, b, distinct=False, copy=False), others, first), dialect)
