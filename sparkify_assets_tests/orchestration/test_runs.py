"""Runs as a person launches them in the UI: one partition, a range, checks alone, jobs."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import dagster as dg
import pytest

from sparkify_assets.errors import LakeError, LakeUnavailableError
from sparkify_assets.lake import LakeSnapshot, LocalLake, ObjectInfo
from sparkify_assets_tests.orchestration.conftest import Platform
from sparkify_assets_tests.support import event, mentions, song

pytestmark = pytest.mark.integration

LOGS = ("log_files", "staging_events", "users", "page_views", "songplays", "time")


def failure(result: dg.ExecuteInProcessResult, step: str) -> str:
    (event,) = [e for e in result.all_events if e.is_step_failure and e.step_key == step]
    data = event.step_failure_data.user_failure_data
    assert data is not None, "the step failed by an exception of ours that nobody turned into a message"
    return data.description or ""


def evaluations(platform: Platform, result: dg.ExecuteInProcessResult) -> list:
    logs = platform.instance.all_logs(result.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    return [e.dagster_event.asset_check_evaluation_data for e in logs if e.dagster_event]


def test_one_partition(platform: Platform) -> None:
    platform.lake.events("2018-11-01", [event()])
    assert platform.materialize(*LOGS, start="2018-11-01").success
    assert platform.materialized("songplays") == {"2018-11-01"}


def test_a_partition_without_files_holds_no_rows_and_is_no_failure(platform: Platform) -> None:
    (platform.lake.root / "log_data").mkdir()
    assert platform.materialize(*LOGS, start="2018-11-05").success
    assert platform.rows("SELECT COUNT(*) FROM staging_events") == [(0,)]


def test_a_range_with_a_bad_day_says_which_and_loads_the_others(platform: Platform) -> None:
    for day in ("2018-11-01", "2018-11-03"):
        platform.lake.events(day, [event()])
    platform.lake.raw("log_data/2018/11/2018-11-02-events.json", b"[1, 2]\n")
    result = platform.materialize(*LOGS, start="2018-11-01", end="2018-11-03")
    assert not result.success
    told = failure(result, "staging_events")
    mentions(told, "staging_events 2018-11-02", " 1 ", " 0 ", "log_data/2018/11/2018-11-02-events.json:1")
    assert platform.materialized("staging_events") == {"2018-11-01", "2018-11-03"}
    (answer,) = evaluations(platform, result)
    assert (answer.check_name, answer.partition, answer.passed, answer.blocking) == (
        "rejected_records_within_limit",
        "2018-11-02",
        False,
        True,
    )
    assert platform.materialized("songplays") == set(), "what follows staging waits for all its partitions"


def test_a_mended_day_brings_what_follows_for_all(platform: Platform) -> None:
    platform.lake.events("2018-11-01", [event(sessionId=1)])
    platform.lake.raw("log_data/2018/11/2018-11-02-events.json", b"[1, 2]\n")
    platform.materialize(*LOGS, start="2018-11-01", end="2018-11-02")
    platform.lake.events("2018-11-02", [event(sessionId=2)])
    assert platform.materialize(*LOGS, start="2018-11-02").success
    assert platform.rows("SELECT COUNT(*) FROM songplays") == [(2,)]
    assert platform.materialized("songplays") == {"2018-11-01", "2018-11-02"}, "what was owed to the other day is shown, too"


def test_checks_run_alone_for_chosen_partitions(platform: Platform) -> None:
    platform.lake.events("2018-11-01", [event(sessionId=1)])
    platform.lake.events("2018-11-02", [event(sessionId=2)])
    platform.load()
    with platform.warehouse.session() as session:
        session.sql.execute("UPDATE users SET level = 'gold'")
    key = dg.AssetCheckKey(dg.AssetKey("users"), "level_accepted_values")
    job = platform.defs.resolve_implicit_global_asset_job_def().get_subset(asset_check_selection={key})
    result = job.execute_in_process(instance=platform.instance, tags={"dagster/partition": "2018-11-02"})
    assert result.success, "a check that fails is no failure of the run, unless it blocks"
    (answer,) = result.get_asset_check_evaluations()
    assert not answer.passed
    assert answer.metadata["failing_rows"].value == 1
    assert "gold" in str(answer.metadata["sample"].value)
    assert "SELECT" in str(answer.metadata["query"].value)
    # of the other day no user is left: user 15's latest play lies in the second
    result = job.execute_in_process(instance=platform.instance, tags={"dagster/partition": "2018-11-01"})
    assert result.get_asset_check_evaluations()[0].passed


def test_a_lake_that_is_not_there_is_one_message(platform: Platform) -> None:
    missing = platform.configured(lake=platform.lake.root / "nowhere")
    result = missing.materialize("song_files", start="A")
    mentions(failure(result, "song_files"), "nowhere", "SPARKIFY_LAKE")


@pytest.mark.parametrize(("job", "partition", "table"), [("load_log_files", "2018-11-01", "songplays"), ("load_song_files", "A", "songs")])
def test_jobs_take_a_partition(platform: Platform, job: str, partition: str, table: str) -> None:
    platform.lake.events("2018-11-01", [event()])
    platform.lake.songs("A", [song()])
    result = platform.defs.resolve_job_def(job).execute_in_process(instance=platform.instance, partition_key=partition)
    assert result.success
    assert platform.rows(f"SELECT COUNT(*) FROM {table}") == [(1,)]


def test_one_job_loads_everything(platform: Platform) -> None:
    platform.lake.events("2018-11-01", [event()])
    platform.lake.songs("A", [song()])
    assert platform.defs.resolve_job_def("load_everything").execute_in_process(instance=platform.instance).success
    assert platform.rows("SELECT song_id FROM songplays") == [("SO1",)]
    assert platform.rows("SELECT plays FROM most_active_users") == [(1,)]
    platform.lake.raw("log_data/2018/11/2018-11-02-events.json", b"{")
    result = platform.defs.resolve_job_def("load_everything").execute_in_process(instance=platform.instance, raise_on_error=False)
    assert "2018-11-02-events.json:1" in failure(result, "load_all")


class Flaky(LocalLake):
    """A lake on a disk across a network, which does not answer the first few times."""

    def __init__(self, root: Path, failures: int, error: type[LakeError]) -> None:
        super().__init__(root)
        self.failures, self.error, self.asked = failures, error, 0

    def read(self, entries: Iterable[ObjectInfo]) -> Iterator[bytes]:
        self.asked += 1
        if self.asked <= self.failures:
            raise self.error("the disk across the network does not answer")
        return super().read(entries)


@pytest.mark.parametrize(
    ("failures", "error", "asked", "success"),
    [(1, LakeUnavailableError, 2, True), (9, LakeUnavailableError, 4, False), (1, LakeError, 1, False)],
    ids=["passes", "goes on too long", "does not pass by itself"],
)
def test_what_may_pass_by_itself_is_tried_again_and_nothing_else(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, failures: int, error: type[LakeError], asked: int, success: bool
) -> None:
    monkeypatch.setattr(dg.RetryPolicy, "calculate_delay", lambda *_: 0.01)  # not the 55 s of the real one
    platform.lake.events("2018-11-01", [event()])
    lake = Flaky(platform.lake.root, failures, error)
    job = platform.defs.resolve_implicit_global_asset_job_def().get_subset(
        asset_selection={dg.AssetKey(a) for a in LOGS}, asset_check_selection=set()
    )
    result = job.execute_in_process(
        instance=platform.instance,
        tags={"dagster/partition": "2018-11-01"},
        resources={"lake": LakeSnapshot(lake)},
        raise_on_error=False,
    )
    assert (lake.asked, result.success) == (asked, success)
