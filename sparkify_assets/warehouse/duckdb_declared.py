"""Tables as they are against tables as table.sql declares them: made where missing, columns added, anything else refused."""

from typing import TYPE_CHECKING

from sqlglot import exp

from sparkify_assets.errors import WarehouseError
from sparkify_assets.model import Catalog, Column, Table
from sparkify_assets.model.dialect import create_statements, to_sql
from sparkify_assets.warehouse.trees import drop

if TYPE_CHECKING:
    from sparkify_assets.warehouse.duckdb import DuckDBSession

Found = dict[str, dict[str, tuple[str, bool]]]
"""table → column → its type in DuckDB's words, and whether it may be null"""

REBUILD = "run `sparkify reset` and then `sparkify load`, which make the tables anew from the lake"


def bring_up_to_date(session: "DuckDBSession", catalog: Catalog) -> None:
    """Make missing tables and add columns declared since.  Raises WarehouseError for any other difference, changing nothing."""
    found = _found(session)
    missing = [t for t in catalog if t.name not in found]
    added = {t.name: _added(t, found[t.name]) for t in catalog if t.name in found}
    with session.transaction():  # a column that is there and not filled would never be noticed
        for table in missing:
            for statement in create_statements(table, "duckdb"):
                session.connection.execute(statement)
        for table in catalog:
            columns = added.get(table.name, [])
            for column in columns:
                _add(session, table, column)
            if columns and table.select is not None:
                session.rebuild(table)


def drop_everything(session: "DuckDBSession", catalog: Catalog) -> None:
    """Drop every table of the catalogue; others in the same file are left alone."""
    for table in catalog:
        session.run(drop(table.name))


def _found(session: "DuckDBSession") -> Found:
    columns = exp.select("table_name", "column_name", "data_type", "is_nullable").from_("duckdb_columns()")
    here = exp.and_("database_name = CURRENT_DATABASE()", "schema_name = 'main'", "NOT internal")
    tables: Found = {}
    for table, column, kind, nullable in session.run(columns.where(here)):
        tables.setdefault(table, {})[column] = (kind, nullable)
    return tables


def _added(table: Table, found: dict[str, tuple[str, bool]]) -> list[Column]:
    """Declared columns that the table lacks."""
    gone = sorted(found.keys() - set(table.column_names))
    if gone:
        raise WarehouseError(f"table {table.name} has a column {gone[0]} that {table.folder / 'table.sql'} no longer declares; {REBUILD}")
    added: list[Column] = []
    for column in table.columns:
        declared = (_duckdb_type(column), column.nullable)
        if column.name not in found:
            if not column.nullable:
                raise WarehouseError(
                    f"table {table.name} lacks the column {column.name}, declared NOT NULL, so its rows would break it; {REBUILD}"
                )
            added.append(column)
        elif found[column.name] != declared:
            raise WarehouseError(
                f"table {table.name}, column {column.name}: is {_words(*found[column.name])}, declared {_words(*declared)}; {REBUILD}"
            )
    return added


def _duckdb_type(column: Column) -> str:
    """As duckdb_columns() tells it: without a width, which DuckDB does not keep."""
    kind = to_sql(column.type, "duckdb")
    return {"INT": "INTEGER", "TEXT": "VARCHAR"}.get(kind.split("(")[0], kind)


def _words(kind: str, nullable: bool) -> str:
    return kind if nullable else f"{kind} NOT NULL"


def _add(session: "DuckDBSession", table: Table, column: Column) -> None:
    definition = exp.ColumnDef(this=exp.to_identifier(column.name), kind=column.type.copy())
    session.run(exp.Alter(this=exp.to_table(table.name), kind="TABLE", actions=[definition]))
    comment = exp.Comment(this=exp.column(column.name, table.name), kind="COLUMN", expression=exp.Literal.string(column.comment))
    session.run(comment)
