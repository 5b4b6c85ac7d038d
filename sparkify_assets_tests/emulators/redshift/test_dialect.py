"""What Redshift takes, refuses and answers otherwise than PostgreSQL, statement by statement (DIALECT.md says which of it is certain).

Put here statements that need nothing but four small tables. Do not put here COPY (test_copy_*.py) or what needs two sessions
(test_transactions.py).
"""

import os
import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import redshift_connector

from sparkify_assets_tests.emulators.redshift.running import RedshiftServer

pytestmark = pytest.mark.integration

SYNTAX, UNDEFINED_COLUMN, UNDEFINED_FUNCTION, UNSUPPORTED, INVALID = "42601", "42703", "42883", "0A000", "22023"
TABLES = """
CREATE TABLE people (id INTEGER, name VARCHAR(10), born DATE, height DOUBLE PRECISION, PRIMARY KEY (id));
CREATE TABLE visits (person INTEGER REFERENCES people (id), place VARCHAR(10), seconds BIGINT);
CREATE TABLE copies (LIKE people);
CREATE TABLE notes (person INTEGER, place VARCHAR(10));
INSERT INTO people VALUES (1, 'x ', '2018-11-01', 1.5), (2, 'y', '2018-11-02', 2.5);
INSERT INTO visits VALUES (1, 'x', 5), (2, 'z', 6)
"""
DECORRELATED = ("XX000", "This type of correlated subquery pattern is not supported due to internal error")
LEADER = (UNSUPPORTED, "Specified types or functions (one per INFO message) not supported on Redshift tables.")
FRAME = (UNSUPPORTED, "Aggregate window functions with an ORDER BY clause require a frame clause")

