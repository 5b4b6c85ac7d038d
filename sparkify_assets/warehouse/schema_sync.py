"""Schema sync: existing tables compared with their table.sql.  Missing tables are created and missing columns added; columns become wider,
their rows stay.  A derived table that differs otherwise is rebuilt, a staging table is blocked until `sparkify rebuild` loads it again.

Put here what creates, alters or drops tables.  Do not put here what reads or writes rows.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial

from sparkify_assets.errors import WarehouseError, WarehouseMissingError
from sparkify_assets.model import LOAD_METADATA, Catalog, Column, Layout, Table
from sparkify_assets.model.transpile import create_statements
from sparkify_assets.warehouse.connection import T, TableColumns, TableComments
from sparkify_assets.warehouse.load_metadata import CREATED_TABLES, tables_with_changed_code
from sparkify_assets.warehouse.results import TableStatus
from sparkify_assets.warehouse.session import ReadSession, Session

INTEGERS = ("smallint", "integer", "bigint")
"""each holds every value of those before"""
TEXT = re.compile(r"(?:varchar|character varying)\((\d+)\)")
RESET_HINT = "run `sparkify reset` and then `sparkify load`, which create the tables again from the lake"


def sync_schema(session: Session, catalog: Catalog, refresh_changed: bool) -> bool:
    """Create missing tables, add missing columns, widen others; ``session.schema`` then holds which tables are blocked and which are stale.

    A new table is stale in all partitions where others exist.  ``refresh_changed``: so is a table whose code has changed since its rows
    were computed, and a derived table whose columns differ is rebuilt; otherwise both are only reported.  Returns whether no table of the
    catalog existed.  Raises WarehouseError, changing nothing, for a table with the name of one of ours that the platform has not created.
    """
    existing = session.sql.existing_tables()
    recorded = _recorded(session, catalog, existing)
    adopted = _adoptable(session, catalog, existing, recorded)
    there = [t for t in catalog if t.name in existing]
    missing = [t for t in catalog if t.name not in existing]
    blocked = _blocked(session, catalog, existing)
    wider = [t for t in there if t.name in blocked and t.select is None and _is_wider(session, t, existing[t.name])]
    for table in wider:
        del blocked[table.name]
    if message := unusable_metadata(catalog, blocked):
        raise WarehouseError(message)
    as_declared = [t for t in there if t.name not in blocked and t not in wider]
    added = {t.name: columns for t in as_declared if (columns := _missing(t, existing[t.name]))}
    changed = tables_with_changed_code(catalog, recorded)
    changed_code = [t for t in there if t.name in changed and t.name not in blocked]
    to_rebuild = [t for t in missing if existing and t.layer != LOAD_METADATA]  # their inputs exist
    to_rebuild += changed_code if refresh_changed else []
    session.schema.blocked = blocked
    session.schema.stale = {t.name for t in changed_code if t not in to_rebuild}

    def work() -> None:  # in one transaction: a column that exists and is not filled would never be noticed
        for table in catalog.creation_order:
            if table in missing:
                _create(session, table)
        for table in wider:
            kept = [name for name in table.column_names if name in existing[table.name]]
            session.sql.create_again(table, kept, partial(_create, session, table))
        session.metadata.record_tables([*missing, *adopted])
        for name, columns in added.items():
            session.sql.add_columns(catalog[name], columns, partial(_create, session, catalog[name]))
        _mark_for_rebuild(session, catalog, to_rebuild)

    if missing or adopted or added or wider or to_rebuild:
        session.sql.run_in_transaction(work)
    for name in [name for name in catalog.transforms if name in blocked] if refresh_changed else ():
        _rebuild_if_possible(session, catalog, catalog[name])
    return not there


def _rebuild_if_possible(session: Session, catalog: Catalog, table: Table) -> None:
    """In a transaction of its own; the table stays blocked where one that it reads is, or where a view keeps it from being dropped."""
    if session.schema.blocked.keys() & set(catalog.inputs(table)):
        return
    try:
        _rebuild(session, catalog, [table])
    except WarehouseError as e:
        if e.is_retryable:
            raise
        session.schema.blocked[table.name] += f"; it cannot be rebuilt: {e}"


def inspect_schema(session: ReadSession, catalog: Catalog) -> None:
    """Find which tables are blocked, changing nothing; a missing table is.  Raises WarehouseMissingError where no table exists."""
    existing = session.sql.existing_tables()
    if catalog["pending_refreshes"].name not in existing:
        raise WarehouseMissingError("there is no table of the platform yet; `sparkify load` makes and fills them")
    metadata = [t for t in catalog.layer(LOAD_METADATA) if t.name in existing]
    session.schema.is_outdated = any(_differs(session, t, existing[t.name]) for t in metadata)
    session.schema.blocked = _blocked(session, catalog, existing) | {t.name: "it is not there" for t in catalog if t.name not in existing}


def _blocked(session: ReadSession, catalog: Catalog, existing: TableColumns) -> dict[str, str]:
    """Existing table that schema sync cannot bring to its declaration → the difference."""
    there = (t for t in catalog if t.name in existing)
    return {t.name: difference for t in there if (difference := _differs(session, t, existing[t.name], may_lack_columns=True))}


def unusable_metadata(catalog: Catalog, blocked: Mapping[str, str]) -> str | None:
    """Why nothing can be loaded or rebuilt, and what to do; None if the tables of the load metadata are as declared."""
    name = next((name for name in blocked if catalog[name].layer == LOAD_METADATA), None)
    return f"table {name}: {blocked[name]}, as {catalog[name].folder / 'table.sql'} declares it; {RESET_HINT}" if name else None


class SchemaOperations(ABC):
    """What both engines' warehouses do with their tables as a whole, each in a session of its own."""

    _catalog: Catalog

    @abstractmethod
    def session(self, query_tag: str = "") -> AbstractContextManager[Session]: ...

    @abstractmethod
    def read_session(self, query_tag: str = "", seconds: int | None = None) -> AbstractContextManager[ReadSession]: ...

    def table_statuses(self) -> Mapping[str, TableStatus]:
        """Existing table → its rows and age.  Read only."""
        return self._read("sparkify tables", lambda session: session.queries.table_statuses(), {})

    def blocked(self) -> Mapping[str, str]:
        """Existing table that differs from its table.sql → how.  Read only."""
        return self._read("sparkify doctor", lambda session: _blocked(session, self._catalog, session.sql.existing_tables()), {})

    def rebuild(self, tables: Sequence[Table]) -> None:
        with self.session("sparkify rebuild") as session:
            _rebuild(session, self._catalog, tables)

    def layout_differences(self) -> Mapping[str, Layout]:
        """Existing table whose layout differs from its table.sql → its layout.  Read only."""
        return self._read("sparkify doctor", lambda session: _layout_differences(session, self._catalog), {})

    def alter_layouts(self, names: Collection[str], on_table: Callable[[Table, Layout], None]) -> None:
        """Give these tables (none: all) the layout that they declare; ``on_table`` is called before each that is altered."""
        with self.session("sparkify rebuild --layout") as session:
            for name, found in _layout_differences(session, self._catalog).items():
                if not names or name in names:
                    on_table(self._catalog[name], found)
                    session.sql.alter_layout(self._catalog[name], found)

    def orphans(self) -> list[str]:
        """Tables that the platform has created and no folder describes any more.  Read only."""
        return self._read("sparkify doctor", self._orphans, [])

    def drop_orphans(self) -> list[str]:
        with self.session("sparkify rebuild") as session:

            def work() -> list[str]:
                names = self._orphans(session)
                _drop_orphans(session, self._catalog, names)
                for name in names:
                    session.sql.run_named("delete_created_table", name)
                return names

            return session.sql.run_in_transaction(work)

    def _read(self, query_tag: str, answer: Callable[[ReadSession], T], missing: T) -> T:
        """The answer of a read session; ``missing`` where there is no table of the platform yet."""
        try:
            with self.read_session(query_tag) as session:
                return answer(session)
        except WarehouseMissingError:
            return missing

    def _orphans(self, session: ReadSession) -> list[str]:
        existing = session.sql.existing_tables()
        return _orphans(self._catalog, existing, _recorded(session, self._catalog, existing))


