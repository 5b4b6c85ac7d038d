"""The Redshift warehouse: a schema of a database, and the connections to it.

Put here how sessions are opened and closed.  Do not put here what a session does.
"""

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from weakref import WeakKeyDictionary

import redshift_connector
from sqlglot import exp

from sparkify_assets.errors import WarehouseError, WarehouseInUseError, WarehouseUnavailableError
from sparkify_assets.lake.s3 import S3Lake
from sparkify_assets.model import Catalog, Table
from sparkify_assets.model.transpile import to_sql
from sparkify_assets.warehouse.file_lock import OnWait
from sparkify_assets.warehouse.query_result import (
    READ_ONLY_HINT,
    QueryResult,
    only_reads,
    require_read_only,
    single_statement,
    transaction_statements,
)
from sparkify_assets.warehouse.redshift.connection import RedshiftConnection, retry
from sparkify_assets.warehouse.redshift.copy_loader import RedshiftBulkLoader
from sparkify_assets.warehouse.redshift.driver import close, fetch, run_query
from sparkify_assets.warehouse.redshift.errors import AlreadyExistsError, ReadOnlyTransactionError, StatementTimeoutError
from sparkify_assets.warehouse.redshift.login import ConnectionConfig, connect
from sparkify_assets.warehouse.row_values import SHOWN, RowValues
from sparkify_assets.warehouse.schema_state import SchemaState
from sparkify_assets.warehouse.schema_sync import (
    SchemaOperations,
    drop_platform_tables,
    inspect_schema,
    sync_schema,
    tables_made_by_platform,
)
from sparkify_assets.warehouse.session import ReadSession, Session

OLD_SCHEMA = "public"
"""the former default of SPARKIFY_REDSHIFT_SCHEMA"""
LABEL_BYTES = 320
"""bytes of a query group that Redshift keeps (STL_QUERY.label)"""
UNSAFE_IN_LABEL = re.compile(r"[^ -&(-\[\]-~]")
"""characters that are replaced in a label: those beyond ASCII; \\ and ', which a literal can escape in more than one way"""
READ_STATEMENTS = ("SELECT", "WITH", "EXPLAIN", "SHOW")