REFUSED: list[tuple[str, str, str]] = [  # statement, SQLSTATE, words of its message
    # windows
    ("SELECT SUM(id) OVER (ORDER BY name) FROM people", *FRAME),
    ("SELECT id, COUNT(*) OVER (PARTITION BY name ORDER BY born) FROM people", *FRAME),
    ("SELECT FIRST_VALUE(id) OVER (ORDER BY name) FROM people", *FRAME),
    ("SELECT MAX(id) OVER (ORDER BY name RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM people", UNSUPPORTED, "RANGE clause"),
    ("SELECT SUM(id) OVER w FROM people WINDOW w AS (PARTITION BY name)", SYNTAX, '"WINDOW"'),
    # correlated subqueries
    ("SELECT p.id, (SELECT MAX(v.seconds) FROM visits AS v WHERE v.person > p.id) FROM people AS p", *DECORRELATED),
    ("SELECT p.id FROM people AS p WHERE EXISTS (SELECT 1 FROM visits AS v WHERE v.person = p.id OR v.place = p.name)", *DECORRELATED),
    ("SELECT p.id FROM people AS p WHERE EXISTS (SELECT 1 FROM visits AS v WHERE v.person > p.id)", *DECORRELATED),
    (
        "SELECT p.id FROM people AS p WHERE NOT EXISTS (SELECT 1 FROM visits AS v WHERE NOT EXISTS "
        "(SELECT 1 FROM notes AS n WHERE n.person = p.id))",
        *DECORRELATED,
    ),
    (
        "SELECT p.id FROM people AS p LEFT JOIN visits AS v ON p.id = v.person AND v.seconds = "
        "(SELECT MAX(w.seconds) FROM visits AS w WHERE w.person = p.id)",
        *DECORRELATED,
    ),
    (
        "SELECT p.id FROM people AS p WHERE p.id NOT IN (SELECT SUM(v.seconds) OVER () FROM visits AS v WHERE v.person = p.id)",
        *DECORRELATED,
    ),
    ("SELECT p.id FROM people AS p WHERE p.id IN (SELECT COUNT(*) FROM visits AS v WHERE v.person = p.id GROUP BY v.place)", *DECORRELATED),
    ("SELECT p.id, (SELECT COUNT(*) FROM visits AS v WHERE v.person = p.id) AS n FROM people AS p GROUP BY n, p.id", *DECORRELATED),
    ("DELETE FROM notes WHERE EXISTS (SELECT 1 FROM visits AS v WHERE v.person = notes.person OR v.place = notes.place)", *DECORRELATED),
    ("UPDATE notes SET place = (SELECT MAX(v.place) FROM visits AS v WHERE v.person < notes.person)", *DECORRELATED),
    ("WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT n FROM r", SYNTAX, "list of its columns"),
    # the leader node's functions and catalogs
    *(
        (f"SELECT id, {f} FROM people", *LEADER)
        for f in ("now()", "age(born)", "current_schema()", "pg_backend_pid()", "CURRENT_TIMESTAMP")
    ),
    ("SELECT has_table_privilege('people', 'select'), id FROM people", *LEADER),
    ("SELECT id, (SELECT now()) FROM people", *LEADER),
    ("SELECT id FROM people, pg_class LIMIT 1", *LEADER),
    ("SELECT id FROM people AS p INNER JOIN information_schema.tables AS t ON p.name = t.table_name", *LEADER),
    ("INSERT INTO notes SELECT 1, relname FROM pg_class", *LEADER),
    ("INSERT INTO copies (born) VALUES (now())", *LEADER),
    ("CREATE TABLE made AS SELECT relname FROM pg_class", *LEADER),
    ("DELETE FROM copies WHERE born < now()", *LEADER),
    ("SELECT now(), table_id FROM svv_table_info", *LEADER),
    # types
    ("CREATE TABLE made (a NUMERIC(39, 0))", INVALID, "NUMERIC precision 39 must be between 1 and 38"),
    ("SELECT CAST(1 AS DECIMAL(40, 2))", INVALID, "NUMERIC precision 40 must be between 1 and 38"),
    ("CREATE TABLE made (a CHAR(4097))", INVALID, "length for type char cannot exceed 4096"),
    ("CREATE TABLE made (a VARCHAR(65536))", INVALID, "length for type varchar cannot exceed 65535"),
    ("CREATE TABLE made (a CHARACTER VARYING(65536))", INVALID, "length for type varchar cannot exceed 65535"),
    ("CREATE TABLE made (a TIMESTAMP(3))", UNSUPPORTED, "timestamp or timestamptz do not support precision."),
    ("SELECT CAST('2018-11-01' AS TIMESTAMPTZ(0))", UNSUPPORTED, "timestamp or timestamptz do not support precision."),
    *(
        (f"CREATE TABLE made (a {kind})", UNSUPPORTED, f'Column "made.a" has unsupported type "{kind.split("(")[0].lower()}".')
        for kind in ("BIT(3)", "SERIAL", "UUID", "JSONB", "MONEY", "BYTEA", "INET")
    ),
    ("ALTER TABLE copies ADD COLUMN a UUID", UNSUPPORTED, 'Column "copies.a" has unsupported type "uuid".'),
    ("SELECT CAST('1' AS BIT(1))", "42704", 'type "bit" does not exist'),
    # names
    *(
        (sql, SYNTAX, f'at or near "{word}"')
        for word in ("tag", "open", "system", "new", "snapshot")
        for sql in (
            f"CREATE TABLE made ({word} INTEGER)",
            f"CREATE TABLE {word} AS SELECT 1 AS a",
            f"SELECT id AS {word} FROM people",
            f"SELECT p.{word} FROM people AS p",
            f"ALTER TABLE copies ADD COLUMN {word} INTEGER",
        )
    ),
    # tables
    ("CREATE TABLE made (a INTEGER) DISTKEY (b)", UNDEFINED_COLUMN, '"b"'),
    ("CREATE TABLE made (a INTEGER) SORTKEY (a, zz)", UNDEFINED_COLUMN, '"zz"'),
    ("CREATE TABLE made (a INTEGER) DISTSTYLE ALL DISTKEY (a)", SYNTAX, "DISTSTYLE ALL"),
    ("CREATE TABLE made (a INTEGER DISTKEY) DISTSTYLE EVEN", SYNTAX, "DISTSTYLE EVEN"),
    ("CREATE TABLE made (a INTEGER) DISTSTYLE KEY", SYNTAX, "DISTKEY"),
    ("CREATE TABLE made (a INTEGER DISTKEY, b INTEGER DISTKEY)", SYNTAX, "only one DISTKEY"),
    ("CREATE TABLE made DISTSTYLE ALL DISTKEY (id) AS SELECT id FROM people", SYNTAX, "DISTSTYLE ALL"),
    ("CREATE TABLE made (a INTEGER REFERENCES nobody (id))", "42P01", 'relation "nobody" does not exist'),
    ("CREATE TABLE made (a INTEGER REFERENCES people (nothing))", UNDEFINED_COLUMN, "foreign key"),
    ("CREATE TABLE made (a INTEGER GENERATED ALWAYS AS IDENTITY)", SYNTAX, "GENERATED"),
    ("CREATE TEMPORARY TABLE made (a INTEGER) ON COMMIT DROP", SYNTAX, "ON"),
    ("DROP TABLE people", "2BP01", "cannot drop table people because other objects depend on it"),
    ("ALTER TABLE copies ADD COLUMN e INTEGER, ADD COLUMN f INTEGER", SYNTAX, '","'),
    ("ALTER TABLE copies ADD COLUMN g INTEGER NOT NULL", UNSUPPORTED, "must have a non-null default expression"),
    ("ALTER TABLE copies ALTER COLUMN id TYPE BIGINT", UNSUPPORTED, "only the size of a VARCHAR"),
    ("ALTER TABLE copies ALTER COLUMN id TYPE VARCHAR(20)", UNSUPPORTED, "only the size of a VARCHAR"),
    ("ALTER TABLE copies ALTER COLUMN name TYPE VARCHAR(20) USING name", UNSUPPORTED, "does not support USING expression"),
    ("ALTER TABLE copies ALTER COLUMN name SET NOT NULL", UNSUPPORTED, "ALTER COLUMN SET NOT NULL is not supported"),
    ("ALTER TABLE copies ALTER name DROP NOT NULL", UNSUPPORTED, "ALTER COLUMN DROP NOT NULL is not supported"),
    ("ALTER TABLE copies ALTER COLUMN name SET DEFAULT 'a'", UNSUPPORTED, "ALTER COLUMN SET/DROP DEFAULT is not supported"),
    ("CREATE VIEW made AS SELECT id FROM people WITH NO SCHEMA BINDING", UNSUPPORTED, "should be qualified"),
    # queries and DML
    ("SELECT id FROM people EXCEPT ALL SELECT person FROM visits", UNSUPPORTED, "EXCEPT ALL"),
    ("SELECT id FROM people INTERSECT ALL SELECT person FROM visits", UNSUPPORTED, "INTERSECT ALL"),
    ("SELECT id FROM people FETCH FIRST 1 ROWS ONLY", SYNTAX, '"FETCH"'),
    ("SELECT id FROM people OFFSET 1 ROWS FETCH NEXT ROW ONLY", SYNTAX, '"FETCH"'),
    ("SELECT id FROM people FOR UPDATE", UNSUPPORTED, "FOR UPDATE"),
    ("EXPLAIN ANALYZE SELECT 1", SYNTAX, '"ANALYZE"'),
    ("EXPLAIN (COSTS OFF) SELECT 1", SYNTAX, '"("'),
    ("UPDATE visits SET (place, seconds) = ('q', 1)", SYNTAX, '"("'),
    ("DELETE FROM visits AS v USING people WHERE v.person = people.id", SYNTAX, '"AS"'),
    ("DELETE FROM visits v WHERE v.person = 9", SYNTAX, '"v"'),
    ("LOCK visits IN SHARE MODE", SYNTAX, '"IN"'),
    ("SELECT to_timestamp(1541106106)", UNDEFINED_FUNCTION, "to_timestamp"),
    ("SELECT name FROM people WHERE name ~* 'X'", UNDEFINED_FUNCTION, "~*"),
    ("SELECT name FROM people WHERE name !~* 'X'", UNDEFINED_FUNCTION, "~*"),
    ("SELECT substring(name FROM name) FROM people", UNDEFINED_FUNCTION, "substring"),
    ("SELECT substring(name FROM name FOR name) FROM people", UNDEFINED_FUNCTION, "substring"),
    ("INSERT INTO visits VALUES (1, 'x', 99999999999999999999)", "22003", "out of range"),
    *((sql, "XX000", "Value too long for character type") for sql in ("SELECT repeat('x', 65536)", "SELECT repeat('é', 32768)")),
    ("SELECT repeat('x', 60000) || repeat('y', 6000)", "XX000", "Value too long for character type"),
    (f"SELECT '{'x' * 65536}'", "XX000", "Value too long for character type"),
    # users
    ("CREATE USER somebody PASSWORD 'a long one, with Upper case and 1 digit'", INVALID, "password"),
    ("ALTER USER awsuser PASSWORD 'lower1case'", INVALID, "password"),
    # what Redshift takes and this server says that it does not
    *(
        (sql, UNSUPPORTED, "this test server does not emulate")
        for sql in (
            "UNLOAD ('SELECT 1') TO 's3://x/y_' IAM_ROLE DEFAULT FORMAT PARQUET",
            "SHOW TABLES FROM SCHEMA dev.public",
            "MERGE INTO notes USING visits ON notes.person = visits.person REMOVE DUPLICATES",
            "CREATE TABLE #made (a INTEGER)",
            "SELECT id FROM people AS p INNER JOIN #made AS m ON p.id = m.a",
            "SELECT * FROM people QUALIFY ROW_NUMBER() OVER (ORDER BY id) = 1",
            "SELECT * FROM (SELECT person, seconds FROM visits) PIVOT (SUM(seconds) FOR person IN (1, 2))",
            "ANALYZE COMPRESSION people",
            "SELECT id::SUPER FROM people",
            "SELECT FARMFINGERPRINT64('a')",
            "SELECT MEDIAN(id) OVER () FROM people",
            "SELECT TOP 1 id FROM people UNION ALL SELECT person FROM visits",
        )
    ),
]

