"""Many runs at once on an engine that takes one writer: a backfill of a run a day, a sensor's run and one launched by hand."""

from pathlib import Path

import pytest

from sparkify_assets_tests.live.platform import Live
from sparkify_assets_tests.support import event, milliseconds, song

LOGS = ("log_files", "staging_events", "users", "songplays", "time")


def test_a_backfill_a_sensor_and_a_click_at_once_all_end_well(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    runs: int = request.config.getoption("--backfill-runs")  # type: ignore[assignment]  # it has a default
    days = [f"2018-11-{n:02d}" for n in range(1, runs + 1)]
    with Live(tmp_path, SPARKIFY_SENSOR_SECONDS="5", SPARKIFY_PARTITIONS_A_RUN="1") as live:
        for number, day in enumerate(days):
            live.lake.events(day, [event(sessionId=number, ts=milliseconds(f"{day}T10:00:00.000"))])
        live.lake.songs("A", [song()])
        live.start()
        backfill = live.backfill(LOGS, days[0], days[-1])
        by_hand = live.launch(LOGS, days[0], days[-1])
        live.wait_for_backfill(backfill, seconds=60 + 40 * len(days))  # on a machine that is busy with other tests
        live.wait_for_run(by_hand)
        found = live.wait_for_quiet()
        assert {r.status for r in found} == {"SUCCESS"}
        assert len([r for r in found if r.tags.get("dagster/backfill") == backfill]) == len(days)
        assert "song_files" in {r.tags.get("dagster/sensor_name") for r in found}
        assert live.rows("SELECT COUNT(*), COUNT(DISTINCT log_date), COUNT(song_id) FROM songplays") == [(len(days),) * 3]
