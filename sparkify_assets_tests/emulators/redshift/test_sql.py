"""SQL with Redshift's results: functions, QUALIFY, MERGE, settings, and what only PostgreSQL has (docs/design/redshift-facts.md).

Put here tests of queries and DML. Do not put here DDL (test_ddl.py) or COPY (test_copy_*.py).
"""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from sparkify_assets_tests.emulators.redshift.trying import Trial

pytestmark = pytest.mark.integration

PAIRS = sorted((Path(__file__).parents[2] / "model" / "pairs").glob("*.redshift.sql"))
MOMENT = datetime.fromisoformat("2018-11-25T21:56:47.796")

ANSWERS: list[tuple[str, list[Any]]] = [
    ("EXTRACT(dow FROM m), EXTRACT(weekday FROM m), EXTRACT(dw FROM m), EXTRACT(week FROM m)", [0, 0, 0, 47]),
    ("EXTRACT(hour FROM m), EXTRACT(day FROM m), EXTRACT(month FROM m), EXTRACT(year FROM m)", [21, 25, 11, 2018]),
    ("EXTRACT(second FROM m), EXTRACT(ms FROM m), EXTRACT(quarter FROM m), EXTRACT(doy FROM m)", [47, 796, 4, 329]),
    ("EXTRACT(day FROM DATE '2018-11-25'), DATE_PART(hour, m), DATE_PART('dow', m)", [25, 21.0, 0.0]),
    ("TIMESTAMP 'epoch' + CAST(1543182 AS BIGINT) * 1000000 * INTERVAL '0.001 second'", [datetime.fromisoformat("2018-11-25T21:40:00")]),
    ("TIMESTAMP 'epoch' + CAST(1541105830796 AS BIGINT) * INTERVAL '0.001 second'", [datetime.fromisoformat("2018-11-01T20:57:10.796")]),
    ("DATEADD(day, 1, m), DATEADD('month', -1, m)", [MOMENT.replace(day=26), MOMENT.replace(month=10)]),
    (
        "DATEADD(ms, 4, m), DATEADD(hour, 1, DATE '2018-11-01')",
        [MOMENT.replace(microsecond=800000), datetime.fromisoformat("2018-11-01T01:00")],
    ),
    ("DATEDIFF(day, m, TIMESTAMP '2018-11-26 00:00:00'), DATEDIFF(hour, m, TIMESTAMP '2018-11-25 22:00:00')", [1, 1]),
    ("DATEDIFF(year, m, TIMESTAMP '2019-01-01 00:00:00'), DATEDIFF(week, m, TIMESTAMP '2018-12-02 00:00:00')", [1, 1]),
    ("DATE_TRUNC('month', m), m::date, TRUNC(7.9)", [datetime.fromisoformat("2018-11-01"), date(2018, 11, 25), 7]),
    ("GETDATE() > m, SYSDATE > m", [True, True]),
    ("NVL(NULL, 3), NVL2(s, 'some', 'none'), NVL2(NULL, 1, 2), COALESCE(NULL, 4)", [3, "some", 2, 4]),
    ("LEN(s), OCTET_LENGTH(s), s || NULL, CONCAT(s, NULL), CONCAT(s, '!')", [2, 3, None, None, "é !"]),
    ("RTRIM(s) || '|', TRIM(s) || '|', LTRIM(' x')", ["é|", "é|", "x"]),
    ("7 / 2, -7 / 2, CAST(7 AS DOUBLE PRECISION) / 2", [3, -3, 3.5]),
    ("STRTOL('abcd1234', 16), STRTOL('12', 10)", [2882343476, 12]),
    ("MD5('Amazon Redshift')", ["f7415e33f972c03abd4f3fed36748f7a"]),
    ("SHA2('a', 256)", ["ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"]),
    ("FNV_HASH(1), FNV_HASH(1::smallint)", [-5968735742475085980, 589727492704079044]),
    ("FNV_HASH('Amazon Redshift'), FNV_HASH('Amazon Redshift', FNV_HASH(1))", [7783490368944507294, -2202602717770968555]),
    ("'B' < 'a', 'Z' < 'é', 'a b' < 'ab'", [True, True, True]),  # byte by byte
    ("CAST(%s AS DATE), %s::varchar, %s::bigint", [date(2018, 11, 1), "a'b", 5]),
]