class RedshiftWarehouse(SchemaOperations):
    """``stage`` is the lake in whose bucket files are staged for COPY; ``on_wait`` receives messages of waits and retries.

    ``refresh_changed``: tables whose code has changed since their rows were computed become stale at the first write session of a process.
    """

    engine = "redshift"

    def __init__(
        self,
        target: ConnectionConfig,
        catalog: Catalog,
        stage: S3Lake,
        on_wait: OnWait = print,
        refresh_changed: bool = False,
        row_values: RowValues = SHOWN,
    ) -> None:
        self.target, self._row_values = target, row_values
        self._catalog, self._stage, self._on_wait, self._refresh_changed = catalog, stage, on_wait, refresh_changed
        self._schema = SchemaState(catalog)
        self._synced = False
        self._idle: list[redshift_connector.Connection] = []
        self._applied: WeakKeyDictionary[redshift_connector.Connection, Mapping[str, str]] = WeakKeyDictionary()
        self._lock = threading.Lock()

    @property
    def location(self) -> str:
        return str(self.target)

    @contextmanager
    def session(self, query_tag: str = "") -> Iterator[Session]:
        sql = self._connected(query_tag)
        try:
            session = Session(sql, self._catalog, RedshiftBulkLoader(sql, self._stage), self._schema, self._row_values)
            if not self._synced:  # once per process: it takes longer than most steps
                is_new = self._sync(session, sql)
                sql.grant([table.name for table in self._catalog])
                self._synced = True
                if is_new and (message := self._in_old_schema(sql)):
                    self._on_wait(message)
            sql.locks_writers = True
            yield session
        except BaseException:
            close(sql.connection)
            raise
        self._keep(sql)

    @contextmanager
    def read_session(self, query_tag: str = "", seconds: int | None = None) -> Iterator[ReadSession]:
        sql = self._connected(query_tag, seconds)
        try:
            schema = self._schema if self._synced else SchemaState(self._catalog)
            session = ReadSession(sql, self._catalog, RedshiftBulkLoader(sql, self._stage), schema, self._row_values)
            if not self._synced:
                inspect_schema(session, self._catalog)
            yield session
        except StatementTimeoutError as e:
            close(sql.connection)
            if seconds is None:
                raise
            raise WarehouseInUseError(f"{self.target} is being written to; looked for {seconds} s") from e
        except BaseException:
            close(sql.connection)
            raise
        self._keep(sql)

    @contextmanager
    def kept_open(self) -> Iterator[None]:
        try:
            yield
        finally:
            self.close()

    def query(self, sql: str) -> QueryResult:
        one = single_statement(sql, "redshift")
        require_read_only(one, "redshift", READ_STATEMENTS)
        with self._once("sparkify query") as session:
            assert session.connection is not None
            try:
                fetch(session.connection, str(self.target), "BEGIN READ ONLY")
                return run_query(session.connection, str(self.target), one)
            except ReadOnlyTransactionError as e:
                if not only_reads(one, "redshift"):  # SELECT INTO, or WITH … DELETE
                    raise WarehouseError(f"{e}; {READ_ONLY_HINT}") from None
            # clusters before patch 204 refuse to read external tables, data shares and stale views (docs/design/redshift-facts.md)
            fetch(session.connection, str(self.target), "ROLLBACK")
            return run_query(session.connection, str(self.target), one)

    def execute(self, sql: str) -> QueryResult:
        statements = transaction_statements(sql, "redshift")
        with self._once("sparkify query") as session:
            session.locks_writers = self._catalog["pending_refreshes"].name in session.existing_tables()
            with session.transaction():  # not retried: a second execution may count twice
                assert session.connection is not None
                return [run_query(session.connection, str(self.target), one) for one in statements][-1]

    def reset(self, only_drop: bool = False) -> None:
        with self._once("sparkify reset") as sql:
            self._create_schema(sql)
            session = Session(sql, self._catalog, RedshiftBulkLoader(sql, self._stage), self._schema, self._row_values)

            def work() -> None:
                drop_platform_tables(session, self._catalog)
                if not only_drop:
                    sync_schema(session, self._catalog, self._refresh_changed)
                    sql.grant([table.name for table in self._catalog])

            sql.run_in_transaction(work)
            self._synced = False

    def tables_in_old_schema(self) -> str | None:
        with self._once("sparkify doctor") as sql:
            return self._in_old_schema(sql)

    def _in_old_schema(self, sql: RedshiftConnection) -> str | None:
        """A message about tables of the platform in the former default schema; None if there are none."""
        names = tables_made_by_platform(self._catalog, sql.comments(OLD_SCHEMA)) if self.target.schema != OLD_SCHEMA else []
        if not names:
            return None
        return (
            f"the schema {OLD_SCHEMA} holds tables that an earlier version of the platform made ({', '.join(names[:3])}"
            f"{f' and {len(names) - 3} more' if len(names) > 3 else ''}); the tables are in {self.target.schema} now. "
            f"`SPARKIFY_REDSHIFT_SCHEMA={OLD_SCHEMA} sparkify reset --drop` drops the old ones; SPARKIFY_REDSHIFT_SCHEMA={OLD_SCHEMA} "
            "in the settings goes on using them"
        )

    def full_name(self, table: Table) -> str:
        return f"{self.target.database}.{self.target.schema}.{table.name}"

    def close(self) -> None:
        """Close the idle connections that are kept for the next session."""
        with self._lock:
            for connection in self._idle:
                close(connection)
            self._idle.clear()

    @contextmanager
    def _once(self, query_tag: str) -> Iterator[RedshiftConnection]:
        """A connection that is closed afterwards; tables are not compared with the catalog."""
        sql = self._connected(query_tag)
        try:
            yield sql
        finally:
            close(sql.connection)

    def _connected(self, query_tag: str, seconds: int | None = None) -> RedshiftConnection:
        label = UNSAFE_IN_LABEL.sub("?", query_tag)[:LABEL_BYTES]
        return RedshiftConnection(self._catalog, self.target, lambda: self._ready(label, seconds), self._on_wait, self._row_values)

    def _keep(self, sql: RedshiftConnection) -> None:
        """Keep the connection for the next session."""
        if sql.connection is not None:
            with self._lock:
                self._idle.append(sql.connection)

    def _ready(self, label: str, seconds: int | None) -> redshift_connector.Connection:
        """A connection with its settings applied: an idle one if it is still open, else a new one."""
        with self._lock:
            idle = self._idle.pop() if self._idle else None
        if idle is not None:
            with suppress(WarehouseUnavailableError):  # the server has closed it: it closes idle connections after four hours
                return self._set(idle, label, seconds)
        return self._set(connect(self.target), label, seconds)

    def _set(self, connection: redshift_connector.Connection, label: str, seconds: int | None) -> redshift_connector.Connection:
        """Apply the settings that the connection does not have yet: each is a round trip, at every step of a run.

        It is closed where that fails.
        """
        settings = {
            "search_path": exp.to_identifier(self.target.schema, quoted=True),
            "statement_timeout": exp.Literal.number((seconds or self.target.statement_timeout) * 1000),
            "query_group": exp.Literal.string(label or "sparkify"),
        }
        statements = {name: to_sql(_setting(name, value), "redshift") for name, value in settings.items()}
        applied = self._applied.get(connection, {})
        try:
            for name, statement in statements.items():
                if applied.get(name) != statement:
                    fetch(connection, str(self.target), statement)
        except BaseException:
            close(connection)
            raise
        self._applied[connection] = statements
        return connection

    def _sync(self, session: Session, sql: RedshiftConnection) -> bool:
        """As sync_schema, once more where another process creates the same tables at this moment: there is no table to lock yet."""

        def work() -> bool:
            self._create_schema(sql)
            return sync_schema(session, self._catalog, self._refresh_changed)

        return retry(work, (AlreadyExistsError,), lambda told: self._on_wait(f"another process creates the tables: {told}"))

    def _create_schema(self, sql: RedshiftConnection) -> None:
        """Create a missing schema.  CREATE SCHEMA IF NOT EXISTS requires the right to create schemas even if the schema exists."""
        if sql.run_named("schemas", self.target.schema)[0][0]:
            return
        # IF NOT EXISTS: another process may have created it in the meantime
        sql.run(exp.Create(this=exp.Table(db=exp.to_identifier(self.target.schema)), kind="SCHEMA", exists=True))


def _setting(name: str, value: exp.Expr) -> exp.Set:
    return exp.Set(expressions=[exp.SetItem(this=exp.EQ(this=exp.Var(this=name), expression=value))])
