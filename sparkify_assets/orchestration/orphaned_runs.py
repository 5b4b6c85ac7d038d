"""Orphaned runs: their process was killed, but Dagster counts them as running, and its queue of one (dagster.yaml) waits forever.

Dagster's run monitoring covers the runs that it launched itself; runs of `sparkify load` carry the process they run in as tags.

Put here how such runs are found and ended. Do not put here how a run is retried (dagster.yaml).
"""

import os
import socket

import dagster as dg

from sparkify_assets.orchestration.instance import report_run_failed

HOST, PID = "sparkify/host", "sparkify/pid"


def process_tags() -> dict[str, str]:
    """Tags for a run that this process executes."""
    return {HOST: socket.gethostname(), PID: str(os.getpid())}


def fail_orphaned_runs(instance: dg.DagsterInstance) -> list[str]:
    """Mark runs of ended processes of this machine as failed. Returns the run ids."""
    running = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING], tags={HOST: socket.gethostname()})
    # a retry of one of these runs has its tags but another process
    gone = [run for run in instance.get_runs(running) if not run.parent_run_id and not _is_alive(int(run.tags[PID]))]
    for run in gone:
        report_run_failed(
            instance, run, f"the process that ran it (pid {run.tags[PID]}) has ended; what it had loaded stays, load the rest again"
        )
    return [run.run_id for run in gone]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another user's process, alive
        return True
    return True
