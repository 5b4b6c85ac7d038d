"""Retention of Dagster's history: deletes what is older than a time and that no sensor, load, check, alert or page of the UI reads.

What stays of older history, whatever its age:

- the latest event of each asset, partition and kind (materialization, planned materialization, observation, …), and the latest that
  carries each tag (data versions);
- the latest evaluation of each check and partition, the latest planned one, and their events;
- events that the sensor ``alerts`` has not read yet, and the run of each open incident;
- the runs of all these, each job's latest run, runs with a run key (sensors skip requests by it), and the runs that one of them retries;
- runs that have not ended, backfills in progress, and the runs of these;
- the latest tick of each sensor and schedule; cursors, key-value stores and job snapshots (2 kB each, one for each version of a job).

Of an older run that stays for what it holds, its steps, its status and what is listed above stay; log lines and the like do not.

Dagster's ``delete_run`` would delete events that the list names, and on SQLite leave the run's file and the rows of its checks. So this
module deletes from Dagster's own tables, in transactions of a few milliseconds. What stays follows from the latest rows, which are never
deleted, and the row of a run is deleted after all that belongs to it: stopped at any point, the next call does the rest.

Put here what of the history is deleted and how. Do not put here how it is written (history.py) or the command (cli/history.py).
"""

import sqlite3
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple

import dagster as dg
import sqlalchemy
from dagster._core.events import PIPELINE_EVENTS
from dagster._core.execution.backfill import BulkActionStatus
from dagster._core.scheduler.instigation import TickStatus
from dagster._core.storage.event_log.schema import (
    AssetCheckExecutionsTable,
    AssetEventTagsTable,
    AssetKeyTable,
    SqlEventLogStorageMetadata,
    SqlEventLogStorageTable,
)
from dagster._core.storage.event_log.sql_event_log import SqlEventLogStorage
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME, SqliteEventLogStorage
from dagster._core.storage.local_compute_log_manager import LocalComputeLogManager
from dagster._core.storage.runs.schema import BackfillTagsTable, BulkActionsTable, RunsTable, RunStorageSqlMetadata, RunTagsTable
from dagster._core.storage.runs.sql_run_storage import SqlRunStorage
from dagster._core.storage.schedules.schema import JobTickTable, ScheduleStorageSqlMetadata
from dagster._core.storage.schedules.sql_schedule_storage import SqlScheduleStorage
from dagster._core.storage.tags import PARENT_RUN_ID_TAG, ROOT_RUN_ID_TAG, RUN_KEY_TAG
from sqlalchemy import Column, Connection, Table, func, select
from sqlalchemy.exc import DBAPIError

from sparkify_assets.errors import SparkifyError
from sparkify_assets.orchestration.alerts.events import TYPES as READ_BY_ALERTS
from sparkify_assets.orchestration.alerts.store import Store
from sparkify_assets.orchestration.instance import NOT_ENDED, open_instance

NOT_READ = sqlalchemy.literal(0)
# the number of columns is part of the type of a SELECT
Query = Any

PAGE = 1000
"""Rows that one query reads and one transaction deletes: some 10 ms."""
PAUSE_SECONDS = 0.005
"""After each transaction: SQLite's writers wait in no queue, so others would rarely find the file free."""
REWRITE_SHARE, REWRITE_BYTES = 0.2, 1 << 30
"""A SQLite file is rewritten (VACUUM) if this share of it is free and no more than these bytes are left: writers wait for 30 s, and 1 GB
takes some 10 s."""

NOT_ENDED_VALUES = {status.value for status in NOT_ENDED}
IN_PROGRESS = {s.value for s in (BulkActionStatus.REQUESTED, BulkActionStatus.CANCELING, BulkActionStatus.FAILING)}
_STEPS = ("STEP_START", "STEP_SUCCESS", "STEP_FAILURE", "STEP_SKIPPED", "STEP_RESTARTED", "STEP_UP_FOR_RETRY")
OUTLINE = {kind.value for kind in PIPELINE_EVENTS} | {dg.DagsterEventType[name].value for name in _STEPS}
"""Events of a run from which Dagster computes its status and that of its steps."""
EVALUATED = ("SUCCEEDED", "FAILED")

EVENTS, CHECKS, RUNS, FILES, OUTPUTS, BACKFILLS, TICKS = KINDS = (
    "events",
    "check evaluations",
    "runs",
    "event files of runs",
    "outputs of runs",
    "backfills",
    "ticks",
)


