"""SPARKIFY_SHOW_ROWS: no value of a row reaches Dagster's home, the console or an alert where it is off; each kind does where it is on.

Put here what is told of rows outside of the warehouse.  Do not put here how a reason is cut (lake/test_reasons.py).
"""

import base64
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import dagster as dg
import pytest
from pydantic import SecretStr

from sparkify_assets.definitions import build_defs
from sparkify_assets.lake import LakeSnapshot, LocalLake
from sparkify_assets.model import load_catalog
from sparkify_assets.orchestration.alerts.sensor import alerts
from sparkify_assets.orchestration.instance import open_instance
from sparkify_assets.settings import Settings
from sparkify_assets_tests.cli.conftest import Folder
from sparkify_assets_tests.notifications.servers import HttpReceiver
from sparkify_assets_tests.support import LakeDirectory, event, json_lines, milliseconds, song

pytestmark = pytest.mark.integration

DAYS = ("2018-11-01", "2018-11-02", "2018-11-03")
MARKERS = {
    "first name": "Qfirstname",
    "agent": "Qagent/5.0",
    "location": "Qlocation",
    "song": "Qsong",
    "user id": "987654321",
    "level": "Qlevel",
    "broken line": "Qbroken",
    "value of another type": "Qstatus",
    "key that nobody declared": "Qundeclared",
    "song of the catalogue": "Qtitle",
}
IMAGE = re.compile(rb"base64,([A-Za-z0-9+/=]+)")


def play(day: str, number: int, **more: object) -> dict[str, object]:
    of_user = {
        "firstName": MARKERS["first name"],
        "userAgent": MARKERS["agent"],
        "location": MARKERS["location"],
        "song": MARKERS["song"],
        "userId": MARKERS["user id"],
    }
    return event(**of_user, sessionId=number, itemInSession=number, ts=milliseconds(f"{day}T10:00:00") + number) | more


def deliver(lake: LakeDirectory) -> None:
    """A day with a tolerated rejected record, one with too many, and one that checks warn about."""
    bad = play(DAYS[0], 1, status=MARKERS["value of another type"])
    lake.raw(f"log_data/2018/11/{DAYS[0]}-events.json", json_lines([play(DAYS[0], 0), bad]))
    broken = MARKERS["broken line"].encode() + b" is no JSON\n"
    lake.raw(f"log_data/2018/11/{DAYS[1]}-events.json", json_lines([play(DAYS[1], 0)]) + broken + json_lines([bad, bad]))
    twice = [play(DAYS[2], 7), play(DAYS[2], 7, song="another")]
    odd = play(DAYS[2], 8, level=MARKERS["level"], **{MARKERS["key that nobody declared"]: 1})
    lake.raw(f"log_data/2018/11/{DAYS[2]}-events.json", json_lines([*twice, odd]))
    lake.songs("A", [song(title=MARKERS["song of the catalogue"], duration=-1.0)])


@pytest.fixture(params=["off", "true"])
def told(request: pytest.FixtureRequest, folder: Folder, monkeypatch: pytest.MonkeyPatch) -> tuple[bool, dict[str, bytes]]:
    """Whether rows are shown, and all that has left the warehouse: by place."""
    deliver(LakeDirectory(folder.path / "data/lake"))
    home = folder.path / "home"
    monkeypatch.setenv("DAGSTER_HOME", str(home))
    settings = {"SPARKIFY_SHOW_ROWS": request.param, "SPARKIFY_MAX_REJECTED": "1", "DAGSTER_HOME": str(home)}
    load = folder.afresh("load", **settings)
    assert load.status == 1
    assert "3 rejected records" in load.err
    code = ["asset", "materialize", "-m", "sparkify_assets.definitions", "--select", "staging_events", "--partition", DAYS[1]]
    run = subprocess.run(
        [sys.executable, "-m", "dagster", *code], cwd=folder.path, env=folder.environment(**settings), capture_output=True, check=False
    )
    assert b"3 rejected records" in run.stdout + run.stderr
    found = {"console of load": f"{load.out}{load.err}".encode(), "console of a run": run.stdout + run.stderr}
    with receiver() as http:
        send_alerts(folder, home, request.param == "true", http)
        assert any("rejected_records_within_limit" in title for title in http.titles)
        found["alerts"] = "\n".join(f"{m['title']}\n{m['message']}" for m in http.taken).encode()
    files = [path for path in sorted(home.rglob("*")) if path.is_file()]
    found["home"] = b"\n".join([path.read_bytes() for path in files] + [dumped(path) for path in files if path.suffix == ".db"])
    return request.param == "true", found


@contextmanager
def receiver() -> Iterator[HttpReceiver]:
    http = HttpReceiver()
    http.up()
    try:
        yield http
    finally:
        http.close()


def send_alerts(folder: Folder, home: Path, shown: bool, http: HttpReceiver) -> None:
    settings = Settings(
        lake=folder.path / "data/lake",
        duckdb_path=folder.path / "data/sparkify.duckdb",
        alert_urls=SecretStr(http.url),
        show_rows=shown,
        max_rejected=1,
    )
    sensor = alerts(load_catalog(), settings, lambda: build_defs(settings))
    with open_instance(home) as instance:
        sensor(dg.build_sensor_context(instance=instance, resources={"lake": LakeSnapshot(LocalLake(folder.path / "data/lake"))}))


def dumped(database: Path) -> bytes:
    """All its rows: in the file, a long text is in pieces."""
    with closing(sqlite3.connect(database)) as connection:
        return "\n".join(connection.iterdump()).encode()


def with_images(content: bytes) -> bytes:
    """With the pictures in it: a chart is base64."""
    return content + b"\n".join(base64.b64decode(code[: len(code) // 4 * 4]) for code in IMAGE.findall(content))


def test_values_of_rows_leave_the_warehouse_only_where_they_may(told: tuple[bool, dict[str, bytes]]) -> None:
    shown, places = told
    seen = {
        place: {what for what, marker in MARKERS.items() if marker.encode() in with_images(content)} for place, content in places.items()
    }
    if not shown:
        assert not any(seen.values()), seen
        for place in ("console of load", "console of a run", "alerts", "home"):  # what people need to find the record
            assert re.search(rb"2018-11-02-events\.json:2: found ", places[place]) or place == "alerts", place
            assert b"a whole number from" in places[place] or place == "alerts", place
        return
    assert seen["home"] == MARKERS.keys()
    assert seen["console of load"] >= {"broken line", "value of another type"}
    assert seen["console of a run"] >= {"broken line", "value of another type"}
    assert seen["alerts"] >= {"broken line", "value of another type", "first name", "level", "key that nobody declared"}
