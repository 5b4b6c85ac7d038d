"""The SQL connection of an engine: one statement, transactions, the tables that exist.  The engines implement it in duckdb/ and redshift/.

Put here what an engine needs to run statements.  Do not put here what the statements are for: loading, refreshing, queries and metadata
are objects of their own that use a connection (session.py).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeVar

from sqlglot import exp

from sparkify_assets.model import Column, Layout, Table
from sparkify_assets.model.incremental import TEMPORARY_PREFIX
from sparkify_assets.model.transpile import to_sql
from sparkify_assets.warehouse.sql_builder import Columns, create_temporary, drop, insert, named_statement, select_columns

T = TypeVar("T")

ROWS_TO_KEEP = f"{TEMPORARY_PREFIX}rows_to_keep"

TableColumns = dict[str, dict[str, tuple[str, bool]]]
"""table → column → its type as the engine names it, and whether it is nullable"""

TableComments = dict[str, dict[str | None, str]]
"""table → column (None: the table itself) → its comment"""


class SqlConnection(ABC):
    """An open connection to the schema that holds the platform's tables."""

    dialect: str
    """the engine's name in sqlglot"""
    location_hint: str
    """how a user chooses another schema or file, for messages: follows "let" """
    rereads_for_windows = False
    """whether a window over all rows takes longer than to read them twice more, so that it can leave out keys of one row"""

    @abstractmethod
    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement in the engine's dialect; returns its rows.  Of an INSERT or DELETE: one row, the number of rows it changed."""

    @abstractmethod
    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing.  A transaction inside another is a part of it."""

    def run_in_transaction(self, work: Callable[[], T]) -> T:
        """Do the work in one transaction.  An engine whose transactions can fail by a conflict repeats it, so it must be idempotent."""
        with self.transaction():
            return work()

    @abstractmethod
    def existing_tables(self) -> TableColumns:
        """The tables of the schema."""

    def layouts(self) -> Mapping[str, Layout]:
        """Existing table → its layout; empty for an engine without."""
        return {}

    def alter_layout(self, table: Table, found: Layout) -> None:
        """Give an existing table the layout that it declares; its rows stay."""
        raise NotImplementedError(f"{self.dialect} has no layout")

    @abstractmethod
    def comments(self) -> TableComments:
        """The comments of the tables of the schema."""

    @abstractmethod
    def type_of(self, column: Column) -> str:
        """The type that ``existing_tables`` shows for a column that is as declared."""

    @abstractmethod
    def now(self) -> Any:
        """UTC, as the engine takes a TIMESTAMP."""

    def drop_table(self, name: str) -> None:
        """Drop an existing table.  Raises WarehouseError where a view of somebody depends on it."""
        self.run(drop(name))

    def drop_references(self, name: str, ours: Collection[str]) -> None:
        """Drop the foreign keys by which tables of the platform (``ours``) refer to a table that is to be dropped."""
        return  # an engine without foreign keys has none

    def replace(self, table: Table, create: Callable[[], None]) -> None:
        """Drop a table and ``create`` it as declared; references to it are kept."""
        self.drop_table(table.name)
        create()

    def create_again(self, table: Table, kept: Sequence[str], create: Callable[[], None]) -> None:
        """Replace a table by one that ``create`` creates as declared, with the rows of before in the columns ``kept``."""
        with self.temporary(ROWS_TO_KEEP, select_columns(table.name, kept)):
            self.replace(table, create)
            self.run(insert(table.name, kept, select_columns(ROWS_TO_KEEP, kept)))

    def add_columns(self, table: Table, columns: Sequence[Column], create: Callable[[], None]) -> None:
        """Add declared columns to an existing table; ``create`` creates the table as declared, for an engine that has to copy it."""
        for column in columns:
            definition = exp.ColumnDef(this=exp.to_identifier(column.name), kind=column.type.copy())
            self.run(exp.Alter(this=exp.to_table(table.name), kind="TABLE", actions=[definition]))
            comment = exp.Comment(this=exp.column(column.name, table.name), kind="COLUMN", expression=exp.Literal.string(column.comment))
            self.run(comment)

    def run(self, tree: exp.Expr, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement; returns its rows, or none."""
        return self.execute(to_sql(tree, self.dialect), parameters)

    def run_named(self, name: str, *parameters: Any, listed: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run ``sql/<name>.sql``; ``listed`` are the values of its ``IN (?)``."""
        return self.execute(named_statement(name, self.dialect, len(listed) or 1), [*parameters, *listed])

    @contextmanager
    def temporary(self, name: str, content: exp.Query | Columns | str) -> Iterator[None]:
        """A temporary table, dropped at the end: with the rows of a query, or without rows (of these columns, or by a complete statement).

        It is not dropped where an error ends the block: the transaction is rolled back, which removes it.  There are no parameters:
        Redshift's guide has them in SELECT, INSERT, UPDATE and DELETE only.
        """
        self.execute(content if isinstance(content, str) else to_sql(create_temporary(name, content), self.dialect))
        yield
        self.run(drop(name))


def partition_key(value: Any) -> str:
    """A partition key as text: a DATE reads as 2018-11-01."""
    return str(value)
