"""A refused day beside a good one, and a warehouse that was reset: what the daemon does by itself."""

import pytest

from sparkify_assets_tests.live.conftest import deliver, plays_of, wait_for_plays
from sparkify_assets_tests.live.platform import Live

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("live")]

GOOD, BAD, LATER = "2019-04-01", "2019-04-02", "2019-04-04"


def test_a_good_day_is_finished_and_a_refused_one_waits_for_its_own_files(live: Live) -> None:
    plays = plays_of(live)
    live.lake.raw(f"log_data/2019/04/{BAD}-events.json", b"nope\n")
    deliver(live, GOOD)
    wait_for_plays(live, plays + 1)
    states = {day: live.answers("staging_events", "rejects_within_tolerance", day)[0].status for day in (GOOD, BAD)}
    assert states == {GOOD: "SUCCEEDED", BAD: "FAILED"}
    assert live.answers("staging_events", "records_accounted_for", GOOD)[0].status == "SUCCEEDED"
    assert [a.status for a in live.answers("staging_events", "records_accounted_for", BAD)] == []
    failed = [run.id for run in live.runs() if run.status == "FAILURE"]
    deliver(live, LATER)
    wait_for_plays(live, plays + 2)
    assert [run.id for run in live.runs() if run.status == "FAILURE"] == failed
    deliver(live, BAD)
    wait_for_plays(live, plays + 3)


def test_a_warehouse_that_was_reset_is_loaded_again(live: Live) -> None:
    plays = plays_of(live)
    assert plays
    assert live.sparkify("reset", "--yes").status == 0
    wait_for_plays(live, plays)
