"""An open DuckDB file: statements, transactions, what is there, rows in bulk."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from typing import Any

import duckdb
from sqlglot import exp

from sparkify_assets.lake import Lake
from sparkify_assets.model import Catalog, Column, Table
from sparkify_assets.model.transpile import to_sql
from sparkify_assets.warehouse.base import FilesByPartition
from sparkify_assets.warehouse.connection import PreparedFiles, TableColumns, TableComments
from sparkify_assets.warehouse.duckdb.bulk_load import prepare_files, validate_files
from sparkify_assets.warehouse.session import SqlSession
from sparkify_assets.warehouse.sql_builder import insert, select_from_lists

OWN_TABLES = exp.and_("database_name = CURRENT_DATABASE()", "schema_name = 'main'", "NOT internal")


class DuckDBSession(SqlSession):
    """An open DuckDB file."""

    dialect = "duckdb"
    location_hint = "SPARKIFY_DUCKDB_PATH name another file"

    def __init__(self, catalog: Catalog, connection: duckdb.DuckDBPyConnection) -> None:
        super().__init__(catalog)
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
            # the engine may have ended the transaction itself, or be beyond use (a full disk); the first error is the one to tell
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

    def _prepare_files(self, table: Table, deliveries: FilesByPartition, lake: Lake) -> AbstractContextManager[PreparedFiles]:
        return prepare_files(self, table, deliveries, lake)

    def _validate_files(self, table: Table, deliveries: FilesByPartition, lake: Lake) -> AbstractContextManager[PreparedFiles]:
        return validate_files(self, table, deliveries, lake)

    def _insert(self, table: Table, columns: Sequence[Sequence[Any]]) -> None:
        self.execute(_bulk_insert(table), columns)

    def _now(self) -> datetime:
        return datetime.now(UTC).replace(tzinfo=None)


@cache
def _bulk_insert(table: Table) -> str:
    return to_sql(insert(table.name, table.column_names, select_from_lists({c.name: c.type for c in table.columns})), "duckdb")
