"""The unit tests beside the tables, on every engine; and what runs them: a case that is wrong fails, with what differs."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest

from sparkify_assets import tables
from sparkify_assets.errors import WarehouseError
from sparkify_assets.model import REPORTS, Catalog, load_catalog
from sparkify_assets.model.unit_tests import Row, read_unit_test, unit_test_files
from sparkify_assets.warehouse.connection import SqlConnection
from sparkify_assets.warehouse.duckdb.in_memory import opened_in_memory
from sparkify_assets.warehouse.unit_tests import run_unit_test
from sparkify_assets_tests.golden.provoking.model import FILES
from sparkify_assets_tests.support import opened_warehouse, raises

CATALOG = load_catalog()
CASES = {f"{path.parts[-3]}/{path.stem}": path for path in sorted(Path(tables.__file__).parent.glob("*/*/tests/*.toml"))}

Differences = tuple[list[Row], list[Row]]


@pytest.fixture(scope="module")
def connections(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], SqlConnection]]:
    """Of each engine one for the file: DuckDB in memory, as `sparkify test` opens it, and a warehouse on Redshift."""
    with ExitStack() as stack:

        @cache
        def opened(engine: str) -> SqlConnection:
            if engine == "duckdb":
                return stack.enter_context(opened_in_memory())
            warehouse = stack.enter_context(opened_warehouse(engine, tmp_path_factory.mktemp("warehouse")))
            return stack.enter_context(warehouse.session()).sql

        yield opened


@pytest.fixture
def sql(engine: str, connections: Callable[[str], SqlConnection]) -> SqlConnection:
    return connections(engine)


@pytest.fixture
def differences(sql: SqlConnection, tmp_path: Path) -> Callable[[str, str], Differences]:
    """Run the text of a case of a table: rows that are missing, and rows that are not expected."""

    def run(table: str, text: str) -> Differences:
        path = tmp_path / "case.toml"
        path.write_text(f'description = "A case."\n{text}', encoding="utf-8")
        result = run_unit_test(sql, read_unit_test(path, CATALOG[table], CATALOG), CATALOG)
        assert result.passed == (not result.missing and not result.unexpected)
        return list(result.missing), list(result.unexpected)

    return run


@pytest.mark.parametrize("name", CASES)
def test_a_table(sql: SqlConnection, name: str) -> None:
    case = read_unit_test(CASES[name], CATALOG[name.split("/", maxsplit=1)[0]], CATALOG)
    result = run_unit_test(sql, case, CATALOG)
    assert (list(result.missing), list(result.unexpected)) == ([], []), f"{case.description} (missing, unexpected)"


@pytest.mark.parametrize("report", [table.name for table in CATALOG.layer(REPORTS)])
def test_every_report_has_a_unit_test(report: str) -> None:
    assert unit_test_files(CATALOG[report]), f"expected {CATALOG[report].folder}/tests/NAME.toml: docs/adding-a-table.md"


@pytest.mark.parametrize("table", CATALOG.transforms)
def test_without_rows_of_its_input_tables_a_table_is_empty(differences: Callable[[str, str], Differences], table: str) -> None:
    assert differences(table, "expect = []") == ([], [])


# the runner

SONGS = 'given.song_days = [{ song = "A", artist = "B", plays = 1 }, { song = "C", artist = "D", plays = 1 }]'


def test_a_wrong_case_fails_with_what_differs(differences: Callable[[str, str], Differences]) -> None:
    expect = 'expect = [{ song = "C", artist = "D", plays = 1 }, { song = "A", artist = "B", plays = 2 }]'
    assert differences("top_song_names", f"{SONGS}\n{expect}") == ([("A", "B", 2)], [("A", "B", 1)])


def test_input_tables_that_are_not_given_are_empty(differences: Callable[[str, str], Differences]) -> None:
    assert differences("top_song_names", "expect = []") == ([], [])
    assert differences("top_song_names", 'expect = [{ song = "A", artist = "B", plays = 1 }]') == ([("A", "B", 1)], [])


def test_equal_rows_count(differences: Callable[[str, str], Differences]) -> None:
    compared = f'columns = ["plays"]\n{SONGS}'
    assert differences("top_song_names", f"{compared}\nexpect = [{{ plays = 1 }}, {{ plays = 1 }}]") == ([], [])
    assert differences("top_song_names", f"{compared}\nexpect = [{{ plays = 1 }}]") == ([], [(1,)])
    assert differences("top_song_names", f"{compared}\nexpect = [{{ plays = 1 }}, {{ plays = 1 }}, {{ plays = 1 }}]") == ([(1,)], [])


def test_null_and_texts_that_differ_in_blanks_are_told_apart(differences: Callable[[str, str], Differences]) -> None:
    cells: dict[str, str | None] = {"": None, 'song_id = ""': "", 'song_id = "S"': "S", 'song_id = "S "': "S "}
    for given, returned in cells.items():
        case = f'columns = ["song_id"]\ngiven.songplays = [{{ {given} }}]\nexpect = '
        for expect, expected in cells.items():
            differing = ([(expected,)], [(returned,)]) if returned != expected else ([], [])
            assert differences("song_days", f"{case}[{{ {expect} }}]") == differing


def test_floating_point_numbers_are_compared_to_nine_digits(differences: Callable[[str, str], Differences]) -> None:
    part = "user_id = 1, session_id = 1, plays = 4, first_play = 2018-11-01T10:00:00, last_play = 2018-11-01T10:00:00"
    given = ", ".join(f"{{ {part.replace('session_id = 1', f'session_id = {n}')}, first_item = 1, last_item = 1 }}" for n in (1, 2))
    one = "{ user_id = 1, session_id = 3, plays = 2, first_play = 2018-11-01T10:00:00, last_play = 2018-11-01T10:00:00, first_item = 1 }"
    case = f'columns = ["plays_per_session"]\ngiven.session_hours = [{given}, {one}]\nexpect = '
    assert differences("sessions_by_day", f"{case}[{{ plays_per_session = 3.33333333 }}]") == ([], [])
    assert differences("sessions_by_day", f"{case}[{{ plays_per_session = 3.333333333333 }}]") == ([], [])
    assert differences("sessions_by_day", f"{case}[{{ plays_per_session = 3.3333333 }}]") == ([(3.3333333,)], [(3.33333333,)])


@pytest.mark.parametrize("moment", ["2018-11-01T21:56:47.796", "2018-11-01T21:56:47.796001"])
def test_moments_are_compared_to_the_microsecond(differences: Callable[[str, str], Differences], moment: str) -> None:
    case = f"""columns = ["first_play"]
