"""A lake in S3 from end to end: the same tables as from a directory, by the command and by a run that Dagster launches."""

import os
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from sparkify_assets.definitions import build_defs
from sparkify_assets.model import load_catalog
from sparkify_assets.sample_data import SampleSpec, write_sample_lake
from sparkify_assets.settings import Settings
from sparkify_assets.warehouse.duckdb import DuckDBWarehouse
from sparkify_assets_tests.cli.conftest import Folder
from sparkify_assets_tests.cli.findings import findings
from sparkify_assets_tests.emulators.s3.server import KEY_ID, SECRET, TOKEN, Fault, S3Server, s3
from sparkify_assets_tests.support import LakeDirectory, event, mentions, song, tables

__all__ = ["s3"]

pytestmark = pytest.mark.integration

REAL = os.environ.get("SPARKIFY_REAL_DATA")


def copied(s3: S3Server, directory: Path) -> str:
    """The directory's files in a bucket, as a lake."""
    s3.calm()
    bucket = s3.bucket()
    for path in sorted(directory.rglob("*")):
        if path.is_file():
            s3.client().put_object(Bucket=bucket, Key=f"our lake/{path.relative_to(directory)}", Body=path.read_bytes())
    return f"s3://{bucket}/our lake"


def held(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    return tables(DuckDBWarehouse(path, load_catalog(), pytest.fail))


@pytest.mark.parametrize("real", [False, pytest.param(True, marks=pytest.mark.skipif(not REAL, reason="SPARKIFY_REAL_DATA is not set"))])
def test_a_load_from_s3_gives_the_tables_of_a_directory(folder: Folder, s3: S3Server, real: bool) -> None:
    lake = folder.path / "data/lake"
    if real:
        lake.parent.mkdir()
        lake.symlink_to(str(REAL))
    else:
        write_sample_lake(lake, SampleSpec(songs=30, days=2, events_per_day=100))
        delivered = LakeDirectory(lake)
        delivered.events("2018-11-03", [event(sessionId="x"), event(sessionId=2)])
        delivered.events("2018-11-04", [event(sessionId=n) for n in range(4000)])  # over a megabyte: copied, not held
    settings = {**s3.environment, "SPARKIFY_MAX_REJECTED": "1"}
    assert folder.sparkify("load", **settings).status == 0
    there = {
        **settings,
        "SPARKIFY_LAKE": copied(s3, lake),
        "SPARKIFY_DUCKDB_PATH": "s3/w.duckdb",
        "DAGSTER_HOME": str(folder.path / "s3/home"),
    }
    said = folder.sparkify("load", **there)
    assert (said.status, said.err.strip()) == (0, "")
    assert held(folder.path / "s3/w.duckdb") == held(folder.path / "data/sparkify.duckdb")
    assert said.rows["staging_events"] == (8056 if real else 4201)
    again = "" if real else folder.sparkify("load", **there).out
    assert real or "0 partitions" in again
    assert not [secret for secret in (KEY_ID, SECRET, TOKEN) if secret in said.out + again]


def test_a_run_that_dagster_launches(s3: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    lake = LakeDirectory(tmp_path / "lake")
    lake.events("2018-11-01", [event()])
    lake.songs("A", [song()])
    settings = Settings(lake=copied(s3, lake.root), duckdb_path=tmp_path / "w.duckdb", dashboard=tmp_path / "page.html")
    with dg.DagsterInstance.ephemeral() as instance:
        job = build_defs(settings).resolve_job_def("load_everything")
        assert job.execute_in_process(instance=instance).success
        s3.order(Fault("GET .*list-type", 99, status=403, code="AccessDenied"))
        result = job.execute_in_process(instance=instance, raise_on_error=False)
        assert not result.success
        events = "".join(str(e) for e in instance.all_logs(result.run_id))
    s3.calm()
    mentions(events, "403", "s3:ListBucket")
    assert not [secret for secret in (KEY_ID, SECRET, TOKEN) if secret in events]
    assert [row[4:6] for row in held(settings.duckdb_path)["songplays"]] == [("SO1", "AR1")]


def test_the_doctor_says_whether_a_lake_in_s3_is_reached(folder: Folder, s3: S3Server) -> None:
    LakeDirectory(folder.path / "lake").events("2018-11-01", [event()])
    where = copied(s3, folder.path / "lake")
    said = folder.sparkify("doctor", SPARKIFY_LAKE=where, **s3.environment)
    found = findings(said)
    assert [found[subject][0] for subject in ("lake", "log_files", "song_files")] == ["ok", "ok", "FAIL"]
    mentions(found["lake"][1], where.split("/")[2], "us-west-2", s3.endpoint)
    assert found["log_files"][1].split()[0] == "1"
    mentions(found["song_files"][1], f"{where}/song_data/")
    said = folder.sparkify("doctor", SPARKIFY_LAKE="s3://there-is-no-such-bucket/lake", **s3.environment)
    assert said.status == 1
    mentions(said.reason, "1 ", "lake:", "s3://there-is-no-such-bucket:", "SPARKIFY_LAKE")


def test_a_sample_is_not_written_into_s3(folder: Folder) -> None:
    said = folder.sparkify("sample", "s3://bucket/lake")
    assert said.status == 1
    mentions(said.reason, "s3://bucket/lake", "aws s3 cp --recursive")
    assert list(folder.path.iterdir()) == []
