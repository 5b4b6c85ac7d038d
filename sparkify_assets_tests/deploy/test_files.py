"""The files of deploy/ and the Dockerfile hold against the code: what they name exists, and they agree with one another.

Put here what can be said of the files alone. Do not put here services that run (test_running.py, test_proxy.py) or a build (test_image.py).
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import click
import dagster as dg
import pytest
import yaml
from dagster._cli import create_dagster_cli
from dagster._core.instance.config import dagster_instance_config
from dagster._core.workspace.load import location_origins_from_yaml_paths
from dagster._daemon.cli import create_dagster_daemon_cli
from dagster_webserver.cli import create_dagster_webserver_cli
from dotenv import dotenv_values

from sparkify_assets.cli import sparkify
from sparkify_assets.cli.dagster_home import PACKAGED
from sparkify_assets.orchestration.postgres_history import PooledPostgresStorage
from sparkify_assets.settings import FILES, PREFIX, read_settings, setting_names
from sparkify_assets_tests.cli.conftest import PROJECT
from sparkify_assets_tests.deploy.composed import DEPLOY, compose_file, composed, dockerfile, image_environment

SERVICES = composed()
OURS = [name for name, service in SERVICES.items() if service.is_ours]
LONG_RUNNING = [name for name in SERVICES if name != "migrate"]
PROFILES = ("duckdb", "redshift")
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in DEPLOY.iterdir() if path.is_file()}


@cache
def programs() -> dict[str, click.Command]:
    return {
        "dagster": create_dagster_cli(),
        "dagster-daemon": create_dagster_daemon_cli(),
        "dagster-webserver": create_dagster_webserver_cli(),
        "sparkify": sparkify,
    }


def assert_is_understood(command: list[str]) -> None:
    """The program has the subcommands and options, and takes their values."""
    assert command[0] in {script.name for script in entry_points(group="console_scripts")}
    found, words = programs()[command[0]], [word.replace("/opt/dagster/", f"{DEPLOY}/") for word in command[1:]]
    parent: click.Context | None = None
    while isinstance(found, click.Group):
        parent = click.Context(found, parent, **found.context_settings)  # a command keeps what it makes of its first parent's settings
        name, found, words = found.resolve_command(parent, words)
        assert found is not None, f"{name} in {command}"
    found.make_context(command[0], words, parent).close()


# commands and ports


@pytest.mark.parametrize("name", OURS)
def test_commands_are_those_of_the_programs(name: str) -> None:
    assert_is_understood(SERVICES[name].command)


@pytest.mark.parametrize("name", ["code", "daemon"])
def test_health_commands_are_those_of_the_programs(name: str) -> None:
    assert_is_understood(SERVICES[name].health_command)


def option(command: list[str], name: str) -> str:
    return command[command.index(name) + 1]


def test_ports_agree() -> None:
    port = option(SERVICES["code"].command, "-p")
    assert option(SERVICES["code"].health_command, "-p") == port
    (server,) = [entry["grpc_server"] for entry in yaml.safe_load(TEXTS["workspace.yaml"])["load_from"]]
    assert (server["host"], str(server["port"])) == ("code", port)
    assert server["location_name"] == option(SERVICES["code"].command, "--location-name")
    for name in ("webserver", "viewer"):
        web = option(SERVICES[name].command, "-p")
        assert f"http://127.0.0.1:{web}/server_info" in SERVICES[name].health_command[-1]
        assert f" {name}:{web}\n" in TEXTS["Caddyfile"]
    assert not [name for name in OURS if "ports" in SERVICES[name].definition], "only the proxy is reached from outside"


def test_the_code_location_has_the_name_of_the_laptops() -> None:
    laptop = yaml.safe_load((PROJECT / "workspace.yaml").read_text(encoding="utf-8"))["load_from"][0]["python_module"]
    command = SERVICES["code"].command
    assert (option(command, "-m"), option(command, "--location-name")) == (laptop["module_name"], laptop["location_name"])


def test_the_viewers_webserver_is_the_operators_but_for_writing() -> None:
    assert SERVICES["viewer"].command == [*SERVICES["webserver"].command, "--read-only"]


def test_dagster_reads_the_workspace() -> None:
    (origin,) = location_origins_from_yaml_paths([str(DEPLOY / "workspace.yaml")])
    assert origin.location_name == "sparkify_assets"


# variables


@pytest.mark.parametrize("profile", PROFILES)
def test_every_variable_of_the_platform_is_a_setting(profile: str) -> None:
    named = {name for service in composed(PROFILE=profile).values() for name in service.environment if name.startswith(PREFIX)}
    assert named <= {*setting_names(), *FILES}
    assert named


def test_every_setting_that_a_comment_names_exists() -> None:
    for text in TEXTS.values():
        assert set(re.findall(rf"\b{PREFIX}[A-Z0-9_]*[A-Z0-9]\b", text)) <= {*setting_names(), *FILES}


@pytest.mark.parametrize("profile", PROFILES)
def test_the_settings_of_a_profile_are_accepted(profile: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in composed(PROFILE=profile)["code"].environment.items():
        if name.startswith(PREFIX) and not name.endswith("_FILE"):
            monkeypatch.setenv(name, value)
    assert read_settings().warehouse == profile


def test_each_profile_is_a_file_of_variables() -> None:
    assert {f"{profile}.env" for profile in PROFILES} == {name for name in TEXTS if name.endswith(".env")}
    for profile in PROFILES:
        assert dotenv_values(DEPLOY / f"{profile}.env")[f"{PREFIX}WAREHOUSE"] == profile


def test_only_the_code_server_gets_what_the_platform_is_set_to() -> None:
    assert [n for n, s in SERVICES.items() if any(v.startswith((PREFIX, "AWS_")) for v in s.environment)] == ["code"]


# secrets


def test_no_password_is_in_a_file() -> None:
    for name, text in TEXTS.items():
        assert not re.search(r"://[^/\s:@$]+:[^/\s@]+@", text), name
        for variable, value in re.findall(r"^\W*(\w*(?:PASSWORD|SECRET_ACCESS_KEY|TOKEN|ALERT_URLS)\w*)[=:] *(\S*)", text, re.MULTILINE):
            assert variable.endswith("_FILE") or variable in ("redshift_password", "postgres_password", "alert_urls", "heartbeat_url"), (
                f"{name}: {variable}"
            )
            assert value in ("", "{file:") or value.startswith("/run/secrets/"), f"{name}: {variable}"


def test_each_secret_that_is_named_is_given_and_created() -> None:
    declared = {name: Path(entry["file"]) for name, entry in compose_file()["secrets"].items()}
    for name, service in SERVICES.items():
        given = set(service.definition.get("secrets", ()))
        named = {Path(v).name for v in service.environment.values() if v.startswith("/run/secrets/")}
        assert named <= given <= declared.keys(), name
    assert {"operators", "viewers"} == set(SERVICES["proxy"].definition["secrets"])
    script = TEXTS["make-secrets"]
    assert all(name in script and file.parent == Path("secrets") for name, file in declared.items())


def test_secrets_are_neither_committed_nor_in_the_image() -> None:
    assert "/deploy/secrets/" in (PROJECT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert "deploy/secrets" in ignored_by_docker()


def test_make_secrets_leaves_what_is_there(tmp_path: Path) -> None:
    script = TEXTS["make-secrets"].replace("chown 10001:10001", "true")  # only root may
    (tmp_path / "make-secrets").write_text(script, encoding="utf-8")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "alert_urls").write_text("json://host", encoding="utf-8")

    def contents() -> dict[str, str]:
        subprocess.run(["sh", tmp_path / "make-secrets"], check=True)
        return {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "secrets").iterdir()}

    first = contents()
    assert first.keys() == compose_file()["secrets"].keys()
    assert re.fullmatch(r"[0-9a-f]{48}", first["postgres_password"])
    assert first["pgpass"] == f"*:*:*:dagster:{first['postgres_password']}\n"
    assert first["alert_urls"] == "json://host"
    assert contents() == first
    assert {oct(path.stat().st_mode & 0o777) for path in (tmp_path / "secrets").iterdir()} == {"0o400"}


def test_no_service_can_start_containers() -> None:
    assert "docker.sock" not in (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    assert not [name for name, service in SERVICES.items() if service.definition.get("privileged")]


# how services start, restart and end


@pytest.mark.parametrize("name", LONG_RUNNING)
def test_a_service_that_runs_on_is_started_again_and_limited(name: str) -> None:
    definition = SERVICES[name].definition
    assert definition["restart"] == "unless-stopped"
    assert definition["mem_limit"]
    assert "max-size" in definition["logging"]["options"]
    assert name == "proxy" or "healthcheck" in definition


def test_nothing_connects_before_the_migration() -> None:
    assert SERVICES["migrate"].definition["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert SERVICES["migrate"].definition["restart"] == "no"
    for name in OURS:
        if name != "migrate":
            assert SERVICES[name].definition["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def seconds(text: str) -> int:
    return int(text[:-1]) * {"s": 1, "m": 60}[text[-1]]


def test_times_agree() -> None:
    code = SERVICES["code"]
    assert seconds(code.definition["stop_grace_period"]) > int(code.environment["DAGSTER_GRPC_SHUTDOWN_GRACE_PERIOD"])
    for service in SERVICES.values():
        if check := service.definition.get("healthcheck"):
            assert seconds(check["timeout"]) <= seconds(check["interval"])


def test_volumes_are_declared() -> None:
    declared = set(compose_file()["volumes"])
    used = {v.split(":")[0] for s in SERVICES.values() for v in s.definition.get("volumes", ()) if not v.startswith(".")}
    assert used == declared


# dagster.yaml


def flat(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from flat(inner, f"{name}.{key}".strip("."))
    else:
        yield name, value


def test_dagster_accepts_its_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(DEPLOY / "dagster.yaml", tmp_path)
    config, _ = dagster_instance_config(str(tmp_path))
    assert config["storage"]["custom"]["class"] == PooledPostgresStorage.__name__
    reference = dg._core.instance.ref.InstanceRef.from_dir(str(tmp_path))  # type: ignore[attr-defined]
    for name, value in SERVICES["code"].environment.items():
        monkeypatch.setenv(name, value)
    assert reference.storage_data is not None
    schema = PooledPostgresStorage.config_type()
    assert dg._config.process_config(schema, config["storage"]["custom"]["config"]).success  # type: ignore[attr-defined]


def test_the_instance_differs_from_a_laptops_where_it_says_so() -> None:
    ours, laptops = (dict(flat(yaml.safe_load(path.read_text(encoding="utf-8")))) for path in (DEPLOY / "dagster.yaml", PACKAGED))
    different = {name.split(".")[0] for name in ours.keys() | laptops.keys() if ours.get(name) != laptops.get(name)}
    assert different == {"storage", "compute_logs", "sensors"}


# the image


def ignored_by_docker() -> list[str]:
    return [line for line in (PROJECT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line and line[0] not in "#!"]


def copied() -> Iterator[tuple[list[str], str]]:
    """Sources in the project and the target of each COPY."""
    for instruction, rest in dockerfile():
        words = [word for word in rest.split() if not word.startswith("--")]
        if instruction == "COPY" and "--from=" not in rest:
            yield words[:-1], words[-1]


def test_what_is_copied_into_the_image_is_there_and_not_left_out() -> None:
    let_in = [line[1:] for line in (PROJECT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line.startswith("!")]
    sources = [source for sources, _ in copied() for source in sources]
    assert {source.split("/")[0] for source in sources} == set(let_in)
    assert all((PROJECT / source).exists() for source in sources)


def test_paths_of_the_services_are_in_the_image_or_in_a_volume() -> None:
    files = {f"{target.rstrip('/')}/{Path(source).name}" for sources, target in copied() for source in sources}
    (folders,) = [found[1] for _, rest in dockerfile() if (found := re.search(r"install -d -o 10001 -g 10001 (.*)", rest))]
    made = set(folders.split())
    for name in OURS:
        volumes = {v.split(":")[1] for v in SERVICES[name].definition.get("volumes", ())}
        assert volumes - {"/lake"} <= made, "a new volume takes the owner of the image's folder: root's could not be written"
        for word in [*SERVICES[name].command, *(v for k, v in SERVICES[name].environment.items() if k.startswith(PREFIX))]:
            if word.startswith("/") and not word.startswith("/run/secrets/"):
                assert word in files or any(word == v or word.startswith(f"{v}/") for v in volumes), f"{name}: {word}"
    assert image_environment("")["DAGSTER_HOME"] == "/opt/dagster"
    assert yaml.safe_load(TEXTS["dagster.yaml"])["compute_logs"]["config"]["base_dir"] in made


def test_the_image_runs_as_nobodys_user_and_ends_with_the_doctor() -> None:
    instructions = dockerfile()
    assert instructions[-1] == ("RUN", "sparkify doctor --offline")
    assert_is_understood(["sparkify", "doctor", "--offline"])
    assert [rest for word, rest in instructions if word == "USER"] == ["10001:10001"]
    assert [rest for word, rest in instructions if word == "FROM"] == ["${BASE} AS build", "${BASE}"]
    assert image_environment("abc")["DAGSTER_CONTAINER_IMAGE"] == "sparkify:abc"


def test_values_carry_a_reason_with_its_date() -> None:
    """Each value that is a measure: a comment with a date is above it, in its block."""
    lines = TEXTS["compose.yaml"].splitlines()
    for number, line in enumerate(lines):
        if re.match(r"\s+(stop_grace_period|DAGSTER_\w+(PERIOD|TOLERANCE)):", line):
            assert lines[number - 1].strip().startswith("#"), line
