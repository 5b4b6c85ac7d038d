"""Transpilation of Redshift's SQL to DuckDB, with types from the DDL: without types, results change (``ts / 1000``).

Put here what the engines interpret differently: either transpiled by a rule, with its reason, or rejected by name.  Do not put here
queries of one table (transform.py, incremental.py).
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlglot import Dialect, ErrorLevel, exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema

from sparkify_assets.errors import ModelError
from sparkify_assets.model.table import REDSHIFT, Column, Table

Tree = TypeVar("Tree", bound=exp.Expr)
DIALECTS = {"redshift": REDSHIFT, "duckdb": Dialect.get_or_raise("duckdb")}

# Their result depends on when, where or for whom they run: a table that must converge cannot use them.
CLOCKS = (exp.CurrentTimestamp, exp.CurrentDate, exp.CurrentTime, exp.Localtimestamp, exp.Localtime)
SURROUNDINGS = (exp.CurrentUser, exp.SessionUser, exp.CurrentSchema, exp.CurrentDatabase, exp.CurrentCatalog)
UNSTEADY = (*CLOCKS, *SURROUNDINGS, exp.Rand, exp.Uuid)
# DuckDB has them, Redshift does not (docs/design/redshift-facts.md): rejected here, not on the day of the release.
NOT_REDSHIFT = (exp.Filter, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Array, exp.ArrayAgg)
# Date parts with the same result on both engines; MS and EPOCH differ.
SAME_PARTS = set("YEAR QUARTER MONTH WEEK DAY DAYOFYEAR DOY DAYOFWEEK DOW WEEKDAY HOUR MINUTE SECOND".split())
# Window functions with an order and no frame.
FRAMELESS = (exp.RowNumber, exp.Rank, exp.DenseRank, exp.Lag, exp.Lead, exp.Ntile, exp.PercentRank, exp.CumeDist)
# Functions without a sqlglot node that both engines have, with the same meaning.
SAME_BY_NAME = {"OCTET_LENGTH"}


def typed(tree: Tree, schema: MappingSchema, path: Path) -> Tree:
    """The tree with every column bound to its table and every expression typed.  Raises ModelError naming file and construct."""
    try:
        bound = qualify(tree.copy(), schema=schema, dialect=REDSHIFT, quote_identifiers=False, validate_qualify_columns=True)
        known = annotate_types(bound, schema=schema, dialect=REDSHIFT)
    except SqlglotError as e:
        raise ModelError(f"{path}: {str(e).splitlines()[0]}") from e
    _refuse_what_differs(known, path)
    for dialect in ("redshift", "duckdb"):
        try:
            to_sql(known, dialect)
        except ModelError as e:
            raise ModelError(f"{path}: {e}") from e
    return known  # type: ignore[return-value]  # qualify returns the type of tree it was given


def _refuse_what_differs(tree: exp.Expr, path: Path) -> None:
    for node in tree.walk():
        problem = _problem(node)
        if problem:
            raise ModelError(f"{path}: {node.sql('redshift')[:80]}: {problem}")


def _problem(node: exp.Expr) -> str | None:
    if isinstance(node, UNSTEADY):
        return "its answer depends on when it runs; a table must be the same at every reload"
    if isinstance(node, exp.Anonymous) and node.name.upper() not in SAME_BY_NAME:
        return f"the function {node.name.upper()} is not known on every engine; write it in common SQL"
    if isinstance(node, exp.FromBase) and node.expression.name != "16":
        return "STRTOL has another way on every engine, but for base 16"
    if isinstance(node, NOT_REDSHIFT):
        return "Redshift does not have it; write it in common SQL"
    if isinstance(node, exp.Extract) and node.name.upper() not in SAME_PARTS:
        return f"the part {node.name.upper()} is not the same on every engine; use one of {', '.join(sorted(SAME_PARTS))}"
    if isinstance(node, exp.RegexpReplace):
        return "it replaces every match on Redshift and the first elsewhere; write it in common SQL"
    if isinstance(node, exp.Div) and any(side.is_type(exp.DType.UNKNOWN) for side in (node.left, node.right)):
        return "whether this divides whole numbers, which cuts the fraction off, cannot be told; CAST both sides"
    if isinstance(node, exp.Avg) and node.this.is_type(*exp.DataType.INTEGER_TYPES):
        return "AVG of a whole number is cut to a whole number on Redshift only; CAST it to DOUBLE PRECISION first"
    if isinstance(node, exp.Concat):
        return "CONCAT treats null differently on Redshift; use ||"
    if isinstance(node, exp.Window) and node.args.get("order") and not node.args.get("spec") and not isinstance(node.this, FRAMELESS):
        return "an aggregate over an ordered window needs its frame (ROWS BETWEEN …) on Redshift"
    if isinstance(node, exp.Command):
        return "this statement is not understood"
    return None


def to_sql(tree: exp.Expr, dialect: str) -> str:
    """The statement in a dialect, identifiers quoted.  Raises ModelError for what the dialect cannot express."""
    told = tree.copy() if dialect == "redshift" else _for_duckdb(tree)
    for parameter in told.find_all(exp.Placeholder):
        parameter.set("jdbc", True)  # generates ?, where sqlglot's Redshift dialect would generate %s
    try:
        return told.sql(DIALECTS[dialect], identify=True, comments=False, unsupported_level=ErrorLevel.RAISE, copy=False)
    except SqlglotError as e:
        raise ModelError(f"{tree.sql('redshift')[:80]}: cannot be told to {dialect}: {e}") from e


def _for_duckdb(tree: exp.Expr) -> exp.Expr:
    """A copy with the rules below applied, innermost nodes first, so that what a rule moves has already been processed."""
    told = tree.copy()
    for node in reversed(list(told.walk())):
        rule = RULES.get(type(node))
        if rule and (new := rule(node)) is not node:
            new.type = node.type
            node.replace(new)
            told = new if node is told else told
    return told


def _epoch_milliseconds(node: exp.Expr) -> exp.Expr:
    """``TIMESTAMP 'epoch' + x * INTERVAL '0.001 second'`` is exact on Redshift (docs/design/redshift-facts.md).  DuckDB multiplies
    intervals in 32 bits, so it becomes EPOCH_MS(x), exact for every BIGINT.
    """
    epoch, product = node.this, node.expression
    if not isinstance(epoch, exp.Cast) or epoch.this.name != "epoch" or not isinstance(product, exp.Mul):
        return node
    interval = product.right
    return exp.func("EPOCH_MS", product.left) if isinstance(interval, exp.Interval) and _is_millisecond(interval) else node


def _whole_division(node: exp.Expr) -> exp.Expr:
    """``/`` of integers truncates on Redshift; DuckDB's divides as DOUBLE, exact up to 2^53 only, and its ``//`` truncates."""
    whole = all(side.is_type(*exp.DataType.INTEGER_TYPES) for side in (node.this, node.expression))
    return exp.IntDiv(this=node.this, expression=node.expression) if whole else node


