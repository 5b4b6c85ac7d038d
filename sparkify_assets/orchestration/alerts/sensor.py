"""The sensor ``alerts``: tells people what is wrong, each problem once, and once more when it is mended.

A tick reads the events written since the last one (failed checks, failed runs), looks for days that have not arrived, and sends what
follows from them.  What it knows is in store.py, saved after each page of events and around each message; what a message is and
how it is sent is in the room alerts, without Dagster.
"""

import time
from collections.abc import Callable, Sequence

import dagster as dg

from sparkify_assets.alerts import Board, Receiver, State, deliver, receivers_of, take_up
from sparkify_assets.errors import LakeError
from sparkify_assets.model import Catalog
from sparkify_assets.orchestration.alerts.changes import look_for_changed
from sparkify_assets.orchestration.alerts.checks import Claims, claims_of, forget_gone, take_evaluation
from sparkify_assets.orchestration.alerts.days import look_for_days
from sparkify_assets.orchestration.alerts.events import is_behind, settled_events
from sparkify_assets.orchestration.alerts.runs import Runs
from sparkify_assets.orchestration.alerts.store import Store
from sparkify_assets.orchestration.due import groups
from sparkify_assets.orchestration.resources import ListedLake
from sparkify_assets.settings import Settings
from sparkify_assets.words import counted

READING_SECONDS = 15
"""of a tick, which Dagster ends after 60; sending has 25"""
MOST_AHEAD = 300
"""messages that wait while more events are read; a first tick with a long history goes on in the next ones"""

Clock = Callable[[], float]


def alerts(catalog: Catalog, settings: Settings, platform: Callable[[], dg.Definitions], now: Clock = time.time) -> dg.SensorDefinition:
    """``platform``: the definitions, once they are built; ``now``: seconds of Unix time."""
    every = groups(catalog, settings)

    @dg.sensor(
        name="alerts",
        minimum_interval_seconds=settings.sensor_seconds,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Tells failed checks, failed runs, days that have not arrived and tables whose SQL has changed to SPARKIFY_ALERT_URLS "
        "(or its own log): each once, and once more when it is mended.",
    )
    def tell(context: dg.SensorEvaluationContext, lake: dg.ResourceParam[ListedLake]) -> dg.SkipReason:
        store = Store(context.instance)
        with store.turn(now) as mine:
            if not mine:
                return dg.SkipReason("another tick is at work, or was a minute ago; this one leaves it to it")
            receivers = receivers_of(settings.alert_urls.get_secret_value(), context.log.warning)
            tick = Tick(context, store, receivers, now)
            tick.read(Runs(tick.board, context.instance, every, settings.ui_url), claims_of(platform()), settings.ui_url)
            try:
                look_for_days(tick.board, lake, every, settings, now())
            except LakeError as e:  # the sensors of the files show it, too; what else is wrong is told all the same
                context.log.error(f"days that have not arrived cannot be looked for: {e}")
            look_for_changed(tick.board, context.instance, settings, now())
            return dg.SkipReason(tick.send())

    return tell


class Tick:
    """What one tick does, in this order: take up, read, send."""

    def __init__(self, context: dg.SensorEvaluationContext, store: Store, receivers: Sequence[Receiver], now: Clock) -> None:
        self._context, self._store, self._receivers, self._now = context, store, receivers, now
        self._state: State = store.read()
        take_up(self._state, receivers, context.log.error)
        self.board = Board(self._state, [receiver.place for receiver in receivers])

    def read(self, runs: Runs, claims: Claims, ui_url: str) -> None:
        """Put what has happened on the board."""
        forget_gone(self.board, claims)
        if is_behind(self._context.instance, self._state.position):
            self._state.position = -1
        end = time.monotonic() + READING_SECONDS
        for page in settled_events(self._context.instance, self._state.position, self._now()):
            for number, entry in page:
                evaluation = entry.dagster_event.asset_check_evaluation_data if _is_evaluation(entry) and entry.dagster_event else None
                if evaluation:
                    take_evaluation(self.board, evaluation, entry.timestamp, claims, ui_url)
                else:
                    runs.ended(entry)
                self._state.position = number
            self._save()
            if time.monotonic() > end or self._many_wait():
                return
        self.board.catch_up()

    def send(self) -> str:
        """Send what is due, and say what was done."""
        self._save()
        sent, waiting = deliver(self._state, self._receivers, self._save, self._now)
        for line in waiting:
            self._context.log.warning(f"waiting: {line}")
        told = f"{counted(len(self._state.problems), 'open problem')}; {counted(sent, 'message')} sent"
        return "; waiting: ".join([told, *waiting])

    def _save(self) -> None:
        self._store.save(self._state)

    def _many_wait(self) -> bool:
        """For a receiver that takes messages; one that does not must not keep the others from theirs."""
        places = {receiver.place for receiver in self._receivers} - set(self._state.receivers)
        return any(len(self._state.waiting_for(place)) > MOST_AHEAD for place in places)


def _is_evaluation(entry: dg.EventLogEntry) -> bool:
    return entry.dagster_event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION
