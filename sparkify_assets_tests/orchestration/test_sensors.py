"""What starts runs by itself: each tick evaluated as the daemon does, its runs executed in this process."""

import json
import os
import re
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import dagster as dg
import pytest

from sparkify_assets.errors import LakeError
from sparkify_assets.orchestration import file_changes, sensors
from sparkify_assets_tests.orchestration import conftest
from sparkify_assets_tests.orchestration.conftest import Platform, _databases, few_reports, new_platform
from sparkify_assets_tests.support import event, mentions, milliseconds, raises, song

pytestmark = pytest.mark.integration

KEY, RANGE_START, RANGE_END = "dagster/partition", "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
MOST_RUNS = 10
DAY = "2018-11-{:02d}"
UNPARTITIONED = few_reports().unpartitioned
WHOLE = [*UNPARTITIONED, "dashboard"]
"""what no partition asks for"""


class Untouched:
    """A warehouse that nobody may look at."""

    def reading(self) -> None:
        pytest.fail("the warehouse was looked at")


class Ticking:
    """A sensor as the daemon evaluates it, with the cursor it keeps."""

    def __init__(self, platform: Platform, name: str) -> None:
        self.platform, self.name = platform, name
        self.cursor: str | None = None
        self.told = ""
        every = platform.defs.resources or {}
        self.resources = {name: every[name] for name in ("lake", "warehouse_nowait")}

    def look(self) -> list[dg.RunRequest]:
        """One tick; the runs it asks for."""
        repository = self.platform.defs.get_repository_def()
        with dg.build_sensor_context(self.platform.instance, self.cursor, repository_def=repository, resources=self.resources) as context:
            found = repository.get_sensor_def(self.name).evaluate_tick(context)
        self.cursor, self.told = found.cursor or self.cursor, found.skip_message or ""
        return list(found.run_requests or [])

    def look_without_the_warehouse(self) -> list[dg.RunRequest]:
        """One tick that must not look at the warehouse."""
        resources, self.resources = self.resources, {**self.resources, "warehouse_nowait": Untouched()}
        try:
            return self.look()
        finally:
            self.resources = resources

    def tick(self) -> list[str]:
        """One tick and its runs; what each was about."""
        requests = self.look()
        for request in requests:
            assert run(self.platform, request).success
        return [spoken(request) for request in requests]


def numbers(text: str) -> list[int]:
    return [int(found) for found in re.findall(r"\d+", text)]


def spoken(request: dg.RunRequest) -> str:
    return request.tags.get(KEY) or f"{request.tags[RANGE_START]}...{request.tags[RANGE_END]}"


def run(platform: Platform, request: dg.RunRequest) -> dg.ExecuteInProcessResult:
    name = request.tags["dagster/sensor_name"]
    repository = platform.defs.get_repository_def()
    job = repository.get_job(f"load_{name}") if request.asset_selection is None else repository.get_implicit_global_asset_job_def()
    if request.asset_check_keys is not None:
        chosen = job.get_subset(asset_selection=set(request.asset_selection or ()), asset_check_selection=set(request.asset_check_keys))
        return chosen.execute_in_process(instance=platform.instance, tags=request.tags, raise_on_error=False)
    return job.execute_in_process(
        instance=platform.instance, asset_selection=request.asset_selection, tags=request.tags, raise_on_error=False
    )


def play(day: str, item: int = 0, **overrides: object) -> dict[str, object]:
    return event(ts=milliseconds(f"{day}T12:00:00.000"), sessionId=int(day[-2:]), itemInSession=item, **overrides)


@pytest.fixture
def logs(platform: Platform) -> Ticking:
    return Ticking(platform, "log_files")


@pytest.fixture(scope="module")
def loaded() -> Iterator[Ticking]:
    """Five days, for the tests that load no more."""
    with new_platform() as platform:
        logs = Ticking(platform, "log_files")
        deliver(platform, *range(1, 6))
        assert logs.tick() == ["2018-11-01...2018-11-05"]
        yield logs


