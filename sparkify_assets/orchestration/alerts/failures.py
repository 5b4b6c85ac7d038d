"""What a failed run failed at: steps, partitions and reasons; nothing where a check or a person has said it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import dagster as dg
from dagster._core.errors import DagsterAssetCheckFailedError
from dagster._core.execution.stats import StepEventStatus

from sparkify_assets.orchestration.assets.staging import REJECTED, REPORTED_BY_CHECKS

REPORTED_ELSEWHERE = {DagsterAssetCheckFailedError.__name__, dg.DagsterExecutionInterruptedError.__name__}
"""errors of a step that failed by a blocking check, or that somebody stopped"""
LOAD_ALL_STEP = "load_all"
"""the step of the job load_everything fails in words of its own where a run failed that it made: a run like any other"""


@dataclass(frozen=True)
class StepFailure:
    """A step that failed, for which partitions (none: it has none, or nobody knows), and why."""

    step: str
    partitions: Sequence[str]
    reason: str


def step_failures(
    instance: dg.DagsterInstance, run: dg.DagsterRun, end: dg.DagsterEvent, partitions: Callable[[str], list[str]]
) -> list[StepFailure]:
    """``end``: the event by which the run failed; ``partitions``: those that the run had for a step."""
    logs = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
    steps = [entry.dagster_event for entry in logs if entry.dagster_event]
    if steps:
        return [failed for event in steps for failed in _of_step(event, partitions)]
    # no step has failed: the run's process died in the middle of one, or never came to one
    step = _step_in_progress(instance, run)
    return [StepFailure(step, partitions(step), _of_run(end))]


def _of_step(event: dg.DagsterEvent, partitions: Callable[[str], list[str]]) -> Iterator[StepFailure]:
    step, data = event.step_key or "", event.step_failure_data
    error, words = data.error, data.user_failure_data
    if {e.cls_name for e in (error, error.cause if error else None) if e} & REPORTED_ELSEWHERE or (words and step == LOAD_ALL_STEP):
        return
    if words and words.metadata and REJECTED in words.metadata:
        refused, told = words.metadata[REJECTED].value, words.metadata[REPORTED_BY_CHECKS].value
        assert isinstance(refused, dict)
        assert isinstance(told, list)
        yield from (StepFailure(step, [key], str(text)) for key, text in refused.items() if key not in told)
        return
    cause = error.cause or error if error else None
    reason = words.description if words and words.description else cause.message.strip() if cause else event.message or ""
    yield StepFailure(step, partitions(step), reason)


def _step_in_progress(instance: dg.DagsterInstance, run: dg.DagsterRun) -> str:
    """The step that had begun and not ended; else the job, or the first of the assets."""
    begun = [s.step_key for s in instance.get_run_step_stats(run.run_id) if s.status == StepEventStatus.IN_PROGRESS]
    assets = sorted(key.to_user_string() for key in run.asset_selection or ())
    return [*begun, *assets, run.job_name][0]


def _of_run(end: dg.DagsterEvent) -> str:
    error = end.job_failure_data.error if end.event_type == dg.DagsterEventType.RUN_FAILURE and end.event_specific_data else None
    return error.message.strip() if error else end.message or "The run failed before any of its steps did."
