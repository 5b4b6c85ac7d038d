"""Folders of tables that say something that cannot be used: two small tables, each time with one fault."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import cast

from sparkify_assets.dashboard.chart import read_chart
from sparkify_assets.model import Catalog, load_catalog
from sparkify_assets.model.unit_tests import read_unit_test
from sparkify_assets_tests.golden.provoking.case import Case, Cases

LOGS, SOURCE = "staging/logs/table.sql", "staging/logs/source.toml"
PEOPLE, SELECT, CHECK = "dimensions/people/table.sql", "dimensions/people/transform.sql", "dimensions/people/checks/named.sql"
FILES = {
    LOGS: """CREATE TABLE logs (id BIGINT NOT NULL, name VARCHAR(8), day DATE NOT NULL);
COMMENT ON TABLE logs IS 'Logs.';
COMMENT ON COLUMN logs.id IS 'Who.';
COMMENT ON COLUMN logs.name IS 'Name.';
COMMENT ON COLUMN logs.day IS 'Day.';
""",
    SOURCE: """asset = "files"
title = "Files."
folder = "logs"
pattern = '(?P<partition>[^/]+)\\.json'
example = "2018-11-01.json"
[partition]
column = "day"
kind = "day"
[columns]
id = "id"
name = "name"
[range]
id = [0, 9]
""",
    PEOPLE: """CREATE TABLE people (
id BIGINT NOT NULL,
name VARCHAR(8),
day DATE NOT NULL,
PRIMARY KEY (id));
COMMENT ON TABLE people IS 'People.';
COMMENT ON COLUMN people.id IS 'Who.';
COMMENT ON COLUMN people.name IS 'Name.';
COMMENT ON COLUMN people.day IS 'Day.';
""",
    SELECT: "SELECT id, name, day FROM logs",
    CHECK: "-- Everybody has a name.\nSELECT id FROM people WHERE name IS NULL",
}


def _tables(change: Callable[[Path], object]) -> Case:
    def case(folder: Path) -> object:
        for name, text in FILES.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        change(folder)
        return load_catalog(folder)

    return case


def _edit(file: str, old: str, new: str) -> Case:
    assert FILES[file].count(old) >= 1, (file, old)
    return _tables(lambda folder: (folder / file).write_text(FILES[file].replace(old, new, 1)))


def _whole(file: str, text: str) -> Case:
    return _tables(lambda folder: (folder / file).write_text(text))


def _select(name: str) -> Case:
    """The people's names as an expression."""
    return _whole(SELECT, f"SELECT id, {name} AS name, day FROM logs")


def _unit_test(text: str) -> Case:
    def case(folder: Path) -> object:
        path = folder / "people.toml"
        path.write_text(text, encoding="utf-8")
        catalog = cast(Catalog, _tables(lambda _: None)(folder / "tables"))
        return read_unit_test(path, catalog["people"], catalog)

    return case


def _given(row: str, expect: str = "") -> Case:
    return _unit_test(f'description = "A case."\ngiven.logs = [{{}}, {{ {row} }}]\nexpect = [{expect}]')


def _twice(folder: Path) -> None:
    (folder / "reports/people").mkdir(parents=True)
    (folder / "reports/people/table.sql").write_text(FILES[PEOPLE])


def _written(path: Path, text: str) -> None:
    path.parent.mkdir()
    path.write_text(text)