@pytest.fixture
def damaged(loaded: Ticking, tmp_path: Path) -> Iterator[Ticking]:
    """The same, with a lake that is whole again after the test."""
    root = loaded.platform.lake.root
    kept, cursor = shutil.copytree(root, tmp_path / "kept"), loaded.cursor
    yield loaded
    shutil.rmtree(root, ignore_errors=True)
    shutil.move(kept, root)
    loaded.cursor = cursor


def deliver(platform: Platform, *numbers: int, items: int = 1, name: str = "events") -> None:
    for number in numbers:
        day = DAY.format(number)
        platform.lake.events(day, [play(day, item) for item in range(items)], name)


def test_a_backlog_is_few_runs_and_then_there_is_nothing_to_do(platform: Platform, logs: Ticking) -> None:
    deliver(platform, *range(1, 11), *range(12, 15), 20)
    assert logs.tick() == ["2018-11-01...2018-11-10", "2018-11-12...2018-11-14", "2018-11-20"]
    assert platform.rows("SELECT COUNT(*), COUNT(DISTINCT log_date) FROM songplays") == [(14, 14)]
    assert logs.tick() == []
    assert numbers(logs.told) == [14, 14, 0]


def test_new_changed_and_deleted_files_concern_their_day_only(platform: Platform, logs: Ticking) -> None:
    deliver(platform, *range(1, 6))
    logs.tick()
    deliver(platform, 3, name="late")
    assert logs.tick() == ["2018-11-03"]
    deliver(platform, 4, items=5)
    assert logs.tick() == ["2018-11-04"]
    platform.lake.remove("log_data/2018/11/2018-11-02-events.json")
    assert logs.tick() == ["2018-11-02"]
    assert platform.rows("SELECT log_date::VARCHAR, COUNT(*) FROM staging_events GROUP BY 1 ORDER BY 1") == [
        ("2018-11-01", 1),
        ("2018-11-03", 2),
        ("2018-11-04", 5),
        ("2018-11-05", 1),
    ]
    assert logs.tick() == []


def test_runs_of_files_that_keep_arriving_have_a_least_distance(platform: Platform, logs: Ticking) -> None:
    platform.lake.events(DAY.format(1), [event()])
    patient = Ticking(platform.configured(run_minutes=60), "log_files")
    assert patient.tick() == [DAY.format(1)]  # the first at once
    platform.lake.events(DAY.format(2), [event(ts=milliseconds(DAY.format(2)))])
    for _ in range(2):
        assert patient.look() == []
        mentions(patient.told, "1 run to make", "not before", "UTC", "SPARKIFY_RUN_MINUTES")
    assert patient.look_without_the_warehouse() == []
    patient.platform = platform.configured(run_minutes=0)
    assert patient.tick() == [DAY.format(2)]


def test_a_file_that_comes_back_as_it_was_is_a_delivery_each_time(platform: Platform, logs: Ticking) -> None:
    """A, B, A, B: with run keys the fourth would be taken for one already seen, and the warehouse would keep A's rows."""
    path = platform.lake.root / platform.lake.events("2018-11-01", [play("2018-11-01")])
    a, a_time = path.read_bytes(), path.stat().st_mtime_ns
    logs.tick()
    deliver(platform, 1, items=2)
    b, b_time = path.read_bytes(), path.stat().st_mtime_ns
    for content, moment, rows in [(b, b_time, 2), (a, a_time, 1), (b, b_time, 2), (a, a_time, 1)]:
        path.write_bytes(content)
        os.utime(path, ns=(moment, moment))
        assert logs.tick() == ["2018-11-01"]
        assert platform.rows("SELECT COUNT(*) FROM songplays") == [(rows,)]


@pytest.mark.parametrize("cursor", [None, "{}", "not ours", "[1]", json.dumps({"2018-11": "000000000000", "1999-01": "x"})])
def test_a_restart_or_another_cursor_is_no_delivery(loaded: Ticking, cursor: str | None) -> None:
    logs = Ticking(loaded.platform, "log_files")
    logs.cursor = cursor
    assert logs.tick() == []
    assert numbers(logs.told) == [5, 5, 0]


def test_what_sparkify_load_has_loaded_is_no_delivery(platform: Platform, logs: Ticking) -> None:
    deliver(platform, 1, 2, 3)
    platform.lake.songs("A", [song()])
    assert platform.load().reason is None
    assert logs.tick() == []
    assert Ticking(platform, "song_files").tick() == []
    assert Ticking(platform, "pending_refreshes").tick() == []


