"""The parts of Dagster that its documentation does not cover, in one place: a new release of Dagster is adapted to here.

Pinned by a contract test (sparkify_assets_tests/orchestration/test_instance.py); a linter rule bans ``dagster._core`` elsewhere, except
in history.py and run_launcher.py, which dagster.yaml names.

Put here every use of an undocumented function, class or attribute of Dagster.  Do not put here what the answers mean to the platform.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import dagster as dg
from dagster._core.definitions.asset_checks.asset_check_evaluation import AssetCheckEvaluationTargetMaterializationData
from dagster._core.errors import DagsterAssetCheckFailedError
from dagster._core.execution.stats import StepEventStatus
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus
from dagster._core.storage.tags import WILL_RETRY_TAG

from sparkify_assets.errors import WarehouseInUseError

CheckTarget = AssetCheckEvaluationTargetMaterializationData
"""the materialization that a check evaluation is about; without it the UI does not draw a partition's result"""
FAILED_BY_CHECK = DagsterAssetCheckFailedError.__name__
"""class name of the error of a step that a blocking check has failed"""
SUCCEEDED, FAILED, IN_PROGRESS = StepEventStatus.SUCCESS, StepEventStatus.FAILURE, StepEventStatus.IN_PROGRESS
"""states of a step"""

PAGE = 1000
"""Events, or runs, that one query reads."""
ENDED = {dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED}
NOT_ENDED = [status for status in dg.DagsterRunStatus if status not in ENDED]


class CheckState(NamedTuple):
    """The latest evaluation of a check for a partition."""

    key: dg.AssetCheckKey
    partition: str | None
    passed: bool
    is_newer_than_data: bool
    """whether the partition was not materialized since"""


# instances and event logs


def open_instance(home: Path) -> dg.DagsterInstance:
    """The instance of a DAGSTER_HOME, for a ``with`` statement."""
    return dg.DagsterInstance.from_config(str(home))


def latest_event_ids(
    instance: dg.DagsterInstance, asset: dg.AssetKey, kind: dg.DagsterEventType, partitions: Collection[str] | None = None
) -> dict[str, int]:
    """Partition → storage id of its latest event of a kind (materialization, observation). ``partitions``: None: all."""
    if partitions is not None and not partitions:
        return {}  # Dagster reads an empty set as all
    chosen = None if partitions is None else set(partitions)
    return dict(instance.get_latest_storage_id_by_partition(asset, kind, chosen))


def latest_events(
    instance: dg.DagsterInstance,
    asset: dg.AssetKey,
    partitions: Sequence[str],
    kind: dg.DagsterEventType = dg.DagsterEventType.ASSET_MATERIALIZATION,
) -> dict[str, dg.EventLogRecord]:
    """Partition → its latest materialization or observation."""
    ids = latest_event_ids(instance, asset, kind, partitions)
    if not ids:
        return {}
    fetch = instance.fetch_materializations if kind == dg.DagsterEventType.ASSET_MATERIALIZATION else instance.fetch_observations
    records = fetch(dg.AssetRecordsFilter(asset_key=asset, storage_ids=list(ids.values())), limit=len(ids)).records
    return {record.partition_key: record for record in records if record.partition_key}


def latest_materializations(instance: dg.DagsterInstance, assets: Sequence[dg.AssetKey]) -> dict[dg.AssetKey, dg.EventLogEntry]:
    """The latest materialization of each asset, of any of its partitions; in one query."""
    found = instance.event_log_storage.get_latest_materialization_events(assets)
    return {key: entry for key, entry in found.items() if entry}


def materializations_of_run(instance: dg.DagsterInstance, asset: dg.AssetKey, run_id: str) -> dict[str, dg.EventLogRecord]:
    """Partition → its latest materialization by this run, so far."""
    run = instance.get_run_record_by_id(run_id)
    if run is None or run.start_time is None:
        return {}
    chosen = dg.AssetRecordsFilter(asset_key=asset, after_timestamp=run.start_time - 1)
    found: dict[str, dg.EventLogRecord] = {}
    cursor, more = None, True
    while more:
        page = instance.fetch_materializations(chosen, limit=PAGE, cursor=cursor)
        for record in page.records:  # the newest first
            if record.run_id == run_id and record.partition_key:
                found.setdefault(record.partition_key, record)
        cursor, more = page.cursor, page.has_more
    return found


def materialized_partitions(instance: dg.DagsterInstance, asset: dg.AssetKey) -> set[str]:
    return set(instance.get_materialized_partitions(asset))


def newest_event_id(instance: dg.DagsterInstance) -> int | None:
    """Id of the newest event of all runs; None in an empty log."""
    return instance.event_log_storage.get_maximum_record_id()


def events_after(instance: dg.DagsterInstance, event_id: int, kind: dg.DagsterEventType, limit: int) -> dict[int, dg.EventLogEntry]:
    """Id → event, of all runs, in order.  One kind per call: several at once are deprecated."""
    return dict(instance.event_log_storage.get_logs_for_all_runs_by_log_id(event_id, kind, limit))


def events_of_run(instance: dg.DagsterInstance, run_id: str, kind: dg.DagsterEventType) -> list[dg.DagsterEvent]:
    """The events of a kind that a run has logged."""
    return [entry.dagster_event for entry in instance.all_logs(run_id, of_type=kind) if entry.dagster_event]


def forget_partitions(instance: dg.DagsterInstance, asset: dg.AssetKey, partitions: Sequence[str]) -> bool:
    """Make partitions missing again.  Returns False where the storage can only add events (all but history.py's)."""
    try:
        instance.event_log_storage.wipe_asset_partitions(asset, partitions)
    except NotImplementedError:
        return False
    return True


