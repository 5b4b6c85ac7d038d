"""``sparkify health`` and ``sparkify metrics`` as commands: exit status, last line, and a real scrape. (What they find: orchestration/.)"""

import signal
import subprocess
import urllib.request
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from sparkify_assets.cli.health import DEFAULT_SILENCE
from sparkify_assets.orchestration.platform_health import SILENCE_SECONDS
from sparkify_assets_tests.cli.conftest import COMMAND, Folder
from sparkify_assets_tests.support import mentions

pytestmark = pytest.mark.integration


@pytest.fixture
def with_history(folder: Folder) -> Folder:
    """An instance of Dagster that no daemon has used, and neither lake nor warehouse."""
    home = folder.path / "data" / "dagster"
    home.mkdir(parents=True)
    from sparkify_assets.cli.dagster_home import PACKAGED

    (home / PACKAGED.name).write_bytes(PACKAGED.read_bytes())
    return folder


@pytest.mark.parametrize("command", ["health", "metrics"])
def test_without_a_history_it_says_what_makes_one(folder: Folder, command: str) -> None:
    said = folder.sparkify(command)
    assert said.status == 1
    mentions(said.err, f"{folder.path / 'data' / 'dagster'} holds no history", "`sparkify dev`")
    assert list(folder.path.iterdir()) == []


def test_a_daemon_that_never_ran_is_the_reason_and_nothing_else_is_touched(with_history: Folder) -> None:
    said = with_history.sparkify("health")
    assert (said.status, said.err.splitlines()[-1]) == (1, "1 wrong: daemon: no heartbeat")
    mentions(said.out, "FAIL  daemon: no heartbeat: It has never sent a heartbeat. Start or restart the daemon")
    assert sorted(path.name for path in (with_history.path / "data").iterdir()) == ["dagster"], "neither lake nor warehouse"


def test_definitions_that_do_not_load_are_a_reason(with_history: Folder) -> None:
    said = with_history.sparkify("health", SPARKIFY_LOG_START="2018-02-30")
    assert (said.status, said.err.splitlines()[-1]) == (1, "2 wrong: definitions do not load; daemon: no heartbeat")
    mentions(said.out, "definitions do not load: SPARKIFY_LOG_START is '2018-02-30'")


def test_a_history_that_cannot_be_read_is_the_reason(with_history: Folder) -> None:
    runs = with_history.path / "data" / "dagster" / "history" / "runs.db"
    runs.parent.mkdir()
    runs.write_bytes(b"no database" * 1000)
    for command in ("health", "metrics"):
        said = with_history.sparkify(command)
        assert said.status == 1
        mentions(said.err.splitlines()[-1], "Dagster", "history", "file is not a database")


def test_metrics_are_printed_in_prometheus_format(with_history: Folder) -> None:
    said = with_history.sparkify("metrics")
    assert said.status == 0
    assert "sparkify_queued_runs" in {family.name for family in text_string_to_metric_families(said.out)}


def test_an_address_that_is_none_is_refused(with_history: Folder) -> None:
    said = with_history.sparkify("metrics", "--listen", "9108")
    assert said.status == 1
    mentions(said.err, "'9108'", "expected an address and a port, as 127.0.0.1:9108")


def test_metrics_are_served_until_ctrl_c(with_history: Folder, tmp_path: Path) -> None:
    command = [*COMMAND, "metrics", "--listen", "127.0.0.1:0"]
    environment = with_history.environment()
    with subprocess.Popen(command, cwd=with_history.path, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        url = said.removeprefix("metrics at ").partition(",")[0]
        for _ in range(2):
            with urllib.request.urlopen(url, timeout=60) as answer:
                text = answer.read().decode()
            assert "sparkify_scrape_duration_seconds" in {family.name for family in text_string_to_metric_families(text)}
        port = url.split(":")[2].partition("/")[0]
        taken = with_history.sparkify("metrics", "--listen", f"127.0.0.1:{port}")
        assert taken.status == 1
        mentions(taken.err, f"--listen is 127.0.0.1:{port}", "that is free")
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0


def test_the_default_silence_is_that_of_alerts() -> None:
    assert DEFAULT_SILENCE == SILENCE_SECONDS
