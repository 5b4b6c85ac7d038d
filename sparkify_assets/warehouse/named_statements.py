"""The machinery's own statements: ``sql/<name>.sql``, in Redshift's dialect, each parameter a ``?``; ``IN (?)`` takes a list."""

from functools import cache
from importlib.resources import files

import sqlglot
from sqlglot import exp

from sparkify_assets.model.transpile import to_sql


@cache
def named_statement(name: str, dialect: str, listed: int = 1) -> str:
    """The statement of ``sql/<name>.sql`` in an engine's words, with ``listed`` parameters in its list."""
    text = (files("sparkify_assets.warehouse") / "sql" / f"{name}.sql").read_text(encoding="utf-8")
    tree = sqlglot.parse_one(text, read="redshift")
    if (choice := tree.find(exp.In)) is not None:
        choice.set("expressions", [exp.Placeholder() for _ in range(listed)])
    return to_sql(tree, dialect)
