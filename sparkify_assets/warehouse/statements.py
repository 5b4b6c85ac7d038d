"""The machinery's own statements: ``sql/<name>.sql``, in Redshift's dialect, each parameter a ``?``."""

from functools import cache
from importlib.resources import files

import sqlglot

from sparkify_assets.model.dialect import to_sql


@cache
def statement(name: str, dialect: str) -> str:
    """The statement of ``sql/<name>.sql`` in an engine's words."""
    text = (files("sparkify_assets.warehouse") / "sql" / f"{name}.sql").read_text(encoding="utf-8")
    return to_sql(sqlglot.parse_one(text, read="redshift"), dialect)
