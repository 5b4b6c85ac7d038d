"""`sparkify load` from within: what is due, what a run leaves in Dagster's history, and that all of it reaches the tables."""

import hashlib
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import dagster as dg
import pytest

from sparkify_assets.errors import LakeError, WarehouseError
from sparkify_assets.lake import LocalLake, ObjectInfo
from sparkify_assets.model import load_catalog
from sparkify_assets.orchestration.runner import LoadRunner
from sparkify_assets_tests.orchestration.conftest import DAYS, Platform, new_platform
from sparkify_assets_tests.support import event, json_lines, mentions, milliseconds, raises, song

pytestmark = pytest.mark.integration

REPORTS = [table.name for table in load_catalog().layer("reports")]


def deliver(platform: Platform, days: Sequence[str] = DAYS) -> None:
    """A play a day, each of its own session."""
    for number, day in enumerate(days):
        platform.lake.events(day, [event(sessionId=number, ts=milliseconds(f"{day}T12:00:00.796"))])


@pytest.fixture
def whole_platform() -> Iterator[Platform]:
    """With every report."""
    with new_platform(load_catalog()) as platform:
        yield platform


def test_everything_is_loaded_and_shown(whole_platform: Platform) -> None:
    platform = whole_platform
    deliver(platform)
    platform.lake.songs("A", [song()])
    report = platform.load()
    assert report.reason is None
    tables = {"staging_songs": 1, "staging_events": 3, "artists": 1, "songs": 1, "songplays": 3, "users": 1, "time": 3, "user_levels": 1}
    tables |= {"page_views": 3, "session_days": 3, "user_days": 3, "session_hours": 3, "song_days": 3}
    lookups = {"text_repairs": 0, "user_agents": 1}
    a_row_a_day = {"plays_by_day_and_level": 3, "plays_by_weekday_and_hour": 3, "plays_matched_by_day": 3, "sessions_by_day": 3}
    a_row_a_day |= dict.fromkeys(("active_users", "active_listeners", "listening_by_day", "new_and_returning_users"), 3)
    none = ("level_changes", "upgrade_funnel", "downgrade_funnel", "errors_by_day_and_page", "users_at_risk")
    reports = dict.fromkeys(REPORTS, 1) | a_row_a_day | dict.fromkeys(none, 0)
    assert report.rows == tables | lookups | reports
    for asset in ("log_files", "staging_events", "users", "page_views", "songplays", "time"):
        assert platform.materialized(asset) == set(DAYS), asset
    for asset in ("song_files", "staging_songs", "songs", "artists"):
        assert platform.materialized(asset) == {"A"}, asset
    checks = platform.defs.resolve_asset_graph().asset_check_keys
    twice = [key for key in checks if key.asset_key == dg.AssetKey("text_repairs")]  # it rides with songs and with logs
    assert report.passed == len(checks) + len(twice)
    for key in checks:
        (latest,) = platform.instance.event_log_storage.get_asset_check_execution_history(key, limit=1)
        assert latest.event is not None, key
        evaluation = latest.event.dagster_event.asset_check_evaluation_data if latest.event.dagster_event else None
        assert evaluation is not None
        assert evaluation.passed, key


def test_what_a_partition_was_loaded_from_is_shown(platform: Platform) -> None:
    key = platform.lake.events("2018-11-01", [event(), event(itemInSession=1)])
    platform.load()
    (entry,) = LocalLake(platform.lake.root).list("log_data")
    assert isinstance(entry, ObjectInfo)
    assert entry.key == key
    found = platform.instance.fetch_materializations(
        dg.AssetRecordsFilter(asset_key=dg.AssetKey("staging_events"), asset_partitions=["2018-11-01"]), limit=1
    ).records[0]
    metadata = found.asset_materialization.metadata if found.asset_materialization else {}
    listed = f"{entry.key}\0{entry.etag}\0{entry.size}\n"
    assert metadata["source_fingerprint"].value == hashlib.sha256(listed.encode()).hexdigest()[:16]
    assert metadata["dagster/partition_row_count"].value == 2
    assert metadata["files"].value == 1
    assert metadata["rejected"].value == 0


def test_a_second_load_runs_nothing(loaded_platform: Platform) -> None:
    report = loaded_platform.load()
    assert (report.runs, report.loaded, report.unchanged) == (0, 0, 3)


def test_again_loads_what_has_not_changed(loaded_platform: Platform) -> None:
    report = loaded_platform.load(again=True)
    assert report.loaded == 3
    assert {table: report.rows[table] for table in ("staging_events", "songplays", "time", "users")} == {
        "staging_events": 3,
        "songplays": 3,
        "time": 3,
        "users": 1,
    }


