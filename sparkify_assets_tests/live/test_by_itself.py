"""What happens without a user: files arrive, change and disappear while the daemon runs, restarts and is killed; the tables follow.

Each test ends by comparing every table with a load of the lake from scratch (conftest.py).

Put here sensors and the daemon. Do not put here runs that a user launches (test_platform.py).
"""

import os
import signal
from pathlib import Path

import pytest

from sparkify_assets_tests.live.conftest import deliver, plays_of, wait_for_plays
from sparkify_assets_tests.live.platform import Live
from sparkify_assets_tests.support import song

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("live")]

FIRST, LAST = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"


def test_files_reach_the_reports_while_the_daemon_is_killed_and_restarted(live: Live) -> None:
    plays, before = plays_of(live), len(live.runs())
    for number in range(2, 12):
        deliver(live, f"2018-11-{number:02d}", plays=2)
        if number in (3, 7):
            live.kill("daemon")
            live.start("daemon")
    wait_for_plays(live, plays + 20)
    assert [r.job for r in live.runs()[:-before]].count("load_log_files") <= 3, "a backlog is one run; a tick may see a part of it"
    loaded = len(live.runs())
    live.stop("daemon")
    live.start("daemon")
    deliver(live, "2018-11-05", plays=5)
    live.lake.remove("log_data/2018/11/2018-11-06-events.json")
    wait_for_plays(live, plays + 21)
    runs = [r.tags for r in live.runs()[:-loaded] if r.job == "load_log_files"]
    seen = {tags.get(name) for tags in runs for name in ("dagster/partition", FIRST, LAST)}
    assert seen <= {"2018-11-05", "2018-11-06", None}, "a restart is no delivery"
    deliver(live, "2018-11-07", name="late", song="Uprising", plays=1, sessionId=77)
    live.lake.songs("B", [song(song_id="SO2", title="Uprising")])
    live.wait_until("the late song to be matched", lambda: live.rows("SELECT COUNT(*)::INT FROM songplays WHERE song_id = 'SO2'") == [(1,)])
    wait_for_plays(live, plays + 22)


def test_a_run_that_is_killed_is_made_again(live: Live) -> None:
    """Its process is killed: Dagster's monitoring detects it and launches the run again."""
    plays = plays_of(live)
    for number in range(2, 30):
        deliver(live, f"2019-01-{number:02d}", plays=200)

    def worker() -> int | None:
        return next((pid for pid in children(live.services["code"].pid) if b"spawn_main" in command_of(pid)), None)

    os.kill(live.wait_until("a run's process", worker), signal.SIGKILL)
    wait_for_plays(live, plays + 28 * 200)
    assert "FAILURE" in {r.status for r in live.runs()}


@pytest.mark.slow  # deploy/test_running.py has a short form
def test_a_run_that_is_killed_with_its_code_server_is_made_again(live: Live) -> None:
    plays, runs = plays_of(live), {run.id for run in live.runs()}
    for number in range(1, 29):
        deliver(live, f"2019-02-{number:02d}", plays=200)
    live.wait_until("a load", lambda: any(run.status == "STARTED" and run.id not in runs for run in live.runs()))
    live.kill("code")
    live.start("code")
    wait_for_plays(live, plays + 28 * 200)
    assert "FAILURE" in {run.status for run in live.runs() if run.id not in runs}


def children(parent: int) -> list[int]:
    """The ids of all descendants of a process."""
    found = [int(pid) for task in Path(f"/proc/{parent}/task").glob("*/children") for pid in task.read_text().split()]
    return [*found, *(grandchild for child in found for grandchild in children(child))]


def command_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""
