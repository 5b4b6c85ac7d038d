"""The job that asks checks alone: which it asks, about which partitions, and what it says to names that do not exist."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from sparkify_assets_tests.orchestration.conftest import Platform, new_platform
from sparkify_assets_tests.support import event, mentions, milliseconds, song

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("checks-alone")]

DAYS = ["2018-11-01", "2018-11-02", "2018-11-03"]


@pytest.fixture(scope="module")
def loaded() -> Iterator[Platform]:
    """Three days and a song, for the tests that only ask."""
    with new_platform() as platform:
        for n, day in enumerate(DAYS):
            platform.lake.events(day, [event(sessionId=n, ts=milliseconds(f"{day}T10:00"))])
        platform.lake.songs("A", [song()])
        platform.load()
        yield platform


@pytest.fixture
def spoiling(loaded: Platform, tmp_path: Path) -> Iterator[Callable[[str], None]]:
    """To spoil tables by a statement, until the end of the test."""
    kept = shutil.copy(loaded.settings.duckdb_path, tmp_path)

    def spoil(sql: str) -> None:
        with loaded.warehouse.session() as session:
            session.sql.execute(sql)

    yield spoil
    shutil.move(kept, loaded.settings.duckdb_path)


def ask(platform: Platform, **config: Any) -> dg.ExecuteInProcessResult:
    job = platform.defs.resolve_job_def("run_checks")
    return job.execute_in_process(instance=platform.instance, run_config={"ops": {"evaluate": {"config": config}}}, raise_on_error=False)


def answered(platform: Platform, since: int) -> set[tuple[str, str | None, bool]]:
    """Check, partition and answer of what was asked after an event."""
    log = platform.instance.event_log_storage.get_logs_for_all_runs_by_log_id(
        after_cursor=since, dagster_event_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION
    )
    found = [e.dagster_event.asset_check_evaluation_data for e in log.values() if e.dagster_event]
    return {(f"{a.asset_key.to_user_string()}.{a.check_name}", a.partition, a.passed) for a in found}


def now(platform: Platform) -> int:
    return platform.instance.event_log_storage.get_maximum_record_id() or 0


def refusal(result: dg.ExecuteInProcessResult) -> str:
    (failed,) = [e for e in result.all_events if e.is_step_failure]
    data = failed.step_failure_data.user_failure_data
    assert data is not None
    return data.description or ""


def test_one_check_for_one_day(loaded: Platform) -> None:
    since = now(loaded)
    assert ask(loaded, checks=["songplays.primary_key"], partition_start=DAYS[1]).success
    assert answered(loaded, since) == {("songplays.primary_key", DAYS[1], True)}


def test_checks_for_a_range_with_a_bad_day(loaded: Platform, spoiling: Callable[[str], None]) -> None:
    spoiling(f"UPDATE staging_events SET auth = 'Unknown' WHERE log_date = '{DAYS[1]}'")
    since = now(loaded)
    assert ask(loaded, checks=["staging_events.auth_accepted_values"], partition_start=DAYS[1], partition_end=DAYS[2]).success
    name = "staging_events.auth_accepted_values"
    assert answered(loaded, since) == {(name, DAYS[1], False), (name, DAYS[2], True), (name, None, False)}


def test_a_table_for_all_its_partitions(loaded: Platform) -> None:
    since = now(loaded)
    assert ask(loaded, checks=["songs", "popular_hours"]).success
    asked = {name for name, partition, _ in answered(loaded, since) if partition is None}
    assert asked == {
        f"{k.asset_key.to_user_string()}.{k.name}"
        for k in loaded.defs.resolve_asset_graph().asset_check_keys
        if k.asset_key.to_user_string() in ("songs", "popular_hours")
    }


def test_every_table_that_has_the_partition(loaded: Platform) -> None:
    since = now(loaded)
    assert ask(loaded, partition_start="A").success
    assert {name.split(".")[0] for name, _, _ in answered(loaded, since)} == {"staging_songs", "songs", "artists"}
    assert {partition for _, partition, _ in answered(loaded, since)} == {"A"}


def test_everything(loaded: Platform) -> None:
    since = now(loaded)
    assert ask(loaded).success
    assert len({name for name, _, _ in answered(loaded, since)}) == len(loaded.defs.resolve_asset_graph().asset_check_keys)
    assert {partition for _, partition, _ in answered(loaded, since)} == {*DAYS, "A", None}


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({"checks": ["songplay.primary_key"]}, ("checks", "songplay.primary_key")),
        ({"checks": ["songs.primary_key"], "partition_start": "2018-11-01"}, ("songs.primary_key", "2018-11-01", " A")),
        ({"partition_start": "yesterday"}, ("partition_start", "yesterday")),
        ({"partition_end": "2018-11-01"}, ("partition_end", "2018-11-01", "partition_start")),
    ],
)
def test_what_cannot_be_asked_is_said(loaded: Platform, config: dict[str, Any], told: tuple[str, ...]) -> None:
    result = ask(loaded, **config)
    assert not result.success
    mentions(refusal(result), *told)


def test_a_check_that_blocks_fails_the_job_and_names_the_run(loaded: Platform, spoiling: Callable[[str], None]) -> None:
    spoiling("DELETE FROM staging_events")
    result = ask(loaded, checks=["staging_events.record_count_reconciles"], partition_start=DAYS[0])
    (named,) = [run for run in loaded.instance.get_runs() if run.run_id in refusal(result)]
    assert named.run_id != result.run_id
    assert named.status == dg.DagsterRunStatus.FAILURE


def test_days_whose_staging_rows_have_expired_are_not_compared_with_nothing() -> None:
    """By the job, and in a run of the UI; a load by the setting says what has expired, and checks what it loads again."""
    days = [f"2018-11-{day:02d}" for day in range(1, 10)]
    with new_platform() as platform:
        for n, day in enumerate(days):
            platform.lake.events(day, [event(sessionId=n, ts=milliseconds(f"{day}T10:00"))])
        platform.load()
        keeping = platform.configured(staging_days=7)
        keeping.lake.events(days[-1], [event(sessionId=100, ts=milliseconds(f"{days[-1]}T10:00"))])
        keeping.load()
        assert keeping.rows("SELECT MIN(log_date) FROM staging_events") == [(date(2018, 11, 3),)]
        assert keeping.rows("SELECT COUNT(*) FROM songplays") == [(9,)]
        since, check = now(keeping), "songplays.songplays_reconcile_with_page_views"
        assert ask(keeping, checks=[check], partition_start=days[1], partition_end=days[2]).success
        assert answered(keeping, since) == {(check, days[2], True), (check, None, True)}
        refused = ask(keeping, checks=[check], partition_start=days[0], partition_end=days[1])
        assert not refused.success
        asked = keeping.instance.get_runs(limit=1)[0].run_id
        (failed,) = keeping.instance.get_records_for_run(asked, of_type=dg.DagsterEventType.STEP_FAILURE).records
        mentions(str(failed.event_log_entry), "2 partitions", "songplays", "SPARKIFY_STAGING_DAYS", f"--from {days[0]} --to {days[1]}")
        refreshed = keeping.materialize("page_views", start=days[0])
        assert not refreshed.success
        assert keeping.rows("SELECT COUNT(*) FROM songplays") == [(9,)]
        with dg.DagsterInstance.ephemeral() as empty:  # a lost history: adopted days are checked, without those that have expired
            assert replace(keeping, instance=empty).load().reason is None
            assert empty.get_materialized_partitions(dg.AssetKey("songplays")) == {*days}
        assert keeping.load(date(2018, 11, 1), date(2018, 11, 2), again=True).reason is None
        assert keeping.rows("SELECT MIN(log_date) FROM staging_events") == [(date(2018, 11, 1),)]
