"""What a materialization shows beside an asset: of a partition that partition, of a report its order, of the dashboard the page."""

from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from sparkify_assets.definitions import build_defs
from sparkify_assets.settings import Settings
from sparkify_assets_tests.orchestration.conftest import DAYS, Platform
from sparkify_assets_tests.support import event, mentions, song

EMPTY = "2018-11-04"


def shown(platform: Platform, asset: str, partition: str | None = None) -> dict[str, Any]:
    """Metadata of the latest materialization; tables as their records."""
    chosen = dg.AssetRecordsFilter(asset_key=dg.AssetKey(asset), asset_partitions=[partition] if partition else None)
    found = platform.instance.fetch_materializations(chosen, limit=1).records[0].asset_materialization
    assert found is not None
    return {
        name: [record.data for record in value.records] if isinstance(value, dg.TableMetadataValue) else value.value
        for name, value in found.metadata.items()
    }


@pytest.fixture
def three_days(platform: Platform) -> Platform:
    """One, two and three plays, loaded in one run."""
    for number, day in enumerate(DAYS, 1):
        platform.lake.events(day, [event(sessionId=number, itemInSession=n) for n in range(number)])
    platform.lake.songs("A", [song()])
    platform.load()
    return platform


@pytest.mark.integration
@pytest.mark.parametrize("asset", ["staging_events", "songplays"])
def test_a_partition_of_a_range_shows_its_own_rows_and_counts(three_days: Platform, asset: str) -> None:
    for number, day in enumerate(DAYS, 1):
        metadata = shown(three_days, asset, day)
        assert metadata["dagster/partition_row_count"] == number
        assert [(row["log_date"], row["session_id"]) for row in metadata["preview"]] == [(day, str(number))] * number
        assert metadata["dagster/row_count"] == 6  # the table's, as Dagster defines the name
        assert {"rows_written", "seconds"}.isdisjoint(metadata)  # they are the run's
        assert "seconds_in_run" in metadata


@pytest.mark.integration
def test_a_partition_of_a_source_shows_its_own_files(three_days: Platform) -> None:
    sizes = {day: shown(three_days, "log_files", day)["dagster/size_bytes"] for day in DAYS}
    assert sizes == {day: Path(three_days.lake.root, f"log_data/2018/11/{day}-events.json").stat().st_size for day in DAYS}


@pytest.mark.integration
def test_a_partition_that_is_refreshed_for_what_it_owed_shows_its_rows(three_days: Platform) -> None:
    three_days.lake.songs("B", [song(song_id="SO0")])
    three_days.materialize("song_files", "staging_songs", "songs", "artists", start="B")
    three_days.materialize("songplays", start=DAYS[0])
    metadata = shown(three_days, "songplays", DAYS[2])
    assert "refresh_reason" in metadata
    assert [(row["log_date"], row["song_id"]) for row in metadata["preview"]] == [(DAYS[2], "SO0")] * 3


@pytest.mark.integration
def test_a_day_without_a_file_says_so(three_days: Platform) -> None:
    result = three_days.materialize("log_files", "staging_events", start=DAYS[2], end=EMPTY)
    assert result.success
    for asset in ("log_files", "staging_events"):
        mentions(shown(three_days, asset, EMPTY)["no_file"], EMPTY, str(three_days.lake.root / "log_data"), "-events.json")
        assert "no_file" not in shown(three_days, asset, DAYS[2])
    assert shown(three_days, "staging_events", EMPTY)["dagster/partition_row_count"] == 0
    warned = [e.user_message for e in three_days.instance.all_logs(result.run_id) if e.level == 30]
    assert [EMPTY in told and DAYS[2] not in told for told in warned] == [True, True]


@pytest.mark.integration
def test_a_report_shows_its_first_rows_in_its_own_order(three_days: Platform) -> None:
    three_days.load()
    days = [row["day"] for row in shown(three_days, "plays_by_day_and_level")["preview"]]
    assert days == sorted(days, reverse=True)  # the newest first, as the dashboard lists them
    plays = [int(row["plays"]) for row in shown(three_days, "most_active_users")["preview"]]
    assert plays == sorted(plays, reverse=True)


@pytest.mark.integration
def test_the_dashboard_shows_its_figures_and_charts(three_days: Platform) -> None:
    preview = shown(three_days, "dashboard")["preview"]
    mentions(preview, "**6** plays", "**1** users", "data:image/svg+xml;base64,")


@pytest.mark.parametrize(
    ("settings", "link"),
    [
        ({"dashboard_url": "https://reports.example.com/sparkify"}, "https://reports.example.com/sparkify"),
        ({"dashboard": "s3://my-bucket/a page.html"}, "https://console.aws.amazon.com/s3/object/my-bucket?prefix=a%20page.html"),
        ({"dashboard": "s3://my-bucket/page.html", "dashboard_url": "https://example.com"}, "https://example.com"),
        ({}, None),
    ],
)
def test_the_dashboard_links_to_where_people_open_it(settings: dict[str, str], link: str | None) -> None:
    spec = next(s for s in build_defs(Settings.model_validate(settings)).resolve_all_asset_specs() if s.key == dg.AssetKey("dashboard"))
    page = spec.metadata["page"]
    if link is None:  # a browser follows no link from the UI to a file
        assert "](" not in str(spec.description)
        mentions(page, "`sparkify dev`", "SPARKIFY_DASHBOARD_URL")
    else:
        assert page == dg.MetadataValue.url(link)
        assert f"({link})" in str(spec.description)