def test_a_changed_file_concerns_its_day_only(loaded_platform: Platform) -> None:
    loaded_platform.lake.events("2018-11-02", [event(sessionId=1), event(sessionId=1, itemInSession=1)])
    report = loaded_platform.load()
    assert (report.loaded, report.unchanged) == (1, 2)
    assert loaded_platform.rows("SELECT COUNT(*) FROM songplays") == [(4,)]


def test_a_deleted_file_empties_its_day(loaded_platform: Platform) -> None:
    loaded_platform.lake.remove("log_data/2018/11/2018-11-02-events.json")
    report = loaded_platform.load()
    assert report.reason is None
    kept = [(date.fromisoformat(day),) for day in (DAYS[0], DAYS[2])]
    assert loaded_platform.rows("SELECT log_date FROM songplays ORDER BY 1") == kept
    assert loaded_platform.load().runs == 0


@pytest.mark.parametrize("days", [DAYS[1:2], DAYS[1:]], ids=["a day, which the reports ride with", "a range, which they follow"])
def test_what_reads_an_aggregate_is_recomputed_after_it(platform: Platform, days: Sequence[str]) -> None:
    deliver(platform, DAYS[:1])
    platform.load()
    deliver(platform, [DAYS[0], *days])
    platform.load()
    assert platform.rows("SELECT SUM(plays) FROM popular_hours") == [(1 + len(days),)]
    assert platform.rows("SELECT * FROM pending_refreshes") == []


def test_days_can_be_narrowed(platform: Platform) -> None:
    deliver(platform)
    platform.load(first=date(2018, 11, 2), last=date(2018, 11, 2))
    assert platform.materialized("songplays") == {"2018-11-02"}
    platform.load(last=date(2018, 11, 1))
    assert platform.materialized("songplays") == {"2018-11-01", "2018-11-02"}


def test_days_outside_the_settings_are_told_and_left(platform: Platform) -> None:
    deliver(platform, ["2018-10-31", "2018-11-01"])
    report = platform.load()
    assert report.outside == ["2018-10-31"]
    assert platform.materialized("songplays") == {"2018-11-01"}


def test_a_song_that_comes_late_reaches_the_plays_of_days_loaded_before(loaded_platform: Platform) -> None:
    assert loaded_platform.rows("SELECT DISTINCT song_id FROM songplays") == [(None,)]
    loaded_platform.lake.songs("A", [song()])
    report = loaded_platform.load()
    assert (report.loaded, report.unchanged) == (1, 3)
    assert loaded_platform.rows("SELECT DISTINCT song_id FROM songplays") == [("SO1",)]
    for day in DAYS:
        records = loaded_platform.instance.fetch_materializations(
            dg.AssetRecordsFilter(asset_key=dg.AssetKey("songplays"), asset_partitions=[day]), limit=9
        ).records
        assert len(records) == 2, f"songplays {day} was not materialized again, visibly"


def test_a_lost_history_is_adopted_from_the_warehouse_and_its_checks_are_asked(loaded_platform: Platform) -> None:
    with new_platform() as empty:
        other = replace(loaded_platform, instance=empty.instance)
        report = other.load()
        assert (report.loaded, report.adopted, report.unchanged, report.reason) == (0, 3, 3, None)
        for asset in ("log_files", "staging_events", "users", "page_views", "songplays", "time"):
            assert other.materialized(asset) == set(DAYS)
        assert other.rows("SELECT DISTINCT run_id FROM load_history") == loaded_platform.rows("SELECT DISTINCT run_id FROM load_history")
        (event,) = other.instance.fetch_materializations(
            dg.AssetRecordsFilter(dg.AssetKey("staging_events"), asset_partitions=[DAYS[0]]), limit=9
        ).records
        assert event.asset_materialization is not None
        assert event.asset_materialization.metadata["dagster/partition_row_count"].value == 1
        key = dg.AssetCheckKey(dg.AssetKey("songplays"), "primary_key")
        asked = other.instance.event_log_storage.get_asset_check_partition_info([key])
        assert {info.partition_key for info in asked if info.latest_execution_status.value == "SUCCEEDED"} >= set(DAYS)
        again = other.load()
        assert (again.runs, again.unchanged) == (0, 3)