class HistoryError(SparkifyError):
    """Dagster's history cannot be read or deleted from; what was deleted before stays deleted, and the next call does the rest."""


class Deletion(NamedTuple):
    """Rows (or files) of one kind that one transaction deletes."""

    kind: str
    rows: int
    bytes: int
    delete: Callable[[], None]


class Amount(NamedTuple):
    rows: int
    bytes: int


Amounts = Mapping[str, Amount]
"""Kind → what is, or was, deleted of it; kinds of which nothing is are left out."""


class _Run(Enum):
    """What of a run stays: all; its outline and what is read of it; nothing."""

    CURRENT = "current"
    OUTLINED = "outlined"
    UNREAD = "unread"


class _Event(NamedTuple):
    id: int
    run_id: str | None
    kind: str | None
    at: datetime
    step: str | None
    bytes: int

    @property
    def place(self) -> tuple[object, ...]:
        """Identifies the event in the run's own file, where its id is another."""
        return (self.kind, self.at, self.step)


@dataclass(frozen=True)
class _Kept:
    """What stays of the older history."""

    events: frozenset[int]
    checks: frozenset[int]
    places: frozenset[tuple[object, ...]]
    """SQLite: the events' places in the files of their runs."""
    runs: Mapping[str, _Run]
    backfills: frozenset[str]
    unread: int
    """Events that stay only because the sensor ``alerts`` has not read them."""


def amounts_text(amounts: Amounts) -> str:
    """As "1,200 events (3.1 MB), 4 runs (0.0 MB)"."""
    return ", ".join(f"{amount.rows:,} {kind} ({amount.bytes / 1e6:,.1f} MB)" for kind, amount in amounts.items()) or "nothing"


def days_ago(days: int) -> datetime:
    return datetime.now(UTC) - timedelta(days=days)