def _layout_differences(session: ReadSession, catalog: Catalog) -> Mapping[str, Layout]:
    found = session.sql.layouts()
    return {t.name: found[t.name] for t in catalog if t.name in found and t.layout != found[t.name]}


def _rebuild(session: Session, catalog: Catalog, tables: Sequence[Table]) -> None:
    """Mark these tables stale in all partitions, for the present code.

    A table that differs from its declaration is dropped and created as declared; a derived table is filled in the same transaction, so
    that nobody sees it empty.  Raises WarehouseError, changing nothing, where a view prevents that a table is dropped.
    """
    blocked = dict(session.schema.blocked)
    others = [t for t in tables if t.name in blocked]

    def work() -> None:
        for table in others:
            session.sql.replace(table, partial(_create, session, table))
        for table in others:
            session.schema.blocked.pop(table.name, None)
        for table in others:
            if table.select is not None:
                session.refresher.rebuild(table)
        _mark_for_rebuild(session, catalog, tables)

    try:
        session.sql.run_in_transaction(work)
    except BaseException:
        session.schema.blocked = blocked
        raise


def _mark_for_rebuild(session: Session, catalog: Catalog, tables: Iterable[Table]) -> None:
    for table in tables:
        if table.name in catalog.lookups:  # every refresh reads its rows
            session.refresher.rebuild(table)
        else:
            session.metadata.mark_all_stale(table)
        session.metadata.record_version(table)


def _create(session: Session, table: Table) -> None:
    for statement in create_statements(table, session.sql.dialect):
        session.sql.execute(statement)


