"""What happens without a click: files arrive, change and go while the daemon runs, restarts and is killed; the tables follow.

Each test ends by comparing every table with a load of the lake from nothing.
"""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from sparkify_assets.model import load_catalog
from sparkify_assets_tests.live.platform import Live
from sparkify_assets_tests.support import Record, event, load_all, milliseconds, new_warehouse, song

REPORT = "SELECT SUM(plays)::INT FROM popular_hours"


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Live]:
    (tmp_path / "live").mkdir()
    with Live(tmp_path / "live", SPARKIFY_SENSOR_SECONDS="5") as live:
        live.lake.songs("A", [song()])
        deliver(live, "2018-11-01")
        assert live.sparkify("load").status == 0
        yield live
        live.stop()
        assert_as_from_nothing(live, tmp_path)


def deliver(live: Live, day: str, plays: int = 1, name: str = "events", **overrides: object) -> str:
    return live.lake.events(day, [play(day, item, **overrides) for item in range(plays)], name)


def play(day: str, item: int, **overrides: object) -> Record:
    about = {"ts": milliseconds(f"{day}T12:00:00.000") + item, "sessionId": int(day[-2:]), "itemInSession": item}
    return event(**about | overrides)


def assert_as_from_nothing(live: Live, folder: Path) -> None:
    warehouse = new_warehouse("duckdb", folder)
    load_all(warehouse, live.lake.root)
    for table in load_catalog().layer("staging", "dimensions", "facts", "reports"):
        rows = f"SELECT COALESCE(CAST(COLUMNS(*) AS VARCHAR), 'null') FROM {table.name} ORDER BY ALL"
        expected = list(warehouse.query(rows).itertuples(index=False, name=None))
        assert live.rows(rows) == expected, table.name


def wait_for_plays(live: Live, plays: int) -> None:
    """Until the report counts so many plays, no table owes anything and no run is left.

    One report may be ahead of another: a run that is made again makes only what the killed one had left.
    """
    live.wait_until(f"the report to count {plays} plays", lambda: live.rows(REPORT) == [(plays,)], seconds=150)
    live.wait_until(
        "all that follows to be made", lambda: live.rows("SELECT DISTINCT table_name FROM pending_refreshes") == [], seconds=150
    )
    live.wait_for_quiet()


def test_files_reach_the_reports(live: Live) -> None:
    live.start()
    before = len(live.runs())
    for number in range(2, 12):
        deliver(live, f"2018-11-{number:02d}", plays=2)
    wait_for_plays(live, 21)
    assert [r.job for r in live.runs()[:-before]].count("load_log_files") <= 2, "a backlog is one run, or two where a tick saw half of it"
    deliver(live, "2018-11-05", plays=5)
    live.lake.remove("log_data/2018/11/2018-11-06-events.json")
    wait_for_plays(live, 22)
    deliver(live, "2018-11-07", name="late", song="Uprising", plays=1, sessionId=77)
    live.lake.songs("B", [song(song_id="SO2", title="Uprising")])
    live.wait_until(
        "the late song to be matched", lambda: live.rows("SELECT COUNT(*)::INT FROM songplays WHERE song_id = 'SO2'") == [(1,)], seconds=150
    )
    wait_for_plays(live, 23)


def test_a_daemon_that_is_killed_in_the_middle_goes_on_where_it_was(live: Live) -> None:
    live.start()
    for number in range(2, 9):
        deliver(live, f"2018-11-{number:02d}", plays=3)
        if number in (3, 6):
            live.kill("daemon")
            live.start("daemon")
    wait_for_plays(live, 22)
    runs = len(live.runs())
    live.stop("daemon")
    live.start("daemon")
    deliver(live, "2018-11-20")
    wait_for_plays(live, 23)
    assert {r.tags.get("dagster/partition") for r in live.runs()[:-runs] if r.job == "load_log_files"} == {"2018-11-20"}


def test_a_run_that_is_killed_is_made_again(live: Live) -> None:
    """Its process is: Dagster's monitoring notes it and the run is launched anew."""
    config = live.home / "dagster.yaml"
    config.write_text(config.read_text(encoding="utf-8").replace("poll_interval_seconds: 30", "poll_interval_seconds: 5"), encoding="utf-8")
    live.start()
    for number in range(2, 30):
        deliver(live, f"2018-11-{number:02d}", plays=200)

    def worker() -> int | None:
        return next((pid for pid in children(live.services["code"].pid) if b"spawn_main" in command_of(pid)), None)

    os.kill(live.wait_until("a run's process", worker, seconds=60), signal.SIGKILL)
    wait_for_plays(live, 1 + 28 * 200)
    assert "FAILURE" in {r.status for r in live.runs()}


def children(parent: int) -> list[int]:
    """Processes below a process, at any depth."""
    found = [int(pid) for task in Path(f"/proc/{parent}/task").glob("*/children") for pid in task.read_text().split()]
    return [*found, *(grandchild for child in found for grandchild in children(child))]


def command_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""
