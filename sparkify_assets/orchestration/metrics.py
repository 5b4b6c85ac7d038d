"""Metrics for Prometheus, read from Dagster's database: a scrape wakes no warehouse.

Times are timestamps, as Prometheus recommends: `time() - sparkify_…_timestamp_seconds` is an age, also in a file that is not written any
more.

Put here what is measured. Do not put here how it is served (cli/metrics.py).
"""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import dagster as dg
from dagster._core.storage.runs.schema import RunsTable
from dagster._core.storage.runs.sql_run_storage import SqlRunStorage
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select

from sparkify_assets.model import STAGING, Catalog
from sparkify_assets.orchestration.alerts.store import Store
from sparkify_assets.orchestration.instance import latest_event_ids, latest_events, latest_materializations
from sparkify_assets.orchestration.platform_state import SENSOR, read_platform_state


class Metric(NamedTuple):
    """All are gauges: what `sparkify history prune` deletes is counted no more."""

    name: str
    meaning: str
    labels: tuple[str, ...] = ()


RUNS = Metric("sparkify_runs", "Runs in Dagster's history", ("job", "status"))
QUEUED = Metric("sparkify_queued_runs", "Runs that wait in the queue")
OLDEST_QUEUED = Metric("sparkify_oldest_queued_run_timestamp_seconds", "When the queued run that waits longest was created, if any")
LAST_TICK = Metric("sparkify_sensor_last_tick_timestamp_seconds", "When the latest tick of a sensor began", ("sensor",))
TICK_STATUS = Metric(
    "sparkify_sensor_last_tick_status", "1 for the status of a sensor's latest ended tick, 0 for the others", ("sensor", "status")
)
HEARTBEAT = Metric(
    "sparkify_daemon_last_heartbeat_timestamp_seconds", "When a daemon that Dagster needs last sent a heartbeat; 0: never", ("daemon",)
)
INCIDENTS = Metric("sparkify_open_incidents", "Incidents of the sensor alerts that are not resolved", ("kind", "severity"))
ROWS = Metric("sparkify_table_rows", "Rows of a table after its latest materialization", ("table",))
SECONDS = Metric("sparkify_table_refresh_seconds", "Seconds of the step of a table's latest materialization", ("table",))
MATERIALIZED = Metric("sparkify_table_last_materialization_timestamp_seconds", "When a table was last materialized", ("table",))
REJECTED = Metric("sparkify_staging_rejected_records", "Rejected records of the partitions that a staging table holds", ("table",))
DURATION = Metric("sparkify_scrape_duration_seconds", "Seconds that reading these metrics took")
METRICS = (RUNS, QUEUED, OLDEST_QUEUED, LAST_TICK, TICK_STATUS, HEARTBEAT, INCIDENTS, ROWS, SECONDS, MATERIALIZED, REJECTED, DURATION)
ENDED_TICKS = ("success", "skipped", "failure")

Samples = Sequence[tuple[Sequence[str], float]]
"""Values of the labels, and the value."""


class PlatformCollector(Collector):
    """Reads everything anew at each scrape."""

    def __init__(self, instance: dg.DagsterInstance, catalog: Catalog) -> None:
        self._instance, self._catalog = instance, catalog

    def collect(self) -> Iterator[GaugeMetricFamily]:
        begun = time.monotonic()
        samples = {**self._platform(), **self._incidents(), **self._tables()}
        samples[DURATION] = [((), time.monotonic() - begun)]
        for metric in METRICS:
            family = GaugeMetricFamily(metric.name, metric.meaning, labels=metric.labels)
            for labels, value in samples[metric]:
                family.add_metric(labels, value)
            yield family

    def _platform(self) -> dict[Metric, Samples]:
        storage, state = self._instance.run_storage, read_platform_state(self._instance)
        assert isinstance(storage, SqlRunStorage)
        c = RunsTable.c
        with storage.connect() as connection:
            runs = connection.execute(select(c.pipeline_name, c.status, func.count()).group_by(c.pipeline_name, c.status)).fetchall()
        sensors = [a for a in state.automations if a.kind == SENSOR and a.ticks]
        ended = {s.name: next((t.status for t in s.ticks if t.status in ENDED_TICKS), None) for s in sensors}
        return {
            RUNS: [((job, status.lower()), count) for job, status, count in runs],
            QUEUED: [((), state.queue.queued)],
            OLDEST_QUEUED: [((), state.queue.oldest)] if state.queue.oldest else [],
            LAST_TICK: [((s.name,), s.last_tick) for s in sensors],
            TICK_STATUS: [((name, status), found == status) for name, found in ended.items() if found for status in ENDED_TICKS],
            HEARTBEAT: [((daemon,), beat or 0) for daemon, beat in state.heartbeats.items()],
        }

    def _incidents(self) -> dict[Metric, Samples]:
        counts = Counter((incident.kind, incident.severity) for incident in Store(self._instance).read().incidents.values())
        return {INCIDENTS: [(labels, count) for labels, count in sorted(counts.items())]}

    def _tables(self) -> dict[Metric, Samples]:
        tables = [table.name for table in self._catalog]
        latest = latest_materializations(self._instance, [dg.AssetKey(name) for name in tables])
        found = {key.to_user_string(): event for key, event in latest.items()}
        rows = {name: _number(event, "dagster/row_count") for name, event in found.items()}
        seconds = {name: _number(event, "seconds", "seconds_in_run") for name, event in found.items()}
        staging = [table.name for table in self._catalog.layer(STAGING) if table.name in found]
        return {
            ROWS: _samples(rows),
            SECONDS: _samples(seconds),
            MATERIALIZED: [((name,), event.timestamp) for name, event in sorted(found.items())],
            REJECTED: [((name,), sum(_numbers_by_partition(self._instance, name, "rejected").values())) for name in staging],
        }


def metrics_registry(instance: dg.DagsterInstance, catalog: Catalog) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(PlatformCollector(instance, catalog))
    return registry


def metrics_text(instance: dg.DagsterInstance, catalog: Catalog) -> str:
    """In Prometheus' text format."""
    return generate_latest(metrics_registry(instance, catalog)).decode()


def _numbers_by_partition(instance: dg.DagsterInstance, table: str, name: str) -> dict[str, float]:
    """Partition → this number of its latest materialization, where that has it."""
    key = dg.AssetKey(table)
    ids = latest_event_ids(instance, key, dg.DagsterEventType.ASSET_MATERIALIZATION)
    numbers = {partition: _number(record.event_log_entry, name) for partition, record in latest_events(instance, key, list(ids)).items()}
    return {partition: number for partition, number in numbers.items() if number is not None}


def _number(event: dg.EventLogEntry, *names: str) -> float | None:
    """The first of the metadata that is there and a number."""
    materialization = event.asset_materialization
    metadata: Mapping[str, Any] = materialization.metadata if materialization else {}
    values = [metadata[name].value for name in names if name in metadata]
    return next((value for value in values if isinstance(value, int | float)), None)


def _samples(values: Mapping[str, float | None]) -> Samples:
    return [((name,), value) for name, value in sorted(values.items()) if value is not None]
