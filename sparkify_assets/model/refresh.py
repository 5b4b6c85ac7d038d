"""The incremental refresh, as queries on a Definition's tree.

To refresh partitions P of a table: *touched* are the keys of its rows that P accounts for, and the keys that P's rows of the
primary now give.  Those rows are deleted and the definition, restricted to those keys, is inserted.  The restriction stands in
WHERE, which SQL applies before windows and groups, so each touched key is judged over all its candidates in all partitions.
Every ``?`` takes one partition key.
"""

from sqlglot import exp

from sparkify_assets.model.definition import Definition, Primary
from sparkify_assets.model.table import Table

TEMPORARY = "sparkify_temporary_"
"""how the names of all temporary tables begin, so that none is anybody's: in its session a temporary table hides another of its name"""
TOUCHED = f"{TEMPORARY}touched_keys"
"""temporary table: the keys to make anew"""
CHANGED = f"{TEMPORARY}changed_rows"
"""temporary table: rows of a secondary table that came or went"""


def touched(definition: Definition, count: int) -> exp.Query:
    """Keys that ``count`` partitions account for, before and after (2 × count parameters)."""
    table, primary = definition.table, _primary_of(definition)
    key = table.primary_key[0]
    held = exp.select(exp.column(key)).from_(table.name).where(within(exp.column(_partition(definition)), table, count))
    given = definition.select.copy()
    given.set("joins", [j for j in given.args.get("joins") or [] if j.side != "LEFT"])  # they neither drop rows nor make keys
    for clause in ("qualify", "group", "having", "order", "limit"):
        given.set(clause, None)
    given.set("expressions", [exp.alias_(definition.key.copy(), key)])
    given = given.where(within(primary.partition.copy(), table, count), copy=False)
    return exp.union(held, given, copy=False)


def restricted(definition: Definition) -> exp.Select:
    """The definition for the touched keys only."""
    keys = exp.select(exp.column(definition.table.primary_key[0])).from_(TOUCHED)
    return definition.select.copy().where(exp.In(this=definition.key.copy(), query=exp.Subquery(this=keys)), copy=False)


def concerned(definition: Definition, other: str) -> exp.Select:
    """Partitions of the primary whose rows meet changed rows of ``other``, a secondary table."""
    primary = _primary_of(definition)
    query = definition.select.copy()
    for clause in ("qualify", "group", "having", "order", "limit"):
        query.set(clause, None)
    joins = query.args.get("joins") or []
    for scan in [t for j in joins for t in j.find_all(exp.Table) if t.name == other]:
        _join_of(scan).set("side", None)
        scan.replace(exp.alias_(exp.to_table(CHANGED), scan.alias_or_name, table=True))
    query.set("expressions", [primary.partition.copy()])
    return query.distinct()


def _join_of(scan: exp.Table) -> exp.Join:
    """The outermost JOIN that a table stands in."""
    join = scan.find_ancestor(exp.Join)
    while join and (outer := join.find_ancestor(exp.Join)):
        join = outer
    assert join is not None
    return join


def within(column: exp.Expr, table: Table, count: int) -> exp.Expr:
    """``column IN (?, …)`` with each parameter cast to the type of the table's partition column."""
    kind = table.column(column.name).type
    return exp.In(this=column, expressions=[exp.cast(exp.Placeholder(), kind.copy()) for _ in range(count)])


def _partition(definition: Definition) -> str:
    return _primary_of(definition).partition.name


def _primary_of(definition: Definition) -> Primary:
    if definition.primary is None:
        raise ValueError(f"{definition.table.name} has no partitions; rebuild it")
    return definition.primary
