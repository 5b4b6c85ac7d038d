"""Tables as they are against tables as table.sql declares them: made where missing, columns added; what differs otherwise is blocked until
it is made anew."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial

from sqlglot import exp

from sparkify_assets.errors import WarehouseError
from sparkify_assets.model import LOAD_METADATA, Catalog, Column, Table
from sparkify_assets.model.transpile import create_statements
from sparkify_assets.warehouse.connection import TableColumns, TableComments
from sparkify_assets.warehouse.load_metadata import CREATED_TABLES, tables_with_changed_code
from sparkify_assets.warehouse.session import SqlSession

RESET_HINT = "run `sparkify reset` and then `sparkify load`, which make the tables anew from the lake"


def sync_schema(session: SqlSession, catalog: Catalog, refresh_changed: bool) -> bool:
    """Make missing tables, add columns declared since, and owe a refresh to what is new or changed; ``session`` knows then which tables
    are blocked (they are others than declared), and which are stale.  Returns whether none of the tables was there.

    ``refresh_changed``: tables whose rows follow other code than today's owe a refresh, too; else they are stale.  Raises WarehouseError
    for a table of the name of one of ours that the platform has not made, changing nothing.
    """
    found = session.existing_tables()
    recorded = _recorded(session, catalog, found)
    adopted = _adoptable(session, catalog, found, recorded)
    there = [t for t in catalog if t.name in found]
    missing = [t for t in catalog if t.name not in found]
    blocked = {t.name: difference for t in there if (difference := _differs(session, t, found[t.name], may_lack_columns=True))}
    if of_the_ledger := [name for name in blocked if catalog[name].layer == LOAD_METADATA]:
        name = of_the_ledger[0]
        raise WarehouseError(f"table {name}: {blocked[name]}, as {catalog[name].folder / 'table.sql'} declares it; {RESET_HINT}")
    added = {t.name: columns for t in there if t.name not in blocked and (columns := _missing(t, found[t.name]))}
    changed = tables_with_changed_code(catalog, recorded)
    stale = [t for t in there if t.name in changed and t.name not in blocked]
    anew = [t for t in missing if found and t.layer != LOAD_METADATA]  # others are there, from which their rows come
    anew += stale if refresh_changed else []
    session.schema_state.blocked = blocked
    session.schema_state.stale = {t.name for t in stale if t not in anew}

    def work() -> None:  # in one transaction: a column that is there and not filled would never be noticed
        for table in missing:
            _create(session, table)
        session.record_tables([*missing, *adopted])
        for name, columns in added.items():
            for column in columns:
                _add(session, catalog[name], column)
        _mark_for_rebuild(session, catalog, anew)

    if missing or adopted or added or anew:
        session.run_in_transaction(work)
    return not there


class SchemaOperations(ABC):
    """What a warehouse of any engine answers about its tables and their folders, each in a session of its own."""

    _catalog: Catalog

    @abstractmethod
    def session(self, purpose: str = "") -> AbstractContextManager[SqlSession]: ...

    def blocked(self) -> Mapping[str, str]:
        with self.session("sparkify doctor") as session:
            return dict(session.schema_state.blocked)

    def rebuild(self, tables: Sequence[Table]) -> None:
        with self.session("sparkify rebuild") as session:
            _rebuild(session, self._catalog, tables)

    def orphans(self) -> list[str]:
        with self.session("sparkify doctor") as session:
            return self._orphans(session)

    def drop_orphans(self) -> list[str]:
        with self.session("sparkify rebuild") as session:

            def work() -> list[str]:
                names = self._orphans(session)
                for name in names:
                    session.drop_table(name)
                    session.run_named("delete_created_table", name)
                return names

            return session.run_in_transaction(work)

    def _orphans(self, session: SqlSession) -> list[str]:
        found = session.existing_tables()
        return _orphans(self._catalog, found, _recorded(session, self._catalog, found))


def _rebuild(session: SqlSession, catalog: Catalog, tables: Sequence[Table]) -> None:
    """Owe these tables everything, by today's code: derived ones a refresh of every partition, staging ones a load of every one.

    One that is other than declared is dropped and made as declared first; a derived one is filled in the same transaction, so that nobody
    ever sees it empty.  Raises WarehouseError where the engine does not let it go (a view stands on it), changing nothing.
    """
    blocked = dict(session.schema_state.blocked)
    others = [t for t in tables if t.name in blocked]

    def work() -> None:
        for table in others:
            session.replace(table, partial(_create, session, table))
        for table in others:
            session.schema_state.blocked.pop(table.name, None)
        for table in others:
            if table.select is not None:
                session.rebuild(table)
        _mark_for_rebuild(session, catalog, tables)

    try:
        session.run_in_transaction(work)
    except BaseException:
        session.schema_state.blocked = blocked
        raise


def _mark_for_rebuild(session: SqlSession, catalog: Catalog, tables: Iterable[Table]) -> None:
    for table in tables:
        if table.name in catalog.lookups:  # whose rows every refresh looks for
            session.rebuild(table)
        else:
            session.mark_all_stale(table)
        session.record_version(table)


def _create(session: SqlSession, table: Table) -> None:
    for statement in create_statements(table, session.dialect):
        session.execute(statement)


def drop_platform_tables(session: SqlSession, catalog: Catalog) -> None:
    """Drop every table that the platform has made, of folders that are gone, too; others in the same place are left alone.

    Raises WarehouseError where a table of the name of one of ours is another's.
    """
    found = session.existing_tables()
    recorded = _recorded(session, catalog, found)
    _adoptable(session, catalog, found, recorded, to_drop=True)
    for name in _orphans(catalog, found, recorded):
        session.drop_table(name)
    for table in reversed(list(catalog)):  # Redshift drops no table that another refers to
        if table.name in found:
            session.drop_table(table.name)


def _orphans(catalog: Catalog, found: TableColumns, recorded: Mapping[str, str]) -> list[str]:
    return sorted(name for name in recorded if name in found and name not in catalog.tables)


def tables_made_by_platform(catalog: Catalog, comments: TableComments) -> list[str]:
    """Tables of a place that are the platform's, of this version or an earlier one: they have a table's name and its comment."""
    return [t.name for t in catalog if comments.get(t.name, {}).get(None) == t.comment]


def _recorded(session: SqlSession, catalog: Catalog, found: TableColumns) -> Mapping[str, str]:
    """The tables that the platform has noted as made by it → the version of the code that their rows follow."""
    registry = found.get(CREATED_TABLES)
    return session.recorded_tables() if registry and not _differs(session, catalog[CREATED_TABLES], registry) else {}


def _adoptable(
    session: SqlSession, catalog: Catalog, found: TableColumns, recorded: Mapping[str, str], to_drop: bool = False
) -> list[Table]:
    """Tables that nobody has recorded, and that are exactly ours: an earlier version made them, or a copy of the database did.

    ``to_drop``: those of an earlier version count, too, which declared other columns.  Raises WarehouseError for any other.
    """
    unknown = [t for t in catalog if t.name in found and t.name not in recorded]
    comments = session.comments() if unknown else {}
    earlier = tables_made_by_platform(catalog, comments)
    for table in unknown:
        difference = _differs(session, table, found[table.name]) or _comments_differ(table, comments.get(table.name, {}))
        if not difference or (to_drop and table.name in earlier):
            continue
        if table.name in earlier:
            raise WarehouseError(f"an earlier version of the platform made the table {table.name}: {difference}; {RESET_HINT}")
        raise WarehouseError(
            f"a table {table.name} is there that the platform has not made: {difference}. It was left alone, and nothing was changed: "
            f"rename it, or let {session.location_hint}"
        )
    return unknown


def _differs(session: SqlSession, table: Table, found: Mapping[str, tuple[str, bool]], may_lack_columns: bool = False) -> str | None:
    """How the columns are others than those declared.  ``may_lack_columns``: those that can be null, which can be added."""
    for name in sorted({*found, *table.column_names}):
        if name not in found:
            if may_lack_columns and table.column(name).nullable:
                continue
            return f"it has no column {name}"
        if name not in table.column_names:
            return f"it has a column {name}"
        column = table.column(name)
        if found[name] != (declared := (session.type_of(column), column.nullable)):
            return f"its column {name} is {_type_text(*found[name])}, not {_type_text(*declared)}"
    return None


def _comments_differ(table: Table, comments: Mapping[str | None, str]) -> str | None:
    """How the comments are others than those declared."""
    declared = {None: table.comment} | {c.name: c.comment for c in table.columns}
    for name, text in declared.items():
        if comments.get(name) != text:
            has = f"the comment {comments[name]!r}" if name in comments else "no comment"
            return f"{f'its column {name}' if name else 'it'} has {has}, not {text!r}"
    return None


def _missing(table: Table, found: Mapping[str, tuple[str, bool]]) -> list[Column]:
    return [column for column in table.columns if column.name not in found]


def _type_text(kind: str, nullable: bool) -> str:
    return kind if nullable else f"{kind} NOT NULL"


def _add(session: SqlSession, table: Table, column: Column) -> None:
    definition = exp.ColumnDef(this=exp.to_identifier(column.name), kind=column.type.copy())
    session.run(exp.Alter(this=exp.to_table(table.name), kind="TABLE", actions=[definition]))
    comment = exp.Comment(this=exp.column(column.name, table.name), kind="COLUMN", expression=exp.Literal.string(column.comment))
    session.run(comment)
