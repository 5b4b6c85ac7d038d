"""A year of small loads: what Dagster's history grows to, and how long the UI takes with it.

Put here what only a long history shows.  Do not put here what is pruned (orchestration/test_history_prune.py).
"""

import logging
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.scheduler.instigation import InstigatorType, TickData, TickStatus
from playwright.sync_api import Page, expect

from sparkify_assets.model import load_catalog
from sparkify_assets.orchestration.history_prune import HistoryPruner
from sparkify_assets.settings import Settings
from sparkify_assets_tests.browser import steps
from sparkify_assets_tests.browser.chromium import PATIENCE, browser, chromium
from sparkify_assets_tests.live.platform import Live
from sparkify_assets_tests.orchestration.conftest import Platform
from sparkify_assets_tests.orchestration.test_alerts import run_sensor
from sparkify_assets_tests.orchestration.test_history_prune import make_older
from sparkify_assets_tests.orchestration.test_sensors import Ticking, play
from sparkify_assets_tests.support import song

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("year")]

FIRST = date(2018, 11, 1)
KEPT_DAYS = 30
SENSOR_SECONDS = 30
LARGEST = 1_000_000_000
"""bytes"""
SLOWEST = 2.0
"""seconds, of a year's pages (`make test-slow`); with other tests beside it, the same pages of a few days took 2.4 s on a slow machine"""
SLOWEST_BESIDE_TESTS = 8.0
"""seconds: what no page takes unless it reads a history without end"""


LENGTHS = [pytest.param((8, 4, 0.1), id="some days"), pytest.param((365, 30, 2), id="a year", marks=pytest.mark.slow)]
"""Days; those between two prunes; days whose ticks are there."""


@pytest.fixture(scope="module", params=LENGTHS)
def year(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Live, int]]:
    """A platform whose history is that of so many days."""
    days, month, with_ticks = request.param
    last = FIRST + timedelta(days=days)
    with Live(tmp_path_factory.mktemp("year"), SPARKIFY_LOG_END=str(last)) as live, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_HOME", str(live.home))
        settings = Settings(lake=live.lake.root, duckdb_path=live.duckdb_path, dashboard=live.folder / "dashboard.html", log_end=last)
        live.lake.songs("A", [song()])
        with live.instance() as instance:
            platform = Platform(live.lake, settings, instance, load_catalog())
            pass_days(platform, live.home, live.history_url, [FIRST + timedelta(days=n) for n in range(days)], month)
            keep_ticks(instance, platform, with_ticks)
        yield live, days


def pass_days(platform: Platform, home: Path, url: str | None, days: list[date], month: int) -> None:
    """Each day a file arrives and is loaded, reports follow, alerts are sent; each month, what is older than a month is pruned."""
    songs, logs, pending = (Ticking(platform, name) for name in ("song_files", "log_files", "pending_refreshes"))
    assert songs.tick() == ["A"]
    for number, day in enumerate(days, 1):
        platform.lake.events(f"{day}", [play(f"{day}", item, userId=str(10 + item % 5)) for item in range(5)])
        assert logs.tick() == [f"{day}"], "this day, and none again"
        assert pending.tick() == []
        assert platform.materialize(*platform.catalog.unpartitioned, "dashboard").success
        run_sensor(platform)
        if number % month == 0:
            make_older(home, timedelta(days=KEPT_DAYS), url)
            pruner = HistoryPruner(platform.instance, datetime.now(UTC) - timedelta(days=KEPT_DAYS))
            pruner.prune()
            assert pruner.rewrite() == []
    logs.cursor = None
    assert logs.look() == [], "no day is forgotten, all are compared again"
    report = platform.load()
    assert (report.loaded, report.adopted, report.reason) == (0, 0, None)


def keep_ticks(instance: dg.DagsterInstance, platform: Platform, days: float) -> None:
    """What ticks without work leave, before Dagster's own retention deletes them (dagster.yaml)."""
    repository, now = platform.defs.get_repository_def(), time.time()
    with_cursor = Ticking(platform, "log_files")
    with_cursor.look()
    for sensor in repository.sensor_defs:
        for number in range(int(days * 86_400 / SENSOR_SECONDS)):
            told = TickData(
                sensor.name,
                sensor.name,
                InstigatorType.SENSOR,
                TickStatus.SKIPPED,
                now - SENSOR_SECONDS * number,
                skip_reason=with_cursor.told,
                cursor=with_cursor.cursor,
                selector_id=sensor.name,
            )
            instance.create_tick(told)


def test_the_history_stays_small(year: tuple[Live, int]) -> None:
    live, days = year
    with live.instance() as instance:
        size = HistoryPruner(instance, datetime.now(UTC)).size()
    logging.info("a history of %d days: %.0f MB", days, size / 1e6)
    assert size < LARGEST / 10 + LARGEST * days / 365


def test_pages_of_the_ui_take_no_longer_than_people_wait(year: tuple[Live, int]) -> None:
    if chromium() is None:
        pytest.skip("there is no chromium on this machine")
    live, days = year
    live.start("code", "webserver")
    seconds = dict[str, float]()
    with browser(live.url) as context:
        page = context.new_page()
        page.goto("/assets")  # the page's own code is loaded once
        page.get_by_text("artists", exact=True).first.wait_for()
        for name, look in [*PAGES.items()] * 3:  # the least of three: other tests may have the processor
            begun = time.monotonic()
            look(page, days)
            seconds[name] = min(round(time.monotonic() - begun, 2), seconds.get(name, PATIENCE))
    logging.info("pages of a history of %d days, in seconds: %s", days, seconds)
    assert max(seconds.values()) < (SLOWEST if days >= 365 else SLOWEST_BESIDE_TESTS), seconds


def _asset(page: Page, days: int) -> None:
    steps.open_asset(page, "songplays")
    page.get_by_text("Row count", exact=True).first.wait_for()


def _partitions(page: Page, days: int) -> None:
    steps.open_asset(page, "songplays", "partitions")
    expect(page.get_by_text(f"Materialized ({days})")).to_be_visible()


def _events(page: Page, days: int) -> None:
    steps.open_asset(page, "songplays", "events")
    page.get_by_text(f"{FIRST + timedelta(days=days - 1)}").first.wait_for()


def _checks(page: Page, days: int) -> None:
    steps.open_asset(page, "songplays", "checks")
    page.get_by_text("primary_key", exact=True).first.wait_for()


def _runs(page: Page, days: int) -> None:
    page.goto("/runs")
    page.get_by_role("link", name="load_log_files").first.wait_for()


def _run(page: Page, days: int) -> None:
    page.locator("a[href^='/runs/']").filter(has_text=re.compile("^[0-9a-f]{8}")).first.click()
    page.get_by_text("STEP_SUCCESS").first.wait_for()


def _sensor(page: Page, days: int) -> None:
    page.goto("/automation")
    page.get_by_text("log_files", exact=True).first.wait_for()


PAGES: dict[str, Callable[[Page, int], None]] = {
    "asset": _asset,
    "partitions": _partitions,
    "events": _events,
    "checks": _checks,
    "runs": _runs,
    "one of these runs": _run,
    "automation": _sensor,
}
