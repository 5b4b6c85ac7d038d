"""Incidents for failed runs: one per step and its partitions; resolved when the step has succeeded for all of them, in any runs.

Put here incidents of kind "run". Do not put here why a step failed (failures.py).
"""

from collections.abc import Iterable, Mapping, Sequence

import dagster as dg

from sparkify_assets.notifications import ERROR, Incident, IncidentTracker
from sparkify_assets.orchestration.alerts.failures import StepFailure, step_failures
from sparkify_assets.orchestration.instance import FAILED, SUCCEEDED, events_of_run, step_states, will_be_retried
from sparkify_assets.orchestration.load_plan import PartitionGroup
from sparkify_assets.orchestration.partitions import KEY, RANGE_END, RANGE_START, UNPARTITIONED, keys_in_range
from sparkify_assets.orchestration.recording import load_job_name


class RunIncidents:
    """Opens and resolves incidents for runs that ended."""

    def __init__(
        self,
        tracker: IncidentTracker,
        instance: dg.DagsterInstance,
        every: Iterable[PartitionGroup],
        unpartitioned: Iterable[str],
        ui_url: str,
    ) -> None:
        """``unpartitioned``: the tables without partitions, which share a step."""
        self._tracker, self._instance, self._ui_url = tracker, instance, ui_url
        self._partitions: Mapping[str, dg.PartitionsDefinition | None] = {
            **dict.fromkeys([*unpartitioned, UNPARTITIONED]),
            **{step: group.partitions for group in every for step in _steps(group)},
        }

    def record_run_end(self, entry: dg.EventLogEntry) -> None:
        """Record a run that succeeded or failed."""
        run, end = self._instance.get_run_by_id(entry.run_id), entry.dagster_event
        if run is None or end is None:  # the run has been deleted: no user could inspect it
            return
        self._resolve(run, end, entry.timestamp)
        # a run that Dagster retries is reported only if the last retry fails
        if end.event_type == dg.DagsterEventType.RUN_FAILURE and not will_be_retried(run):
            for failed in step_failures(self._instance, run, end, lambda step: self._keys(run, step)):
                self._tracker.open(self._incident(run, failed, entry.timestamp))

    def _resolve(self, run: dg.DagsterRun, end: dg.DagsterEvent, at: float) -> None:
        incidents = self._tracker.open_incidents("run")
        status = step_states(self._instance, run.run_id) if incidents else {}
        if incidents:
            status |= dict.fromkeys(self._refreshed(run), SUCCEEDED)
        if end.event_type == dg.DagsterEventType.RUN_SUCCESS:
            status[run.job_name] = SUCCEEDED  # an incident may have a job as its subject, if none of its steps had started
        for incident in incidents:
            if status.get(incident.subject_key) == SUCCEEDED:
                good = self._keys(run, incident.subject_key)
            elif incident.open_partitions and status.get(incident.subject_key) == FAILED:
                good = self._loaded_all_the_same(run, incident.subject_key)
            else:
                continue
            incident.open_partitions = [key for key in incident.open_partitions if key not in good]
            if not incident.open_partitions:
                self._tracker.resolve("run", incident.subject_key, incident.partition, at)

    def _refreshed(self, run: dg.DagsterRun) -> set[str]:
        """Tables without partitions that the run materialized, whether or not their step has failed for another table."""
        events = events_of_run(self._instance, run.run_id, dg.DagsterEventType.ASSET_MATERIALIZATION)
        return {event.asset_key.to_user_string() for event in events if event.asset_key and not event.partition}

    def _loaded_all_the_same(self, run: dg.DagsterRun, step: str) -> list[str]:
        """Partitions that a failed step materialized: it rejected others."""
        events = events_of_run(self._instance, run.run_id, dg.DagsterEventType.ASSET_MATERIALIZATION)
        return [event.partition for event in events if event.partition and event.step_key == step]

    def _incident(self, run: dg.DagsterRun, failed: StepFailure, at: float) -> Incident:
        partition = _partition_text(failed.partitions)
        # a user does not recognize the step of a job such as run_checks; an asset's step has the asset's name
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
        """The run's partitions for a step: none for a report, even in a run over days."""
        tags, known = run.tags, self._partitions.get(step)
        if KEY in tags and (known or not run.asset_selection):
            return [tags[KEY]]
        if known is None or RANGE_START not in tags or RANGE_END not in tags:
            return []
        ends = (tags[RANGE_START], tags[RANGE_END])
        # the settings may exclude the days by now
        return keys_in_range(*ends, known) if all(known.has_partition_key(key) for key in ends) else sorted(set(ends))


def _steps(group: PartitionGroup) -> list[str]:
    """Steps that can fail for partitions of the group; also the job, if none of its steps had started."""
    assert group.staging.source is not None
    tables = [table.name for table in group.tables]
    return [load_job_name(group), group.staging.source.asset, *tables, *(f"{name}_checks" for name in tables)]


def _partition_text(keys: Sequence[str]) -> str | None:
    return f"{keys[0]} to {keys[-1]}" if len(keys) > 1 else keys[0] if keys else None