def test_days_under_way_wait_for_the_run(platform: Platform, logs: Ticking) -> None:
    deliver(platform, 1, 2, 3)
    repository = platform.defs.get_repository_def()
    under_way = platform.instance.create_run_for_job(
        repository.get_job("load_log_files"),
        status=dg.DagsterRunStatus.STARTED,
        tags={RANGE_START: DAY.format(2), RANGE_END: DAY.format(4)},
    )
    assert logs.tick() == ["2018-11-01"]
    assert logs.tick() == []
    mentions(logs.told, "2018-11-02, 2018-11-03")
    platform.instance.report_run_failed(under_way)
    assert logs.tick() == ["2018-11-02...2018-11-03"]


def test_a_refused_day_is_asked_for_again_when_its_files_change(platform: Platform, logs: Ticking) -> None:
    deliver(platform, 1, 3)
    platform.lake.raw("log_data/2018/11/2018-11-02-events.json", b'{"broken\n')
    (request,) = logs.look()
    assert not run(platform, request).success
    assert logs.tick() == []
    deliver(platform, 2)
    assert logs.tick() == ["2018-11-02"]


@pytest.mark.parametrize("bad", [b'{"broken\n', b"no gzip"], ids=["a record", "a file"])
def test_a_refused_day_is_in_no_run_until_its_own_files_change(platform: Platform, logs: Ticking, bad: bytes) -> None:
    """A neighbour, another day of the month, a lost cursor: none of them asks for it again."""
    deliver(platform, 1)
    name = "events.json.gz" if bad == b"no gzip" else "events.json"
    platform.lake.raw(f"log_data/2018/11/2018-11-02-{name}", bad)
    (request,) = logs.look()
    assert not run(platform, request).success
    deliver(platform, 3, 10)
    assert logs.tick() == ["2018-11-03", "2018-11-10"]
    logs.cursor = None
    deliver(platform, 11)
    assert logs.tick() == ["2018-11-11"]
    logs.cursor = None
    assert logs.tick() == []
    mentions(logs.told, "rejected", "2018-11-02")
    platform.lake.remove(f"log_data/2018/11/2018-11-02-{name}")
    deliver(platform, 2)
    assert logs.tick() == ["2018-11-02"]


def test_what_a_refused_day_held_up_is_made_up_for_and_checked(platform: Platform, logs: Ticking) -> None:
    """The range failed, so nothing followed it in that run; the days that were loaded still owe the tables behind them."""
    deliver(platform, 1, 3, 4)
    platform.lake.raw("log_data/2018/11/2018-11-02-events.json", b'{"broken\n')
    (request,) = logs.look()
    assert not run(platform, request).success
    assert platform.rows("SELECT COUNT(*) FROM songplays") == [(0,)]
    refused = {("rejected_records_within_limit", "2018-11-02"): "FAILED"}
    assert answers_of_staging(platform) == refused, "what was not asked shows nothing"
    late = Ticking(platform, "pending_refreshes")
    assert late.tick() == ["2018-11-01", "2018-11-03...2018-11-04"]
    assert platform.rows("SELECT COUNT(*) FROM songplays") == [(3,)]
    assert platform.materialized("songplays") == {"2018-11-01", "2018-11-03", "2018-11-04"}
    blocking = ("rejected_records_within_limit", "record_count_reconciles")
    made_up = {(name, day): "SUCCEEDED" for name in blocking for day in ("2018-11-01", "2018-11-03", "2018-11-04")}
    found = answers_of_staging(platform)
    assert {key: status for key, status in found.items() if key[0] in blocking and key[1]} == refused | made_up
    assert late.tick() == []


def answers_of_staging(platform: Platform) -> dict[tuple[str, str | None], str]:
    """Check and partition → what Dagster shows of it."""
    staging = dg.AssetKey("staging_events")
    keys = [k for k in platform.defs.resolve_asset_graph().asset_check_keys if k.asset_key == staging]
    found = platform.instance.event_log_storage.get_asset_check_partition_info(keys)
    return {(info.check_key.name, info.partition_key): info.latest_execution_status.value for info in found}


