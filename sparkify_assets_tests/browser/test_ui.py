"""A data engineer's day in Dagster's UI, in a real browser."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from sparkify_assets.model import load_catalog
from sparkify_assets_tests.browser import steps
from sparkify_assets_tests.browser.chromium import WIDTH
from sparkify_assets_tests.browser.conftest import DASHBOARD, ODD_DAY
from sparkify_assets_tests.live.platform import Live

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("browser")]


def test_the_catalogue_shows_each_table_with_its_group_kinds_and_meaning(page: Page) -> None:
    page.set_viewport_size({"width": WIDTH, "height": 3000})  # the list holds the lines that are in view
    page.goto("/")
    page.get_by_role("link", name="Catalog").click()
    for layer in ("staging", "lookups", "dimensions", "facts", "reports"):
        for table in load_catalog().layer(layer):
            row = steps.row(page, table.name, layer)
            expect(row).to_contain_text(table.comment[:200])  # the UI cuts a longer one
            for kind in ("duckdb", "python" if layer == "lookups" else "sql"):
                expect(row.get_by_role("img", name=kind)).to_be_visible()


def test_an_asset_tells_its_kinds_its_rows_and_where_it_lies(page: Page) -> None:
    steps.open_asset(page, "songplays")
    for text in ("DuckDB", "SQL", "facts", "Row count"):
        expect(page.get_by_text(text, exact=True).first).to_be_visible()


def test_a_column_tells_what_it_means_and_where_it_comes_from(page: Page, live: Live) -> None:
    steps.open_asset(page, "songplays")
    row = page.get_by_role("row").filter(has=page.get_by_text("song_id", exact=True)).first
    expect(row).to_contain_text("VARCHAR(32)")
    expect(row).to_contain_text("songs (song_id)")
    expect(row).to_contain_text(load_catalog()["songplays"].column("song_id").comment)
    expect(row).to_contain_text("staging_songs.song_id")


def test_what_the_command_did_stands_in_the_list_of_runs_and_in_the_timeline(page: Page, live: Live) -> None:
    page.goto("/runs")
    for job in ("load_log_files", "load_song_files", "make_reports"):
        expect(page.get_by_role("link", name=job).first).to_be_visible()
    expect(page.get_by_text("sparkify/command: sparkify load").first).to_be_visible()
    expect(page.get_by_text("sparkify/partitions: 2018-11-01 to 2018-11-06").first).to_be_visible()
    page.goto("/timeline")
    for job in ("load_log_files", "load_song_files", "make_reports"):
        expect(page.get_by_role("link", name=job).first).to_be_visible()


def test_the_dashboard_is_opened_by_its_link_and_seen_before(page: Page, live: Live) -> None:
    steps.open_asset(page, "dashboard")
    page.get_by_text("[Show Markdown]").click()
    expect(page.get_by_role("dialog").locator("img[src^='data:image/svg']").first).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Open the dashboard").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.url.startswith(DASHBOARD)


def test_a_day_is_materialized(page: Page, live: Live) -> None:
    steps.open_materialize(page, "users")
    dialog = steps.choose_partitions(page, "2018-11-02", "1 partition")
    steps.button(dialog, "Launch 1 run").click()
    run = steps.view_launched(page)
    steps.wait_for_run(page)
    expect(page.get_by_text("STEP_SUCCESS").first).to_be_visible()  # the page follows the run while it works
    assert live.wait_for_run(run).tags["dagster/partition"] == "2018-11-02"


def test_a_range_is_backfilled_in_one_run(page: Page, live: Live) -> None:
    steps.open_materialize(page, "time")
    dialog = steps.choose_partitions(page, "[2018-11-04...2018-11-06]", "3 partitions")
    steps.button(dialog, "Launch backfill").click()
    backfill = steps.view_launched(page)
    expect(page.get_by_text("100% completed")).to_be_visible(timeout=180_000)  # its status follows, up to half a minute later
    (run,) = [r for r in live.runs() if r.tags.get("dagster/backfill") == backfill]
    assert run.status == "SUCCESS"
    assert (run.tags["dagster/asset_partition_range_start"], run.tags["dagster/asset_partition_range_end"]) == ("2018-11-04", "2018-11-06")


def test_a_failing_check_shows_how_many_which_and_the_query(page: Page) -> None:
    steps.open_check(page, "page_views", "no_conflicting_duplicates")
    expect(page.get_by_text("Failed", exact=True).last).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="failing_rows")).to_contain_text("1")
    expect(page.get_by_role("table").filter(has_text="deliveries").last).to_contain_text(re.compile(r"\d+\s*\d+\s*2"))
    page.get_by_text("[Show Markdown]").click()
    expect(page.get_by_role("dialog")).to_contain_text("SELECT")


def test_a_rejected_record_is_shown_with_its_file_line_and_reason(page: Page) -> None:
    steps.open_check(page, "staging_events", "rejected_records_within_limit")
    expect(page.get_by_text(re.compile(rf"\b1 .*{ODD_DAY}")).first).to_be_visible()
    table = page.get_by_role("table").filter(has_text="reason").last
    expect(table).to_contain_text(f"{ODD_DAY}-events.json")
    expect(table).to_contain_text(re.compile(r'"broken".*\b8\b'))


def test_a_report_s_check_is_asked_alone(page: Page, live: Live) -> None:
    steps.open_check(page, "popular_hours", "primary_key")
    run = steps.execute_check(page)
    steps.wait_for_run(page)
    assert live.wait_for_run(run).assets == frozenset()
    answers = [a for a in live.answers("popular_hours", "primary_key") if a.run == run]
    assert [(a.status, a.metadata["failing_rows"]) for a in answers] == [("SUCCEEDED", 0)]


def test_a_check_is_asked_alone_for_a_day(page: Page, live: Live) -> None:
    """Of a check with partitions the UI has no button for that: the job does it."""
    before = {a.run for a in live.answers("users", "level_accepted_values")}
    config = {"checks": ["users.level_accepted_values"], "partition_start": "2018-11-02"}
    steps.fill_launchpad(page, "run_checks", json.dumps({"ops": {"evaluate": {"config": config}}}))
    steps.launch_run(page)
    steps.wait_for_run(page)
    new = [a for a in live.answers("users", "level_accepted_values") if a.run not in before]
    assert [(a.partition, a.status) for a in new] == [("2018-11-02", "SUCCEEDED")]
