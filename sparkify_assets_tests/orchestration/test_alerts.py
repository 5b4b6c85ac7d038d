"""The sensor ``alerts``: runs and checks as they happen, a real receiver, and what it is told."""

import gzip
import json
import multiprocessing
import os
import re
import signal
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.storage.tags import WILL_RETRY_TAG
from pydantic import SecretStr

from sparkify_assets.definitions import build_defs
from sparkify_assets.errors import WarehouseUnavailableError
from sparkify_assets.lake import LakeSnapshot, LocalLake
from sparkify_assets.model import load_catalog
from sparkify_assets.orchestration.alerts import events as alerts_events
from sparkify_assets.orchestration.alerts.changed_tables import record_changed_tables
from sparkify_assets.orchestration.alerts.sensor import alerts
from sparkify_assets.orchestration.alerts.store import STATE, TICK_LOCK, Store
from sparkify_assets.settings import Settings
from sparkify_assets.warehouse.refresher import Refresher
from sparkify_assets_tests.notifications.servers import SECRET, HttpReceiver, http_receiver
from sparkify_assets_tests.orchestration.conftest import Platform, few_reports
from sparkify_assets_tests.support import LakeDirectory, event, json_lines, mentions

pytestmark = pytest.mark.integration

LOGS = ("log_files", "staging_events", "users", "page_views", "songplays", "time")
LATER = 10.0
"""seconds by which a test's clock is ahead: events younger than three are left for the next tick"""


class Listener:
    """A platform whose alerts go to a receiver of its own."""

    def __init__(self, platform: Platform, http: HttpReceiver) -> None:
        self.platform = platform.configured(alert_urls=SecretStr(http.url))
        self.http = http

    def tick(self, **settings: Any) -> list[str]:
        """Titles of the messages that a tick sends."""
        before = len(self.http.taken)
        run_sensor(self.platform.configured(**settings))
        return self.http.titles[before:]

    @property
    def last(self) -> str:
        return self.http.taken[-1]["message"]


def without_rebuilds(platform: Platform) -> Platform:
    """One in which a report whose columns differ fails until somebody rebuilds it."""
    return platform.configured(refresh_changed=False)


def numbers(text: str) -> list[int]:
    return [int(found) for found in re.findall(r"\d+", text)]


def run_sensor(platform: Platform, at: float | None = None) -> str:
    now = time.time if at is None else lambda: at
    sensor = alerts(load_catalog(), platform.settings, lambda: platform.defs, now=lambda: now() + LATER)
    lake = LakeSnapshot(LocalLake(Path(platform.settings.lake)))
    (told,) = [sensor(dg.build_sensor_context(instance=platform.instance, resources={"lake": lake}))]
    assert isinstance(told, dg.SkipReason)
    return told.skip_message or ""


@pytest.fixture
def listener(platform: Platform) -> Iterator[Listener]:
    with http_receiver() as http:
        listener = Listener(platform, http)
        assert listener.tick() == []
        yield listener


def good(day: str) -> list[dict[str, Any]]:
    moment = datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC)
    return [event(ts=int(moment.timestamp() * 1000), sessionId=moment.day)]


def deliver(platform: Platform, *days: str) -> None:
    for day in days:
        platform.lake.events(day, good(day))


def test_one_bad_day_of_a_range_is_one_message_and_one_when_it_is_mended(listener: Listener) -> None:
    platform = listener.platform
    deliver(platform, "2018-11-01", "2018-11-03")
    platform.lake.raw("log_data/2018/11/2018-11-02-events.json", b"[1, 2]\n")
    assert not platform.materialize(*LOGS, start="2018-11-01", end="2018-11-03").success
    assert listener.tick() == ["ERROR staging_events 2018-11-02: rejected_records_within_limit"]
    mentions(listener.last, "1 rejected", "log_data/2018/11/2018-11-02-events.json:1", "record=[1, 2]")
    key = dg.AssetCheckKey(dg.AssetKey("staging_events"), "rejected_records_within_limit")
    mentions(listener.last, platform.defs.resolve_asset_graph().get_check_spec(key).description)
    mentions(listener.last, "http://localhost:3000/assets/staging_events?view=checks&checkDetail=rejected_records_within_limit")
    platform.materialize(*LOGS, start="2018-11-01", end="2018-11-03")
    assert listener.tick() == [], "the same problem again is no new message"
    deliver(platform, "2018-11-02")
    assert platform.materialize(*LOGS, start="2018-11-01", end="2018-11-03").success
    assert listener.tick() == ["RESOLVED staging_events 2018-11-02: rejected_records_within_limit"]
    assert listener.tick() == []


