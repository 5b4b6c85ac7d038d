"""What is pruned of Dagster's history, in SQLite and PostgreSQL: the instance, sensors and loads afterwards answer the same."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import sqlalchemy
from dagster._core.execution.backfill import BulkActionStatus, PartitionBackfill
from dagster._core.scheduler.instigation import InstigatorType, TickData, TickStatus
from sqlalchemy.pool import NullPool

from sparkify_assets.cli.dagster_home import PACKAGED
from sparkify_assets.orchestration import history_prune
from sparkify_assets.orchestration.alerts.store import Store
from sparkify_assets.orchestration.history_prune import Deletion, HistoryError, HistoryPruner, rewrite_file
from sparkify_assets.orchestration.instance import latest_check_states, latest_event_ids, latest_events, newest_event_id, step_states
from sparkify_assets_tests.cli.conftest import PROJECT
from sparkify_assets_tests.orchestration.conftest import Platform, new_platform
from sparkify_assets_tests.orchestration.test_alerts import run_sensor
from sparkify_assets_tests.orchestration.test_history import opened
from sparkify_assets_tests.orchestration.test_sensors import Ticking, deliver, run
from sparkify_assets_tests.postgres_history import POOLED, new_database
from sparkify_assets_tests.support import mentions, raises

pytestmark = pytest.mark.integration

AGED = timedelta(days=200)
TIMES = {
    "event_logs": ["timestamp"],
    "asset_check_executions": ["evaluation_event_timestamp", "create_timestamp"],
    "runs": ["create_timestamp", "update_timestamp"],
    "bulk_actions": ["timestamp"],
    "job_ticks": ["timestamp"],
}
KINDS = (
    dg.DagsterEventType.ASSET_MATERIALIZATION,
    dg.DagsterEventType.ASSET_OBSERVATION,
    dg.DagsterEventType.ASSET_MATERIALIZATION_PLANNED,
)


class Stopped(Exception):
    """Of a process that is killed between two transactions."""


@pytest.fixture(params=["sqlite", "postgresql"])
def on_disk(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator["OnDisk"]:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    with ExitStack() as stack:
        url = stack.enter_context(new_database()) if request.param == "postgresql" else None
        config = POOLED.format(url=url) if url else PACKAGED.read_text(encoding="utf-8")
        instance, platform = stack.enter_context(opened(tmp_path, config)), stack.enter_context(new_platform())
        yield OnDisk(replace(platform, instance=instance), tmp_path, url)


class OnDisk:
    """A platform whose history is in files or in PostgreSQL."""

    def __init__(self, platform: Platform, home: Path, url: str | None) -> None:
        self.platform, self.home, self._url = platform, home, url
        self.instance = platform.instance
        self.logs, self.pending = Ticking(platform, "log_files"), Ticking(platform, "pending_refreshes")

    def age(self) -> None:
        make_older(self.home, AGED, self._url)

    def pruner(self, days: int = 90) -> HistoryPruner:
        return HistoryPruner(self.instance, datetime.now(UTC) - timedelta(days=days))

    def answers(self) -> dict[str, Any]:
        """What Dagster's instance answers about each asset, partition and check, and about the runs that these follow from."""
        graph = self.platform.defs.resolve_asset_graph()
        log, found = self.instance.event_log_storage, dict[str, Any]()
        runs = set[str]()
        for key in sorted(graph.get_all_asset_keys(), key=str):
            record = next(iter(self.instance.get_asset_records([key])), None)
            of: dict[str, Any] = {"entry": record and record.asset_entry}
            for kind in KINDS:
                of[kind.value] = latest_event_ids(self.instance, key, kind)
            for kind in KINDS[:2]:
                of[f"records of {kind.value}"] = records = latest_events(self.instance, key, sorted(of[kind.value]), kind)
                runs |= {event.run_id for event in records.values() if event.run_id}
            of["materialized"] = self.instance.get_materialized_partitions(key)
            of["attempts"] = log.get_latest_asset_partition_materialization_attempts_without_materializations(key)
            of["tags"] = log.get_latest_tags_by_partition(key, dg.DagsterEventType.ASSET_MATERIALIZATION, ["dagster/data_version"])
            of["latest"] = self.instance.get_latest_materialization_event(key)
            of["planned"] = log.get_latest_planned_materialization_info(key)
            of["data version"] = self.instance.get_latest_materialization_code_versions([key])
            found[key.to_user_string()] = of
        checks = sorted(graph.asset_check_keys, key=str)
        found["check states"] = sorted(map(repr, latest_check_states(self.instance, checks)))
        found["check partitions"] = sorted(map(repr, log.get_asset_check_partition_info(checks)))
        latest = log.get_latest_asset_check_execution_by_key(checks)
        found["check executions"] = {str(key): repr(latest[key]) for key in checks if key in latest}
        runs |= {run for of in found.values() if isinstance(of, dict) for run, _ in (of.get("attempts") or {}).values()}
        found["runs"] = {run: self.instance.get_run_by_id(run) for run in sorted(runs)}
        found["steps"] = {run: step_states(self.instance, run) for run in sorted(runs)}
        found["newest"] = newest_event_id(self.instance)
        found["alerts"] = Store(self.instance).read()
        return found

    def content(self) -> dict[str, int]:
        """Rows of each table, those of all files together."""
        found: dict[str, int] = {}
        for url in [self._url] if self._url else [f"sqlite:///{path}" for path in self.home.rglob("*.db")]:
            engine = sqlalchemy.create_engine(url, poolclass=NullPool)
            with engine.connect() as connection:
                for table in sqlalchemy.inspect(engine).get_table_names():
                    found[table] = found.get(table, 0) + connection.exec_driver_sql(f"SELECT COUNT(*) FROM {table}").scalar_one()
        return found


