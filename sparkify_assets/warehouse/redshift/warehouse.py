"""The Redshift warehouse: a database's schema, its tables made and kept as table.sql declares them."""

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import redshift_connector
from sqlglot import exp

from sparkify_assets.errors import WarehouseError, WarehouseInUseError, WarehouseUnavailableError
from sparkify_assets.lake.s3 import S3Lake
from sparkify_assets.model import Catalog, Table
from sparkify_assets.model.transpile import to_sql
from sparkify_assets.warehouse.base import TableStatus
from sparkify_assets.warehouse.connection import SchemaState
from sparkify_assets.warehouse.file_lock import OnWait
from sparkify_assets.warehouse.query_result import READ_ONLY_HINT, QueryResult, require_read_only, single_statement, transaction_statements
from sparkify_assets.warehouse.redshift.connection import ConnectionConfig, connect
from sparkify_assets.warehouse.redshift.driver import close, fetch, run_query
from sparkify_assets.warehouse.redshift.errors import StatementTimeoutError
from sparkify_assets.warehouse.redshift.session import RedshiftSession
from sparkify_assets.warehouse.schema_sync import SchemaOperations, drop_platform_tables, sync_schema, tables_made_by_platform
from sparkify_assets.warehouse.table_status import table_statuses

if TYPE_CHECKING:
    import pandas

OLD_SCHEMA = "public"
"""the default of SPARKIFY_REDSHIFT_SCHEMA, before it was sparkify"""
LABEL_BYTES = 320
"""of a query group that Redshift keeps (STL_QUERY.label)"""
UNSAFE_IN_LABEL = re.compile(r"[^ -&(-\[\]-~]")
"""in a label: beyond ASCII; and \\ and ', which literals may hold in more than one way"""
READ_SESSION_SECONDS = 5
"""for a sensor's look at what is owed: whoever writes has the table to himself"""
READ_STATEMENTS = ("SELECT", "WITH", "EXPLAIN", "SHOW")


