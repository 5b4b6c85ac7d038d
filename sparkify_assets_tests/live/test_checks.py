"""Checks in the UI: each partition's state, a new evaluation of all partitions and of one, the reason of a failed run.

Put here what the UI shows and launches. Do not put here the results of checks (orchestration/, tables/).
"""

from typing import Any

import pytest

from sparkify_assets_tests.live.conftest import deliver, plays_of, wait_for_plays
from sparkify_assets_tests.live.platform import Live

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("live")]

DAYS = ["2019-03-01", "2019-03-02", "2019-03-03"]
SONGS = ("song_files", "staging_songs", "songs", "artists")
STATES = """query($asset: AssetKeyInput!, $check: String!) {assetNodeOrError(assetKey: $asset) {... on AssetNode {
    assetCheckOrError(checkName: $check) {... on AssetCheck {partitionStatuses {
        ... on AssetCheckTimePartitionStatuses {ranges {status startKey endKey}}}}}}}}"""


def states(live: Live, asset: str, check: str) -> list[tuple[str, str, str]]:
    """First day, last day and state, as the UI draws them."""
    found = live.graphql(STATES, asset={"path": [asset]}, check=check)
    ranges: list[dict[str, Any]] = found["assetNodeOrError"]["assetCheckOrError"]["partitionStatuses"]["ranges"]
    return sorted((r["startKey"], r["endKey"], r["status"]) for r in ranges if r["endKey"] >= DAYS[0] and r["startKey"] <= DAYS[-1])


def test_each_day_has_its_state_and_can_be_asked_again(live: Live) -> None:
    """On the second day a check of staging_events fails."""
    plays = plays_of(live)
    for day in DAYS:
        deliver(live, day, auth="Unknown" if day == DAYS[1] else "Logged In")
    wait_for_plays(live, plays + len(DAYS))
    seen = [(DAYS[0], DAYS[0], "SUCCEEDED"), (DAYS[1], DAYS[1], "FAILED"), (DAYS[2], DAYS[2], "SUCCEEDED")]
    assert states(live, "staging_events", "auth_accepted_values") == seen
    assert states(live, "songplays", "songplays_reconcile_with_page_views") == [(DAYS[0], DAYS[2], "SUCCEEDED")]
    live.wait_for_run(live.launch_check("staging_events", "auth_accepted_values"))  # as "Execute all" does: without a partition
    assert states(live, "staging_events", "auth_accepted_values") == seen
    live.wait_for_run(live.launch_check("staging_events", "auth_accepted_values", DAYS[2]))
    assert states(live, "staging_events", "auth_accepted_values") == seen


def test_a_failed_run_shows_what_it_failed_by(live: Live) -> None:
    key = live.lake.raw("song_data/M/A/A/TRM.json", b"[1, 2]\n")
    run = live.launch(SONGS, "M")
    live.wait_for_run(run, "FAILURE")
    assert f"{key}:1" in live.failures(run)
    live.lake.remove(key)
