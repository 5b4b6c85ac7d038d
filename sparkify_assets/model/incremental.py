"""The incremental refresh as queries, built from a Transform's syntax tree.

To refresh partitions P of a table: *affected keys* are the keys of its rows in P, and the keys that P's rows of the incremental source
now give.  The rows with these keys are deleted, and the transform, restricted to these keys, is inserted.  The restriction is a join,
which SQL applies before windows and groups, so each affected key is computed over all its candidates in all partitions; an affected key
is one row, so the join repeats none.  Every ``?`` takes one partition key.

Two conditions beside the join let an engine skip what it need not read.  A key's times lie within a range (Redshift's sort keys prune by a
range of values, not by a join).  Where a table chooses one row a key, and no chosen row comes from a partition to refresh, the row chosen
from a new partition is either one of that partition or the one that is there: only these partitions are read.

To recompute days of a table without partitions, the rows of these days are deleted, and the transform, restricted to the rows of its day
source in these days, is inserted.  Days are given as ranges; two ``?`` take the first day of a range and the day after its last.

Where the table has groups (a session that lasts over midnight), the groups with rows in these days, before and after, are the affected
keys: their rows of all days are deleted, and the transform, restricted to these groups, is inserted.  On a day that is not recomputed the
source has not changed, so the table's own rows say on which other days a group has rows: only these days are read.

A full refresh needs no window for a key of which there is one row; a window over all rows sorts them.

Put here how queries are restricted.  Do not put here how they are run (warehouse/).
"""

from collections.abc import Mapping

from sqlglot import exp

from sparkify_assets.model.table import Table
from sparkify_assets.model.transform import DaySource, IncrementalSource, Transform

TEMPORARY_PREFIX = "sparkify_temporary_"
"""prefix of all temporary tables, which avoids conflicts: in its session a temporary table hides another of its name"""
AFFECTED_KEYS = f"{TEMPORARY_PREFIX}touched_keys"
"""temporary table: the keys to recompute"""
CHANGED_ROWS = f"{TEMPORARY_PREFIX}changed_rows"
"""temporary table: added and deleted rows of a joined table"""
SEVERAL_ROWS = f"{TEMPORARY_PREFIX}keys_of_several_rows"
"""part of a query: the keys for which a row has to be chosen"""


def affected_keys(definition: Transform, count: int) -> exp.Query:
    """Keys of ``count`` partitions, before and after (2 × count parameters)."""
    table, primary = definition.table, _incremental_source_of(definition)
    held = exp.select(*(exp.column(k) for k in table.key)).from_(table.name)
    held = held.where(in_list(exp.column(_partition_column(definition)), table, count), copy=False)
    given = definition.select.copy()
    given.set("joins", [j for j in given.args.get("joins") or [] if j.side != "LEFT"])  # LEFT joins neither drop rows nor give keys
    for clause in ("qualify", "group", "having", "order", "limit"):
        given.set(clause, None)
    given.set("expressions", [exp.alias_(expression.copy(), column) for column, expression in definition.key.items()])
    given = given.where(in_list(primary.partition.copy(), table, count), copy=False)
    return exp.union(held, given, copy=False)


def restrict_to_affected(definition: Transform, partitions: int) -> exp.Select:
    """The transform's SELECT for the affected keys only, from so many partitions (0: from all), and within the range of the keys' times."""
    query = definition.select.copy()
    for column in times_read(definition):
        query.where(_within(definition.key[column].copy(), definition.table, column), copy=False)
    if partitions:
        partition = _incremental_source_of(definition).partition
        query.where(in_list(partition.copy(), definition.table, partitions), copy=False)
    joins = query.args.get("joins") or []
    alias = _incremental_source_of(definition).alias
    after = next((n for n, join in enumerate(joins, 1) if join.alias_or_name == alias), 0)  # 0: FROM itself
    joins.insert(
        after, exp.Join(this=exp.to_table(AFFECTED_KEYS), kind="INNER", on=same_key(definition.table, definition.key, AFFECTED_KEYS))
    )
    query.set("joins", joins)
    return query


def affected_rows(table: Table) -> exp.Select:
    """FROM, JOIN and WHERE of the table's rows with affected keys; the caller adds what to SELECT."""
    rows = exp.select().from_(table.name).join(AFFECTED_KEYS, on=same_key(table, _key_columns(table), AFFECTED_KEYS), join_type="inner")
    return rows.where(*_within_times(table), copy=False)


