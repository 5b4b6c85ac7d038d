"""The statements of a refresh by key, asked of DuckDB, and which SELECTs can be recomputed by the day.

That the tables converge by them is tested in contracts/, the days that are recomputed in tables/test_aggregates.py.
"""

from pathlib import Path

import duckdb
import pytest
import sqlglot
from sqlglot import exp
from sqlglot.schema import MappingSchema

from sparkify_assets.model import load_catalog
from sparkify_assets.model.incremental import AFFECTED_KEYS, affected_rows, choose_where_needed, delete_affected, restrict_to_days
from sparkify_assets.model.table import Table
from sparkify_assets.model.table_parser import read_table
from sparkify_assets.model.transform import DaySource, Transform, read_transform
from sparkify_assets.model.transpile import to_sql

DDL = """
CREATE TABLE pairs (a INTEGER, b INTEGER NOT NULL, PRIMARY KEY (a, b));
COMMENT ON TABLE pairs IS 'Rows of a key of two columns, one of which may be null.';
COMMENT ON COLUMN pairs.a IS 'The first.';
COMMENT ON COLUMN pairs.b IS 'The second.';
"""


def pairs(folder: Path) -> Table:
    path = folder / "load_metadata" / "pairs" / "table.sql"
    path.parent.mkdir(parents=True)
    path.write_text(DDL)
    return read_table(path.parent)


def test_a_key_of_several_columns_is_touched_as_a_whole_and_null_is_the_same_as_null(tmp_path: Path) -> None:
    table = pairs(tmp_path)
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE pairs (a INTEGER, b INTEGER)")
        connection.execute("INSERT INTO pairs VALUES (1, 1), (1, 2), (2, 1), (2, 2), (NULL, 1), (NULL, 2)")
        connection.execute(f"CREATE TABLE {AFFECTED_KEYS} AS SELECT * FROM (VALUES (1, 2), (2, 1), (NULL, 1), (9, 9)) AS t (a, b)")
        assert connection.execute(to_sql(affected_rows(table).select("COUNT(*)"), "duckdb")).fetchall() == [(3,)]
        connection.execute(to_sql(delete_affected(table), "duckdb"))
        assert connection.execute("SELECT a, b FROM pairs ORDER BY a NULLS LAST, b").fetchall() == [(1, 1), (2, 2), (None, 2)]


def test_a_row_is_chosen_of_each_key_whether_it_has_one_or_several_and_null_is_a_key(tmp_path: Path) -> None:
    table = pairs(tmp_path)
    chosen = "WITH g AS (SELECT * FROM given) SELECT a, b FROM g WHERE b > 0 QUALIFY ROW_NUMBER() OVER (PARTITION BY a ORDER BY b DESC) = 1"
    select = sqlglot.parse_one(chosen, read="redshift")
    assert isinstance(select, exp.Select)
    transform = Transform(table, select, ("given",), {}, None, None)
    assert transform.chooses_a_row
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE given (a INTEGER, b INTEGER)")
        connection.execute("INSERT INTO given VALUES (1, 1), (1, 3), (1, 2), (2, 7), (2, 0), (3, 0), (NULL, 4), (NULL, 5)")
        expected = [(1, 3), (2, 7), (None, 5)]
        for query in (select, choose_where_needed(transform)):
            assert connection.execute(f"SELECT * FROM ({to_sql(query, 'duckdb')}) ORDER BY a NULLS LAST").fetchall() == expected


# days

DAYS_DDL = """
CREATE TABLE days (day DATE NOT NULL, plays BIGINT);
COMMENT ON TABLE days IS 'Plays by day.';
COMMENT ON COLUMN days.day IS 'The day.';
COMMENT ON COLUMN days.plays IS 'Plays.';
"""
SCHEMA = MappingSchema(
    {
        "plays": {"at": "TIMESTAMP", "on_day": "DATE", "user_id": "INTEGER", "session_id": "INTEGER", "noted": "VARCHAR(32)"},
        "users": {"user_id": "INTEGER", "since": "DATE"},
    },
    dialect="redshift",
)
BY_TIME, BY_DATE = DaySource("plays", "at", "day"), DaySource("plays", "on_day", "day")


def days(folder: Path, select: str, ddl: str = DAYS_DDL) -> DaySource | None:
    path = folder / "reports" / "days"
    path.mkdir(parents=True)
    (path / "table.sql").write_text(ddl)
    (path / "transform.sql").write_text(select)
    return read_transform(read_table(path), SCHEMA, {"log_date"}, set()).day_source