class HistoryPruner:
    """One look at what is older than ``before`` and not read; ``survey`` and ``prune`` go over the same rows.

    Raises HistoryError.
    """

    def __init__(self, instance: dg.DagsterInstance, before: datetime) -> None:
        log, runs, schedules = instance.event_log_storage, instance.run_storage, instance.schedule_storage
        if not (isinstance(log, SqlEventLogStorage) and isinstance(runs, SqlRunStorage) and isinstance(schedules, SqlScheduleStorage)):
            raise HistoryError(
                f"dagster.yaml names the storage {type(log).__name__}; expected one in SQLite or PostgreSQL: the history of others is not "
                "pruned"
            )
        self._log, self._runs, self._schedules = log, runs, schedules
        with _database_errors(), log.index_connection() as connection:
            self._is_sqlite = connection.dialect.name == "sqlite"
        self._before = before.astimezone(UTC).replace(tzinfo=None)  # as the tables hold times
        self._state = Store(instance).read()
        manager = instance.compute_log_manager
        self._outputs = manager if isinstance(manager, LocalComputeLogManager) else None
        self._kept: _Kept | None = None

    @property
    def kept_runs(self) -> int:
        """Older runs of which what is read stays."""
        return sum(state is _Run.OUTLINED for state in self._what_stays().runs.values())

    @property
    def unread_events(self) -> int:
        """Older events that stay because the sensor ``alerts`` has not read them."""
        return self._what_stays().unread

    def survey(self) -> Amounts:
        """What ``prune`` would delete."""
        return self._sum(lambda deletion: None)

    def prune(self, on_deletion: Callable[[Deletion], None] = lambda deletion: None) -> Amounts:
        """Delete what is not read now. ``on_deletion``: called after each transaction; an exception of it stops, and loses nothing."""
        self._kept = None

        def act(deletion: Deletion) -> None:
            deletion.delete()
            on_deletion(deletion)
            time.sleep(PAUSE_SECONDS)

        return self._sum(act)

    def size(self) -> int:
        """Bytes of the history's databases."""
        with _database_errors():
            return sum(map(_file_bytes, self._files())) if self._is_sqlite else self._postgres_bytes()

    def rewrite(self) -> list[str]:
        """SQLite: give what deletions have freed back to the disk. Returns why a file was not rewritten. PostgreSQL: nothing."""
        return [why for path in self._databases() if (why := rewrite_file(path))] if self._is_sqlite else []

    @property
    def is_postgres(self) -> bool:
        return not self._is_sqlite

    def _sum(self, act: Callable[[Deletion], None]) -> Amounts:
        found: dict[str, Amount] = dict.fromkeys(KINDS, Amount(0, 0))
        with _database_errors():
            kept = self._what_stays()
            for part in (self._checks, self._events, self._event_files, self._run_outputs, self._run_rows, self._backfills, self._ticks):
                for deletion in part(kept):
                    if deletion.rows:
                        act(deletion)
                        before = found[deletion.kind]
                        found[deletion.kind] = Amount(before.rows + deletion.rows, before.bytes + deletion.bytes)
        return {kind: amount for kind, amount in found.items() if amount.rows}

    # what stays

    def _what_stays(self) -> _Kept:
        if self._kept is None:
            with _database_errors():
                self._kept = self._look()
        return self._kept

    def _look(self) -> _Kept:
        """Runs first: one that begins meanwhile is not known, and its events are young."""
        runs, jobs = self._all_runs(), dict[str, str]()
        with self._runs.connect() as connection:
            columns = RunTagsTable.c
            chosen = columns.key.in_([PARENT_RUN_ID_TAG, ROOT_RUN_ID_TAG, RUN_KEY_TAG])
            tags = connection.execute(select(columns.run_id, columns.key, columns.value).where(chosen)).fetchall()
            active = set(connection.execute(select(BulkActionsTable.c.key).where(BulkActionsTable.c.status.in_(IN_PROGRESS))).scalars())
        events, checks = SqlEventLogStorageTable.c, AssetCheckExecutionsTable.c
        needed = {run for run, key, _ in tags if key == RUN_KEY_TAG}
        needed |= {incident.link.rpartition("/runs/")[2] for incident in self._state.incidents.values()}
        with self._log.index_connection() as connection:
            kept_checks = {row.id: row.run_id for row in connection.execute(_latest_checks())}
            told = select(checks.evaluation_event_storage_id).where(checks.id.in_(_latest_check_ids()))
            latest = events.id.in_(sqlalchemy.union(*_latest_event_ids(), told))
            kept_events = {e.id: e for e in map(_event, connection.execute(_select_events().where(latest)))}
            unread = self._unread(connection)
            needed |= set(connection.execute(select(AssetKeyTable.c.last_run_id)).scalars())
        not_latest = unread.keys() - kept_events.keys()
        kept_events |= unread
        current = {
            run.run_id
            for run in runs
            if run.status in NOT_ENDED_VALUES or _ended_at(run) >= self._before or (run.backfill_id and run.backfill_id in active)
        }
        for run in runs:  # in the order in which they were created
            jobs[run.pipeline_name] = run.run_id
        last_changed = [max(runs, key=lambda run: run.update_timestamp).run_id] if runs else []  # sensors.py compares it
        needed |= {*jobs.values(), *last_changed, *(e.run_id for e in kept_events.values()), *kept_checks.values()}
        before = defaultdict[str, list[str]](list)
        for run_id, key, value in tags:
            if key != RUN_KEY_TAG:
                before[run_id].append(value)
        needed = _with_retried(current | needed, before) - current
        states = {
            run.run_id: _Run.CURRENT if run.run_id in current else _Run.OUTLINED if run.run_id in needed else _Run.UNREAD for run in runs
        }
        return _Kept(
            frozenset(kept_events),
            frozenset(kept_checks),
            frozenset(e.place for e in kept_events.values()) if self._shards else frozenset(),
            states,
            frozenset({run.backfill_id for run in runs if run.backfill_id and states[run.run_id] is not _Run.UNREAD} | active),
            sum(unread[number].at < self._before for number in not_latest),
        )

    def _all_runs(self) -> list[Any]:
        c = RunsTable.c
        columns = (c.id, c.run_id, c.status, c.pipeline_name, c.end_time, c.update_timestamp, c.backfill_id)
        found: list[Any] = []
        while page := self._read(self._runs.connect, select(*columns).where(c.id > (found[-1].id if found else 0)).order_by(c.id)):
            found += page
        return found

    def _unread(self, connection: Connection) -> dict[int, _Event]:
        """Events that the sensor ``alerts`` reads at its next tick; none if it never ran: then it begins with what is wrong now."""
        if self._state.position < 0:
            return {}
        chosen = SqlEventLogStorageTable.c.dagster_event_type.in_([kind.value for kind in READ_BY_ALERTS])
        after = SqlEventLogStorageTable.c.id > self._state.position
        return {e.id: e for e in map(_event, connection.execute(_select_events().where(chosen, after)))}

    def _goes(self, event: _Event, kept: _Kept) -> bool:
        if event.id in kept.events:
            return False
        run = kept.runs.get(event.run_id or "")
        if run is None:  # reported outside a run, or its run was deleted
            return event.at < self._before
        return run is _Run.UNREAD or (run is _Run.OUTLINED and event.kind not in OUTLINE)

    # what goes

    def _checks(self, kept: _Kept) -> Iterator[Deletion]:
        c = AssetCheckExecutionsTable.c
        old = func.coalesce(c.evaluation_event_timestamp, c.create_timestamp) < self._before
        query = select(c.id, c.run_id, self._bytes(c.evaluation_event)).where(old).order_by(c.id)
        for page in self._pages(self._log.index_connection, query, c.id):
            gone = [row for row in page if row.id not in kept.checks and kept.runs.get(row.run_id) is not _Run.CURRENT]
            yield self._deletion(CHECKS, self._log.index_transaction, gone, (c.id,))

    def _events(self, kept: _Kept) -> Iterator[Deletion]:
        query = _select_events(self._bytes(SqlEventLogStorageTable.c.event)).order_by(SqlEventLogStorageTable.c.id)
        for page in self._pages(self._log.index_connection, query, SqlEventLogStorageTable.c.id):
            gone = [event for event in map(_event, page) if self._goes(event, kept)]
            yield self._deletion(EVENTS, self._log.index_transaction, gone, (AssetEventTagsTable.c.event_id, SqlEventLogStorageTable.c.id))

    def _event_files(self, kept: _Kept) -> Iterator[Deletion]:
        """SQLite: the file that each run has besides the index."""
        if not self._shards:
            return
        oldest = self._before.replace(tzinfo=UTC).timestamp()
        for path in sorted(Path(self._shards.path_for_shard(INDEX_SHARD_NAME)).parent.glob("*.db")):
            state = kept.runs.get(path.stem)
            if path.stem == INDEX_SHARD_NAME or state is _Run.CURRENT:
                continue
            if state is _Run.OUTLINED:
                yield self._outlined(path, kept)
            elif state is _Run.UNREAD or (_is_run_id(path.stem) and path.stat().st_mtime < oldest):  # Dagster leaves those of deleted runs
                yield Deletion(FILES, 1, sum(map(_file_bytes, _parts(path))), lambda path=path: _unlink(_parts(path)))  # type: ignore[misc]

    def _outlined(self, path: Path, kept: _Kept) -> Deletion:
        """The file is small, and its run has ended: one transaction, and the file is rewritten at once."""
        log = self._shards
        assert log is not None
        query = _select_events(self._bytes(SqlEventLogStorageTable.c.event))
        with log.run_connection(path.stem) as connection:
            found = [_event(row) for row in connection.execute(query)]
        gone = [event for event in found if event.kind not in OUTLINE and event.place not in kept.places]

        def delete() -> None:
            with log.run_connection(path.stem) as connection:
                _delete(connection, SqlEventLogStorageTable.c.id, [event.id for event in gone])
            rewrite_file(path)  # if another process reads it, its space is used by nobody else: harmless

        return Deletion(EVENTS, len(gone), sum(event.bytes for event in gone), delete)

    def _run_outputs(self, kept: _Kept) -> Iterator[Deletion]:
        """What steps printed, where it is kept beside the history."""
        manager = self._outputs
        if manager is None:
            return
        for run, state in kept.runs.items():
            prefix = [run] if state is _Run.UNREAD else [run, "compute_logs"]
            folder = Path(manager._base_dir, *prefix)
            if state is not _Run.CURRENT and folder.is_dir():
                size = sum(_file_bytes(path) for path in folder.rglob("*") if path.is_file())
                yield Deletion(OUTPUTS, 1, size, lambda prefix=prefix: manager.delete_logs(prefix=prefix))  # type: ignore[misc]

    def _run_rows(self, kept: _Kept) -> Iterator[Deletion]:
        c = RunsTable.c
        query = select(c.id, c.run_id, self._bytes(c.run_body)).order_by(c.id)
        for page in self._pages(self._runs.connect, query, c.id):
            gone = [row for row in page if kept.runs.get(row.run_id) is _Run.UNREAD]
            yield self._deletion(RUNS, self._runs.connect, gone, (RunTagsTable.c.run_id, c.run_id), "run_id")

    def _backfills(self, kept: _Kept) -> Iterator[Deletion]:
        c = BulkActionsTable.c
        query = select(c.id, c.key, self._bytes(c.body)).where(c.timestamp < self._before).order_by(c.id)
        for page in self._pages(self._runs.connect, query.where(c.status.not_in(IN_PROGRESS)), c.id):
            gone = [row for row in page if row.key not in kept.backfills]
            yield self._deletion(BACKFILLS, self._runs.connect, gone, (BackfillTagsTable.c.backfill_id, c.key), "key")

    def _ticks(self, kept: _Kept) -> Iterator[Deletion]:
        c = JobTickTable.c
        latest = select(func.max(c.id)).group_by(c.selector_id, c.job_origin_id)
        query = select(c.id, self._bytes(c.tick_body)).where(c.timestamp < self._before, c.id.not_in(latest))
        query = query.where(c.status != TickStatus.STARTED.value).order_by(c.id)
        for page in self._pages(self._schedules.connect, query, c.id):
            yield self._deletion(TICKS, self._schedules.connect, page, (c.id,))

    # databases

    @property
    def _shards(self) -> SqliteEventLogStorage | None:
        """The event log, if it has a file for each run."""
        return self._log if isinstance(self._log, SqliteEventLogStorage) else None

    def _bytes(self, column: Column[Any]) -> Any:
        """As stored: PostgreSQL compresses long texts."""
        return (func.length(column) if self._is_sqlite else func.pg_column_size(column)).label("bytes")

    def _databases(self) -> list[Path]:
        """SQLite: the files that outlive runs."""
        if not self._shards:
            return []
        urls = []
        for storage in (self._runs, self._schedules):
            with storage.connect() as connection:
                urls.append(connection.engine.url.database)
        return [Path(self._shards.path_for_shard(INDEX_SHARD_NAME)), *(Path(url) for url in urls if url)]

    def _files(self) -> list[Path]:
        databases = self._databases()
        others = [part for path in databases[1:] for part in _parts(path)]
        return [*databases[0].parent.glob("*.db*"), *others] if databases else []

    def _postgres_bytes(self) -> int:
        metadata = (SqlEventLogStorageMetadata, RunStorageSqlMetadata, ScheduleStorageSqlMetadata)
        names = sorted({name for tables in metadata for name in tables.tables})
        sizes = (func.coalesce(func.pg_total_relation_size(func.to_regclass(name)), 0) for name in names)
        with self._log.index_connection() as connection:
            return sum(connection.execute(select(size)).scalar_one() for size in sizes)

    def _read(self, connect: Callable[[], AbstractContextManager[Connection]], query: Query) -> Sequence[Any]:
        with connect() as connection:
            return connection.execute(query.limit(PAGE)).fetchall()

    def _pages(
        self, connect: Callable[[], AbstractContextManager[Connection]], query: Query, number: Column[Any]
    ) -> Iterator[Sequence[Any]]:
        last = 0
        while page := self._read(connect, query.where(number > last)):
            last = page[-1].id
            yield page

    @staticmethod
    def _deletion(
        kind: str,
        connect: Callable[[], AbstractContextManager[Connection]],
        rows: Sequence[Any],
        columns: Sequence[Column[Any]],
        name: str = "id",
    ) -> Deletion:
        """Rows of the tables of ``columns`` whose value is that of the rows' column ``name``; the table of the rows themselves is last."""

        def delete() -> None:
            with connect() as connection:
                if connection.in_transaction():
                    _delete_all(connection)
                else:  # PostgreSQL's connections commit each statement
                    with connection.begin():
                        _delete_all(connection)

        def _delete_all(connection: Connection) -> None:
            for column in columns:
                _delete(connection, column, [getattr(row, name) for row in rows])

        return Deletion(kind, len(rows), sum(row.bytes or 0 for row in rows), delete)


