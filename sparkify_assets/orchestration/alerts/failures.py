"""Failed steps of a failed run, with partitions and reasons; none if a check reports the failure or a user stopped the run.

Put here how a run's events are read. Do not put here incidents (runs.py).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import dagster as dg

from sparkify_assets.orchestration.assets.derived import FAILED_TABLES
from sparkify_assets.orchestration.assets.staging import REJECTED, REPORTED_BY_CHECKS
from sparkify_assets.orchestration.errors import reasons_in
from sparkify_assets.orchestration.instance import FAILED_BY_CHECK, IN_PROGRESS, events_of_run, step_states

REPORTED_ELSEWHERE = {FAILED_BY_CHECK, dg.DagsterExecutionInterruptedError.__name__}
"""Errors of a step that failed by a blocking check, or that a user stopped."""
LOAD_ALL_STEP = "load_all"
"""Step of the job load_everything. It fails with a message of its own if a run that it created fails; that run is reported itself."""


@dataclass(frozen=True)
class StepFailure:
    """A failed step, or one table of a step that refreshes several; its partitions (empty: none or unknown), and the reason."""

    step: str
    partitions: Sequence[str]
    reason: str


def step_failures(
    instance: dg.DagsterInstance, run: dg.DagsterRun, end: dg.DagsterEvent, partitions: Callable[[str], list[str]]
) -> list[StepFailure]:
    """``end``: the event that ended the run; ``partitions``: returns the run's partitions for a step."""
    steps = events_of_run(instance, run.run_id, dg.DagsterEventType.STEP_FAILURE)
    if steps:
        return [failed for event in steps for failed in _of_step(event, partitions)]
    # no step failed: the run's process died during a step or before the first
    step = _step_in_progress(instance, run)
    return [StepFailure(step, partitions(step), _of_run(end))]


def _of_step(event: dg.DagsterEvent, partitions: Callable[[str], list[str]]) -> Iterator[StepFailure]:
    step, data = event.step_key or "", event.step_failure_data
    error, words = data.error, data.user_failure_data
    if {e.cls_name for e in (error, error.cause if error else None) if e} & REPORTED_ELSEWHERE or (words and step == LOAD_ALL_STEP):
        return
    if words and (rejected := reasons_in(event, REJECTED)):
        told = words.metadata[REPORTED_BY_CHECKS].value
        assert isinstance(told, list)
        yield from (StepFailure(step, [key], text) for key, text in rejected.items() if key not in told)
        return
    if failed := reasons_in(event, FAILED_TABLES):
        yield from (StepFailure(table, [], text) for table, text in failed.items())
        return
    cause = error.cause or error if error else None
    reason = words.description if words and words.description else cause.message.strip() if cause else event.message or ""
    yield StepFailure(step, partitions(step), reason)


def _step_in_progress(instance: dg.DagsterInstance, run: dg.DagsterRun) -> str:
    """The step that started and did not end; otherwise the first asset; otherwise the job."""
    begun = [step for step, state in step_states(instance, run.run_id).items() if state == IN_PROGRESS]
    assets = sorted(key.to_user_string() for key in run.asset_selection or ())
    return [*begun, *assets, run.job_name][0]


def _of_run(end: dg.DagsterEvent) -> str:
    error = end.job_failure_data.error if end.event_type == dg.DagsterEventType.RUN_FAILURE and end.event_specific_data else None
    return error.message.strip() if error else end.message or "The run failed before any of its steps did."
