"""Dagster's history, written in groups: the rows that Dagster's own storage writes, read by it, seen at once, whole after kill -9."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import dagster as dg
import psycopg2
import pytest
import sqlalchemy
from dagster_postgres import PostgresEventLogStorage
from sqlalchemy.pool import NullPool

from sparkify_assets.cli.dagster_home import PACKAGED
from sparkify_assets.orchestration import history
from sparkify_assets.orchestration.alerts.events import committed_events
from sparkify_assets.orchestration.history import GroupedEventLog, SqliteEventLogStorage
from sparkify_assets.orchestration.postgres_history import GroupedPostgresEventLog
from sparkify_assets_tests.cli.conftest import PROJECT
from sparkify_assets_tests.orchestration.conftest import new_platform
from sparkify_assets_tests.postgres_history import POOLED, new_database, url_of
from sparkify_assets_tests.support import event, milliseconds

pytestmark = pytest.mark.integration

OURS = PACKAGED.read_text(encoding="utf-8")
DAGSTERS = "telemetry: {enabled: false}\n"

WRITER = """
import dagster as dg, sys
with dg.DagsterInstance.get() as instance:
    number = 0
    while True:
        instance.report_runless_asset_event(dg.AssetMaterialization("songs", partition=str(number)))
        print(number, flush=True)
        number += 1
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    return tmp_path


def opened(home: Path, config: str) -> dg.DagsterInstance:
    (home / "dagster.yaml").write_text(config, encoding="utf-8")
    return dg.DagsterInstance.get()


@dg.asset
def songs() -> dg.MaterializeResult:
    return dg.MaterializeResult(metadata={"rows": 3})


def open_files() -> set[str]:
    """Of this process."""
    found = set()
    for handle in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # the one that lists them
            found.add(str(handle.readlink()))
    return found


def test_what_one_writes_the_other_reads(home: Path) -> None:
    for config, number in ((OURS, 1), (DAGSTERS, 2), (OURS, 3)):
        with opened(home, config) as instance:
            assert dg.materialize([songs], instance=instance).success
            assert len(instance.fetch_materializations(dg.AssetKey("songs"), limit=9).records) == number
            assert all(len(instance.all_logs(run.run_id)) > 5 for run in instance.get_runs())


def test_it_is_what_dagster_yaml_asks_for_and_holds_few_files_open(home: Path) -> None:
    with opened(home, OURS) as instance:
        log = instance.event_log_storage
        assert isinstance(log, GroupedEventLog)
        for _ in range(7):
            dg.materialize([songs], instance=instance)
        held = open_files()
        assert len([path for path in held if path.startswith(f"{home}/history/runs/") and path.endswith(".db")]) <= 5
        first = instance.get_runs()[-1]
        assert len(instance.all_logs(first.run_id)) > 5, "a run whose file was closed is opened again"
        instance.wipe()
        assert instance.get_runs() == []