def make_older(home: Path, by: timedelta, url: str | None = None) -> None:
    """Make the history of a DAGSTER_HOME older, as if the machine's clock had been behind.  ``url``: of its PostgreSQL."""
    for database in [url] if url else [f"sqlite:///{path}" for path in home.rglob("*.db")]:
        engine = sqlalchemy.create_engine(database, poolclass=NullPool)
        with engine.begin() as connection:
            for table in set(sqlalchemy.inspect(engine).get_table_names()) & TIMES.keys():
                _make_older(connection, table, by)


def _make_older(connection: sqlalchemy.Connection, table: str, by: timedelta) -> None:
    columns = sqlalchemy.table(table, sqlalchemy.column("id"), *(sqlalchemy.column(name, sqlalchemy.DateTime) for name in TIMES[table]))
    rows = connection.execute(sqlalchemy.select(columns)).mappings().all()
    values = [{"of": row["id"], **{name: row[name] and row[name] - by for name in TIMES[table]}} for row in rows]
    if values:
        update = sqlalchemy.update(columns).where(columns.c.id == sqlalchemy.bindparam("of"))
        connection.execute(update.values({name: sqlalchemy.bindparam(name) for name in TIMES[table]}), values)
    if table == "runs":
        connection.exec_driver_sql(
            f"UPDATE runs SET start_time = start_time - {by.total_seconds()}, end_time = end_time - {by.total_seconds()}"
        )


def make_history(of: OnDisk) -> None:
    """Old: days loaded, one of them twice, one rejected, reports after each; ticks. Young: one day more."""
    platform = of.platform
    deliver(platform, 1, 3)
    platform.lake.raw("log_data/2018/11/2018-11-02-events.json", b'{"broken\n')
    (request,) = of.logs.look()
    assert not run(platform, request).success
    deliver(platform, 2)
    assert of.logs.tick() == ["2018-11-02"]
    deliver(platform, 3, items=2)
    platform.lake.raw("log_data/2018/11/2018-11-04-events.json", b'{"broken\n')
    (request,) = of.logs.look()
    assert not run(platform, request).success
    platform.materialize(*platform.catalog.unpartitioned)
    run_sensor(platform)
    of.age()
    deliver(platform, 5)
    assert of.logs.tick() == ["2018-11-05"]
    run_sensor(platform)
    assert of.pending.tick() == []


