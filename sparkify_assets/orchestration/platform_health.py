"""What is wrong now with the platform itself: its sensors, its daemons, its queue. Asked by the sensor ``alerts`` and `sparkify health`.

Put here what is a fault, and its words. Do not put here how the state is read (platform_state.py) or told (alerts/platform.py, cli/).
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import dagster as dg

from sparkify_assets.notifications import age_text, truncate
from sparkify_assets.orchestration.platform_state import SCHEDULE, SENSOR, Automation, PlatformState
from sparkify_assets.text import pluralized

SILENCE_SECONDS = 600
"""Daemons send a heartbeat every 30 s, and a tick takes a minute at most; a busy machine takes several times that."""
FAILED_TICKS = 5
"""In a row: a restart of the code server, or a network that is gone for a minute, is none. Of a schedule, one."""
STANDSTILL_SECONDS = 900
"""A queued run that nothing precedes begins within seconds."""
LONGEST_RUN_SECONDS = 6 * 3600
"""With a run in progress: the others wait for it. A run whose process died is found by Dagster's run monitoring within minutes."""
LONGEST_ERROR = 500

FAILING, SILENT, DEAD, STANDSTILL, BROKEN = KINDS = (
    "ticks fail",
    "no ticks",
    "no heartbeat",
    "queue does not move",
    "definitions do not load",
)


class Fault(NamedTuple):
    kind: str
    """One of KINDS."""
    subject_key: str
    """As sensor log_files, daemon BACKFILL, daemon (all of it), queue, definitions."""
    text: str
    """What was found and what to do."""
    page: str
    """Path in Dagster's UI."""

    @property
    def title(self) -> str:
        return f"{self.subject_key}: {self.kind}" if self.kind in (FAILING, SILENT, DEAD) else self.kind


class Declaration(NamedTuple):
    """A sensor or schedule of the definitions."""

    kind: str
    is_on: bool
    """By default: users may switch it."""


def declared(defs: dg.Definitions) -> dict[str, Declaration]:
    repository = defs.get_repository_def()
    return {
        **{s.name: Declaration(SENSOR, s.default_status == dg.DefaultSensorStatus.RUNNING) for s in repository.sensor_defs},
        **{s.name: Declaration(SCHEDULE, s.default_status == dg.DefaultScheduleStatus.RUNNING) for s in repository.schedule_defs},
    }


def definitions_fault(reason: str) -> Fault:
    return Fault(
        BROKEN,
        "definitions",
        f"{truncate(reason, LONGEST_ERROR)}. `sparkify doctor` says what is wrong with settings; the code server's log has the rest.",
        "/deployment/locations",
    )


def platform_faults(
    state: PlatformState,
    known: Mapping[str, Declaration] | None,
    now: float,
    watched_since: float = 0.0,
    silence: float = SILENCE_SECONDS,
) -> list[Fault]:
    """``known``: of the definitions; None, since these do not load: as Dagster remembers.

    ``watched_since``: silence counts from then on. ``silence``: the longest without a tick (besides the sensor's interval) or a heartbeat.
    Times in seconds of Unix time.
    """
    daemons = list(_daemon_faults(state, now, watched_since, silence))
    others = [*_automation_faults(state, known, now, watched_since, silence), *_queue_faults(state, now, watched_since)]
    if daemons and len(daemons) == len(state.heartbeats):  # one process, as usual: the rest follows from it
        newest = max((beat for beat in state.heartbeats.values() if beat), default=None)
        return [_dead("daemon", newest, now), *(fault for fault in others if fault.kind not in (SILENT, STANDSTILL))]
    return [*daemons, *others]


def _automation_faults(
    state: PlatformState, known: Mapping[str, Declaration] | None, now: float, since: float, silence: float
) -> Iterator[Fault]:
    there = {automation.name: automation for automation in state.automations}
    for name, declaration in (known or {a.name: Declaration(a.kind, True) for a in state.automations}).items():
        automation = there.get(name) or Automation(name, declaration.kind, None, 0, ())
        is_on = declaration.is_on if automation.is_on is None else automation.is_on
        if not is_on:
            continue
        subject = f"{automation.kind.lower()} {name}"
        silent = now - max(automation.last_tick, since)
        if automation.kind == SENSOR and silent > silence + automation.interval:
            told = f"Its last tick was {_ago(now - automation.last_tick)}." if automation.ticks else "It has not ticked yet."
            todo = "Look whether the daemon runs and the code location loads (Deployment); restart the daemon if both do."
            yield Fault(SILENT, subject, f"{told} What it does is not done. {todo}", "/automation")
        elif failed := _failed_in_a_row(automation):
            first = f"The last {pluralized(failed, 'tick')} failed: {truncate(_error(automation), LONGEST_ERROR)}"
            todo = f"Automation → {name} shows each tick. Once the cause is removed, the next one does what these have not done."
            yield Fault(FAILING, subject, f"{first}\n{todo}", "/automation")


def _error(automation: Automation) -> str:
    """Of the latest failed tick."""
    return next((tick.error for tick in automation.ticks if tick.error), "")


def _failed_in_a_row(automation: Automation) -> int:
    """The number of latest ticks that failed, if it is enough to be a fault, else 0. One in progress counts as none."""
    ended = [tick for tick in automation.ticks if tick.status != "started"]
    failed = next((n for n, tick in enumerate(ended) if tick.status != "failure"), len(ended))
    return failed if failed >= (FAILED_TICKS if automation.kind == SENSOR else 1) else 0


def _daemon_faults(state: PlatformState, now: float, since: float, silence: float) -> Iterator[Fault]:
    for daemon, beat in state.heartbeats.items():
        if now - max(beat or 0.0, since) > silence:
            yield _dead(f"daemon {daemon}", beat, now)


def _dead(subject: str, beat: float | None, now: float) -> Fault:
    told = "It has never sent a heartbeat." if beat is None else f"Its last heartbeat was {_ago(now - beat)}."
    todo = "Start or restart the daemon (`sparkify dev`, or your service of `dagster-daemon run`); its log says why it ended."
    return Fault(DEAD, subject, f"{told} {todo}", "/deployment/daemons")


def _queue_faults(state: PlatformState, now: float, since: float) -> Iterator[Fault]:
    queue = state.queue
    if not queue.queued or queue.oldest is None or queue.last_change is None:
        return
    limit = LONGEST_RUN_SECONDS if queue.in_progress else STANDSTILL_SECONDS
    if now - max(queue.oldest, queue.last_change, since) > limit:
        waiting = f"{pluralized(queue.queued, 'run')} wait{'s' if queue.queued == 1 else ''}, the oldest {age_text(now - queue.oldest)}"
        told = f"{waiting}, and no run has begun or ended {age_text(now - queue.last_change)}."
        todo = (
            f"{pluralized(queue.in_progress, 'run')} in progress may hang: look at its log, and cancel it if nothing happens there."
            if queue.in_progress
            else "Nothing is in progress: restart the daemon, whose part QUEUED_RUN_COORDINATOR begins runs."
        )
        yield Fault(STANDSTILL, "queue", f"{told} {todo}", "/runs")


def _ago(seconds: float) -> str:
    return f"{age_text(seconds).removeprefix('for ')} ago"