def _delete(connection: Connection, column: Column[Any], values: Sequence[object]) -> None:
    table = column.table
    assert isinstance(table, Table)
    for start in range(0, len(values), PAGE):
        connection.execute(table.delete().where(column.in_(values[start : start + PAGE])))


def _select_events(size: Any = NOT_READ) -> Query:
    c = SqlEventLogStorageTable.c
    return select(c.id, c.run_id, c.dagster_event_type, c.timestamp, c.step_key, size)


def _event(row: Any) -> _Event:
    return _Event(*row)


def _latest_event_ids() -> list[Query]:
    """Ids of the latest events, and the highest id: SQLite would give it once more, and readers that follow the ids would miss events."""
    e, tags = SqlEventLogStorageTable.c, AssetEventTagsTable.c
    of = (e.asset_key, e.dagster_event_type, e.partition)
    tagged = AssetEventTagsTable.join(SqlEventLogStorageTable, e.id == tags.event_id)
    return [
        select(func.max(e.id)),
        select(func.max(e.id)).where(e.asset_key.is_not(None)).group_by(*of),
        select(func.max(e.id)).select_from(tagged).where(e.asset_key.is_not(None)).group_by(*of, tags.key),
    ]


def _latest_check_ids() -> Query:
    c = AssetCheckExecutionsTable.c
    of = (c.asset_key, c.check_name, c.partition)
    every = select(func.max(c.id)).group_by(*of)
    evaluated = select(func.max(c.id)).where(c.execution_status.in_(EVALUATED)).group_by(*of)
    return sqlalchemy.union(every, evaluated)


