"""Recording of runs that this process executes itself, so that the UI shows them like its own: under their job, with their purpose.

Dagster stores no code location for such a run; without one, its Timeline omits the run and its list of runs shows no target.

Put here names and tags of runs. Do not put here their execution (runner.py).
"""

from contextlib import AbstractContextManager

import dagster as dg

from sparkify_assets.orchestration.instance import runs_of_code_location
from sparkify_assets.orchestration.load_plan import PartitionGroup
from sparkify_assets.orchestration.orphaned_runs import process_tags
from sparkify_assets.orchestration.partitions import RANGE_END, RANGE_START

LOCATION, REPOSITORY = "sparkify_assets", "__repository__"
"""The name of the code location in workspace.yaml, and Dagster's name for the repository."""
REPORTS_JOB = "make_reports"
COMMAND, ENGINE, PARTITIONS = "sparkify/command", "sparkify/engine", "sparkify/partitions"
NO_RETRY = {"dagster/max_retries": "0"}
"""The daemon does not retry runs with a process of their own: the next tick or load does what is left."""


def load_job_name(group: PartitionGroup) -> str:
    """Name of the job that loads the group's partitions."""
    assert group.staging.source is not None
    return f"load_{group.staging.source.asset}"


def run_tags(command: str, engine: str, start: str | None, end: str | None) -> dict[str, str]:
    """Tags: the purpose of a run, and the process that executes it."""
    tags = {**process_tags(), **NO_RETRY, COMMAND: command, ENGINE: engine}
    if start and end:
        tags |= {RANGE_START: start, RANGE_END: end, PARTITIONS: start if start == end else f"{start} to {end}"}
    return tags


def recorded_in_code_location(instance: dg.DagsterInstance) -> AbstractContextManager[None]:
    """Runs that are created in the block belong to the code location that the UI has loaded."""
    return runs_of_code_location(instance, LOCATION, REPOSITORY)
