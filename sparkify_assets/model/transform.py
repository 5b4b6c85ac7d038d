"""Analysis of a derived table's SELECT: the tables it reads, the origin of each column, its incremental source or its day source.

A partitioned table has the partition column of the staging table its rows come from (``log_date``), so that the rows of a partition
can be found again.  The table that this column is read from is the *incremental source*.

A table without partitions may have a day: a DATE column that is read from the day of one table, the *day source*.  Where every GROUP BY
and every window of its SELECT is by that day, the rows of a day follow from that day's rows, and can be recomputed alone.  Where they are
by other columns of the key, as a window over a session that lasts over midnight is, these are its *group*: the rows of a group follow from
its rows of all days, and the groups that have rows in a day are recomputed whole.

Put here what one SELECT determines.  Do not put here queries made from it (incremental.py).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp
from sqlglot.optimizer.scope import Scope, build_scope
from sqlglot.schema import MappingSchema

from sparkify_assets.errors import ModelError
from sparkify_assets.model.table import Table, tables_in
from sparkify_assets.model.transpile import typed

ColumnOrigin = tuple[str, str]
"""table, column"""


@dataclass(frozen=True, eq=False)
class IncrementalSource:
    """The table that a derived table follows partition by partition."""

    table: str
    alias: str
    partition: exp.Column
    """its partition column, as the SELECT names it"""


@dataclass(frozen=True)
class DaySource:
    """The table that a table without partitions follows day by day."""

    table: str
    scanned: str
    """its column that tells the day: a DATE, or a TIMESTAMP that is cast to one"""
    column: str
    """the day in the table that follows it"""
    group: Mapping[str, str] = field(default_factory=dict)
    """column of the table's key → the source's: what has rows in a day is recomputed whole; none: the day alone is"""


@dataclass(frozen=True, eq=False)
class Transform:
    """A derived table's SELECT, typed, and what follows from it."""

    table: Table
    select: exp.Select
    reads: tuple[str, ...]
    lineage: Mapping[str, tuple[ColumnOrigin, ...]]
    incremental_source: IncrementalSource | None
    """None: no partitions"""
    day_source: DaySource | None
    """None: has partitions, or is always recomputed in full"""

    @property
    def joined_tables(self) -> tuple[str, ...]:
        """Tables it reads besides its incremental source; a change there affects some of its partitions."""
        return tuple(t for t in self.reads if self.incremental_source and t != self.incremental_source.table)

    @property
    def chooses_a_row(self) -> bool:
        """Whether it takes the first row of each key (QUALIFY ROW_NUMBER() … = 1): then a row that is not chosen plays no part."""
        qualify, windows = self.select.args.get("qualify"), list(self.select.find_all(exp.Window))
        if qualify is None or len(windows) != 1 or self.select.args.get("group"):
            return False
        is_first = exp.EQ(this=windows[0].copy(), expression=exp.convert(1))
        return isinstance(windows[0].this, exp.RowNumber) and qualify.this == is_first

    @property
    def key(self) -> Mapping[str, exp.Expr]:
        """Column of the key → its expression on a row of the incremental source."""
        return {column: _projection(self.select, column) for column in self.table.key}


def read_transform(table: Table, schema: MappingSchema, partition_columns: set[str], lookups: set[str]) -> Transform:
    """Analyse a derived table's SELECT, which may read ``lookups`` more than once.

    Raises ModelError naming the file for SQL that a refresh cannot keep up to date.
    """
    assert table.select is not None
    path = table.definition_path
    select = typed(table.select, schema, path)
    scope = build_scope(select)
    assert scope is not None
    reads = tuple(sorted(tables_in(select)))
    lineage = {c: tuple(sorted(_origins(_projection(select, c), scope))) for c in table.column_names}
    partition = next((c for c in table.column_names if c in partition_columns), None)
    primary = _incremental_source(table, select, partition, lookups) if partition else None
    return Transform(table, select, reads, lineage, primary, None if primary else _day_source(table, select, scope))


def _incremental_source(table: Table, select: exp.Select, partition: str, lookups: set[str]) -> IncrementalSource:
    path = table.definition_path
    columns = list(_projection(select, partition).find_all(exp.Column))
    tables = {t.alias_or_name: t.name for t in _scanned(select)}
    if len(columns) != 1 or columns[0].table not in tables:
        raise ModelError(f"{path}: {partition} must be read from one table in FROM or JOIN, so that a refresh knows whose partition it is")
    primary = IncrementalSource(tables[columns[0].table], columns[0].table, columns[0])
    if not table.key:
        raise ModelError(
            f"{table.folder / 'table.sql'}: a table with {partition} needs a PRIMARY KEY (or UNIQUE, where a column of it may be null); "
            "a refresh finds its rows by it"
        )
    key = {column: _projection(select, column) for column in table.key}
    for column, expression in key.items():
        if unknown := {c.table for c in expression.find_all(exp.Column)} - {primary.alias}:
            raise ModelError(f"{path}: the key {column} is read from {min(unknown)}; expected {primary.alias}, as {partition} is")
    for join in select.args.get("joins") or []:
        if join.side not in ("", "LEFT") or join.kind not in ("", "INNER", "OUTER"):
            raise ModelError(f"{path}: {join.side} {join.kind} JOIN: a refresh can follow INNER and LEFT joins only")
    if problem := _reaches_beyond_a_key(select, list(key.values()), lookups):
        raise ModelError(f"{path}: {problem}; a refresh recomputes only the keys that its partitions affect")
    return primary


