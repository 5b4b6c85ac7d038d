"""A fresh day while a backfill runs: Dagster's daemon, its queue of one run, and the sensors as they are.

Put here what a long backfill must not delay. Do not put here the priorities themselves (orchestration/test_priorities.py).
"""

import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from sparkify_assets.orchestration.priorities import BACKFILL, KIND, PRIORITY, RunKind
from sparkify_assets_tests.live.conftest import deliver
from sparkify_assets_tests.live.platform import Live

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("live")]

FRESH_SECONDS = 60
"""From the file in the lake to its rows in songplays."""
LOGS = ["log_files", "staging_events", "users", "page_views", "songplays", "time"]
FIRST = date(2018, 11, 1)


def days(number: int) -> list[str]:
    return [str(FIRST + timedelta(days=n)) for n in range(number)]


@pytest.mark.slow  # orchestration/test_priorities.py has what does not need a daemon
@pytest.mark.parametrize(
    ("backfilled", "partitions_a_run", "plays"),
    [pytest.param(8, 2, 1, id="some days"), pytest.param(365, 31, 1600, id="a year of 600,000 events")],
)
def test_a_fresh_day_is_loaded_in_the_middle_of_a_backfill(
    tmp_path: Path, record_property: Callable[[str, object], None], backfilled: int, partitions_a_run: int, plays: int
) -> None:
    """Its file arrives while the first run of the backfill works and the others are queued."""
    *every, fresh = days(backfilled + 1)
    settings = {"SPARKIFY_LOG_END": str(FIRST + timedelta(days=backfilled + 1)), "SPARKIFY_PARTITIONS_A_RUN": str(partitions_a_run)}
    with Live(tmp_path, **settings) as live:
        for day in every:
            deliver(live, day, plays)
        assert live.sparkify("load").status == 0
        live.start()
        begun = time.monotonic()
        backfill = live.backfill(LOGS, every[0], every[-1])

        def of_backfill() -> list[str]:
            return [r.status for r in live.runs() if r.tags.get(BACKFILL) == backfill]

        live.wait_until("the backfill's first run to begin", lambda: "STARTED" in of_backfill())
        delivered = time.monotonic()
        deliver(live, fresh, plays=2)
        of_day = f"SELECT COUNT(*)::INT FROM songplays WHERE log_date = '{fresh}'"
        live.wait_until("the fresh day's plays", lambda: live.rows(of_day) == [(2,)])
        waited = time.monotonic() - delivered
        left = [status for status in of_backfill() if status == "QUEUED"]
        live.wait_for_backfill(backfill)
        took = time.monotonic() - begun
        runs = live.runs()
        chunks = [r for r in runs if r.tags.get(BACKFILL) == backfill]
        for name, value in {
            "seconds to the fresh day": waited,
            "runs of the backfill": len(chunks),
            "seconds of the backfill": took,
        }.items():
            record_property(name, value)
        assert waited < FRESH_SECONDS
        assert left, "it overtook the backfill"
        (first,) = [r for r in runs if r.tags.get("dagster/sensor_name") == "log_files"]
        assert (first.tags[PRIORITY], first.tags[KIND]) == (str(RunKind.FRESH.priority), RunKind.FRESH.title)
        assert {r.tags.get(PRIORITY, "0") for r in chunks} == {str(RunKind.BY_HAND.priority)}
        assert live.rows("SELECT COUNT(*)::INT FROM songplays") == [(backfilled * plays + 2,)]