def test_a_warehouse_restored_from_a_backup_is_loaded_up_to_the_lake(loaded_platform: Platform, tmp_path: Path) -> None:
    path = loaded_platform.settings.duckdb_path
    backup = shutil.copy(path, tmp_path)
    loaded_platform.lake.events(DAYS[0], [event(), event(itemInSession=1)], "more")
    loaded_platform.lake.events("2018-11-05", [event(itemInSession=5)])
    assert loaded_platform.load().loaded == 2
    expected = loaded_platform.rows("SELECT * FROM songplays ORDER BY ALL")
    shutil.copy(backup, path)
    report = loaded_platform.load()
    assert (report.loaded, report.unchanged) == (2, 2)
    assert loaded_platform.rows("SELECT * FROM songplays ORDER BY ALL") == expected
    assert loaded_platform.load().runs == 0


def test_days_left_out_since_are_kept_and_named(loaded_platform: Platform) -> None:
    narrow = loaded_platform.configured(log_start=date(2018, 11, 2), log_end=date(2018, 11, 3))
    loaded_platform.lake.remove(f"log_data/2018/11/{DAYS[2]}-events.json")
    report = narrow.load()
    assert (report.kept, report.outside, report.loaded) == ([DAYS[0], DAYS[2]], [DAYS[0]], 0)
    assert narrow.rows("SELECT COUNT(*) FROM songplays") == [(3,)]


def test_a_rebuild_makes_a_table_anew_and_what_follows_from_it(loaded_platform: Platform) -> None:
    platform = loaded_platform
    expected = {name: platform.rows(f"SELECT * FROM {name} ORDER BY ALL") for name in ("staging_events", "songplays", "popular_hours")}
    platform.warehouse.execute("DELETE FROM staging_events; UPDATE songplays SET level = 'x'; DELETE FROM popular_hours")
    loader = LoadRunner(platform.defs, platform.catalog, platform.settings, platform.warehouse, platform.instance)
    report = loader.rebuild([platform.catalog[name] for name in expected])
    assert (report.reason, report.loaded) == (None, 3)
    assert {name: platform.rows(f"SELECT * FROM {name} ORDER BY ALL") for name in expected} == expected
    assert platform.load().runs == 0


def test_a_bad_day_stops_no_other(platform: Platform) -> None:
    deliver(platform)
    other = json_lines([event(page="Home", ts=milliseconds("2018-11-02T12:00"))])
    platform.lake.raw("log_data/2018/11/2018-11-02-more.json", b'{"ts": broken\n' + other)
    report = platform.load()
    assert report.reason is not None
    mentions(report.reason, "log_data/2018/11/2018-11-02-more.json:1", " 2 ")
    good = {"2018-11-01", "2018-11-03"}
    assert platform.materialized("staging_events") == platform.materialized("songplays") == good
    assert platform.rows("SELECT COUNT(*) FROM songplays") == [(2,)]
    tolerant = platform.configured(max_rejected=1)
    report = tolerant.load()
    assert (report.reason, report.loaded, report.rejected_records) == (None, 1, 1)
    assert report.warned == ["staging_events.rejected_records_within_limit"]
    assert report.with_partitions(report.warned) == ["staging_events.rejected_records_within_limit (2018-11-02)"]
    assert platform.rows("SELECT file_key, line FROM rejected_records") == [("log_data/2018/11/2018-11-02-more.json", 1)]
    assert platform.rows("SELECT COUNT(*) FROM songplays") == [(3,)]


