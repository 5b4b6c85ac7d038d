"""Interface of a warehouse, which each engine implements: sessions, a person's queries, the life cycle of its tables.

Put here what the rest of the platform may ask of a warehouse.  Do not put here anything that knows an engine.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from sparkify_assets.model import Layout, Table
from sparkify_assets.warehouse.query_result import QueryResult
from sparkify_assets.warehouse.results import TableStatus
from sparkify_assets.warehouse.session import ReadSession, Session


class Warehouse(Protocol):
    """A warehouse that can be opened.  One process writes at a time; the others wait for the write lock."""

    engine: str

    @property
    def location(self) -> str:
        """Path, or host and schema, for people."""
        ...

    def session(self, query_tag: str = "") -> AbstractContextManager[Session]:
        """Open it for writing; missing tables are created first.  Raises WarehouseError.

        ``query_tag`` (asset, partitions, run) is what the engine's own query log shows.
        """
        ...

    def read_session(self, query_tag: str = "", seconds: int | None = None) -> AbstractContextManager[ReadSession]:
        """Open it for reading: nothing is created or changed, no write lock is taken.  ``seconds``: limit of a statement.

        Raises WarehouseMissingError where there is no table of the platform yet, WarehouseInUseError where a statement took too long.
        """
        ...

    def kept_open(self) -> AbstractContextManager[None]:
        """Within it, sessions that follow each other share a connection; processes that wait for the warehouse get in between two."""
        ...

    def query(self, sql: str) -> QueryResult:
        """Run a SELECT, read-only.  Raises WarehouseError with the engine's message."""
        ...

    def execute(self, sql: str) -> QueryResult:
        """Run statements as one transaction; returns the result of the last.  Raises WarehouseError, and then nothing has changed."""
        ...

    def reset(self, only_drop: bool = False) -> None:
        """Drop every table that the platform has created, and create them again, empty; ``only_drop``: do not create them again.

        Raises WarehouseError where a table of the same name is somebody else's; then nothing has changed.
        """
        ...

    def table_statuses(self) -> Mapping[str, TableStatus]:
        """Table of the platform that exists → its rows and age.  Read only; empty where there is no warehouse."""
        ...

    def blocked(self) -> Mapping[str, str]:
        """Table that differs from its table.sql → how; it is neither read nor written until it is rebuilt."""
        ...

    def rebuild(self, tables: Sequence[Table]) -> None:
        """Make these tables as declared, and stale: derived ones are to be refreshed, staging ones to be loaded, in all partitions."""
        ...

    def layout_differences(self) -> Mapping[str, Layout]:
        """Table whose distribution or sort key is not as its table.sql declares → what it is; it works, but slower."""
        ...

    def alter_layouts(self, names: Collection[str], on_table: Callable[[Table, Layout], None]) -> None:
        """Alter these tables (none: all) to the layout that they declare, keeping their rows; ``on_table``: before each of them."""
        ...

    def orphans(self) -> list[str]:
        """Tables that the platform has created and no folder describes any more."""
        ...

    def drop_orphans(self) -> list[str]:
        """Drop the orphans; returns their names."""
        ...

    def tables_in_old_schema(self) -> str | None:
        """A message about tables that an earlier version of the platform has left in another schema; None where there are none."""
        ...

    def full_name(self, table: Table) -> str:
        """The table's qualified name, for people."""
        ...