def test_a_check_that_blocks_stops_what_follows_in_a_run_that_makes_up_for_it(platform: Platform, logs: Ticking) -> None:
    deliver(platform, 1)
    platform.lake.raw("log_data/2018/11/2018-11-02-events.json", b'{"broken\n')
    (request,) = logs.look()
    assert not run(platform, request).success
    with platform.warehouse.session() as session:
        session.sql.execute("DELETE FROM staging_events")
    (request,) = Ticking(platform, "pending_refreshes").look()
    assert not run(platform, request).success
    assert platform.materialized("songplays") == set()
    assert answers_of_staging(platform)["record_count_reconciles", "2018-11-01"] == "FAILED"


def test_songs_that_come_late_find_the_days_that_play_them(platform: Platform, logs: Ticking) -> None:
    deliver(platform, 1, 2)
    platform.lake.events("2018-11-05", [play("2018-11-05", song="Uprising")])
    logs.tick()
    late, songs = Ticking(platform, "pending_refreshes"), Ticking(platform, "song_files")
    assert late.tick() == []
    platform.lake.songs("B", [song(title="Uprising")])
    assert songs.tick() == ["B"]
    assert late.tick() == ["2018-11-05"]
    assert platform.rows("SELECT log_date::VARCHAR, song_id FROM songplays WHERE song_id IS NOT NULL") == [("2018-11-05", "SO1")]
    assert late.tick() == []
    assert late.told
    assert {name for (name,) in platform.rows("SELECT DISTINCT table_name FROM pending_refreshes")} <= set(UNPARTITIONED)


def test_what_is_owed_is_not_asked_for_at_every_tick_when_its_run_fails(platform: Platform, logs: Ticking) -> None:
    deliver(platform, 1)
    assert platform.materialize("log_files", "staging_events", start="2018-11-01").success
    late = Ticking(platform.configured(look_hours=24), "pending_refreshes")
    assert [spoken(r) for r in late.look()] == ["2018-11-01"]
    assert late.look_without_the_warehouse() == []
    assert late.told


