"""One platform for all tests of the browser: none changes what another looks at."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from sparkify_assets.cli.page_server import serve_page
from sparkify_assets_tests.browser.chromium import browser, chromium
from sparkify_assets_tests.browser.sample import SETTINGS, loaded
from sparkify_assets_tests.live.platform import Live
from sparkify_assets_tests.live.processes import free_port

ODD_DAY = "2018-11-03"
PORT = free_port()
DASHBOARD = f"http://localhost:{PORT}"


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """Six days of a small sample, loaded before the start: sensors find nothing to do."""
    if chromium() is None:
        pytest.skip("there is no chromium on this machine")
    folder = tmp_path_factory.mktemp("platform")
    settings = {"SPARKIFY_LOG_END": "2018-11-07", "SPARKIFY_DASHBOARD_URL": serve_page(folder / "dashboard.html", PORT), **SETTINGS}
    with Live(folder, **settings) as live:
        yield loaded(live, days=6, songs=10, events_per_day=60, odd_day=ODD_DAY).start()


@pytest.fixture(scope="module")
def context(live: Live) -> Iterator[BrowserContext]:
    with browser(live.url) as context:
        yield context


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page of the test's own."""
    page = context.new_page()
    yield page
    page.close()
