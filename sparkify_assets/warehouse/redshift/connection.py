"""SqlConnection for Redshift: statements, and transactions that take the write lock and are retried.

The write lock is a LOCK on pending_refreshes, the first statement of each transaction (docs/design/redshift-facts.md).  Without it, two
writers under SNAPSHOT isolation could each miss the other's rows (late songs), and no error would report it.

Put here what runs statements on Redshift.  Do not put here the log-in (login.py) or the loading of files (copy_loader.py).
"""

import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import redshift_connector
from sqlglot import exp

from sparkify_assets.errors import WarehouseConflictError, WarehouseError, WarehouseInUseError, WarehouseUnavailableError
from sparkify_assets.model import Catalog, Column, Layout, LayoutStyle, Table
from sparkify_assets.model.transpile import to_sql
from sparkify_assets.warehouse.connection import SqlConnection, T, TableColumns, TableComments
from sparkify_assets.warehouse.redshift.driver import close, fetch
from sparkify_assets.warehouse.redshift.errors import LoadErrorsDelayedError, StatementTimeoutError
from sparkify_assets.warehouse.redshift.login import ConnectionConfig
from sparkify_assets.warehouse.row_values import SHOWN, RowValues

RETRY_SECONDS = (0.5, 2.0, 5.0)
"""seconds before each retry of a transaction that failed with a retryable error"""
NOTIFY_AFTER, NOTIFY_EVERY = 1.0, 10.0
"""seconds until the first message of a wait, and between later ones"""
STYLES: Mapping[int, LayoutStyle] = {0: "EVEN", 1: "KEY", 8: "ALL"}
"""releffectivediststyle of PG_CLASS_INFO; 10, 11 and 12 are AUTO (docs/design/redshift-facts.md)"""
RETRIED = (WarehouseConflictError, WarehouseUnavailableError, LoadErrorsDelayedError)
WRITE_LOCK = 'LOCK "pending_refreshes"'  # sqlglot does not support LOCK