@pytest.mark.parametrize("look_hours", [24, 0], ids=["where the warehouse is read seldom", "where it is read at each tick"])
def test_reports_that_automation_lost_are_asked_for_when_all_has_come_to_rest(
    platform: Platform, logs: Ticking, look_hours: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(platform, 1)
    logs.tick()
    late = Ticking(platform.configured(look_hours=look_hours), "pending_refreshes")
    now = time.time()
    assert late.look() == []
    assert (late.look() if look_hours == 0 else late.look_without_the_warehouse()) == []
    assert late.told
    seconds = sensors.AUTOMATION_TICKS * platform.settings.sensor_seconds
    monkeypatch.setattr(sensors.time, "time", lambda: now + seconds / 2)
    assert late.look() == [], "automation may still be at it"
    monkeypatch.setattr(sensors.time, "time", lambda: now + seconds + 1)
    (request,) = late.look()
    assert {key.to_user_string() for key in request.asset_selection or ()} == set(UNPARTITIONED)
    assert run(platform, request).success
    assert (late.look(), late.look()) == ([], [])
    assert platform.rows("SELECT DISTINCT table_name FROM pending_refreshes") == []


def test_a_warehouse_in_use_is_looked_at_later(platform: Platform, logs: Ticking) -> None:
    deliver(platform, 1)
    assert platform.materialize("log_files", "staging_events", start="2018-11-01").success
    late = Ticking(platform, "pending_refreshes")
    with platform.warehouse.session():
        assert late.look() == []
    mentions(late.told, "warehouse.duckdb", os.getpid())
    assert [spoken(r) for r in late.look()] == ["2018-11-01"]


# the warehouse's load_history is the truth


def lose_by_reset(platform: Platform) -> None:
    platform.warehouse.reset()


def lose_the_file(platform: Platform) -> None:
    platform.settings.duckdb_path.unlink()


@pytest.mark.parametrize("lose", [lose_by_reset, lose_the_file])
def test_what_the_warehouse_lost_is_loaded_again(platform: Platform, logs: Ticking, lose: Callable[[Platform], None]) -> None:
    deliver(platform, 1, 2, 4)
    logs.tick()
    late = Ticking(platform, "pending_refreshes")
    assert late.look() == []
    lose(platform)
    assert late.look() == []
    assert platform.materialized("staging_events") == platform.materialized("songplays") == set()
    assert logs.tick() == ["2018-11-01...2018-11-02", "2018-11-04"]
    assert platform.rows("SELECT COUNT(*) FROM songplays") == [(3,)]
    assert (late.look(), logs.look()) == ([], [])


def test_a_warehouse_restored_from_a_backup_is_loaded_up_to_the_lake(platform: Platform, logs: Ticking, tmp_path: Path) -> None:
    deliver(platform, 1, 2)
    logs.tick()
    backup = shutil.copy(platform.settings.duckdb_path, tmp_path)
    deliver(platform, 2, items=3)
    deliver(platform, 3)
    assert logs.tick() == ["2018-11-02...2018-11-03"]
    late = Ticking(platform, "pending_refreshes")
    late.look()
    shutil.copy(backup, platform.settings.duckdb_path)
    assert [spoken(r) for r in late.look()] == ["2018-11-02"], "it was adopted as it was then; its checks are asked"
    assert logs.tick() == ["2018-11-02...2018-11-03"]
    assert platform.rows("SELECT log_date::VARCHAR, COUNT(*) FROM songplays GROUP BY 1 ORDER BY 1") == [
        ("2018-11-01", 1),
        ("2018-11-02", 3),
        ("2018-11-03", 1),
    ]


def test_a_lost_history_is_adopted_and_its_checks_are_asked(platform: Platform, logs: Ticking) -> None:
    deliver(platform, 1, 2, 4)
    logs.tick()
    with new_platform() as empty:
        anew = replace(platform, instance=empty.instance)
        logs, late = Ticking(anew, "log_files"), Ticking(anew, "pending_refreshes")
        requests = late.look()
        assert [spoken(r) for r in requests] == ["2018-11-01...2018-11-02", "2018-11-04"]
        assert anew.materialized("log_files") == anew.materialized("songplays") == {"2018-11-01", "2018-11-02", "2018-11-04"}
        for request in requests:
            done = run(anew, request)
            assert done.success
            assert not [e for e in done.all_events if e.is_step_materialization]
            assert len(done.get_asset_check_evaluations()) > 20
        assert (late.look(), logs.tick()) == ([], [])


@pytest.fixture
def restored(platform: Platform, logs: Ticking, tmp_path: Path) -> Ticking:
    """The sensor with a history, and a cursor, restored from a dump made between the loads of the second and the third day."""
    deliver(platform, 1, 2)
    logs.tick()
    dump = {name: sqlite3.connect(tmp_path / name) for name in _databases(platform.instance)}
    for name, database in _databases(platform.instance).items():
        database.backup(dump[name])
    cursor = logs.cursor
    deliver(platform, 3)
    assert logs.tick() == ["2018-11-03"]
    for name, database in _databases(platform.instance).items():
        dump[name].backup(database)
        dump[name].close()
    found = Ticking(replace(platform), "log_files")
    found.cursor = cursor
    assert platform.materialized("staging_events") == {"2018-11-01", "2018-11-02"}
    return found


def loads(requests: Sequence[dg.RunRequest]) -> list[str]:
    return [spoken(request) for request in requests if request.asset_selection is None]


def test_a_file_sensor_loads_nothing_again_after_a_restored_history(platform: Platform, restored: Ticking) -> None:
    (checks,) = restored.look()
    assert (spoken(checks), checks.asset_selection) == ("2018-11-03", []), "it is adopted; its checks are asked"
    assert len(run(platform, checks).get_asset_check_evaluations()) > 20
    assert platform.materialized("songplays") == {"2018-11-01", "2018-11-02", "2018-11-03"}
    assert restored.look_without_the_warehouse() == []
    assert Ticking(platform, "pending_refreshes").look() == []


@dataclass
class AfterAnotherSensor:
    """A warehouse that is read when another sensor, in its thread, has just done what it does."""

    platform: Platform

    def read_session(self, *arguments: object) -> object:
        Ticking(self.platform, "pending_refreshes").look()
        return self.platform.warehouse.read_session()


def test_what_another_sensor_adopts_meanwhile_is_not_loaded_again(platform: Platform, restored: Ticking) -> None:
    restored.resources["warehouse_nowait"] = AfterAnotherSensor(platform)
    assert restored.look() == []


def test_a_file_that_was_corrected_since_is_loaded_after_a_restored_history(platform: Platform, restored: Ticking) -> None:
    deliver(platform, 2, items=2)
    deliver(platform, 3, items=3)
    assert loads(restored.look()) == ["2018-11-02...2018-11-03"]


def test_a_file_sensor_loads_nothing_again_after_a_lost_history(platform: Platform, logs: Ticking) -> None:
    deliver(platform, 1, 2, 4)
    logs.tick()
    deliver(platform, 5)
    with new_platform() as empty:
        anew = Ticking(replace(platform, instance=empty.instance), "log_files")
        assert loads(anew.look()) == ["2018-11-05"]
        assert anew.platform.materialized("songplays") == {"2018-11-01", "2018-11-02", "2018-11-04"}


def test_a_file_sensor_loads_all_that_the_warehouse_lost(platform: Platform, logs: Ticking) -> None:
    deliver(platform, 1, 2)
    logs.tick()
    platform.warehouse.reset()
    deliver(platform, 3)
    assert logs.tick() == ["2018-11-01...2018-11-03"]
    assert platform.rows("SELECT COUNT(*) FROM songplays") == [(3,)]


def test_a_file_sensor_waits_for_a_warehouse_in_use_until_it_has_read_it_once(
    platform: Platform, restored: Ticking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conftest, "_built", [])  # the sensors of a new process
    with platform.warehouse.session():
        assert restored.look() == []
    mentions(restored.told, "warehouse.duckdb", os.getpid(), "load_history")
    assert loads(restored.look()) == []
    deliver(platform, 4)
    with platform.warehouse.session():  # a long backfill holds up no new day
        assert loads(restored.look()) == ["2018-11-04"]


def test_a_file_sensor_adopts_no_partition_of_a_current_run(platform: Platform, restored: Ticking) -> None:
    """Its run records it by itself; adopted after that, it would count as not checked."""
    deliver(platform, 4)
    job = platform.defs.get_repository_def().get_job("load_log_files")
    platform.instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED, tags={KEY: "2018-11-03"})
    assert loads(restored.look()) == ["2018-11-04"]
    assert "2018-11-03" not in platform.materialized("staging_events")


