"""The DuckDB warehouse: a file, opened by one process at a time, its tables made and kept as table.sql declares them."""

import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from sqlglot import exp

from sparkify_assets.errors import WarehouseError
from sparkify_assets.lake import Lake
from sparkify_assets.model import Catalog, Table
from sparkify_assets.model.dialect import to_sql
from sparkify_assets.warehouse.duckdb_declared import bring_up_to_date, drop_everything
from sparkify_assets.warehouse.duckdb_reading import prepare, sift_files
from sparkify_assets.warehouse.engine import Prepared
from sparkify_assets.warehouse.lock import Waiting, turn, wait_until
from sparkify_assets.warehouse.protocol import Deliveries
from sparkify_assets.warehouse.session import SqlSession
from sparkify_assets.warehouse.trees import insert

if TYPE_CHECKING:
    import pandas


EXACT = 2.0**53
"""below it, a double holds every whole number"""
HELD = re.compile(r"Could not set lock on file.*?Conflicting lock is held in (.*?\(PID \d+\))", re.DOTALL)


class DuckDBWarehouse:
    """A DuckDB file.  ``waiting`` is told, now and then, that another process has it open."""

    engine = "duckdb"

    def __init__(self, path: Path, catalog: Catalog, waiting: Waiting = print) -> None:
        self.path = path
        self._catalog = catalog
        self._waiting = waiting
        self._up_to_date: tuple[int, int] | None = None

    @contextmanager
    def session(self) -> Iterator["DuckDBSession"]:
        self._make_folder()
        with turn(self.path, self._waiting, exclusive=True), self._connect(read_only=False) as connection, _engine_errors(self.path):
            connection.execute("SET preserve_insertion_order = false")  # order means nothing in a table; keeping it costs memory
            session = DuckDBSession(self._catalog, connection)
            file = self.path.stat()
            if self._up_to_date != (file.st_dev, file.st_ino):  # once a file: it takes longer than most steps
                bring_up_to_date(session, self._catalog)
                self._up_to_date = (file.st_dev, file.st_ino)
            yield session

    def query(self, sql: str) -> "pandas.DataFrame":
        try:
            self.path.stat()
        except FileNotFoundError:
            raise WarehouseError(f"{self.path} does not exist yet; `sparkify load` makes it") from None
        except OSError as e:
            raise WarehouseError(f"{self.path} cannot be read: {e.strerror}") from e
        with turn(self.path, self._waiting, exclusive=False), self._connect(read_only=True) as connection:
            try:
                with _interrupts():
                    connection.execute("SET enable_external_access = false")  # or COPY … TO would write files, read-only or not
                    answer = connection.execute(sql)
                    if answer is None or answer.description is None:
                        raise WarehouseError("the query says nothing to run")
                    return _whole_sums(answer.df(), [str(column[1]) for column in answer.description])
            except duckdb.Error as e:
                raise WarehouseError(_first_words(e)) from None

    def reset(self) -> None:
        self._make_folder()
        with turn(self.path, self._waiting, exclusive=True), self._connect(read_only=False) as connection, _engine_errors(self.path):
            session = DuckDBSession(self._catalog, connection)
            with session.transaction():
                drop_everything(session, self._catalog)
                bring_up_to_date(session, self._catalog)

    def relation(self, table: Table) -> str:
        return f"{self.path.stem}.main.{table.name}"

    def _make_folder(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as e:
            raise WarehouseError(f"SPARKIFY_DUCKDB_PATH is {self.path}: the folder {e.filename} cannot be made: {e.strerror}") from e

    @contextmanager
    def _connect(self, read_only: bool) -> Iterator[duckdb.DuckDBPyConnection]:
        opened: list[duckdb.DuckDBPyConnection] = []
        held_by = ""
        new = not self.path.exists()

        def attempt() -> bool:
            nonlocal held_by
            try:
                opened.append(duckdb.connect(self.path, read_only=read_only))
            except duckdb.Error as e:
                held = HELD.search(str(e))  # by a program that does not know our lock, such as DuckDB's own shell
                if held is None:
                    if new:  # what a full disk left of it is no database, and would stand in the way for ever
                        self.path.unlink(missing_ok=True)
                    raise WarehouseError(f"{self.path} cannot be opened: {_first_words(e)}") from e
                held_by = held[1]
                return False
            return True

        wait_until(attempt, lambda: held_by, self.path, self._waiting)
        try:
            yield opened[0]
        finally:
            opened[0].close()


class DuckDBSession(SqlSession):
    """An open DuckDB file."""

    dialect = "duckdb"

    def __init__(self, catalog: Catalog, connection: duckdb.DuckDBPyConnection) -> None:
        super().__init__(catalog)
        self.connection = connection
        self._in_transaction = False

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with _interrupts():
            return self.connection.execute(sql, list(parameters)).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; one inside another is a part of it."""
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

    _transaction = transaction

    def _prepare(self, table: Table, deliveries: Deliveries, lake: Lake) -> AbstractContextManager[Prepared]:
        return prepare(self, table, deliveries, lake)

    def _sift(self, table: Table, deliveries: Deliveries, lake: Lake) -> AbstractContextManager[Prepared]:
        return sift_files(self, table, deliveries, lake)

    def _insert(self, table: Table, columns: Sequence[Sequence[Any]]) -> None:
        self.execute(_bulk_insert(table), columns)

    def _now(self) -> datetime:
        return datetime.now(UTC).replace(tzinfo=None)


@cache
def _bulk_insert(table: Table) -> str:
    """One list a column, unnested side by side: 100,000 rows in 0.2 s, where executemany takes a minute."""
    lists = [exp.DataType(this=exp.DType.ARRAY, nested=True, expressions=[c.type.copy()]) for c in table.columns]
    values = [exp.func("UNNEST", exp.cast(exp.Placeholder(), kind)) for kind in lists]
    return to_sql(insert(table.name, table.column_names, exp.select(*values)), "duckdb")


def _whole_sums(found: "pandas.DataFrame", types: Sequence[str]) -> "pandas.DataFrame":
    """DuckDB sums whole numbers in 128 bits, which pandas lacks and gets as doubles; those that are exact become whole again."""
    for name, kind in zip(found.columns, types, strict=True):
        if kind == "HUGEINT" and all(abs(value) < EXACT for value in found[name].dropna()):
            found[name] = found[name].astype("Int64")
    return found


@contextmanager
def _engine_errors(path: Path) -> Iterator[None]:
    """What the machine refuses (disk, memory, permission) in a user's words; all else is a defect and stays as it is."""
    try:
        yield
    except (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.FatalException, duckdb.TransactionException) as e:
        raise WarehouseError(f"{path}: {_first_words(e)}; the step was undone, what was there before is unchanged") from e


@contextmanager
def _interrupts() -> Iterator[None]:
    """Ctrl-C while DuckDB works comes out of it as a RuntimeError."""
    try:
        yield
    except RuntimeError as e:
        if str(e) == "Query interrupted":
            raise KeyboardInterrupt from None
        raise


def _first_words(error: duckdb.Error) -> str:
    """DuckDB's message without its advice on settings of its own."""
    return re.split(r"\n\n|See also https", str(error))[0].strip()