ANSWERED: list[tuple[str, list[list[Any]]]] = [
    # trailing blanks: people has 'x ' and 'y', visits has 'x' and 'z'
    (
        "SELECT 'a ' = 'a'::VARCHAR, 'a ' <> 'a', 'a' < 'a  ', 'a ' <= 'a', 'a ' IN ('b', 'a'), 'a ' LIKE 'a'",
        [[True, False, False, True, True, False]],
    ),
    ("SELECT COUNT(*) FROM people AS p INNER JOIN visits AS v ON p.name = v.place", [[1]]),
    ("SELECT p.id FROM people AS p WHERE p.name IN (SELECT v.place FROM visits AS v)", [[1]]),
    ("SELECT COUNT(DISTINCT b) FROM (SELECT name AS b FROM people UNION ALL SELECT place FROM visits) AS u", [[3]]),
    ("SELECT COUNT(*) FROM (SELECT name FROM people UNION SELECT place FROM visits) AS u", [[3]]),
    ("SELECT name FROM people EXCEPT SELECT place FROM visits", [["y"]]),
    ("SELECT COUNT(*) FROM (SELECT DISTINCT b FROM (SELECT name AS b FROM people UNION ALL SELECT place FROM visits) AS u) AS d", [[3]]),
    (
        "SELECT SUM(n) FROM (SELECT COUNT(*) AS n FROM (SELECT name AS b FROM people UNION ALL SELECT place FROM visits) AS u GROUP BY b "
        "HAVING COUNT(*) > 1) AS twice",
        [[2]],
    ),
    (
        "SELECT b, o FROM (SELECT 'x ' AS b, 2 AS o UNION ALL SELECT 'x', 1 UNION ALL SELECT 'w', 3) AS u ORDER BY b, o",
        [["w", 3], ["x", 1], ["x ", 2]],
    ),
    ("SELECT CASE name WHEN 'x' THEN 1 ELSE 0 END, NULLIF(name, 'x'), LEN(name) FROM people WHERE name = 'x'", [[1, None, 2]]),
    # what else has other answers than in PostgreSQL
    ('SELECT "ID" AS "Aa" FROM "People" WHERE "Id" = 1', [[1]]),
    ("SELECT GREATEST(1, NULL)", [[1]]),
    # sound patterns beside the refused ones
    (
        "SELECT id, SUM(id) OVER (ORDER BY id ROWS UNBOUNDED PRECEDING), SUM(id) OVER (PARTITION BY name) FROM people",
        [[1, 1, 1], [2, 3, 2]],
    ),
    ("SELECT id, LAG(id) OVER (ORDER BY id), ROW_NUMBER() OVER (ORDER BY id) FROM people", [[1, None, 1], [2, 1, 2]]),
    ("SELECT p.id, (SELECT MAX(v.seconds) FROM visits AS v WHERE v.person = p.id) AS m FROM people AS p ORDER BY p.id", [[1, 5], [2, 6]]),
    ("SELECT p.id FROM people AS p WHERE EXISTS (SELECT 1 FROM visits AS v WHERE v.person = p.id AND v.place <> p.name)", [[2]]),
    ("WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT n FROM r", [[1], [2], [3]]),
    ("SELECT now() IS NOT NULL, current_schema()", [[True, "public"]]),
    ("SELECT COUNT(*) FROM stl_load_errors WHERE session = pg_backend_pid()", [[0]]),
    ('SELECT id AS time, id AS level, id AS "tag" FROM people WHERE id = 1', [[1, 1, 1]]),
    ("SELECT substring('abc' FROM 2 FOR 1), substring('abc', 2), substring('abc', 2, 1)", [["b", "bc", "b"]]),
    ("SELECT LEN(repeat('x', 65535))", [[65535]]),
    # functions and clauses
    ("SELECT TOP 1 id FROM people ORDER BY id DESC", [[2]]),
    ("SELECT id FROM people WHERE id IN (SELECT TOP 1 person FROM visits ORDER BY person)", [[1]]),
    (
        "SELECT DECODE(id, 1, 'one', NVL(NULL, 2), 'two'), DECODE(NULL, NULL, 'none', 'some'), ISNULL(NULL, id) FROM people ORDER BY id",
        [["one", "none", 1], ["two", "none", 2]],
    ),
    ("SELECT MEDIAN(id), APPROXIMATE COUNT(DISTINCT id) FROM people", [[1.5, 2]]),
    ("SELECT id, RATIO_TO_REPORT(NVL(id, 0)) OVER () FROM people ORDER BY id", [[1, pytest.approx(1 / 3)], [2, pytest.approx(2 / 3)]]),
    (
        "SELECT CONVERT_TIMEZONE('UTC', 'America/New_York', TIMESTAMP '2018-11-01 12:00:00'), CHARINDEX('b', 'abc')",
        [[datetime.fromisoformat("2018-11-01T08:00"), 2]],
    ),
    (
        "SELECT ADD_MONTHS('2018-01-31', 1), LAST_DAY('2018-02-03'), MONTHS_BETWEEN('2018-03-31', '2018-02-28'), "
        "TRUNC(TIMESTAMP '2018-11-01 12:00:00'), TRUNC(7.9)",
        [[datetime.fromisoformat("2018-02-28"), date(2018, 2, 28), 1.0, date(2018, 11, 1), Decimal(7)]],
    ),
    ("SELECT LEN(CURRENT_NAMESPACE)", [[36]]),
    # system views
    ("SELECT schema_name, schema_type FROM svv_all_schemas WHERE schema_name = 'public'", [["public", "local"]]),
    (
        "SELECT column_name, data_type, is_nullable, ordinal_position FROM svv_redshift_columns "
        "WHERE table_name = 'people' ORDER BY ordinal_position LIMIT 2",
        [["id", "integer", "NO", 1], ["name", "character varying(10)", "YES", 2]],
    ),
    ("SELECT user_name, superuser FROM svv_user_info WHERE user_name = 'awsuser'", [["awsuser", True]]),
    ("SELECT COUNT(*) FROM stv_inflight", [[0]]),
    ("SELECT schemaname FROM svv_external_schemas", []),
    ("SELECT conname FROM pg_constraint WHERE contype = 'f'", [["visits_person_fkey"]]),
]

