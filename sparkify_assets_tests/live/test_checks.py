"""What the UI shows and launches on one platform: each partition's state of a check, asked again for all and for one; why a run failed."""

from collections.abc import Iterator
from typing import Any

import pytest

from sparkify_assets_tests.live.platform import Live
from sparkify_assets_tests.support import event, milliseconds

DAYS = ["2018-11-01", "2018-11-02", "2018-11-03"]
SONGS = ("song_files", "staging_songs", "songs", "artists")
STATES = """query($asset: AssetKeyInput!, $check: String!) {assetNodeOrError(assetKey: $asset) {... on AssetNode {
    assetCheckOrError(checkName: $check) {... on AssetCheck {partitionStatuses {
        ... on AssetCheckTimePartitionStatuses {ranges {status startKey endKey}}}}}}}}"""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """Started, with three days loaded; in the second a check of staging_events has found something.  Sensors find nothing to do."""
    with Live(tmp_path_factory.mktemp("shared")) as live:
        for n, day in enumerate(DAYS):
            odd = {"auth": "Unknown"} if n == 1 else {}
            live.lake.events(day, [event(sessionId=n, ts=milliseconds(f"{day}T10:00"), **odd)])
        assert live.sparkify("load").status == 0
        yield live.start()


def states(live: Live, asset: str, check: str) -> list[tuple[str, str, str]]:
    """First day, last day, state: what the UI draws."""
    found = live.graphql(STATES, asset={"path": [asset]}, check=check)
    ranges: list[dict[str, Any]] = found["assetNodeOrError"]["assetCheckOrError"]["partitionStatuses"]["ranges"]
    return sorted((r["startKey"], r["endKey"], r["status"]) for r in ranges)


def test_each_day_has_its_state_and_can_be_asked_again(shared: Live) -> None:
    live = shared
    seen = [(DAYS[0], DAYS[0], "SUCCEEDED"), (DAYS[1], DAYS[1], "FAILED"), (DAYS[2], DAYS[2], "SUCCEEDED")]
    assert states(live, "staging_events", "auth_is_known") == seen
    assert states(live, "songplays", "plays_are_the_events") == [(DAYS[0], DAYS[2], "SUCCEEDED")]
    live.wait_for_run(live.launch_check("staging_events", "auth_is_known"))  # as "Execute all" does: without a partition
    assert states(live, "staging_events", "auth_is_known") == seen
    live.wait_for_run(live.launch_check("staging_events", "auth_is_known", DAYS[2]))
    assert states(live, "staging_events", "auth_is_known") == seen


def test_a_failed_run_shows_what_it_failed_by(shared: Live) -> None:
    key = shared.lake.raw("song_data/B/A/A/TRB.json", b"[1, 2]\n")
    run = shared.launch(SONGS, "B")
    shared.wait_for_run(run, "FAILURE")
    assert f"{key}:1" in shared.failures(run)
    shared.lake.remove(key)
