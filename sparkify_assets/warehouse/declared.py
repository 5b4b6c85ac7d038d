"""Tables as they are against tables as table.sql declares them: made where missing, columns added, anything else refused."""

from collections.abc import Mapping

from sqlglot import exp

from sparkify_assets.errors import WarehouseError
from sparkify_assets.model import Catalog, Column, Table
from sparkify_assets.model.dialect import create_statements
from sparkify_assets.warehouse.engine import Comments, Found
from sparkify_assets.warehouse.ledger import CREATED
from sparkify_assets.warehouse.session import SqlSession
from sparkify_assets.warehouse.trees import drop

REBUILD = "run `sparkify reset` and then `sparkify load`, which make the tables anew from the lake"


def bring_up_to_date(session: SqlSession, catalog: Catalog) -> None:
    """Make missing tables and add columns declared since.

    Raises WarehouseError for any other difference, and for a table of the name of one of ours that the platform has not made, changing
    nothing.
    """
    found = session.found()
    adopted = _adopted(session, catalog, found)
    missing = [t for t in catalog if t.name not in found]
    added = {t.name: _added(session, t, found[t.name]) for t in catalog if t.name in found}
    if not missing and not adopted and not any(added.values()):
        return

    read = [t for t in missing if found and t.name in catalog.lookups]

    def work() -> None:  # in one transaction: a column that is there and not filled would never be noticed
        for table in missing:
            for statement in create_statements(table, session.dialect):
                session.execute(statement)
        session.record_tables([t.name for t in (*missing, *adopted)])
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
    """Drop every table of the catalogue that the platform has made; others in the same place are left alone.

    Raises WarehouseError where a table of the name of one of ours is another's.
    """
    found = session.found()
    _adopted(session, catalog, found, to_drop=True)
    for table in reversed(list(catalog)):  # Redshift drops no table that another refers to
        if table.name in found:
            session.run(drop(table.name))


def made_by_us(catalog: Catalog, comments: Comments) -> list[str]:
    """Tables of a place that are the platform's, of this version or an earlier one: they have a table's name and its comment."""
    return [t.name for t in catalog if comments.get(t.name, {}).get(None) == t.comment]


def _adopted(session: SqlSession, catalog: Catalog, found: Found, to_drop: bool = False) -> list[Table]:
    """Tables that nobody has recorded, and that are exactly ours: an earlier version made them, or a copy of the database did.

    ``to_drop``: those of an earlier version count, too, which declared other columns.  Raises WarehouseError for any other.
    """
    registry = found.get(CREATED)
    recorded = session.recorded_tables() if registry and not _differs(session, catalog[CREATED], registry) else frozenset[str]()
    unknown = [t for t in catalog if t.name in found and t.name not in recorded]
    comments = session.comments() if unknown else {}
    earlier = made_by_us(catalog, comments)
    for table in unknown:
        difference = _differs(session, table, found[table.name]) or _says_other(table, comments.get(table.name, {}))
        if not difference or (to_drop and table.name in earlier):
            continue
        if table.name in earlier:
            raise WarehouseError(f"an earlier version of the platform made the table {table.name}: {difference}; {REBUILD}")
        raise WarehouseError(
            f"a table {table.name} is there that the platform has not made: {difference}. It was left alone, and nothing was changed: "
            f"rename it, or let {session.elsewhere}"
        )
    return unknown


def _differs(session: SqlSession, table: Table, found: Mapping[str, tuple[str, bool]]) -> str | None:
    """How the columns are others than those declared."""
    for name in sorted({*found, *table.column_names}):
        if name not in found:
            return f"it has no column {name}"
        if name not in table.column_names:
            return f"it has a column {name}"
        column = table.column(name)
        if found[name] != (declared := (session.type_of(column), column.nullable)):
            return f"its column {name} is {_words(*found[name])}, not {_words(*declared)}"
    return None


def _says_other(table: Table, comments: Mapping[str | None, str]) -> str | None:
    """How the comments are others than those declared."""
    declared = {None: table.comment} | {c.name: c.comment for c in table.columns}
    for name, text in declared.items():
        if comments.get(name) != text:
            has = f"the comment {comments[name]!r}" if name in comments else "no comment"
            return f"{f'its column {name}' if name else 'it'} has {has}, not {text!r}"
    return None


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