EDITS: Cases = {
    "table.sql: no SQL": _edit(PEOPLE, "VARCHAR(8)", "VARCHAR(8"),
    "table.sql: no statement": _whole(PEOPLE, "-- later"),
    "table.sql: another statement": _whole(PEOPLE, "SELECT 1"),
    "table.sql: another name": _edit(PEOPLE, "TABLE people", "TABLE persons"),
    "table.sql: a schema": _edit(PEOPLE, "TABLE people", "TABLE public.people"),
    "table.sql: a type that is not known": _edit(PEOPLE, "VARCHAR(8)", "SUPER"),
    "table.sql: no type": _edit(PEOPLE, "name VARCHAR(8)", "name"),
    "table.sql: VARCHAR without length": _edit(PEOPLE, "VARCHAR(8)", "VARCHAR"),
    "table.sql: VARCHAR too long": _edit(PEOPLE, "VARCHAR(8)", "VARCHAR(70000)"),
    "table.sql: DECIMAL without scale": _edit(PEOPLE, "VARCHAR(8)", "DECIMAL(8)"),
    "table.sql: DEFAULT": _edit(PEOPLE, "VARCHAR(8)", "VARCHAR(8) DEFAULT ''"),
    "table.sql: REFERENCES without key": _edit(PEOPLE, "VARCHAR(8)", "VARCHAR(8) REFERENCES logs"),
    "table.sql: REFERENCES to no key": _edit(PEOPLE, "VARCHAR(8)", "VARCHAR(8) REFERENCES logs (name)"),
    "table.sql: PRIMARY KEY of no column": _edit(PEOPLE, "KEY (id)", "KEY (key)"),
    "table.sql: no PRIMARY KEY, with partitions": _edit(PEOPLE, ",\nPRIMARY KEY (id)", ""),
    "table.sql: no comment on the table": _edit(PEOPLE, "COMMENT ON TABLE people IS 'People.';\n", ""),
    "table.sql: no comment on a column": _edit(PEOPLE, "COMMENT ON COLUMN people.name IS 'Name.';\n", ""),
    "table.sql: a comment on another table": _edit(PEOPLE, "TABLE people IS", "TABLE logs IS"),
    "table.sql: not UTF-8": _tables(lambda folder: (folder / PEOPLE).write_bytes(b"-- caf\xe9")),
    "transform.sql: missing": _tables(lambda folder: (folder / SELECT).unlink()),
    "transform.sql: two statements": _whole(SELECT, "SELECT 1; SELECT 2"),
    "transform.sql: no SELECT": _whole(SELECT, "DELETE FROM logs"),
    "transform.sql: other columns": _whole(SELECT, "SELECT id, day FROM logs"),
    "transform.sql: a column that is not there": _select("nickname"),
    "transform.sql: a table that is not there": _whole(SELECT, "SELECT z.id, z.name, z.day FROM nowhere AS z"),
    "transform.sql: reads itself": _whole(SELECT, "SELECT id, name, day FROM people"),
    "transform.sql: the partition is computed": _whole(SELECT, "SELECT id, name, DATE '2018-11-01' AS day FROM logs"),
    "transform.sql: LIMIT": _whole(SELECT, "SELECT id, name, day FROM logs LIMIT 5"),
    "transform.sql: a RIGHT JOIN": _whole(SELECT, "SELECT a.id, a.name, a.day FROM logs AS a RIGHT JOIN logs AS b ON a.id = b.id"),
    "transform.sql: today": _select("CAST(CURRENT_DATE AS VARCHAR(8))"),
    "transform.sql: a function that is not known": _select("SOUNDEX_OF(name)"),
    "transform.sql: FILTER": _select("CAST(COUNT(*) FILTER (WHERE id = 1) AS VARCHAR(8))"),
    "transform.sql: EXTRACT of an epoch": _select("CAST(EXTRACT(EPOCH FROM day) AS VARCHAR(8))"),
    "transform.sql: AVG of a whole number": _select("CAST(AVG(id) AS VARCHAR(8))"),
    "transform.sql: CONCAT": _select("CONCAT(name, name)"),
    "transform.sql: REGEXP_REPLACE": _select("REGEXP_REPLACE(name, 'a', 'b')"),
    "transform.sql: an ordered window without its frame": _select("CAST(SUM(id) OVER (PARTITION BY id ORDER BY day) AS VARCHAR(8))"),
    "checks/: no comment": _whole(CHECK, "SELECT id FROM people"),
    "checks/: another severity": _whole(CHECK, "-- Nobody.\n-- severity: fatal\nSELECT id FROM people"),
    "checks/: a table that is not there": _whole(CHECK, "-- Nobody.\nSELECT z.id FROM nowhere AS z"),
    "source.toml: missing": _tables(lambda folder: (folder / SOURCE).unlink()),
    "source.toml: no TOML": _edit(SOURCE, '"Files."', "Files."),
    "source.toml: a key is missing": _edit(SOURCE, 'asset = "files"\n', ""),
    "source.toml: no partition in the pattern": _edit(SOURCE, "?P<partition>", "?P<part>"),
    "source.toml: other columns": _edit(SOURCE, 'name = "name"\n', ""),
    "source.toml: a range of no column": _edit(SOURCE, "[range]", "[range]\nage = [0, 9]"),
    "source.toml: a range of one number": _edit(SOURCE, "[0, 9]", "[0]"),
    "source.toml: a range of texts": _edit(SOURCE, "[0, 9]", '["a", "b"]'),
    "tests/: another file": _tables(lambda folder: _written(folder / "dimensions/people/tests/case.yaml", "")),
    "tests/: of a staging table": _tables(lambda folder: _written(folder / "staging/logs/tests/case.toml", "")),
    "two folders of one name": _tables(_twice),
}


def _chart(text: str) -> Case:
    def case(folder: Path) -> object:
        (folder / "chart.json").write_text(text)
        return read_chart(replace(load_catalog()["top_songs"], folder=folder))

    return case


def _meta(meta: str) -> Case:
    return _chart(f'{{"title": "T", "description": "D", "usermeta": {{{meta}}}}}')


CHARTS: Cases = {
    "chart.json: no JSON": _chart("{"),
    "chart.json: no title": _chart('{"usermeta": {}}'),
    "chart.json: a key that is not known": _meta('"section": "What they play", "rank": 1, "sort": [], "colour": "red"'),
    "chart.json: a section that is not known": _meta('"section": "Weather", "rank": 1, "sort": []'),
    "chart.json: sorted by no column": _meta('"section": "What they play", "rank": 1, "sort": ["weight"]'),
}
UNIT_TESTS: Cases = {
    "unit test: no TOML": _unit_test("description = A case."),
    "unit test: no description": _unit_test("expect = []"),
    "unit test: no rows are expected": _unit_test('description = "A case."'),
    "unit test: expect below [given]": _unit_test('description = "A case."\n[given]\nlogs = []\nexpect = []'),
    "unit test: a key that is not known": _unit_test('description = "A case."\nexpect = []\nrows = []'),
    "unit test: a table that is not there": _unit_test('description = "A case."\nexpect = []\ngiven.log = []'),
    "unit test: a table that is not read": _unit_test('description = "A case."\nexpect = []\ngiven.people = []'),
    "unit test: no rows of a table": _unit_test('description = "A case."\nexpect = []\ngiven.logs = { id = 1 }'),
    "unit test: a column that is not there": _given("nmae = 'Ann'"),
    "unit test: a number for a text": _given("name = 1"),
    "unit test: a text that is too long": _given("name = 'Annabella'"),
    "unit test: a fraction for a whole number": _given("id = 1.5"),
    "unit test: a text for a date": _given("day = '2018-11-01'"),
    "unit test: a value is missing": _given("id = 1", "{ name = 'Ann' }"),
    "unit test: compares no column": _unit_test('description = "A case."\nexpect = []\ncolumns = []'),
    "unit test: compares a column that is not there": _unit_test('description = "A case."\nexpect = []\ncolumns = ["nmae"]'),
}
MODEL: Cases = {**EDITS, **CHARTS, **UNIT_TESTS}
