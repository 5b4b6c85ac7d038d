"""The commands that need no Dagster: sample, reset, doctor, and help (query: test_query.py)."""

import re
import shutil

import duckdb
import pytest

from sparkify_assets.cli.dagster_home import PACKAGED
from sparkify_assets.lake import LocalLake
from sparkify_assets.model import load_catalog
from sparkify_assets.warehouse.duckdb import DuckDBWarehouse
from sparkify_assets_tests.cli.conftest import Folder
from sparkify_assets_tests.cli.findings import findings
from sparkify_assets_tests.support import LakeDirectory, event, mentions, song

pytestmark = pytest.mark.integration


def test_help_says_what_each_command_does(empty: Folder) -> None:
    said = empty.afresh("--help")
    assert said.status == 0
    for command in ("sample", "load", "query", "reset", "doctor"):
        assert f"  {command} " in said.out


def test_a_sample_is_written_once(folder: Folder) -> None:
    said = folder.sparkify("sample", "here", "--days", "2", "--songs", "3", "--events-per-day", "50")
    assert said.status == 0
    mentions(said.out, "here", " 5 ")
    assert len(list((folder.path / "here").rglob("*.json"))) == 5
    again = folder.sparkify("sample", "here")
    assert again.status == 1
    mentions(again.reason, "here", "song_data", "log_data", "--overwrite")
    assert folder.sparkify("sample", "here", "--days", "1", "--songs", "1", "--overwrite").status == 0


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--songs", "0", ("--songs", " 0", " 1")),
        ("--match", "2", ("--match", "2.0", " 0 ", " 1")),
        ("--start", "soon", ("--start", "'soon'", "%Y-%m-%d")),
        ("--days", "many", ("--days", "'many'", "integer")),
    ],
)
def test_a_wrong_option_is_named(option: str, value: str, told: tuple[str, ...], folder: Folder) -> None:
    said = folder.sparkify("sample", "here", option, value)
    assert said.status == 1
    mentions(said.reason, *told)
    assert not (folder.path / "here").exists()


def test_a_place_that_cannot_be_written_is_named(folder: Folder) -> None:
    (folder.path / "file").write_text("")
    said = folder.sparkify("sample", "file/below")
    assert said.status == 1
    assert "file" in said.reason


def test_reset_asks_first(empty: Folder) -> None:
    said = empty.sparkify("reset", answer="n\n")
    assert said.status == 1
    mentions(said.out, "sparkify.duckdb", "[y/N]")
    assert empty.sparkify("reset", answer="y\n").status == 0


def test_reset_finds_the_history_where_no_variable_names_it(folder: Folder) -> None:
    home = folder.path / "data" / "dagster"
    home.mkdir(parents=True)
    shutil.copy(PACKAGED, home)
    said = folder.sparkify("reset", "--yes")
    assert (said.status, said.err) == (0, "")
    mentions(said.out, "`sparkify load`")


def test_the_doctor_names_what_is_wrong_and_how_to_mend_it(empty: Folder) -> None:
    said = empty.sparkify("doctor", SPARKIFY_LAK="typo")
    assert said.status == 1
    state, text = findings(said)["SPARKIFY_LAK"]
    assert state == "FAIL"
    mentions(text, "SPARKIFY_LAKE", "SPARKIFY_WAREHOUSE")
    for source in ("log_files", "song_files"):
        assert findings(said)[source][0] == "FAIL"
        mentions(findings(said)[source][1], "`sparkify sample")
    mentions(said.reason, "3 ", "SPARKIFY_LAK:")


