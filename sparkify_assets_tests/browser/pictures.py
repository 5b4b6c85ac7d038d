"""The pictures in docs/, taken anew: `python -m sparkify_assets_tests.browser.pictures [name …]`.  Look at each before you commit it.

A sample of a month is loaded, the platform is started, and each picture is taken where its walk (steps.py) ends.
"""

import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

from sparkify_assets_tests.browser import steps
from sparkify_assets_tests.browser.chromium import browser, chromium
from sparkify_assets_tests.browser.sample import SETTINGS, loaded
from sparkify_assets_tests.cli.conftest import PROJECT
from sparkify_assets_tests.live.platform import Live
from sparkify_assets_tests.support import event, milliseconds

SIZE_LIMIT = 200_000
"""bytes: pictures stay in a repository for ever"""
ODD_DAY, DAY, RANGE = "2018-11-15", "2018-11-14", "[2018-11-01...2018-11-10]"


def catalogue(page: Page, _: Live) -> None:
    page.set_viewport_size({"width": 1600, "height": 1300})
    page.goto("/assets")
    expect(page.get_by_text("26 partitions")).to_have_count(4)  # songs and what comes from them: all lines are filled


def graph(page: Page, _: Live) -> None:
    page.set_viewport_size({"width": 2400, "height": 1200})
    page.goto("/assets/most_active_users?view=lineage&lineageScope=upstream&lineageDepth=3")
    page.get_by_text("Passed").first.wait_for()


def columns(page: Page, _: Live) -> None:
    steps.open_asset(page, "songplays")
    page.get_by_text("staging_songs.song_id").first.wait_for(state="attached")


def materialize(page: Page, _: Live) -> None:
    steps.open_materialize(page, "staging_events")
    steps.choose_partitions(page, DAY, "1 partition")


def backfill(page: Page, _: Live) -> None:
    steps.open_materialize(page, "staging_events")
    dialog = steps.choose_partitions(page, RANGE, "10 partitions")
    steps.button(dialog, "Launch backfill").click()
    steps.view_launched(page)
    steps.wait_for_backfill(page)


def failing_check(page: Page, _: Live) -> None:
    steps.open_check(page, "staging_events", "rejected_records_within_limit")
    page.get_by_role("cell", name="rejected_records", exact=True).wait_for()


def check_alone(page: Page, _: Live) -> None:
    config = f"ops:\n  evaluate:\n    config:\n      checks: [page_views.no_conflicting_duplicates]\n      partition_start: '{ODD_DAY}'\n"
    steps.fill_launchpad(page, "run_checks", config)


def sensors(page: Page, live: Live) -> None:
    """Each with the last run it started: for a file that has just arrived, and for the reports that follow."""
    live.lake.events("2018-11-30", [event(sessionId=9_999, ts=milliseconds("2018-11-30T12:00"))], name="late")
    for sensor in ("log_files", "reports"):
        live.wait_until(f"a run of {sensor}", lambda sensor=sensor: any(tick.runs for tick in live.ticks(sensor)))
        live.wait_for_quiet()
    page.goto("/automation")
    page.get_by_text(re.compile("seconds? ago|minutes? ago")).nth(1).wait_for()


def report(page: Page, _: Live) -> None:
    steps.open_asset(page, "plays_by_weekday_and_hour", "overview")
    page.get_by_text("[Show Markdown]").click()
    page.locator("img[src^='data:image/svg']").wait_for()


def dashboard(page: Page, live: Live) -> None:
    page.goto((live.folder / "dashboard.html").as_uri())


def dashboard_on_a_phone(page: Page, live: Live) -> None:
    page.set_viewport_size({"width": 390, "height": 1000})
    page.emulate_media(color_scheme="dark")
    dashboard(page, live)


WALKS: dict[str, Callable[[Page, Live], None]] = {
    "catalogue": catalogue,
    "graph": graph,
    "columns": columns,
    "materialize": materialize,
    "failing-check": failing_check,
    "check-alone": check_alone,
    "backfill": backfill,
    "sensors": sensors,
    "report": report,
    "dashboard": dashboard,
    "dashboard-phone": dashboard_on_a_phone,
}


def take(live: Live, names: list[str]) -> None:
    with browser(live.url) as context:
        for name in names:
            page = context.new_page()
            WALKS[name](page, live)
            page.wait_for_timeout(1500)  # what moves has come to rest
            file = PROJECT / "docs" / f"{name}.png"
            page.screenshot(path=file)
            page.close()
            _with_few_colours(file)
            size = file.stat().st_size
            sys.stdout.write(f"{file.relative_to(PROJECT)}: {size:,} bytes{', TOO LARGE' if size > SIZE_LIMIT else ''}\n")


def _with_few_colours(file: Path) -> None:
    """A third of the bytes.  By the coverage of colours, not by how often each is: that would turn the few orange icons grey."""
    picture = Image.open(file).convert("RGB")
    picture.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(file, optimize=True)


def main(*names: str) -> None:
    if chromium() is None:
        sys.exit("there is no chromium on this machine")
    if strangers := set(names) - WALKS.keys():
        sys.exit(f"{min(strangers)} is no picture; expected some of {', '.join(WALKS)}")
    with tempfile.TemporaryDirectory() as folder, Live(Path(folder), **SETTINGS) as live:
        loaded(live, days=30, songs=60, events_per_day=150, odd_day=ODD_DAY).start()
        take(live, list(names) or list(WALKS))


if __name__ == "__main__":
    main(*sys.argv[1:])
