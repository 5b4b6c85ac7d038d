"""DuckDB's results of users' statements, exact to the last digit: as text where no Python object is exact."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import duckdb

from sparkify_assets.errors import WarehouseError
from sparkify_assets.warehouse.query_result import DATE_PARSERS, NATIVE, QueryResult, as_text, with_dates

INFINITE_DATES = (date.min, date.max)
"""dates that DuckDB returns to Python for infinity; a value may also be one of these dates itself"""
TAGGED = re.compile(r".*\b(UNION\(|VARIANT\b).*", re.DOTALL)
"""types whose values carry a type of their own: text loses it, and would be read back as another type; JSON keeps it"""


def run_query(connection: duckdb.DuckDBPyConnection, sql: str) -> QueryResult:
    """Run one statement; one without rows, such as CREATE, returns no column.  Raises duckdb.Error, WarehouseError."""
    statements = connection.extract_statements(sql)
    if not statements or statements[-1].type != duckdb.StatementType.SELECT:
        return _as_fetched(connection.execute(sql))
    found = _plan(connection, sql)
    kinds = [str(kind) for kind in found.types]
    shown = found.project(*(_exact_expression(place, kind) for place, kind in enumerate(kinds, 1)))
    told = ["JSON" if TAGGED.fullmatch(kind) else kind for kind in kinds]
    return QueryResult(tuple(found.columns), tuple(told), with_dates(kinds, shown.fetchall()))


def _plan(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.DuckDBPyRelation:
    """Plan the query without running it: its column types determine the casts by which it is run."""
    try:
        return connection.sql(sql)
    except (duckdb.BinderException, duckdb.CatalogException):
        connection.execute(sql)  # fails too, with an error that names the line
        raise


def _exact_expression(place: int, kind: str) -> duckdb.Expression:
    value = duckdb.SQLExpression(f"#{place}")
    if NATIVE.fullmatch(kind):
        return value
    return (duckdb.FunctionExpression("to_json", value) if TAGGED.fullmatch(kind) else value).cast("VARCHAR")


def _as_fetched(found: duckdb.DuckDBPyConnection) -> QueryResult:
    """Run a statement whose columns cannot be cast, such as INSERT … RETURNING."""
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
