"""Dagster's history with its connections kept open: the same files, read by Dagster's own storage, whole after kill -9."""

import os
import signal
import subprocess
import sys
import time
import uuid
from contextlib import suppress
from pathlib import Path

import dagster as dg
import pytest

from sparkify_assets.orchestration.history import KeptOpenEventLog
from sparkify_assets_tests.cli.conftest import PROJECT

pytestmark = pytest.mark.integration

OURS = (PROJECT / "dagster.yaml").read_text(encoding="utf-8")
DAGSTERS = "telemetry: {enabled: false}\n"

WRITER = """
import dagster as dg, sys
with dg.DagsterInstance.get() as instance:
    number = 0
    while True:
        instance.report_runless_asset_event(dg.AssetMaterialization("songs", partition=str(number)))
        print(number, flush=True)
        number += 1
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    return tmp_path


def opened(home: Path, config: str) -> dg.DagsterInstance:
    (home / "dagster.yaml").write_text(config, encoding="utf-8")
    return dg.DagsterInstance.get()


@dg.asset
def songs() -> dg.MaterializeResult:
    return dg.MaterializeResult(metadata={"rows": 3})


def open_files() -> set[str]:
    """Of this process."""
    found = set()
    for handle in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # the one that lists them
            found.add(str(handle.readlink()))
    return found


def test_what_one_writes_the_other_reads(home: Path) -> None:
    for config, number in ((OURS, 1), (DAGSTERS, 2), (OURS, 3)):
        with opened(home, config) as instance:
            assert dg.materialize([songs], instance=instance).success
            assert len(instance.fetch_materializations(dg.AssetKey("songs"), limit=9).records) == number
            assert all(len(instance.all_logs(run.run_id)) > 5 for run in instance.get_runs())


def test_it_is_what_dagster_yaml_asks_for_and_holds_few_files_open(home: Path) -> None:
    with opened(home, OURS) as instance:
        log = instance.event_log_storage
        assert isinstance(log, KeptOpenEventLog)
        for _ in range(7):
            dg.materialize([songs], instance=instance)
        held = open_files()
        assert len([path for path in held if path.startswith(f"{home}/history/runs/") and path.endswith(".db")]) <= 5
        first = instance.get_runs()[-1]
        assert len(instance.all_logs(first.run_id)) > 5, "a run whose file was closed is opened again"
        instance.wipe()
        assert instance.get_runs() == []


def test_a_killed_writer_loses_nothing_it_had_written(home: Path) -> None:
    with opened(home, OURS):
        pass
    with subprocess.Popen([sys.executable, "-c", WRITER], stdout=subprocess.PIPE, text=True, cwd=PROJECT, env={**os.environ}) as writer:
        assert writer.stdout is not None
        written = [int(writer.stdout.readline()) for _ in range(40)]
        writer.send_signal(signal.SIGKILL)
    for config in (OURS, DAGSTERS):
        with opened(home, config) as instance:
            assert {str(n) for n in written} <= instance.get_materialized_partitions(dg.AssetKey("songs"))


def test_a_page_that_shows_a_run_hears_of_its_events_while_it_works(home: Path) -> None:
    heard: list[str] = []
    run = str(uuid.uuid4())
    with opened(home, OURS) as page, dg.DagsterInstance.get() as writer:
        page.watch_event_logs(run, None, lambda entry, _: heard.append(entry.dagster_event_type.value if entry.dagster_event_type else ""))
        dg.define_asset_job("all_of_it").resolve(asset_graph=dg.Definitions([songs]).resolve_asset_graph()).execute_in_process(
            instance=writer, run_id=run
        )
        end = time.monotonic() + 20
        while "STEP_SUCCESS" not in heard and time.monotonic() < end:
            time.sleep(0.05)
    assert "STEP_SUCCESS" in heard
