"""The alerts' state between ticks, in the key-value store of Dagster's instance, the same on SQLite and Postgres.

It is not in the sensor's cursor: Dagster saves that at the end of a tick, so a killed tick would lose what it had sent and send it again.

Put here how the state is stored. Do not put here what it contains (sparkify_assets/notifications/state.py).
"""

import json
import os
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import dagster as dg

from sparkify_assets.notifications import AlertState
from sparkify_assets.orchestration.instance import keep_value, kept_value

STATE, TICK_LOCK = "sparkify/alerts/incidents", "sparkify/alerts/tick_lock"
TICK_SECONDS = int(os.environ.get("DAGSTER_SENSOR_GRPC_TIMEOUT_SECONDS", "60"))
"""Seconds after which Dagster has ended a tick in any case."""
_in_this_process = threading.Lock()


class Store:
    """Reads and saves the whole state. One key per call: on SQLite, new and known keys in one call lose the new ones."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self._instance = instance

    def read(self) -> AlertState:
        text = kept_value(self._instance, STATE)
        return AlertState.model_validate_json(text) if text else AlertState()

    def save(self, state: AlertState) -> None:
        keep_value(self._instance, STATE, state.model_dump_json(exclude_defaults=True))

    @contextmanager
    def tick_lock(self, now: Callable[[], float]) -> Iterator[bool]:
        """Yield whether this tick may run: a tick of a killed daemon, or one tried from the UI, may still be running.

        The store has no locks: two ticks that begin within the same few milliseconds in two processes would both run.
        """
        if not _in_this_process.acquire(blocking=False):
            yield False
            return
        try:
            mine = json.dumps({"who": uuid.uuid4().hex, "until": now() + TICK_SECONDS})
            if self._held_until() > now() or not self._take(mine):
                yield False
                return
            try:
                yield True
            finally:
                keep_value(self._instance, TICK_LOCK, "{}")
        finally:
            _in_this_process.release()

    def _held_until(self) -> float:
        return float(json.loads(kept_value(self._instance, TICK_LOCK) or "{}").get("until", 0))

    def _take(self, mine: str) -> bool:
        keep_value(self._instance, TICK_LOCK, mine)
        return kept_value(self._instance, TICK_LOCK) == mine
