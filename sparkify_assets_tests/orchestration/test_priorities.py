"""Which run goes first: the priority of each kind of run, the runs of a backfill, and how many runs a file causes that stays broken.

The month is simulated tick by tick, in this process; live/test_fairness.py has Dagster's own daemon and queue.

Put here what is requested in which order. Do not put here what a sensor finds (test_sensors.py).
"""

from collections.abc import Mapping

import dagster as dg
import pytest

from sparkify_assets.orchestration.priorities import BACKFILL, KIND, MOST_FRESH, PRIORITY, RunKind
from sparkify_assets.orchestration.recording import recorded_in_code_location
from sparkify_assets_tests.orchestration.conftest import Platform
from sparkify_assets_tests.orchestration.test_sensors import DAY, RANGE_END, RANGE_START, WHOLE, Ticking, deliver, play, run, spoken
from sparkify_assets_tests.support import mentions, song

pytestmark = pytest.mark.integration


@pytest.fixture
def logs(platform: Platform) -> Ticking:
    return Ticking(platform, "log_files")


def backfill_of(platform: Platform, first: int, last: int, status: dg.DagsterRunStatus) -> None:
    create_run(platform, {BACKFILL: "abcdefgh", RANGE_START: DAY.format(first), RANGE_END: DAY.format(last)}, status)


def create_run(platform: Platform, tags: Mapping[str, str], status: dg.DagsterRunStatus) -> None:
    with recorded_in_code_location(platform.instance):  # Dagster queues no run without one
        platform.instance.create_run_for_job(platform.defs.get_repository_def().get_job("load_log_files"), status=status, tags=tags)


def kinds(requests: list[dg.RunRequest]) -> set[tuple[str, str]]:
    return {(request.tags[PRIORITY], request.tags[KIND]) for request in requests}


def expected(kind: RunKind) -> set[tuple[str, str]]:
    return {(str(kind.priority), kind.title)}


def test_kinds_are_listed_from_the_first_to_the_last_and_a_backfill_has_what_dagster_gives_it() -> None:
    priorities = [kind.priority for kind in RunKind]
    assert priorities == sorted(set(priorities), reverse=True)
    assert list(RunKind) == [RunKind.FRESH, RunKind.STALE, RunKind.REPORTS, RunKind.BACKLOG, RunKind.BY_HAND]
    assert RunKind.BY_HAND.priority == 0


def test_few_new_days_go_first_and_a_backlog_does_not(platform: Platform, logs: Ticking) -> None:
    deliver(platform, *range(1, MOST_FRESH + 1))
    assert kinds(logs.look()) == expected(RunKind.FRESH)
    logs.cursor = None
    deliver(platform, MOST_FRESH + 3)
    found = logs.look()
    assert [spoken(request) for request in found] == ["2018-11-01...2018-11-07", "2018-11-10"]
    assert kinds(found) == expected(RunKind.BACKLOG), "a day in a run of its own is no fresh day, if many others are missing too"


def test_late_songs_and_lost_reports_have_priorities(platform: Platform, logs: Ticking) -> None:
    deliver(platform, 1)
    platform.lake.songs("A", [song()])
    pending = Ticking(platform, "pending_refreshes")
    logs.tick()
    found = Ticking(platform, "song_files").look()
    assert kinds(found) == expected(RunKind.FRESH)
    assert run(platform, found[0]).success
    assert kinds(pending.look()) == expected(RunKind.STALE)


def test_reports_have_a_priority(platform: Platform) -> None:
    sensor = platform.defs.get_repository_def().get_sensor_def("reports")
    assert isinstance(sensor, dg.AutomationConditionSensorDefinition)
    assert RunKind.REPORTS.tags.items() <= sensor.run_tags.items()


