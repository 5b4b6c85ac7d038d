"""Checks in runs: what each says of a day, of a range with a bad day in it, and when it is executed alone."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import dagster as dg
import pytest

from sparkify_assets.orchestration.partitions import daily_partitions, newest_expected_day
from sparkify_assets.settings import Settings
from sparkify_assets_tests.orchestration.conftest import Platform
from sparkify_assets_tests.support import Record, event, json_lines, mentions, milliseconds, song

pytestmark = pytest.mark.integration

KEY, RANGE_START, RANGE_END = "dagster/partition", "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
LOGS = ("log_files", "staging_events", "users", "page_views", "songplays", "time")
SONGS = ("song_files", "staging_songs", "songs", "artists")
DAYS = [f"2018-11-0{n}" for n in range(1, 8)]
UNMATCHED = {"song": "Nobody knows it"}


def plays(day: str, count: int = 1, **overrides: Any) -> list[Record]:
    """So many plays of a day, in a session of its own."""
    start = milliseconds(f"{day}T10:00")
    return [event(sessionId=int(day[-2:]), itemInSession=n, ts=start + n * 1000, **overrides) for n in range(count)]


def deliver(platform: Platform, days: Sequence[str], count: int = 1) -> None:
    for day in days:
        platform.lake.events(day, plays(day, count))


def key_of(check: str) -> dg.AssetCheckKey:
    asset, name = check.split(".")
    return dg.AssetCheckKey(dg.AssetKey(asset), name)


def alone(platform: Platform, check: str, tags: Mapping[str, str] | None = None) -> dg.ExecuteInProcessResult:
    """Execute the check, and nothing else, as the UI does."""
    job = platform.defs.resolve_implicit_global_asset_job_def().get_subset(asset_check_selection={key_of(check)})
    return job.execute_in_process(instance=platform.instance, tags=dict(tags or {}), raise_on_error=False)


def shown(platform: Platform, check: str, run_id: str | None = None) -> dict[str | None, str]:
    """Partition → the state that the UI shows, in one run or at last; None is the answer for the whole."""
    history = platform.instance.event_log_storage.get_asset_check_execution_history(key_of(check), limit=1000)
    return {r.partition: r.status.value for r in reversed(history) if run_id in (None, r.run_id)}


def answer(platform: Platform, check: str, partition: str | None = None) -> Any:
    """The latest evaluation for a partition, or for a range as a whole."""
    history = platform.instance.event_log_storage.get_asset_check_execution_history(key_of(check), limit=1000)
    return next(r.evaluation for r in history if r.partition == partition and r.evaluation)


def metadata(platform: Platform, check: str, partition: str | None = None) -> dict[str, Any]:
    """What stands beside the answer; a table as its rows."""
    found = answer(platform, check, partition).metadata
    return {n: [r.data for r in v.records] if isinstance(v, dg.TableMetadataValue) else v.value for n, v in found.items()}


def stage(platform: Platform, last: str) -> None:
    """The first days until ``last`` into staging, with its checks, and no further."""
    assert platform.materialize("log_files", "staging_events", start=DAYS[0], end=last).success


def match(platform: Platform, last: str) -> None:
    """The first days until ``last`` into songplays, after the songs of the letter A."""
    assert platform.materialize("song_files", "staging_songs", start="A").success
    assert platform.materialize("log_files", "staging_events", "page_views", "songplays", start=DAYS[0], end=last).success


def spoil(platform: Platform, sql: str) -> None:
    with platform.warehouse.session() as session:
        session.sql.execute(sql)


# for one partition, for a range


def test_the_result_of_one_day_is_that_days(platform: Platform) -> None:
    deliver(platform, DAYS[:1])
    job = platform.defs.resolve_job_def("load_log_files")
    result = job.execute_in_process(instance=platform.instance, partition_key=DAYS[0])
    for check in ("songplays.primary_key", "staging_events.rejected_records_within_limit", "staging_events.no_schema_drift"):
        assert shown(platform, check, result.run_id) == {DAYS[0]: "SUCCEEDED"}
    answers = result.get_asset_check_evaluations()
    (key,) = [a for a in answers if (a.asset_key.to_user_string(), a.check_name) == ("songplays", "primary_key")]
    assert {"failing_rows", "query"} <= set(key.metadata), "one that passes says what was asked"
    assert len(answers) == len({a.asset_check_key for a in answers}), "each check has answered once"


def test_of_a_range_each_day_is_shown_and_the_whole(platform: Platform) -> None:
    deliver(platform, DAYS[:3])
    platform.materialize(*LOGS, start=DAYS[0], end=DAYS[2])
    for check in ("songplays.primary_key", "staging_events.rejected_records_within_limit", "staging_events.no_schema_drift"):
        assert shown(platform, check) == {**dict.fromkeys(DAYS[:3], "SUCCEEDED"), None: "SUCCEEDED"}, check
    whole = metadata(platform, "songplays.primary_key")
    assert (whole["checked_partitions"], whole["failing_partitions"], whole["failing_rows"]) == (3, [], 0)
    latest = platform.instance.get_latest_materialization_event(dg.AssetKey("songplays"))
    assert latest is not None
    assert answer(platform, "songplays.primary_key", DAYS[0]).target_materialization_data.run_id == latest.run_id


@pytest.mark.parametrize("tags", [{KEY: DAYS[0]}, {RANGE_START: DAYS[0], RANGE_END: DAYS[1]}], ids=["beside one day", "beside a range"])
def test_days_that_a_run_refreshes_beside_its_own_are_checked_as_well(platform: Platform, tags: Mapping[str, str]) -> None:
    deliver(platform, DAYS[:4])
    assert platform.materialize(*LOGS, start=DAYS[0], end=DAYS[3]).success
    platform.lake.songs("B", [song(song_id="SO0")])
    assert platform.materialize("song_files", "staging_songs", "songs", start="B").success
    job = platform.defs.resolve_implicit_global_asset_job_def()
    songplays = [dg.AssetKey("songplays")]
    result = job.execute_in_process(instance=platform.instance, asset_selection=songplays, tags=dict(tags), raise_on_error=False)
    whole = {} if KEY in tags else {None: "FAILED"}
    check = "songplays.artist_id_references_artists"  # the artist was not materialized with the song
    assert shown(platform, check, result.run_id) == {**dict.fromkeys(DAYS[:4], "FAILED"), **whole}
    assert shown(platform, "songplays.primary_key", result.run_id) == dict.fromkeys([*DAYS[:4], *whole], "SUCCEEDED")
    assert metadata(platform, check, DAYS[3])["failing_rows"] == 1
    assert answer(platform, check, DAYS[3]).target_materialization_data.run_id == result.run_id


def test_a_load_checks_the_days_that_late_songs_have_changed(platform: Platform) -> None:
    for day in DAYS[:4]:
        platform.lake.events(day, plays(day, song="Nobody knows it" if day == DAYS[2] else "Starlight"))
    platform.load()
    platform.lake.songs("B", [song(song_id="SO0")])
    assert platform.load().reason is None
    latest = platform.instance.get_latest_materialization_event(dg.AssetKey("songplays"))
    assert latest is not None
    refreshed = set(shown(platform, "songplays.primary_key", latest.run_id))
    assert refreshed >= {DAYS[0], DAYS[1], DAYS[3]}, "days on both sides of one that is not concerned"


def test_every_check_is_shown_for_each_partition(platform: Platform) -> None:
    deliver(platform, DAYS[:2])
    for prefix in "AB":
        platform.lake.songs(prefix, [song(song_id=f"SO{prefix}")], name=prefix)
    assert platform.materialize(*SONGS, start="A", end="B").success
    assert platform.materialize(*LOGS, start=DAYS[0], end=DAYS[1]).success
    graph = platform.defs.resolve_asset_graph()
    for key in graph.asset_check_keys:
        if graph.get(key.asset_key).partitions_def is None:
            continue
        letters = isinstance(graph.get(key.asset_key).partitions_def, dg.StaticPartitionsDefinition)
        states = shown(platform, f"{key.asset_key.to_user_string()}.{key.name}")
        assert states == dict.fromkeys([*("AB" if letters else DAYS[:2]), None], "SUCCEEDED"), key


def test_of_a_range_with_a_bad_day_that_day_fails(platform: Platform) -> None:
    deliver(platform, DAYS[:3])
    platform.lake.events(DAYS[1], [*plays(DAYS[1], 2, level="trial")])
    assert platform.materialize(*LOGS, start=DAYS[0], end=DAYS[2]).success
    check = "staging_events.level_accepted_values"
    assert shown(platform, check) == {DAYS[0]: "SUCCEEDED", DAYS[1]: "FAILED", DAYS[2]: "SUCCEEDED", None: "FAILED"}
    whole, day = metadata(platform, check), metadata(platform, check, DAYS[1])
    assert (whole["checked_partitions"], whole["failing_partitions"], whole["failing_rows"]) == (3, [DAYS[1]], 2)
    assert day["failing_rows"] == 2
    assert [row["level"] for row in day["sample"]] == ["trial", "trial"]
    assert "SELECT" in day["query"]
    assert answer(platform, check, DAYS[1]).severity == dg.AssetCheckSeverity.WARN
    assert "checked_partitions" not in day


def test_rejected_records_that_are_tolerated_are_told_of_their_day(platform: Platform) -> None:
    lenient = platform.configured(max_rejected=1)
    deliver(lenient, DAYS[:2])
    platform.lake.raw(f"log_data/2018/11/{DAYS[1]}-more.json", b"[1, 2]\n" + json_lines(plays(DAYS[1], 1, userId="16")))
    assert lenient.materialize(*LOGS, start=DAYS[0], end=DAYS[1]).success
    check = "staging_events.rejected_records_within_limit"
    assert shown(lenient, check) == {DAYS[0]: "SUCCEEDED", DAYS[1]: "FAILED", None: "FAILED"}
    assert metadata(lenient, check, DAYS[1])["rejected"] == 1
    assert answer(lenient, check).severity == dg.AssetCheckSeverity.WARN


def test_what_blocks_stops_what_follows(platform: Platform) -> None:
    lenient = platform.configured(max_rejected=1)
    deliver(lenient, DAYS[:2])
    platform.lake.raw(f"log_data/2018/11/{DAYS[1]}-more.json", b"[1, 2]\n" + json_lines(plays(DAYS[1], 1, userId="16")))
    lenient.load()
    check = "staging_events.rejected_records_within_limit"
    alone(platform, check, {RANGE_START: DAYS[0], RANGE_END: DAYS[1]})
    assert shown(platform, check) == {DAYS[0]: "SUCCEEDED", DAYS[1]: "FAILED", None: "FAILED"}
    found = answer(platform, check, DAYS[1])
    assert (found.severity, found.blocking) == (dg.AssetCheckSeverity.ERROR, True)


def test_a_load_counts_each_check_once(platform: Platform) -> None:
    deliver(platform, DAYS[:3])
    platform.lake.events(DAYS[1], plays(DAYS[1], 2, level="trial", userId="16"))
    report = platform.load()
    assert sorted(report.warned) == ["staging_events.level_accepted_values", "users.level_accepted_values"]
    assert report.failed == []
    checks = platform.defs.resolve_asset_graph().asset_check_keys
    of_songs = [k for k in checks if k.asset_key.to_user_string() in SONGS]
    assert report.passed == len(checks) - len(of_songs) - 2


# alone


def test_alone_for_a_day_a_range_and_all(platform: Platform) -> None:
    deliver(platform, DAYS[:3])
    platform.load()
    spoil(platform, f"UPDATE songplays SET session_id = 99 WHERE log_date = '{DAYS[1]}'")
    check = "songplays.songplays_reconcile_with_page_views"
    for tags, expected in [
        ({KEY: DAYS[0]}, {DAYS[0]: "SUCCEEDED"}),
        ({KEY: DAYS[1]}, {DAYS[1]: "FAILED"}),
        ({RANGE_START: DAYS[1], RANGE_END: DAYS[2]}, {DAYS[1]: "FAILED", DAYS[2]: "SUCCEEDED", None: "FAILED"}),
        ({RANGE_START: DAYS[2], RANGE_END: DAYS[2]}, {DAYS[2]: "SUCCEEDED", None: "SUCCEEDED"}),
        ({}, {DAYS[0]: "SUCCEEDED", DAYS[1]: "FAILED", DAYS[2]: "SUCCEEDED", None: "FAILED"}),
    ]:
        result = alone(platform, check, tags)
        assert result.success
        assert shown(platform, check, result.run_id) == expected, tags


def test_alone_on_a_table_without_partitions(platform: Platform) -> None:
    deliver(platform, DAYS[:1])
    platform.load()
    spoil(platform, "INSERT INTO popular_hours VALUES (10, 5)")
    result = alone(platform, "popular_hours.primary_key")
    assert shown(platform, "popular_hours.primary_key", result.run_id) == {None: "FAILED"}
    found = metadata(platform, "popular_hours.primary_key")
    assert found["failing_rows"] == 1
    assert "checked_partitions" not in found


def test_one_check_alone_is_one_question(platform: Platform) -> None:
    deliver(platform, DAYS[:1])
    stage(platform, DAYS[0])
    result = alone(platform, "staging_events.gender_accepted_values", {KEY: DAYS[0]})
    assert [a.check_name for a in result.get_asset_check_evaluations()] == ["gender_accepted_values"]


# keys


def test_keys_that_came_and_went_are_named(platform: Platform) -> None:
    deliver(platform, DAYS[:2])
    strange = [{("lat" if k == "location" else k): v for k, v in r.items()} for r in plays(DAYS[2], 3)]
    file = platform.lake.events(DAYS[2], [*strange, {**plays(DAYS[2], 4)[3], "device": "phone"}])
    assert platform.materialize(*LOGS, start=DAYS[0], end=DAYS[2]).success
    check = "staging_events.no_schema_drift"
    assert shown(platform, check) == {DAYS[0]: "SUCCEEDED", DAYS[1]: "SUCCEEDED", DAYS[2]: "FAILED", None: "FAILED"}
    found = metadata(platform, check, DAYS[2])
    assert [tuple(row[c] for c in ("key", "what", "records", "first_file")) for row in found["sample"]] == [
        ("device", "not declared", "1", file),
        ("lat", "not declared", "3", file),
        ("location", "declared, but missing", "3", file),
    ]
    assert (found["files"], found["records"]) == (1, 4)
    assert answer(platform, check).severity == dg.AssetCheckSeverity.WARN
    mentions(answer(platform, check).description, "lat", " 3 ", "log_data/2018/11/2018-11-03-events.json")


def test_keys_of_all_partitions_when_none_is_chosen(platform: Platform) -> None:
    platform.lake.songs("A", [song(genre="rock")])
    assert platform.materialize("song_files", "staging_songs", start="A").success
    result = alone(platform, "staging_songs.no_schema_drift")
    assert shown(platform, "staging_songs.no_schema_drift", result.run_id) == {"A": "FAILED", None: "FAILED"}


def test_of_an_empty_warehouse_everything_holds(platform: Platform) -> None:
    (platform.lake.root / "log_data").mkdir()
    for check in (
        "staging_events.gender_accepted_values",
        "staging_events.no_schema_drift",
        "songplays.primary_key",
        "songplays.match_rate_anomaly",
    ):
        result = alone(platform, check)
        assert shown(platform, check, result.run_id) == {None: "SUCCEEDED"}, check


# matches


def test_a_match_rate_that_breaks_down_is_told(platform: Platform) -> None:
    platform.lake.songs("A", [song()])
    deliver(platform, DAYS[:3], 20)
    platform.lake.events(DAYS[3], plays(DAYS[3], 20, **UNMATCHED))
    match(platform, DAYS[3])
    check = "songplays.match_rate_anomaly"
    assert shown(platform, check) == {**dict.fromkeys(DAYS[:3], "SUCCEEDED"), DAYS[3]: "FAILED", None: "FAILED"}
    found = metadata(platform, check, DAYS[3])
    assert {name: found[name] for name in ("rows", "matched", "rate", "rows_elsewhere", "matched_elsewhere", "rate_elsewhere")} == {
        "rows": 20,
        "matched": 0,
        "rate": 0.0,
        "rows_elsewhere": 60,
        "matched_elsewhere": 60,
        "rate_elsewhere": 1.0,
    }
    assert answer(platform, check, DAYS[3]).severity == dg.AssetCheckSeverity.WARN


def test_days_too_small_to_tell_by_themselves_fail_together(platform: Platform) -> None:
    platform.lake.songs("A", [song()])
    deliver(platform, DAYS[:2], 20)
    for day in DAYS[2:4]:
        platform.lake.events(day, plays(day, 9, **UNMATCHED))
    match(platform, DAYS[3])
    check = "songplays.match_rate_anomaly"
    result = alone(platform, check, {RANGE_START: DAYS[2], RANGE_END: DAYS[3]})
    assert shown(platform, check, result.run_id) == {DAYS[2]: "FAILED", DAYS[3]: "FAILED", None: "FAILED"}


@pytest.mark.parametrize(("matched", "passes"), [(9, False), (10, True)])
def test_half_of_the_usual_matches_will_do(platform: Platform, matched: int, passes: bool) -> None:
    platform.lake.songs("A", [song()])
    deliver(platform, DAYS[:1], 20)
    some = plays(DAYS[1], 20)
    platform.lake.events(DAYS[1], some[:matched] + [{**record, **UNMATCHED} for record in some[matched:]])
    match(platform, DAYS[1])
    alone(platform, "songplays.match_rate_anomaly", {KEY: DAYS[1]})
    assert answer(platform, "songplays.match_rate_anomaly", DAYS[1]).passed == passes


def test_one_match_in_thousands_is_no_rate_to_hold_days_to(platform: Platform) -> None:
    platform.lake.songs("A", [song(title="Rare")])
    platform.lake.events(DAYS[0], [*plays(DAYS[0], 500), event(song="Rare", sessionId=99)])
    deliver(platform, DAYS[1:3], 500)
    match(platform, DAYS[2])
    assert shown(platform, "songplays.match_rate_anomaly") == dict.fromkeys([*DAYS[:3], None], "SUCCEEDED")


# days


@pytest.mark.parametrize(("rows", "passes"), [(1, False), (2, True), (50, True), (51, False)])
def test_a_day_beside_its_neighbours(platform: Platform, rows: int, passes: bool) -> None:
    deliver(platform, [*DAYS[:2], *DAYS[3:5]], 10)
    deliver(platform, [DAYS[2]], rows)
    stage(platform, DAYS[4])
    check = "staging_events.row_count_anomaly"
    assert shown(platform, check)[DAYS[2]] == ("SUCCEEDED" if passes else "FAILED")
    found = metadata(platform, check, DAYS[2])
    assert (found["rows"], found["median"], found["neighbours"]) == (rows, 10, 4)
    assert set(shown(platform, check)) == {*DAYS[:5], None}
    assert metadata(platform, check)["failing_partitions"] == ([] if passes else [DAYS[2]])


def test_an_empty_file_is_an_unusual_day_and_no_file_is_none(platform: Platform) -> None:
    deliver(platform, DAYS[:4], 10)
    platform.lake.raw(f"log_data/2018/11/{DAYS[4]}-events.json", b"")
    stage(platform, DAYS[5])
    states = shown(platform, "staging_events.row_count_anomaly")
    assert (states[DAYS[4]], states[DAYS[5]]) == ("FAILED", "SUCCEEDED")


def test_of_a_day_with_few_neighbours_nothing_is_said(platform: Platform) -> None:
    deliver(platform, DAYS[:2], 10)
    deliver(platform, [DAYS[2]], 1)
    stage(platform, DAYS[2])
    assert shown(platform, "staging_events.row_count_anomaly")[DAYS[2]] == "SUCCEEDED"


def test_no_day_is_due_where_nothing_is_said(platform: Platform) -> None:
    names = {key.name for key in platform.defs.resolve_asset_graph().asset_check_keys}
    assert "data_is_fresh" not in names


def test_the_newest_day_due_is_missing_until_it_comes(platform: Platform) -> None:
    expecting = platform.configured(due_hours=24, log_end=date(2018, 11, 5))
    deliver(expecting, DAYS[:2])
    expecting.load()
    check = "staging_events.data_is_fresh"
    assert shown(expecting, check) == {DAYS[0]: "SUCCEEDED", DAYS[1]: "SUCCEEDED", DAYS[3]: "FAILED", None: "FAILED"}
    mentions(answer(expecting, check, DAYS[3]).description, "2018-11-02", "2018-11-04")
    assert alone(expecting, check, {KEY: DAYS[3]}).success
    assert shown(expecting, check)[DAYS[3]] == "FAILED"
    deliver(expecting, [DAYS[3]])
    expecting.load()
    assert set(shown(expecting, check).values()) == {"SUCCEEDED"}


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2018-11-03T05:59", "2018-11-01"),
        ("2018-11-03T06:00", "2018-11-02"),
        ("2018-11-02T05:59", None),
        ("2026-01-01T00:00", "2018-11-30"),
    ],
)
def test_which_day_is_due(platform: Platform, now: str, due: str | None) -> None:
    settings = platform.configured(due_hours=6).settings
    found = newest_expected_day(settings, datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert (found and found.isoformat()) == due


@pytest.mark.parametrize("end", [None, date(2018, 12, 1)])
@pytest.mark.parametrize("now", ["2018-10-31T00:00", "2018-11-01T00:00", "2018-11-30T23:59", "2018-12-02T00:00", "2026-01-01T00:00"])
def test_days_are_those_that_dagster_lists(end: date | None, now: str) -> None:
    ours = daily_partitions(Settings(log_start=date(2018, 11, 1), log_end=end))
    dagsters = dg.DailyPartitionsDefinition(ours.start, ours.end, end_offset=ours.end_offset)
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert list(ours.get_partition_keys(at)) == list(dagsters.get_partition_keys(at))
    assert list(ours.get_partition_keys()) == list(dagsters.get_partition_keys())