@pytest.mark.parametrize("command", [["tables"], ["sample", "x", "--days", "0"], ["reset"], ["query", "SELECT 1"]])
def test_every_command_warns_of_a_mistyped_setting(command: list[str], empty: Folder) -> None:
    warned = empty.sparkify(*command, SPARKIFY_LAK="typo", SPARKIFY_REAL_DATA="of the tests").err.splitlines()[0]
    mentions(warned, "warning", "SPARKIFY_LAK ", "SPARKIFY_LAKE")
    (empty.path / ".env").write_text("SPARKIFY_MAX_REJECT=1\nSPARKIFY_XYZZY=1\n")
    said = empty.sparkify(*command)
    (empty.path / ".env").unlink()
    mentions(said.err, "SPARKIFY_MAX_REJECT is", "SPARKIFY_MAX_REJECTED", "SPARKIFY_XYZZY", "sparkify doctor")


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("SPARKIFY_MAX_REJECTED", "-3", ("SPARKIFY_MAX_REJECTED", "'-3'")),
        ("SPARKIFY_MAX_REJECTED", "some", ("SPARKIFY_MAX_REJECTED", "'some'")),
        ("SPARKIFY_WAREHOUSE", "oracle", ("SPARKIFY_WAREHOUSE", "'oracle'")),
        ("SPARKIFY_LOG_START", "2018-02-30", ("SPARKIFY_LOG_START", "'2018-02-30'")),
        ("SPARKIFY_LOG_END", "2018-11-01", ("SPARKIFY_LOG_END", "2018-11-01", "SPARKIFY_LOG_START")),
        ("SPARKIFY_LAKE", "file", ("file", "SPARKIFY_LAKE")),
        ("SPARKIFY_DUCKDB_PATH", "file", ("/file ", "IO Error", "not a valid DuckDB database file")),
        ("SPARKIFY_DUCKDB_PATH", ".", ("IO Error", "Is a directory")),
    ],
)
def test_the_doctor_names_a_setting_that_cannot_be_used(setting: str, value: str, told: tuple[str, ...], folder: Folder) -> None:
    (folder.path / "file").write_text("a file, and no warehouse")
    said = folder.sparkify("doctor", **{setting: value})
    assert said.status == 1
    mentions("\n".join(line for line in said.out.splitlines() if line.startswith("FAIL")), *told)


def test_the_doctor_names_tables_that_are_behind(folder: Folder) -> None:
    """As they are when a load was stopped between staging and what follows."""
    LakeDirectory(folder.path / "data/lake").events("2018-11-01", [event()])
    LakeDirectory(folder.path / "data/lake").songs("A", [song()])
    with DuckDBWarehouse(folder.path / "data/sparkify.duckdb", load_catalog(), pytest.fail).session() as session:
        staging, lake = load_catalog()["staging_events"], LocalLake(folder.path / "data/lake")
        list(session.loader.load(staging, {"2018-11-01": lake.list("log_data")}, lake, "a test", 0))
        session.metadata.mark_stale({"song_days": {"", "2018-11-01"}, "session_hours": {"2018-11-01"}})
    said = folder.sparkify("doctor")
    assert said.status == 1
    found = findings(said)
    assert found["staging_events"][0] == "ok"
    assert found["staging_events"][1].split()[0] == "1"
    assert found["page_views"][0] == "FAIL"
    mentions(found["page_views"][1], "2018-11-01", "`sparkify load`")
    assert "(all of it)" in found["song_days"][1]
    assert "(2018-11-01)" in found["session_hours"][1]


def test_the_doctor_names_the_one_remedy_for_tables_of_an_earlier_version(folder: Folder) -> None:
    """Not `sparkify rebuild` for each: that refuses them."""
    path = folder.path / "data/sparkify.duckdb"
    LakeDirectory(folder.path / "data/lake").events("2018-11-01", [event()])
    with DuckDBWarehouse(path, load_catalog(), pytest.fail).session():
        pass
    with duckdb.connect(path) as connection:
        connection.execute("ALTER TABLE rejected_records RENAME COLUMN reason TO why")
    said = folder.sparkify("doctor")
    assert said.status == 1
    told = findings(said)["tables"]
    assert told[0] == "FAIL"
    mentions(told[1], "rejected_records", "`sparkify reset`", "`sparkify load`")
    assert "sparkify rebuild" not in said.out


def test_folders_of_nearly_the_right_name_are_named(folder: Folder) -> None:
    lake = LakeDirectory(folder.path / "data/lake")
    lake.raw("log-data/2018/11/2018-11-01-events.json", b"{}")
    lake.raw("song-data/A/A/A/TRAAA.json", b"{}")
    found = findings(folder.sparkify("doctor"))
    for source, there, expected in (("log_files", "log-data", "log_data"), ("song_files", "song-data", "song_data")):
        assert found[source][0] == "FAIL"
        mentions(found[source][1], f"data/lake/{there} is", f"expected {expected}:")


