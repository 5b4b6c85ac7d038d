"""`sparkify query`: what is printed, what is written, where the SQL comes from, and what is said where there is no answer."""

import json
import os
import pty
import re
import subprocess
import threading
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from sparkify_assets_tests.cli.conftest import COMMAND, Folder, Said
from sparkify_assets_tests.support import mentions

pytestmark = pytest.mark.integration

ODD = "SELECT 9007199254740993 AS big, CAST(NULL AS INTEGER) AS number, '' AS empty, CAST(NULL AS VARCHAR) AS nothing, 'a,\"b\"' AS text"
"""beyond what a double holds; what is empty and what is nothing; what CSV must quote"""


def counted(said: Said) -> int:
    """How many rows the only line beside the answer counts."""
    (line,) = said.err.splitlines()
    return int(line.split()[0])


# printed


def test_a_row_is_a_line(empty: Folder) -> None:
    long = "x" * 150_000
    said = empty.sparkify(
        "query", f"SELECT 1 AS one, NULL AS nothing, '{long}' AS text UNION ALL SELECT 22, 'there', 'a | b [red]' ORDER BY one"
    )
    assert said.status == 0
    lines = said.out.splitlines()
    assert len(lines) == 3
    assert lines[1].split() == ["1", "NULL", long]
    assert lines[2].rstrip().endswith("a | b [red]")
    assert counted(said) == 2


def test_values_are_shown_as_they_are(empty: Folder) -> None:
    """No number turned into another kind, no text taken for null, no line broken by what is in a cell."""
    said = empty.sparkify(
        "query",
        "SELECT SUM(x) AS total, CAST(NULL AS INTEGER) AS nothing, 'NaT' AS text, '<NA>' AS other, "
        "'a' || chr(10) || 'b' || chr(9) || 'c' || chr(27) || '[1m é' AS lines FROM (SELECT 1 AS x UNION ALL SELECT 2)",
    )
    header, row = said.out.splitlines()
    assert header.split() == ["total", "nothing", "text", "other", "lines"]
    assert row.split() == ["3", "NULL", "NaT", "<NA>", r"a\nb\tc\x1b[1m", "é"]
    assert counted(said) == 1


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("DATE '2018-11-01'", "2018-11-01"),
        ("TIMESTAMP '2018-11-21 21:56:47.796'", "2018-11-21 21:56:47.796"),
        ("TIMESTAMP '2018-11-21 00:00:00'", "2018-11-21 00:00:00"),
        ("9007199254740993", "9007199254740993"),
        ("CAST(1.50 AS DECIMAL(38, 2))", "1.50"),
        ("0.1 + CAST(0.2 AS DOUBLE)", "0.30000000000000004"),
        ("TRUE", "true"),
    ],
)
def test_a_value_beside_a_null_is_shown_to_the_last_digit(value: str, shown: str, empty: Folder) -> None:
    said = empty.sparkify("query", f"SELECT {value} AS v UNION ALL SELECT NULL ORDER BY v NULLS LAST")
    assert [line.strip() for line in said.out.splitlines()] == ["v", shown, "NULL"]


def test_columns_are_in_line(empty: Folder) -> None:
    """Numbers at the right, texts at the left by what they take on a terminal, nothing after the last."""
    said = empty.sparkify("query", "SELECT '日本' AS a, 1 AS b, 'x' AS c UNION ALL SELECT 'e', 22, 'yy' ORDER BY b")
    assert said.out == "a      b  c\n日本   1  x\ne     22  yy\n"


def test_a_plan_is_printed_as_it_is_drawn(empty: Folder) -> None:
    assert len(empty.sparkify("query", "EXPLAIN SELECT * FROM users").out.splitlines()) > 3


def test_an_engine_says_where_it_stopped_and_the_reason_is_last(empty: Folder) -> None:
    said = empty.sparkify("query", "SELECT *\nFROM songplay")
    assert said.err.splitlines()[:2] == ["LINE 2: FROM songplay", "             ^^^^^^^^"]
    mentions(said.reason, "songplay does not exist", 'Did you mean "songplays')
    changed = empty.sparkify("query", "--write", "DELETE FROM users; SELECT nowhere FROM users")
    mentions(changed.err, "LINE 1: ", "^^^^^^^\n")
    many = empty.sparkify("query", "SELECT date_trunc(1, 2, 3)")
    mentions(many.err, "LINE 1: SELECT date_trunc(1, 2, 3)\n", "date_trunc(part VARCHAR")
    assert many.reason.startswith("Binder Error: No function matches")


