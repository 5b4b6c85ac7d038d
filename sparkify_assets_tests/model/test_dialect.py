"""Redshift's SQL told to DuckDB: golden pairs in pairs/, what each pair answers, and what is refused because the two would differ.

To add a pair: pairs/<name>.redshift.sql, pairs/<name>.duckdb.sql, and below the rows it is asked of and those it answers.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlglot
from sqlglot import exp
from sqlglot.schema import MappingSchema

from sparkify_assets.errors import ModelError
from sparkify_assets.model import load_catalog
from sparkify_assets.model.transpile import create_statements, to_sql, typed
from sparkify_assets_tests.support import raises

PAIRS = Path(__file__).parent / "pairs"
TRANSFORM = Path("facts/plays/transform.sql")
COLUMNS = {"a": "INTEGER", "b": "BIGINT", "x": "DOUBLE PRECISION", "s": "VARCHAR(100)", "m": "TIMESTAMP"}

Row = dict[str, Any]
Answer = list[tuple[Any, ...]]


def bound(sql: str) -> exp.Expr:
    schema = MappingSchema({"t": COLUMNS}, dialect="redshift")
    return typed(sqlglot.parse_one(sql, read="redshift"), schema, TRANSFORM)


def answer(sql: str, given: list[Row]) -> Answer:
    """What DuckDB says of a query on table t."""
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t (a INTEGER, b BIGINT, x DOUBLE, s VARCHAR, m TIMESTAMP)")
        for row in given:
            connection.execute("INSERT INTO t VALUES (?, ?, ?, ?, ?)", [row.get(c) for c in COLUMNS])
        return connection.execute(sql).fetchall()


def at(*moment: int) -> datetime:
    return datetime(*moment)  # type: ignore[arg-type]  # noqa: DTZ001 - as the engine tells a TIMESTAMP


ANSWERS: dict[str, tuple[list[Row], Answer]] = {
    "epoch_milliseconds": (  # kept, also beyond 2038, where seconds no longer fit 32 bits
        [{"b": 0}, {"b": 1541106106796}, {"b": 2147483648001}, {"b": 4102444799999}],
        [
            (at(1970, 1, 1),),
            (at(2018, 11, 1, 21, 1, 46, 796000),),
            (at(2038, 1, 19, 3, 14, 8, 1000),),
            (at(2099, 12, 31, 23, 59, 59, 999000),),
        ],
    ),
    "epoch_of_an_expression": ([{"b": 15411061067969}], [(at(2018, 11, 1, 21, 1, 46, 796000),)]),
    "whole_division": (  # towards zero, and exact where a DOUBLE is not
        [{"a": 7, "b": 9223372036854775807, "x": 7.0}, {"a": -8, "b": -1999, "x": 0.5}],
        [(9223372036854775, 2147483647, -3, 1, 3.5, 1.0, 0), (-1, 0, 4, -2, 0.25, -16.0, 0)],
    ),
    "songplay_key": (  # printf '5|-7' | md5sum
        [{"a": 5, "b": -7}, {"a": 2147483647, "b": 9223372036854775807}],
        [(0xDF63319603292B6,), (0x9A6D1558A679D64,)],
    ),
    "order_of_nulls": ([{"a": 1}, {"a": None}, {"a": 2}], [(None, 3, 1), (2, 2, 2), (1, 1, 3)]),
    "extract": (  # 0 is Sunday; ISO weeks at the ends of years, beside the calendar's year
        [{"m": at(2018, 12, 30)}, {"m": at(2018, 12, 31, 23, 59, 59, 999999)}, {"m": at(2021, 1, 1)}, {"m": at(2022, 1, 2, 6, 7, 8)}],
        [
            (2018, 4, 12, 52, 30, 364, 0, 0, 0, 0),
            (2018, 4, 12, 1, 31, 365, 1, 23, 59, 59),
            (2021, 1, 1, 53, 1, 1, 5, 0, 0, 0),
            (2022, 1, 1, 52, 2, 2, 0, 6, 7, 8),
        ],
    ),
    "qualify": ([{"s": "x", "a": 1}, {"s": "x", "a": 2}, {"s": "y", "a": 3}, {"s": "y", "a": None}], [("x", 2), ("y", None)]),
    "octet_length": ([{"s": "Sigur Rós"}], [(10, 9)]),
    "trim": (  # blanks only: not a no-break space, not a tab
        [{"s": "  x  "}, {"s": "x\u00a0"}, {"s": "\tx\t"}],
        [
            ("  x|", "|x  ", "|x|", "|  x  |"),
            ("x\u00a0|", "|x\u00a0", "|x\u00a0|", "|\u00a0|"),
            ("\tx\t|", "|\tx\t", "|\tx\t|", "|\tx\t|"),
        ],
    ),
    "null_handling": ([{"a": 1, "s": "a"}, {}], [(1, "ax", "some", "one"), (0, None, "none", None)]),
    "listagg": ([{"s": "b"}, {"s": "a"}, {}], [("a, b",)]),
    "window_frame": ([{"a": 1, "b": 1}, {"a": 2, "b": 2}], [(1,), (3,)]),
    "date_arithmetic": ([{"m": at(2018, 12, 30, 23, 59)}], [(at(2018, 12, 31, 23, 59), 1, at(2018, 12, 1))]),
    "mean_of_whole_numbers": ([{"a": 1}, {"a": 2}], [(1.5,)]),
    "minus": ([{"a": 1}, {"a": 2}, {"a": 2}], [(2,)]),
}


def test_every_pair_is_here() -> None:
    assert {p.name.split(".")[0] for p in PAIRS.iterdir()} == set(ANSWERS)


@pytest.mark.parametrize("name", ANSWERS)
def test_pair(name: str) -> None:
    told = to_sql(bound((PAIRS / f"{name}.redshift.sql").read_text()), "duckdb")
    assert told == " ".join((PAIRS / f"{name}.duckdb.sql").read_text().split())
    given, expected = ANSWERS[name]
    assert answer(told, given) == expected


def test_without_types_the_answer_would_differ() -> None:
    sql = "SELECT b / 1000 AS seconds FROM t"
    untyped = sqlglot.parse_one(sql, read="redshift").sql("duckdb")
    assert answer(untyped, [{"b": 1999}]) == [(1.999,)]
    assert answer(to_sql(bound(sql), "duckdb"), [{"b": 1999}]) == [(1,)]


def test_redshift_gets_what_was_written() -> None:
    sql = "SELECT TIMESTAMP 'epoch' + b * INTERVAL '0.001 second' AS start_time FROM t AS t"
    assert to_sql(bound(sql), "redshift").replace('"', "") == (
        "SELECT CAST('epoch' AS TIMESTAMP) + t.b * INTERVAL '0.001 SECOND' AS start_time FROM t AS t"
    )


WHEN = ["when it runs"]
PARTS = "DAY, DAYOFWEEK, DAYOFYEAR, DOW, DOY, HOUR, MINUTE, MONTH, QUARTER, SECOND, WEEK, WEEKDAY, YEAR"
MEAN = ["AVG", "CAST", "DOUBLE PRECISION"]
FRAME = ["ROWS BETWEEN"]
DIVISION = ["CAST"]
CONCAT = ["CONCAT", "use ||"]
LACKING = ["Redshift", "common SQL"]

REFUSED = [  # an expression, how it is named, and what is said of it: functions, what to write in its place
    ("GETDATE()", "GETDATE()", WHEN),
    ("SYSDATE", "SYSDATE", WHEN),
    ("CURRENT_DATE", "CURRENT_DATE", WHEN),
    ("LOCALTIMESTAMP", "LOCALTIMESTAMP", WHEN),
    ("DATEADD(DAY, -1, GETDATE())", "GETDATE()", WHEN),
    ("CURRENT_USER", "CURRENT_USER", WHEN),
    ("CURRENT_SCHEMA()", "CURRENT_SCHEMA", WHEN),
    ("RANDOM()", "RANDOM()", WHEN),
    ("FNV_HASH(a)", "FNV_HASH(t.a)", ["function FNV_HASH ", "common SQL"]),
    ("EPOCH_MS(b)", "EPOCH_MS(t.b)", ["function EPOCH_MS ", "common SQL"]),
    ("STRTOL(s, 10)", "STRTOL(t.s, 10)", ["base 16"]),
    ("AVG(a)", "AVG(t.a)", MEAN),
    ("AVG(DISTINCT b)", "AVG(DISTINCT t.b)", MEAN),
    ("AVG(a) OVER (PARTITION BY s)", "AVG(t.a)", MEAN),
    ("CONCAT(s, 'x')", "t.s || 'x'", CONCAT),
    ("SUM(a) OVER (ORDER BY b)", "SUM(t.a) OVER (ORDER BY t.b)", FRAME),
    ("FIRST_VALUE(a) OVER (ORDER BY b)", "FIRST_VALUE(t.a) OVER (ORDER BY t.b)", FRAME),
    ("EXTRACT(MS FROM m)", "EXTRACT(MS FROM t.m)", [" MS ", PARTS]),
    ("DATE_PART(epoch, m)", "EXTRACT(EPOCH FROM t.m)", [" EPOCH ", PARTS]),
    ("DATEDIFF(DAY, m, m) / 2", "DATEDIFF(DAY, t.m, t.m) / 2", DIVISION),
    (
        "REGEXP_REPLACE(s, 'a', 'b')",
        "REGEXP_REPLACE(t.s, 'a', 'b')",
        ["Redshift", "common SQL"],
    ),
    ("COUNT(*) FILTER (WHERE a > 1)", "COUNT(*) FILTER(WHERE t.a > 1)", LACKING),
    ("a IS DISTINCT FROM 1", "t.a IS DISTINCT FROM 1", LACKING),
    ("SOUNDEX(s)", "SELECT SOUNDEX(t.s) AS answer FROM t AS t", ["duckdb", "SOUNDEX is not supported in DuckDB"]),
]


@pytest.mark.parametrize(("expression", "named", "why"), REFUSED, ids=[r[0] for r in REFUSED])
def test_what_would_differ_is_refused(expression: str, named: str, why: list[str]) -> None:
    with raises(ModelError, f"{TRANSFORM}: {named}:", *why):
        bound(f"SELECT {expression} AS answer FROM t")


def test_an_unknown_column_is_refused_with_its_place() -> None:
    with raises(ModelError, f"{TRANSFORM}:", "'nope'", "Line: 2, Col: 11"):
        bound("SELECT a,\n       nope\nFROM t")


@pytest.mark.parametrize("expression", ["RANK() OVER (ORDER BY b)", "NTILE(4) OVER (ORDER BY b)", "LAG(a) OVER (ORDER BY b)", "AVG(x)"])
def test_what_is_alike_is_not_refused(expression: str) -> None:
    sql = f"SELECT {expression} AS answer FROM t"
    assert len(answer(to_sql(bound(sql), "duckdb"), [{"a": 1, "b": 2, "x": 3.0}])) == 1


def test_duckdb_gets_types_not_null_and_lengths_and_leaves_keys_to_the_checks() -> None:
    create, of_table, *of_columns = create_statements(load_catalog()["songs"], "duckdb")
    assert create == (
        'CREATE TABLE "songs" ("song_id" TEXT(32) NOT NULL CHECK (STRLEN("song_id") <= 32), "title" TEXT(1024) NOT NULL '
        'CHECK (STRLEN("title") <= 1024), "artist_id" TEXT(32) NOT NULL CHECK (STRLEN("artist_id") <= 32), "year" INT, '
        '"duration" DOUBLE, "song_prefix" TEXT(1) NOT NULL CHECK (STRLEN("song_prefix") <= 1))'
    )
    assert of_table.startswith('COMMENT ON TABLE "songs" IS ')
    assert [c.split(" IS ")[0] for c in of_columns] == [
        f'COMMENT ON COLUMN "songs"."{c}"' for c in ("song_id", "title", "artist_id", "year", "duration", "song_prefix")
    ]


def test_redshift_gets_keys_and_where_rows_lie_as_well() -> None:
    create = create_statements(load_catalog()["songs"], "redshift")[0]
    assert 'PRIMARY KEY ("song_id")' in create
    assert 'REFERENCES "artists" ("artist_id")' in create
    assert 'DISTSTYLE ALL SORTKEY("song_id")' in create
