"""Dagster's event log with grouped writes, and its SQLite storage with open connections. PostgreSQL: postgres_history.py.

Dagster's own storage makes an engine, a connection and two to four transactions for each event, and serializes it as often: 8 ms per event,
half the time of a load. This storage writes the events of a step in one transaction per file: less than 1 ms per event. Files, tables and
rows keep Dagster's format: remove the entry ``storage`` from dagster.yaml to return to Dagster's storage.

Put here how events are stored. Do not put here what the events mean (load_plan.py, history_sync.py).
"""

import atexit
import os
import sqlite3
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import dagster as dg
import sqlalchemy
from dagster._core.events import ASSET_CHECK_EVENTS, ASSET_EVENTS, EVENT_TYPE_TO_PIPELINE_RUN_STATUS
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable, SqlEventLogStorageTable
from dagster._core.storage.event_log.sql_event_log import SqlEventLogStorage
from dagster._core.storage.event_log.sqlite.sqlite_event_log import (
    INDEX_SHARD_NAME,
    SqliteEventLogStorage,
    SqliteEventLogStorageWatchdog,
)
from dagster._core.storage.sql import create_engine
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage, SqliteStorageConfig
from dagster._serdes import ConfigurableClassData, deserialize_value
from sqlalchemy import Connection, Engine, bindparam, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import StaticPool

Row = Mapping[str, Any]
"""An event as a row of event_logs."""
Written = tuple[dg.EventLogEntry, Row]


class PlannedCheck(NamedTuple):
    """A check that a run plans to evaluate, and its step."""

    asset: str
    """The asset's key as Dagster's tables store it."""
    name: str
    step: str | None


KEYS_LISTED = 500
"""Partitions per SQL statement."""
RUNS_KEPT = 4
"""Runs whose files stay open, besides the index of all runs: a daemon reads few at a time, and each costs a file handle."""
GROUP_EVENTS = 1000
"""Maximum number of buffered events: about 2 MB of memory."""

PLANNED, STARTED, SUCCEEDED = (
    kind.value
    for kind in (dg.DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED, dg.DagsterEventType.STEP_START, dg.DagsterEventType.STEP_SUCCESS)
)
INSERT_EVENTS = SqlEventLogStorageTable.insert().returning(SqlEventLogStorageTable.c.id, sort_by_parameter_order=True)
INSERT_CHECKS = AssetCheckExecutionsTable.insert()
_ROW_OF_A_CHECK = (
    AssetCheckExecutionsTable.update()
    .where(AssetCheckExecutionsTable.c.asset_key == bindparam("of_asset"))
    .where(AssetCheckExecutionsTable.c.check_name == bindparam("of_check"))
    .where(AssetCheckExecutionsTable.c.run_id == bindparam("of_run"))
)
FORGET_PLANNED_CHECK = (
    AssetCheckExecutionsTable.delete()
    .where(AssetCheckExecutionsTable.c.asset_key == bindparam("of_asset"))
    .where(AssetCheckExecutionsTable.c.check_name == bindparam("of_check"))
    .where(AssetCheckExecutionsTable.c.run_id == bindparam("of_run"))
    .where(AssetCheckExecutionsTable.c.execution_status == AssetCheckExecutionRecordStatus.PLANNED.value)
)
UPDATE_CHECK = _ROW_OF_A_CHECK.where(AssetCheckExecutionsTable.c.partition.is_(None))
UPDATE_CHECK_OF_PARTITION = _ROW_OF_A_CHECK.where(AssetCheckExecutionsTable.c.partition == bindparam("of_partition"))