def test_nothing_that_is_asked_for_goes(on_disk: OnDisk) -> None:
    make_history(on_disk)
    before, content_before = on_disk.answers(), on_disk.content()
    said = on_disk.pruner().survey()
    assert on_disk.content() == content_before, "a survey deletes nothing"
    assert said.keys() >= {"events", "check evaluations"}
    size = on_disk.pruner().size()
    done = on_disk.pruner().prune()
    assert done == said
    assert on_disk.answers() == before
    gone = {table: rows - on_disk.content().get(table, 0) for table, rows in content_before.items()}
    assert gone["event_logs"] >= done["events"].rows > 100
    assert gone["asset_check_executions"] == done["check evaluations"].rows > 10
    assert {gone["kvs"], gone["instigators"], gone["jobs"], gone["asset_keys"]} == {0}
    assert on_disk.pruner().survey() == {}
    assert on_disk.pruner().rewrite() == []
    assert on_disk.pruner().size() < size or on_disk.pruner().is_postgres
    # what follows from it
    assert on_disk.logs.look() == on_disk.pending.look() == []
    on_disk.logs.cursor = None
    assert on_disk.logs.look() == [], "all is compared again"
    state = Store(on_disk.instance).read()
    run_sensor(on_disk.platform)
    assert Store(on_disk.instance).read().model_copy(update={"last_tick": state.last_tick}) == state
    deliver(on_disk.platform, 4)
    report = on_disk.platform.load()
    assert (report.loaded, report.unchanged, report.adopted, report.reason) == (1, 4, 0, None)


def test_stopped_anywhere_and_run_again_it_gives_the_same(on_disk: OnDisk) -> None:
    make_history(on_disk)
    before = on_disk.answers()
    said = on_disk.pruner().survey()
    steps = 0

    def stop(_: Deletion) -> None:
        raise Stopped

    while on_disk.pruner().survey():
        with pytest.raises(Stopped):  # after each transaction
            on_disk.pruner().prune(stop)
        steps += 1
        assert on_disk.answers() == before, f"after {steps} transactions"
    assert steps >= len(said)


PRUNE = """
import sys, time
from pathlib import Path
from sparkify_assets.orchestration.history_prune import HistoryPruner, days_ago
from sparkify_assets.orchestration.instance import open_instance

def on_deletion(deletion):
    print(deletion.kind, flush=True)
    time.sleep(0.05)

with open_instance(Path(sys.argv[1])) as instance:
    HistoryPruner(instance, days_ago(90)).prune(on_deletion)
"""


@pytest.mark.slow
def test_a_killed_process_leaves_a_history_that_the_next_one_prunes(on_disk: OnDisk) -> None:
    make_history(on_disk)
    before, expected = on_disk.answers(), on_disk.pruner().survey()
    deletions = 0
    while on_disk.pruner().survey():
        command = [sys.executable, "-c", PRUNE, str(on_disk.home)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=PROJECT, env={**os.environ}) as process:
            assert process.stdout is not None
            for number, _ in enumerate(process.stdout, 1):
                deletions += 1
                if number == 2:
                    process.send_signal(signal.SIGKILL)
                    break
        assert on_disk.answers() == before, f"after {deletions} transactions"
    assert deletions >= len(expected)


def test_old_ticks_and_backfills_go_and_what_is_in_progress_stays(on_disk: OnDisk) -> None:
    instance = on_disk.instance
    for number in range(5):
        told = TickData("logs", "logs", InstigatorType.SENSOR, TickStatus.SKIPPED, time.time() - number, selector_id="logs")
        instance.create_tick(told)
    for name, status in (("done", BulkActionStatus.COMPLETED_SUCCESS), ("running", BulkActionStatus.REQUESTED)):
        made = PartitionBackfill(name, status, from_failure=False, tags={"of": name}, backfill_timestamp=time.time(), asset_selection=[])
        instance.add_backfill(made)
    on_disk.age()
    instance.create_tick(TickData("songs", "songs", InstigatorType.SENSOR, TickStatus.STARTED, time.time(), selector_id="songs"))
    assert {kind: amount.rows for kind, amount in on_disk.pruner().survey().items()} == {"ticks": 4, "backfills": 1}
    on_disk.pruner().prune()
    assert len(instance.get_ticks("logs", "logs")) == 1
    assert len(instance.get_ticks("songs", "songs")) == 1
    assert [backfill.backfill_id for backfill in instance.get_backfills()] == ["running"]


