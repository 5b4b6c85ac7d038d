"""What is wrong with the platform itself, as Dagster's database shows it, in SQLite and PostgreSQL; what alerts tell of it; its cost."""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteInstigatorOrigin, RemoteRepositoryOrigin
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    ScheduleInstigatorData,
    SensorInstigatorData,
    TickData,
    TickStatus,
)
from dagster._core.storage.runs.schema import RunsTable
from dagster._daemon.types import DaemonHeartbeat
from dagster_shared.error import SerializableErrorInfo
from pydantic import SecretStr
from sqlalchemy import event

from sparkify_assets.cli.dagster_home import PACKAGED
from sparkify_assets.lake import LakeSnapshot, LocalLake
from sparkify_assets.model import load_catalog
from sparkify_assets.orchestration import platform_health
from sparkify_assets.orchestration.alerts.sensor import alerts
from sparkify_assets.orchestration.alerts.store import Store
from sparkify_assets.orchestration.platform_health import Declaration, Fault, declared, platform_faults
from sparkify_assets.orchestration.platform_state import SCHEDULE, SENSOR, read_platform_state
from sparkify_assets_tests.notifications.servers import SECRET, http_receiver
from sparkify_assets_tests.orchestration.conftest import new_platform
from sparkify_assets_tests.orchestration.test_alerts import LATER, Listener, run_sensor
from sparkify_assets_tests.orchestration.test_history import opened
from sparkify_assets_tests.postgres_history import POOLED, new_database

pytestmark = pytest.mark.integration

KNOWN = {"log_files": Declaration(SENSOR, True), "alerts": Declaration(SENSOR, True), "prune_history": Declaration(SCHEDULE, True)}
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC).timestamp()
HOUR = 3600