# Events that come in series, each followed by another event: the last event of a step or run writes those before it.
GROUPED = {
    dg.DagsterEventType.ASSET_MATERIALIZATION_PLANNED,
    dg.DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED,
    dg.DagsterEventType.STEP_START,
    dg.DagsterEventType.STEP_INPUT,
    dg.DagsterEventType.STEP_OUTPUT,
    dg.DagsterEventType.LOADED_INPUT,
    dg.DagsterEventType.HANDLED_OUTPUT,
    dg.DagsterEventType.ASSET_MATERIALIZATION,
    dg.DagsterEventType.ASSET_OBSERVATION,
    dg.DagsterEventType.ASSET_CHECK_EVALUATION,
    dg.DagsterEventType.ENGINE_EVENT,
    dg.DagsterEventType.LOGS_CAPTURED,
    dg.DagsterEventType.RESOURCE_INIT_STARTED,
    dg.DagsterEventType.RESOURCE_INIT_SUCCESS,
}

ENDS_OF_RUNS = {dg.DagsterEventType.RUN_SUCCESS, dg.DagsterEventType.RUN_FAILURE, dg.DagsterEventType.RUN_CANCELED}


class GroupedEvents(SqlEventLogStorage):
    """Mixin for one of Dagster's event logs that is a single database: writes the events of a step together.

    Events of a run are buffered until its step ends, until anything is read, or for at most ``group_seconds``. A killed process loses the
    events of the current step, which is repeated in any case. If an event cannot be written, the call that stores it raises the error, or,
    after ``group_seconds``, the next call.

    When a run ends, the checks that it planned but did not evaluate are deleted: Dagster would show them as failed (after a failed run) or
    skipped (after a successful one) instead of their last outcome. A check whose step started and did not succeed stays, as failed.
    """

    group_seconds = 0.25
    """Maximum time that an event is buffered: the maximum delay of the UI."""

    def __init__(self, *arguments: Any) -> None:
        self.begin_grouping()
        super().__init__(*arguments)

    def begin_grouping(self) -> None:
        """Start with an empty buffer."""
        self._waiting: list[dg.EventLogEntry] = []
        self._planned: dict[str, list[PlannedCheck]] = {}
        self._timer: threading.Timer | None = None
        self._failure: Exception | None = None
        self._group = threading.Lock()  # held while the buffer changes
        self._writing = threading.RLock()  # held while a group is written: readers wait for it
        self._writer: int | None = None
        self._tables: set[str] = set()
        self._indexes: set[str] = set()
        atexit.register(self.flush)

    def store_event(self, event: dg.EventLogEntry) -> None:
        with self._group:
            self._waiting.append(event)
            waits = bool(event.run_id) and (not event.is_dagster_event or event.dagster_event_type in GROUPED)
            waits = waits and len(self._waiting) < GROUP_EVENTS
            if waits and self._timer is None:
                self._timer = threading.Timer(self.group_seconds, self._flush_later)
                self._timer.daemon = True
                self._timer.start()
        if not waits:
            self.flush()

    def flush(self) -> None:
        """Write the buffered events. Raises the error of this write, or of one in the background since the last call."""
        with self._writing:
            if self._failure:
                failure, self._failure = self._failure, None
                raise failure
            with self._group:
                events, self._waiting = self._waiting, []
                if self._timer:
                    self._timer.cancel()
                    self._timer = None
            if not events:
                return
            self._writer = threading.get_ident()
            try:
                self._write([(e, self._event_to_row(e)) for e in events])
                self._remember_planned(events)
                for event in events:
                    if event.dagster_event_type in ENDS_OF_RUNS:
                        self._forget_unasked(event.run_id)
            finally:
                self._writer = None

    def _flush_later(self) -> None:
        try:
            self.flush()
        except Exception as e:  # in the background: the next call raises it
            self._failure = e

    @contextmanager
    def _connect(self, *shard: str) -> Iterator[Connection]:
        if self._writer != threading.get_ident():
            self.flush()  # readers see all events stored before
        with super()._connect(*shard) as connection:  # type: ignore[misc]  # of the storage class that this is mixed into
            yield connection

    def _write(self, events: Sequence[Written]) -> None:
        with self.index_connection() as connection:
            self._insert(connection, events)

    def _remember_planned(self, events: Sequence[dg.EventLogEntry]) -> None:
        """Keep the checks that runs of this process plan: they need not be read again when the run ends."""
        for entry in events:
            if entry.dagster_event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED:
                if entry.run_id not in self._planned and len(self._planned) >= RUNS_KEPT:
                    del self._planned[next(iter(self._planned))]
                self._planned.setdefault(entry.run_id, []).append(_planned_check(entry))

    def _forget_unasked(self, run_id: str) -> None:
        steps = sqlalchemy.select(SqlEventLogStorageTable.c.step_key, SqlEventLogStorageTable.c.dagster_event_type).where(
            SqlEventLogStorageTable.c.run_id == run_id, SqlEventLogStorageTable.c.dagster_event_type.in_([STARTED, SUCCEEDED])
        )
        with self.run_connection(run_id) as connection:
            found = {(step, kind) for step, kind in connection.execute(steps)}
            planned = self._planned.pop(run_id, None)
            if planned is None:
                events = sqlalchemy.select(SqlEventLogStorageTable.c.event).where(
                    SqlEventLogStorageTable.c.run_id == run_id, SqlEventLogStorageTable.c.dagster_event_type == PLANNED
                )
                planned = [_planned_check(deserialize_value(text, dg.EventLogEntry)) for text in connection.execute(events).scalars()]
        begun = {step for step, kind in found if kind == STARTED and (step, SUCCEEDED) not in found}
        unasked = [{"of_asset": check.asset, "of_check": check.name, "of_run": run_id} for check in planned if check.step not in begun]
        if unasked:
            with self.index_connection() as connection:
                connection.execute(FORGET_PLANNED_CHECK, unasked)

    def _insert(self, connection: Connection, events: Sequence[Written]) -> None:
        """Insert into event_logs, with ids in the order of the events, and into the tables of assets and checks."""
        numbers = connection.execute(INSERT_EVENTS, [row for _, row in events]).scalars().all()
        numbered = [(entry, row, number) for (entry, row), number in zip(events, numbers, strict=True)]
        of_assets = [(e, n) for e, _, n in numbered if e.dagster_event_type in ASSET_EVENTS]
        if of_assets:
            self._store_asset_event_tags(connection, [e for e, _ in of_assets], [n for _, n in of_assets])
        # an asset has one row, which each event of a kind overwrites: only the last one counts
        last = {(e.get_dagster_event().asset_key, e.dagster_event_type): (e, n) for e, n in of_assets}
        for entry, number in sorted(last.values(), key=lambda x: x[1]):
            self._store_asset_event(connection, entry, number)
        for entry, row, number in numbered:
            if entry.dagster_event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED:
                connection.execute(INSERT_CHECKS, _planned_checks(entry, row, number))
            elif entry.dagster_event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
                _store_evaluation(connection, entry, row, number)

    def has_table(self, table_name: str) -> bool:
        """Cached: Dagster calls it for every check evaluation, and on SQLite creates an engine each time, a quarter of what one costs."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def has_secondary_index(self, name: str) -> bool:
        """Cached: Dagster asks whether a migration is done at each look at an asset."""
        if name not in self._indexes and super().has_secondary_index(name):
            self._indexes.add(name)
        return name in self._indexes

    def wipe_asset_partitions(self, asset_key: dg.AssetKey, partition_keys: Sequence[str]) -> None:
        """Declared by Dagster but missing in its SQL storages. The events stay in the logs of their runs and belong to no asset."""
        key = asset_key.to_string()
        with self.index_transaction() as connection:
            for start in range(0, len(partition_keys), KEYS_LISTED):
                chosen = partition_keys[start : start + KEYS_LISTED]
                events, checks = SqlEventLogStorageTable.c, AssetCheckExecutionsTable.c
                connection.execute(
                    SqlEventLogStorageTable.update().values(asset_key=None).where(events.asset_key == key, events.partition.in_(chosen))
                )
                connection.execute(AssetCheckExecutionsTable.delete().where(checks.asset_key == key, checks.partition.in_(chosen)))
        self.wipe_asset_cached_status(asset_key)

    def wipe(self) -> None:
        self.flush()  # buffered events are wiped too, not written afterwards
        super().wipe()
        self._tables.clear()
        self._indexes.clear()

    def dispose(self) -> None:
        self.flush()
        atexit.unregister(self.flush)
        super().dispose()


class KeptOpenEventLog(SqliteEventLogStorage):
    """Keeps one connection open per file; Dagster's own lock lets one thread at a time use it."""

    def __init__(self, base_dir: str) -> None:
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        self._empty_file: bytes | None = None
        super().__init__(base_dir)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            if shard not in self._initialized_dbs:
                self._create_file(shard)
                self._initialized_dbs.add(shard)
            with self._engine(shard).connect() as connection, connection.begin():
                yield connection

    def _create_file(self, shard: str) -> None:
        """Let Dagster create the file's tables.  That reads all its migrations, 0.1 s, so a file that has them is not looked at again, and
        the file of a process's second run, and of each later one, is a copy of the first while it was empty.
        """
        path = Path(self.path_for_shard(shard))
        is_new_run = shard != INDEX_SHARD_NAME and not path.exists()
        if is_new_run and self._empty_file is not None:
            _create_with(self._empty_file, path)
        if path.exists() and self._has_tables(shard):
            return
        engine = self._engine(shard)
        self._initdb(engine)
        if is_new_run and self._empty_file is None:
            with engine.connect() as connection:
                file = connection.connection.driver_connection
                assert isinstance(file, sqlite3.Connection)
                if not file.execute("SELECT COUNT(*) FROM event_logs").fetchone()[0]:
                    self._empty_file = file.serialize()

    def _has_tables(self, shard: str) -> bool:
        """Whether the file holds a version of Dagster's tables, which is written after they are created."""
        try:
            with self._engine(shard).connect() as connection:
                return bool(connection.exec_driver_sql("SELECT COUNT(*) FROM alembic_version").scalar())
        except OperationalError:  # no such table
            return False

    def _engine(self, shard: str) -> Engine:
        if shard not in self._engines:
            self._engines[shard] = _kept_open(self.conn_string_for_shard(shard))
            runs = [name for name in self._engines if name != INDEX_SHARD_NAME]
            for name in runs[:-RUNS_KEPT]:
                self._engines.pop(name).dispose()
        self._engines.move_to_end(shard)
        return self._engines[shard]

    def watch(self, run_id: str, cursor: str | None, callback: Any) -> None:
        super().watch(run_id, cursor, callback)
        # writes of an open connection stay in SQLite's WAL file for long; Dagster's watchdog watches the database file only
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