@pytest.mark.parametrize(
    ("arguments", "pager", "paged"),
    [
        (["SELECT * FROM range(50)"], "tee paged", True),
        (["SELECT repeat('x', 5000) AS a"], "tee paged", True),
        (["SELECT 1 AS a"], "tee paged", False),
        (["SELECT * FROM range(50)", "--no-pager"], "tee paged", False),
        (["SELECT * FROM range(50)"], " ", False),
    ],
)
def test_what_a_terminal_cannot_hold_is_shown_in_a_pager(arguments: list[str], pager: str, paged: bool, empty: Folder) -> None:
    ours, terminal = pty.openpty()
    settings = {"PAGER": pager, "LINES": "24", "TERM": "xterm"}
    command = subprocess.Popen(
        [*COMMAND, "query", *arguments], cwd=empty.path, env=empty.environment(**settings), stdin=terminal, stdout=terminal, stderr=terminal
    )
    os.close(terminal)
    shown = b""
    with suppress(OSError):  # a terminal's end
        while some := os.read(ours, 65_536):
            shown += some
    os.close(ours)
    assert command.wait(60) == 0
    there = empty.path / "paged"
    assert there.exists() == paged
    if "range(50)" in arguments[0]:
        assert b"49" in shown
    there.unlink(missing_ok=True)


# where the SQL comes from


def test_sql_comes_from_an_argument_a_file_or_standard_input(empty: Folder) -> None:
    (empty.path / "one.sql").write_text("-- é; not the end\nSELECT ';' AS semicolon, 1 AS one;\n", encoding="utf-8")
    sql = "SELECT ';' AS semicolon, 1 AS one"
    asked = [
        empty.sparkify("query", sql),
        empty.sparkify("query", "--file", "one.sql"),
        empty.sparkify("query", answer=sql),
        empty.sparkify("query", "-", answer=sql),
    ]
    assert {(said.status, said.out) for said in asked} == {(0, asked[0].out)}
    assert "semicolon" in asked[0].out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["SELECT 1", "--file", "latin.sql"], ("--file",)),
        (["--file", "nowhere.sql"], ("--file", "'nowhere.sql'")),
        (["--file", "latin.sql"], ("latin.sql", "'utf-8' codec")),
        ([""], ("nothing",)),
        (["/* only words */"], ("nothing",)),
        (["-"], ("nothing",)),
        (["SELECT 1; SELECT 2"], (" 2 ", "--write")),
        (["SELECT 1", "--csv", "refused", "--json", "b"], ("--csv", "--json")),
        (["SELECT 1 AS column, 2 AS Column", "--csv", "refused"], ("Column",)),
        (["SELECT 1 AS a", "--csv", "refused", "--write"], ("--csv", "--write")),
        (["SELECT 170141183460469231731687303715884105727 AS a", "--parquet", "refused"], ("refused", "Conversion Error")),
        (["", "--file", "latin.sql"], ("--file",)),
        (["SELECT 1", "--csv", "nowhere/refused"], ("nowhere/refused", "No such file or directory")),
        (["SELEC 1"], ("syntax error",)),
        (["SELECT '1"], ("unterminated string literal",)),
        (["DELETE FROM users"], ("DELETE", "read-only mode", "--write")),
        (["DROP TABLE users"], ("DROP", "read-only mode", "--write")),
        (["COPY users TO 'users.csv'"], ("disabled",)),
        (["COPY users TO 'users.csv'", "--write"], ("disabled",)),
        (["SELECT * FROM read_csv('/etc/passwd')"], ("disabled",)),
        (["COMMIT", "--write"], ("COMMIT",)),
        (["SELECT * FROM songplay"], ('Did you mean "songplays',)),
        (["SELECT * FROM somewhere"], ("somewhere does not exist",)),
        (["SELECT 1,\n  usr_id FROM users"], ("LINE 2:   usr_id FROM users\n          ^^^^^^\n", "Candidate bindings", "user_id")),
    ],
)
def test_what_cannot_be_answered_is_told(arguments: list[str], told: tuple[str, ...], empty: Folder) -> None:
    (empty.path / "latin.sql").write_bytes(b"SELECT '\xe9'")
    said = empty.sparkify("query", *arguments)
    assert said.status == 1
    mentions(said.err, *told)
    assert not (empty.path / "refused").exists()