@pytest.mark.parametrize(
    ("select", "source"),
    [
        ("SELECT CAST(at AS DATE) AS day, COUNT(*) AS plays FROM plays GROUP BY CAST(at AS DATE)", BY_TIME),
        ("SELECT on_day AS day, COUNT(*) AS plays FROM plays GROUP BY on_day", BY_DATE),
        ("SELECT on_day AS day, user_id AS plays FROM plays", BY_DATE),
        ("SELECT on_day AS day, COUNT(*) AS plays FROM plays GROUP BY user_id, on_day HAVING COUNT(*) > 1", BY_DATE),
        ("SELECT day, COUNT(*) AS plays FROM (SELECT CAST(at AS DATE) AS day FROM plays WHERE user_id > 1) AS p GROUP BY day", BY_TIME),
        (
            "WITH p AS (SELECT on_day AS d, ROW_NUMBER() OVER (PARTITION BY user_id, on_day ORDER BY at) AS n FROM plays) "
            "SELECT d AS day, COUNT(*) AS plays FROM p WHERE n = 1 GROUP BY d",
            BY_DATE,
        ),
        (
            "SELECT p.on_day AS day, COUNT(*) AS plays FROM plays AS p INNER JOIN users AS u ON p.user_id = u.user_id GROUP BY p.on_day",
            BY_DATE,
        ),
        (
            "SELECT p.on_day AS day, COUNT(*) AS plays FROM plays AS p LEFT JOIN users AS u ON p.user_id = u.user_id GROUP BY p.on_day",
            BY_DATE,
        ),
    ],
)
def test_a_select_by_the_day_follows_a_day_source(tmp_path: Path, select: str, source: DaySource) -> None:
    assert days(tmp_path, select) == source


@pytest.mark.parametrize(
    "select",
    [
        "SELECT on_day AS day, ROW_NUMBER() OVER (ORDER BY at) AS plays FROM plays",  # a window over all days
        "SELECT on_day AS day, ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY at) AS plays FROM plays",
        "SELECT MIN(on_day) AS day, COUNT(*) AS plays FROM plays GROUP BY user_id",
        "SELECT MAX(on_day) AS day, COUNT(*) AS plays FROM plays",
        "SELECT day, COUNT(*) AS plays FROM (SELECT MIN(on_day) AS day FROM plays GROUP BY user_id) AS p GROUP BY day",
        "SELECT on_day AS day, user_id AS plays FROM plays ORDER BY at LIMIT 10",
        "SELECT on_day AS day, COUNT(*) AS plays FROM plays WHERE user_id IN (SELECT user_id FROM plays) GROUP BY on_day",  # read twice
        "SELECT p.on_day AS day, COUNT(*) AS plays FROM users AS u LEFT JOIN plays AS p ON p.user_id = u.user_id GROUP BY p.on_day",
        "SELECT p.on_day AS day, COUNT(*) AS plays FROM users AS u INNER JOIN plays AS p ON p.user_id = u.user_id GROUP BY p.on_day",
        "SELECT p.on_day AS day, COUNT(*) AS plays FROM plays AS p RIGHT JOIN users AS u ON p.user_id = u.user_id GROUP BY p.on_day",
        "SELECT CAST(noted AS DATE) AS day, COUNT(*) AS plays FROM plays GROUP BY CAST(noted AS DATE)",  # how a text is read, nobody says
        "SELECT DATE '2018-11-01' AS day, COUNT(*) AS plays FROM plays",
        "SELECT on_day AS day, user_id AS plays FROM plays UNION ALL SELECT since AS day, user_id AS plays FROM users",
    ],
)
def test_a_select_whose_days_depend_on_other_rows_follows_none(tmp_path: Path, select: str) -> None:
    if " UNION " in select:
        select = f"SELECT day, plays FROM ({select}) AS both_of_them"
    assert days(tmp_path, select) is None