def test_a_warning_that_becomes_an_error_is_told_again(listener: Listener) -> None:
    listener.platform.lake.raw("log_data/2018/11/2018-11-01-events.json", b"[1, 2]\n" + json_lines(good("2018-11-01")))
    listener.platform.configured(max_rejected=1).materialize(*LOGS, start="2018-11-01")
    assert "WARNING staging_events 2018-11-01: rejected_records_within_limit" in listener.tick()
    listener.platform.materialize(*LOGS, start="2018-11-01")
    assert listener.tick() == ["ERROR staging_events 2018-11-01: rejected_records_within_limit"]


def test_changed_sql_that_nothing_refreshes_is_told_until_it_is_rebuilt(listener: Listener) -> None:
    record_changed_tables(listener.platform.instance, {"songplays"})
    assert listener.tick() == [], "it is refreshed by itself on DuckDB"
    assert listener.tick(refresh_changed=False) == ["WARNING songplays: its SQL has changed since its rows were computed"]
    mentions(listener.last, "`sparkify rebuild songplays`", "SPARKIFY_REFRESH_CHANGED")
    assert listener.tick(refresh_changed=False) == []
    record_changed_tables(listener.platform.instance, ())
    assert listener.tick(refresh_changed=False) == ["RESOLVED songplays: its SQL has changed since its rows were computed"]


def test_a_file_that_cannot_be_read_is_told_for_its_day_and_mended(listener: Listener) -> None:
    platform = listener.platform
    platform.lake.raw("log_data/2018/11/2018-11-01-events.json", b"[1, 2]\n")
    key = platform.lake.raw("log_data/2018/11/2018-11-02-events.json.gz", b"no gzip")
    assert not platform.materialize(*LOGS, start="2018-11-01", end="2018-11-02").success
    assert listener.tick() == [
        "ERROR staging_events 2018-11-01: rejected_records_within_limit",
        "ERROR staging_events 2018-11-02: the run failed",
    ]
    assert key in listener.last
    assert "http://localhost:3000/runs/" in listener.last
    platform.lake.raw(key, gzip.compress(json.dumps(good("2018-11-02")[0]).encode()))
    platform.materialize(*LOGS, start="2018-11-01", end="2018-11-02")
    assert listener.tick() == ["RESOLVED staging_events 2018-11-02: the run failed"], "the run failed again, but not for this day"


def test_a_failed_range_is_mended_by_runs_that_cover_it_together(listener: Listener) -> None:
    platform = listener.platform
    nowhere = platform.configured(lake=platform.lake.root / "nowhere")
    nowhere.materialize("log_files", start="2018-11-01", end="2018-11-02")
    assert listener.tick() == ["ERROR log_files 2018-11-01 to 2018-11-02: the run failed"]
    mentions(listener.last, "nowhere", "SPARKIFY_LAKE")
    deliver(platform, "2018-11-01", "2018-11-02")
    assert platform.materialize("log_files", start="2018-11-01").success
    assert listener.tick() == []
    assert platform.materialize("log_files", start="2018-11-02").success
    assert listener.tick() == ["RESOLVED log_files 2018-11-01 to 2018-11-02: the run failed"]