def test_adopted_days_whose_staging_rows_have_expired_are_not_checked(platform: Platform) -> None:
    """A run of such days alone could compare nothing; neither the sensor nor `sparkify load` starts one."""
    keeping = platform.configured(staging_days=7)
    files = Ticking(keeping, "log_files")
    for numbers in ((1, 2, 10, 11), (12,)):
        deliver(keeping, *numbers)
        files.tick()
    assert keeping.rows("SELECT COUNT(DISTINCT log_date) FROM staging_events") == [(3,)]
    with new_platform() as empty, new_platform() as other:
        late = Ticking(replace(keeping, instance=empty.instance), "pending_refreshes")
        assert [spoken(r) for r in late.look()] == ["2018-11-10...2018-11-12"]
        assert late.platform.materialized("songplays") == {DAY.format(n) for n in (1, 2, 10, 11, 12)}
        report = replace(keeping, instance=other.instance).load()
        assert (report.adopted, report.reason) == (5, None)


@pytest.mark.parametrize("refresh_changed", [True, False])
def test_a_changed_select_is_refreshed_without_a_load(platform: Platform, logs: Ticking, refresh_changed: bool) -> None:
    deliver(platform, 1, 2)
    logs.tick()
    table = replace(platform.catalog["songplays"], code_version="another")
    changed = replace(platform, catalog=replace(platform.catalog, tables={**platform.catalog.tables, "songplays": table}))
    late = Ticking(changed.configured(refresh_changed=refresh_changed), "pending_refreshes")
    platform.warehouse.execute("UPDATE songplays SET level = 'x'")
    requests = late.look()
    assert [[key.to_user_string() for key in r.asset_selection or ()] for r in requests] == (
        [["songplays", "time"]] if refresh_changed else []
    )
    for request in requests:
        assert run(late.platform, request).success
        assert platform.rows("SELECT DISTINCT level FROM songplays") == [("paid",)]
    assert late.look() == []


