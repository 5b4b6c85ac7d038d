"""Dagster's daemon with shorter intervals: ``python -m sparkify_assets_tests.live.daemon run -w workspace.yaml``.

Dagster looks for backfills every 30 s, for queued runs every 5 s and for killed runs as configured in dagster.yaml (every 30 s). The first
is not configurable, so all are shortened here. Sensors keep their own interval (SPARKIFY_SENSOR_SECONDS).

Put here only the intervals. Do not put here other differences from production.
"""

from typing import Any

from dagster._daemon.cli import main
from dagster._daemon.daemon import IntervalDaemon

SECONDS = 2


def shorten_waits() -> None:
    begin = IntervalDaemon.__init__

    def begin_sooner(self: Any, interval_seconds: float, **jitter: float) -> None:
        begin(self, min(interval_seconds, SECONDS), **jitter)

    IntervalDaemon.__init__ = begin_sooner  # type: ignore[method-assign]


if __name__ == "__main__":
    shorten_waits()
    main()
