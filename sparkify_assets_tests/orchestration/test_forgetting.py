"""`sparkify forget`: the records of a user are found wherever the lake has them, and afterwards nothing holds the user."""

import gzip
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import sqlalchemy
from hypothesis import given
from hypothesis import strategies as st

from sparkify_assets.errors import SparkifyError, WarehouseError, WarehouseInUseError
from sparkify_assets.ingest.json_records import raw_records
from sparkify_assets.ingest.person import _candidates, is_about
from sparkify_assets.lake import LocalLake
from sparkify_assets.model import LOOKUPS, STAGING, load_catalog
from sparkify_assets.notifications.incident import Incident
from sparkify_assets.notifications.state import AlertState, DeliveryState, Message
from sparkify_assets.orchestration.alerts.store import Store
from sparkify_assets.orchestration.forgetting import Forgetting, find_in_lake, person_id, rows_left
from sparkify_assets.orchestration.history_prune import rewrite_files
from sparkify_assets.orchestration.load_summary import LoadSummary
from sparkify_assets.orchestration.runner import LoadRunner
from sparkify_assets.warehouse import Warehouse
from sparkify_assets_tests.orchestration.conftest import Platform, new_platform
from sparkify_assets_tests.support import ENGINES, event, json_lines, load_all, milliseconds, opened_warehouse, raises, song, tables

pytestmark = pytest.mark.integration

DAYS = [f"2018-11-{day:02d}" for day in (1, 2, 3, 20)]
USER = "15"
FOLDER = "log_data/2018/11"
BROKEN = b'{"userId": "15", "firstName": "Qname", \n'


def play(day: str, user: object, number: int = 0, **more: object) -> dict[str, object]:
    name = {"firstName": "Qname", "userAgent": "Qagent"} if str(user).strip() == USER else {}
    return event(userId=user, sessionId=number, itemInSession=number, ts=milliseconds(f"{day}T10:00:00") + number, **name) | more


def deliver(platform: Platform, with_user: bool) -> None:
    """The user's records in each form that a file may have; without them, what is left of the files."""
    mine = [lambda r: [r], lambda _: []][not with_user]
    lake = platform.lake
    others = [play(day, 8, n) for n, day in enumerate(DAYS)]
    lake.songs("A", [song()])
    lake.events(DAYS[0], [others[0], *mine(play(DAYS[0], "15", 1)), *mine(play(DAYS[0], "15", 2, status="Qname"))])
    pretty = b"".join(json.dumps(r, indent=1).encode() + b"\n" for r in [*mine(play(DAYS[1], 15, 1)), others[1]])
    lake.raw(f"{FOLDER}/{DAYS[1]}-events.json", pretty)
    together = b"".join(json.dumps(r).encode() for r in [others[2], *mine(play(DAYS[2], "15 ", 1))]) + b"\n"
    lake.raw(f"{FOLDER}/{DAYS[2]}-events.json.gz", gzip.compress(together + (BROKEN if with_user else b""), mtime=0))
    lake.events(DAYS[3], [others[3], play(DAYS[3], 150, 5)])
    lake.raw(f"{FOLDER}/notes.txt", json_lines(mine(play(DAYS[3], 15))))


FOUND = [
    f"{FOLDER}/{DAYS[0]}-events.json:2",
    f"{FOLDER}/{DAYS[0]}-events.json:3",
    f"{FOLDER}/{DAYS[1]}-events.json:1-20",
    f"{FOLDER}/{DAYS[2]}-events.json.gz:1 record 2 of 2",
    f"{FOLDER}/notes.txt:1",
]


def forgetting(platform: Platform, warehouse: Warehouse | None = None) -> Forgetting:
    return Forgetting(platform.defs, platform.catalog, platform.settings, warehouse or platform.warehouse, platform.instance)


def load(platform: Platform, warehouse: Warehouse, again: bool = False) -> LoadSummary:
    return LoadRunner(platform.defs, platform.catalog, platform.settings, warehouse, platform.instance).run(None, None, again)


