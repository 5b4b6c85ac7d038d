"""An open DuckDB file as a SqlConnection: statements, transactions, existing tables.

Put here what runs statements on DuckDB.  Do not put here how the file is opened and locked (warehouse.py).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import duckdb
from sqlglot import exp

from sparkify_assets.model import Column, Table
from sparkify_assets.model.transpile import to_sql
from sparkify_assets.warehouse.connection import SqlConnection, TableColumns, TableComments

TEXT_LIMIT = re.compile(r'\(strlen\("?(?P<column>\w+)"?\) <= (?P<bytes>\d+)\)')
"""the CHECK of a text's length, as DuckDB shows it (see transpile.py)"""
OWN_TABLES = exp.and_("database_name = CURRENT_DATABASE()", "schema_name = 'main'", "NOT internal")


class DuckDBConnection(SqlConnection):
    """An open DuckDB file."""

    dialect = "duckdb"
    location_hint = "SPARKIFY_DUCKDB_PATH name another file"
    rereads_for_windows = True  # 5 million plays: CPU of 25 s with the window over all, 16.4 with it where it chooses (30 Nov 2026)

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

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """One transaction in which only temporary tables can be written."""
        self.connection.execute("BEGIN TRANSACTION READ ONLY")
        self._in_transaction = True
        try:
            yield
        finally:
            self._in_transaction = False
            with suppress(duckdb.Error):  # an error has ended it
                self.connection.rollback()

    def existing_tables(self) -> TableColumns:
        columns = exp.select("table_name", "column_name", "data_type", "is_nullable").from_("duckdb_columns()").where(OWN_TABLES)
        checks = exp.select("table_name", "expression").from_("duckdb_constraints()").where("database_name = CURRENT_DATABASE()")
        limits: dict[tuple[str, str], str] = {}
        for table, expression in self.run(checks.where("constraint_type = 'CHECK'")):
            if found := TEXT_LIMIT.fullmatch(expression):
                limits[table, found["column"]] = found["bytes"]
        tables: TableColumns = {}
        for table, column, kind, nullable in self.run(columns):
            limit = limits.get((table, column))
            tables.setdefault(table, {})[column] = (f"{kind}({limit})" if limit else kind, nullable)
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
        if column.max_bytes:
            return f"VARCHAR({column.max_bytes})"
        kind = to_sql(column.type, "duckdb").replace(", ", ",")
        return {"INT": "INTEGER"}.get(kind, kind)

    def add_columns(self, table: Table, columns: Sequence[Column], create: Callable[[], None]) -> None:
        """DuckDB cannot add a CHECK to a table that exists, so the table is created as declared and its rows are copied."""
        kept = [name for name in table.column_names if name not in {c.name for c in columns}]
        self.create_again(table, kept, create)

    def now(self) -> datetime:
        return datetime.now(UTC).replace(tzinfo=None)