def drop_platform_tables(session: Session, catalog: Catalog) -> None:
    """Drop every table that the platform has created, orphans too, and no other.

    Raises WarehouseError where a table with the name of one of ours is somebody else's.
    """
    found = session.sql.existing_tables()
    recorded = _recorded(session, catalog, found)
    _adoptable(session, catalog, found, recorded, to_drop=True)
    _drop_orphans(session, catalog, _orphans(catalog, found, recorded))
    for table in reversed(catalog.creation_order):
        if table.name in found:
            session.sql.drop_table(table.name)


def _drop_orphans(session: Session, catalog: Catalog, names: Sequence[str]) -> None:
    for name in names:
        session.sql.drop_references(name, {*names, *catalog.tables})
        session.sql.drop_table(name)


def _orphans(catalog: Catalog, found: TableColumns, recorded: Mapping[str, str]) -> list[str]:
    return sorted(name for name in recorded if name in found and name not in catalog.tables)


def tables_made_by_platform(catalog: Catalog, comments: TableComments) -> list[str]:
    """Tables that this version of the platform, or an earlier one, has created: they have a table's name and its comment."""
    return [t.name for t in catalog if comments.get(t.name, {}).get(None) == t.comment]


def _recorded(session: ReadSession, catalog: Catalog, found: TableColumns) -> Mapping[str, str]:
    """Tables that are recorded as created by the platform → the version of the code that computed their rows."""
    table, registry = catalog[CREATED_TABLES], found.get(CREATED_TABLES, {})
    has_columns = registry.keys() >= set(table.column_names)
    is_readable = has_columns and (not _differs(session, table, registry) or _is_wider(session, table, registry))
    return session.metadata.recorded_tables() if is_readable else {}


def _adoptable(
    session: ReadSession, catalog: Catalog, found: TableColumns, recorded: Mapping[str, str], to_drop: bool = False
) -> list[Table]:
    """Tables that are not recorded and are exactly ours: an earlier version created them, or the database is a copy.

    ``to_drop``: those of an earlier version with other columns count, too.  Raises WarehouseError for any other table of the same name.
    """
    unknown = [t for t in catalog if t.name in found and t.name not in recorded]
    comments = session.sql.comments() if unknown else {}
    earlier = tables_made_by_platform(catalog, comments)
    for table in unknown:
        difference = _differs(session, table, found[table.name]) or _comments_differ(table, comments.get(table.name, {}))
        if not difference or (to_drop and table.name in earlier):
            continue
        if table.name in earlier:
            raise WarehouseError(f"an earlier version of the platform made the table {table.name}: {difference}; {RESET_HINT}")
        raise WarehouseError(
            f"a table {table.name} is there that the platform has not made: {difference}. It was left alone, and nothing was changed: "
            f"rename it, or let {session.sql.location_hint}"
        )
    return unknown


def _differs(session: ReadSession, table: Table, found: Mapping[str, tuple[str, bool]], may_lack_columns: bool = False) -> str | None:
    """How the columns differ from the declared ones.  ``may_lack_columns``: a nullable column may be missing, since it can be added.

    The load metadata may be of a later version, with wider columns and more that may be null: after a roll-back they stay as they are.
    """
    is_metadata = table.layer == LOAD_METADATA
    for name in sorted({*found, *table.column_names}):
        if name not in found:
            if may_lack_columns and table.column(name).nullable:
                continue
            return f"it has no column {name}"
        if name not in table.column_names:
            if is_metadata and found[name][1]:
                continue
            return f"it has a column {name}"
        column = table.column(name)
        if found[name] != (declared := (session.sql.type_of(column), column.nullable)):
            if is_metadata and found[name][1] >= column.nullable and _holds(found[name][0], declared[0]):
                continue
            return f"its column {name} is {_type_text(*found[name])}, not {_type_text(*declared)}"
    return None


def _is_wider(session: ReadSession, table: Table, found: Mapping[str, tuple[str, bool]]) -> bool:
    """Whether the declared columns hold every value of those found, so that rows can be copied.  A nullable column may be missing."""
    if found.keys() - set(table.column_names):
        return False
    for column in table.columns:
        kind, nullable = found.get(column.name, (session.sql.type_of(column), column.nullable))
        if (column.name not in found and not column.nullable) or (nullable and not column.nullable):
            return False
        if not _holds(session.sql.type_of(column), kind):
            return False
    return True


def _holds(kind: str, other: str) -> bool:
    """Whether a column of the type ``kind`` holds every value of one of the type ``other``."""
    kind, other = kind.lower(), other.lower()
    if kind == other or (kind in INTEGERS and other in INTEGERS and INTEGERS.index(kind) > INTEGERS.index(other)):
        return True
    wide, narrow = TEXT.fullmatch(kind), TEXT.fullmatch(other)
    return bool(wide and narrow and int(wide[1]) >= int(narrow[1]))


def _comments_differ(table: Table, comments: Mapping[str | None, str]) -> str | None:
    """How the comments differ from the declared ones."""
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