class GroupedEventLog(GroupedEvents, KeptOpenEventLog):  # type: ignore[misc]  # the event log of a single database has no parameter shard
    """A file for each run, and an index of the events of assets, checks and runs."""

    def _write(self, events: Sequence[Written]) -> None:
        of_runs: dict[str, list[Row]] = defaultdict(list)
        for _, row in events:
            of_runs[row["run_id"]].append(row)
        for run_id, rows in of_runs.items():
            with self.run_connection(run_id) as connection:
                connection.execute(SqlEventLogStorageTable.insert(), rows)
        if indexed := [(e, r) for e, r in events if _is_indexed(e)]:
            with self.index_connection() as connection:
                self._insert(connection, indexed)


def _is_indexed(entry: dg.EventLogEntry) -> bool:
    kind = entry.dagster_event_type
    return kind in ASSET_EVENTS or kind in ASSET_CHECK_EVENTS or kind in EVENT_TYPE_TO_PIPELINE_RUN_STATUS


def _planned_check(entry: dg.EventLogEntry) -> PlannedCheck:
    planned: Any = entry.get_dagster_event().event_specific_data
    return PlannedCheck(planned.asset_key.to_string(), planned.check_name, entry.get_dagster_event().step_key)


def _planned_checks(entry: dg.EventLogEntry, row: Row, number: int) -> list[dict[str, Any]]:
    """One row for each partition for which the run plans the check."""
    planned: Any = entry.get_dagster_event().event_specific_data
    keys = planned.partitions_subset.get_partition_keys() if planned.partitions_subset else [None]
    return [
        {
            "asset_key": planned.asset_key.to_string(),
            "check_name": planned.check_name,
            "partition": key,
            "run_id": entry.run_id,
            "execution_status": AssetCheckExecutionRecordStatus.PLANNED.value,
            "evaluation_event": row["event"],
            "evaluation_event_timestamp": row["timestamp"],
            "evaluation_event_storage_id": number,
        }
        for key in keys
    ]