def test_settings_may_stand_in_a_file(folder: Folder) -> None:
    (folder.path / ".env").write_text("SPARKIFY_DUCKDB_PATH=elsewhere/w.duckdb\n")
    assert folder.sparkify("reset", "--yes").status == 0
    assert (folder.path / "elsewhere/w.duckdb").exists()


def test_tables_are_listed_with_rows_and_age(folder: Folder) -> None:
    said = folder.sparkify("tables")
    assert said.status == 0
    assert "`sparkify load`" in said.err
    LakeDirectory(folder.path / "data/lake").events("2018-11-01", [event()])
    with DuckDBWarehouse(folder.path / "data/sparkify.duckdb", load_catalog(), pytest.fail).session() as session:
        staging, lake = load_catalog()["staging_events"], LocalLake(folder.path / "data/lake")
        list(session.loader.load(staging, {"2018-11-01": lake.list("log_data")}, lake, "a test", 0))
    lines = {line.split()[1]: line for line in folder.sparkify("tables").out.splitlines()}
    assert set(lines) == {"table", *load_catalog().tables}
    assert re.fullmatch(r"staging +staging_events +1  \d{4}-\d\d-\d\d \d\d:\d\d:\d\d +User activity .*", lines["staging_events"])
    assert re.match(r"facts +page_views +0 .*stale  ", lines["page_views"])
    assert re.match(r"staging +staging_songs +0  +Song", lines["staging_songs"])


def test_a_table_is_described(empty: Folder) -> None:
    said = empty.sparkify("tables", "users")
    assert said.status == 0
    title, rows, key, _, header, first, *_ = said.out.splitlines()
    mentions(title, "users (dimensions)", load_catalog()["users"].comment)
    mentions(rows, "0 rows")
    assert key == "primary key: user_id"
    assert header.split() == ["column", "type", "null", "references", "meaning"]
    assert first.split()[:3] == ["user_id", "INTEGER", "no"] or first.split()[:3] == ["user_id", "INT", "no"]
    mentions(empty.sparkify("tables", "songplay").reason, "songplay ", "songplays")


def test_the_version_is_told(empty: Folder) -> None:
    said = empty.sparkify("--version")
    assert said.status == 0
    assert re.fullmatch(r"sparkify \d+\.\d+\.\d+\n", said.out)


def test_the_doctor_examines_no_lake_and_no_warehouse_offline_and_writes_nothing(folder: Folder) -> None:
    there = {"SPARKIFY_LAKE": "s3://bucket-that-is-not-there", "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1"}
    said = folder.sparkify("doctor", "--offline", **there)
    assert said.status == 0, said.err
    mentions(
        said.out, "ok    package", "ok    SPARKIFY_LAKE         s3://bucket-that-is-not-there", "ok    definitions", "assets", "sensors"
    )
    assert list(folder.path.iterdir()) == []


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"SPARKIFY_WAREHOUSE": "oracle"}, ["SPARKIFY_WAREHOUSE is 'oracle'", "duckdb or redshift"]),
        ({"SPARKIFY_LAK": "typo"}, ["SPARKIFY_LAK: is not a setting", "SPARKIFY_LAKE"]),
        ({"SPARKIFY_ALERT_URLS_FILE": "/nowhere/urls"}, ["SPARKIFY_ALERT_URLS_FILE is /nowhere/urls", "No such file"]),
    ],
)
def test_the_doctor_names_what_is_wrong_offline(settings: dict[str, str], told: list[str], folder: Folder) -> None:
    said = folder.sparkify("doctor", "--offline", **settings)
    assert said.status == 1
    mentions(said.reason, "1 wrong; first: ", *told)


def test_the_doctor_names_definitions_that_do_not_load(folder: Folder) -> None:
    (folder.path / "sqlglot.py").write_text("raise RuntimeError('half\\ninstalled')", encoding="utf-8")
    said = folder.afresh("doctor", "--offline")
    assert said.status == 1
    assert said.reason.startswith("1 wrong; first: definitions: ")
    mentions(said.reason, "half installed")