given.songplays = [{{ user_id = 1, session_id = 1, item_in_session = 1, start_time = {moment} }}]
expect = """
    assert differences("session_hours", f"{case}[{{ first_play = {moment} }}]") == ([], [])
    another = datetime.fromisoformat("2018-11-01T21:56:47.796002")
    assert differences("session_hours", f"{case}[{{ first_play = {another.isoformat()} }}]") == (
        [(another,)],
        [(datetime.fromisoformat(moment),)],
    )


KINDS = {
    "small": ("SMALLINT", "-32768", "-32767"),
    "number": ("INTEGER", "2147483647", "0"),
    "big": ("BIGINT", "-9223372036854775808", "9223372036854775807"),
    "fraction": ("DOUBLE PRECISION", "1", "1.5"),
    "exact": ("DECIMAL(5, 2)", "-999.99", "0.1"),
    "is_so": ("BOOLEAN", "true", "false"),
    "born": ("DATE", "2018-11-01", "2099-12-31"),
    "moment": ("TIMESTAMP", "2018-11-01T21:56:47.796001", "2018-11-01T21:56:47"),
    "fixed": ("CHAR(4)", "'ab  '", "'abc'"),
    "text": ("VARCHAR(16)", r"""'a\b"c '""", r"""'a\b"c'"""),
}
"""column → its type, a value, and another one"""


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """A report that copies a table with a column of every type."""
    root = tmp_path_factory.mktemp("tables")
    columns = ", ".join(f"{name} {kind}" for name, (kind, *_) in KINDS.items())
    nulls = ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, (kind, *_) in KINDS.items())
    selects = {"facts/kinds": f"SELECT {nulls} FROM logs", "reports/copied": f"SELECT {', '.join(KINDS)} FROM kinds"}
    files = dict(FILES)
    for folder, select in selects.items():
        table = folder.split("/")[1]
        comments = "".join(f"COMMENT ON COLUMN {table}.{name} IS 'A column.';\n" for name in KINDS)
        files |= {f"{folder}/transform.sql": select}
        files |= {f"{folder}/table.sql": f"CREATE TABLE {table} ({columns});\nCOMMENT ON TABLE {table} IS 'A table.';\n{comments}"}
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return load_catalog(root)


def test_a_value_of_every_type_arrives_and_is_compared(sql: SqlConnection, kinds: Catalog, tmp_path: Path) -> None:
    path = tmp_path / "case.toml"

    def run(expect: Mapping[str, str]) -> int:
        given, expected = (
            ", ".join(f"{n} = {v}" for n, v in row.items()) for row in ({n: one for n, (_, one, _) in KINDS.items()}, expect)
        )
        path.write_text(
            f'description = "A case."\ngiven.kinds = [{{ {given} }}, {{}}]\nexpect = [{{}}, {{ {expected} }}]', encoding="utf-8"
        )
        return len(run_unit_test(sql, read_unit_test(path, kinds["copied"], kinds), kinds).missing)

    right = {name: one for name, (_, one, _) in KINDS.items()}
    assert run(right) == 0
    assert run({**right, "fixed": "'ab'"}) == 0  # blanks at the end of a CHAR are none of its value
    for name, (_, _, other) in KINDS.items():
        assert run({**right, name: other}) == 1, name
        assert run({n: v for n, v in right.items() if n != name}) == 1, name


def test_a_value_that_the_select_cannot_compute_is_the_engines_error(sql: SqlConnection, tmp_path: Path) -> None:
    path = tmp_path / "case.toml"
    days = ", ".join(f'{{ day = 2018-11-0{n}, song = "A", artist = "B", plays = 9223372036854775807 }}' for n in (1, 2))
    path.write_text(f'description = "Too many."\ngiven.song_days = [{days}]\nexpect = []')
    case = read_unit_test(path, CATALOG["top_song_names"], CATALOG)
    with raises(WarehouseError):
        run_unit_test(sql, case, CATALOG)
    assert run_unit_test(sql, read_unit_test(CASES["top_song_names/needs_both_names"], case.table, CATALOG), CATALOG).passed