def test_a_report_that_fails_is_told_by_its_name_and_stops_no_other(listener: Listener) -> None:
    platform = without_rebuilds(listener.platform)
    deliver(platform, "2018-11-01")
    assert platform.load().reason is None
    assert listener.tick() == []
    platform.warehouse.execute("ALTER TABLE popular_hours ALTER plays TYPE VARCHAR")
    platform.warehouse.execute("DELETE FROM most_active_users")
    assert not platform.materialize("popular_hours", "most_active_users", "plays_by_day_and_level").success
    assert platform.rows("SELECT plays FROM most_active_users") == [(1,)]
    assert listener.tick() == ["ERROR popular_hours: the run failed"]
    mentions(listener.last, "popular_hours", "plays", "VARCHAR", "sparkify rebuild popular_hours")
    assert platform.materialize("most_active_users").success
    assert listener.tick() == [], "the same step has succeeded, for another report"
    platform.warehouse.rebuild([platform.catalog["popular_hours"]])
    assert platform.materialize("popular_hours").success
    assert listener.tick() == ["RESOLVED popular_hours: the run failed"]


def test_what_reads_a_table_that_fails_waits_for_it(listener: Listener) -> None:
    platform = without_rebuilds(listener.platform)
    deliver(platform, "2018-11-01")
    assert platform.load().reason is None
    deliver(platform, "2018-11-02")
    platform.warehouse.execute("ALTER TABLE session_hours ALTER plays TYPE VARCHAR")
    summary = platform.load()
    assert summary.reason is not None
    mentions(summary.reason, "session_hours", "VARCHAR", "popular_hours", "plays_by_day_and_level")
    assert len(summary.errors) == 1
    failed = platform.instance.get_run_records(dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE]))
    assert len(failed) == 1, "what failed in the run of its day is not tried again by the same load"
    again = platform.load()
    assert (again.loaded, again.unchanged) == (0, 2), "a report that fails makes no day due again"
    assert again.reason is not None
    assert platform.rows("SELECT SUM(plays) FROM song_days") == [(2,)]
    assert platform.rows("SELECT SUM(plays) FROM popular_hours") == [(1,)], "as it was"
    assert listener.tick() == ["ERROR session_hours: the run failed"], "one alert for the cause, none for what waits"
    platform.warehouse.rebuild([platform.catalog["session_hours"]])
    assert platform.load().reason is None
    assert platform.rows("SELECT SUM(plays) FROM popular_hours") == [(2,)]
    assert listener.tick() == ["RESOLVED session_hours: the run failed"]


def test_a_report_that_fails_in_a_load_stops_no_check_of_the_others(platform: Platform) -> None:
    platform = without_rebuilds(platform)
    deliver(platform, "2018-11-01")
    assert platform.load().reason is None
    deliver(platform, "2018-11-02")
    platform.warehouse.execute("ALTER TABLE popular_hours ALTER plays TYPE VARCHAR")
    summary = platform.load()
    assert summary.reason is not None
    mentions(summary.reason, "popular_hours", "VARCHAR")
    since = platform.rows("SELECT MAX(loaded_at) FROM load_history")[0][0].replace(tzinfo=UTC).timestamp()
    key = dg.AssetCheckKey(dg.AssetKey("plays_by_day_and_level"), "primary_key")
    record = platform.instance.event_log_storage.get_latest_asset_check_execution_by_key([key])[key]
    assert record.event is not None
    assert record.event.timestamp > since


