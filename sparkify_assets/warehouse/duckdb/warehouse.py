"""The DuckDB warehouse: a file that one process at a time opens for writing.

Put here how the file is opened, locked and closed, and DuckDB's errors.  Do not put here what a session does.
"""

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Timer
from typing import Any

import duckdb

from sparkify_assets.errors import WarehouseError, WarehouseMissingError
from sparkify_assets.limits import limit_reached, reason_of
from sparkify_assets.model import Catalog, Table
from sparkify_assets.warehouse.duckdb.bulk_load import DuckDBBulkLoader
from sparkify_assets.warehouse.duckdb.connection import TEXT_LIMIT, DuckDBConnection
from sparkify_assets.warehouse.duckdb.exact_results import run_query
from sparkify_assets.warehouse.file_lock import POLL_SECONDS, FileLock, OnWait, wait_until
from sparkify_assets.warehouse.query_result import READ_ONLY_HINT, QueryResult, single_statement, transaction_statements
from sparkify_assets.warehouse.row_values import SHOWN, RowValues
from sparkify_assets.warehouse.schema_state import SchemaState
from sparkify_assets.warehouse.schema_sync import SchemaOperations, drop_platform_tables, inspect_schema, sync_schema
from sparkify_assets.warehouse.session import ReadSession, Session

ATTACH, ATTACH_READ_ONLY = "ATTACH ? AS warehouse", "ATTACH ? AS warehouse (READ_ONLY)"
USE, DETACH = "USE warehouse", "DETACH warehouse"
NO_EXTERNAL_ACCESS = "SET enable_external_access = false"
"""else COPY … TO could write files, even from a read-only connection"""
EMPTY_RESULTS = (("Count",), ("Success",))
"""columns, without a row, that DuckDB returns for statements without a result, such as CREATE"""
IDLE_SECONDS = 0.5
"""after the last session in kept_open(): then the file is closed, as a listing of the lake or a drawing may take long"""
LOCKED_BY = re.compile(r"Could not set lock on file.*?Conflicting lock is held in (.*?\(PID \d+\))", re.DOTALL)

CHECK_FAILED = re.compile(r'CHECK constraint failed on table "(\w+)" with expression CHECK\((.*)\)$')
NOT_NULL_FAILED = re.compile(r"NOT NULL constraint failed: (\w+\.\w+)")


@dataclass(frozen=True)
class _Attached:
    """The file as this process has it open."""

    engine: duckdb.DuckDBPyConnection
    lock: FileLock
    pid: int
    file_id: tuple[int, ...]
    """device and inode"""


