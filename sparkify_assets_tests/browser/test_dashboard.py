"""The dashboard in a real browser, from disk: on a phone and on a desk, light and dark, by keyboard, without a network."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize

from sparkify_assets.dashboard import page as dashboard
from sparkify_assets_tests.browser.chromium import browser, chromium
from sparkify_assets_tests.dashboard.given import SCRIPT, data, nothing, reports

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("browser")]

SIZES = {"phone": ViewportSize(width=360, height=740), "desk": ViewportSize(width=1280, height=900)}
Scheme = Literal["light", "dark"]


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    if chromium() is None:
        pytest.skip("there is no chromium on this machine")
    with browser("file:///") as context:
        assert context.browser is not None
        yield context.browser


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dashboard") / "dashboard.html"
    path.write_text(dashboard(data(reports(days=8))), encoding="utf-8")
    return path


@pytest.fixture
def desk(chrome: Browser, file: Path) -> Iterator[Page]:
    page = chrome.new_page(viewport=SIZES["desk"])
    page.goto(file.as_uri())
    yield page
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_it_opens_without_a_word_a_request_or_a_barrier(chrome: Browser, file: Path, size: str, scheme: Scheme) -> None:
    page = chrome.new_page(viewport=SIZES[size], color_scheme=scheme)
    said, asked = _listened(page)
    page.goto(file.as_uri())
    page.locator("summary").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") == SIZES[size]["width"], "it scrolls sideways"
    assert _barriers(page) == []
    assert (said, asked) == ([], [file.as_uri()])
    page.close()


def test_before_the_first_load_it_opens_as_well(chrome: Browser, tmp_path: Path) -> None:
    file = tmp_path / "dashboard.html"
    file.write_text(dashboard(nothing()), encoding="utf-8")
    page = chrome.new_page(viewport=SIZES["phone"])
    said, _ = _listened(page)
    page.goto(file.as_uri())
    assert page.get_by_text("sparkify load").first.is_visible()
    assert _barriers(page) == []
    assert said == []
    page.close()


def test_the_keyboard_reaches_the_data_and_opens_them(desk: Page) -> None:
    desk.keyboard.press("Tab")
    assert desk.evaluate("document.activeElement.getAttribute('href')") == "#content"
    desk.keyboard.press("Enter")  # to the content: past the list of sections
    desk.keyboard.press("Tab")
    assert desk.evaluate("document.activeElement.matches('#plays_by_day_and_level summary')")
    table = desk.get_by_role("region", name="Data of plays_by_day_and_level")
    assert not table.is_visible()
    desk.keyboard.press("Enter")
    assert table.get_by_role("columnheader", name="plays").is_visible()
    assert table.get_by_role("rowheader", name="2018-11-08").first.is_visible()
    desk.keyboard.press("Tab")
    assert desk.evaluate("document.activeElement.download") == "plays_by_day_and_level.csv"


def test_a_chart_s_data_are_downloaded(desk: Page) -> None:
    songs = desk.locator("#top_songs")
    songs.locator("summary").first.click()
    with desk.expect_download() as download:
        songs.get_by_role("link", name="Download top_songs.csv").click()
    assert download.value.suggested_filename == "top_songs.csv"
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig"))))
    assert rows[0] == {"song_id": "S0", "title": SCRIPT, "artist": SCRIPT, "plays": "1200"}
    assert len(rows) == 7


def test_a_mark_tells_what_it_is_where_it_is_pointed_at(desk: Page) -> None:
    desk.locator("#top_songs [data-tip]").first.hover()
    tip = desk.locator("#tip")
    assert tip.text_content() == f"{SCRIPT} – {SCRIPT}: 1,200 plays"
    box = tip.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    desk.keyboard.press("Escape")
    assert not tip.is_visible()


def test_a_chart_is_drawn_in_the_colours_of_the_scheme(chrome: Browser, file: Path) -> None:
    page = chrome.new_page(viewport=SIZES["desk"], color_scheme="light")
    page.goto(file.as_uri())
    bar = page.locator("#popular_hours [data-tip]").first
    assert bar.evaluate("bar => getComputedStyle(bar).fill") == "rgb(15, 118, 110)"
    page.emulate_media(color_scheme="dark")
    assert bar.evaluate("bar => getComputedStyle(bar).fill") == "rgb(69, 184, 171)"
    page.close()


def _listened(page: Page) -> tuple[list[str], list[str]]:
    """What the page says on its console, and what it asks for, both as they come."""
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    return said, asked


def _barriers(page: Page) -> list[str]:
    """axe-core's serious and critical findings."""
    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {n['html'][:200]}" for v in found if v["impact"] in ("serious", "critical") for n in v["nodes"]]