GROUPS_DDL = """
CREATE TABLE days (
    user_id INTEGER NOT NULL, session_id INTEGER NOT NULL, day DATE NOT NULL, plays BIGINT, PRIMARY KEY (user_id, session_id, day)
);
COMMENT ON TABLE days IS 'Plays by session and day.';
COMMENT ON COLUMN days.user_id IS 'The user.';
COMMENT ON COLUMN days.session_id IS 'The session.';
COMMENT ON COLUMN days.day IS 'The day.';
COMMENT ON COLUMN days.plays IS 'Plays.';
"""
IN_ORDER = (
    "WITH p AS (SELECT u, s, d, LEAD(at) OVER (PARTITION BY {by} ORDER BY at) AS following "
    "FROM (SELECT user_id AS u, session_id AS s, at, CAST(at AS DATE) AS d FROM plays WHERE user_id > 0) AS x) "
    "SELECT u AS user_id, s AS session_id, d AS day, COUNT(following) AS plays FROM p GROUP BY {groups}"
)


@pytest.mark.parametrize(
    ("by", "groups", "group"),
    [
        ("u, s", "u, s, d", {"user_id": "user_id", "session_id": "session_id"}),
        ("u", "u, s, d", {"user_id": "user_id"}),
        ("s", "u, s, d", {"session_id": "session_id"}),
        ("u, s, d", "u, s, d", {}),
    ],
)
def test_rows_that_depend_on_other_days_of_a_part_of_their_key_are_recomputed_by_it(
    tmp_path: Path, by: str, groups: str, group: dict[str, str]
) -> None:
    found = days(tmp_path, IN_ORDER.format(by=by, groups=groups), GROUPS_DDL)
    assert found == DaySource("plays", "at", "day", group)


@pytest.mark.parametrize(
    "select",
    [
        IN_ORDER.format(by="EXTRACT(HOUR FROM at)", groups="u, s, d"),  # rows of different keys, in one window
        IN_ORDER.format(by="u + 0, s + 0", groups="u, s, d"),
        IN_ORDER.format(by="u, s", groups="u, s, d")
        .replace("s AS session_id", "u + s AS session_id")
        .replace("u AS user_id", "0 AS user_id"),
        IN_ORDER.format(by="u, s", groups="u, s").replace("d AS day", "MIN(d) AS day"),
        IN_ORDER.format(by="u, s", groups="u, s, d").replace("user_id > 0", "user_id IN (SELECT user_id FROM plays)"),
    ],
)
def test_rows_that_depend_on_rows_of_other_keys_follow_none(tmp_path: Path, select: str) -> None:
    assert days(tmp_path, select, GROUPS_DDL) is None


def test_a_day_that_may_be_null_is_none(tmp_path: Path) -> None:
    ddl = DAYS_DDL.replace("day DATE NOT NULL", "day DATE")
    assert days(tmp_path, "SELECT on_day AS day, COUNT(*) AS plays FROM plays GROUP BY on_day", ddl) is None


def test_the_tables_that_are_recomputed_by_the_day() -> None:
    found = {name: t.day_source.table for name, t in load_catalog().transforms.items() if t.day_source}
    assert found == {
        "session_days": "page_views",
        "user_days": "session_days",
        "session_hours": "songplays",
        "song_days": "songplays",
        "plays_by_day_and_level": "session_hours",
        "plays_matched_by_day": "song_days",
        "listening_by_day": "session_days",
        "errors_by_day_and_page": "page_views",
    }
    assert load_catalog().days_followed("songplays") == ["start_time"]
    by_group = {name: t.day_source.group for name, t in load_catalog().transforms.items() if t.day_source and t.day_source.group}
    assert by_group == {"session_days": {"user_id": "user_id", "session_id": "session_id"}}


@pytest.mark.parametrize(
    "name",
    [
        *("session_days", "user_days", "session_hours", "song_days", "plays_by_day_and_level", "plays_matched_by_day"),
        *("listening_by_day", "errors_by_day_and_page"),
    ],
)
def test_days_are_restricted_where_the_table_is_scanned(name: str) -> None:
    """Inside of every window and group, so that the engine prunes by the sort key."""
    transform = load_catalog().transforms[name]
    assert transform.day_source is not None
    restricted = sqlglot.parse_one(to_sql(restrict_to_days(transform, 2), "redshift").replace("?", "NULL"), read="redshift")
    (scan,) = (t for t in restricted.find_all(exp.Table) if t.name == transform.day_source.table)
    inner = scan.parent_select
    assert inner is not None
    where = inner.args["where"]
    given = [comparison for comparison in where.find_all(exp.GTE, exp.LT) if comparison.find(exp.Null)]
    assert {c.name for comparison in given for c in comparison.find_all(exp.Column)} == {transform.day_source.scanned}
    assert len(given) == 4