class RedshiftConnection(SqlConnection):
    """A connection to the schema of a ``ConnectionConfig``."""

    dialect = "redshift"
    location_hint = "SPARKIFY_REDSHIFT_SCHEMA name another schema"

    def __init__(
        self,
        catalog: Catalog,
        target: ConnectionConfig,
        connect: Callable[[], redshift_connector.Connection],
        notify: Callable[[str], None],
        row_values: RowValues = SHOWN,
    ) -> None:
        """``connect`` opens a connection with search path, timeout and query group set; ``notify`` receives waits and retries."""
        self._catalog, self.target, self.notify = catalog, target, notify
        self.connection: redshift_connector.Connection | None = connect()
        self.locks_writers = False
        """whether transactions take the write lock; False until the table to lock exists"""
        self._connect = connect
        self._in_transaction = False
        self._row_values = row_values

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self._execute(sql, parameters)

    def _execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Outside a transaction (BEGIN, single reads), a statement whose connection is lost is retried once on a new connection."""
        if self._in_transaction:
            if self.connection is None:
                raise WarehouseUnavailableError(f"{self.target}: the connection was lost; nothing was changed by halves")
            return fetch(self.connection, str(self.target), sql, parameters, self._row_values)
        try:
            return self._execute_alone(sql, parameters)
        except WarehouseUnavailableError:
            return self._execute_alone(sql, parameters)

    def _execute_alone(self, sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        if self.connection is None:
            self.connection = self._connect()
        try:
            return fetch(self.connection, str(self.target), sql, parameters, self._row_values)
        except WarehouseUnavailableError:
            self._drop_connection()
            raise

    @contextmanager
    def transaction(self) -> Iterator[None]:
        if self._in_transaction:
            yield
            return
        try:
            self._execute("BEGIN")
            self._in_transaction = True
            if self.locks_writers:
                self._acquire_write_lock()
            yield
            self._execute("COMMIT")
        except BaseException as e:
            self._roll_back(e)
            raise
        finally:
            self._in_transaction = False

    def run_in_transaction(self, work: Callable[[], T]) -> T:
        """Retries after a serialization conflict or a lost connection, even during COMMIT: safe because the work is idempotent.

        So too where the error tables of a COPY lag: they may show its errors only after its transaction, and the next attempt finds them.
        """
        if self._in_transaction:
            return work()

        def attempt() -> T:
            with self.transaction():
                return work()

        return retry(attempt, RETRIED, self.notify)

    def existing_tables(self) -> TableColumns:
        tables: TableColumns = {}
        for table, column, kind, not_null in self.run_named("columns", self.target.schema):
            tables.setdefault(table, {})[column] = (kind, not not_null)
        return tables

    def layouts(self) -> Mapping[str, Layout]:
        styles: dict[str, LayoutStyle] = {}
        keys, sort = dict[str, str](), dict[str, dict[int, str]]()
        for table, column, is_key, position, style in self.run_named("layouts", self.target.schema):
            styles[table] = STYLES.get(style, "AUTO")
            if is_key and styles[table] == "KEY":
                keys[table] = column
            if position:  # negative: every second column of an interleaved sort key
                sort.setdefault(table, {})[abs(position)] = column
        sorts = {name: tuple(column for _, column in sorted(positions.items())) for name, positions in sort.items()}
        return {name: Layout(style, keys.get(name), sorts.get(name, ())) for name, style in styles.items()}

    def alter_layout(self, table: Table, found: Layout) -> None:
        """Outside a transaction: each ALTER TABLE locks the table, so no lock of another is held meanwhile."""
        wanted, actions = table.layout, list[exp.Expr]()
        if (wanted.style, wanted.key) != (found.style, found.key):
            actions.append(exp.AlterDistStyle(this=exp.column(wanted.key) if wanted.key else exp.Var(this=wanted.style)))
        if wanted.sort != found.sort:
            columns = [exp.to_identifier(name) for name in wanted.sort]
            actions.append(exp.AlterSortKey(expressions=columns) if columns else exp.AlterSortKey(this=exp.Var(this="NONE")))
        for action in actions:
            self.run(exp.Alter(this=exp.to_table(table.name), kind="TABLE", actions=[action]))

    def comments(self, schema: str | None = None) -> TableComments:
        """``schema``: by default the schema of the settings."""
        comments: TableComments = {}
        for table, column, text in self.run_named("comments", schema or self.target.schema):
            comments.setdefault(table, {})[column] = text
        return comments

    def type_of(self, column: Column) -> str:
        if column.max_bytes:
            return f"character varying({column.max_bytes})"
        kind = to_sql(column.type, "redshift").lower().replace("decimal", "numeric").replace(", ", ",")
        return {"timestamp": "timestamp without time zone", "int": "integer"}.get(kind, kind)

    def drop_table(self, name: str) -> None:
        """Drop without CASCADE, which would also drop other people's views."""
        if views := [f"{schema}.{view}" for schema, view in self.run_named("views", self.target.schema, name)]:
            more = " and others" if len(views) > 5 else ""
            raise WarehouseError(
                f"{self.target}: {name} cannot be dropped, since views depend on it: {', '.join(views[:5])}{more}; nothing was changed. "
                "Drop them, and create them again afterwards WITH NO SCHEMA BINDING, which lets a table be dropped"
            )
        super().drop_table(name)

    def grant(self, tables: Sequence[str]) -> None:
        """Grant SELECT to the readers of the settings: on these tables, and on those that `sparkify rebuild` and `reset` create later."""
        if not self.target.readers or not tables:
            return
        kind, _, name = self.target.readers.partition(" ")
        readers = f"{kind.upper()} {_quoted(name)}"  # sqlglot supports neither GRANT on several tables nor ALTER DEFAULT PRIVILEGES
        schema = _quoted(self.target.schema)
        if self.run_named("own_schema", self.target.schema)[0][0]:
            self.execute(f"GRANT USAGE ON SCHEMA {schema} TO {readers}")
        self.execute(f"GRANT SELECT ON TABLE {', '.join(map(_quoted, tables))} TO {readers}")
        self.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT ON TABLES TO {readers}")

    def drop_references(self, name: str, ours: Collection[str]) -> None:
        for key, other in self.run_named("foreign_keys", self.target.schema, name):
            if other in ours:
                constraint = exp.Drop(tables=[exp.to_identifier(key)], kind="CONSTRAINT")
                self.run(exp.Alter(this=exp.to_table(other), kind="TABLE", actions=[constraint]))

    def replace(self, table: Table, create: Callable[[], None]) -> None:
        """Drops the foreign keys of our tables that refer to it, and creates them again."""
        self.drop_references(table.name, self._catalog.tables)
        super().replace(table, create)
        found = self.existing_tables()
        for other_table in self._catalog:
            for column in other_table.columns:
                if column.references and column.references[0] == table.name and column.name in found.get(other_table.name, {}):
                    referred = exp.Schema(this=exp.to_table(table.name), expressions=[exp.to_identifier(column.references[1])])
                    key = exp.ForeignKey(expressions=[exp.to_identifier(column.name)], reference=exp.Reference(this=referred))
                    self.run(exp.Alter(this=exp.to_table(other_table.name), kind="TABLE", actions=[exp.AddConstraint(expressions=[key])]))

    def now(self) -> datetime:
        return datetime.now(UTC).replace(tzinfo=None)

    def _acquire_write_lock(self) -> None:
        begun, got = time.monotonic(), threading.Event()

        def tell() -> None:
            pause = NOTIFY_AFTER
            while not got.wait(pause):
                self.notify(f"{self.target}: another process writes; waiting for its turn, {time.monotonic() - begun:.0f} s so far")
                pause = NOTIFY_EVERY

        teller = threading.Thread(target=tell, daemon=True)
        teller.start()
        try:
            self._execute(WRITE_LOCK)
        except StatementTimeoutError as e:
            raise WarehouseInUseError(
                f"{self.target}: another process writes, for longer than SPARKIFY_REDSHIFT_STATEMENT_TIMEOUT "
                f"({self.target.statement_timeout:,} s) lets this one wait for its turn"
            ) from e
        finally:
            got.set()

    def _roll_back(self, error: BaseException) -> None:
        """Roll back; a connection that is lost or was interrupted within a response (Ctrl-C) is closed, and the server rolls back."""
        if isinstance(error, Exception) and not isinstance(error, WarehouseUnavailableError):
            try:
                self._execute("ROLLBACK")
                return
            except WarehouseError as e:
                error.add_note(f"and it could not be undone from here, so the server will: {e}")
        self._drop_connection()

    def _drop_connection(self) -> None:
        close(self.connection)
        self.connection = None


def retry(work: Callable[[], T], errors: tuple[type[WarehouseError], ...], notify: Callable[[str], None]) -> T:
    """The result of the work, tried again after each of RETRY_SECONDS while it raises one of these errors; ``notify`` receives them."""
    for pause in RETRY_SECONDS:
        try:
            return work()
        except errors as e:
            notify(f"{e}; trying again in {pause:g} s")
            time.sleep(pause)
    return work()


def _quoted(name: str) -> str:
    return exp.to_identifier(name, quoted=True).sql("redshift")
