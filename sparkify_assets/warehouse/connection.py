"""What an engine adds to the verbs: how one statement is run, how files get in, how rows are inserted in bulk."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlglot import exp

from sparkify_assets.errors import WarehouseError
from sparkify_assets.ingest import ValidationResult
from sparkify_assets.lake import Lake, ObjectInfo
from sparkify_assets.model import Catalog, Column, Table
from sparkify_assets.model.transpile import to_sql
from sparkify_assets.warehouse.base import FilesByPartition, RejectedRecord
from sparkify_assets.warehouse.named_statements import named_statement
from sparkify_assets.warehouse.sql_builder import create_temporary, drop

T = TypeVar("T")

LARGE_FILE_BYTES = 1 << 20
"""from this size on a file is read where it lies, or where the lake has copied it: it never is in memory"""

TableColumns = dict[str, dict[str, tuple[str, bool]]]
"""table → column → its type in the engine's words, and whether it may be null"""

TableComments = dict[str, dict[str | None, str]]
"""table → column (None: the table itself) → its comment"""


class FastPathRejected(Exception):
    """The engine's strict scan met a record it does not take.  It does not say which well enough; sifting does."""


@dataclass(frozen=True)
class FileLoad:
    """A file of the lake: which partition it belongs to, and its records, sound or not."""

    partition: str
    entry: ObjectInfo
    records: int
    rejects: tuple[RejectedRecord, ...] = ()
    may_be_many: RejectedRecord | None = None
    """the first of ``rejects`` that may stand for several records"""

    @classmethod
    def from_validation(cls, partition: str, entry: ObjectInfo, sifted: ValidationResult) -> "FileLoad":
        """A file whose records were judged one by one."""
        rejects = tuple(RejectedRecord(entry.key, r.line, r.column, r.reason, r.raw) for r in sifted.rejected)
        many = next((reject for reject, r in zip(rejects, sifted.rejected, strict=True) if r.may_be_many), None)
        return cls(partition, entry, sifted.records, rejects, many)


@dataclass(frozen=True)
class PreparedFiles:
    """Files made ready for one scan."""

    insert: Callable[[str], Sequence[FileLoad]]
    """insert their sound records into a table (with its partition column), and say what was read; raises Refused, LakeError"""
    verify_unchanged: Callable[[], None]
    """raises LakeError when a file is no longer what was listed"""
    validated: Sequence[FileLoad] = ()
    """the files, where each record was judged already"""


@dataclass
class SchemaState:
    """How the tables stand to their folders, as one process has found when it first opened the warehouse."""

    blocked: dict[str, str] = field(default_factory=dict)
    """table that is other than declared → how; nothing is read from it or written to it until it is made anew"""
    stale: set[str] = field(default_factory=set)
    """tables whose rows follow other code than today's, until they are rebuilt"""


class SqlConnection(ABC):
    """An open connection to the tables of a catalogue."""

    dialect: str
    """the engine's name in sqlglot"""
    location_hint: str
    """how the user chooses another place for the tables, after "let": the setting"""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self.schema_state = SchemaState()

    @abstractmethod
    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement in the engine's words; its rows, or none."""

    @abstractmethod
    def _prepare_files(self, table: Table, deliveries: FilesByPartition, lake: Lake) -> AbstractContextManager[PreparedFiles]:
        """Files for the fast way in: one strict scan, all or nothing."""

    @abstractmethod
    def _validate_files(self, table: Table, deliveries: FilesByPartition, lake: Lake) -> AbstractContextManager[PreparedFiles]:
        """Files for the way that explains: each record judged, the sound ones to be scanned, the others among the files ``judged``."""

    @abstractmethod
    def _insert(self, table: Table, columns: Sequence[Sequence[Any]]) -> None:
        """Append rows, given column by column in the table's order."""

    @abstractmethod
    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing; one inside another is a part of it."""

    def run_in_transaction(self, work: Callable[[], T]) -> T:
        """Do the work in one transaction; an engine whose transactions fail by no fault of the work's does it again."""
        with self.transaction():
            return work()

    @abstractmethod
    def existing_tables(self) -> TableColumns:
        """The tables that are there."""

    @abstractmethod
    def comments(self) -> TableComments:
        """What is written of the tables that are there."""

    @abstractmethod
    def type_of(self, column: Column) -> str:
        """What ``found`` says of a column made as it is declared."""

    def drop_table(self, name: str) -> None:
        """Drop a table that is there.  Raises WarehouseError where somebody's view stands on it."""
        self.run(drop(name))

    def replace(self, table: Table, create: Callable[[], None]) -> None:
        """Drop a table, and ``create`` it as it is declared; what refers to it does so as before."""
        self.drop_table(table.name)
        create()

    def require_usable(self, *names: str) -> None:
        """Raises WarehouseError where one of these tables is blocked."""
        for name in names:
            if why := self.schema_state.blocked.get(name):
                raise WarehouseError(
                    f"the table {name} is not as {self._catalog[name].folder / 'table.sql'} declares it: {why}. `sparkify rebuild {name}` "
                    "makes it anew, and what follows from it; tables that do not read it go on as before"
                )

    def run(self, tree: exp.Expr, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement; its rows, or none."""
        return self.execute(to_sql(tree, self.dialect), parameters)

    def run_named(self, name: str, *parameters: Any, listed: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one of the machinery's own statements; ``listed`` goes into its ``IN (?)``."""
        return self.execute(named_statement(name, self.dialect, len(listed) or 1), [*parameters, *listed])

    @abstractmethod
    def _now(self) -> Any:
        """UTC, as the engine takes a TIMESTAMP."""

    def _make_temporary(self, name: str, query: exp.Query, parameters: Sequence[Any]) -> None:
        self.run(create_temporary(name, query), parameters)

    def drop_temporary(self, name: str) -> None:
        """Drop a temporary table that this transaction has made.  Before it is made, the name could be anybody's."""
        self.run(drop(name))

    def _partition_column(self, table: Table) -> str:
        column = self._catalog.partition_column(table)
        if column is None:
            raise ValueError(f"{table.name} has no partitions")
        return column


def partition_key(value: Any) -> str:
    """A partition key as text: a DATE reads as 2018-11-01."""
    return str(value)