def test_a_large_file_and_one_in_use_are_not_rewritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "runs.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("CREATE TABLE texts (content TEXT)")
        database.executemany("INSERT INTO texts VALUES (?)", [(f"{number}" * 5000,) for number in range(200)])
        database.execute("DELETE FROM texts WHERE rowid > 20")
        size = path.stat().st_size
        with monkeypatch.context() as small:
            small.setattr(history_prune, "REWRITE_BYTES", 10_000)
            mentions(rewrite_file(path) or "", path, "VACUUM")
        assert path.stat().st_size == size
        database.execute("BEGIN IMMEDIATE")
        with monkeypatch.context() as hurried:
            connect = sqlite3.connect
            hurried.setattr(sqlite3, "connect", lambda name, **_: connect(name, timeout=0.1, isolation_level=None))
            mentions(rewrite_file(path, always=True) or "", path, "locked")
        database.execute("ROLLBACK")
        assert rewrite_file(path) is None
        assert path.stat().st_size < size / 2


def runs_of(of: OnDisk, *statuses: dg.DagsterRunStatus, **tags: str) -> list[str]:
    """Runs that hold nothing, of a job of their own."""

    @dg.op
    def nothing() -> None: ...

    @dg.job(name=f"job_{uuid.uuid4().hex[:8]}")
    def job() -> None:
        nothing()

    made = [of.instance.create_run_for_job(job, tags=tags) for _ in statuses]
    for one, status in zip(made, statuses, strict=True):
        of.instance.add_run_tags(one.run_id, {"of": "this test"})
        of.instance.run_storage.handle_run_event(  # type: ignore[call-arg]
            one.run_id, dg.DagsterEvent(_END[status].value, job.name, message="it ended"), datetime.now(UTC)
        ) if status in _END else None
    return [one.run_id for one in made]


_END = {
    dg.DagsterRunStatus.SUCCESS: dg.DagsterEventType.RUN_SUCCESS,
    dg.DagsterRunStatus.FAILURE: dg.DagsterEventType.RUN_FAILURE,
    dg.DagsterRunStatus.CANCELED: dg.DagsterEventType.RUN_CANCELED,
}


def test_runs_that_something_refers_to_stay(on_disk: OnDisk) -> None:
    ended = dg.DagsterRunStatus.SUCCESS
    unread, last_of_job = runs_of(on_disk, dg.DagsterRunStatus.FAILURE, ended)
    (queued, _) = runs_of(on_disk, dg.DagsterRunStatus.QUEUED, ended)
    (with_key, _) = runs_of(on_disk, ended, ended, **{"dagster/run_key": "2018-11-01"})
    (retried, _) = runs_of(on_disk, dg.DagsterRunStatus.FAILURE, ended)
    on_disk.age()
    (retry,) = runs_of(on_disk, ended, **{"dagster/parent_run_id": retried, "dagster/root_run_id": retried})
    on_disk.pruner().prune()
    left = {found.run_id for found in on_disk.instance.get_runs()}
    assert unread not in left
    assert {last_of_job, queued, with_key, retried, retry} <= left
    assert on_disk.instance.run_storage.get_run_group(retry) is not None


def test_events_that_alerts_have_not_read_stay(on_disk: OnDisk) -> None:
    make_history(on_disk)
    store = Store(on_disk.instance)
    state = store.read()
    store.save(state.model_copy(update={"position": 0}))
    kinds = (dg.DagsterEventType.ASSET_CHECK_EVALUATION, dg.DagsterEventType.RUN_FAILURE)
    unread = [on_disk.instance.event_log_storage.get_logs_for_all_runs_by_log_id(0, kind) for kind in kinds]
    assert on_disk.pruner().unread_events > 10
    on_disk.pruner().prune()
    assert [on_disk.instance.event_log_storage.get_logs_for_all_runs_by_log_id(0, kind) for kind in kinds] == unread
    store.save(state)
    assert on_disk.pruner().unread_events == 0
    assert on_disk.pruner().survey()["events"].rows > 10


def test_a_history_that_is_in_no_database_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with dg.DagsterInstance.ephemeral() as instance, monkeypatch.context() as patch:
        patch.setattr(instance, "_event_storage", None)
        with raises(HistoryError, "NoneType", "SQLite or PostgreSQL"):
            HistoryPruner(instance, datetime.now(UTC))


def test_a_database_that_goes_away_is_one_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    with opened(tmp_path, PACKAGED.read_text(encoding="utf-8")) as instance:
        pruner = HistoryPruner(instance, datetime.now(UTC))
        with closing(sqlite3.connect(tmp_path / "history" / "runs.db")) as database:
            database.execute("DROP TABLE run_tags")
        with raises(HistoryError, "no such table: run_tags", "dagster.yaml"):
            pruner.survey()
