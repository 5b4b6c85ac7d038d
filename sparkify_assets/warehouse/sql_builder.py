"""SQL that the machinery builds or reads: statements without a sqlglot builder, named statements (sql/*.sql), incremental refreshes.

Put here functions that return SQL.  Do not put here anything that runs it.
"""

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import files

import sqlglot
from sqlglot import exp

from sparkify_assets.model import Catalog, Table, incremental
from sparkify_assets.model.transpile import to_sql


def drop(name: str) -> exp.Drop:
    """DROP TABLE name, which must exist."""
    return exp.Drop(tables=[exp.to_table(name)], kind="TABLE")


Columns = Mapping[str, exp.DataType]
"""column → its type"""


def create_temporary(name: str, content: exp.Query | Columns) -> exp.Create:
    """CREATE TEMPORARY TABLE name AS a query without parameters, or without rows, of these columns."""
    temporary = exp.Properties(expressions=[exp.TemporaryProperty()])
    if isinstance(content, exp.Query):
        return exp.Create(this=exp.to_table(name), kind="TABLE", expression=content, properties=temporary)
    columns = [exp.ColumnDef(this=exp.to_identifier(column), kind=kind.copy()) for column, kind in content.items()]
    return exp.Create(this=exp.Schema(this=exp.to_table(name), expressions=columns), kind="TABLE", properties=temporary)


def types_of(table: Table, columns: Iterable[str]) -> Columns:
    return {name: table.column(name).type for name in columns}


def insert(table: str, columns: Iterable[str], query: exp.Query | exp.Values) -> exp.Insert:
    """INSERT INTO table (columns) query."""
    return exp.insert(query, table, columns=[exp.to_identifier(c) for c in columns])


def select_columns(table: str, columns: Iterable[str]) -> exp.Select:
    """SELECT these columns FROM table."""
    return exp.select(*(exp.column(c) for c in columns)).from_(table)


def select_from_lists(columns: Columns) -> exp.Select:
    """Rows from one list per column (DuckDB): 100,000 rows in 0.2 s, where executemany takes a minute."""
    lists = {n: exp.DataType(this=exp.DType.ARRAY, nested=True, expressions=[kind.copy()]) for n, kind in columns.items()}
    return exp.select(*(exp.alias_(exp.func("UNNEST", exp.cast(exp.Placeholder(), of)), n, quoted=True) for n, of in lists.items()))


@cache
def insert_values_sql(table: Table, rows: int, dialect: str) -> str:
    """INSERT of so many rows of all columns, a parameter each value."""
    row = exp.Tuple(expressions=[exp.cast(exp.Placeholder(), c.type.copy()) for c in table.columns])
    values = exp.Values(expressions=[row.copy() for _ in range(rows)])
    return to_sql(insert(table.name, table.column_names, values), dialect)


@cache
def named_statement(name: str, dialect: str, listed: int = 1) -> str:
    """``sql/<name>.sql``, written in Redshift's dialect with ``?`` for each parameter; its ``IN (?)`` gets ``listed`` parameters."""
    text = (files("sparkify_assets.warehouse") / "sql" / f"{name}.sql").read_text(encoding="utf-8")
    tree = sqlglot.parse_one(text, read="redshift")
    if (choice := tree.find(exp.In)) is not None:
        choice.set("expressions", [exp.Placeholder() for _ in range(listed)])
    return to_sql(tree, dialect)


# Building and transpiling these statements takes longer than running them on a small table, so each is built once.
_cached = lru_cache(500)


@_cached
def insert_sql(catalog: Catalog, table: Table, dialect: str, rereads: bool) -> str:
    """INSERT of all rows of a derived table; ``rereads``: see SqlConnection.rereads_for_windows."""
    transform = catalog.transforms[table.name]
    query = incremental.choose_where_needed(transform) if rereads and transform.chooses_a_row else transform.select
    return to_sql(insert(table.name, table.column_names, query), dialect)


@_cached
def insert_affected_sql(catalog: Catalog, table: Table, dialect: str, partitions: int) -> str:
    """INSERT of a derived table's rows of the affected keys, read from so many partitions of its source (0: from all)."""
    query = incremental.restrict_to_affected(catalog.transforms[table.name], partitions)
    return to_sql(insert(table.name, table.column_names, query), dialect)


@_cached
def replace_days_sql(catalog: Catalog, table: Table, dialect: str, ranges: int) -> tuple[str, str]:
    """DELETE and INSERT of a table's rows of so many ranges of days (2 parameters each, in both)."""
    transform = catalog.transforms[table.name]
    query = incremental.restrict_to_days(transform, ranges)
    return to_sql(incremental.delete_days(transform, ranges), dialect), to_sql(insert(table.name, table.column_names, query), dialect)


@_cached
def affected_groups_sql(catalog: Catalog, table: Table, dialect: str, ranges: int) -> tuple[str, str]:
    """INSERT of the groups with rows in so many ranges of days into the temporary table of these (4 parameters each), and their days."""
    transform = catalog.transforms[table.name]
    assert transform.day_source is not None
    add = insert(incremental.AFFECTED_KEYS, transform.day_source.group, incremental.affected_groups(transform, ranges))
    return to_sql(add, dialect), to_sql(incremental.days_of_groups(transform), dialect)


@_cached
def affected_keys_sql(catalog: Catalog, table: Table, dialect: str, count: int) -> str:
    """INSERT of the keys that ``count`` partitions affect into the temporary table of these (2 × count parameters)."""
    query = incremental.affected_keys(catalog.transforms[table.name], count)
    return to_sql(insert(incremental.AFFECTED_KEYS, table.key, query), dialect)


@_cached
def affected_partitions_sql(catalog: Catalog, table: Table, other: str, dialect: str) -> str:
    """Partitions of the table whose rows join changed rows of the other."""
    return to_sql(incremental.affected_partitions(catalog.transforms[table.name], other), dialect)
