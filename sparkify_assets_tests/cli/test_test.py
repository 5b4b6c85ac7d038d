"""`sparkify test`: what it prints of cases that pass, that fail, and that cannot be read or run; and which tables have none."""

import shutil
from pathlib import Path

import click
import pytest

from sparkify_assets.cli.test import ROWS_SHOWN, run_unit_tests
from sparkify_assets.model import Catalog, load_catalog
from sparkify_assets_tests.cli.conftest import Folder
from sparkify_assets_tests.golden.provoking.model import FILES, SELECT
from sparkify_assets_tests.support import mentions

GIVEN = 'given.logs = [{ id = 1, name = "Ann ", day = 2018-11-01 }, { id = 2, day = 2018-11-01 }]\n'
RIGHT = 'expect = [{ id = 2, day = 2018-11-01 }, { id = 1, name = "Ann ", day = 2018-11-01 }]'


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    """Logs, and people that follow from them."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "dimensions/people/tests").mkdir()
    return load_catalog(tmp_path)


def write(catalog: Catalog, name: str, text: str) -> Path:
    path = catalog["people"].folder / "tests" / f"{name}.toml"
    path.write_text(f'description = "The case {name}."\n{text}')
    return path


def test_cases_that_pass(catalog: Catalog, capsys: pytest.CaptureFixture[str]) -> None:
    write(catalog, "b", GIVEN + RIGHT)
    write(catalog, "a", "expect = []")
    run_unit_tests(catalog, [])
    *lines, total = capsys.readouterr().out.splitlines()
    assert lines == ["passed  people/a: The case a.", "passed  people/b: The case b."]
    mentions(total, "2 cases of 1 table", "2 passed", "0 failed")


def test_cases_that_fail_show_the_rows_that_differ(catalog: Catalog, capsys: pytest.CaptureFixture[str]) -> None:
    """An unreadable case does not keep the others from running."""
    path = write(catalog, "wrong", GIVEN + RIGHT.replace('"Ann "', '"Ann"'))
    unreadable = write(catalog, "unreadable", GIVEN)
    write(catalog, "right", GIVEN + RIGHT)
    with pytest.raises(click.ClickException) as failed:
        run_unit_tests(catalog, [catalog["people"]])
    mentions(failed.value.format_message(), "2 unit tests", "people/unreadable, people/wrong")
    lines = capsys.readouterr().out.splitlines()
    assert lines[:-1] == [
        "passed  people/right: The case right.",
        "FAILED  people/unreadable",
        f'{unreadable}: the key "expect" is missing; required are description, expect',
        "FAILED  people/wrong: The case wrong.",
        str(path),
        "1 row too few in the result:",
        "id  name   day",
        '1   "Ann"  2018-11-01',
        "1 row too many in the result:",
        "id  name    day",
        '1   "Ann "  2018-11-01',
    ]
    mentions(lines[-1], "3 cases", "1 passed", "2 failed")


def test_of_many_rows_that_differ_the_first_are_shown(catalog: Catalog, capsys: pytest.CaptureFixture[str]) -> None:
    rows = ", ".join(f"{{ id = {n}, day = 2018-11-01 }}" for n in range(1000, 1000 + ROWS_SHOWN + 1))
    write(catalog, "many", f"given.logs = [{rows}]\nexpect = []")
    with pytest.raises(click.ClickException):
        run_unit_tests(catalog, [])
    said = capsys.readouterr().out
    mentions(said, f"{ROWS_SHOWN + 1} rows too many", f"the first {ROWS_SHOWN}")
    assert said.count("NULL") == ROWS_SHOWN


def test_a_select_that_fails_is_told_with_the_case(catalog: Catalog, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copied = shutil.copytree(catalog["people"].folder.parents[1], tmp_path / "copied")
    (copied / SELECT).write_text("SELECT CAST(name AS BIGINT) AS id, name, day FROM logs")
    broken = load_catalog(copied)
    path = write(broken, "cast", GIVEN + "expect = []")
    write(broken, "empty", "expect = []")
    with pytest.raises(click.ClickException):
        run_unit_tests(broken, [])
    lines = capsys.readouterr().out.splitlines()
    mentions(lines[1], f"{path}: ", "'Ann '")
    assert lines[-2] == "passed  people/empty: The case empty."


def test_a_table_without_cases_is_refused(catalog: Catalog) -> None:
    for name, told in {"people": "people/tests/NAME.toml", "logs": "staging"}.items():
        with pytest.raises(click.ClickException) as refused:
            run_unit_tests(catalog, [catalog[name]])
        mentions(refused.value.format_message(), name, told)


@pytest.mark.integration
def test_the_tables_that_are_named_are_tested_and_nothing_is_opened(folder: Folder) -> None:
    said = folder.sparkify(
        "test", "top_songs", "TOP_SONGS", "popular_hours", SPARKIFY_DUCKDB_PATH="/nowhere/w.duckdb", SPARKIFY_LAKE="/nowhere"
    )
    assert said.status == 0, said.err
    *lines, total = said.out.splitlines()
    tested = [line.split()[1].rstrip(":") for line in lines]
    assert {name.split("/")[0] for name in tested} == {"top_songs", "popular_hours"}
    assert len(set(tested)) == len(tested)
    mentions(total, "of 2 tables", "0 failed")
    assert list(folder.path.iterdir()) == []


@pytest.mark.integration
def test_a_table_that_is_not_known_is_named(folder: Folder) -> None:
    said = folder.sparkify("test", "top_song")
    assert said.status == 1
    mentions(said.reason, "top_song ", "top_songs")