def _reaches_beyond_a_key(select: exp.Select, key: Sequence[exp.Expr], lookups: set[str]) -> str | None:
    """Why the rows of one key depend on those of others, so that an incremental and a full refresh would differ; None if they do not."""
    allowed = {*(t.name for t in _scanned(select)), *(t.name for s in _joined_row_by_row(select) for t in _scanned(s))}
    elsewhere = Counter(t.name for t in select.find_all(exp.Table) if t.name not in lookups) - Counter(allowed)
    if elsewhere:
        return f"{min(elsewhere)} is read in a subquery, or twice; read each table once, in FROM or JOIN itself"
    for clause in ("limit", "offset"):
        if select.args.get(clause):
            return f"{clause.upper()} chooses among all rows"
    if made := [k for k in key if k.find(exp.AggFunc, exp.Window)]:
        return f"the key {made[0].sql('redshift')} is not known row by row"
    columns = {k.sql(): {c.sql() for c in k.find_all(exp.Column)} for k in key}
    windows = [(w.sql("redshift")[:80], w.args.get("partition_by") or []) for w in select.find_all(exp.Window)]
    groups = [("GROUP BY", g.expressions) for g in select.find_all(exp.Group)]
    for what, by in windows + groups:
        told = {e.sql() for e in by}
        if not all(expression in told or needed <= told for expression, needed in columns.items()):
            return f"{what}: expected it to be by {' and '.join(sorted(set().union(*columns.values())))}, of which the key is made"
    return None


def _day_source(table: Table, select: exp.Select, scope: Scope) -> DaySource | None:
    """None: every row may depend on all days.  A table that is read twice is no day source: other days' rows may be read of it, too."""
    scans = Counter(t.name for t in select.find_all(exp.Table))
    days = [c.name for c in table.columns if c.type.this == exp.DType.DATE and not c.nullable]
    for group in ((), tuple(name for name in table.key if name not in days)):
        for day in days:
            by = [c for c in group if _source_of_rows(scope, day, [c])] or [day]
            found = _source_of_rows(scope, day, by)
            if found and scans[found[0]] == 1:
                read = found[1]
                return DaySource(found[0], read[day], day, {name: read[name] for name in by if name != day})
    return None


def _source_of_rows(scope: Scope, day: str, by: Sequence[str]) -> tuple[str, dict[str, str]] | None:
    """The table that a query's rows are read from, and its columns that ``day`` and ``by`` are read from.

    None if the rows with these values of ``by`` depend on rows with others.
    """
    select = scope.expression
    if not isinstance(select, exp.Select) or any(select.args.get(clause) for clause in ("limit", "offset", "distinct")):
        return None
    values = {name: _projection(select, name) for name in {day, *by}}
    groups = [g.expressions for g in scope.find_all(exp.Group)]
    windows = list(scope.find_all(exp.Window))
    clauses = (*groups, *(w.args.get("partition_by") or [] for w in windows))
    if not all(values[name] in clause for clause in clauses for name in by):
        return None
    aggregates = [a for a in scope.find_all(exp.AggFunc) if not isinstance(a.parent, exp.Window)]
    if aggregates and not groups:
        return None
    value = values[day]
    read = values | ({day: value.this} if isinstance(value, exp.Cast) and value.to.this == exp.DType.DATE else {})
    from_ = select.args.get("from_")
    scanned = from_.this.alias_or_name if from_ is not None else ""
    columns = {name: column for name, column in read.items() if isinstance(column, exp.Column) and column.table == scanned}
    if len(columns) < len(read):  # it is computed, or may be absent from a joined row
        return None
    if any(join.side not in ("", "LEFT") for join in select.args.get("joins") or []):
        return None
    source, column = scope.sources[scanned], columns[day]
    names = {name: c.name for name, c in columns.items()}
    if isinstance(source, exp.Table):
        is_day = column.is_type(exp.DType.DATE) or (column is not value and column.is_type(exp.DType.TIMESTAMP))
        return (source.name, names) if is_day else None
    inner = _source_of_rows(source, names[day], [names[name] for name in by]) if column is value else None
    return (inner[0], {name: inner[1][inner_name] for name, inner_name in names.items()}) if inner else None


def _scanned(select: exp.Select) -> list[exp.Table]:
    """The tables directly in FROM and JOIN, not those inside subqueries."""
    clauses = [select.args.get("from_"), *(select.args.get("joins") or [])]
    return [c.this for c in clauses if c and isinstance(c.this, exp.Table)]


def _joined_row_by_row(select: exp.Select) -> list[exp.Select]:
    """Subqueries in JOIN that return one row for each row they scan; they count as tables."""
    joined = [j.this.this for j in select.args.get("joins") or [] if isinstance(j.this, exp.Subquery)]
    return [s for s in joined if isinstance(s, exp.Select) and not s.find(exp.AggFunc, exp.Window, exp.Group, exp.Distinct, exp.Limit)]


def _projection(select: exp.Select, column: str) -> exp.Expr:
    return next(p for p in select.selects if p.alias_or_name == column).unalias()


def _origins(expression: exp.Expr, scope: Scope) -> set[ColumnOrigin]:
    found: set[ColumnOrigin] = set()
    for column in expression.find_all(exp.Column):
        source = scope.sources.get(column.table)
        if isinstance(source, exp.Table):
            found.add((source.name, column.name))
        elif isinstance(source, Scope) and isinstance(source.expression, exp.Select):
            found |= _origins(_projection(source.expression, column.name), source)
    return found