@pytest.fixture
def platform() -> Iterator[Platform]:
    with new_platform() as platform:
        yield platform.configured(max_rejected=2)


def test_each_form_of_a_record_is_found(platform: Platform) -> None:
    deliver(platform, with_user=True)
    found = find_in_lake(LocalLake(platform.lake.root), load_catalog(), USER)
    assert [str(record) for record in found.certain] == FOUND
    assert [str(record) for record in found.possible] == [f"{FOLDER}/{DAYS[2]}-events.json.gz:2"]
    assert (found.files, found.unread) == (5, [])
    platform.lake.raw(f"{FOLDER}/{DAYS[3]}-late.json.gz", b"no gzip data")
    assert len(find_in_lake(LocalLake(platform.lake.root), load_catalog(), USER).unread) == 1


ARABIC = "\u0661\u0665"
"""15 in the digits of that script"""
LINES = (
    rb"""{"userId": "15"}|{"userId": 015}|{"userId": "\u0031\u0035"}|{"userId": 15.0, "a": [{}]}|{"userId": "0"}|{"userId": "Zo\u00eb "}"""
    rb"""|{"userId": " 08 "}{"a": 15}|{"userId": "15"|{|}|[|]|,|"userId": 15|{"a": [{"userId": 15}|{"userId": 8}]}|| |15|{"userId": -15}"""
    rb"""|{"userId": 150}|{"a": [{"b": 1}|{"userId": "+15"}|{"userId": 15, }|{"USERID": "0015.00"}|{"userId": 15} {"x": 1}"""
    rb"""|{"userId": 1.5e1}|{"userId": "150E-1"}|{"userId": 1.5e+0001}"""
).split(b"|")


@pytest.mark.parametrize("person", ["15", "0", "8", "Zoë", "-15"])
@given(st.lists(st.sampled_from([*LINES, '{"userId": "Zoë"}'.encode(), f'{{"userId": "{ARABIC}"}}'.encode(), b"\r"]), max_size=6))
def test_lines_that_are_left_out_are_nobodys(person: str, lines: list[bytes]) -> None:
    data = b"\n".join(lines)
    every = {(piece.line, piece.data) for piece in raw_records(data) if is_about(piece, "userId", person)}
    assert {(piece.line, piece.data) for piece in _candidates(data, person) if is_about(piece, "userId", person)} == every


@pytest.mark.parametrize("written", ["15", '"15"', "15.0", '"+15"', '" 015 "', "1.5e1", '"150E-1"', '"\\u0031\\u0035"', f'"{ARABIC}"'])
def test_a_number_is_found_however_it_is_written(written: str) -> None:
    (piece,) = _candidates(f'{{"userId": {written}}}'.encode(), USER)
    assert is_about(piece, "userId", USER)


def test_an_id_is_a_number_where_its_column_is_one() -> None:
    assert person_id(load_catalog(), " 015") == USER
    for wrong in ("Lily", "15.0", "99999999999", "-"):
        with raises(SparkifyError, repr(wrong), "staging_events.user_id", "2147483647"):
            person_id(load_catalog(), wrong)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kept_days", [None, 7])