class RedshiftWarehouse(SchemaOperations):
    """``stage`` is the lake in whose bucket files are laid out for COPY; ``on_wait`` is told of waits and second tries.

    ``refresh_changed``: tables whose code has changed since their rows were made owe a refresh when the first session of a process opens.
    """

    engine = "redshift"

    def __init__(
        self, target: ConnectionConfig, catalog: Catalog, stage: S3Lake, on_wait: OnWait = print, refresh_changed: bool = False
    ) -> None:
        self.target = target
        self._refresh_changed, self._schema_state = refresh_changed, SchemaState()
        self._catalog, self._stage, self._on_wait = catalog, stage, on_wait
        self._up_to_date = False
        self._idle: list[redshift_connector.Connection] = []
        self._lock = threading.Lock()

    @property
    def location(self) -> str:
        return str(self.target)

    @contextmanager
    def session(self, purpose: str = "") -> Iterator[RedshiftSession]:
        session = self._session(purpose)
        try:
            if not self._up_to_date:  # once a process: it takes longer than most steps
                self._make_schema(session)
                is_new = sync_schema(session, self._catalog, self._refresh_changed)
                session.grant([table.name for table in self._catalog])
                self._up_to_date = True
                if is_new and (left := self._left_in_public(session)):
                    self._on_wait(left)
            session.locks_writers = True
            yield session
        except BaseException:
            close(session.connection)
            raise
        if session.connection is not None:
            with self._lock:
                self._idle.append(session.connection)

    @contextmanager
    def read_session(self) -> Iterator[RedshiftSession | None]:
        with self._once("a look", READ_SESSION_SECONDS) as session:
            try:
                yield session if self._catalog["pending_refreshes"].name in session.existing_tables() else None
            except StatementTimeoutError as e:
                raise WarehouseInUseError(f"{self.target} is being written to; looked for {READ_SESSION_SECONDS} s") from e

    def query_frame(self, sql: str) -> "pandas.DataFrame":
        import pandas

        found = self.query(sql)
        return pandas.DataFrame.from_records(list(found.rows), columns=list(found.columns))

    def query(self, sql: str) -> QueryResult:
        one = single_statement(sql, "redshift")
        require_read_only(one, "redshift", READ_STATEMENTS)
        with self._once("sparkify query") as session:
            assert session.connection is not None
            try:
                fetch(session.connection, str(self.target), "BEGIN READ ONLY")
                return run_query(session.connection, str(self.target), one)
            except WarehouseError as e:  # SELECT INTO, or WITH before a DELETE
                if "read-only transaction" not in str(e):
                    raise
                raise WarehouseError(f"{e}; {READ_ONLY_HINT}") from None

    def execute(self, sql: str) -> QueryResult:
        found = transaction_statements(sql, "redshift")
        with self._once("sparkify query") as session:
            session.locks_writers = self._catalog["pending_refreshes"].name in session.existing_tables()
            with session.transaction():  # not done again: it may count twice
                assert session.connection is not None
                return [run_query(session.connection, str(self.target), one) for one in found][-1]

    def reset(self, only_drop: bool = False) -> None:
        with self._once("sparkify reset") as session:
            self._make_schema(session)

            def work() -> None:
                drop_platform_tables(session, self._catalog)
                if not only_drop:
                    sync_schema(session, self._catalog, self._refresh_changed)
                    session.grant([table.name for table in self._catalog])

            session.run_in_transaction(work)
            self._up_to_date = False

    def table_statuses(self) -> Mapping[str, TableStatus]:
        with self._once("sparkify tables") as session:
            return table_statuses(session, self._catalog)

    def tables_in_old_schema(self) -> str | None:
        with self._once("sparkify doctor") as session:
            return self._left_in_public(session)

    def _left_in_public(self, session: RedshiftSession) -> str | None:
        """The default schema was public once."""
        names = tables_made_by_platform(self._catalog, session.comments(OLD_SCHEMA)) if self.target.schema != OLD_SCHEMA else []
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
        """End the connections that are kept for the next session."""
        with self._lock:
            for connection in self._idle:
                close(connection)
            self._idle.clear()

    @contextmanager
    def _once(self, purpose: str, seconds: int | None = None) -> Iterator[RedshiftSession]:
        """A session whose connection is closed after it, and whose tables nobody has looked at."""
        session = self._session(purpose, seconds)
        try:
            yield session
        finally:
            close(session.connection)

    def _session(self, purpose: str, seconds: int | None = None) -> RedshiftSession:
        label = UNSAFE_IN_LABEL.sub("?", purpose)[:LABEL_BYTES]
        session = RedshiftSession(self._catalog, self.target, self._stage, lambda: self._ready(label, seconds), self._on_wait)
        session.schema_state = self._schema_state
        return session

    def _ready(self, label: str, seconds: int | None) -> redshift_connector.Connection:
        """A connection with its settings: one that is idle, if it still lives."""
        with self._lock:
            idle = self._idle.pop() if self._idle else None
        if idle is not None:
            try:
                return self._set(idle, label, seconds)
            except WarehouseUnavailableError:
                close(idle)  # the server ended it in the meantime: idle ones live four hours
        return self._set(connect(self.target), label, seconds)

    def _set(self, connection: redshift_connector.Connection, label: str, seconds: int | None) -> redshift_connector.Connection:
        settings = {
            "search_path": exp.to_identifier(self.target.schema, quoted=True),
            "statement_timeout": exp.Literal.number((seconds or self.target.statement_timeout) * 1000),
            "query_group": exp.Literal.string(label or "sparkify"),
        }
        for name, value in settings.items():
            fetch(connection, str(self.target), to_sql(_setting(name, value), "redshift"))
        return connection

    def _make_schema(self, session: RedshiftSession) -> None:
        """Where it is not there.  CREATE SCHEMA IF NOT EXISTS takes the right to make schemas, also where one is there."""
        if session.run_named("schemas", self.target.schema)[0][0]:
            return
        # another process may have made it in the meantime
        session.run(exp.Create(this=exp.Table(db=exp.to_identifier(self.target.schema)), kind="SCHEMA", exists=True))


def _setting(name: str, value: exp.Expr) -> exp.Set:
    return exp.Set(expressions=[exp.SetItem(this=exp.EQ(this=exp.Var(this=name), expression=value))])