TAKEN = [
    "CREATE TABLE made DISTSTYLE EVEN SORTKEY (id) AS SELECT id, name FROM people",
    "CREATE TEMPORARY TABLE made DISTKEY (id) COMPOUND SORTKEY (id, name) AS (SELECT id, name FROM people)",
    "CREATE TABLE made (id, name) DISTSTYLE ALL AS SELECT id, name FROM people WHERE id = 1",
    "CREATE MATERIALIZED VIEW made AUTO REFRESH YES AS SELECT place, COUNT(*) AS n FROM visits GROUP BY place",
    "CREATE VIEW made AS SELECT NVL(id, 0) AS id FROM public.people WITH NO SCHEMA BINDING;",
    "CREATE TABLE made (a INTEGER, b VARCHAR(10), FOREIGN KEY (a) REFERENCES people (id)) DISTSTYLE AUTO",
    "CREATE TABLE made (a CHAR(4096), b NUMERIC(38, 37), c VARCHAR(65535))",
    "DROP TABLE people CASCADE",
    "ALTER TABLE visits DROP CONSTRAINT visits_person_fkey",
    "ALTER TABLE copies ADD FOREIGN KEY (id) REFERENCES people (id)",
    "ALTER TABLE copies ADD COLUMN g INTEGER DEFAULT 0 NOT NULL",
    "DELETE FROM visits USING people WHERE visits.person = people.id",
    "UPDATE visits SET place = 'q', seconds = 1",
    "DELETE FROM notes WHERE EXISTS (SELECT 1 FROM visits AS v WHERE v.person = notes.person AND v.place <> notes.place)",
    "UPDATE notes SET place = (SELECT MAX(v.place) FROM visits AS v WHERE v.person = notes.person)",
    "EXPLAIN VERBOSE SELECT 1",
    "SELECT xid FROM svv_transactions LIMIT 1",
]