def delete_affected(table: Table) -> exp.Delete:
    """DELETE the rows with affected keys."""
    delete = exp.delete(table.name, where=exp.and_(same_key(table, _key_columns(table), AFFECTED_KEYS), *_within_times(table)))
    delete.set("using", [exp.to_table(AFFECTED_KEYS)])
    return delete


def same_key(table: Table, key: Mapping[str, exp.Expr], other: str) -> exp.Expr:
    """Whether a row that gives this key (column → expression) and one of ``other`` have the same key; null equals null.

    Redshift has neither IS NOT DISTINCT FROM nor row constructors (docs/design/redshift-facts.md).
    """
    pairs = [(expression.copy(), exp.column(column, other), table.column(column).nullable) for column, expression in key.items()]
    return exp.and_(*(_same(one, another, nullable) for one, another, nullable in pairs))


def _same(one: exp.Expr, other: exp.Expr, nullable: bool) -> exp.Expr:
    equal = exp.EQ(this=one, expression=other)
    if not nullable:
        return equal
    return exp.or_(equal, exp.and_(one.copy().is_(exp.null()), other.copy().is_(exp.null())))


def times_of_key(table: Table) -> list[str]:
    """Columns of the key by whose range rows with affected keys are found: each takes two parameters, the first and the last time."""
    columns = [table.column(name) for name in table.key]
    return [c.name for c in columns if c.type.this in (exp.DType.TIMESTAMP, exp.DType.DATE) and not c.nullable]


def times_read(definition: Transform) -> list[str]:
    """Those of these columns that the table has as its source has them."""
    return [name for name in times_of_key(definition.table) if isinstance(definition.key[name], exp.Column)]


def range_of_keys(table: Table) -> exp.Select:
    """First and last value of each of these columns among the affected keys."""
    columns = [exp.column(name) for name in times_of_key(table)]
    return exp.select(*(bound(this=column.copy()) for column in columns for bound in (exp.Min, exp.Max))).from_(AFFECTED_KEYS)


def _within_times(table: Table) -> list[exp.Expr]:
    return [_within(exp.column(name, table.name), table, name) for name in times_of_key(table)]


def _within(expression: exp.Expr, table: Table, column: str) -> exp.Between:
    first, last = (exp.cast(exp.Placeholder(), table.column(column).type.copy()) for _ in range(2))
    return exp.Between(this=expression, low=first, high=last)


def _key_columns(table: Table) -> dict[str, exp.Expr]:
    return {column: exp.column(column, table.name) for column in table.key}


def affected_partitions(definition: Transform, other: str) -> exp.Select:
    """Partitions of the incremental source whose rows join changed rows of ``other``, a joined table."""
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
    """The outermost JOIN that contains a table."""
    join = scan.find_ancestor(exp.Join)
    while join and (outer := join.find_ancestor(exp.Join)):
        join = outer
    assert join is not None
    return join


def choose_where_needed(definition: Transform) -> exp.Query:
    """The SELECT of a transform that chooses a row a key, with its window over the rows only that may be chosen among several of a key.

    These are the rows that are first by the first expression of the window's order, or null in it, wherever nulls are sorted.
    In the dialects that have IS NOT DISTINCT FROM: keys are compared as PARTITION BY compares them, null with null.
    """
    chosen = definition.select.copy()
    ctes = chosen.ctes
    chosen.set("with_", None)
    window = next(chosen.find_all(exp.Window))
    key, first = window.args["partition_by"], window.args["order"].expressions[0]
    rows = chosen.copy()
    rows.set("qualify", None)
    several = rows.copy()
    best = (exp.Max if first.args.get("desc") else exp.Min)(this=first.this.copy())
    several.set("expressions", [*(exp.alias_(e.copy(), f"key_{n}") for n, e in enumerate(key)), exp.alias_(best, "best")])
    several = several.group_by(*(e.copy() for e in key)).having(exp.GT(this=exp.Count(this=exp.Star()), expression=exp.convert(1)))
    same = exp.and_(*(exp.NullSafeEQ(this=e.copy(), expression=exp.column(f"key_{n}", SEVERAL_ROWS)) for n, e in enumerate(key)))
    has_several = exp.Exists(this=exp.select(exp.convert(1)).from_(SEVERAL_ROWS).where(same.copy()))
    is_best = exp.or_(first.this.copy().eq(exp.column("best", SEVERAL_ROWS)), first.this.copy().is_(exp.null()))
    candidates = chosen.join(SEVERAL_ROWS, on=same, join_type="inner").where(is_best, has_several.copy())
    query = exp.union(rows.where(exp.not_(has_several)), candidates, distinct=False)
    query.set("with_", exp.With(expressions=ctes))
    return query.with_(SEVERAL_ROWS, as_=several)


