"""The machine's own Chromium, driven by Playwright.  No browser is downloaded: where there is none, there is no picture and no test."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import BrowserContext, ViewportSize, expect, sync_playwright

WIDTH, HEIGHT = 1600, 1000
PATIENCE = 20_000
"""milliseconds that a page may take to show what is looked for"""


def chromium() -> str | None:
    """Where it is; None where there is none."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@contextmanager
def browser(url: str) -> Iterator[BrowserContext]:
    """A browser whose pages lie below ``url``; it ends with the block."""
    with sync_playwright() as playwright:
        # no-sandbox: in a container, or as root, Chromium cannot make its own
        chrome = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        try:
            size = ViewportSize(width=WIDTH, height=HEIGHT)
            context = chrome.new_context(base_url=url, viewport=size, color_scheme="light", locale="en-GB", timezone_id="UTC")
            context.set_default_timeout(PATIENCE)
            expect.set_options(timeout=PATIENCE)
            yield context
        finally:
            chrome.close()