DOCS = Path(__file__).parents[3] / "docs" / "redshift.md"
(HISTORY,) = re.findall(r"```sql\n(SELECT query_label.*?);\n```", DOCS.read_text(encoding="utf-8"), re.DOTALL)


def test_the_documented_query_shows_who_asks(connection: "redshift_connector.Connection") -> None:
    label = "sparkify songplays, run 1c3f"
    sql = "SELECT COUNT(*) FROM people"
    _run(connection, f"SET query_group TO '{label}'", sql, "RESET query_group")
    found = [(row[0].rstrip(), row[1].rstrip(), row[2] > 0) for row in _run(connection, HISTORY)]
    assert (label, sql, True) in found
    assert {row[0].rstrip() for row in _run(connection, "SELECT query_label FROM sys_query_history WHERE query_text LIKE 'CREATE%'")} == {
        "default"
    }


def test_the_history_shows_a_user_his_own(connection: "redshift_connector.Connection", redshift_server: RedshiftServer) -> None:
    name, password = f"reader_{os.getpid()}", "A1-secret-of-the-history"
    _run(connection, f"CREATE USER {name} PASSWORD '{password}'")  # undone, but noted
    noted = _run(connection, "SELECT query_text FROM sys_query_history WHERE query_text LIKE 'CREATE USER%'")
    assert [row[0].rstrip() for row in noted] == [f"CREATE USER {name} PASSWORD '***'"]
    database = redshift_server.database()
    with database.connect() as administrator, administrator.cursor() as cursor:
        cursor.execute(f"CREATE USER {name} PASSWORD '{password}'")
        administrator.commit()
        with database.connect(user=name, password=password) as reader, reader.cursor() as own:
            own.execute("SELECT 1 AS a")
            own.execute("SELECT query_text, status, query_type FROM sys_query_history WHERE query_text NOT LIKE 'begin%'")
            assert [[v.rstrip() for v in row] for row in own.fetchall()] == [["SELECT 1 AS a", "success", "SELECT"]]
        cursor.execute(f"DROP USER {name}")
        administrator.commit()
    redshift_server.drop(database)


