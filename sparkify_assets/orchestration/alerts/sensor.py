"""The sensor ``alerts``: notifies people of each incident once, and once more when it is resolved.

A tick reads the events written since the last one (failed checks, failed runs), looks for missing days and at the platform itself, and
sends the resulting messages; then a heartbeat says to a service outside that it has finished.
It saves its state (store.py) after each page of events and around each message.

Put here the sequence of a tick. Do not put here messages and how they are sent (sparkify_assets/notifications/, without Dagster).
"""

import time
from collections.abc import Callable, Sequence

import dagster as dg

from sparkify_assets.errors import LakeError
from sparkify_assets.lake import LakeSnapshot
from sparkify_assets.model import Catalog
from sparkify_assets.notifications import AlertState, Channel, Heartbeat, IncidentTracker, deliver, parse_channels, resume
from sparkify_assets.orchestration.alerts.changed_tables import find_changed_tables
from sparkify_assets.orchestration.alerts.checks import CheckDescriptions, check_descriptions, drop_removed_checks, record_evaluation
from sparkify_assets.orchestration.alerts.events import committed_events, log_was_wiped
from sparkify_assets.orchestration.alerts.missing_days import find_missing_days
from sparkify_assets.orchestration.alerts.runs import RunIncidents
from sparkify_assets.orchestration.alerts.store import Store
from sparkify_assets.orchestration.load_plan import partition_groups
from sparkify_assets.settings import Settings
from sparkify_assets.text import pluralized

READING_SECONDS = 15
"""Per tick, which Dagster ends after 60; sending has 25."""
MAX_BACKLOG = 300
"""Messages that may wait while more events are read; after a first tick with a long history, the next ones continue."""

Clock = Callable[[], float]


def alerts(catalog: Catalog, settings: Settings, platform: Callable[[], dg.Definitions], now: Clock = time.time) -> dg.SensorDefinition:
    """``platform``: returns the definitions, once they are built; ``now``: returns seconds of Unix time."""
    every = partition_groups(catalog, settings)
    heartbeat = Heartbeat(settings.heartbeat_url.get_secret_value())

    @dg.sensor(
        name="alerts",
        minimum_interval_seconds=settings.sensor_seconds,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Tells failed checks, failed runs, days that have not arrived, tables whose SQL has changed, and sensors, daemons "
        "and a queue that do not work, to SPARKIFY_ALERT_URLS (or its own log): each once, and once more when it is resolved.",
    )
    def tell(context: dg.SensorEvaluationContext, lake: dg.ResourceParam[LakeSnapshot]) -> dg.SkipReason:
        # here: it imports Dagster's storages, 0.25 s that no other use of the definitions should wait for
        from sparkify_assets.orchestration.alerts.platform import find_platform_faults

        store = Store(context.instance)
        with store.tick_lock(now) as mine:
            if not mine:
                return dg.SkipReason("another tick is at work, or was a minute ago; this one leaves it to it")
            receivers = parse_channels(settings.alert_urls.get_secret_value(), context.log.warning)
            tick = Tick(context, store, receivers, now)
            tick.read(
                RunIncidents(tick.board, context.instance, every, catalog.unpartitioned, settings.ui_url),
                check_descriptions(platform()),
                settings.ui_url,
            )
            try:
                find_missing_days(tick.board, lake, every, settings, now())
            except LakeError as e:  # the file sensors show it, too; other incidents are still reported
                context.log.error(f"days that have not arrived cannot be looked for: {e}")
            find_changed_tables(tick.board, context.instance, settings, now())
            find_platform_faults(tick.board, context.instance, platform(), settings, now())
            if settings.digest_hour is not None:
                tick.board.add_digest(settings.digest_hour, now(), settings.ui_url)
            told = tick.send()
            if why := heartbeat.beat():
                context.log.warning(f"SPARKIFY_HEARTBEAT_URL was not reached: {why}")
            return dg.SkipReason(told)

    return tell


class Tick:
    """The steps of one tick, in order: resume, read, send."""

    def __init__(self, context: dg.SensorEvaluationContext, store: Store, receivers: Sequence[Channel], now: Clock) -> None:
        self._context, self._store, self._receivers, self._now = context, store, receivers, now
        self._state: AlertState = store.read()
        resume(self._state, receivers, context.log.error)
        self.board = IncidentTracker(self._state, [receiver.id for receiver in receivers])

    def read(self, runs: RunIncidents, descriptions: CheckDescriptions, ui_url: str) -> None:
        """Turn new events into incidents."""
        drop_removed_checks(self.board, descriptions)
        if log_was_wiped(self._context.instance, self._state.position):
            self._state.position = -1
        end = time.monotonic() + READING_SECONDS
        for page in committed_events(self._context.instance, self._state.position, self._now()):
            for number, entry in page:
                evaluation = entry.dagster_event.asset_check_evaluation_data if _is_evaluation(entry) and entry.dagster_event else None
                if evaluation:
                    record_evaluation(self.board, evaluation, entry.timestamp, descriptions, ui_url)
                else:
                    runs.record_run_end(entry)
                self._state.position = number
            self._save()
            if time.monotonic() > end or self._many_wait():
                return
        self.board.finish_backlog()

    def send(self) -> str:
        """Send what is due. Returns a summary."""
        self._save()
        sent, waiting = deliver(self._state, self._receivers, self._save, self._now)
        for line in waiting:
            self._context.log.warning(f"waiting: {line}")
        told = f"{pluralized(len(self._state.incidents), 'open problem')}; {pluralized(sent, 'message')} sent"
        return "; waiting: ".join([told, *waiting])

    def _save(self) -> None:
        self._store.save(self._state)

    def _many_wait(self) -> bool:
        """Only for channels that accept messages; one that does not must not delay the others."""
        places = {receiver.id for receiver in self._receivers} - set(self._state.backoffs)
        return any(len(self._state.waiting_for(place)) > MAX_BACKLOG for place in places)


def _is_evaluation(entry: dg.EventLogEntry) -> bool:
    return entry.dagster_event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION
