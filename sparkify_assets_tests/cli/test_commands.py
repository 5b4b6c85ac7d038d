"""The commands that need no Dagster: sample, reset, doctor, and help (query: test_query.py)."""


import pytest

from sparkify_assets.lake import LocalLake
from sparkify_assets.model import load_catalog
from sparkify_assets.warehouse.duckdb import DuckDBWarehouse
from sparkify_assets_tests.cli.conftest import Folder
from sparkify_assets_tests.support import LakeDirectory, event, song


def test_help_says_what_each_command_does(empty: Folder) -> None:
    said = empty.afresh("--help")
    assert said.status == 0
    for command in ("sample", "load", "query", "reset", "doctor"):
        assert f"  {command} " in said.out


def test_a_sample_is_written_once(folder: Folder) -> None:
    said = folder.sparkify("sample", "here", "--days", "2", "--songs", "3", "--events-per-day", "50")
    assert said.status == 0
    assert said.out.startswith("here: 5 files, ")
    again = folder.sparkify("sample", "here")
    assert again.status == 1
    assert "here already holds song_data and log_data" in again.reason
    assert folder.sparkify("sample", "here", "--days", "1", "--songs", "1", "--overwrite").status == 0


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--songs", "0", "--songs is 0; expected a whole number, at least 1"),
        ("--match", "2", "--match is 2.0; expected a share between 0 and 1"),
        ("--start", "soon", "'soon' does not match the format"),
        ("--days", "many", "'many' is not a valid integer"),
    ],
)
def test_a_wrong_option_is_named(option: str, value: str, told: str, folder: Folder) -> None:
    said = folder.sparkify("sample", "here", option, value)
    assert said.status == 1
    assert told in said.reason
    assert not (folder.path / "here").exists()


def test_a_place_that_cannot_be_written_is_named(folder: Folder) -> None:
    (folder.path / "file").write_text("")
    said = folder.sparkify("sample", "file/below")
    assert said.status == 1
    assert "file" in said.reason


def test_reset_asks_first(empty: Folder) -> None:
    said = empty.sparkify("reset", answer="n\n")
    assert said.status == 1
    assert "make them anew, empty?" in said.out
    assert empty.sparkify("reset", answer="y\n").status == 0


def test_the_doctor_names_what_is_wrong_and_how_to_mend_it(empty: Folder) -> None:
    said = empty.sparkify("doctor", SPARKIFY_LAK="typo")
    assert said.status == 1
    assert "FAIL  SPARKIFY_LAK" in said.out
    assert "is not a setting; expected one of SPARKIFY_LAKE" in said.out
    assert "`sparkify sample" in said.out
    assert said.reason.startswith("3 wrong; first: SPARKIFY_LAK")


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("SPARKIFY_MAX_REJECTED", "-3", "SPARKIFY_MAX_REJECTED is '-3'; expected"),
        ("SPARKIFY_MAX_REJECTED", "some", "SPARKIFY_MAX_REJECTED is 'some'; expected"),
        ("SPARKIFY_WAREHOUSE", "oracle", "SPARKIFY_WAREHOUSE is 'oracle'; expected"),
        ("SPARKIFY_LOG_START", "2018-02-30", "SPARKIFY_LOG_START is '2018-02-30'; expected"),
        ("SPARKIFY_LOG_END", "2018-11-01", "SPARKIFY_LOG_END is 2018-11-01; expected a day after SPARKIFY_LOG_START"),
        ("SPARKIFY_LAKE", "file", "file is not a directory"),
        ("SPARKIFY_DUCKDB_PATH", "file", "file cannot be opened"),
        ("SPARKIFY_DUCKDB_PATH", ".", "cannot be opened"),
    ],
)
def test_the_doctor_names_a_setting_that_cannot_be_used(setting: str, value: str, told: str, folder: Folder) -> None:
    (folder.path / "file").write_text("a file, and no warehouse")
    said = folder.sparkify("doctor", **{setting: value})
    assert said.status == 1
    assert told in said.out


def test_the_doctor_names_tables_that_are_behind(folder: Folder) -> None:
    """As they are when a load was stopped between staging and what follows."""
    LakeDirectory(folder.path / "data/lake").events("2018-11-01", [event()])
    LakeDirectory(folder.path / "data/lake").songs("A", [song()])
    with DuckDBWarehouse(folder.path / "data/sparkify.duckdb", load_catalog(), pytest.fail).session() as session:
        staging, lake = load_catalog()["staging_events"], LocalLake(folder.path / "data/lake")
        list(session.load(staging, {"2018-11-01": lake.list("log_data")}, lake, "a test", 0))
    said = folder.sparkify("doctor")
    assert said.status == 1
    assert "ok    staging_events        1 rows" in said.out
    assert "FAIL  songplays             is behind what it reads (2018-11-01); `sparkify load` refreshes it" in said.out


def test_settings_may_stand_in_a_file(folder: Folder) -> None:
    (folder.path / ".env").write_text("SPARKIFY_DUCKDB_PATH=elsewhere/w.duckdb\n")
    assert folder.sparkify("reset", "--yes").status == 0
    assert (folder.path / "elsewhere/w.duckdb").exists()
