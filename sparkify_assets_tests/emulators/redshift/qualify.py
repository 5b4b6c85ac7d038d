"""QUALIFY for PostgreSQL, which lacks it: the condition becomes a column of a subquery, and the outer query filters by it.

    SELECT a FROM t QUALIFY c ORDER BY o LIMIT n  →
    SELECT a FROM (SELECT a, c AS qualify__, ROW_NUMBER() OVER (ORDER BY o) AS order__ FROM t) AS q
    WHERE qualify__ ORDER BY order__ LIMIT n

Put here QUALIFY. Do not put here what can be translated token by token (rewriting.py).
"""

from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from sparkify_assets_tests.emulators.redshift.errors import ServerError, not_emulated

HOLDS, ORDER = "qualify__", "order__"


@lru_cache(maxsize=256)
def without_qualify(sql: str) -> str:
    """The statement without QUALIFY.

    Raises ServerError for SELECT * with QUALIFY, which would need the table's columns, and for SQL that sqlglot cannot parse.
    """
    try:
        tree = sqlglot.parse_one(sql, read="redshift")
    except SqlglotError as e:
        raise ServerError(f"syntax error: {str(e).splitlines()[0]}", "42601") from None
    for select in [s for s in reversed(list(tree.find_all(exp.Select))) if s.args.get("qualify")]:
        other = _rewritten(select)
        if select is tree:
            tree = other
        else:
            select.replace(other)
    return tree.sql("redshift")


def _rewritten(select: exp.Select) -> exp.Select:
    if any(s.is_star for s in select.selects):
        raise not_emulated("SELECT * with QUALIFY: name the columns")
    inner = select.copy()
    outer = exp.Select()
    if with_ := inner.args.get("with_"):
        inner.set("with_", None)
        outer.set("with_", with_)
    condition, order = inner.args["qualify"].this, inner.args.get("order")
    names = [s.alias_or_name for s in inner.selects]
    for clause in ("qualify", "order", "limit", "offset"):
        if clause in ("limit", "offset") and inner.args.get(clause):
            outer.set(clause, inner.args[clause])
        inner.set(clause, None)
    inner.select(exp.alias_(condition, HOLDS), copy=False)
    if order and all(_is_output(o.this, names) for o in order.expressions):
        outer.set("order", order)
    elif order:
        row_number = exp.Window(this=exp.RowNumber(), order=order)
        inner.select(exp.alias_(row_number, ORDER), copy=False)
        outer.set("order", exp.Order(expressions=[exp.Ordered(this=exp.column(ORDER))]))
    if inner.args.get("distinct"):
        outer.set("distinct", inner.args["distinct"])
        inner.set("distinct", None)
    outer.set("expressions", [exp.column(exp.to_identifier(n, quoted=True)) for n in names])
    outer.set("from_", exp.From(this=inner.subquery("qualified")))
    return outer.where(exp.column(HOLDS), copy=False)


def _is_output(node: exp.Expr, names: list[str]) -> bool:
    return (isinstance(node, exp.Column) and not node.table and node.name in names) or (isinstance(node, exp.Literal) and node.is_int)