def _blanks_only(node: exp.Expr) -> exp.Expr:
    """TRIM and its variants remove blanks on Redshift; DuckDB's also remove other Unicode spaces unless given the characters."""
    if node.expression is not None:
        return node
    return exp.Trim(this=node.this, expression=exp.Literal.string(" "), position=node.args.get("position"))


def _bytes_of_text(node: exp.Expr) -> exp.Expr:
    """OCTET_LENGTH accepts text on Redshift; DuckDB's accepts bytes only, and its STRLEN counts the bytes of a text."""
    return exp.func("STRLEN", *node.expressions) if node.name.upper() == "OCTET_LENGTH" else node


def _hexadecimal(node: exp.Expr) -> exp.Expr:
    """STRTOL(digits, 16) is a BIGINT on Redshift (docs/design/redshift-facts.md); DuckDB's CAST reads hexadecimal digits after 0x."""
    return exp.cast(exp.DPipe(this=exp.Literal.string("0x"), expression=node.this, safe=True), exp.DType.BIGINT)


RULES: dict[type[exp.Expr], Callable[[exp.Expr], exp.Expr]] = {
    exp.Add: _epoch_milliseconds,
    exp.Div: _whole_division,
    exp.Trim: _blanks_only,
    exp.Anonymous: _bytes_of_text,
    exp.FromBase: _hexadecimal,
}


def _is_millisecond(interval: exp.Interval) -> bool:
    return interval.this.name == "0.001" and str(interval.args.get("unit")).upper() in ("SECOND", "SECONDS")


def create_statements(table: Table, dialect: str) -> list[str]:
    """CREATE TABLE and its comments, without the accepted values, which no engine enforces, and without UNIQUE.

    Redshift's planner trusts UNIQUE as it trusts PRIMARY KEY, but to it two nulls differ.

    DuckDB gets types, NOT NULL and a CHECK of each text's length in bytes, which Redshift's VARCHAR(n) enforces and DuckDB's does not.  It
    would enforce keys, which Redshift only records, so data tests check them on both; distribution and sort keys have no meaning there.
    """
    create = table.create.copy()
    for check in list(create.find_all(exp.CheckColumnConstraint)):
        assert check.parent is not None
        check.parent.pop()
    for unique in list(create.find_all(exp.UniqueColumnConstraint)):
        unique.pop()
    if dialect != "redshift":
        create.set("properties", None)
        create.this.set(
            "expressions", [_duckdb_column(c, table.column(c.name)) for c in create.this.expressions if isinstance(c, exp.ColumnDef)]
        )
    return [to_sql(create, dialect), *(to_sql(c, dialect) for c in comments(table))]


def _duckdb_column(node: exp.ColumnDef, column: Column) -> exp.ColumnDef:
    copy = node.copy()
    constraints = [c for c in copy.constraints if isinstance(c.kind, exp.NotNullColumnConstraint)]
    if column.max_bytes:
        within = exp.LTE(this=exp.func("STRLEN", exp.column(column.name)), expression=exp.Literal.number(column.max_bytes))
        constraints.append(exp.ColumnConstraint(kind=exp.CheckColumnConstraint(this=within)))
    copy.set("constraints", constraints)
    return copy


def comments(table: Table) -> list[exp.Comment]:
    """COMMENT ON for the table and each of its columns."""
    of_table = exp.Comment(this=exp.to_table(table.name), kind="TABLE", expression=exp.Literal.string(table.comment))
    return [of_table] + [
        exp.Comment(this=exp.column(c.name, table.name), kind="COLUMN", expression=exp.Literal.string(c.comment)) for c in table.columns
    ]