def test_changed_rules_of_staging_load_its_days_anew(platform: Platform, logs: Ticking) -> None:
    deliver(platform, 1, 2, 4)
    logs.tick()
    table = replace(platform.catalog["staging_events"], code_version="another")
    changed = replace(platform, catalog=replace(platform.catalog, tables={**platform.catalog.tables, "staging_events": table}))
    late = Ticking(changed, "pending_refreshes")
    requests = late.look()
    assert [spoken(request) for request in requests] == ["2018-11-01...2018-11-02", "2018-11-04"]
    assert all({key.to_user_string() for key in r.asset_selection or ()} >= {"log_files", "staging_events", "songplays"} for r in requests)
    for request in requests:
        assert run(changed, request).success
    assert late.look() == []


def test_a_day_that_changed_rules_refuse_waits_for_its_files_or_other_rules(
    platform: Platform, logs: Ticking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is owed is asked for once an hour: here, at each look."""
    monkeypatch.setattr(sensors, "RETRY_SECONDS", 0)
    deliver(platform, 1)
    deliver(platform, 2, items=2)
    logs.tick()
    assert platform.rows("SELECT COUNT(*) FROM staging_events") == [(3,)]
    for code_version in ("narrower", "narrower still"):
        changed = with_short_sessions(platform, code_version)
        late = Ticking(changed, "pending_refreshes")
        (request,) = late.look()
        assert not run(changed, request).success
        late.tick()  # what the refused day held up
        assert [spoken(request) for request in late.look()] == []
    deliver(platform, 2)
    assert [spoken(request) for request in Ticking(changed, "log_files").look()] == ["2018-11-02"]


def with_short_sessions(platform: Platform, code_version: str) -> Platform:
    """staging_events takes the first event of a session only."""
    staging = platform.catalog["staging_events"]
    assert staging.source is not None
    source = replace(staging.source, ranges={**staging.source.ranges, "item_in_session": (0, 0)})
    tables = {**platform.catalog.tables, "staging_events": replace(staging, source=source, code_version=code_version)}
    return replace(platform, catalog=replace(platform.catalog, tables=tables))


def break_nothing(platform: Platform) -> None:
    (platform.lake.root / "log_data").rename(platform.lake.root / "moved")


def break_most(platform: Platform) -> None:
    for number in range(1, 4):
        platform.lake.remove(f"log_data/2018/11/2018-11-{number:02d}-events.json")


def break_all(platform: Platform) -> None:
    platform.lake.root.rename(platform.lake.root.with_name("elsewhere"))


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (break_nothing, ("log_data/", " 5 ", "`sparkify load`")),
        (break_most, ("log_data/", " 3 ", " 5 ", "2018-11-01", "2018-11-03", "`sparkify load`")),
        (break_all, ("/lake ", "SPARKIFY_LAKE")),
    ],
)
def test_a_listing_that_cannot_be_believed_is_an_error_and_no_deletion(
    damaged: Ticking, damage: Callable[[Platform], None], told: tuple[str, ...]
) -> None:
    damage(damaged.platform)
    for _ in range(2):
        with raises(LakeError, *told):
            damaged.look()
    assert damaged.platform.rows("SELECT COUNT(*) FROM songplays") == [(5,)]


def test_files_deleted_on_purpose_are_believed_after_a_load(platform: Platform, logs: Ticking) -> None:
    deliver(platform, *range(1, 6))
    logs.tick()
    break_most(platform)
    assert platform.load().reason is None
    assert logs.tick() == []
    assert platform.rows("SELECT COUNT(*) FROM songplays") == [(2,)]


def test_days_outside_the_settings_are_told(platform: Platform, logs: Ticking) -> None:
    deliver(platform, 1)
    platform.lake.events("2019-02-01", [event()])
    platform.lake.events("2999-02-01", [event()])
    assert logs.tick() == ["2018-11-01"]
    assert logs.tick() == []
    mentions(logs.told, "SPARKIFY_LOG_START", "SPARKIFY_LOG_END", "2019-02-01, 2999-02-01")


def test_files_that_fit_no_pattern_are_told(platform: Platform, logs: Ticking) -> None:
    deliver(platform, 1)
    platform.lake.raw("log_data/2018/13/2018-13-01-events.json", b"")
    platform.lake.raw("log_data/_SUCCESS", b"")
    assert logs.tick() == ["2018-11-01"]
    assert logs.tick() == []
    assert numbers(logs.told)[:3] == [1, 1, 0]
    mentions(logs.told, "log_data/2018/13/2018-13-01-events.json, log_data/_SUCCESS")


def test_many_runs_are_asked_for_in_several_ticks(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    wide = platform.configured(log_end=None)
    sensor = Ticking(wide, "log_files")
    alone = [f"2019-{1 + n // 14:02d}-{1 + 2 * (n % 14):02d}" for n in range(5 + MOST_RUNS + 4)]
    for day in alone[:5]:
        platform.lake.events(day, [])
    with monkeypatch.context() as few:
        few.setattr(file_changes, "MAX_RUNS_PER_TICK", 3)
        assert [sensor.tick(), sensor.tick(), sensor.tick()] == [alone[:3], alone[3:5], []]
    for day in alone[5:]:
        platform.lake.events(day, [])
    assert [spoken(r) for r in sensor.look()] == alone[5 : 5 + MOST_RUNS]


def test_no_run_is_longer_than_a_month(platform: Platform) -> None:
    wide = platform.configured(log_end=None)
    days = [f"2019-{month:02d}-{day:02d}" for month in (1, 3) for day in range(1, 32)] + [f"2019-02-{d:02d}" for d in range(1, 29)]
    for day in days:
        platform.lake.events(day, [])
    spans = [(r.tags[RANGE_START], r.tags[RANGE_END]) for r in Ticking(wide, "log_files").look()]
    assert spans == [("2019-01-01", "2019-01-31"), ("2019-02-01", "2019-03-03"), ("2019-03-04", "2019-03-31")]


def test_after_what_they_read_reports_follow_once(platform: Platform, logs: Ticking) -> None:
    """By declarative automation: evaluated as its sensor does, after a load that left them out and after one that made them."""
    deliver(platform, 1, 2)
    seen = dg.evaluate_automation_conditions(platform.defs, platform.instance)
    assert seen.total_requested == 0
    logs.tick()
    seen = dg.evaluate_automation_conditions(platform.defs, platform.instance, cursor=seen.cursor)
    assert [name for name in WHOLE if seen.get_num_requested(dg.AssetKey(name))] == WHOLE
    assert platform.materialize(*WHOLE).success
    seen = dg.evaluate_automation_conditions(platform.defs, platform.instance, cursor=seen.cursor)
    assert seen.total_requested == 0
    deliver(platform, 3)
    assert platform.load().reason is None
    seen = dg.evaluate_automation_conditions(platform.defs, platform.instance, cursor=seen.cursor)
    assert seen.total_requested == 0


def test_an_upgrade_that_changes_the_load_metadata_needs_nobody(platform: Platform, logs: Ticking) -> None:
    """They lack a column that the sensors read, until a run has migrated them; files that arrive meanwhile are loaded."""
    deliver(platform, 1, 2)
    assert logs.tick() == ["2018-11-01...2018-11-02"]
    pending = Ticking(platform, "pending_refreshes")
    assert pending.tick() == []
    platform.warehouse.execute("ALTER TABLE load_history DROP COLUMN expired_at")
    pending.cursor = None
    (request,) = pending.look()
    assert pending.look() == [], "once"
    deliver(platform, 3)
    assert logs.tick() == ["2018-11-03"]
    platform.warehouse.execute("ALTER TABLE load_history DROP COLUMN expired_at")
    assert run(platform, request).success
    assert platform.rows("SELECT COUNT(*), COUNT(expired_at) FROM load_history") == [(3, 0)]
    assert pending.tick() == []
