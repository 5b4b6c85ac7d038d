"""The folder of Dagster's history: whose dagster.yaml it has, and what is said of one that differs."""

from pathlib import Path

import pytest
import yaml

from sparkify_assets.cli.dagster_home import PACKAGED, config_differs, dagster_home
from sparkify_assets.errors import SettingsError
from sparkify_assets_tests.cli.conftest import PROJECT, Folder
from sparkify_assets_tests.cli.findings import findings
from sparkify_assets_tests.support import mentions, raises


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Made by the command, in an empty folder."""
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "home"))
    return dagster_home()


def test_a_new_home_gets_the_packages_dagster_yaml(home: Path) -> None:
    assert (home / "dagster.yaml").read_bytes() == PACKAGED.read_bytes()
    assert config_differs(home) is None


def test_the_repository_has_the_packages_workspace() -> None:
    assert (PROJECT / "workspace.yaml").read_bytes() == PACKAGED.with_name("workspace.yaml").read_bytes()


def test_one_that_is_there_stays(home: Path) -> None:
    (home / "dagster.yaml").write_text("telemetry:\n  enabled: true\n")
    dagster_home()
    assert (home / "dagster.yaml").read_text() == "telemetry:\n  enabled: true\n"


def test_comments_and_order_are_no_difference(home: Path) -> None:
    config = yaml.safe_load(PACKAGED.read_text(encoding="utf-8"))
    (home / "dagster.yaml").write_text(yaml.safe_dump(dict(reversed(config.items()))))
    assert config_differs(home) is None


def test_what_differs_is_named_with_both_values_and_how_to_take_it_over(home: Path) -> None:
    config = yaml.safe_load(PACKAGED.read_text(encoding="utf-8"))
    config["concurrency"]["runs"]["max_concurrent_runs"] = 5
    del config["nux"]
    config["code_servers"] = {"local_startup_timeout": 60}
    path = home / "dagster.yaml"
    path.write_text(yaml.safe_dump(config))
    told = config_differs(home)
    assert told is not None
    mentions(told, str(path), "concurrency.runs.max_concurrent_runs is 5, there 1", "nux.enabled is not set, there False")
    mentions(told, "code_servers.local_startup_timeout is 60, there not set", f"mv {path} {path}.old")


def test_one_that_cannot_be_read_is_named(home: Path) -> None:
    (home / "dagster.yaml").write_text("runs: [")
    with raises(SettingsError, str(home / "dagster.yaml"), "YAML", "line 1"):
        config_differs(home)


@pytest.mark.integration
def test_the_doctor_names_one_that_differs_and_calls_nothing_wrong_for_it(folder: Folder) -> None:
    (folder.path / "data/dagster").mkdir(parents=True)
    assert folder.sparkify("sample", "--days", "1", "--songs", "1", "--events-per-day", "1").status == 0
    (folder.path / "data/dagster/dagster.yaml").write_text("telemetry:\n  enabled: true\n")
    said = folder.sparkify("doctor")
    assert said.status == 0, said.out
    state, text = findings(said)["dagster.yaml"]
    assert state == "note"
    mentions(text, "telemetry.enabled is True, there False", "mv ")
