"""What an answer is shown as and written as, type by type: to the last digit, or not at all."""

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from redshift_connector.interval import Interval, IntervalDayToSecond, IntervalYearToMonth

from sparkify_assets.cli.export import write_file
from sparkify_assets.cli.output import print_result
from sparkify_assets.errors import WarehouseError
from sparkify_assets.warehouse.duckdb.exact_results import run_query
from sparkify_assets.warehouse.query_result import QueryResult, as_text
from sparkify_assets_tests.support import mentions, raises

DAY = 86_400 * 10**6
"""in microseconds"""
SAME = object()
"""in JSON, as a text that is the shown one"""

SHOWN: list[tuple[str, str, Any]] = [
    # SQL, what is shown and in CSV, what is in JSON
    ("age(DATE '2018-12-01', DATE '2018-10-01')", "2 months", SAME),
    ("DATE '2018-12-01' - DATE '2018-10-01'", "61", 61),
    ("TIMESTAMP '2018-11-01 00:00:00' - TIMESTAMP '2018-11-01 00:00:02'", "-00:00:02", SAME),
    ("INTERVAL '-1 month 1 day -02:00:00.000001'", "-1 month 1 day -02:00:00.000001", SAME),
    ("INTERVAL '14 months'", "1 year 2 months", SAME),
    ("TIMESTAMP 'infinity'", "infinity", SAME),
    ("DATE '-infinity'", "-infinity", SAME),
    ("CAST('infinity' AS TIMESTAMPTZ)", "infinity", SAME),
    ("DATE '9999-12-31'", "9999-12-31", SAME),
    ("DATE '12018-01-01'", "12018-01-01", SAME),
    ("DATE '0044-03-15 (BC)'", "0044-03-15 (BC)", SAME),
    ("TIMESTAMP '9999-12-31 23:59:59.999999'", "9999-12-31 23:59:59.999999", "9999-12-31T23:59:59.999999"),
    ("CAST('2018-11-21 21:56:47.123456789' AS TIMESTAMP_NS)", "2018-11-21 21:56:47.123456789", "2018-11-21T21:56:47.123456789"),
    ("CAST('2018-11-21 21:56:47+00' AS TIMESTAMPTZ)", "2018-11-21 21:56:47+00", "2018-11-21T21:56:47+00:00"),
    ("CAST('10:00:00+02' AS TIMETZ)", "10:00:00+02", SAME),
    ("TIME '24:00:00'", "24:00:00", SAME),
    ("CAST('nan' AS DOUBLE)", "nan", "NaN"),
    ("CAST('-inf' AS FLOAT)", "-inf", "-Infinity"),
    ("CAST(0.1 AS FLOAT)", "0.1", Decimal("0.1")),
    ("CAST(1.50 AS DECIMAL(38, 2))", "1.50", Decimal("1.50")),
    ("170141183460469231731687303715884105727", "170141183460469231731687303715884105727", 2**127 - 1),
    ("CAST('1' || repeat('0', 45) AS BIGNUM)", "1" + "0" * 45, 10**45),
    ("CAST('0101' AS BIT)", "0101", SAME),
    ("CAST('\\x00a\\x5C' AS BLOB)", "\\x00a\\x5C", SAME),
    ("CAST('00000000-0000-0000-0000-000000000001' AS UUID)", "00000000-0000-0000-0000-000000000001", SAME),
    ("CAST('b' AS ENUM('a', 'b'))", "b", SAME),
    ("[DATE '2018-11-01', NULL]", "[2018-11-01, NULL]", ["2018-11-01", None]),
    ("['NULL', NULL, '', 'a, b']", "['NULL', NULL, '', 'a, b']", ["NULL", None, "", "a, b"]),
    ("[CAST('nan' AS DOUBLE), 1]", "[nan, 1.0]", ["NaN", 1]),
    ("['NaN', '\"Infinity']", "[NaN, '\"Infinity']", ["NaN", '"Infinity']),
    ("{'k k': INTERVAL '2 months', 'v': [1]}", "{'k k': 2 months, 'v': [1]}", {"k k": "2 months", "v": [1]}),
    ("MAP {'a': 1}", "{a=1}", {"a": 1}),
    ("union_value(n := 2)", '{"n":2}', {"n": 2}),
    ("[union_value(n := 2)]", '[{"n":2}]', [{"n": 2}]),
    (
        "CAST('{\"a\": 12345678901234567890123.10}' AS JSON)",
        '{"a": 12345678901234567890123.10}',
        {"a": Decimal("12345678901234567890123.10")},
    ),
]
ASKED = [sql for sql, _, _ in SHOWN]


def asked(sql: str) -> QueryResult:
    with duckdb.connect() as connection:
        return run_query(connection, f"SELECT {sql} AS a UNION ALL SELECT NULL")


