"""Dagster's default run launcher, with a health check: runs that ended with their code server are found, too.

Runs are processes of the code server. It reports those that die while it lives, but nobody reports those that die with it (an upgrade, no
memory left, a reboot): Dagster's default launcher has no health check, so its run monitoring counts them as running, and a queue of one
waits for ever. Name ``dagster.DefaultRunLauncher`` in dagster.yaml, or no launcher, to return to Dagster's.

Put here what launches runs and looks after them. Do not put here how a run is retried (dagster.yaml).
"""

import time
from typing import Any

import dagster as dg
from dagster._core.errors import DagsterUserCodeUnreachableError
from dagster._core.launcher.base import CheckRunHealthResult, WorkerStatus
from dagster._grpc.client import DagsterGrpcClient
from dagster._grpc.types import GetCurrentRunsResult
from dagster._serdes import deserialize_value

from sparkify_assets.orchestration.instance import events_of_run
from sparkify_assets.orchestration.orphaned_runs import is_alive

LOOPBACK = ("localhost", "127.0.0.1", "::1")
RESTART_SECONDS = 60
"""Until a code server of this machine that does not answer counts as ended: a run that fails while none answers is not launched again, and
its files are not requested again (2026-12-01, live/test_by_itself.py)."""


class MonitoredRunLauncher(dg.DefaultRunLauncher):
    """The launcher that ``run_launcher`` in dagster.yaml names; needs ``run_monitoring``."""

    def __init__(self, inst_data: Any = None) -> None:
        super().__init__(inst_data)
        self._unreachable_since: dict[str, float] = {}
        """run → when its server was first found not to answer, by time.monotonic()"""

    @property
    def supports_check_run_worker_health(self) -> bool:
        return True

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        """FAILED if the run has ended with its code server; RUNNING also where nobody can tell. Run monitoring fails runs of other states.

        A code server that answers at the address of the run's, and does not execute the run, has taken its place. On this machine the run's
        process has ended, too: it works on if its server alone was killed. There the server need not answer after a minute, since
        each start of `sparkify dev` has other addresses.
        """
        client = self._get_grpc_client_for_termination(run.run_id)
        if client is None:
            return CheckRunHealthResult(WorkerStatus.RUNNING, "it has no code server")  # such as one of `sparkify load`
        try:
            answer = deserialize_value(client.get_current_runs(), GetCurrentRunsResult)
        except DagsterUserCodeUnreachableError:
            since = self._unreachable_since.setdefault(run.run_id, time.monotonic())
            ended = _is_here(client) and time.monotonic() - since >= RESTART_SECONDS  # elsewhere it may only be out of reach
        else:
            self._unreachable_since.pop(run.run_id, None)
            ended = not answer.serializable_error_info and run.run_id not in answer.current_runs
        if not ended or (_is_here(client) and self._has_process(run)):
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        return CheckRunHealthResult(WorkerStatus.FAILED, "the code server that executed it has ended, and the run with it")

    def _has_process(self, run: dg.DagsterRun) -> bool:
        return any(event.pid and is_alive(event.pid) for event in events_of_run(self._instance, run.run_id, dg.DagsterEventType.RUN_START))


def _is_here(client: DagsterGrpcClient) -> bool:
    return client.socket is not None or client.host in LOOPBACK