def test_a_warehouse_that_is_away_is_one_failure_of_all_reports(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    platform = listener.platform
    deliver(platform, "2018-11-01")
    assert platform.load().reason is None
    assert listener.tick() == []

    def away(*_: object) -> None:
        raise WarehouseUnavailableError("no connection to anything")

    clock, slept = time.time, [0.0]  # between its retries Dagster sleeps until a time has come: 55 s
    monkeypatch.setattr(time, "time", lambda: clock() + sum(slept))
    monkeypatch.setattr(time, "sleep", slept.append)
    with monkeypatch.context() as patched:
        patched.setattr(Refresher, "recompute", away)
        assert not platform.materialize("popular_hours", "most_active_users").success
    assert listener.tick() == ["ERROR unpartitioned_tables: the run failed"]
    mentions(listener.last, "no connection to anything")
    assert platform.materialize("popular_hours").success
    assert listener.tick() == ["RESOLVED unpartitioned_tables: the run failed"]


def test_a_run_that_ends_since_a_check_blocks_it_is_told_by_the_check_alone(listener: Listener) -> None:
    platform = listener.platform
    platform.lake.raw("log_data/2018/11/2018-11-01-events.json", b"[1, 2]\n" + json_lines(good("2018-11-01")))
    platform.configured(max_rejected=1).materialize("staging_events", start="2018-11-01")
    listener.tick()
    key = dg.AssetCheckKey(dg.AssetKey("staging_events"), "rejected_records_within_limit")
    job = platform.defs.resolve_implicit_global_asset_job_def().get_subset(asset_check_selection={key})
    result = job.execute_in_process(instance=platform.instance, tags={"dagster/partition": "2018-11-01"}, raise_on_error=False)
    assert not result.success
    assert listener.tick() == ["ERROR staging_events 2018-11-01: rejected_records_within_limit"]


def test_a_run_that_somebody_stopped_is_no_problem(listener: Listener) -> None:
    @dg.op
    def stopped() -> None:
        raise dg.DagsterExecutionInterruptedError

    @dg.op
    def broken() -> None:
        raise ValueError("a cat on the keyboard")

    @dg.job
    def interrupted() -> None:
        stopped()

    @dg.job
    def unfinished() -> None:
        broken()

    for job in (interrupted, unfinished):
        job.execute_in_process(instance=listener.platform.instance, raise_on_error=False)
    assert listener.tick() == ["ERROR unfinished: the run failed"]
    assert listener.last.startswith("ValueError: a cat on the keyboard")


def test_without_a_receiver_the_log_of_the_sensor_is_told(platform: Platform, capfd: pytest.CaptureFixture[str]) -> None:
    platform.lake.raw("log_data/2018/11/2018-11-01-events.json", b"[1, 2]\n")
    platform.materialize("staging_events", start="2018-11-01")
    assert numbers(run_sensor(platform)) == [1, 1]
    assert "WARNING - ERROR staging_events 2018-11-01: rejected_records_within_limit" in capfd.readouterr().err


def test_what_the_job_for_everything_runs_into_is_told_once(listener: Listener) -> None:
    listener.platform.lake.raw("log_data/2018/11/2018-11-01-events.json", b"[1, 2]\n")
    job = listener.platform.defs.resolve_job_def("load_everything")
    assert not job.execute_in_process(instance=listener.platform.instance, raise_on_error=False).success
    assert listener.tick() == ["ERROR staging_events 2018-11-01: rejected_records_within_limit"]


def test_a_run_whose_process_died_is_told_and_one_that_was_stopped_is_not(listener: Listener) -> None:
    platform = listener.platform
    job = platform.defs.resolve_job_def("load_log_files")
    died, stopped = (platform.instance.create_run_for_job(job, tags={"dagster/partition": day}) for day in ("2018-11-01", "2018-11-02"))
    platform.instance.report_run_failed(died, "its process has ended")
    platform.instance.report_run_canceled(stopped)
    assert listener.tick() == ["ERROR load_log_files 2018-11-01: the run failed"]
    assert "its process has ended" in listener.last
    deliver(platform, "2018-11-01")
    assert job.execute_in_process(instance=platform.instance, partition_key="2018-11-01").success
    assert listener.tick() == ["RESOLVED load_log_files 2018-11-01: the run failed"]


def test_a_run_that_is_launched_anew_is_told_only_if_that_fails_too(listener: Listener) -> None:
    platform = listener.platform
    job = platform.defs.resolve_job_def("load_log_files")
    for retried in ("true", "false"):
        run = platform.instance.create_run_for_job(job, tags={"dagster/partition": "2018-11-01", WILL_RETRY_TAG: retried})
        platform.instance.report_run_failed(run, "its process has ended")
        assert listener.tick() == ([] if retried == "true" else ["ERROR load_log_files 2018-11-01: the run failed"])


def test_a_job_that_is_no_tables_is_called_by_its_name(listener: Listener) -> None:
    job = listener.platform.defs.resolve_job_def("run_checks")
    for checks in (["songplays.nonsense"], ["users"]):
        config = {"ops": {"evaluate": {"config": {"checks": checks}}}}
        job.execute_in_process(instance=listener.platform.instance, run_config=config, raise_on_error=False)
    assert listener.tick() == ["ERROR run_checks: the run failed", "RESOLVED run_checks: the run failed"]


@pytest.mark.parametrize("page", [200, 2])
def test_of_a_history_only_what_is_still_wrong_is_told(platform: Platform, page: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alerts_events, "PAGE", page)
    for day in ("2018-11-01", "2018-11-02"):
        platform.lake.raw(f"log_data/2018/11/{day}-events.json", b"[1, 2]\n")
    platform.load()
    deliver(platform, "2018-11-01")
    platform.materialize(*LOGS, start="2018-11-01")
    with http_receiver() as http:
        assert Listener(platform, http).tick() == ["ERROR staging_events 2018-11-02: rejected_records_within_limit"]


def test_events_of_this_moment_are_left_for_the_next_tick(listener: Listener) -> None:
    listener.platform.lake.raw("log_data/2018/11/2018-11-01-events.json", b"[1, 2]\n")
    listener.platform.materialize(*LOGS, start="2018-11-01")
    run_sensor(listener.platform, at=time.time() - LATER)
    assert listener.http.titles == []
    assert len(listener.tick()) == 1


def test_days_that_have_not_arrived(platform: Platform) -> None:
    deliver(platform, "2018-11-01", "2018-11-02", "2018-11-04")
    moment = datetime(2018, 11, 6, 5, 59, tzinfo=UTC).timestamp() - LATER
    with http_receiver() as http:
        due = Listener(platform, http).platform.configured(due_hours=6)
        run_sensor(due, at=moment)
        assert http.titles == ["ERROR log_files 2018-11-03: has not arrived"]
        run_sensor(due, at=moment + 60)
        assert http.titles[1:] == ["ERROR log_files 2018-11-05: has not arrived"]
        assert "SPARKIFY_DUE_HOURS" in http.taken[0]["message"]
        deliver(platform, "2018-11-03")
        run_sensor(due, at=moment + 120)
        assert http.titles[2:] == ["RESOLVED log_files 2018-11-03: has not arrived"]
        run_sensor(due.configured(due_hours=None), at=moment + 180)
        assert len(http.titles) == 3, "nothing is expected any more: no message"


def test_days_outside_the_settings_are_not_expected(platform: Platform) -> None:
    (platform.lake.root / "log_data").mkdir()
    with http_receiver() as http:
        due = Listener(platform, http).platform.configured(due_hours=0, log_start=date(2018, 11, 29))
        run_sensor(due, at=datetime(2018, 12, 3, tzinfo=UTC).timestamp())
        assert http.titles == [f"ERROR log_files 2018-11-{day}: has not arrived" for day in (29, 30)]


def test_a_lake_that_cannot_be_listed_does_not_keep_the_rest(listener: Listener) -> None:
    listener.platform.lake.raw("log_data/2018/11/2018-11-01-events.json", b"[1, 2]\n")
    listener.platform.materialize(*LOGS, start="2018-11-01")
    assert len(listener.tick(due_hours=1, lake=listener.platform.lake.root / "nowhere")) == 1


def test_a_receiver_that_is_down_for_a_tick_loses_nothing(platform: Platform) -> None:
    platform.lake.raw("log_data/2018/11/2018-11-01-events.json", b"[1, 2]\n")
    platform.materialize(*LOGS, start="2018-11-01")
    with http_receiver(up=False) as http:
        listener = Listener(platform, http)
        told = run_sensor(listener.platform)
        assert numbers(told)[:3] == [1, 0, 1]
        mentions(told, "json://", "1st of 1", "SPARKIFY_ALERT_URLS")
        http.up()
        run_sensor(listener.platform, at=time.time() + 60)
        assert http.titles == ["ERROR staging_events 2018-11-01: rejected_records_within_limit"]


def test_two_ticks_at_once_are_one(listener: Listener) -> None:
    storage = listener.platform.instance.run_storage
    storage.set_cursor_values({TICK_LOCK: json.dumps({"who": "another", "until": time.time() + 60})})
    told = run_sensor(listener.platform)
    assert told
    assert numbers(told) == [], "it leaves the work to the other, and counts nothing"
    assert numbers(run_sensor(listener.platform, at=time.time() + 60)) == [0, 0]


def test_an_event_log_that_was_wiped_is_read_from_its_beginning(listener: Listener) -> None:
    store = Store(listener.platform.instance)
    state = store.read()
    state.position = 1_000_000
    store.save(state)
    listener.platform.lake.raw("log_data/2018/11/2018-11-01-events.json", b"[1, 2]\n")
    listener.platform.materialize(*LOGS, start="2018-11-01")
    assert len(listener.tick()) == 1


def test_no_secret_is_in_logs_ticks_or_state(
    listener: Listener, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    platform = listener.platform
    platform.lake.raw("log_data/2018/11/2018-11-01-events.json", b"[1, 2]\n")
    platform.materialize(*LOGS, start="2018-11-01")
    listener.http.status = lambda _: 500
    told = run_sensor(platform)
    kept = platform.instance.run_storage.get_cursor_values({STATE})[STATE]
    assert "json://" in told
    for text in (told, kept, caplog.text, *capfd.readouterr(), repr(platform.settings)):
        assert SECRET not in text


def test_a_process_that_is_killed_between_sending_and_saving(tmp_path: Path) -> None:
    """A real one, by a real signal, at the moment when the receiver has the message and has not answered."""
    with http_receiver() as http, dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        lake = LakeDirectory(tmp_path / "lake")
        settings = Settings(
            lake=lake.root,
            duckdb_path=tmp_path / "w.duckdb",
            dashboard=tmp_path / "page.html",
            log_end=date(2018, 12, 1),
            alert_urls=SecretStr(http.url),
        )
        platform = Platform(lake, settings, instance, few_reports())
        for day in ("2018-11-01", "2018-11-02"):
            lake.raw(f"log_data/2018/11/{day}-events.json", b"[1, 2]\n")
        platform.materialize(*LOGS, start="2018-11-01", end="2018-11-02")
        child = multiprocessing.get_context("spawn").Process(target=tick_of_another_process, args=(str(tmp_path), http.url))

        def kill(message: dict[str, Any]) -> int:
            assert child.pid
            http.taken.append(message)
            os.kill(child.pid, signal.SIGKILL)
            return 500

        http.status = kill
        child.start()
        child.join(60)
        assert child.exitcode == -signal.SIGKILL
        http.status = lambda _: 200
        assert numbers(run_sensor(platform)) == [], "it leaves the work to the one that was killed, and counts nothing"
        assert len(http.taken) == 1
        run_sensor(platform, at=time.time() + 60)
        run_sensor(platform, at=time.time() + 120)
        assert [m["title"].split()[2] for m in http.taken] == ["2018-11-01:", "2018-11-01:", "2018-11-02:"]
        first, again, other = (m["message"] for m in http.taken)
        mark = again.removesuffix(first)
        assert mark
        assert mark != again
        assert not other.startswith(mark)


def tick_of_another_process(folder: str, url: str) -> None:
    root = Path(folder)
    settings = Settings(
        lake=root / "lake",
        duckdb_path=root / "w.duckdb",
        dashboard=root / "page.html",
        log_end=date(2018, 12, 1),
        alert_urls=SecretStr(url),
    )
    with dg.DagsterInstance.local_temp(folder) as instance:
        run_sensor(Platform(LakeDirectory(root / "lake"), settings, instance, few_reports()))


def test_the_sensor_runs_by_default(platform: Platform) -> None:
    sensor = build_defs(platform.settings).resolve_sensor_def("alerts")
    assert sensor.default_status == dg.DefaultSensorStatus.RUNNING
    assert sensor.minimum_interval_seconds == 30