@pytest.mark.parametrize("another_is_faster", [False, True])
def test_the_file_of_each_run_is_as_dagster_creates_it(home: Path, another_is_faster: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = GroupedEventLog(str(home / "ours")), SqliteEventLogStorage(str(home / "theirs"))
    found = [content(log, run) for log, run in ((theirs, "first"), (ours, "first"))]
    if another_is_faster:

        def link(copy: Path, path: Path) -> None:
            content(SqliteEventLogStorage(str(home / "ours")), path.stem)
            os.link(copy, path)

        monkeypatch.setattr(history, "os", SimpleNamespace(getpid=os.getpid, link=link))
    found += [content(ours, run) for run in ("second", "third")]
    assert found[0]
    assert all(one == found[0] for one in found)
    assert {path.suffix for path in (home / "ours").iterdir()} <= {".db", ".db-wal", ".db-shm"}
    ours.dispose()


def content(log: SqliteEventLogStorage, run: str) -> list[object]:
    """Tables, indexes and the version of a run's file."""
    with log.run_connection(run) as connection:
        return [
            connection.exec_driver_sql(sql).fetchall()
            for sql in ("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2", "SELECT * FROM alembic_version", "PRAGMA journal_mode")
        ]


def test_a_killed_writer_loses_nothing_it_had_written(home: Path) -> None:
    with opened(home, OURS):
        pass
    with subprocess.Popen([sys.executable, "-c", WRITER], stdout=subprocess.PIPE, text=True, cwd=PROJECT, env={**os.environ}) as writer:
        assert writer.stdout is not None
        written = [int(writer.stdout.readline()) for _ in range(40)]
        writer.send_signal(signal.SIGKILL)
    for config in (OURS, DAGSTERS):
        with opened(home, config) as instance:
            assert {str(n) for n in written} <= instance.get_materialized_partitions(dg.AssetKey("songs"))


def test_a_page_that_shows_a_run_hears_of_its_events_while_it_works(home: Path) -> None:
    heard: list[str] = []
    run = str(uuid.uuid4())
    with opened(home, OURS) as page, dg.DagsterInstance.get() as writer:
        page.watch_event_logs(run, None, lambda entry, _: heard.append(entry.dagster_event_type.value if entry.dagster_event_type else ""))
        dg.define_asset_job("all_of_it").resolve(asset_graph=dg.Definitions([songs]).resolve_asset_graph()).execute_in_process(
            instance=writer, run_id=run
        )
        end = time.monotonic() + 20
        while "STEP_SUCCESS" not in heard and time.monotonic() < end:
            time.sleep(0.05)
    assert "STEP_SUCCESS" in heard


DAYS = dg.DailyPartitionsDefinition("2018-11-01", end_date="2018-11-08")


@dg.asset(partitions_def=DAYS, backfill_policy=dg.BackfillPolicy.single_run())
def plays(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    context.log.info("a message of the step")
    context.log_event(dg.AssetObservation("plays", partition=context.partition_keys[0], tags={"seen": "yes"}))
    for key in context.partition_keys[1:]:
        context.log_event(dg.AssetMaterialization("plays", partition=key, metadata={"rows": 3}, tags={"dagster/data_version": key}))
    return dg.MaterializeResult(metadata={"days": len(context.partition_keys)})


@dg.asset_check(asset=plays, partitions_def=DAYS)
def by_day(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
    for number, key in enumerate(context.partition_keys[1:]):
        context.op_execution_context.log_event(dg.AssetCheckEvaluation(dg.AssetKey("plays"), "by_day", number % 2 == 0, {}, partition=key))  # type: ignore[arg-type]
    return dg.AssetCheckResult(passed=True)


@dg.asset_check(asset=plays)
def whole() -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=False)


@pytest.fixture(scope="module")
def handed(tmp_path_factory: pytest.TempPathFactory) -> list[dg.EventLogEntry]:
    """Every event of two runs of several days, and of what is reported outside a run, as an instance hands it to Dagster's own storage."""
    found: list[dg.EventLogEntry] = []
    store = SqliteEventLogStorage.store_event

    def noted(log: SqliteEventLogStorage, entry: dg.EventLogEntry) -> None:
        found.append(entry)
        store(log, entry)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SqliteEventLogStorage, "store_event", noted)
        patch.setenv("DAGSTER_HOME", str(tmp_path_factory.mktemp("handed")))
        with opened(Path(os.environ["DAGSTER_HOME"]), DAGSTERS) as instance:
            definitions = dg.Definitions([plays, songs], asset_checks=[by_day, whole], jobs=[dg.define_asset_job("all_of_it")])
            for last in ("2018-11-04", "2018-11-06"):
                days = {"dagster/asset_partition_range_start": "2018-11-01", "dagster/asset_partition_range_end": last}
                definitions.resolve_job_def("all_of_it").execute_in_process(instance=instance, tags=days, raise_on_error=False)
            instance.report_runless_asset_event(dg.AssetMaterialization("songs"))
            instance.report_runless_asset_event(dg.AssetCheckEvaluation(dg.AssetKey("songs"), "told", True, {}))
    assert len(found) > 60
    return found


def rows_of(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every file of an event log, but for the moments at which SQLite wrote them."""
    found = {}
    for file in sorted(folder.glob("*.db")):
        with closing(sqlite3.connect(file)) as database:
            for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall():
                columns = [
                    f'"{c}"'
                    for _, c, *_ in database.execute(f"PRAGMA table_info({table})")
                    if c not in ("create_timestamp", "migration_completed")
                ]
                found[f"{file.name} {table}"] = sorted(database.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall(), key=repr)
    return found


def test_its_rows_are_those_that_dagsters_own_storage_writes(home: Path, handed: list[dg.EventLogEntry]) -> None:
    theirs, ours = SqliteEventLogStorage(str(home / "theirs")), GroupedEventLog(str(home / "ours"))
    for entry in handed:
        theirs.store_event(entry)
        ours.store_event(entry)
    ours.dispose()
    theirs.dispose()
    expected = rows_of(home / "theirs")
    checks = expected["index.db asset_check_executions"]
    assert len(checks) == 15, "4 + 6 days planned, each check's own 2, and one outside a run"
    expected["index.db asset_check_executions"] = [row for row in checks if "PLANNED" not in row]
    assert len(expected["index.db asset_check_executions"]) == 13, "of each run's first day the check says nothing"
    assert rows_of(home / "ours") == expected
    assert {len(expected["index.db asset_keys"]), len(expected["index.db asset_event_tags"]) > 5} == {2, True}


@pytest.mark.parametrize("ended_by", ["the same process", "another process"])
def test_a_check_that_was_not_asked_keeps_its_last_answer(home: Path, ended_by: str) -> None:
    """Of a run that fails before it: Dagster's own storage shows it as failed.  One that could not be asked is shown so."""
    fails = False

    @dg.asset
    def first() -> None:
        if fails:
            raise RuntimeError("no")

    @dg.asset_check(asset=first)
    def of_first() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(passed=True)

    @dg.asset
    def other() -> None: ...

    @dg.asset_check(asset=other)
    def of_other() -> dg.AssetCheckResult:
        if fails:
            raise RuntimeError("no warehouse")
        return dg.AssetCheckResult(passed=True)

    job = dg.Definitions([first, other], asset_checks=[of_first, of_other]).resolve_implicit_global_asset_job_def()
    with opened(home, OURS) as instance:
        log = instance.event_log_storage
        assert isinstance(log, GroupedEventLog)
        assert job.execute_in_process(instance=instance).success
        fails = True
        if ended_by == "another process":  # which has not planned the checks
            log._remember_planned = lambda events: None  # type: ignore[method-assign]
        run = job.execute_in_process(instance=instance, raise_on_error=False).run_id
        keys = [dg.AssetCheckKey(dg.AssetKey(asset), f"of_{asset}") for asset in ("first", "other")]
        latest = log.get_latest_asset_check_execution_by_key(keys)
        assert [latest[key].status.value for key in keys] == ["SUCCEEDED", "PLANNED"]
        assert latest[keys[1]].run_id == run


def test_who_reads_sees_at_once_what_the_same_process_wrote_and_another_sees_it_within_a_second(
    home: Path, handed: list[dg.EventLogEntry]
) -> None:
    step = [e for e in handed if e.step_key == "plays" and e.run_id][:3]
    writer, reader = GroupedEventLog(str(home / "log")), SqliteEventLogStorage(str(home / "log"))
    for entry in step:
        writer.store_event(entry)
    begun = time.monotonic()
    while not reader.get_logs_for_run(step[0].run_id):
        assert time.monotonic() < begun + 10
        time.sleep(0.02)
    for entry in step:
        writer.store_event(entry)
    assert len(writer.get_logs_for_run(step[0].run_id)) == 6
    writer.dispose()


def test_an_event_that_could_not_be_written_is_an_error_of_the_next_call(home: Path, handed: list[dg.EventLogEntry]) -> None:
    step = next(e for e in handed if e.step_key == "plays" and e.run_id)
    log = GroupedEventLog(str(home / "log"))
    log.get_logs_for_run(step.run_id)
    with closing(sqlite3.connect(home / "log" / f"{step.run_id}.db")) as database:
        database.execute("DROP TABLE event_logs")
    log.store_event(step)
    time.sleep(0.6)
    with pytest.raises(Exception, match="no such table: event_logs"):
        log.get_logs_for_run(step.run_id)


def test_of_two_writers_a_reader_that_follows_the_numbers_misses_nothing(home: Path, handed: list[dg.EventLogEntry]) -> None:
    """As the alerts read: they ask for what has a higher number than the last one they saw."""
    events = [e for e in handed if e.dagster_event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION and e.run_id]
    logs = [GroupedEventLog(str(home / "log")) for _ in range(2)]
    reader = GroupedEventLog(str(home / "log"))

    def write(log: GroupedEventLog) -> None:
        for _ in range(8):
            for entry in events:
                log.store_event(entry)
            time.sleep(0.01)
        log.flush()

    writers = [threading.Thread(target=write, args=(log,)) for log in logs]
    for thread in writers:
        thread.start()
    seen: list[int] = []
    writing = True
    while writing or len(seen) < 16 * len(events):
        writing = any(t.is_alive() for t in writers)  # asked before the look: what is written between the two is seen by the next one
        after = seen[-1] if seen else 0
        found = [*reader.get_logs_for_all_runs_by_log_id(after, dg.DagsterEventType.ASSET_CHECK_EVALUATION, limit=50)]
        assert found or writing, f"{len(seen)} of {16 * len(events)}"
        seen += found
        time.sleep(0.01)
    assert seen == sorted(set(seen))
    assert len(seen) == 16 * len(events)
    for log in (*logs, reader):
        log.dispose()


def test_what_waits_is_wiped_too(home: Path, handed: list[dg.EventLogEntry]) -> None:
    step = next(e for e in handed if e.step_key == "plays" and e.run_id)
    log = GroupedEventLog(str(home / "log"))
    log.store_event(step)
    log.wipe()
    assert log.get_logs_for_run(step.run_id) == []
    log.dispose()


# PostgreSQL

DAGSTERS_POSTGRES = """
storage:
  postgres:
    postgres_url: {url}
telemetry: {{enabled: false}}
"""


@pytest.fixture
def url() -> Iterator[str]:
    with new_database() as url:
        yield url


@pytest.fixture
def second_url() -> Iterator[str]:
    with new_database() as url:
        yield url


def rows_in(url: str) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table that a load writes, but for the moments at which PostgreSQL wrote them."""
    found = {}
    engine = sqlalchemy.create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        for table in ("event_logs", "asset_keys", "asset_event_tags", "asset_check_executions"):
            left_out = {"create_timestamp", *(["id"] if table == "asset_keys" else [])}  # an upsert takes a number, used or not
            columns = [c["name"] for c in sqlalchemy.inspect(engine).get_columns(table) if c["name"] not in left_out]
            rows = connection.exec_driver_sql(f"SELECT {', '.join(columns)} FROM {table}").fetchall()
            found[table] = sorted((tuple(map(str, row)) for row in rows), key=repr)
    return found


def test_its_rows_in_postgresql_are_those_that_dagsters_own_storage_writes(
    url: str, second_url: str, handed: list[dg.EventLogEntry]
) -> None:
    urls = url, second_url
    theirs, ours = PostgresEventLogStorage(urls[0]), GroupedPostgresEventLog(urls[1])
    for entry in handed:
        theirs.store_event(entry)
        ours.store_event(entry)
    ours.dispose()
    theirs.dispose()
    expected, found = rows_in(urls[0]), rows_in(urls[1])
    planned = [row for row in expected["asset_check_executions"] if "PLANNED" in row]
    assert len(planned) == 2, "of each run's first day the check says nothing"
    ids = {row[0] for row in planned}
    expected["asset_check_executions"] = [row for row in expected["asset_check_executions"] if row[0] not in ids]
    assert found == expected
    assert len(found["event_logs"]) == len(handed)


def test_of_two_writers_in_postgresql_the_alerts_miss_nothing(home: Path, url: str, handed: list[dg.EventLogEntry]) -> None:
    """There an event may become visible after one with a greater number."""
    events = [e for e in handed if e.dagster_event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION and e.run_id]
    with opened(home, POOLED.format(url=url)) as instance:
        logs = [GroupedPostgresEventLog(url) for _ in range(2)]

        def write(log: GroupedPostgresEventLog) -> None:
            run = str(uuid.uuid4())
            for _ in range(20):
                for entry in events:
                    log.store_event(entry._replace(run_id=run, timestamp=time.time()))
                time.sleep(0.02)
            log.flush()

        writers = [threading.Thread(target=write, args=(log,)) for log in logs]
        for thread in writers:
            thread.start()
        seen: list[int] = []
        end = time.monotonic() + 20
        while len(seen) < 40 * len(events) and time.monotonic() < end:
            for page in committed_events(instance, seen[-1] if seen else 0, time.time()):
                seen += [number for number, _ in page]
            time.sleep(0.01)
        for thread in writers:
            thread.join()
        assert seen == sorted(set(seen))
        assert len(seen) == 40 * len(events)
        for log in logs:
            log.dispose()


def test_a_killed_writer_to_postgresql_loses_nothing_it_had_written(home: Path, url: str) -> None:
    with opened(home, POOLED.format(url=url)):
        pass
    with subprocess.Popen([sys.executable, "-c", WRITER], stdout=subprocess.PIPE, text=True, cwd=PROJECT, env={**os.environ}) as writer:
        assert writer.stdout is not None
        written = [int(writer.stdout.readline()) for _ in range(40)]
        writer.send_signal(signal.SIGKILL)
    for config in (POOLED, DAGSTERS_POSTGRES):
        with opened(home, config.format(url=url)) as instance:
            assert {str(n) for n in written} <= instance.get_materialized_partitions(dg.AssetKey("songs"))


def test_a_load_connects_to_postgresql_a_few_times(home: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    connections: list[str] = []
    transactions: list[str] = []
    connect = psycopg2.connect
    monkeypatch.setattr(psycopg2, "connect", lambda *a, **k: connections.append("") or connect(*a, **k))
    with opened(home, POOLED.format(url=url.replace("+psycopg2", ""))) as instance, new_platform() as platform:
        on_postgresql = replace(platform, instance=instance)
        write = GroupedPostgresEventLog._write
        monkeypatch.setattr(GroupedPostgresEventLog, "_write", lambda log, events: transactions.append("") or write(log, events))
        connections.clear()
        for number in range(1, 31):
            day = f"2018-11-{number:02}"
            platform.lake.events(day, [event(sessionId=number, ts=milliseconds(f"{day}T12:00:00.796"))])
        report = on_postgresql.load()
        assert report.reason is None
        assert report.loaded == 30
        assert len(connections) < 10
        assert len(transactions) < 100
        assert len(instance.get_materialized_partitions(dg.AssetKey("songplays"))) == 30
        assert on_postgresql.load().runs == 0, "it finds its own history"
        platform.lake.remove("log_data/2018/11/2018-11-02-events.json")
        assert on_postgresql.load().loaded == 1


def test_a_server_that_was_restarted_costs_no_run(home: Path, url: str) -> None:
    with opened(home, POOLED.format(url=url)) as instance:
        assert dg.materialize([songs], instance=instance).success
        admin = sqlalchemy.create_engine(url_of("postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with admin.connect() as connection:
            ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            assert connection.exec_driver_sql(ended, (url.partition("@/")[2].partition("?")[0],)).fetchall()
        assert dg.materialize([songs], instance=instance).success
