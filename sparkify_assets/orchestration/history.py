"""Dagster's history on a laptop: its own SQLite storage, with the connections of the event log kept open.

Dagster's makes an engine and a connection for every event it writes and waits for the disk each time: 8 ms an event, 6 of the 14 s of a
load.  Kept open, and left to SQLite's log to be safe, it is below 1 ms.  Files and tables are Dagster's, unchanged: taking the entry
``storage`` out of dagster.yaml goes back to it.
"""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dagster._core.storage.event_log.sqlite.sqlite_event_log import (
    INDEX_SHARD_NAME,
    SqliteEventLogStorage,
    SqliteEventLogStorageWatchdog,
)
from dagster._core.storage.sql import create_engine
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage, SqliteStorageConfig
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import StaticPool

RUNS_KEPT = 4
"""runs whose file is kept open, besides the index of all: a daemon reads few at a time, and a file handle each is held"""


class KeptOpenEventLog(SqliteEventLogStorage):
    """One open connection a file, used by one thread at a time, as Dagster's own lock has it."""

    def __init__(self, base_dir: str) -> None:
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        self._tables: set[str] = set()
        super().__init__(base_dir)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.connect() as connection, connection.begin():
                yield connection

    def _engine(self, shard: str) -> Engine:
        if shard not in self._engines:
            self._engines[shard] = _kept_open(self.conn_string_for_shard(shard))
            runs = [name for name in self._engines if name != INDEX_SHARD_NAME]
            for name in runs[:-RUNS_KEPT]:
                self._engines.pop(name).dispose()
        self._engines.move_to_end(shard)
        return self._engines[shard]

    def has_table(self, table_name: str) -> bool:
        """Asked once for every answer of a check, by way of an engine of its own each time: a quarter of what an answer costs."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def watch(self, run_id: str, cursor: str | None, callback: Any) -> None:
        super().watch(run_id, cursor, callback)
        # what a kept open connection writes stands in SQLite's log for long; Dagster's watch looks at the file only
        handler, seen = self._watchers[run_id].pop(callback)
        assert self._obs is not None  # since there is a watcher
        self._obs.remove_handler_for_watch(handler, seen)
        anew = _Watchdog(self, run_id, callback, cursor)
        self._watchers[run_id][callback] = (anew, self._obs.schedule(anew, self._base_dir, recursive=True))

    def wipe(self) -> None:
        self._close()  # the files are deleted
        super().wipe()

    def dispose(self) -> None:
        self._close()
        super().dispose()

    def _close(self) -> None:
        with self._db_lock:
            while self._engines:
                self._engines.popitem()[1].dispose()


class _Watchdog(SqliteEventLogStorageWatchdog):
    """Tells the UI of a run's events as they come."""

    def __init__(self, storage: SqliteEventLogStorage, run_id: str, callback: Any, cursor: str | None) -> None:
        super().__init__(storage, run_id, callback, cursor)
        self._patterns = [self._log_path, f"{self._log_path}-wal"]

    def on_modified(self, event: Any) -> None:
        self._process_log()


def _kept_open(url: str) -> Engine:
    engine = create_engine(url, poolclass=StaticPool, connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _(connection: Any, _record: Any) -> None:
        # in WAL mode a killed process loses nothing; a power cut may lose the last events, and never damages the file
        connection.execute("PRAGMA synchronous = NORMAL")

    return engine


class KeptOpenStorage(DagsterSqliteStorage):
    """What ``storage: custom`` in dagster.yaml names."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(base_dir, inst_data)
        dagsters = self._event_log_storage
        self._event_log_storage = KeptOpenEventLog(dagsters._base_dir)
        dagsters.dispose()

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData, config_value: SqliteStorageConfig) -> "KeptOpenStorage":
        return cls.from_local(inst_data=inst_data, **config_value)