def refuse_runs_in_progress(instance: dg.DagsterInstance, defs: dg.Definitions) -> None:
    """Raises WarehouseInUseError naming a run of these definitions that has not ended."""
    if busy := _runs_of(instance, defs, dg.RunsFilter(statuses=NOT_ENDED)):
        raise WarehouseInUseError(f"run {busy[0].run_id} is in progress ({busy[0].status.value}); wait until it has ended")


def delete_runs(instance: dg.DagsterInstance, defs: dg.Definitions) -> None:
    """Delete the runs of these definitions with their events, check results and logs, and the logs of their sensors; their assets are shown
    as never materialized.  What others have in the same instance stays.

    Ids of later events are larger than those of the deleted ones: wiping an asset is an event, too.
    """
    instance.wipe_assets(sorted(defs.resolve_asset_graph().get_all_asset_keys()))
    for run in _runs_of(instance, defs):
        instance.compute_log_manager.delete_logs(prefix=[run.run_id])
        instance.delete_run(run.run_id)
    sensors = {sensor.name for sensor in defs.get_repository_def().sensor_defs}
    for state in instance.all_instigator_state() if instance.schedule_storage else ():  # an instance in memory has none
        for tick in instance.get_ticks(state.instigator_origin_id, state.selector_id) if state.instigator_name in sensors else ():
            if tick.log_key:
                instance.compute_log_manager.delete_logs(log_key=tick.log_key)


def _runs_of(instance: dg.DagsterInstance, defs: dg.Definitions, chosen: dg.RunsFilter | None = None) -> list[dg.DagsterRun]:
    """Runs of these definitions' jobs, and of Dagster's own job that select their assets or checks."""
    assets = defs.resolve_asset_graph().get_all_asset_keys()
    jobs = {name for name in defs.get_repository_def().job_names if not name.startswith("__")}
    found: list[dg.DagsterRun] = []
    cursor: str | None = None
    while page := instance.get_runs(chosen, cursor=cursor, limit=PAGE):
        for run in page:
            chosen_assets = {*(run.asset_selection or ()), *(check.asset_key for check in run.asset_check_selection or ())}
            if run.job_name in jobs or not chosen_assets.isdisjoint(assets):
                found.append(run)
        cursor = page[-1].run_id
    return found


# checks


def latest_check_states(instance: dg.DagsterInstance, keys: Sequence[dg.AssetCheckKey]) -> list[CheckState]:
    """The latest evaluation of each check and partition; what was never evaluated is left out.  One query for all: a third of the time."""
    states = {AssetCheckExecutionRecordStatus.SUCCEEDED: True, AssetCheckExecutionRecordStatus.FAILED: False}
    return [
        CheckState(
            info.check_key,
            info.partition_key,
            states[info.latest_execution_status],
            info.latest_check_event_storage_id > (info.latest_materialization_storage_id or 0),
        )
        for info in instance.event_log_storage.get_asset_check_partition_info(list(keys))
        if info.latest_execution_status in states
    ]


def output_name(spec: dg.AssetCheckSpec) -> str:
    """Name of the output by which a check's op reports the check."""
    return spec.get_python_identifier()


# runs


def step_states(instance: dg.DagsterInstance, run_id: str) -> dict[str, StepEventStatus | None]:
    """Step → SUCCEEDED, FAILED, IN_PROGRESS or another state."""
    return {stats.step_key: stats.status for stats in instance.get_run_step_stats(run_id)}


def will_be_retried(run: dg.DagsterRun) -> bool:
    """Whether the daemon launches the failed run again."""
    return run.tags.get(WILL_RETRY_TAG) == "true"


def report_run_failed(instance: dg.DagsterInstance, run: dg.DagsterRun, message: str) -> None:
    instance.report_run_failed(run, message)


@contextmanager
def runs_of_code_location(instance: dg.DagsterInstance, location: str, repository: str) -> Iterator[None]:
    """Runs that are created in the block belong to this code location: execute_in_process has no parameter for it.

    Without one the UI's Timeline leaves a run out, and its list of runs shows no target.
    """
    origin = RemoteRepositoryOrigin(RegisteredCodeLocationOrigin(location), repository)
    create = instance.create_run_for_job

    def create_there(job_def: dg.JobDefinition, **others: Any) -> dg.DagsterRun:
        return create(job_def=job_def, remote_job_origin=RemoteJobOrigin(origin, job_def.name), **others)

    instance.create_run_for_job = create_there  # type: ignore[method-assign]
    try:
        yield
    finally:
        del instance.create_run_for_job


# key-value stores


def kept_value(instance: dg.DagsterInstance, key: str) -> str | None:
    """A value of the instance's key-value store, which is the same on SQLite and PostgreSQL."""
    return instance.run_storage.get_cursor_values({key}).get(key)


def keep_value(instance: dg.DagsterInstance, key: str, value: str) -> None:
    """One key per call: on SQLite, new and known keys in one call lose the new ones."""
    instance.run_storage.set_cursor_values({key: value})


def start_cursors_at_newest_event(instance: dg.DagsterInstance, names: Collection[str]) -> None:
    """Set the daemon's cursors that do not exist yet: it starts at the newest event in any case, and warns about each missing one."""
    if missing := set(names) - instance.daemon_cursor_storage.get_cursor_values(set(names)).keys():
        newest = str(newest_event_id(instance) or 0)
        instance.daemon_cursor_storage.set_cursor_values(dict.fromkeys(missing, newest))