def test_a_fresh_day_does_not_wait_for_a_backfill_in_the_queue(platform: Platform, logs: Ticking) -> None:
    deliver(platform, *range(1, 11))
    assert logs.tick() == ["2018-11-01...2018-11-10"]
    backfill_of(platform, 1, 30, dg.DagsterRunStatus.QUEUED)
    deliver(platform, 11)
    (request,) = logs.look()
    assert (spoken(request), kinds([request])) == ("2018-11-11", expected(RunKind.FRESH))
    create_run(platform, request.tags, dg.DagsterRunStatus.QUEUED)
    logs.cursor = None
    assert logs.look() == [], "it is requested once"
    mentions(logs.told, "2018-11-11")


def test_a_fresh_day_waits_for_a_backfill_that_has_begun_with_it(platform: Platform, logs: Ticking) -> None:
    backfill_of(platform, 1, 30, dg.DagsterRunStatus.STARTED)
    deliver(platform, 11)
    assert logs.look() == []
    mentions(logs.told, "2018-11-11")


def test_a_backlog_waits_for_a_backfill_of_the_same_days(platform: Platform, logs: Ticking) -> None:
    backfill_of(platform, 1, 20, dg.DagsterRunStatus.QUEUED)
    deliver(platform, *range(1, 20), 25)
    (request,) = logs.look()
    assert (spoken(request), kinds([request])) == ("2018-11-25", expected(RunKind.FRESH)), "it loads what the backfill does not"


def test_a_backfill_is_in_runs_of_a_month(platform: Platform) -> None:
    graph = platform.defs.resolve_asset_graph()
    policies = {(graph.get(key).partitions_def is not None, graph.get(key).backfill_policy) for key in graph.materializable_asset_keys}
    assert policies == {(True, dg.BackfillPolicy.multi_run(31)), (False, dg.BackfillPolicy.single_run())}
    job = platform.defs.get_repository_def().get_job("load_log_files")
    assert job.backfill_policy == dg.BackfillPolicy.multi_run(31), "the job's backfills, too"


@pytest.mark.parametrize("days", [10, pytest.param(30, marks=pytest.mark.slow)])
def test_a_month_with_a_broken_file_is_one_failed_run(platform: Platform, logs: Ticking, days: int) -> None:
    """A day arrives each day; the fifth is broken and is corrected after the last. Four ticks of each sensor a day."""
    broken = DAY.format(5)
    platform.lake.songs("A", [song()])
    sensors = [logs, *(Ticking(platform, name) for name in ("song_files", "pending_refreshes"))]
    automation = Automation(platform)
    failed: list[str] = []

    def ticks() -> None:
        for _ in range(4):
            for sensor in sensors:
                failed.extend([spoken(request) for request in sensor.look() if not run(platform, request).success])
            failed.extend(automation.failures())

    for number in range(1, days + 1):
        if number == 5:
            platform.lake.raw(f"log_data/2018/11/{broken}-events.json", b"{no json\n")
        else:
            deliver(platform, number)
        if number % 6 == 1:
            platform.lake.songs("B", [song(song_id=f"SO{number}", title=f"Late {number}")], name=f"B{number}")
        ticks()
    assert failed == [broken]
    assert platform.rows("SELECT COUNT(*) FROM songplays") == [(days - 1,)]
    platform.lake.events(broken, [play(broken)])
    ticks()
    assert failed == [broken]
    assert platform.rows(f"SELECT COUNT(*) FROM songplays WHERE log_date = '{broken}'") == [(1,)]
    assert platform.rows("SELECT COALESCE(SUM(plays), 0)::INT FROM popular_hours") == [(days,)]


class Automation:
    """The sensor `reports`: what its conditions request, and its runs."""

    def __init__(self, platform: Platform) -> None:
        self.platform, self.cursor = platform, None

    def failures(self) -> list[str]:
        found = dg.evaluate_automation_conditions(self.platform.defs, self.platform.instance, cursor=self.cursor)
        self.cursor = found.cursor
        names = [name for name in WHOLE if found.get_num_requested(dg.AssetKey(name))]
        if not names:
            return []
        return [] if self.platform.materialize(*names).success else names
