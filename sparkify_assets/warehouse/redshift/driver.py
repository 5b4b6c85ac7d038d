"""Runs one statement on a connection of the driver, and closes connections.

Put here calls of the driver's connection.  Do not put here transactions or retries (connection.py).
"""

from collections.abc import Sequence
from typing import Any

import redshift_connector
from redshift_connector.utils.oids import RedshiftOID

from sparkify_assets.warehouse.query_result import QueryResult, with_dates
from sparkify_assets.warehouse.redshift.errors import driver_errors
from sparkify_assets.warehouse.redshift.exact_results import exact_values
from sparkify_assets.warehouse.row_values import SHOWN, RowValues

TYPE_NAMES: dict[int, str] = {
    RedshiftOID.BOOLEAN: "BOOLEAN",
    RedshiftOID.SMALLINT: "SMALLINT",
    RedshiftOID.INTEGER: "INTEGER",
    RedshiftOID.BIGINT: "BIGINT",
    RedshiftOID.REAL: "FLOAT",
    RedshiftOID.FLOAT: "DOUBLE",
    RedshiftOID.DATE: "DATE",
    RedshiftOID.TIME: "TIME",
    RedshiftOID.TIMETZ: "TIME WITH TIME ZONE",
    RedshiftOID.TIMESTAMP: "TIMESTAMP",
    RedshiftOID.TIMESTAMPTZ: "TIMESTAMP WITH TIME ZONE",
    RedshiftOID.INTERVAL: "INTERVAL",
    RedshiftOID.INTERVALY2M: "INTERVAL",
    RedshiftOID.INTERVALD2S: "INTERVAL",
    RedshiftOID.VARBYTE: "BLOB",
    RedshiftOID.SUPER: "JSON",
}
"""the driver's type → DuckDB's name; ``_type_name`` derives DECIMAL from the values, any other type is VARCHAR"""


def fetch(
    connection: redshift_connector.Connection, place: str, sql: str, parameters: Sequence[Any] = (), row_values: RowValues = SHOWN
) -> list[tuple[Any, ...]]:
    """Run one statement; see SqlConnection.execute.  Raises the errors of errors.py."""
    with driver_errors(place, row_values=row_values):
        cursor = execute(connection, sql, parameters)
        if cursor.description:
            return [tuple(row) for row in cursor.fetchall()]
        return [(cursor.rowcount,)] if cursor.rowcount >= 0 else []


def run_query(connection: redshift_connector.Connection, place: str, sql: str) -> QueryResult:
    """Run one statement and return its result with names and types.  Raises the errors of errors.py."""
    with driver_errors(place, sql):
        with exact_values(connection):
            cursor = execute(connection, sql)
        if not cursor.description:
            return QueryResult(("Count",), ("BIGINT",), [(cursor.rowcount,)]) if cursor.rowcount >= 0 else QueryResult((), (), [])
        names = [c[0].decode() if isinstance(c[0], bytes) else c[0] for c in cursor.description]
        rows = [tuple(row) for row in cursor.fetchall()]
        kinds = [_type_name(c[1], [row[place] for row in rows]) for place, c in enumerate(cursor.description)]
        return QueryResult(tuple(names), tuple(kinds), with_dates(kinds, rows))


def execute(connection: redshift_connector.Connection, sql: str, parameters: Sequence[Any] = ()) -> redshift_connector.Cursor:
    cursor = connection.cursor()
    cursor.paramstyle = "qmark"
    cursor.execute(sql, tuple(parameters) or None)
    return cursor


def _type_name(oid: int, values: Sequence[Any]) -> str:
    if oid == RedshiftOID.NUMERIC:  # the driver does not return the scale; the values have it
        return f"DECIMAL(38, {max((max(0, -v.as_tuple().exponent) for v in values if v is not None), default=0)})"
    return TYPE_NAMES.get(oid, "VARCHAR")


def close(connection: redshift_connector.Connection | None) -> None:
    """Close a connection that may already be unusable."""
    if connection is not None:
        try:
            connection.close()
        except (redshift_connector.Error, OSError):
            return  # it is closed
