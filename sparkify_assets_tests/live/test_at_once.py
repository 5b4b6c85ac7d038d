"""Concurrent runs on an engine with one writer: a backfill of one run per day, a sensor's run and one launched by hand.

Put here concurrency. Do not put here what one run can show.
"""

import pytest

from sparkify_assets_tests.live.conftest import deliver
from sparkify_assets_tests.live.platform import Live
from sparkify_assets_tests.support import song

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("live")]

LOGS = ("log_files", "staging_events", "users", "page_views", "songplays", "time")


def test_a_backfill_a_sensor_and_a_click_at_once_all_end_well(live: Live, pytestconfig: pytest.Config) -> None:
    runs: int = pytestconfig.getoption("--backfill-runs")  # type: ignore[assignment]  # it has a default
    days = [f"2019-02-{n:02d}" for n in range(1, runs + 1)]
    with live.configured(SPARKIFY_PARTITIONS_A_RUN="1"):
        before = len(live.runs())
        for day in days:
            deliver(live, day, song="Hysteria")
        live.lake.songs("H", [song(song_id="SOH", title="Hysteria")], name="H")
        backfill = live.backfill(LOGS, days[0], days[-1])
        by_hand = live.launch(LOGS, days[0], days[-1])
        live.wait_for_backfill(backfill)
        live.wait_for_run(by_hand)
        found = live.wait_for_quiet()[:-before]
        assert [live.failures(r.id) for r in found if r.status != "SUCCESS"] == []
        assert len([r for r in found if r.tags.get("dagster/backfill") == backfill]) == len(days)
        assert "song_files" in {r.tags.get("dagster/sensor_name") for r in found}
    counts = f"SELECT COUNT(*), COUNT(DISTINCT log_date), COUNT(song_id) FROM songplays WHERE log_date BETWEEN '{days[0]}' AND '{days[-1]}'"
    live.wait_until("the plays to be matched", lambda: live.rows(counts) == [(len(days),) * 3])
