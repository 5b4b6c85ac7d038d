"""The state of the platform's processes, as Dagster's database shows it: ticks, heartbeats, the queue.

Four statements, each by an index, since the sensor ``alerts`` reads them at every tick. Dagster's own calls would need several for each
sensor, and would read the cursor in every tick.

Put here what is read and how. Do not put here what of it is a fault (platform_health.py).
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import dagster as dg
from dagster._core.scheduler.instigation import InstigatorState, InstigatorStatus, TickData, TickStatus
from dagster._core.storage.runs.schema import RunsTable
from dagster._core.storage.runs.sql_run_storage import SqlRunStorage
from dagster._core.storage.schedules.schema import InstigatorsTable, JobTickTable
from dagster._core.storage.schedules.sql_schedule_storage import SqlScheduleStorage
from sqlalchemy import case, func, select, union_all

from sparkify_assets.orchestration.instance import NOT_ENDED

TICKS = 6
"""The latest ones of each sensor that are read: one may be in progress."""
SENSOR, SCHEDULE = "SENSOR", "SCHEDULE"
QUEUED = dg.DagsterRunStatus.QUEUED.value


class Tick(NamedTuple):
    status: str
    """As Dagster has it, in lower case: started, skipped, success, failure."""
    at: float
    """When it began, in seconds of Unix time, as all times here."""
    error: str | None


class Automation(NamedTuple):
    """A sensor or schedule that Dagster has evaluated at least once, or that a user has switched on or off."""

    name: str
    kind: str
    is_on: bool | None
    """None: as the code declares."""
    interval: int
    """Seconds between two ticks of a sensor; 0 for a schedule."""
    ticks: Sequence[Tick]
    """The newest first."""

    @property
    def last_tick(self) -> float:
        return self.ticks[0].at if self.ticks else 0.0


class Queue(NamedTuple):
    queued: int
    oldest: float | None
    """When the run that has waited longest was created."""
    in_progress: int
    last_change: float | None
    """When a run last changed its status; read only if a run is queued."""


class PlatformState(NamedTuple):
    automations: Sequence[Automation]
    heartbeats: dict[str, float | None]
    """Daemon that the instance's configuration needs → its last heartbeat; None: never."""
    queue: Queue


def read_platform_state(instance: dg.DagsterInstance) -> PlatformState:
    return PlatformState(_automations(instance), _heartbeats(instance), _queue(instance))


def _automations(instance: dg.DagsterInstance) -> list[Automation]:
    storage = instance.schedule_storage
    if not isinstance(storage, SqlScheduleStorage):  # an instance in memory has none
        return []
    with storage.connect() as connection:
        bodies = connection.execute(select(InstigatorsTable.c.selector_id, InstigatorsTable.c.instigator_body)).fetchall()
        ticks: dict[str, list[Tick]] = {selector: [] for selector, _ in bodies}
        for row in connection.execute(union_all(*map(_latest_ticks, ticks))).fetchall() if ticks else ():
            ticks[row.selector_id].append(Tick(row.status.lower(), row.timestamp.replace(tzinfo=UTC).timestamp(), _error(row.body)))
    found: dict[str, Automation] = {}
    for selector, body in bodies:
        automation = _automation(dg.deserialize_value(body, InstigatorState), sorted(ticks[selector], key=lambda t: t.at, reverse=True))
        # a code location that was renamed leaves entries of the same names
        if automation.name not in found or found[automation.name].last_tick < automation.last_tick:
            found[automation.name] = automation
    return list(found.values())


def _latest_ticks(selector: str) -> Any:
    c = JobTickTable.c
    body = case((c.status == TickStatus.FAILURE.value, c.tick_body)).label("body")
    newest = select(c.selector_id, c.status, c.timestamp, body).where(c.selector_id == selector).order_by(c.timestamp.desc()).limit(TICKS)
    return select(newest.subquery())


def _automation(state: InstigatorState, ticks: Sequence[Tick]) -> Automation:
    is_on = {InstigatorStatus.RUNNING: True, InstigatorStatus.STOPPED: False}.get(state.status)
    interval = getattr(state.instigator_data, "min_interval", None) or 0
    return Automation(state.name, state.instigator_type.value, is_on, interval, ticks)


def _error(body: str | None) -> str | None:
    """The first line of what a failed tick was caused by."""
    if body is None:
        return None
    error = dg.deserialize_value(body, TickData).error
    while error and error.cause:
        error = error.cause
    return error.message.strip().partition("\n")[0] if error else "no reason was recorded"


def _heartbeats(instance: dg.DagsterInstance) -> dict[str, float | None]:
    needed = instance.get_required_daemon_types()
    beats = instance.get_daemon_heartbeats() if needed else {}
    return {daemon: beats[daemon].timestamp if daemon in beats else None for daemon in needed}


def _queue(instance: dg.DagsterInstance) -> Queue:
    storage = instance.run_storage
    assert isinstance(storage, SqlRunStorage)
    c = RunsTable.c
    current = (
        select(c.status, func.count(), func.min(c.create_timestamp)).where(c.status.in_([s.value for s in NOT_ENDED])).group_by(c.status)
    )
    with storage.connect() as connection:
        rows = {status: (count, oldest) for status, count, oldest in connection.execute(current)}
        queued, oldest = rows.pop(QUEUED, (0, None))
        last = connection.execute(select(func.max(c.update_timestamp))).scalar() if queued else None
    begun = sum(count for count, _ in rows.values())
    return Queue(queued, _seconds(oldest), begun, _seconds(last))


def _seconds(naive: datetime | None) -> float | None:
    return None if naive is None else naive.replace(tzinfo=UTC).timestamp()