def test_before_a_load_it_says_what_to_do(empty: Folder, folder: Folder) -> None:
    mentions(folder.sparkify("query", "SELECT 1").reason, "sparkify.duckdb", "`sparkify load`")
    duckdb.connect(folder.path / "no_tables.duckdb").close()
    bare = {"SPARKIFY_DUCKDB_PATH": "no_tables.duckdb"}
    mentions(folder.sparkify("query", "SELECT * FROM users", **bare).err, "users", "`sparkify load`")
    mentions(folder.sparkify("query", "SELECT * FROM songplay", **bare).err, "songplay ", "songplays")
    count, hint = empty.sparkify("query", "SELECT * FROM users").err.splitlines()
    assert count.split()[0] == "0"
    mentions(hint, "`sparkify load`")


# written


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("csv", 'big,number,empty,nothing,text\n9007199254740993,,"",,"a,""b"""\n'),
        ("json", '{"big":9007199254740993,"number":null,"empty":"","nothing":null,"text":"a,\\"b\\""}\n'),
    ],
)
def test_a_file_says_what_the_answer_says(kind: str, content: str, empty: Folder) -> None:
    (empty.path / "answer").write_text("of yesterday")
    said = empty.sparkify("query", ODD, f"--{kind}", "answer")
    assert (said.status, said.out, counted(said)) == (0, "", 1)
    assert (empty.path / "answer").read_text(encoding="utf-8") == content
    assert empty.sparkify("query", ODD, f"--{kind}", "-").out == content
    assert not [p for p in empty.path.iterdir() if p.name.startswith(".sparkify")]


def test_json_is_as_its_readers_expect(empty: Folder) -> None:
    """Moments as ISO 8601 has them, nothing that JSON does not know, and every digit."""
    moment = "TIMESTAMP '2018-11-21 21:56:47.796' AS moment, TIMESTAMP '2018-11-21 00:00:00' AS midnight, DATE '2018-11-21' AS day"
    said = empty.sparkify(
        "query", f"SELECT {moment}, CAST('NaN' AS DOUBLE) AS nan, CAST(1.50 AS DECIMAL(9, 2)) AS exact, [] AS none", "--json", "-"
    )
    when = '"moment":"2018-11-21T21:56:47.796","midnight":"2018-11-21T00:00:00","day":"2018-11-21"'
    assert said.out == f'{{{when},"nan":"NaN","exact":1.50,"none":[]}}\n'


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_the_largest_number_is_written(kind: str, empty: Folder) -> None:
    largest = str(2**127 - 1)
    assert largest in empty.sparkify("query", f"SELECT {largest} AS h", f"--{kind}", "-").out


def test_a_link_stays_one_and_a_pipe_is_written_into(empty: Folder) -> None:
    (empty.path / "real.csv").write_text("of yesterday")
    (empty.path / "link.csv").symlink_to("real.csv")
    assert empty.sparkify("query", "SELECT 1 AS a", "--csv", "link.csv").status == 0
    assert (empty.path / "link.csv").is_symlink()
    assert (empty.path / "real.csv").read_text() == "a\n1\n"
    os.mkfifo(empty.path / "pipe")
    got: list[str] = []
    reader = threading.Thread(target=lambda: got.append((empty.path / "pipe").read_text()), daemon=True)
    reader.start()
    assert empty.sparkify("query", "SELECT 1 AS a", "--csv", "pipe").status == 0
    assert (empty.path / "pipe").is_fifo()
    reader.join(30)
    assert got == ["a\n1\n"]


