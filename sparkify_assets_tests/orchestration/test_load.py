"""`sparkify load` from within: what is due, what a run leaves in Dagster's history, and that all of it reaches the tables."""

from datetime import date

import dagster as dg
import pytest

from sparkify_assets.errors import WarehouseError
from sparkify_assets.lake import Entry, LocalLake, fingerprint
from sparkify_assets_tests.orchestration.conftest import Platform
from sparkify_assets_tests.support import event, milliseconds, song

DAYS = ["2018-11-01", "2018-11-02", "2018-11-03"]


def deliver(platform: Platform, days: list[str] = DAYS) -> None:
    """A play a day, each of its own session."""
    for number, day in enumerate(days):
        platform.lake.events(day, [event(sessionId=number, ts=milliseconds(f"{day}T12:00:00.796"))])


def test_everything_is_loaded_and_shown(platform: Platform) -> None:
    deliver(platform)
    platform.lake.songs("A", [song()])
    report = platform.load()
    assert report.reason is None
    assert report.rows == {
        "staging_songs": 1,
        "staging_events": 3,
        "artists": 1,
        "songs": 1,
        "songplays": 3,
        "users": 1,
        "time": 3,
        "popular_hours": 1,
        "most_active_users": 1,
    }
    for asset in ("log_files", "staging_events", "users", "songplays", "time"):
        assert platform.materialized(asset) == set(DAYS), asset
    for asset in ("song_files", "staging_songs", "songs", "artists"):
        assert platform.materialized(asset) == {"A"}, asset
    checks = platform.defs.resolve_asset_graph().asset_check_keys
    assert report.passed == len(checks)
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
    assert isinstance(entry, Entry)
    assert entry.key == key
    found = platform.instance.fetch_materializations(
        dg.AssetRecordsFilter(asset_key=dg.AssetKey("staging_events"), asset_partitions=["2018-11-01"]), limit=1
    ).records[0]
    metadata = found.asset_materialization.metadata if found.asset_materialization else {}
    assert metadata["source_fingerprint"].value == fingerprint([entry])
    assert metadata["dagster/partition_row_count"].value == 2
    assert metadata["files"].value == 1
    assert metadata["rejected"].value == 0


def test_a_second_load_runs_nothing(platform: Platform) -> None:
    deliver(platform)
    platform.load()
    report = platform.load()
    assert (report.runs, report.loaded, report.unchanged) == (0, 0, 3)


def test_again_loads_what_has_not_changed(platform: Platform) -> None:
    deliver(platform)
    first = platform.load()
    report = platform.load(again=True)
    assert (report.loaded, report.rows) == (3, first.rows)


def test_a_changed_file_concerns_its_day_only(platform: Platform) -> None:
    deliver(platform)
    platform.load()
    platform.lake.events("2018-11-02", [event(sessionId=1), event(sessionId=1, itemInSession=1)])
    report = platform.load()
    assert (report.loaded, report.unchanged) == (1, 2)
    assert platform.rows("SELECT COUNT(*) FROM songplays") == [(4,)]


def test_a_deleted_file_empties_its_day(platform: Platform) -> None:
    deliver(platform)
    platform.load()
    platform.lake.remove("log_data/2018/11/2018-11-02-events.json")
    report = platform.load()
    assert report.reason is None
    assert platform.rows("SELECT log_date FROM songplays ORDER BY 1") == [(_day(DAYS[0]),), (_day(DAYS[2]),)]
    assert platform.load().runs == 0


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


def test_a_song_that_comes_late_reaches_the_plays_of_days_loaded_before(platform: Platform) -> None:
    deliver(platform)
    platform.load()
    assert platform.rows("SELECT DISTINCT song_id FROM songplays") == [(None,)]
    platform.lake.songs("A", [song()])
    report = platform.load()
    assert (report.loaded, report.unchanged) == (1, 3)
    assert platform.rows("SELECT DISTINCT song_id FROM songplays") == [("SO1",)]
    for day in DAYS:
        records = platform.instance.fetch_materializations(
            dg.AssetRecordsFilter(asset_key=dg.AssetKey("songplays"), asset_partitions=[day]), limit=9
        ).records
        assert len(records) == 2, f"songplays {day} was not materialized again, visibly"


def test_a_new_home_shows_everything_again(platform: Platform) -> None:
    deliver(platform)
    platform.load()
    with dg.DagsterInstance.ephemeral() as instance:
        other = Platform(platform.lake, platform.settings, instance)
        assert other.load().loaded == 3
        assert other.materialized("songplays") == set(DAYS)


def test_a_bad_day_stops_no_other(platform: Platform) -> None:
    deliver(platform)
    platform.lake.raw("log_data/2018/11/2018-11-02-more.json", b'{"ts": broken')
    report = platform.load()
    assert report.reason is not None
    assert "log_data/2018/11/2018-11-02-more.json:1" in report.reason
    assert "Loaded all the same: 2 other partitions of this run." in report.reason
    good = {"2018-11-01", "2018-11-03"}
    assert platform.materialized("staging_events") == platform.materialized("songplays") == good
    assert platform.rows("SELECT COUNT(*) FROM songplays") == [(2,)]
    tolerant = platform.configured(max_rejected=1)
    report = tolerant.load()
    assert (report.reason, report.loaded, report.rejected) == (None, 1, 1)
    assert report.warned == ["staging_events.rejects_within_tolerance"]
    assert platform.rows("SELECT file_key, line FROM rejected_records") == [("log_data/2018/11/2018-11-02-more.json", 1)]
    assert platform.rows("SELECT COUNT(*) FROM songplays") == [(3,)]


def test_what_a_stopped_run_left_unchecked_is_loaded_again(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(platform)
    with monkeypatch.context() as stopped:
        stopped.setattr("sparkify_assets.warehouse.asking.Asking.breaking", _stop)
        assert platform.load().reason is not None
    assert platform.materialized("songplays") == set(DAYS)
    assert platform.load().loaded == 3
    assert platform.load().loaded == 0


def _stop(*_: object) -> None:
    raise WarehouseError("the disk is full")


def test_a_changed_select_makes_everything_due(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(platform)
    platform.load()
    monkeypatch.setattr("sparkify_assets.orchestration.due.code_version", lambda instance, table: "older")
    assert platform.load().loaded == 3


def _day(text: str):
    import pandas as pd

    return pd.Timestamp(text)
