"""Failed runs as problems: a step for its partitions; mended when the step has succeeded, in whichever runs, for all of them."""

from collections.abc import Iterable, Mapping, Sequence

import dagster as dg
from dagster._core.execution.stats import StepEventStatus
from dagster._core.storage.tags import WILL_RETRY_TAG

from sparkify_assets.notifications import ERROR, Incident, IncidentTracker
from sparkify_assets.orchestration.alerts.failures import StepFailure, step_failures
from sparkify_assets.orchestration.load_plan import PartitionGroup
from sparkify_assets.orchestration.partitions import KEY, RANGE_END, RANGE_START, keys_in_range
from sparkify_assets.orchestration.recording import load_job_name


class RunIncidents:
    """Puts runs that ended on the board."""

    def __init__(self, board: IncidentTracker, instance: dg.DagsterInstance, every: Iterable[PartitionGroup], ui_url: str) -> None:
        self._board, self._instance, self._ui_url = board, instance, ui_url
        self._partitions: Mapping[str, dg.PartitionsDefinition] = {step: group.partitions for group in every for step in _steps(group)}

    def record_run_end(self, entry: dg.EventLogEntry) -> None:
        """A run has ended, well or badly."""
        run, end = self._instance.get_run_by_id(entry.run_id), entry.dagster_event
        if run is None or end is None:  # the run was deleted since: nobody could look at it
            return
        self._resolve(run, end, entry.timestamp)
        # one that is launched anew tells of itself only if that does not help, either
        if end.event_type == dg.DagsterEventType.RUN_FAILURE and run.tags.get(WILL_RETRY_TAG) != "true":
            for failed in step_failures(self._instance, run, end, lambda step: self._keys(run, step)):
                self._board.open(self._incident(run, failed, entry.timestamp))

    def _resolve(self, run: dg.DagsterRun, end: dg.DagsterEvent, at: float) -> None:
        problems = self._board.open_incidents("run")
        status = {s.step_key: s.status for s in self._instance.get_run_step_stats(run.run_id)} if problems else {}
        if end.event_type == dg.DagsterEventType.RUN_SUCCESS:
            status[run.job_name] = StepEventStatus.SUCCESS  # a problem may be a job's, of which no step had begun
        for problem in problems:
            if status.get(problem.subject_key) == StepEventStatus.SUCCESS:
                good = self._keys(run, problem.subject_key)
            elif problem.open_partitions and status.get(problem.subject_key) == StepEventStatus.FAILURE:
                good = self._loaded_all_the_same(run, problem.subject_key)
            else:
                continue
            problem.open_partitions = [key for key in problem.open_partitions if key not in good]
            if not problem.open_partitions:
                self._board.resolve("run", problem.subject_key, problem.partition, at)

    def _loaded_all_the_same(self, run: dg.DagsterRun, step: str) -> list[str]:
        """Partitions that a failed step has materialized: it refused others."""
        events = self._instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION)
        found = [e.dagster_event for e in events if e.dagster_event and e.dagster_event.step_key == step]
        return [event.partition for event in found if event.partition]

    def _incident(self, run: dg.DagsterRun, failed: StepFailure, at: float) -> Incident:
        partition = _partition_text(failed.partitions)
        # the step of a job such as run_checks says nothing to a person; an asset's is its name
        of = failed.step if run.asset_selection or failed.step in self._partitions else run.job_name
        return Incident(
            kind="run",
            subject_key=of,
            partition=partition,
            severity=ERROR,
            subject=f"{of} {partition}: the run failed" if partition else f"{of}: the run failed",
            text=failed.reason,
            link=f"{self._ui_url}/runs/{run.run_id}",
            opened_at=at,
            open_partitions=list(failed.partitions),
        )

    def _keys(self, run: dg.DagsterRun, step: str) -> list[str]:
        """The partitions that a run has for a step: none for a report, even in a run over days."""
        tags, known = run.tags, self._partitions.get(step)
        if KEY in tags and (known or not run.asset_selection):
            return [tags[KEY]]
        if known is None or RANGE_START not in tags or RANGE_END not in tags:
            return []
        ends = (tags[RANGE_START], tags[RANGE_END])
        # days may have been left out of the settings since
        return keys_in_range(*ends, known) if all(known.has_partition_key(key) for key in ends) else sorted(set(ends))


def _steps(group: PartitionGroup) -> list[str]:
    """What may fail for partitions of the group; the job, where none of its steps had begun."""
    assert group.staging.source is not None
    tables = [table.name for table in group.tables]
    return [load_job_name(group), group.staging.source.asset, *tables, *(f"{name}_checks" for name in tables)]


def _partition_text(keys: Sequence[str]) -> str | None:
    return f"{keys[0]} to {keys[-1]}" if len(keys) > 1 else keys[0] if keys else None