def _latest_checks() -> Query:
    c = AssetCheckExecutionsTable.c
    return select(c.id, c.run_id).where(c.id.in_(_latest_check_ids()))


def _with_retried(runs: Iterable[str], before: Mapping[str, Collection[str]]) -> set[str]:
    """The runs, and those that they retry, and so on. ``before``: run → the run that it retries, and the first of its group."""
    found, todo = set[str](), list(runs)
    while todo:
        run = todo.pop()
        if run not in found:
            found.add(run)
            todo += before.get(run, ())
    return found


def _ended_at(run: Any) -> datetime:
    return datetime.fromtimestamp(run.end_time, UTC).replace(tzinfo=None) if run.end_time else run.update_timestamp


@contextmanager
def _database_errors(note: str = ". What was deleted stays deleted") -> Iterator[None]:
    try:
        yield
    except (DBAPIError, sqlite3.Error) as e:
        reason = str(e.orig if isinstance(e, DBAPIError) else e).strip().splitlines()[0]
        raise HistoryError(f"Dagster's history (storage in dagster.yaml) cannot be read or written: {reason}{note}") from e


@contextmanager
def open_history(home: Path) -> Iterator[dg.DagsterInstance]:
    """The instance of a DAGSTER_HOME, to read its history in the block. Raises HistoryError, also for errors of the block's reads."""
    try:
        with _database_errors(note=""), open_instance(home) as instance:
            yield instance
    except dg.DagsterError as e:
        reason = str(e).partition("Stack Trace:")[0].strip().splitlines()[-1].strip()
        raise HistoryError(f"Dagster cannot open its history (storage in dagster.yaml): {reason}") from e