def restrict_to_days(definition: Transform, ranges: int) -> exp.Select:
    """The transform's SELECT for so many ranges of days; of a table with groups, for the affected groups alone."""
    source = _day_source_of(definition)
    query = definition.select.copy()
    scan = next(t for t in query.find_all(exp.Table) if t.name == source.table)
    inner, alias = scan.parent_select, scan.alias_or_name
    assert inner is not None
    if source.group:
        read = {mine: exp.column(theirs, alias) for mine, theirs in source.group.items()}
        inner.join(AFFECTED_KEYS, on=same_key(definition.table, read, AFFECTED_KEYS), join_type="inner", copy=False)
    inner.where(in_ranges(exp.column(source.scanned, alias), ranges), copy=False)
    return query


def affected_groups(definition: Transform, ranges: int) -> exp.Query:
    """Groups that have rows in so many ranges of days, before and after (4 parameters each range)."""
    source, table = _day_source_of(definition), definition.table.name
    held = exp.select(*(exp.column(mine) for mine in source.group)).from_(table)
    held.where(in_ranges(exp.column(source.column), ranges), copy=False)
    given = exp.select(*(exp.alias_(exp.column(theirs), mine) for mine, theirs in source.group.items())).from_(source.table)
    given.where(in_ranges(exp.column(source.scanned), ranges), copy=False)
    return exp.union(held, given, copy=False)


def days_of_groups(definition: Transform) -> exp.Select:
    """Days on which the affected groups have rows."""
    source = _day_source_of(definition)
    day = exp.column(source.column, definition.table.name)
    return exp.select(day).distinct().from_(definition.table.name).join(AFFECTED_KEYS, on=_same_group(definition), join_type="inner")


def delete_days(definition: Transform, ranges: int) -> exp.Delete:
    """DELETE the rows of so many ranges of days; of a table with groups, those of the affected groups alone."""
    source, table = _day_source_of(definition), definition.table.name
    delete = exp.delete(table, where=in_ranges(exp.column(source.column, table), ranges))
    if source.group:
        delete.where(_same_group(definition), copy=False)
        delete.set("using", [exp.to_table(AFFECTED_KEYS)])
    return delete


def _same_group(definition: Transform) -> exp.Expr:
    table = definition.table
    return same_key(table, {name: exp.column(name, table.name) for name in _day_source_of(definition).group}, AFFECTED_KEYS)


def in_ranges(column: exp.Column, count: int) -> exp.Expr:
    """``(column >= ? AND column < ?) OR …``: a DATE or TIMESTAMP column within ranges of days."""
    after, before = (exp.cast(exp.Placeholder(), exp.DType.DATE) for _ in range(2))
    within = exp.and_(exp.GTE(this=column, expression=after), exp.LT(this=column.copy(), expression=before))
    return exp.or_(*(within.copy() for _ in range(count)))


def in_list(column: exp.Expr, table: Table, count: int) -> exp.Expr:
    """``column IN (?, …)``, with each parameter cast to the type of the table's partition column."""
    kind = table.column(column.name).type
    return exp.In(this=column, expressions=[exp.cast(exp.Placeholder(), kind.copy()) for _ in range(count)])


def _day_source_of(definition: Transform) -> DaySource:
    if definition.day_source is None:
        raise ValueError(f"{definition.table.name} is not recomputed by the day")
    return definition.day_source


def _partition_column(definition: Transform) -> str:
    return _incremental_source_of(definition).partition.name


def _incremental_source_of(definition: Transform) -> IncrementalSource:
    if definition.incremental_source is None:
        raise ValueError(f"{definition.table.name} has no partitions; rebuild it")
    return definition.incremental_source
