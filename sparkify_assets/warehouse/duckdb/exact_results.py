"""What DuckDB answers to a person's statement, to the last digit: as text where Python has no value that is the same."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import duckdb

from sparkify_assets.errors import WarehouseError
from sparkify_assets.warehouse.query_result import DATE_PARSERS, NATIVE, QueryResult, as_text, with_dates

INFINITE_DATES = (date.min, date.max)
"""days that Python gets for what is infinite, and for these days, too"""
TAGGED = re.compile(r".*\b(UNION\(|VARIANT\b).*", re.DOTALL)
"""types whose values say which type they are of; their text does not, and is taken back for another.  Their JSON does"""


def run_query(connection: duckdb.DuckDBPyConnection, sql: str) -> QueryResult:
    """The rows of one statement; of what has none, such as CREATE, no column.  Raises duckdb.Error, WarehouseError."""
    statements = connection.extract_statements(sql)
    if not statements or statements[-1].type != duckdb.StatementType.SELECT:
        return _as_fetched(connection.execute(sql))
    found = _plan(connection, sql)
    kinds = [str(kind) for kind in found.types]
    shown = found.project(*(_exact_expression(place, kind) for place, kind in enumerate(kinds, 1)))
    told = ["JSON" if TAGGED.fullmatch(kind) else kind for kind in kinds]
    return QueryResult(tuple(found.columns), tuple(told), with_dates(kinds, shown.fetchall()))


def _plan(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.DuckDBPyRelation:
    """The query, not run yet: what it is made of is known first, and then asked for in a form that Python can hold."""
    try:
        return connection.sql(sql)
    except (duckdb.BinderException, duckdb.CatalogException):
        connection.execute(sql)  # fails as well, and says in which line
        raise


def _exact_expression(place: int, kind: str) -> duckdb.Expression:
    value = duckdb.SQLExpression(f"#{place}")
    if NATIVE.fullmatch(kind):
        return value
    return (duckdb.FunctionExpression("to_json", value) if TAGGED.fullmatch(kind) else value).cast("VARCHAR")


def _as_fetched(found: duckdb.DuckDBPyConnection) -> QueryResult:
    """Of statements that cannot be asked for their columns in another form, such as INSERT … RETURNING."""
    described = found.description or []
    if not described:
        return QueryResult((), (), [])
    names, kinds = tuple(str(c[0]) for c in described), tuple(str(c[1]) for c in described)
    rows = [tuple(_exact(*cell) for cell in zip(row, names, kinds, strict=True)) for row in found.fetchall()]
    return QueryResult(names, kinds, rows)


def _exact(value: Any, name: str, kind: str) -> Any:
    if value is None or NATIVE.fullmatch(kind):
        return value
    day = value.date() if isinstance(value, datetime) else value
    if isinstance(value, (timedelta, list, tuple, dict, float)) or "_NS" in kind or (isinstance(day, date) and day in INFINITE_DATES):
        raise WarehouseError(f"column {name} is of type {kind}, which this statement cannot show exactly; expected CAST({name} AS VARCHAR)")
    return value if kind in DATE_PARSERS else as_text(value)
