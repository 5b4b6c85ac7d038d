"""No secret in anything that is kept or shown: output, Dagster's home, what objects say of themselves, what the doctor says."""

import json
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from sparkify_assets.definitions import build_defs
from sparkify_assets.factories import open_lake, open_warehouse, redshift_config
from sparkify_assets.model import load_catalog
from sparkify_assets.settings import read_settings
from sparkify_assets.warehouse.redshift import RedshiftWarehouse
from sparkify_assets_tests.cli.conftest import Folder, Said
from sparkify_assets_tests.emulators.redshift.faults import Fault
from sparkify_assets_tests.emulators.redshift.fixtures import redshift_database, redshift_server
from sparkify_assets_tests.emulators.redshift.running import PASSWORD, RedshiftDatabase
from sparkify_assets_tests.emulators.redshift.warehouses import bucket_lake
from sparkify_assets_tests.emulators.s3.server import KEY_ID, SECRET, TOKEN, S3Server, s3
from sparkify_assets_tests.emulators.s3.server import Fault as S3Fault
from sparkify_assets_tests.support import event, json_lines, mentions, song

__all__ = ["redshift_database", "redshift_server", "s3"]

pytestmark = pytest.mark.integration

WRONG = "Wr0ng-and-yet-a-secret"
HOOK = "a-hook-that-no-log-may-show"
LABEL = "query_group = 'staging_events 2018-11-01[.][.]2018-11-02 run [0-9a-f-]{36}'"
"""what the server keeps of each query of a run"""
SECRETS = (PASSWORD, WRONG, KEY_ID, SECRET, TOKEN, HOOK)


def told_in(data: bytes) -> list[str]:
    return [secret for secret in SECRETS if secret.encode() in data]


def unpacked(home: Path) -> Iterator[bytes]:
    """What Dagster keeps packed: the BLOBs of its databases."""
    for path in home.rglob("*.db"):
        with sqlite3.connect(path) as database:
            for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                for row in database.execute(f'SELECT * FROM "{table}"'):
                    for value in row:
                        if isinstance(value, bytes):
                            yield zlib.decompress(value)
        database.close()


class Place:
    """Where a user works with a Redshift and a lake in S3, and all that came of it."""

    def __init__(self, database: RedshiftDatabase, s3: S3Server, path: Path) -> None:
        self.lake = bucket_lake()
        self.settings = {
            **database.settings,
            **s3.environment,
            "SPARKIFY_WAREHOUSE": "redshift",
            "SPARKIFY_LAKE": str(self.lake.location),
            "SPARKIFY_ALERT_URLS": f"json://localhost:9/{HOOK}",
            "DAGSTER_HOME": str(path / "home"),
        }
        self.folder = Folder(path)

    def deliver(self, key: str, content: bytes) -> None:
        self.lake.client.put_object(Bucket=self.lake.bucket, Key=self.lake.object_key(key), Body=content)

    def sparkify(self, word: str, **settings: str) -> Said:
        said = self.folder.sparkify(word, **{**self.settings, **settings})
        assert told_in((said.out + said.err).encode()) == []
        return said


def test_loads_that_work_and_loads_that_fail(redshift_database: RedshiftDatabase, s3: S3Server, tmp_path: Path) -> None:
    place = Place(redshift_database, s3, tmp_path)
    place.deliver("song_data/A/A/A/TRA.json", json_lines([song()]))
    place.deliver("log_data/2018/11/2018-11-01-events.json", json_lines([event()]))
    place.deliver("log_data/2018/11/2018-11-02-events.json", json_lines([event(sessionId="x")]))
    place.deliver("song_data/B/A/A/TRB.json", json_lines([song(song_id="SO2")]))
    faults = redshift_database.server.faults
    faults.order(Fault("copy", "drop_during"))
    faults.order(Fault("set", "slow", match=LABEL))  # which does nothing to it, and is remembered
    s3.order(S3Fault("GET .*TRB", 99, status=403, code="AccessDenied"))
    said = place.sparkify("load")
    s3.calm()
    assert said.status == 1
    mentions(said.out + said.err, "staging_events 2018-11-02: 1 ", "SPARKIFY_MAX_REJECTED", "TRB.json", 403, "s3:GetObject")
    assert said.rows["songplays"] == 1
    assert sorted(faults.fired()) == ["copy: drop_during", "set: slow"]
    said = place.sparkify("load", SPARKIFY_REDSHIFT_PASSWORD=WRONG)
    assert said.reason.count("password authentication failed") == 1
    said = place.sparkify("doctor")
    assert "SPARKIFY_REDSHIFT_PASSWORD" in said.out
    assert redshift_database.name in said.out
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 5
    assert {str(path): found for path in files if (found := told_in(path.read_bytes()))} == {}
    packed = list(unpacked(tmp_path / "home"))
    assert any(b"staging_events" in data for data in packed)
    assert [found for data in packed if (found := told_in(data))] == []


def test_what_objects_say_of_themselves(
    redshift_database: RedshiftDatabase, s3: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place(redshift_database, s3, tmp_path)
    for name, value in place.settings.items():
        monkeypatch.setenv(name, value)
    settings = read_settings()
    warehouse = open_warehouse(settings, print)
    with warehouse.session() as session:
        said = [repr(x) + str(x) for x in (settings, redshift_config(settings), warehouse, session, open_lake(settings), load_catalog())]
        said += [repr(vars(session)), repr(vars(warehouse)), settings.model_dump_json(), json.dumps(settings.model_dump(mode="json"))]
    assert isinstance(warehouse, RedshiftWarehouse)
    warehouse.close()
    defs = build_defs(settings)
    said += [repr(defs), repr(defs.resources)]
    said += [repr(defs.get_repository_def()), repr(defs.get_repository_def().get_top_level_resources())]
    said += [
        repr(r.config_schema.default_value)
        for r in defs.get_repository_def().get_top_level_resources().values()
        if r.config_schema.default_provided
    ]
    assert told_in("".join(said).encode()) == []