@pytest.fixture(autouse=True)
def _table(trial: Trial) -> None:
    trial.run("CREATE TABLE t (a INTEGER, b BIGINT, x DOUBLE PRECISION, s VARCHAR(100), m TIMESTAMP)")
    trial.run(
        "INSERT INTO t VALUES (1, 4294967296, 1.5, 'é ', %s), (2, 4294967297, 2.5, 'b', %s), (NULL, 7, 1, NULL, NULL)", MOMENT, MOMENT
    )
    trial.connection.commit()


def test_answers(trial: Trial) -> None:
    for sql, expected in ANSWERS:
        parameters = (date(2018, 11, 1), "a'b", 5) if "%s" in sql else ()
        assert trial.rows(f"SELECT {sql} FROM t WHERE a = 1", *parameters) == [expected], sql


def test_whole_numbers_stay_whole(trial: Trial) -> None:
    found = trial.rows("SELECT AVG(a), SUM(a), SUM(b), AVG(b), AVG(x), COUNT(*), SUM(COUNT(*)) OVER () FROM t")
    assert found == [[1, 3, 8589934600, 2863311533, pytest.approx(1.6666667), 3, 3]]
    assert [type(v) for v in found[0]] == [int, int, int, int, float, int, int]
    assert trial.rows("SELECT AVG(a), SUM(b) FROM t WHERE a > 5") == [[None, None]]


@pytest.mark.parametrize("path", PAIRS, ids=lambda p: p.name.split(".")[0])
def test_the_sql_that_the_platform_promises_to_translate_runs(trial: Trial, path: Path) -> None:
    trial.run(path.read_text(encoding="utf-8"))
    assert trial.cursor.description


def test_qualify(trial: Trial) -> None:
    assert trial.rows("SELECT a, s AS word FROM t QUALIFY ROW_NUMBER() OVER (ORDER BY b DESC) <= 2 ORDER BY x DESC") == [
        [2, "b"],
        [1, "é "],
    ]
    sql = "WITH w AS (SELECT t.a FROM t QUALIFY RANK() OVER (ORDER BY t.b) = 1) SELECT COUNT(*), COUNT(a) FROM w"
    assert trial.rows(sql) == [[1, 0]]
    assert trial.run("CREATE TEMPORARY TABLE u AS SELECT a AS c FROM t WHERE a = 2 QUALIFY ROW_NUMBER() OVER (ORDER BY b) = 1") == -1
    assert trial.run("INSERT INTO u SELECT a FROM t GROUP BY a QUALIFY ROW_NUMBER() OVER (ORDER BY a) = 1") == 1
    assert trial.rows("SELECT c FROM u ORDER BY c LIMIT 5") == [[1], [2]]
    assert "name the columns" in trial.refused("SELECT * FROM t QUALIFY ROW_NUMBER() OVER (ORDER BY b) = 1")[1]


def test_nulls_come_last_upwards_and_first_downwards(trial: Trial) -> None:
    assert trial.rows("SELECT a FROM t ORDER BY a") == [[1], [2], [None]]
    assert trial.rows("SELECT a FROM t ORDER BY a DESC") == [[None], [2], [1]]


def test_words_in_texts_names_and_comments_are_no_sql(trial: Trial) -> None:
    sql = """SELECT 'on conflict minus qualify nvl(' AS "sysdate" /* returning */ FROM t -- qualify
    WHERE a = 1"""
    assert trial.rows(sql) == [["on conflict minus qualify nvl("]]
    assert trial.cursor.description[0][0] == "sysdate"


MERGE = "MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN UPDATE SET x = u.x WHEN NOT MATCHED THEN INSERT (a, x) VALUES (u.a, u.x)"


def test_merge(trial: Trial) -> None:
    trial.run("CREATE TABLE u (a INTEGER, x DOUBLE PRECISION)")
    trial.run("INSERT INTO u VALUES (1, 9), (8, 8)")
    trial.connection.commit()
    assert trial.run(MERGE) == -1
    assert trial.rows("SELECT a, x FROM t WHERE x > 5 ORDER BY a") == [[1, 9.0], [8, 8.0]]
    trial.run("INSERT INTO u VALUES (1, 10)")
    assert trial.refused(MERGE) == ("XX000", "Found multiple matches to update the same tuple.")