def test_nothing_holds_the_user_afterwards(engine: str, kept_days: int | None, platform: Platform, tmp_path: Path) -> None:
    platform = platform.configured(staging_days=kept_days)
    (tmp_path / "new").mkdir()
    with opened_warehouse(engine, tmp_path) as warehouse, opened_warehouse(engine, tmp_path / "new") as anew:
        deliver(platform, with_user=True)
        assert load(platform, warehouse).reason is None
        load(platform, warehouse, again=True)  # now staging rows of older days expire
        Store(platform.instance).save(waiting_alert())
        others = dg.Definitions(assets=[asset_of_others])
        assert others.resolve_implicit_global_asset_job_def().execute_in_process(instance=platform.instance).success
        with raises(SparkifyError, 5, FOUND[0]):
            forgetting(platform, warehouse).run(USER)
        assert set(rows_left(platform.catalog, warehouse, USER)) >= {"users", "songplays", "session_hours", "rejected_records"}
        assert b"Qname" in history(platform.instance)

        deliver(platform, with_user=False)
        assert forgetting(platform, warehouse).run(USER).reason is None
        assert rows_left(platform.catalog, warehouse, USER) == {}
        load_all(anew, platform.lake.root, 2)
        expiring = {STAGING, LOOKUPS} if kept_days else set()  # a text of an expired day stays: docs/operations.md
        compared = {table.name for table in platform.catalog if table.layer not in expiring}
        now, expected = ({n: r for n, r in tables(w).items() if n in compared} for w in (warehouse, anew))
        assert now == expected
        assert "Qname" not in str(tables(warehouse))
        assert b"Qname" not in history(platform.instance)
        assert b"Qname" not in Path(platform.settings.dashboard).read_bytes()
        assert platform.materialized("staging_events") == set(DAYS)
        assert load(platform, warehouse).loaded == 0
        assert platform.instance.get_latest_materialization_event(dg.AssetKey("asset_of_others"))  # theirs is not ours to delete


@dg.asset
def asset_of_others() -> None:
    """Of another project, in the same Dagster instance."""


def test_a_day_that_is_not_loaded_again_is_told(platform: Platform) -> None:
    deliver(platform, with_user=True)
    platform.load()
    deliver(platform, with_user=False)
    later = platform.configured(log_start=platform.settings.log_start.replace(day=2))
    with raises(WarehouseError, "SPARKIFY_LOG_START", "staging_events"):
        forgetting(later).run(USER)
    assert later.instance.get_runs_count() > 1


def test_a_history_that_shows_no_rows_may_be_kept(platform: Platform) -> None:
    deliver(platform, with_user=False)
    platform.load()
    before = platform.instance.get_runs_count()
    assert forgetting(platform).run(USER, keep_history=True).reason is None
    assert platform.instance.get_runs_count() == before


def test_nothing_is_deleted_while_a_run_is_in_progress(platform: Platform) -> None:
    deliver(platform, with_user=False)
    job = platform.defs.resolve_job_def("make_reports")
    run = platform.instance.create_run_for_job(job, status=dg.DagsterRunStatus.NOT_STARTED)
    with raises(WarehouseInUseError, run.run_id):
        forgetting(platform).run(USER)


def test_a_deleted_text_is_not_left_in_free_pages(tmp_path: Path) -> None:
    path = tmp_path / "history" / "runs.db"
    path.parent.mkdir()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA secure_delete = OFF")  # SQLite's default; Debian's overwrites
        connection.execute("CREATE TABLE texts (content TEXT)")
        connection.execute("INSERT INTO texts VALUES ('Qname')")
        connection.commit()
        connection.execute("DELETE FROM texts")
    connection.close()
    assert b"Qname" in path.read_bytes()
    assert rewrite_files(tmp_path) == []
    assert b"Qname" not in path.read_bytes()


def waiting_alert() -> AlertState:
    """One that waits for a channel that is down, and one that is not sent yet."""
    waiting = Message(number=1, identity="check x", kind="warning", title="a title", body="first_name=Qname", to={"0": DeliveryState()})
    incident = Incident(kind="check", subject_key="users.primary_key", severity="error", subject="a subject", text="Qname", opened_at=0.0)
    return AlertState(outbox=[waiting], incidents={incident.identity: incident})


def history(instance: dg.DagsterInstance) -> bytes:
    """Every row of the instance's databases."""
    found: list[bytes] = []
    storages: list[Any] = [instance.run_storage.connect, instance.event_log_storage.index_connection]  # type: ignore[attr-defined]
    for connect in storages:
        with connect() as connection:
            for table in sqlalchemy.inspect(connection.engine).get_table_names():
                found += [repr(tuple(row)).encode() for row in connection.exec_driver_sql(f"SELECT * FROM {table}")]
    return b"\n".join(found)
