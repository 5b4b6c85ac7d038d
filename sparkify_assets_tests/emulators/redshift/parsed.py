"""What Redshift rejects in a query that can be seen only in its parse tree: windows, correlation, functions of the leader node, names.

A statement that sqlglot cannot parse is not checked here; PostgreSQL has the last word. Which rules are certain: DIALECT.md.

Put here rejections that need the tree. Do not put here those that tokens show (guards.py).
"""

from collections.abc import Iterator, Sequence

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from sparkify_assets_tests.emulators.redshift.errors import ServerError, syntax
from sparkify_assets_tests.emulators.redshift.tokens import Token

RESERVED = set(
    "aes128 aes256 allowoverwrite az64 backup blanksasnull bytedict bzip2 credentials deflate defrag delta delta32k disable "
    "emptyasnull enable encode encrypt encryption explicit globaldict256 globaldict64k gzip identity ignore language lun luns lzo "
    "lzop minus mostly16 mostly32 mostly8 new nulls off offline old open parallel partition percent permissions pivot raw "
    "readratio recover rejectlog resort respect restore snapshot system tag tdes text255 text32k timestamp top truncatecolumns "
    "unpivot wallet without".split()
)
"""The guide's words (Reserved words) that PostgreSQL does not reserve. Not OID, TYPE and START, which the guide itself uses unquoted."""
LEADER = set(
    "current_schemas has_database_privilege has_schema_privilege has_table_privilege substr factorial log age isfinite now getbit "
    "get_bit get_byte set_bit set_byte to_ascii pg_backend_pid".split()
)
"""Leader node-only functions of the guide, and PG_BACKEND_PID, of which it does not say so."""
LEADER_VALUES = set("current_schema current_time current_timestamp localtime localtimestamp".split())
SYSTEM = ("stl_", "stv_", "svl_", "svcs_", "sys_", "svv_")
CATALOGS = ("pg_", "svv_columns", "svv_tables")
"""On the leader node."""
FRAMED = (exp.AggFunc, exp.FirstValue, exp.LastValue, exp.NthValue)
UNFRAMED = (exp.RowNumber, exp.Rank, exp.DenseRank, exp.PercentRank, exp.CumeDist, exp.Ntile, exp.Lag, exp.Lead)
BLOCKS = (exp.Select, exp.Update, exp.Delete)
READ = set("select with ( insert update delete merge create".split())
DECORRELATED = "This type of correlated subquery pattern is not supported due to internal error"
LEADER_ONLY = "Specified types or functions (one per INFO message) not supported on Redshift tables."


def check(sql: str, told: Sequence[Token]) -> None:
    """Raises ServerError for a statement that Redshift rejects."""
    first, words = told[0].word if told else "", {t.word for t in told}
    if first not in READ or (first == "create" and not words & {"select", "with"}):
        return
    worth = {"over", "recursive", "binding"} | RESERVED | LEADER | LEADER_VALUES
    blocks = [t.word for t in told].count("select") + (first in ("update", "delete"))
    if not words & worth and blocks < 2 and not any(w.startswith((*CATALOGS, "information_")) for w in words):
        return
    try:
        tree = sqlglot.parse_one(sql, read="redshift")
    except SqlglotError:
        return
    if not isinstance(tree, exp.Query | exp.Insert | exp.Update | exp.Delete | exp.Merge | exp.Create):
        return
    _check_names(tree)
    _check_windows(tree)
    _check_recursion(tree)
    _check_leader(tree, told)
    for query in tree.find_all(exp.Select):
        _check_correlation(query)
    if isinstance(tree, exp.Create) and tree.args.get("no_schema_binding"):
        for table in _tables(tree.expression):
            if not table.db:
                raise ServerError("All the relation names inside should be qualified when creating VIEW WITH NO SCHEMA BINDING.", "0A000")


def _check_names(tree: exp.Expr) -> None:
    for name in tree.find_all(exp.Identifier):
        if not name.quoted and name.name.lower() in RESERVED and not isinstance(name.parent, exp.Property):
            raise syntax(name.name)


def _check_windows(tree: exp.Expr) -> None:
    for window in tree.find_all(exp.Window):
        of = window.this.this if isinstance(window.this, exp.IgnoreNulls | exp.RespectNulls) else window.this
        framed = isinstance(of, FRAMED) and not isinstance(of, UNFRAMED)
        if framed and window.args.get("order") and not window.args.get("spec"):
            raise ServerError("Aggregate window functions with an ORDER BY clause require a frame clause", "0A000")
        if (spec := window.args.get("spec")) and spec.args.get("kind") == "RANGE":
            raise ServerError("RANGE clause of window functions not yet implemented", "0A000")