def _store_evaluation(connection: Connection, entry: dg.EventLogEntry, row: Row, number: int) -> None:
    """Update the planned row; insert one if none was planned."""
    said: Any = entry.get_dagster_event().event_specific_data
    status = AssetCheckExecutionRecordStatus.SUCCEEDED if said.passed else AssetCheckExecutionRecordStatus.FAILED
    target = said.target_materialization_data
    values = {
        "execution_status": status.value,
        "evaluation_event": row["event"],
        "evaluation_event_timestamp": row["timestamp"],
        "evaluation_event_storage_id": number,
        "materialization_event_storage_id": target.storage_id if target else None,
    }
    of = {"of_asset": said.asset_key.to_string(), "of_check": said.check_name, "of_run": entry.run_id}
    updated = 0
    if entry.run_id and said.partition is None:
        updated = connection.execute(UPDATE_CHECK, values | of).rowcount
    elif entry.run_id:
        updated = connection.execute(UPDATE_CHECK_OF_PARTITION, values | of | {"of_partition": said.partition}).rowcount
    if updated == 0:
        itself = {"asset_key": of["of_asset"], "check_name": of["of_check"], "run_id": entry.run_id, "partition": said.partition}
        connection.execute(INSERT_CHECKS, [values | itself])
    if updated > 1:
        raise dg.DagsterInvariantViolationError(f"{said.asset_check_key} was planned {updated} times in run {entry.run_id}")