@pytest.mark.parametrize(("sql", "text", "_"), SHOWN, ids=ASKED)
def test_every_type_is_shown_as_the_engine_says_it(sql: str, text: str, _: Any, capsys: pytest.CaptureFixture[str]) -> None:
    print_result(asked(sql))
    assert [line.strip() for line in capsys.readouterr().out.splitlines()] == ["a", text, "NULL"]


@pytest.mark.parametrize(("sql", "text", "in_json"), SHOWN, ids=ASKED)
def test_every_type_is_written_as_it_is_shown(sql: str, text: str, in_json: Any, tmp_path: Path) -> None:
    found = asked(sql)
    write_file(found, "csv", tmp_path / "csv")
    (row,) = duckdb.execute("SELECT a FROM read_csv(?, header = true, all_varchar = true)", [str(tmp_path / "csv")]).fetchall()[:1]
    assert row == (text,)
    write_file(found, "json", tmp_path / "json")
    line, null = (tmp_path / "json").read_text(encoding="utf-8").splitlines()
    assert json.loads(line, parse_float=Decimal, parse_constant=pytest.fail) == {"a": text if in_json is SAME else in_json}
    assert json.loads(null) == {"a": None}


@pytest.mark.parametrize("sql", ASKED)
def test_parquet_holds_the_very_value_or_is_refused(sql: str, tmp_path: Path) -> None:
    found = asked(sql)
    try:
        write_file(found, "parquet", tmp_path / "answer")
    except click.ClickException as e:
        mentions(e.format_message(), "CAST", "--csv")
        assert "infinity" in as_text(found.rows[0][0]) or found.types[0] in ("INTERVAL", "TIME WITH TIME ZONE", "STRUCT", "HUGEINT"), found
        assert not (tmp_path / "answer").exists()
        return
    kept = duckdb.read_parquet(str(tmp_path / "answer"))
    ((value, *_),) = kept.project(f"CAST(a AS {found.types[0] if found.types[0] != 'HUGEINT' else 'VARCHAR'})::VARCHAR").fetchall()[:1]
    assert value == as_text(found.rows[0][0])
    assert "infinity" not in value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (IntervalDayToSecond(2 * DAY + 5_000_000), "2 days 00:00:05"),
        (IntervalDayToSecond(-2_000_000), "-00:00:02"),
        (IntervalYearToMonth(14), "1 year 2 months"),
        (IntervalYearToMonth(-1), "-1 month"),
        (Interval(500_000, 1, -2), "-2 months 1 day 00:00:00.5"),
        (IntervalDayToSecond(0), "00:00:00"),
        (timedelta(days=-1, seconds=86_398), "-1 day 23:59:58"),
        (b'\x00a\\"', "\\x00a\\x5C\\x22"),
    ],
)
def test_what_a_driver_gives_is_said_in_the_words_of_sql(value: Any, text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kind = "BLOB" if isinstance(value, bytes) else "INTERVAL"
    for told in (kind, "VARCHAR"):
        found = QueryResult(("a",), (told,), [(value,)])
        print_result(found)
        assert [line.strip() for line in capsys.readouterr().out.splitlines()] == ["a", text]
        for written in ("csv", "json"):
            write_file(found, written, tmp_path / written)
        assert json.loads((tmp_path / "json").read_text()) == {"a": text}
    assert duckdb.execute(f"SELECT CAST(CAST(? AS {kind}) AS VARCHAR)", [text]).fetchall() == [(text,)]


@given(months=st.integers(-300, 300), days=st.integers(-400, 400), micros=st.integers(-3 * DAY, 3 * DAY))
def test_an_interval_is_said_as_duckdb_says_it(months: int, days: int, micros: int) -> None:
    sql = "SELECT CAST(to_months(?) + to_days(?) + to_microseconds(?) AS VARCHAR)"
    assert [(as_text(Interval(micros, days, months)),)] == duckdb.execute(sql, [months, days, micros]).fetchall()


def test_columns_of_one_name_are_each_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with duckdb.connect() as connection:
        print_result(run_query(connection, "SELECT INTERVAL '1 day' AS a, INTERVAL '2 days' AS a ORDER BY 1"))
    assert capsys.readouterr().out.splitlines()[1].split() == ["1", "day", "2", "days"]


def test_what_cannot_be_asked_otherwise_is_exact_or_refused() -> None:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t (a INTERVAL, b DATE, c TIMESTAMP, d UUID)")
        insert = "INSERT INTO t VALUES (INTERVAL '1 day', {}, TIMESTAMP '2018-11-01 00:00:00.5', CAST(uuid() AS VARCHAR)) RETURNING {}"
        ((day, moment),) = run_query(connection, insert.format("DATE '2018-11-01'", "b, c")).rows
        assert (as_text(day), as_text(moment)) == ("2018-11-01", "2018-11-01 00:00:00.5")
        for day, column in (("NULL", "a"), ("DATE 'infinity'", "b")):
            with raises(WarehouseError, f"column {column} ", f"CAST({column} AS VARCHAR)"):
                run_query(connection, insert.format(day, column))