def test_what_a_stopped_run_left_unchecked_is_loaded_again(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(platform)
    with monkeypatch.context() as stopped:
        stopped.setattr("sparkify_assets.warehouse.queries.Queries.failing_rows", _stop)
        assert platform.load().reason is not None
    assert platform.materialized("songplays") == set(DAYS)
    assert platform.load().loaded == 3
    assert platform.load().loaded == 0


def _stop(*_: object) -> None:
    raise WarehouseError("the disk is full")


def newer(platform: Platform, name: str) -> Platform:
    """The same, by another version of a table's code."""
    table = replace(platform.catalog[name], code_version="another")
    return replace(platform, catalog=replace(platform.catalog, tables={**platform.catalog.tables, name: table}))


def test_a_changed_select_refreshes_its_table_and_loads_nothing(loaded_platform: Platform) -> None:
    loaded_platform.warehouse.execute("UPDATE songplays SET level = 'x'")
    changed = newer(loaded_platform, "songplays")
    report = changed.load()
    assert (report.loaded, report.unchanged, report.reason) == (0, 3, None)
    assert changed.rows("SELECT DISTINCT level FROM songplays") == [("paid",)]
    assert changed.load().runs == 0


def test_a_new_table_of_days_that_are_loaded_is_filled_and_nothing_is_loaded_again(loaded_platform: Platform) -> None:
    """As after an upgrade."""
    plays = loaded_platform.rows("SELECT * FROM songplays ORDER BY ALL")
    loaded_platform.warehouse.execute("DROP TABLE page_views")
    loaded_platform.warehouse.execute("DELETE FROM created_tables WHERE table_name = 'page_views'")
    loaded_platform.instance.wipe_assets([dg.AssetKey("page_views")])
    upgraded = newer(loaded_platform, "songplays")
    report = upgraded.load()
    assert (report.loaded, report.unchanged, report.reason) == (0, 3, None)
    assert upgraded.rows("SELECT COUNT(*) FROM page_views") == [(3,)]
    assert upgraded.rows("SELECT * FROM songplays ORDER BY ALL") == plays
    assert upgraded.materialized("page_views") == set(DAYS)
    assert upgraded.load().runs == 0


def test_changed_rules_of_staging_load_everything_anew(loaded_platform: Platform) -> None:
    changed = newer(loaded_platform, "staging_events")
    assert changed.load().loaded == 3
    assert changed.load().loaded == 0


def test_a_lake_without_any_file_empties_no_warehouse(loaded_platform: Platform) -> None:
    """A mistyped SPARKIFY_LAKE lists nothing, and that is no error of the store's."""
    for day in DAYS:
        loaded_platform.lake.remove(f"log_data/2018/11/{day}-events.json")
    with raises(LakeError, "log_data", " 3 ", "SPARKIFY_LAKE", "`sparkify reset`"):
        loaded_platform.load()
    assert loaded_platform.rows("SELECT COUNT(*) FROM staging_events") == [(3,)]


def test_what_is_emptied_is_said(loaded_platform: Platform) -> None:
    loaded_platform.lake.remove(f"log_data/2018/11/{DAYS[0]}-events.json")
    report = loaded_platform.load()
    assert (report.loaded, report.emptied) == (1, 1)
    assert re.findall(r"\d+", report.summary())[:3] == ["1", "1", "2"], "loaded, emptied, unchanged"


def test_a_history_of_another_warehouse_is_brought_up_to_date(loaded_platform: Platform) -> None:
    """Days that only the history knows would be lost files to the sensors, for ever."""
    loaded_platform.lake.remove(f"log_data/2018/11/{DAYS[0]}-events.json")
    loaded_platform.warehouse.reset()
    assert loaded_platform.load().loaded == 2
    assert loaded_platform.materialized("staging_events") == loaded_platform.materialized("songplays") == set(DAYS[1:])
    assert loaded_platform.load().loaded == 0


def test_a_range_without_a_day_is_told_with_the_days_there_are(platform: Platform) -> None:
    deliver(platform)
    for first, last in ((date(2030, 1, 1), None), (date(2018, 10, 1), date(2018, 10, 31))):
        with raises(LakeError, first, *([last] if last else []), DAYS[0], DAYS[-1]):
            platform.load(first, last)
    assert platform.materialized("songplays") == set()


def test_a_lake_without_a_file_as_expected_is_told(platform: Platform) -> None:
    """Folders of other names, as many have them."""
    platform.lake.raw("log-data/2018/11/2018-11-01-events.json", json_lines([event()]))
    with raises(LakeError, "log_data/2018/11", "log-data is", "song_data/A", "sparkify sample"):
        platform.load()
    platform.lake.songs("A", [song()])
    with raises(LakeError, "log_data/2018/11", "log-data is", "nothing was loaded"):
        platform.load()
    assert platform.materialized("songs") == set()


def test_again_with_a_range_loads_its_days_and_no_songs(platform: Platform) -> None:
    deliver(platform)
    platform.lake.songs("A", [song()])
    platform.load()
    report = platform.load(first=date(2018, 11, 2), again=True)
    assert (report.loaded, report.unchanged) == (2, 1)
    platform.lake.songs("B", [song(song_id="SO2")])
    assert platform.load(last=date(2018, 11, 1), again=True).loaded == 2, "the day, and the songs that are new"
    assert platform.load(again=True).loaded == 5


def test_a_warning_names_its_days(platform: Platform) -> None:
    deliver(platform)
    for day in DAYS[:2]:
        platform.lake.events(day, [event(sessionId=7, level="gold", ts=milliseconds(f"{day}T12:00:00.796"))])
    report = platform.load()
    assert f"staging_events.level_accepted_values ({DAYS[0]}, {DAYS[1]})" in report.with_partitions(report.warned)