def test_a_view_without_binding_outlives_its_table(connection: "redshift_connector.Connection") -> None:
    view = "CREATE VIEW late AS SELECT id, name FROM public.copies WHERE name LIKE 'a%' WITH NO SCHEMA BINDING"
    again = ["DROP TABLE copies", "CREATE TABLE copies (id INTEGER, name VARCHAR(10))", "INSERT INTO copies VALUES (7, 'ab'), (8, 'b')"]
    assert _run(connection, view, *again, "SELECT id, name FROM late") == [[7, "ab"]]
    bound = view.removesuffix(" WITH NO SCHEMA BINDING")
    with pytest.raises(redshift_connector.ProgrammingError, match="2BP01"):
        _run(connection, bound, "DROP TABLE copies")


def test_attributes_of_a_table_made_by_a_query_are_told(connection: "redshift_connector.Connection") -> None:
    create = "CREATE TABLE made DISTKEY (id) SORTKEY (name, id) AS SELECT NVL(id, 0) AS id, name FROM people"
    told = "SELECT diststyle, sortkey1, sortkey_num FROM svv_table_info WHERE \"table\" = 'made'"
    assert _run(connection, create, told) == [["KEY(id)", "name", 2]]
    assert _run(connection, create, "SELECT COUNT(*) FROM made") == [[2]]


