"""Dagster's default run launcher, with a health check: runs that ended with their code server are found, too.

Runs are processes of the code server. It reports those that die while it lives, but nobody reports those that die with it (an upgrade, no
memory left, a reboot): Dagster's default launcher has no health check, so its run monitoring counts them as running, and a queue of one
waits for ever. The server that answers in its place does not know such a run, which is what this launcher asks for. Name
``dagster.DefaultRunLauncher`` in dagster.yaml, or no launcher, to return to Dagster's.

Put here what launches runs and looks after them. Do not put here how a run is retried (dagster.yaml).
"""

import dagster as dg
from dagster._core.errors import DagsterUserCodeUnreachableError
from dagster._core.launcher.base import CheckRunHealthResult, WorkerStatus
from dagster._grpc.types import GetCurrentRunsResult
from dagster._serdes import deserialize_value


class MonitoredRunLauncher(dg.DefaultRunLauncher):
    """The launcher that ``run_launcher`` in dagster.yaml names; needs ``run_monitoring``."""

    @property
    def supports_check_run_worker_health(self) -> bool:
        return True

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        """FAILED if the code server at the run's address answers and does not execute it; RUNNING also where nobody can tell.

        Run monitoring fails a run of any other state: one whose server cannot be reached (it is being replaced) may still work, and one
        without a server is of `sparkify load`.
        """
        client = self._get_grpc_client_for_termination(run.run_id)
        if client is None:
            return CheckRunHealthResult(WorkerStatus.RUNNING, "it has no code server")
        try:
            answer = deserialize_value(client.get_current_runs(), GetCurrentRunsResult)
        except DagsterUserCodeUnreachableError:
            return CheckRunHealthResult(WorkerStatus.RUNNING, "its code server cannot be reached")
        if answer.serializable_error_info or run.run_id in answer.current_runs:
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        return CheckRunHealthResult(WorkerStatus.FAILED, "the code server that executed it has ended, and the run with it")
