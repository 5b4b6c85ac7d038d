"""Orphaned runs: their process was killed, but Dagster counts them as running, and its queue of one (dagster.yaml) waits forever.

Dagster's run monitoring covers the runs that it launched itself; runs of `sparkify load` carry the process they run in as tags.

Put here how such runs are found and ended. Do not put here how a run is retried (dagster.yaml).
"""

import os
import socket
from pathlib import Path

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
    gone = [run for run in instance.get_runs(running) if not run.parent_run_id and not is_alive(int(run.tags[PID]))]
    for run in gone:
        report_run_failed(
            instance, run, f"the process that ran it (pid {run.tags[PID]}) has ended; what it had loaded stays, load the rest again"
        )
    return [run.run_id for run in gone]


def is_alive(pid: int) -> bool:
    """Whether a process of this machine has the id, and has not ended."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another user's process, alive
        return True
    try:  # one that has ended keeps its id until its parent has waited for it: state Z
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:  # no /proc on this system
        return True
