"""What a person does in Dagster's UI, step by step; tests and pictures walk the same way.

Things are found by what a person reads (roles and words), never by the UI's own class names, which change with each build.
"""

import re

from playwright.sync_api import Locator, Page, expect


def open_asset(page: Page, asset: str, tab: str = "overview") -> None:
    """An asset's page, as a link to it would open it."""
    page.goto(f"/assets/{asset}?view={tab}")
    page.get_by_role("link", name="Assets").or_(page.get_by_text("Assets", exact=True)).first.wait_for()


def choose_partitions(page: Page, text: str, count: str) -> Locator:
    """In the dialog that asks for partitions: write which, and see how many those are ("6 partitions").  Returns the dialog."""
    dialog = page.get_by_role("dialog")
    dialog.get_by_placeholder("ex:").fill(text)
    page.keyboard.press("Tab")
    dialog.get_by_text(count, exact=True).wait_for()
    return dialog


def open_materialize(page: Page, asset: str) -> None:
    open_asset(page, asset)
    button(page, "Materialize…").first.click()
    page.get_by_role("dialog").get_by_text("Partition selection").wait_for()


def open_check(page: Page, asset: str, check: str) -> None:
    """A check's page, by a click on its name in the list of the asset's checks."""
    open_asset(page, asset, "checks")
    page.get_by_text(check, exact=True).first.click()
    page.get_by_text("Latest execution").wait_for()


def execute_check(page: Page) -> str:
    """Ask the open check alone; the UI offers this for checks without partitions only.  Returns the run's id."""
    button(page, "Execute").click()
    return view_launched(page)


def fill_launchpad(page: Page, job: str, config: str) -> None:
    """Open a job's Launchpad, by clicks from the list of jobs, and write its configuration."""
    page.goto("/jobs")
    page.get_by_role("link", name=job).first.click()
    page.get_by_role("tab", name="Launchpad").click()
    page.locator(".CodeMirror").first.click()  # the editor's own name for itself: it has no role
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.insert_text(config)
    page.get_by_text("No errors", exact=True).wait_for()


def launch_run(page: Page) -> str:
    """From the Launchpad.  Returns the run's id, on whose page it ends."""
    button(page, "Launch Run").click()
    return _id_of_page(page)


def view_launched(page: Page) -> str:
    """Follow the note that says what was launched, to the page of the run or backfill.  Returns its id."""
    page.get_by_text(re.compile("Launched run|Created backfill")).wait_for()
    page.get_by_role("link", name="View", exact=True).click()
    return _id_of_page(page)


def wait_for_run(page: Page) -> None:
    """On a run's page: until it says that all went well.  It looks anew by itself."""
    page.get_by_text("Success", exact=True).first.wait_for(timeout=120_000)  # the queue looks every 5 s


def wait_for_backfill(page: Page) -> None:
    """On a backfill's page: until its status is that of a column's head, too."""
    expect(page.get_by_text("Succeeded", exact=True)).to_have_count(2, timeout=180_000)  # its daemon looks every 30 s


def row(page: Page, table: str, group: str) -> Locator:
    """An asset's line in the catalogue: the innermost box with both its name and its group."""
    name, of = page.locator(f'a[href="/assets/{table}"]'), page.locator("a").filter(has_text=re.compile(f"^{group}$"))
    return page.locator("div").filter(has=name).filter(has=of).last


def button(where: Page | Locator, says: str | re.Pattern[str]) -> Locator:
    """By its words alone: its name, for those who cannot see it, begins with the icon's ("execute Execute")."""
    words = says if isinstance(says, re.Pattern) else re.compile(f"^{re.escape(says)}$")
    return where.get_by_role("button").filter(has_text=words)


def _id_of_page(page: Page) -> str:
    page.wait_for_url("**/runs/**")
    return page.url.rsplit("/", 1)[-1].partition("?")[0]
