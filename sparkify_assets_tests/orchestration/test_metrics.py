"""Metrics for Prometheus: what a parser of its own reads, after a load and with ticks and a queue, and how long a year takes."""

import math
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest
from dagster._core.scheduler.instigation import TickStatus
from dagster._core.storage.runs.schema import RunsTable
from dagster._core.storage.schedules.schema import JobTickTable
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import select

from sparkify_assets.orchestration.instance import latest_event_ids
from sparkify_assets.orchestration.metrics import METRICS, metrics_text
from sparkify_assets.orchestration.platform_state import read_platform_state
from sparkify_assets_tests.orchestration import test_platform_health
from sparkify_assets_tests.orchestration.conftest import DAYS, Platform, new_platform
from sparkify_assets_tests.orchestration.test_platform_health import beat, counted, instance, queue, tick  # noqa: F401
from sparkify_assets_tests.support import event, json_lines, milliseconds

pytestmark = pytest.mark.integration

Samples = dict[tuple[str, ...], float]
"""Name, values of the labels → value."""
STATEMENTS = 20
"""Of a scrape, whatever the history holds: 14 in SQLite and 16 in PostgreSQL when this was written."""
RUNS, TICKS = 20_000, 50_000
LONGEST = 1.0
"""Seconds of a scrape."""


@pytest.fixture
def on_disk(instance: dg.DagsterInstance) -> Iterator[Platform]:  # noqa: F811
    with new_platform() as platform:
        yield replace(platform, instance=instance)


def scraped(platform: Platform) -> Samples:
    families = list(text_string_to_metric_families(metrics_text(platform.instance, platform.catalog)))
    assert [family.name for family in families] == [metric.name for metric in METRICS]
    assert {family.type for family in families} == {"gauge"}
    return {(s.name, *(s.labels[label] for label in _labels(s.name))): s.value for family in families for s in family.samples}


def _labels(name: str) -> tuple[str, ...]:
    (metric,) = [metric for metric in METRICS if metric.name == name]
    return metric.labels


def test_a_new_platform_has_metrics_without_tables(on_disk: Platform) -> None:
    found = scraped(on_disk)
    assert found["sparkify_queued_runs",] == 0
    assert not [
        name for name in found if name[0] in ("sparkify_table_rows", "sparkify_runs", "sparkify_oldest_queued_run_timestamp_seconds")
    ]
    assert found["sparkify_daemon_last_heartbeat_timestamp_seconds", "SENSOR"] == 0


def test_tables_runs_and_rejected_records_after_a_load(on_disk: Platform) -> None:
    for number, day in enumerate(DAYS):
        plays = [event(sessionId=number, ts=milliseconds(f"{day}T12:00:00.796"))]
        bad = [{"no": "event"}] * number
        on_disk.lake.raw(f"log_data/2018/11/{day}-events.json", json_lines([*plays, *bad]))
    assert on_disk.configured(max_rejected=5).load().reason is None
    found = scraped(on_disk)
    assert found["sparkify_table_rows", "songplays"] == 3
    assert found["sparkify_table_rows", "staging_events"] == 3
    assert found["sparkify_staging_rejected_records", "staging_events"] == 3
    assert found["sparkify_runs", "load_log_files", "success"] == 1
    assert 0 < found["sparkify_table_refresh_seconds", "songplays"] < 60
    assert abs(found["sparkify_table_last_materialization_timestamp_seconds", "songplays"] - time.time()) < 600


def test_ticks_heartbeats_and_the_queue(on_disk: Platform) -> None:
    now = float(math.floor(time.time()))
    beat(on_disk.instance, now, "BACKFILL")
    tick(on_disk.instance, "log_files", (now - 9, TickStatus.FAILURE), (now, TickStatus.STARTED))
    queue(on_disk.instance, now - 60, dg.DagsterRunStatus.QUEUED)
    queue(on_disk.instance, now - 50, dg.DagsterRunStatus.QUEUED)
    found = scraped(on_disk)
    assert found["sparkify_sensor_last_tick_timestamp_seconds", "log_files"] == now
    ended = [found["sparkify_sensor_last_tick_status", "log_files", status] for status in ("success", "skipped", "failure")]
    assert ended == [0, 0, 1]
    assert found["sparkify_daemon_last_heartbeat_timestamp_seconds", "SENSOR"] == now
    assert found["sparkify_daemon_last_heartbeat_timestamp_seconds", "BACKFILL"] == 0
    assert (found["sparkify_queued_runs",], found["sparkify_oldest_queued_run_timestamp_seconds",]) == (2, now - 60)


def test_a_history_of_a_year_takes_less_than_a_second_and_no_more_statements(on_disk: Platform) -> None:
    beat(on_disk.instance, time.time())
    _add_a_year(on_disk)
    assert _statements(on_disk) <= STATEMENTS
    begun = time.perf_counter()
    found = scraped(on_disk)
    took = time.perf_counter() - begun
    assert found["sparkify_staging_rejected_records", "staging_events"] == 365
    assert sum(value for name, value in found.items() if name[0] == "sparkify_runs") == RUNS + 1
    assert took < LONGEST
    begun = time.perf_counter()
    read_platform_state(on_disk.instance)
    assert time.perf_counter() - begun < LONGEST / 10


def _statements(platform: Platform) -> int:
    statements: list[str] = []
    with counted(statements):
        metrics_text(platform.instance, platform.catalog)
    return sum(s.lstrip().upper().startswith(("SELECT", "(", "WITH")) for s in statements)


def _add_a_year(platform: Platform) -> None:
    """A materialization of each day, runs with bodies, and ticks."""
    day = datetime(2018, 1, 1, tzinfo=UTC)
    for number in range(365):
        key = (day + timedelta(days=number)).date().isoformat()
        metadata = {"rejected": 1, "dagster/partition_row_count": 1}
        platform.instance.report_runless_asset_event(dg.AssetMaterialization("staging_events", partition=key, metadata=metadata))
    assert len(latest_event_ids(platform.instance, dg.AssetKey("staging_events"), dg.DagsterEventType.ASSET_MATERIALIZATION)) == 365
    test_platform_health.queue(platform.instance, 0, dg.DagsterRunStatus.SUCCESS)
    storage = platform.instance.run_storage
    then = datetime(2025, 1, 1)  # noqa: DTZ001  # as the table holds times
    rows = [
        {"run_id": f"run {n}", "pipeline_name": f"job {n % 5}", "status": "SUCCESS", "run_body": "x" * 2000, "create_timestamp": then}
        for n in range(RUNS)
    ]
    with storage.connect() as connection:  # type: ignore[attr-defined]
        connection.execute(RunsTable.insert(), rows)
    _add_ticks(platform.instance)


def _add_ticks(instance: dg.DagsterInstance) -> None:  # noqa: F811
    tick(instance, "log_files", (0.0, TickStatus.SKIPPED))
    c = JobTickTable.c
    with instance.schedule_storage.connect() as connection:  # type: ignore[union-attr]
        (one,) = connection.execute(select(c.job_origin_id, c.selector_id, c.status, c.type, c.tick_body)).mappings().all()
        day = datetime(2025, 1, 1)  # noqa: DTZ001  # as the table holds times
        connection.execute(JobTickTable.insert(), [{**one, "timestamp": day + timedelta(minutes=n)} for n in range(TICKS)])
