"""Contract of orchestration/instance.py with Dagster's own storage: what each function answers after a real run of a small job."""

from collections.abc import Iterator

import dagster as dg
import pytest

from sparkify_assets.orchestration import instance as facade

pytestmark = pytest.mark.integration

MATERIALIZED, EVALUATED = dg.DagsterEventType.ASSET_MATERIALIZATION, dg.DagsterEventType.ASSET_CHECK_EVALUATION
KEY, CHECK = dg.AssetKey("rows"), dg.AssetCheckKey(dg.AssetKey("rows"), "are_there")


@dg.asset(partitions_def=dg.StaticPartitionsDefinition(["a", "b"]))
def rows() -> None:
    """Nothing."""


@dg.asset_check(asset=rows)
def are_there(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed="fails" not in context.run.tags)


@dg.asset(deps=[rows])
def fails() -> None:
    raise ValueError("no")


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.instance_for_test() as made:
        yield made


def run(instance: dg.DagsterInstance, partition: str, **tags: str) -> str:
    with facade.runs_of_code_location(instance, "somewhere", "__repository__"):
        result = dg.materialize([rows, are_there], instance=instance, partition_key=partition, tags=tags)
    assert result.success
    return result.run_id


def test_events(instance: dg.DagsterInstance) -> None:
    assert facade.newest_event_id(instance) in (None, 0)
    first, second = run(instance, "a"), run(instance, "b")
    assert facade.materialized_partitions(instance, KEY) == {"a", "b"}
    records = facade.latest_events(instance, KEY, ["a", "b", "c"])
    assert {key: record.run_id for key, record in records.items()} == {"a": first, "b": second}
    assert facade.latest_event_ids(instance, KEY, MATERIALIZED, ["b"]) == {"b": records["b"].storage_id}
    assert facade.latest_events(instance, KEY, []) == {}
    (event,) = facade.events_of_run(instance, second, MATERIALIZED)
    assert (event.asset_key, event.partition, event.step_key) == (KEY, "b", "rows")
    later = facade.events_after(instance, records["a"].storage_id, MATERIALIZED, 10)
    assert list(later) == [records["b"].storage_id]
    newest = facade.newest_event_id(instance)
    assert newest
    assert newest >= records["b"].storage_id
    assert facade.events_after(instance, newest, EVALUATED, 10) == {}


def test_materializations_of_a_run_are_its_own(instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facade, "PAGE", 1)
    first, second = run(instance, "a"), run(instance, "a")
    newest = facade.latest_events(instance, KEY, ["a"])["a"]
    assert facade.materializations_of_run(instance, KEY, second)["a"].storage_id == newest.storage_id
    assert facade.materializations_of_run(instance, KEY, first)["a"].storage_id < newest.storage_id
    assert facade.materializations_of_run(instance, KEY, "no run") == {}


def test_runs(instance: dg.DagsterInstance) -> None:
    origin = instance.get_run_by_id(run(instance, "a"))
    assert origin
    assert origin.remote_job_origin
    assert origin.remote_job_origin.location_name == "somewhere"
    failed = dg.materialize([rows, fails], instance=instance, selection=[fails], raise_on_error=False)
    assert facade.step_states(instance, failed.run_id) == {"fails": facade.FAILED}
    assert facade.step_states(instance, origin.run_id)["rows"] == facade.SUCCEEDED
    assert not facade.will_be_retried(origin)
    assert facade.will_be_retried(origin.with_tags({**origin.tags, "dagster/will_retry": "true"}))
    begun = instance.create_run_for_job(dg.define_asset_job("one", [fails]).resolve(dg.Definitions([fails]).resolve_asset_graph()))
    facade.report_run_failed(instance, begun, "its process ended")
    ended = instance.get_run_by_id(begun.run_id)
    assert ended
    assert ended.status == dg.DagsterRunStatus.FAILURE


def test_the_latest_state_of_a_check(instance: dg.DagsterInstance) -> None:
    assert facade.latest_check_states(instance, [CHECK]) == []
    run(instance, "a")
    (state,) = facade.latest_check_states(instance, [CHECK])
    assert (state.key, state.passed, state.is_newer_than_data) == (CHECK, True, True)
    run(instance, "a", fails="yes")
    assert [s.passed for s in facade.latest_check_states(instance, [CHECK])] == [False]


def test_dagsters_own_storage_forgets_no_partition(instance: dg.DagsterInstance) -> None:
    run(instance, "a")
    assert not facade.forget_partitions(instance, KEY, ["a"])
    assert facade.materialized_partitions(instance, KEY) == {"a"}


def test_values_and_cursors(instance: dg.DagsterInstance) -> None:
    assert facade.kept_value(instance, "k") is None
    for value in ("one", "two"):
        facade.keep_value(instance, "k", value)
    assert facade.kept_value(instance, "k") == "two"
    run(instance, "a")
    facade.start_cursors_at_newest_event(instance, {"c"})
    newest = str(facade.newest_event_id(instance))
    assert instance.daemon_cursor_storage.get_cursor_values({"c"}) == {"c": newest}
    run(instance, "b")
    facade.start_cursors_at_newest_event(instance, {"c"})
    assert instance.daemon_cursor_storage.get_cursor_values({"c"}) == {"c": newest}