@pytest.fixture(params=["sqlite", "postgresql"])
def instance(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    with ExitStack() as stack:
        url = stack.enter_context(new_database()) if request.param == "postgresql" else None
        config = POOLED.format(url=url) if url else PACKAGED.read_text(encoding="utf-8")
        yield stack.enter_context(opened(tmp_path, config))


def beat(instance: dg.DagsterInstance, at: float, *without: str) -> None:
    for daemon in set(instance.get_required_daemon_types()) - {*without}:
        instance.add_daemon_heartbeat(DaemonHeartbeat(at, daemon, "id", None))


def tick(
    instance: dg.DagsterInstance,
    name: str,
    *ticks: tuple[float, TickStatus],
    kind: str = SENSOR,
    location: str = "sparkify_assets",
    status: InstigatorStatus = InstigatorStatus.DECLARED_IN_CODE,
    error: str = "LakeError: the bucket is gone",
) -> None:
    """Record ticks of a sensor or schedule as the daemon does."""
    state = _state(name, kind, location, status)
    if instance.get_instigator_state(state.instigator_origin_id, state.selector_id) is None:
        instance.add_instigator_state(state)
    cause = SerializableErrorInfo(f"{error}\nmore\n", [], "LakeError")
    for at, ended in ticks:
        failure = SerializableErrorInfo("SensorExecutionError: Error in a sensor\n", [], "SensorExecutionError", cause)
        data = TickData(
            state.instigator_origin_id,
            name,
            state.instigator_type,
            ended,
            at,
            selector_id=state.selector_id,
            run_ids=[],
            error=failure if ended == TickStatus.FAILURE else None,
        )
        instance.create_tick(data)


def _state(name: str, kind: str, location: str, status: InstigatorStatus) -> InstigatorState:
    origin = RemoteInstigatorOrigin(RemoteRepositoryOrigin(RegisteredCodeLocationOrigin(location), "__repository__"), name)
    data = SensorInstigatorData(min_interval=30, cursor="x") if kind == SENSOR else ScheduleInstigatorData("0 3 * * *")
    return InstigatorState(origin, InstigatorType(kind), status, data)


def well(instance: dg.DagsterInstance, at: float = NOW) -> None:
    beat(instance, at)
    for name in ("log_files", "alerts"):
        tick(instance, name, (at, TickStatus.SKIPPED))


def queue(instance: dg.DagsterInstance, at: float, status: dg.DagsterRunStatus) -> None:
    run = instance.create_run_for_job(_job)
    when = datetime.fromtimestamp(at, UTC).replace(tzinfo=None)
    with instance.run_storage.connect() as connection:  # type: ignore[attr-defined]
        changed = RunsTable.update().where(RunsTable.c.run_id == run.run_id)
        connection.execute(changed.values(status=status.value, create_timestamp=when, update_timestamp=when))


@dg.job(name="of_a_test")
def _job() -> None: ...


def faults(instance: dg.DagsterInstance, now: float = NOW, since: float = 0.0) -> dict[str, Fault]:
    return {fault.title: fault for fault in platform_faults(read_platform_state(instance), KNOWN, now, since)}


def test_a_platform_that_works_has_no_fault(instance: dg.DagsterInstance) -> None:
    well(instance)
    assert faults(instance) == {}
    assert faults(instance, NOW + 500) == {}


def test_a_sensor_whose_ticks_fail_in_a_row_is_a_fault_with_the_first_line_of_its_cause(instance: dg.DagsterInstance) -> None:
    well(instance, NOW - 300)
    failures = [(NOW - 200 + 30 * n, TickStatus.FAILURE) for n in range(platform_health.FAILED_TICKS)]
    tick(instance, "log_files", *failures[:-1])
    assert faults(instance) == {}
    tick(instance, "log_files", failures[-1], (NOW - 1, TickStatus.STARTED))
    (fault,) = faults(instance).values()
    assert fault.title == "sensor log_files: ticks fail"
    assert fault.text.splitlines()[0] == "The last 5 ticks failed: LakeError: the bucket is gone"
    tick(instance, "log_files", (NOW, TickStatus.SKIPPED))
    assert faults(instance) == {}


def test_a_schedule_fails_by_one_tick_and_is_not_silent_between_two(instance: dg.DagsterInstance) -> None:
    well(instance)
    tick(instance, "prune_history", (NOW - 20 * HOUR, TickStatus.SUCCESS), kind=SCHEDULE)
    assert faults(instance) == {}
    tick(instance, "prune_history", (NOW - HOUR, TickStatus.FAILURE), kind=SCHEDULE)
    assert list(faults(instance)) == ["schedule prune_history: ticks fail"]


def test_a_sensor_that_does_not_tick_is_a_fault_unless_somebody_stopped_it(instance: dg.DagsterInstance) -> None:
    well(instance, NOW - HOUR)
    beat(instance, NOW)
    tick(instance, "alerts", (NOW, TickStatus.SKIPPED))
    found = faults(instance)
    assert list(found) == ["sensor log_files: no ticks"]
    assert found["sensor log_files: no ticks"].text.startswith("Its last tick was 60 minutes ago.")
    assert faults(instance, since=NOW - 60) == {}, "the machine may have slept"
    instance.update_instigator_state(_state("log_files", SENSOR, "sparkify_assets", InstigatorStatus.STOPPED))
    assert faults(instance) == {}


def test_a_sensor_that_never_ticked_is_a_fault_and_one_of_a_former_location_is_not(instance: dg.DagsterInstance) -> None:
    beat(instance, NOW)
    tick(instance, "alerts", (NOW, TickStatus.SKIPPED))
    tick(instance, "alerts", (NOW - 90 * HOUR, TickStatus.FAILURE), location="before")
    tick(instance, "removed", (NOW - 90 * HOUR, TickStatus.FAILURE))
    assert list(faults(instance)) == ["sensor log_files: no ticks"]


def test_a_daemon_without_heartbeat_is_a_fault_and_a_dead_process_is_one(instance: dg.DagsterInstance) -> None:
    well(instance)
    assert list(faults(instance, NOW + HOUR)) == ["daemon: no heartbeat"]
    beat(instance, NOW + HOUR, "BACKFILL")
    for name in ("log_files", "alerts"):
        tick(instance, name, (NOW + HOUR, TickStatus.SKIPPED))
    assert list(faults(instance, NOW + HOUR)) == ["daemon BACKFILL: no heartbeat"]


def test_a_queue_that_does_not_move_is_a_fault_and_one_behind_a_long_run_is_none_for_hours(instance: dg.DagsterInstance) -> None:
    well(instance)
    queue(instance, NOW - 800, dg.DagsterRunStatus.QUEUED)
    assert faults(instance) == {}
    queue(instance, NOW - 1000, dg.DagsterRunStatus.QUEUED)
    assert faults(instance) == {}, "a run was created since"
    well(instance, NOW + HOUR)
    (fault,) = faults(instance, NOW + HOUR).values()
    assert fault.text.startswith("2 runs wait, the oldest for 76 minutes, and no run has begun or ended for 73 minutes.")
    queue(instance, NOW, dg.DagsterRunStatus.STARTED)
    assert faults(instance, NOW + HOUR) == {}
    well(instance, NOW + 7 * HOUR)
    (fault,) = faults(instance, NOW + 7 * HOUR).values()
    assert (fault.kind, "1 run in progress may hang" in fault.text) == ("queue does not move", True)


def test_the_sensors_and_schedules_of_the_definitions_are_known() -> None:
    with new_platform() as platform:
        found = declared(platform.defs)
    assert found["prune_history"] == Declaration(SCHEDULE, False)
    assert {name for name, of in found.items() if of.is_on} == {"alerts", "log_files", "song_files", "pending_refreshes", "reports"}


# what the sensor alerts tells


@contextmanager
def listening(instance: dg.DagsterInstance) -> Iterator[Listener]:
    with http_receiver() as http, new_platform() as platform:
        yield Listener(replace(platform, instance=instance), http)


def all_well(instance: dg.DagsterInstance, *without: str) -> None:
    now = time.time()
    beat(instance, now)
    for name in {"alerts", "log_files", "song_files", "pending_refreshes", "reports"} - {*without}:
        tick(instance, name, (now, TickStatus.SKIPPED))


def test_alerts_tell_a_failing_sensor_once_and_once_when_it_works_again(instance: dg.DagsterInstance) -> None:
    with listening(instance) as listener:
        all_well(instance)
        assert listener.tick() == []
        tick(instance, "log_files", *((time.time() + n / 100, TickStatus.FAILURE) for n in range(1, 6)))
        assert listener.tick() == ["ERROR sensor log_files: ticks fail"]
        assert "LakeError: the bucket is gone" in listener.last
        assert "http://localhost:3000/automation" in listener.last
        assert listener.tick() == []
        tick(instance, "log_files", (time.time() + 1, TickStatus.SUCCESS))
        assert listener.tick() == ["RESOLVED sensor log_files: ticks fail"]
        assert listener.tick() == []


def test_alerts_tell_a_silent_sensor_only_after_having_watched_that_long(instance: dg.DagsterInstance) -> None:
    with listening(instance) as listener:
        begun = time.time()
        titles: list[str] = []
        for minutes in range(13):
            before = len(listener.http.titles)
            beat(instance, begun + 60 * minutes)
            for name in ("song_files", "pending_refreshes", "reports"):
                tick(instance, name, (begun + 60 * minutes, TickStatus.SKIPPED))
            run_sensor(listener.platform, begun + 60 * minutes - LATER)
            titles += [f"{minutes} {title}" for title in listener.http.titles[before:]]
        assert titles == ["11 ERROR sensor log_files: no ticks"]
        run_sensor(listener.platform, begun + 20 * HOUR)
        assert listener.http.titles[1:] == ["RESOLVED sensor log_files: no ticks"], "after a gap, silence counts anew"


# what it costs

STATEMENTS = 4


@contextmanager
def counted(statements: list[str]) -> Iterator[None]:
    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(sqlalchemy.Engine, "before_cursor_execute", count)
    try:
        yield
    finally:
        event.remove(sqlalchemy.Engine, "before_cursor_execute", count)


def test_the_state_of_the_platform_is_a_few_statements_each_by_an_index(instance: dg.DagsterInstance) -> None:
    well(instance)
    read_platform_state(instance)
    statements: list[str] = []
    with counted(statements):
        read_platform_state(instance)
    selects = [statement for statement in statements if statement.lstrip().upper().startswith(("SELECT", "("))]
    assert len(selects) == STATEMENTS, statements
    assert len(statements) <= STATEMENTS + 3, statements


# the digest and the heartbeat


@pytest.fixture
def listener() -> Iterator[Listener]:
    with http_receiver() as http, new_platform() as platform:
        yield Listener(platform, http)


def digests(listener: Listener, at: str, **settings: object) -> list[str]:
    before = len(listener.http.titles)
    run_sensor(listener.platform.configured(**{"digest_hour": 7, **settings}), datetime.fromisoformat(f"{at}+00:00").timestamp() - LATER)
    return [title for title in listener.http.titles[before:] if title.startswith("DIGEST")]


def test_the_digest_comes_once_a_day_after_its_hour_with_what_is_open_the_oldest_first(listener: Listener) -> None:
    assert digests(listener, "2026-03-01T06:59") == []
    assert digests(listener, "2026-03-01T07:00") == ["DIGEST 2026-03-01: nothing is open"]
    assert digests(listener, "2026-03-01T07:01") == []
    assert digests(listener, "2026-03-02T09:00", digest_hour=None) == []
    store = Store(listener.platform.instance)
    state = json.loads(store.read().model_dump_json())
    now = datetime(2026, 3, 2, 9, tzinfo=UTC).timestamp()
    for name, days, severity in (("users", 1, "warning"), ("songs", 3, "error")):
        subject = {"kind": "run", "subject_key": name, "severity": severity, "subject": f"{name}: the run failed"}
        state["incidents"][f"run {name}"] = {**subject, "opened_at": now - 86_400 * days, "notified_severity": severity}
    store.save(type(store.read()).model_validate(state))
    assert digests(listener, "2026-03-02T09:00") == ["DIGEST 2026-03-02: 2 open incidents"]
    assert listener.last.splitlines()[:2] == ["ERROR songs: the run failed, for 3 days", "WARNING users: the run failed, for 24 hours"]
    assert digests(listener, "2026-03-02T23:59") == []


def test_a_digest_that_waits_for_its_channel_is_replaced_by_the_next(listener: Listener) -> None:
    listener.http.status = lambda _: 500
    for day in (1, 2, 3):
        assert digests(listener, f"2026-03-0{day}T08:00") == []
    listener.http.status = lambda _: 200
    run_sensor(listener.platform, datetime(2026, 3, 4, tzinfo=UTC).timestamp())
    assert listener.http.titles == ["DIGEST 2026-03-03: nothing is open"]


def test_a_finished_tick_sends_a_heartbeat_at_most_once_a_minute(listener: Listener) -> None:
    url = f"http://127.0.0.1:{listener.http.port}/{SECRET}"
    beating = listener.platform.configured(heartbeat_url=SecretStr(url))
    sensor = alerts(load_catalog(), beating.settings, lambda: beating.defs)
    lake = LakeSnapshot(LocalLake(Path(beating.settings.lake)))
    for _ in range(3):
        sensor(dg.build_sensor_context(instance=beating.instance, resources={"lake": lake}))
    assert listener.http.requested == [f"/{SECRET}"]