@pytest.mark.parametrize(
    "write", ["INSERT INTO copies (id) VALUES (1)", "CREATE TABLE made (a INTEGER)", "SELECT 1 AS a INTO made", "DROP TABLE copies"]
)
def test_a_write_in_a_transaction_that_only_reads(connection: "redshift_connector.Connection", write: str) -> None:
    connection.rollback()
    with connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("BEGIN READ ONLY")
        with pytest.raises(redshift_connector.ProgrammingError) as error:
            cursor.execute(write)
        cursor.execute("ROLLBACK")
        connection.autocommit = False
    assert (error.value.args[0]["C"], error.value.args[0]["M"]) == ("25006", "transaction is read-only")


@pytest.fixture(scope="module")
def connection(redshift_server: RedshiftServer) -> Iterator["redshift_connector.Connection"]:
    """One connection for all statements; each one is undone."""
    database = redshift_server.database()
    with database.connect() as connection, connection.cursor() as cursor:
        for sql in map(str.strip, TABLES.split(";")):
            cursor.execute(sql)
        connection.commit()
        yield connection
    redshift_server.drop(database)


@pytest.mark.parametrize(("sql", "code", "words"), REFUSED, ids=[sql[:90] for sql, _, _ in REFUSED])
def test_refused(connection: "redshift_connector.Connection", sql: str, code: str, words: str) -> None:
    with pytest.raises(redshift_connector.ProgrammingError) as error:
        _run(connection, sql, outside="ALTER COLUMN" in sql)
    told = error.value.args[0]
    assert told["C"] == code, told
    assert words in told["M"]


@pytest.mark.parametrize(("sql", "rows"), ANSWERED, ids=[sql[:90] for sql, _ in ANSWERED])
def test_answered(connection: "redshift_connector.Connection", sql: str, rows: list[list[Any]]) -> None:
    assert _run(connection, sql) == rows


@pytest.mark.parametrize("sql", TAKEN)
def test_taken(connection: "redshift_connector.Connection", sql: str) -> None:
    _run(connection, sql)


@pytest.mark.parametrize("plan", ["hashjoin", "mergejoin", "nestloop"])
def test_blanks_are_ignored_by_every_kind_of_join(connection: "redshift_connector.Connection", plan: str) -> None:
    others = [f"SET LOCAL enable_{other} TO off" for other in ("hashjoin", "mergejoin", "nestloop") if other != plan]
    sql = "SELECT p.name, v.place FROM people AS p INNER JOIN visits AS v ON p.name = v.place"
    assert _run(connection, *others, sql) == [["x ", "x"]]


def _run(connection: "redshift_connector.Connection", *statements: str, outside: bool = False) -> list[list[Any]]:
    """The rows of the last statement, which is then undone. ``outside``: it may not run in a transaction, and changes nothing."""
    connection.autocommit = outside
    try:
        with connection.cursor() as cursor:
            for sql in statements:
                cursor.execute(sql)
            return [list(row) for row in cursor.fetchall()] if cursor.description else []
    finally:
        connection.rollback()
        connection.autocommit = False