@pytest.mark.parametrize(
    "sql",
    [
        MERGE.replace("INTO t USING", "INTO t AS target USING"),
        MERGE.replace("USING u ON", "USING (SELECT * FROM u) AS u ON"),
        MERGE.replace("MATCHED THEN UPDATE", "MATCHED AND u.x > 1 THEN UPDATE"),
        MERGE[: MERGE.index(" WHEN NOT")],
        MERGE[: MERGE.index(" INSERT")] + " DO NOTHING",
    ],
)
def test_a_merge_that_only_postgresql_takes(trial: Trial, sql: str) -> None:
    assert trial.refused(sql)[0] == "42601"


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO t (a) VALUES (1) ON CONFLICT DO NOTHING",
        "INSERT INTO t (a) VALUES (1) RETURNING a",
        "DELETE FROM t RETURNING a",
        "SELECT DISTINCT ON (a) a FROM t",
        "SELECT COUNT(*) FILTER (WHERE a > 1) FROM t",
        "SELECT a IS DISTINCT FROM 1 FROM t",
        "SELECT a IS NOT DISTINCT FROM 1 FROM t",
        "SELECT string_agg(s, ',') FROM t",
        "SELECT array_agg(a) FROM t",
        "SELECT ARRAY[1, 2]",
        "SELECT '{}'::jsonb",
        "SELECT CAST('{}' AS json)",
        "SELECT * FROM generate_series(1, 3)",
        "SELECT * FROM t, LATERAL (SELECT 1) AS l",
        "SELECT * FROM (VALUES (1)) AS v (a)",
        "VALUES (1)",
        "CREATE INDEX i ON t (a)",
        "CREATE SEQUENCE s",
        "SAVEPOINT s",
        "ROLLBACK TO s",
        "DO $$ BEGIN END $$",
        "SELECT pg_sleep(1)",
        "SELECT clock_timestamp()",
        "SELECT gen_random_uuid()",
    ],
)
def test_what_only_postgresql_has_is_refused(trial: Trial, sql: str) -> None:
    assert trial.refused(sql)[0] in ("42601", "42883", "42704", "0A000")


def test_settings_of_a_session(trial: Trial) -> None:
    trial.run("SET query_group TO 'sparkify songplays'")
    assert trial.one("SHOW query_group") == "sparkify songplays"
    trial.run("SET enable_result_cache_for_session TO off")
    trial.run("SET statement_timeout TO 60000")
    assert trial.one("SHOW statement_timeout") == "1min"
    trial.run("RESET query_group")
    trial.run("SET search_path TO public, pg_catalog")
    trial.run("/* a tag */ SELECT 1")


def test_a_statement_that_takes_too_long_is_cancelled(trial: Trial) -> None:
    trial.run("SET statement_timeout TO 50")
    endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n"
    assert trial.refused(endless) == ("57014", "Query (150) canceled on user's request")


def test_reserved_words_are_columns_only_when_quoted(trial: Trial) -> None:
    trial.run("CREATE TABLE time (level VARCHAR(5), year INTEGER, hour INTEGER)")
    assert trial.rows("SELECT level, year, hour FROM time") == []
    assert trial.refused("SELECT a AS user FROM t WHERE user.a = 1")[0] == "42601"


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TEMPORARY TABLE made AS SELECT a FROM t WHERE a = %s",
        "CREATE TABLE made AS SELECT a FROM t WHERE a IN (%s)",
        "CREATE VIEW made AS SELECT a FROM t WHERE a = %s",
        "MERGE INTO t USING t AS u ON t.a = u.a AND u.a = %s WHEN MATCHED THEN UPDATE SET b = 1",
    ],
)
def test_a_parameter_where_the_guide_has_none_is_refused(trial: Trial, sql: str) -> None:
    assert trial.refused(sql, 1) == ("42P02", "there is no parameter $1")


@pytest.mark.parametrize("number", ["1e38", "1.7976931348623157e+308", "1e-39", "9" * 39])
def test_a_number_of_more_digits_than_a_numeric_has_is_refused(trial: Trial, number: str) -> None:
    assert trial.refused(f"SELECT {number}")[0] == "22003"
    assert trial.one("SELECT CAST('1.7976931348623157e308' AS DOUBLE PRECISION)") == 1.7976931348623157e308
    assert trial.one("SELECT a FROM t WHERE a = %s LIMIT 1", 1) == 1
    assert trial.one(f"SELECT {'9' * 38}") == int("9" * 38)