@pytest.mark.parametrize("written", [[], ["--csv", "-"]])
def test_a_reader_that_goes_is_no_error(written: list[str], empty: Folder) -> None:
    sql = "SELECT range AS number, 'some text' AS text FROM range(300000)"  # more than any pipe holds
    command = subprocess.Popen(
        [*COMMAND, "query", sql, *written], cwd=empty.path, env=empty.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert command.stdout is not None
    assert command.stderr is not None
    with command:
        assert b"number" in command.stdout.readline()
        command.stdout.close()
        assert re.fullmatch(rb"(300,000 .*\n)?", command.stderr.read())  # some systems take all that is written, read or not


def test_parquet_has_the_types_of_the_answer(empty: Folder) -> None:
    sums = "SUM(big) AS sum, CAST(1.5 AS DECIMAL(9, 2)) AS exact, DATE '2018-11-01' AS day, TIMESTAMP '2018-11-01 10:00:00.001' AS moment"
    sql = f"SELECT big, number, nothing, {sums} FROM ({ODD}) AS odd GROUP BY big, number, nothing"
    assert empty.sparkify("query", sql, "--parquet", "answer.parquet").status == 0
    found = duckdb.read_parquet(str(empty.path / "answer.parquet"))
    kinds = ["BIGINT", "INTEGER", "VARCHAR", "DECIMAL(38,0)", "DECIMAL(9,2)", "DATE", "TIMESTAMP"]
    assert dict(zip(found.columns, map(str, found.types), strict=True)) == dict(
        zip(("big", "number", "nothing", "sum", "exact", "day", "moment"), kinds, strict=True)
    )
    (row,) = found.fetchall()
    assert row[:5] == (9007199254740993, None, None, Decimal(9007199254740993), Decimal("1.50"))


def test_no_rows_are_a_file_as_well(empty: Folder) -> None:
    for kind, content in (("csv", "user_id,level\n"), ("json", "")):
        assert empty.sparkify("query", "SELECT user_id, level FROM users", f"--{kind}", "none").status == 0
        assert (empty.path / "none").read_text() == content
    assert empty.sparkify("query", "SELECT user_id, level FROM users", "--parquet", "none").status == 0
    assert duckdb.read_parquet(str(empty.path / "none")).fetchall() == []


# changed


def test_with_write_all_statements_are_one_transaction(folder: Folder) -> None:
    assert folder.sparkify("reset", "--yes").status == 0
    user = "INSERT INTO users (user_id, log_date) VALUES ({}, DATE '2018-11-01')"
    said = folder.sparkify("query", "--write", f"{user.format(1)}; {user.format(2)}; UPDATE users SET level = 'free'")
    assert (said.status, said.out.split(), said.err) == (0, ["Count", "2"], "")
    made = folder.sparkify("query", "--write", "CREATE TABLE mine (a INTEGER); DROP TABLE mine")
    assert (made.status, made.out, made.err) == (0, "", "")
    failed = folder.sparkify("query", "--write", f"{user.format(3)}; SELECT * FROM nowhere")
    assert failed.status == 1
    assert "nowhere does not exist" in failed.err
    told = folder.sparkify("query", "SELECT user_id, level FROM users ORDER BY user_id", "--json", "-")
    assert [json.loads(line) for line in told.out.splitlines()] == [{"user_id": n, "level": "free"} for n in (1, 2)]


def test_with_write_no_warehouse_is_made(folder: Folder) -> None:
    said = folder.sparkify("query", "--write", "SELECT 1")
    assert said.status == 1
    mentions(said.reason, "sparkify.duckdb", "`sparkify load`")
    assert not Path(folder.path / "data/sparkify.duckdb").exists()


@pytest.mark.parametrize("sql", ["-- how many\nSELECT 1 AS one", "--how many\nSELECT 1 AS one", "/* how many */ SELECT 1 AS one"])
@pytest.mark.parametrize("options", [[], ["--csv", "-"]])
def test_sql_that_begins_with_a_comment_is_sql(sql: str, options: list[str], empty: Folder) -> None:
    for words in ([*options, sql], [sql, *options]):
        said = empty.sparkify("query", *words)
        assert (said.status, [line.strip() for line in said.out.splitlines()]) == (0, ["one", "1"])


@pytest.mark.parametrize("wrong", ["--rows", "--rows=3", "--write=yes"])
def test_an_option_that_is_not_there_is_no_sql(wrong: str, empty: Folder) -> None:
    said = empty.sparkify("query", wrong, "SELECT 1")
    assert said.status == 1
    assert wrong.partition("=")[0] in said.reason