def history_size(home: Path) -> int:
    """Bytes of the databases that hold the history of a DAGSTER_HOME. Raises HistoryError."""
    with open_history(home) as instance:
        return HistoryPruner(instance, datetime.now(UTC)).size()


def rewrite_files(home: Path) -> list[str]:
    """Rewrite each SQLite file of a DAGSTER_HOME, so that none has what was deleted in free pages. Returns why a file was not rewritten."""
    return [why for path in sorted(home.rglob("*.db")) if (why := rewrite_file(path, always=True))]


# files of SQLite


def _is_run_id(name: str) -> bool:
    try:
        return str(uuid.UUID(name)) == name
    except ValueError:
        return False


def _parts(path: Path) -> list[Path]:
    """A database's file, and those that SQLite keeps beside it."""
    return [path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")]


def _file_bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _unlink(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def rewrite_file(path: Path, always: bool = False) -> str | None:
    """Rewrite a file without its free pages, if they are many. Returns why it was not; None if it was, or needs not be.

    ``always``: also if they are few, or the file is large: nothing that was deleted is left in it.
    """
    try:
        with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as database:
            page, pages, free = (database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_size", "page_count", "freelist_count"))
            if free >= REWRITE_SHARE * pages and page * (pages - free) > REWRITE_BYTES and not always:
                return (
                    f"{path} keeps its size ({free * page / 1e6:,.0f} MB of it free, to be used again): rewriting it would make others "
                    "wait for long; stop Dagster and run sqlite3's VACUUM on it"
                )
            if always or free >= REWRITE_SHARE * pages:
                database.execute("VACUUM")
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # what was written lately is in a file of its own
    except sqlite3.Error as e:
        return f"{path} was not rewritten, what was deleted may still be in its free pages: {e}"
    return None
