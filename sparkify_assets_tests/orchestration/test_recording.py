"""How the runs of a load stand in Dagster's history, where people look for what ran."""

from datetime import date

import dagster as dg
import pytest

from sparkify_assets.orchestration import runner as loading
from sparkify_assets.orchestration.orphaned_runs import fail_orphaned_runs, process_tags
from sparkify_assets_tests.orchestration.conftest import DAYS, Platform
from sparkify_assets_tests.support import event

pytestmark = pytest.mark.integration


def runs(platform: Platform) -> list[dg.DagsterRun]:
    """The oldest first."""
    return list(platform.instance.get_runs())[::-1]


def test_each_run_stands_under_a_job_that_the_ui_has_loaded(platform: Platform) -> None:
    for day in DAYS[:2]:
        platform.lake.events(day, [event(sessionId=int(day[-2:]))])
    platform.load()
    assert [run.job_name for run in runs(platform)] == ["load_log_files", "make_reports", "make_reports"]
    known = {job.name for job in platform.defs.resolve_all_job_defs()}
    for run in runs(platform):
        assert run.job_name in known
        assert run.remote_job_origin is not None
        assert run.remote_job_origin.job_name == run.job_name
        assert run.remote_job_origin.location_name == "sparkify_assets"
    assert "create_run_for_job" not in vars(platform.instance)  # the instance is as it was


def test_each_run_tells_the_command_the_engine_and_the_partitions(loaded_platform: Platform) -> None:
    loaded_platform.lake.events(DAYS[1], [event(sessionId=1), event(sessionId=1, itemInSession=1)])
    before = {run.run_id for run in runs(loaded_platform)}
    loaded_platform.load()
    first, last = (run.tags for run in runs(loaded_platform) if run.run_id not in before)
    assert first["sparkify/partitions"] == DAYS[1]
    assert "sparkify/partitions" not in last
    for tags in (first, last):
        assert (tags["sparkify/command"], tags["sparkify/engine"]) == ("sparkify load", "duckdb")


@pytest.mark.parametrize(
    ("first", "last", "again", "told"),
    [
        (None, None, False, "sparkify load"),
        (date(2018, 11, 5), date(2018, 11, 7), False, "sparkify load --from 2018-11-05 --to 2018-11-07"),
        (None, date(2018, 11, 7), True, "sparkify load --to 2018-11-07 --force"),
    ],
)
def test_the_command_is_told_as_it_was_written(first: date | None, last: date | None, again: bool, told: str) -> None:
    assert loading.command_text(first, last, again) == told


def test_a_run_launched_anew_from_one_is_not_taken_for_its_process(platform: Platform) -> None:
    """It carries the tags of the other, and with them the number of a process that has ended."""
    tags = {**process_tags(), "sparkify/pid": "999999999"}
    job = platform.defs.resolve_job_def("load_everything")
    first = platform.instance.create_run_for_job(job, tags=tags, status=dg.DagsterRunStatus.STARTED)
    platform.instance.create_run_for_job(
        job, tags=tags, status=dg.DagsterRunStatus.STARTED, parent_run_id=first.run_id, root_run_id=first.run_id
    )
    assert fail_orphaned_runs(platform.instance) == [first.run_id]


def test_a_load_leaves_lookups_alone_that_its_loads_keep_true(loaded_platform: Platform) -> None:
    """To read all texts anew would cost what the warehouse holds, not what has changed."""
    loaded_platform.warehouse.execute("INSERT INTO user_agents SELECT 'planted', * EXCLUDE user_agent FROM user_agents LIMIT 1")
    loaded_platform.lake.events(DAYS[1], [event(sessionId=1), event(sessionId=1, itemInSession=1)])
    loaded_platform.load()
    planted = "SELECT COUNT(*) FROM user_agents WHERE user_agent = 'planted'"
    assert loaded_platform.rows(planted) == [(1,)]
    loaded_platform.materialize("user_agents")
    assert loaded_platform.rows(planted) == [(0,)]