class DuckDBWarehouse(SchemaOperations):
    """A DuckDB file.  ``on_wait`` receives messages while another process has it open.

    ``refresh_changed``: tables whose code has changed since their rows were computed become stale when the file is opened for writing.
    """

    engine = "duckdb"

    def __init__(
        self,
        path: Path,
        catalog: Catalog,
        on_wait: OnWait = print,
        refresh_changed: bool = True,
        memory: str = "1GB",
        row_values: RowValues = SHOWN,
    ) -> None:
        """``memory``: DuckDB's memory_limit.  With its own default, four fifths of the machine, a load of 6 million events took 3.1 GB, and
        as long as with 1 GB (30 Nov 2026).
        """
        self.path, self._memory, self._row_values = path, memory, row_values
        self._catalog, self._refresh_changed = catalog, refresh_changed
        self._schema = SchemaState(catalog)
        self._on_wait = on_wait
        self._synced: tuple[int, ...] | None = None
        """state of the file when this process last closed it, its tables compared with the catalog"""
        self._is_synced = False
        """whether the tables of the file that is open are compared with the catalog"""
        self._engine: tuple[int, duckdb.DuckDBPyConnection] | None = None
        """process id and its DuckDB instance: a forked child opens its own"""
        self._kept: _Attached | None = None
        """what is open between two sessions in kept_open()"""
        self._closer: Timer | None = None
        self._keeps_open, self._mutex = False, Lock()
        self._turn_given = 0.0
        """when the file was last released to a process that waited for it"""

    @property
    def location(self) -> str:
        return str(self.path)

    @contextmanager
    def session(self, query_tag: str = "") -> Iterator[Session]:
        self._make_folder()
        with self._attached(exclusive=True) as sql:
            session = Session(sql, self._catalog, DuckDBBulkLoader(sql), self._schema, self._row_values)
            if not self._is_synced:  # it takes longer than most steps
                sync_schema(session, self._catalog, self._refresh_changed)
                self._is_synced = True
            yield session

    @contextmanager
    def read_session(self, query_tag: str = "", seconds: int | None = None) -> Iterator[ReadSession]:
        if not self.path.exists():
            raise WarehouseMissingError(f"{self.path} does not exist yet; `sparkify load` makes it")
        with self._attached(exclusive=False) as sql:
            schema = self._schema if self._is_synced else SchemaState(self._catalog)
            session = ReadSession(sql, self._catalog, DuckDBBulkLoader(sql), schema, self._row_values)
            if not self._is_synced:
                inspect_schema(session, self._catalog)
            yield session

    def query(self, sql: str) -> QueryResult:
        with self._reading() as connection:
            return run_query(connection, single_statement(sql, "duckdb"))

    def execute(self, sql: str) -> QueryResult:
        statements = transaction_statements(sql, "duckdb")
        self._require_file()
        with self._attached(exclusive=True) as connection, _query_errors():
            self._is_synced = False  # the statements may change tables
            self._engine = None  # the next statement keeps this instance from opening files
            connection.execute(NO_EXTERNAL_ACCESS)
            with connection.transaction():
                result = [run_query(connection.connection, one) for one in statements][-1]
        return result if result.rows or result.columns not in EMPTY_RESULTS else QueryResult((), (), [])

    def reset(self, only_drop: bool = False) -> None:
        self._make_folder()
        with self._attached(exclusive=True) as sql, sql.transaction():
            session = Session(sql, self._catalog, DuckDBBulkLoader(sql), self._schema, self._row_values)
            drop_platform_tables(session, self._catalog)
            if not only_drop:
                sync_schema(session, self._catalog, self._refresh_changed)
            self._is_synced = False

    def tables_in_old_schema(self) -> str | None:
        return None

    def full_name(self, table: Table) -> str:
        return f"{self.path.stem}.main.{table.name}"

    @contextmanager
    def _reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        self._require_file()
        lock = FileLock(self.path, self._on_wait, exclusive=False)
        try:
            with self._opened_to_read() as connection, _query_errors():
                connection.execute(NO_EXTERNAL_ACCESS)
                yield connection
        finally:
            lock.release()

    def _file_state(self) -> tuple[int, ...] | None:
        """Changes when a process writes to the file, or puts another in its place; a number of an inode is used again."""
        try:
            file = self.path.stat()
        except FileNotFoundError:
            return None
        return file.st_dev, file.st_ino, file.st_mtime_ns, file.st_size

    def _file_id(self) -> tuple[int, ...]:
        return (self._file_state() or ())[:2]

    def _require_file(self) -> None:
        try:
            self.path.stat()
        except FileNotFoundError:
            raise WarehouseError(f"{self.path} does not exist yet; `sparkify load` makes it") from None
        except OSError as e:
            raise WarehouseError(f"{self.path} cannot be read: {reason_of(e)}") from e

    def _make_folder(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as e:
            raise WarehouseError(f"SPARKIFY_DUCKDB_PATH is {self.path}: the folder {e.filename} cannot be made: {reason_of(e)}") from e

    @contextmanager
    def kept_open(self) -> Iterator[None]:
        self._keeps_open = True
        try:
            yield
        finally:
            self._keeps_open = False
            self._close_kept()

    @contextmanager
    def _attached(self, exclusive: bool) -> Iterator[DuckDBConnection]:
        """The file, attached to the DuckDB instance of this object in 4 ms and detached in 10; another instance would take 45."""
        with _interrupts():
            attached = self._taken_from_kept(exclusive) or self._attach(exclusive)
            try:
                yield from self._use(attached, exclusive)
            except BaseException:
                self._detach(attached)
                raise
            if self._keeps_open and not attached.lock.is_wanted():
                self._keep(attached)
            else:
                self._detach(attached)

    def _use(self, attached: _Attached, exclusive: bool) -> Iterator[DuckDBConnection]:
        connection = attached.engine.cursor()
        try:
            with _engine_errors(self.path, self._row_values):
                connection.execute(USE)
                sql = DuckDBConnection(connection)
                with sql.read_only() if attached.lock.is_exclusive and not exclusive else nullcontext():
                    yield sql
        finally:
            connection.close()

    def _keep(self, attached: _Attached) -> None:
        """Keep it open for the next session, unless that is long in coming."""
        with self._mutex:
            self._kept = attached
            self._closer = Timer(IDLE_SECONDS, self._close_kept)
            self._closer.daemon = True
            self._closer.start()

    def _taken_from_kept(self, exclusive: bool) -> _Attached | None:
        """What the last session kept open, if it is still the file of this path and may be written if that is asked."""
        with self._mutex:
            kept, self._kept = self._kept, None
            if self._closer is not None:
                self._closer.cancel()
        if kept is None or kept.pid != os.getpid():
            return None
        if (kept.lock.is_exclusive or not exclusive) and kept.file_id == self._file_id():
            return kept
        self._detach(kept)
        return None

    def _close_kept(self) -> None:
        with self._mutex:
            kept, self._kept = self._kept, None
            if kept is not None and kept.pid == os.getpid():
                self._detach(kept)

    def _attach(self, exclusive: bool) -> _Attached:
        time.sleep(max(0.0, self._turn_given + 2 * POLL_SECONDS - time.monotonic()))
        lock = FileLock(self.path, self._on_wait, exclusive)
        try:
            engine, state = self._engine_here(), self._file_state()
            self._is_synced = state is not None and state == self._synced
            self._wait_to_open(lambda: engine.execute(ATTACH if exclusive else ATTACH_READ_ONLY, [str(self.path)]))
            return _Attached(engine, lock, os.getpid(), self._file_id())
        except BaseException:
            lock.release()
            raise

    def _engine_here(self) -> duckdb.DuckDBPyConnection:
        if self._engine is None or self._engine[0] != os.getpid():
            # data that do not fit into memory are written beside the file, not into the working directory;
            # tables have no row order, and preserving one costs memory
            config: dict[str, Any] = {
                "temp_directory": f"{self.path}.tmp",
                "preserve_insertion_order": False,
                "memory_limit": self._memory,
            }
            self._engine = os.getpid(), duckdb.connect(":memory:", config=config)
        return self._engine[1]

    def _detach(self, attached: _Attached) -> None:
        """Write what is pending to the file, and release it: first to those who wait for it."""
        try:
            attached.engine.execute(DETACH)
        except duckdb.Error:  # full disk or unusable instance: committed data are in the file or its log
            attached.engine.close()
            self._engine = None
        finally:
            if attached.lock.is_exclusive:
                self._synced = self._file_state() if self._is_synced else None
            if attached.lock.is_wanted():
                self._turn_given = time.monotonic()
            attached.lock.release()

    @contextmanager
    def _opened_to_read(self) -> Iterator[duckdb.DuckDBPyConnection]:
        opened: list[duckdb.DuckDBPyConnection] = []
        with _interrupts():
            self._wait_to_open(lambda: opened.append(duckdb.connect(self.path, read_only=True)))
            try:
                yield opened[0]
            finally:
                opened[0].close()

    def _wait_to_open(self, open_it: Callable[[], object]) -> None:
        held_by = ""
        new = not self.path.exists()

        def attempt() -> bool:
            nonlocal held_by
            try:
                open_it()
            except duckdb.Error as e:
                held = LOCKED_BY.search(str(e))  # by a program that does not use our lock, such as DuckDB's shell
                if held is None:
                    if new:  # what a full disk left of it is no database, and would stand in the way for ever
                        self.path.unlink(missing_ok=True)
                    raise WarehouseError(f"{self.path} cannot be opened: {limit_reached(e, self.path) or _first_words(e)}") from e
                held_by = held[1]
                return False
            return True

        wait_until(attempt, lambda: held_by, self.path, self._on_wait)


@contextmanager
def _query_errors() -> Iterator[None]:
    """Convert DuckDB's errors about users' SQL to WarehouseError."""
    try:
        yield
    except duckdb.Error as e:
        if limit := limit_reached(e):
            raise WarehouseError(limit) from e
        hint = f"; {READ_ONLY_HINT}" if "read-only mode" in str(e) else ""
        raise WarehouseError(f"{_query_error_text(e)}{hint}") from None


@contextmanager
def _engine_errors(path: Path, row_values: RowValues) -> Iterator[None]:
    """Convert errors of the machine (disk, memory, permission), of rows that do not fit their table, and of values that the SQL of a table
    or a check cannot convert, to WarehouseError: another attempt would fail as well.

    Any other error is a defect and is not converted.
    """
    try:
        yield
    except duckdb.Error as e:
        match e:
            case duckdb.ConstraintException():
                text = _constraint_text(e, row_values)
            case duckdb.DataError() | duckdb.InvalidInputException():
                text = row_values.of_error(e, _query_error_text(e), f"a value does not fit ({type(e).__name__})")
            case duckdb.IOException() | duckdb.OutOfMemoryException() | duckdb.FatalException() | duckdb.TransactionException():
                text = limit_reached(e, path) or _first_words(e)
            case _:
                raise
        raise WarehouseError(f"{path}: {text}; the step was undone, what was there before is unchanged") from row_values.cause(e)


@contextmanager
def _interrupts() -> Iterator[None]:
    """Raise KeyboardInterrupt for the RuntimeError that DuckDB raises on Ctrl-C (during a query, a commit, or opening the file)."""
    try:
        yield
    except RuntimeError as e:
        if str(e) == "Query interrupted":
            raise KeyboardInterrupt from None
        raise


def _query_error_text(error: duckdb.Error) -> str:
    """DuckDB's message about users' SQL, with the reason last: after the line, the mark below the position, and the candidates."""
    place = re.search(r"\n\n(LINE \d+: .*)", str(error), re.DOTALL)
    reason, *more = _first_words(error).split("\n")
    return "\n".join([*([place[1].rstrip()] if place else []), *more, reason])


def _constraint_text(error: duckdb.Error, row_values: RowValues) -> str:
    """Which column's declaration the rows of a refresh do not fit, in the words of its table.sql."""
    said = _first_words(error)
    if found := CHECK_FAILED.search(said):
        table, expression = found.groups()
        if limit := TEXT_LIMIT.fullmatch(expression):
            column, length = f"{table}.{limit['column']}", limit["bytes"]
            return f"a text for {column} has more than the {length} bytes of table.sql: raise them there, or cut it in transform.sql"
    if found := NOT_NULL_FAILED.search(said):
        return f"a row for {found[1]} is null, and table.sql declares NOT NULL"
    return row_values.of_error(error, said)


def _first_words(error: duckdb.Error) -> str:
    """DuckDB's message without its advice on DuckDB settings."""
    said = re.split(r"\n\n|See also https", str(error))[0].strip()
    return said.replace("\nDid you mean", " Did you mean").replace("\nCandidate bindings", " Candidate bindings")
