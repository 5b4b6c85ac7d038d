"""Tables as they are against tables as table.sql declares them: made where missing, columns added, anything else refused."""

from sqlglot import exp

from sparkify_assets.errors import WarehouseError
from sparkify_assets.model import Catalog, Column, Table
from sparkify_assets.model.dialect import create_statements
from sparkify_assets.warehouse.session import SqlSession
from sparkify_assets.warehouse.trees import drop

REBUILD = "run `sparkify reset` and then `sparkify load`, which make the tables anew from the lake"


def bring_up_to_date(session: SqlSession, catalog: Catalog) -> None:
    """Make missing tables and add columns declared since.  Raises WarehouseError for any other difference, changing nothing."""
    found = session.found()
    missing = [t for t in catalog if t.name not in found]
    added = {t.name: _added(session, t, found[t.name]) for t in catalog if t.name in found}
    if not missing and not any(added.values()):
        return

    read = [t for t in missing if found and t.name in catalog.lookups]

    def work() -> None:  # in one transaction: a column that is there and not filled would never be noticed
        for table in missing:
            for statement in create_statements(table, session.dialect):
                session.execute(statement)
        for table in read:  # staging has been there for longer
            session.rebuild(table)
        for table in catalog:
            columns = added.get(table.name, [])
            for column in columns:
                _add(session, table, column)
            if columns and table.select is not None:
                session.rebuild(table)

    session.whole(work)


def drop_everything(session: SqlSession, catalog: Catalog) -> None:
    """Drop every table of the catalogue; others in the same place are left alone."""
    for table in reversed(list(catalog)):  # Redshift drops no table that another refers to
        session.run(drop(table.name))


def _added(session: SqlSession, table: Table, found: dict[str, tuple[str, bool]]) -> list[Column]:
    """Declared columns that the table lacks."""
    gone = sorted(found.keys() - set(table.column_names))
    if gone:
        raise WarehouseError(f"table {table.name} has a column {gone[0]} that {table.folder / 'table.sql'} no longer declares; {REBUILD}")
    added: list[Column] = []
    for column in table.columns:
        declared = (session.type_of(column), column.nullable)
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


def _words(kind: str, nullable: bool) -> str:
    return kind if nullable else f"{kind} NOT NULL"


def _add(session: SqlSession, table: Table, column: Column) -> None:
    definition = exp.ColumnDef(this=exp.to_identifier(column.name), kind=column.type.copy())
    session.run(exp.Alter(this=exp.to_table(table.name), kind="TABLE", actions=[definition]))
    comment = exp.Comment(this=exp.column(column.name, table.name), kind="COLUMN", expression=exp.Literal.string(column.comment))
    session.run(comment)
