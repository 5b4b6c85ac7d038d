"""A rejected day beside a valid one, and a warehouse that was reset: what the daemon does on its own.

Put here recovery from a wrong state. Do not put here killed processes (test_by_itself.py).
"""

import pytest

from sparkify_assets_tests.live.conftest import deliver, plays_of, wait_for_plays
from sparkify_assets_tests.live.platform import Live

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("live")]

GOOD, BAD, LATER = "2019-06-01", "2019-06-02", "2019-06-04"


def test_a_good_day_is_finished_and_a_refused_one_waits_for_its_own_files(live: Live) -> None:
    plays = plays_of(live)
    live.lake.raw(f"log_data/2019/06/{BAD}-events.json", b"nope\n")
    deliver(live, GOOD)
    wait_for_plays(live, plays + 1)
    assert states(live, "rejected_records_within_limit", GOOD) == ["SUCCEEDED"]
    live.wait_until("the bad day to be refused", lambda: states(live, "rejected_records_within_limit", BAD) == ["FAILED"])
    live.wait_for_quiet()
    assert states(live, "record_count_reconciles", GOOD) == ["SUCCEEDED"]
    assert states(live, "record_count_reconciles", BAD) == []
    failed = [run.id for run in live.runs() if run.status == "FAILURE"]
    deliver(live, LATER)
    wait_for_plays(live, plays + 2)
    assert [run.id for run in live.runs() if run.status == "FAILURE"] == failed
    deliver(live, BAD)
    wait_for_plays(live, plays + 3)


def states(live: Live, check: str, day: str) -> list[str]:
    """The check's statuses for a day of events."""
    return [answer.status for answer in live.answers("staging_events", check, day)]


def test_a_warehouse_that_was_reset_is_loaded_again(live: Live) -> None:
    plays = plays_of(live)
    assert plays
    assert live.sparkify("reset", "--yes").status == 0
    wait_for_plays(live, plays)
