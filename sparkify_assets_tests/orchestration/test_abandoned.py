"""A load that is really killed: what Dagster shows of it afterwards, and that the next load picks up the rest."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import dagster as dg
import pytest

from sparkify_assets.orchestration.orphaned_runs import fail_orphaned_runs, process_tags
from sparkify_assets_tests.orchestration.conftest import Platform

pytestmark = pytest.mark.integration

PROJECT = Path(__file__).parents[2]
KILLED = """
import os, signal, sys
from sparkify_assets.warehouse.refresher import Refresher
Refresher.refresh = lambda *args, **named: os.kill(os.getpid(), signal.SIGKILL)
from sparkify_assets.cli import main
sys.argv = ["sparkify", "load"]
main()
"""


def test_a_killed_load_is_closed_and_finished_by_the_next(platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sparkify_assets_tests.support import event

    for day in ("2018-11-01", "2018-11-02"):
        platform.lake.events(day, [event(sessionId=int(day[-2:]))])
    home = tmp_path / "home"
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("SPARKIFY_")},
        "PYTHONPATH": str(PROJECT),
        "DAGSTER_HOME": str(home),
        "SPARKIFY_LAKE": str(platform.lake.root),
        "SPARKIFY_DUCKDB_PATH": str(platform.settings.duckdb_path),
    }
    killed = subprocess.run([sys.executable, "-c", KILLED], env=environment, cwd=tmp_path, capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL
    monkeypatch.setenv("DAGSTER_HOME", str(home))  # dagster.yaml names it
    with dg.DagsterInstance.get() as instance:
        on_disk = replace(platform, instance=instance)
        assert [r.status for r in instance.get_runs()] == [dg.DagsterRunStatus.STARTED]
        assert on_disk.load().reason is None
        assert {r.status for r in instance.get_runs()} == {dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.SUCCESS}
        assert on_disk.rows("SELECT COUNT(*) FROM songplays") == [(2,)]
        assert on_disk.materialized("songplays") == {"2018-11-01", "2018-11-02"}


def test_a_run_of_a_living_process_is_left_alone(platform: Platform) -> None:
    alive = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        tags = {**process_tags(), "sparkify/pid": str(alive.pid)}
        platform.instance.create_run_for_job(
            platform.defs.resolve_job_def("load_everything"), tags=tags, status=dg.DagsterRunStatus.STARTED
        )
        assert fail_orphaned_runs(platform.instance) == []
    finally:
        alive.kill()
        alive.wait()
    assert len(fail_orphaned_runs(platform.instance)) == 1
