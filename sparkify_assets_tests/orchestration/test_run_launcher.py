"""Which runs MonitoredRunLauncher counts as ended, with a real code server that executes none of them.

Put here the launcher's answers. Do not put here runs that are killed (live/, deploy/).
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.launcher.base import WorkerStatus
from dagster._core.storage.tags import GRPC_INFO_TAG

from sparkify_assets.orchestration import run_launcher
from sparkify_assets.orchestration.run_launcher import MonitoredRunLauncher
from sparkify_assets_tests.live.processes import Service, free_port

pytestmark = pytest.mark.integration


@dg.op
def nothing() -> None:
    pass


@dg.job
def job_of_nothing() -> None:
    nothing()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a code server without definitions."""
    folder, port = tmp_path_factory.mktemp("server"), free_port()
    (folder / "defs.py").write_text("import dagster\ndefs = dagster.Definitions()\n", encoding="utf-8")
    words = [sys.executable, "-m", "dagster", "api"]
    environment = {"PATH": os.defpath, "HOME": str(folder)}
    service = Service("code", [*words, "grpc", "-f", "defs.py", "-h", "127.0.0.1", "-p", str(port)], folder, environment)
    service.start()
    try:
        asked = [*words, "grpc-health-check", "-p", str(port)]
        assert any(not subprocess.run(asked, capture_output=True, check=False).returncode for _ in range(20)), service.told()
        yield port
    finally:
        service.kill()


@pytest.fixture(scope="module")
def ended() -> int:
    """The id of a process that has ended."""
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


def health(address: Mapping[str, Any] | None, pid: int) -> WorkerStatus:
    """What the launcher says of a run whose process is ``pid``, launched by the code server at ``address``."""
    with dg.DagsterInstance.ephemeral() as instance:
        tags = {GRPC_INFO_TAG: json.dumps(address)} if address else {}
        run = instance.create_run_for_job(job_of_nothing, status=dg.DagsterRunStatus.STARTING, tags=tags)
        instance.report_dagster_event(dg.DagsterEvent(dg.DagsterEventType.RUN_START.value, run.job_name, pid=pid), run.run_id)
        launcher = MonitoredRunLauncher()
        launcher.register_instance(instance)
        return launcher.check_run_worker_health(run).status


def test_a_run_that_no_code_server_executes_is_left_alone(ended: int) -> None:
    assert health(None, ended) == WorkerStatus.RUNNING


def test_a_run_that_the_server_in_the_place_of_its_own_does_not_execute_has_ended(server: int, ended: int) -> None:
    assert health({"host": "127.0.0.1", "port": server}, ended) == WorkerStatus.FAILED


def test_a_run_whose_server_was_killed_alone_works_on(server: int) -> None:
    assert health({"host": "127.0.0.1", "port": server}, os.getpid()) == WorkerStatus.RUNNING


def test_a_run_of_this_machine_ends_with_its_process_though_its_server_has_no_successor(
    ended: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = {"host": "localhost", "socket": str(tmp_path / "socket")}
    assert health(nowhere, ended) == WorkerStatus.RUNNING, "it may be starting, and nothing could launch the run again"
    monkeypatch.setattr(run_launcher, "RESTART_SECONDS", 0)
    assert health(nowhere, ended) == WorkerStatus.FAILED
    assert health(nowhere, os.getpid()) == WorkerStatus.RUNNING


def test_a_run_whose_server_cannot_be_reached_may_work_on_elsewhere(ended: int) -> None:
    assert health({"host": "code.invalid", "port": 4000}, ended) == WorkerStatus.RUNNING
