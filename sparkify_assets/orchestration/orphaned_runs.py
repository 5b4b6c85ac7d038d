"""Runs whose process was killed.  Dagster goes on counting them as running, and its queue of one (dagster.yaml) waits for them for ever.

Dagster's own monitoring knows the runs it launched itself; those of `sparkify load` carry the process they run in as tags.
"""

import os
import socket

import dagster as dg

HOST, PID = "sparkify/host", "sparkify/pid"


def process_tags() -> dict[str, str]:
    """Tags for a run that this process executes."""
    return {HOST: socket.gethostname(), PID: str(os.getpid())}


def fail_orphaned_runs(instance: dg.DagsterInstance) -> list[str]:
    """Mark as failed what processes of this machine left running when they ended.  Returns the runs' ids."""
    running = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING], tags={HOST: socket.gethostname()})
    # a run that was launched anew from one of these has its tags, and another process
    gone = [run for run in instance.get_runs(running) if not run.parent_run_id and not _is_alive(int(run.tags[PID]))]
    for run in gone:
        instance.report_run_failed(
            run, f"the process that ran it (pid {run.tags[PID]}) has ended; what it had loaded stays, load the rest again"
        )
    return [run.run_id for run in gone]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's, but alive
        return True
    return True
