"""What a unit test may not say: each message names the file, the row, what was found and what was expected."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlglot import exp

from sparkify_assets.errors import ModelError
from sparkify_assets.model import load_catalog
from sparkify_assets.model.unit_tests import UnitTest, read_unit_test
from sparkify_assets_tests.support import mentions, raises

CATALOG = load_catalog()
DESCRIBED = 'description = "A case."\n'


def read(tmp_path: Path, table: str, text: str) -> UnitTest:
    path = tmp_path / "case.toml"
    path.write_text(text, encoding="utf-8")
    return read_unit_test(path, CATALOG[table], CATALOG)


def test_what_a_case_says(tmp_path: Path) -> None:
    given = "given.session_hours = [ { day = 2018-11-01, user_id = 7 } ]\n"
    case = read(tmp_path, "plays_by_location", f'{DESCRIBED}columns = ["plays", "location"]\n{given}expect = [{{ location = "x" }}]')
    assert case.description == "A case."
    assert [c.name for c in case.columns] == ["plays", "location"]
    assert list(case.expect) == [(None, "x")]
    hours = CATALOG["session_hours"]
    ((row,),) = case.given.values()
    assert {name for name, value in zip(hours.column_names, row, strict=True) if value is not None} == {"day", "user_id"}


def test_given_as_a_section_below_expect(tmp_path: Path) -> None:
    case = read(tmp_path, "plays_by_location", f"{DESCRIBED}expect = []\n[given]\nsession_hours = [{{ user_id = 7 }}]")
    assert len(case.given["session_hours"]) == 1


HOURS = "given.session_hours = [{{}}, {{ {} }}]\nexpect = []"
REFUSED: list[tuple[str, str, list[object]]] = [
    ("top_songs", "expect = [}", ["not valid TOML", "line 2"]),
    ("top_songs", "", ["expect", "missing"]),
    ("top_songs", "expect = 1", ["expect is 1", "an array"]),
    ("top_songs", "expects = []", ["expects", "description, expect, given, columns"]),
    ("top_songs", "[given]\nsong_days = []\nexpect = []", ["expect", "below [given]", "above [given]", "given.TABLE"]),
    ("top_songs", "expect = []\ngiven = []", ["given is []", "[section]"]),
    ("top_songs", "expect = []\ngiven.song_dayz = []", ["given.song_dayz", "is song_days meant?"]),
    ("top_songs", "expect = []\ngiven.userz = []", ["given.userz", "is users meant?"]),
    ("top_songs", "expect = []\ngiven.users = []", ["given.users", "top_songs", "artists or song_days or songs"]),
    ("top_songs", "expect = []\ngiven.songs = {}", ["given.songs is {}", "array of rows"]),
    ("top_songs", "expect = []\ngiven.songs = [3]", ["given.songs, row 1 is 3", "{ column = value"]),
    ("top_songs", "expect = []\ncolumns = []", ["columns is []", "each once"]),
    ("top_songs", 'expect = []\ncolumns = ["plays", "plays"]', ["columns", "each once"]),
    ("top_songs", 'expect = []\ncolumns = ["playz"]', ["columns", '"playz"', "top_songs", "is plays meant?"]),
    ("top_songs", "expect = []\ncolumns = [1]", ["columns: 1 is not"]),
    ("top_songs", "expect = []\ncolumns = [[]]", ["columns: [] is not"]),
    ("top_songs", "expect = [{ plays = 1 }]", ["expect, row 1: song_id", "NOT NULL", "columns"]),
    ("top_songs", 'columns = ["plays"]\nexpect = [{ song_id = "x" }]', ["expect, row 1: song_id", "plays"]),
    ("top_songs", 'expect = [{ song_id = "x" }, { song = "x" }]', ["expect, row 2: song", "song_id, title, artist, plays"]),
    ("plays_by_location", HOURS.format("leve = 1"), ["given.session_hours, row 2: leve", "is level meant?"]),
    ("plays_by_location", HOURS.format("level = 1"), ["row 2: level is 1;", "a text", "VARCHAR(16)"]),
    ("plays_by_location", HOURS.format(f'level = "{"é" * 9}"'), ["row 2: level", 'é"', "18 bytes", "16 bytes", "VARCHAR(16)"]),
    ("plays_by_location", HOURS.format("hour = 32768"), ["hour is 32768", "-32768 to 32767", "SMALLINT"]),
    ("plays_by_location", HOURS.format("user_id = 1.0"), ["user_id is 1.0", "whole number", "INT"]),
    ("plays_by_location", HOURS.format("plays = true"), ["plays is true", "whole number", "BIGINT"]),
    ("plays_by_location", HOURS.format('plays = "1"'), ['plays is "1"', "whole number"]),
    ("plays_by_location", HOURS.format('day = "2018-11-01"'), ['day is "2018-11-01"', "a date without quotes: 2018-11-01", "DATE"]),
    ("plays_by_location", HOURS.format("day = 2018-11-01T00:00:00"), ["day is 2018-11-01T00:00:00", "a date", "DATE"]),
    ("plays_by_location", HOURS.format("first_play = 2018-11-01"), ["first_play is 2018-11-01;", "2018-11-01T21:56:47.796", "TIMESTAMP"]),
    ("plays_by_location", HOURS.format("first_play = 2018-11-01T10:00:00Z"), ["2018-11-01T10:00:00+00:00", "without offset"]),
    ("plays_by_location", HOURS.format("first_play = 10:00:00"), ['"10:00:00"', "date-time"]),
    ("sessions_by_day", "expect = [{ day = 2018-11-01, longest_minutes = nan }]", ["row 1: longest_minutes is NaN", "a number", "DOUBLE"]),
    ("sessions_by_day", 'expect = [{ day = 2018-11-01, longest_minutes = "1" }]', ["longest_minutes", '"1"', "a number"]),
    ("sessions_by_day", "expect = [{ day = 2018-11-01, longest_minutes = false }]", ["longest_minutes is false", "a number"]),
]


@pytest.mark.parametrize(("table", "text", "why"), REFUSED, ids=[text for _, text, _ in REFUSED])
def test_what_is_refused(tmp_path: Path, table: str, text: str, why: list[object]) -> None:
    with raises(ModelError) as refused:
        read(tmp_path, table, DESCRIBED + text)
    mentions(str(refused.value), f"{tmp_path / 'case.toml'}: ", *why)
    assert "\n" not in str(refused.value)


OF_A_TYPE = {
    "DECIMAL(5, 2)": (["1000", "-1000.5", "0.001", "true", '"1"', "inf"], ["at most 5 digits, 2 of them"]),
    "BOOLEAN": (["1", '"true"'], ["true or false"]),
    "CHAR(4)": (['"abcde"', "1"], ["at most 4 bytes", "CHAR(4)"]),
}


@pytest.mark.parametrize("kind", OF_A_TYPE)
def test_values_of_types_that_no_table_has_today(tmp_path: Path, kind: str) -> None:
    table = CATALOG["top_songs"]
    column = replace(table.column("plays"), type=exp.DataType.build(kind, dialect="redshift"))
    values, told = OF_A_TYPE[kind]
    for value in values:
        path = tmp_path / "case.toml"
        path.write_text(f"{DESCRIBED}columns = ['plays']\nexpect = [{{ plays = {value} }}]")
        with raises(ModelError, "expect, row 1: plays is ", *told):
            read_unit_test(path, replace(table, columns=(column,)), CATALOG)


@pytest.mark.parametrize("text", ["expect = []", 'description = ""\nexpect = []', "description = 1\nexpect = []"])
def test_a_case_has_a_description(tmp_path: Path, text: str) -> None:
    with raises(ModelError, f"{tmp_path / 'case.toml'}: ", "description"):
        read(tmp_path, "top_songs", text)
