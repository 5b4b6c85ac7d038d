"""What an engine adds to the verbs: how one statement is run, how files get in, how rows are inserted in bulk."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from sparkify_assets.lake import Entry, Lake
from sparkify_assets.model import Catalog, Table
from sparkify_assets.model.dialect import to_sql
from sparkify_assets.warehouse.protocol import Deliveries, Reject
from sparkify_assets.warehouse.statements import statement
from sparkify_assets.warehouse.trees import create_temporary, drop


class Refused(Exception):
    """The engine's strict scan met a record it does not take.  It does not say which well enough; sifting does."""


@dataclass(frozen=True)
class ReadFile:
    """A file of the lake, ready to be scanned: which partition it belongs to, and its records, sound or not."""

    partition: str
    entry: Entry
    records: int
    rejects: tuple[Reject, ...] = ()


@dataclass(frozen=True)
class Prepared:
    """Files made ready for one scan."""

    files: Sequence[ReadFile]
    fill: Callable[[str], None]
    """insert their sound records into a table (with its partition column); raises Refused"""
    confirm: Callable[[], None]
    """raises LakeError when a file is no longer what was listed"""


class Engine(ABC):
    """An open connection to the tables of a catalogue."""

    dialect: str
    """the engine's name in sqlglot"""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    @abstractmethod
    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement in the engine's words; its rows, or none."""

    @abstractmethod
    def _prepare(self, table: Table, deliveries: Deliveries, lake: Lake) -> AbstractContextManager[Prepared]:
        """Files for the fast way in: one strict scan, all or nothing."""

    @abstractmethod
    def _sift(self, table: Table, deliveries: Deliveries, lake: Lake) -> AbstractContextManager[Prepared]:
        """Files for the way that explains: each record judged, the sound ones to be scanned, the others in ``rejects``."""

    @abstractmethod
    def _insert(self, table: Table, columns: Sequence[Sequence[Any]]) -> None:
        """Append rows, given column by column in the table's order."""

    @abstractmethod
    def _transaction(self) -> AbstractContextManager[None]: ...

    def run(self, tree: exp.Expr, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement; its rows, or none."""
        return self.execute(to_sql(tree, self.dialect), parameters)

    def _say(self, name: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Run one of the machinery's own statements."""
        return self.execute(statement(name, self.dialect), parameters)

    @abstractmethod
    def _now(self) -> Any:
        """UTC, as the engine takes a TIMESTAMP."""

    def _make_temporary(self, name: str, query: exp.Query, parameters: Sequence[Any]) -> None:
        self.run(drop(name))
        self.run(create_temporary(name, query), parameters)

    def _partition_column(self, table: Table) -> str:
        column = self._catalog.partition_column(table)
        if column is None:
            raise ValueError(f"{table.name} has no partitions")
        return column


def as_key(value: Any) -> str:
    """A partition key as text: a DATE reads as 2018-11-01."""
    return str(value)
