"""Data tests of a table: SELECTs of failing rows, from its DDL (keys, REFERENCES, accepted values) and checks/*.sql.

Redshift records keys without enforcing them, and its planner relies on them (docs/design/redshift-facts.md), so both engines test each, by
expressions of which no key is declared.
NOT NULL and the length of a text are enforced by both engines (transpile.py), so no test of them could fail.
Put here the SELECTs.  Do not put here how they are run (orchestration/checks/).
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from sqlglot import exp
from sqlglot.schema import MappingSchema

from sparkify_assets.model.incremental import in_list, same_key
from sparkify_assets.model.table import Check, Column, Table
from sparkify_assets.model.transpile import typed

ALL_PARTITIONS_BY_KEY = "every_row"
"""alias, in the query of duplicate keys, of the scan that reads the rows of all partitions that share a key with the checked ones"""
CHECKED_KEYS = "asked"
"""alias of the keys of the checked partitions"""


def data_tests(table: Table, schema: MappingSchema) -> Iterator[Check]:
    """All data tests of a table, typed.  Raises ModelError for a check that does not fit the tables."""
    ddl, mine = table.folder / "table.sql", frozenset({table.name})

    def follows(
        name: str, description: str, broken: Callable[[], exp.Query], reads: frozenset[str] = mine, severity: str = "error"
    ) -> Check:
        return Check(name, description, lambda: typed(broken(), schema, ddl), reads, severity, ddl)

    if table.key:
        name = "primary_key" if table.primary_key else "unique_key"
        yield follows(name, f"No two rows have the same {', '.join(table.key)}.", partial(_duplicate_keys, table))
    for column in table.columns:
        if column.references:
            other, key = column.references
            broken, text = (
                partial(_unresolved_references, table, column.name, other, key),
                f"Every {column.name} is found in {other}.{key}.",
            )
            yield follows(f"{column.name}_references_{other}", text, broken, mine | {other})
        if column.accepted_values:
            text = f"{column.name} is {', '.join(column.accepted_values)}, or null."
            yield follows(f"{column.name}_accepted_values", text, partial(_other_values, table, column), severity="warning")
    for check in table.checks:
        yield _typed_check(check, schema)


def restrict_to_partitions(check: Check, table: Table, root: Table, partition: str, count: int) -> tuple[exp.Query, int]:
    """The check for ``count`` partitions of its table: the query, and how many times its parameters repeat."""
    query = check.select.copy()
    scans = [t for t in query.find_all(exp.Table) if _is_restricted(t, check, table)]
    for scan in scans:
        part = exp.select("*").from_(scan.name).where(in_list(exp.column(partition), root, count))
        if scan.alias == ALL_PARTITIONS_BY_KEY:
            part.set("expressions", [exp.alias_(_undeclared(table.column(k)), k) for k in table.key])
            key = {k: exp.column(k, ALL_PARTITIONS_BY_KEY) for k in table.key}
            assert isinstance(query, exp.Select)
            query = query.join(part.distinct().subquery(CHECKED_KEYS), on=same_key(table, key, CHECKED_KEYS), join_type="inner")
        else:
            scan.replace(exp.Subquery(this=part, alias=exp.TableAlias(this=exp.to_identifier(scan.alias_or_name))))
    return query, len(scans)


def _is_restricted(scan: exp.Table, check: Check, table: Table) -> bool:
    default = "checked partitions" if scan.name == table.name else "all partitions"
    return check.scopes.get(scan.alias_or_name, default) == "checked partitions"


def _typed_check(check: Check, schema: MappingSchema) -> Check:
    """Typed immediately: people write these, and an error must appear when the tables are read."""
    query = typed(check.select, schema, check.path)
    return replace(check, build=lambda: query)


def _duplicate_keys(table: Table) -> exp.Select:
    keys = {k: _undeclared(table.column(k), ALL_PARTITIONS_BY_KEY) for k in table.key}
    selected = [exp.alias_(key, name) for name, key in keys.items()]
    query = exp.select(*selected, "COUNT(*) AS rows_with_it").from_(exp.alias_(exp.to_table(table.name), ALL_PARTITIONS_BY_KEY, table=True))
    return query.group_by(*[k.copy() for k in keys.values()]).having("COUNT(*) > 1")


def _undeclared(column: Column, table: str | None = None) -> exp.Expr:
    """The column's value by an expression, of which Redshift's planner knows neither that it is unique nor what it refers to."""
    value = exp.column(column.name, table)
    if column.max_bytes:
        return exp.DPipe(this=value, expression=exp.Literal.string(""))
    if column.type.this in (exp.DType.DATE, exp.DType.TIMESTAMP):
        return exp.Add(this=value, expression=exp.Interval(this=exp.Literal.string("0"), unit=exp.var("second")))
    if column.type.this == exp.DType.BOOLEAN:
        return exp.cast(value, exp.DType.INT)
    return exp.Add(this=value, expression=exp.Literal.number(0))


def _other_values(table: Table, column: Column) -> exp.Select:
    """The value first, then the rest of its row.  Trailing blanks make no other value, as on Redshift."""
    names = [column.name, *(name for name in table.column_names if name != column.name)]
    accepted = [exp.Literal.string(value) for value in column.accepted_values]
    query = exp.select(*(exp.column(name) for name in names)).from_(table.name)
    return query.where(exp.not_(exp.In(this=exp.func("RTRIM", exp.column(column.name)), expressions=accepted)))


def _unresolved_references(table: Table, column: str, other: str, key: str) -> exp.Select:
    theirs = exp.alias_(exp.to_table(other), "referred", table=True)
    mine = table.column(column)
    on = _undeclared(mine, "here").eq(_undeclared(replace(mine, name=key), "referred"))
    query = exp.select("here.*").from_(exp.alias_(exp.to_table(table.name), "here", table=True)).join(theirs, on=on, join_type="left")
    missing = exp.column(key, "referred").is_(exp.null())
    return query.where(exp.and_(exp.column(column, "here").is_(exp.null()).not_(), missing))