class _Watchdog(SqliteEventLogStorageWatchdog):
    """Notifies the UI of a run's new events."""

    def __init__(self, storage: SqliteEventLogStorage, run_id: str, callback: Any, cursor: str | None) -> None:
        super().__init__(storage, run_id, callback, cursor)
        self._patterns = [self._log_path, f"{self._log_path}-wal"]

    def on_modified(self, event: Any) -> None:
        self._process_log()


def _create_with(content: bytes, path: Path) -> None:
    """Create the file, whole, or leave it to others."""
    copy = path.with_name(f"{path.name}.{os.getpid()}")
    copy.write_bytes(content)
    with suppress(OSError):  # another process was faster, or the file system has no links
        os.link(copy, path)
    copy.unlink()


def _kept_open(url: str) -> Engine:
    engine = create_engine(url, poolclass=StaticPool, connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _(connection: Any, _record: Any) -> None:
        # in WAL mode a killed process loses nothing; a power cut may lose the last events but never damages the file
        connection.execute("PRAGMA synchronous = NORMAL")

    return engine


class KeptOpenStorage(DagsterSqliteStorage):
    """The storage that ``storage: custom`` in dagster.yaml names."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(base_dir, inst_data)
        dagsters = self._event_log_storage
        self._event_log_storage = GroupedEventLog(dagsters._base_dir)
        dagsters.dispose()

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData, config_value: SqliteStorageConfig) -> "KeptOpenStorage":
        return cls.from_local(inst_data=inst_data, **config_value)
