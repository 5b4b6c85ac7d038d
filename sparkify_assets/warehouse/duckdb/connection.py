"""An open DuckDB file as a SqlConnection: statements, transactions, existing tables.

Put here what runs statements on DuckDB.  Do not put here how the file is opened and locked (warehouse.py).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import duckdb
from sqlglot import exp

from sparkify_assets.model import Column
from sparkify_assets.model.transpile import to_sql
from sparkify_assets.warehouse.connection import SqlConnection, TableColumns, TableComments

OWN_TABLES = exp.and_("database_name = CURRENT_DATABASE()", "schema_name = 'main'", "NOT internal")


class DuckDBConnection(SqlConnection):
    """An open DuckDB file."""

    dialect = "duckdb"
    location_hint = "SPARKIFY_DUCKDB_PATH name another file"

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self._in_transaction = False

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql, list(parameters)).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        if self._in_transaction:
            yield
            return
        self.connection.begin()
        self._in_transaction = True
        try:
            yield
            self.connection.commit()
        except BaseException:
            # DuckDB may have ended the transaction itself, or be unusable (a full disk); the first error is the one to report
            with suppress(duckdb.Error):
                self.connection.rollback()
            raise
        finally:
            self._in_transaction = False

    def existing_tables(self) -> TableColumns:
        columns = exp.select("table_name", "column_name", "data_type", "is_nullable").from_("duckdb_columns()")
        tables: TableColumns = {}
        for table, column, kind, nullable in self.run(columns.where(OWN_TABLES)):
            tables.setdefault(table, {})[column] = (kind, nullable)
        return tables

    def comments(self) -> TableComments:
        of_tables = exp.select("table_name", "NULL", "comment").from_("duckdb_tables()").where(OWN_TABLES)
        of_columns = exp.select("table_name", "column_name", "comment").from_("duckdb_columns()").where(OWN_TABLES)
        comments: TableComments = {}
        for table, column, text in self.run(exp.union(of_tables, of_columns, distinct=False)):
            if text is not None:
                comments.setdefault(table, {})[column] = text
        return comments

    def type_of(self, column: Column) -> str:
        kind = to_sql(column.type, "duckdb").split("(")[0]  # without a width, which DuckDB does not keep
        return {"INT": "INTEGER", "TEXT": "VARCHAR"}.get(kind, kind)

    def now(self) -> datetime:
        return datetime.now(UTC).replace(tzinfo=None)