def _check_recursion(tree: exp.Expr) -> None:
    for cte in tree.find_all(exp.CTE):
        if not cte.args["alias"].columns and any(t.name == cte.alias and not t.db for t in cte.this.find_all(exp.Table)):
            raise ServerError(f'the recursive common table expression "{cte.alias}" needs a list of its columns', "42601")


def _tables(tree: exp.Expr) -> Iterator[exp.Table]:
    """Tables and views by name, except common table expressions."""
    ctes = {c.alias.lower() for c in tree.find_all(exp.CTE)}
    for table in tree.find_all(exp.Table):
        if isinstance(table.this, exp.Identifier) and (table.db or table.name.lower() not in ctes):
            yield table


def _check_leader(tree: exp.Expr, told: Sequence[Token]) -> None:
    """What only the leader node has, in a statement that the compute nodes run, too."""
    if isinstance(tree, exp.Create) and tree.kind == "VIEW":
        return
    catalogs = users = systems = 0
    for table in _tables(tree):
        name = table.name.lower()
        catalog = table.db.lower() == "information_schema" or name.startswith(CATALOGS)
        system = not catalog and name.startswith(SYSTEM)
        catalogs, systems, users = catalogs + catalog, systems + system, users + (not catalog and not system)
    words = [t.word for t in told]
    functions = {
        w
        for at, w in enumerate(words)
        if (w in LEADER_VALUES and words[at - 1] != ".") or (w in LEADER and words[at + 1 : at + 2] == ["("] and words[at - 1] != "into")
    }
    if systems:
        functions.discard("pg_backend_pid")  # the guide's own examples have it beside STL tables
    if (catalogs and users) or (functions and (users or systems)):
        detail = "".join(f'Function "{f}()" not supported. ' for f in sorted(functions))
        raise ServerError(LEADER_ONLY, "0A000", detail.strip())


def _sources(block: exp.Expr) -> set[str]:
    """The names by which a query, or an UPDATE or DELETE, knows what it reads."""
    from_ = block.args.get("from_")
    joined = [j.this for j in block.args.get("joins") or []]
    target = [block.this] if isinstance(block, exp.Update | exp.Delete) else []
    tables = [*target, *([from_.this] if from_ else []), *joined, *(block.args.get("using") or [])]
    return {t.alias_or_name.lower() for t in tables}


def _check_correlation(inner: exp.Select) -> None:
    """Patterns that cannot be decorrelated. A name without its table is taken for one of the subquery's own."""
    own = _sources(inner)
    outer = inner.find_ancestor(*BLOCKS)
    if outer is None:
        return
    correlated: list[exp.Column] = []
    for column in inner.find_all(exp.Column):
        if not column.table or column.find_ancestor(exp.Select) is not inner or column.table.lower() in own:
            continue
        if column.table.lower() not in _sources(outer):
            block = outer.find_ancestor(*BLOCKS)
            while block is not None:
                if column.table.lower() in _sources(block):
                    raise ServerError(DECORRELATED)  # it skips a block
                block = block.find_ancestor(*BLOCKS)
            continue
        correlated.append(column)
    if not correlated:
        return
    place = inner.find_ancestor(exp.Exists, exp.In, exp.Join, exp.Group, exp.Select)
    equal = [c for c in _conjuncts(inner) if isinstance(c, exp.EQ) and any(c is p for column in correlated for p in _path(column))]
    conjuncts = [c for c in _conjuncts(inner) if any(c is p for column in correlated for p in _path(column))]
    in_where = all(any(c is p for c in conjuncts for p in _path(column)) for column in correlated)
    exists = isinstance(inner.find_ancestor(exp.Exists, exp.In, exp.Select), exp.Exists | exp.In)
    if not in_where or not equal or (not exists and len(equal) < len(conjuncts)):
        raise ServerError(DECORRELATED)
    aggregates = [a for a in inner.find_all(exp.AggFunc) if not isinstance(a, exp.Min | exp.Max)]
    in_with_groups = isinstance(place, exp.In) and bool(aggregates) and inner.args.get("group") is not None
    grouped = outer.args.get("group")
    selected = outer.selects if isinstance(outer, exp.Select) else []
    results = {s.alias.lower() for s in selected if isinstance(s, exp.Alias) and any(s is p for p in _path(inner))}
    if (
        inner.find(exp.Window)
        or isinstance(place, exp.Join | exp.Group)
        or in_with_groups
        or (grouped and any(c.name.lower() in results for c in grouped.find_all(exp.Column)))
    ):
        raise ServerError(DECORRELATED)


def _conjuncts(select: exp.Select) -> list[exp.Expr]:
    where = select.args.get("where")
    return list(where.this.flatten()) if where and isinstance(where.this, exp.And) else [where.this] if where else []


def _path(node: exp.Expr) -> Iterator[exp.Expr]:
    """The node and what is around it."""
    at: exp.Expr | None = node
    while at is not None:
        yield at
        at = at.parent
