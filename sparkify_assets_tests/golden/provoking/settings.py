"""Settings that cannot be used: of each kind, and pairs that do not agree; what `run_checks` refuses; a history that cannot be read."""

import shutil
from pathlib import Path

import dagster as dg
import pytest

from sparkify_assets.cli.dagster_home import PACKAGED
from sparkify_assets.dashboard.publish import publish
from sparkify_assets.orchestration.checks.job import CheckSelection, selected_checks
from sparkify_assets.orchestration.history_prune import history_size
from sparkify_assets.settings import Settings, read_settings
from sparkify_assets_tests.golden.provoking.case import Case, Cases

REDSHIFT = {"WAREHOUSE": "redshift", "LAKE": "s3://bucket/lake", "REDSHIFT_HOST": "a-host", "REDSHIFT_USER": "loader"}
LOG_IN = REDSHIFT | {"REDSHIFT_PASSWORD": "secret"}
DAYS = dg.StaticPartitionsDefinition(["2018-11-01"])
KNOWN = {dg.AssetCheckKey(dg.AssetKey("songplays"), "primary_key"): DAYS, dg.AssetCheckKey(dg.AssetKey("top_songs"), "primary_key"): None}


def _environment(settings: dict[str, str]) -> Case:
    def case(folder: Path) -> object:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in settings.items():
                patch.setenv(f"SPARKIFY_{name}", value.replace("FOLDER", str(folder)))
            return read_settings()

    return case


def _without(name: str, settings: dict[str, str]) -> dict[str, str]:
    return {k: v for k, v in settings.items() if k != name}


WRONG = [
    {"LAKE": "s3:bucket"},
    {"LAKE": "gs://bucket/lake"},
    {"S3_ENCRYPTION": "rot13"},
    {"S3_KMS_KEY_ID": "a-key"},
    {"S3_REQUESTER_PAYS": "often"},
    {"WAREHOUSE": "oracle"},
    {"DUCKDB_PATH": "s3://bucket/file"},
    {"DUCKDB_MEMORY": "80%"},
    {"DASHBOARD": "s3://bucket"},
    {"LOG_START": "2018-02-30"},
    {"LOG_END": "soon"},
    {"LOG_END": "2018-11-01"},
    {"PARTITIONS_A_RUN": "0"},
    {"SENSOR_SECONDS": "1"},
    {"DUE_HOURS": "-1"},
    {"MAX_REJECTED": "few"},
    {"MAX_REJECTED": "-1", "SENSOR_SECONDS": "often"},
    {"ALERT_URLS": "host/path"},
    {"ALERT_URLS": "json://host, nonsense://host"},
    {"ALERT_URLS": "mailto://"},
    {"ALERT_URLS": "json://host", "ALERT_URLS_FILE": "FOLDER/urls"},
    {"HEARTBEAT_URL": "hc-ping.com/a-secret"},
    {"DIGEST_HOUR": "24"},
    {"UI_URL": "localhost:3000"},
    {"REDSHIFT_PORT": "70000"},
    {"REDSHIFT_SCHEMA": "Two Words"},
    {"REDSHIFT_IAM_ROLE": "a-role"},
    {"REDSHIFT_STATEMENT_TIMEOUT": "0"},
    {"REDSHIFT_SSLMODE": "disable"},
    REDSHIFT,
    LOG_IN | {"REDSHIFT_SECRET": "a-secret"},
    _without("REDSHIFT_USER", LOG_IN),
    _without("REDSHIFT_HOST", REDSHIFT) | {"REDSHIFT_SECRET": "a-secret"},
    LOG_IN | {"LAKE": "FOLDER"},
]


def _name(settings: dict[str, str]) -> str:
    return ", ".join(f"SPARKIFY_{name}={value}" for name, value in settings.items())


def _unwritable(folder: Path) -> object:
    (folder / "file").write_text("")
    return publish("a page", Settings(dashboard=folder / "file/page.html"))


def _history(content: bytes | None) -> Case:
    """A DAGSTER_HOME whose runs.db is no database; None: without the variable that its dagster.yaml names."""

    def case(folder: Path) -> object:
        shutil.copyfile(PACKAGED, folder / PACKAGED.name)
        with pytest.MonkeyPatch.context() as patch:
            patch.delenv("DAGSTER_HOME", raising=False)
            if content is not None:
                patch.setenv("DAGSTER_HOME", str(folder))
                (folder / "history").mkdir()
                (folder / "history" / "runs.db").write_bytes(content)
            return history_size(folder)

    return case


SETTINGS: Cases = {_name(settings): _environment(settings) for settings in WRONG} | {
    "the dashboard's folder is a file": _unwritable,
    "a history that is no database": _history(b"no database" * 1000),
    "a history in a place that is not set": _history(None),
    "run_checks: last without first": lambda _: selected_checks(CheckSelection(partition_end="2018-11-01"), KNOWN),
    "run_checks: no such check": lambda _: selected_checks(CheckSelection(checks=["songplays.nothing"]), KNOWN),
    "run_checks: no such partition": lambda _: selected_checks(CheckSelection(checks=["songplays"], partition_start="2017-01-01"), KNOWN),
    "run_checks: a partition of no table": lambda _: selected_checks(CheckSelection(partition_start="2017-01-01"), KNOWN),
}
