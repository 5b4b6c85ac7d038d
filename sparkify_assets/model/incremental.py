"""The incremental refresh, as queries on a Definition's tree.

To refresh partitions P of a table: *touched* are the keys of its rows that P accounts for, and the keys that P's rows of the
primary now give.  Those rows are deleted and the definition, restricted to those keys, is inserted.  The restriction is a join,
which SQL applies before windows and groups, so each touched key is judged over all its candidates in all partitions; a touched key is
one row, so the join repeats none.  Every ``?`` takes one partition key.
"""

from collections.abc import Mapping

from sqlglot import exp

from sparkify_assets.model.table import Table
from sparkify_assets.model.transform import IncrementalSource, Transform

TEMPORARY_PREFIX = "sparkify_temporary_"
"""how the names of all temporary tables begin, so that none is anybody's: in its session a temporary table hides another of its name"""
AFFECTED_KEYS = f"{TEMPORARY_PREFIX}touched_keys"
"""temporary table: the keys to make anew"""
CHANGED_ROWS = f"{TEMPORARY_PREFIX}changed_rows"
"""temporary table: rows of a secondary table that came or went"""


def affected_keys(definition: Transform, count: int) -> exp.Query:
    """Keys that ``count`` partitions account for, before and after (2 × count parameters)."""
    table, primary = definition.table, _incremental_source_of(definition)
    held = exp.select(*(exp.column(k) for k in table.primary_key)).from_(table.name)
    held = held.where(in_list(exp.column(_partition_column(definition)), table, count), copy=False)
    given = definition.select.copy()
    given.set("joins", [j for j in given.args.get("joins") or [] if j.side != "LEFT"])  # they neither drop rows nor make keys
    for clause in ("qualify", "group", "having", "order", "limit"):
        given.set(clause, None)
    given.set("expressions", [exp.alias_(expression.copy(), column) for column, expression in definition.key.items()])
    given = given.where(in_list(primary.partition.copy(), table, count), copy=False)
    return exp.union(held, given, copy=False)


def restrict_to_affected(definition: Transform) -> exp.Select:
    """The definition for the touched keys only."""
    query = definition.select.copy()
    joins = query.args.get("joins") or []
    alias = _incremental_source_of(definition).alias
    after = next((n for n, join in enumerate(joins, 1) if join.alias_or_name == alias), 0)  # 0: FROM itself
    joins.insert(
        after, exp.Join(this=exp.to_table(AFFECTED_KEYS), kind="INNER", on=same_key(definition.table, definition.key, AFFECTED_KEYS))
    )
    query.set("joins", joins)
    return query


def affected_rows(table: Table) -> exp.Select:
    """FROM and JOIN of the table's rows whose keys are touched; what to SELECT of them is for the caller to add."""
    return exp.select().from_(table.name).join(AFFECTED_KEYS, on=same_key(table, _key_columns(table), AFFECTED_KEYS), join_type="inner")


def delete_affected(table: Table) -> exp.Delete:
    """DELETE the rows whose keys are touched."""
    delete = exp.delete(table.name, where=same_key(table, _key_columns(table), AFFECTED_KEYS))
    delete.set("using", [exp.to_table(AFFECTED_KEYS)])
    return delete


def same_key(table: Table, key: Mapping[str, exp.Expr], other: str) -> exp.Expr:
    """Whether a row that gives this key (column → expression) and one of ``other`` have the same; null is the same as null.

    Redshift has neither IS NOT DISTINCT FROM nor row constructors (REDSHIFT.md §4.5)."""
    pairs = [(expression.copy(), exp.column(column, other), table.column(column).nullable) for column, expression in key.items()]
    return exp.and_(*(_same(one, another, nullable) for one, another, nullable in pairs))


def _same(one: exp.Expr, other: exp.Expr, nullable: bool) -> exp.Expr:
    equal = exp.EQ(this=one, expression=other)
    if not nullable:
        return equal
    return exp.or_(equal, exp.and_(one.copy().is_(exp.null()), other.copy().is_(exp.null())))


def _key_columns(table: Table) -> dict[str, exp.Expr]:
    return {column: exp.column(column, table.name) for column in table.primary_key}


def affected_partitions(definition: Transform, other: str) -> exp.Select:
    """Partitions of the primary whose rows meet changed rows of ``other``, a secondary table."""
    primary = _incremental_source_of(definition)
    query = definition.select.copy()
    for clause in ("qualify", "group", "having", "order", "limit"):
        query.set(clause, None)
    joins = query.args.get("joins") or []
    for scan in [t for j in joins for t in j.find_all(exp.Table) if t.name == other]:
        _join_of(scan).set("side", None)
        scan.replace(exp.alias_(exp.to_table(CHANGED_ROWS), scan.alias_or_name, table=True))
    query.set("expressions", [primary.partition.copy()])
    return query.distinct()


def _join_of(scan: exp.Table) -> exp.Join:
    """The outermost JOIN that a table stands in."""
    join = scan.find_ancestor(exp.Join)
    while join and (outer := join.find_ancestor(exp.Join)):
        join = outer
    assert join is not None
    return join


def in_list(column: exp.Expr, table: Table, count: int) -> exp.Expr:
    """``column IN (?, …)`` with each parameter cast to the type of the table's partition column."""
    kind = table.column(column.name).type
    return exp.In(this=column, expressions=[exp.cast(exp.Placeholder(), kind.copy()) for _ in range(count)])


def _partition_column(definition: Transform) -> str:
    return _incremental_source_of(definition).partition.name


def _incremental_source_of(definition: Transform) -> IncrementalSource:
    if definition.incremental_source is None:
        raise ValueError(f"{definition.table.name} has no partitions; rebuild it")
    return definition.incremental_source
