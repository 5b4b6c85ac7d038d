"""What a table's folder may not say: each mistake is made in a copy of the real folders, and the message names the file and the place.

Mistakes inside an expression of SQL are in test_dialect.py.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sparkify_assets import tables
from sparkify_assets.errors import ModelError
from sparkify_assets.model import load_catalog
from sparkify_assets.model.table_parser import read_table
from sparkify_assets_tests.support import mentions, raises

pytestmark = pytest.mark.integration  # each reads all tables anew

USERS = "dimensions/users/table.sql"
USERS_SELECT = "dimensions/users/transform.sql"
MATCH_RATE = "facts/songplays/checks/match_rate.toml"
SONGS_CLAIM = "dimensions/songs/checks/duration_is_positive.sql"
TIME_SELECT = "dimensions/time/transform.sql"
PLAYS_SELECT = "facts/songplays/transform.sql"
VIEWS = "facts/page_views/table.sql"
HOURS_SELECT = "reports/popular_hours/transform.sql"
EVENTS = "staging/staging_events/source.toml"

ALL_USERS = "DISTSTYLE ALL SORTKEY (user_id)"
GENDER = "gender VARCHAR(8)"
GENDER_COMMENT = "COMMENT ON COLUMN users.gender IS 'F or M, as registered.';\n"
USERS_COMMENT = "COMMENT ON TABLE users IS 'Those who played a song; attributes and level from their latest play by event time.';\n"
CLAIM_COMMENT = "-- A song lasts longer than nothing.\n"
REPAIR_JOIN = "LEFT JOIN text_repairs AS er ON RTRIM(e.song) = er.original_text"
PLAY_KEY = "    e.item_in_session,\n    e.log_date\nFROM"
TYPES = "BIGINT, BOOLEAN, CHAR, DATE, DECIMAL, DOUBLE, INT, SMALLINT, TIMESTAMP, VARCHAR"
JOINS = ["INNER", "LEFT"]
"""those that a refresh can follow"""
COMMENTS = ["COMMENT ON TABLE users", "COMMENT ON COLUMN users."]
SEVERITIES = ["error", "warning"]


REAL = Path(tables.__file__).parent
OTHER_REPORTS = [folder.name for folder in (REAL / "reports").iterdir() if folder.name != "popular_hours"]
"""which no test here is about: to read them takes half of the time"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy to make a mistake in."""
    return shutil.copytree(REAL, tmp_path / "tables", ignore=shutil.ignore_patterns("__pycache__", *OTHER_REPORTS))


def refusal(root: Path) -> str:
    with raises(ModelError) as refused:
        load_catalog(root)
    return str(refused.value)


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))


def test_the_copy_is_sound(root: Path) -> None:
    assert set(load_catalog(root).tables) == set(load_catalog().tables) - set(OTHER_REPORTS)


# part of a file replaced: by what it is refused, in the words of the file, of SQL or of the parser; the rest of the wording is free

EDITS: list[tuple[str, str, str, list[object]]] = [
    # table.sql
    (USERS, GENDER, "gender VARCHAR(8", ["Redshift", "line 6, column 18", "Expecting )", "'VARCHAR'"]),
    (
        USERS,
        "CREATE TABLE users",
        "CREATE TABLE people",
        ["table people", "folder users"],
    ),
    (
        USERS,
        "CREATE TABLE users",
        "CREATE TABLE public.users",
        [" public.users", " users", "schema"],
    ),
    (USERS, GENDER, "gender TEXT", ["column gender", "VARCHAR(MAX)", TYPES]),
    (USERS, GENDER, "gender SUPER", ["column gender", "SUPER", TYPES]),
    (USERS, GENDER, "gender NOT NULL", ["column gender", "none", TYPES]),
    (USERS, GENDER, "gender VARCHAR", ["column gender", "VARCHAR", "length", 256]),
    (USERS, GENDER, "gender VARCHAR(MAX)", ["column gender", "VARCHAR(MAX)", 1, 65535]),
    (USERS, GENDER, "gender VARCHAR(65536)", ["column gender", "VARCHAR(65536)", 1, 65535]),
    (USERS, GENDER, "gender CHAR(0)", ["column gender", "CHAR(0)", 1, 4096]),
    (
        USERS,
        GENDER,
        "gender DECIMAL(8)",
        ["column gender", "DECIMAL", "precision", "scale", "(18,0)"],
    ),
    (
        USERS,
        GENDER,
        "gender VARCHAR(8) DEFAULT 'F'",
        ["column gender", "DEFAULT 'F'", "NOT NULL", "REFERENCES"],
    ),
    *(
        (USERS, GENDER, f"gender {rest}", ["column gender", "CHECK (gender IN ('a', 'b', …))", "checks/"])
        for rest in (
            "VARCHAR(8) CHECK (gender <> 'x')",
            "VARCHAR(8) CHECK (level IN ('F', 'M'))",
            "VARCHAR(8) CHECK (gender IN ('F', 1))",
            "VARCHAR(8) CHECK (gender NOT IN ('F', 'M'))",
            "VARCHAR(8) CHECK (gender IN (SELECT 'F'))",
            "VARCHAR(8) CHECK (gender IN ('F')) CHECK (gender IN ('M'))",
            "INTEGER CHECK (gender IN (1, 2))",
        )
    ),
    (
        USERS,
        "PRIMARY KEY (user_id)",
        "PRIMARY KEY (user_id),\n    UNIQUE (last_name)",
        ["PRIMARY KEY (user_id)", "UNIQUE (last_name)", "one key"],
    ),
    (VIEWS, "UNIQUE (user_id,", "UNIQUE (id,", ["UNIQUE", " id,", "column"]),
    (VIEWS, "UNIQUE (user_id,", "CHECK (user_id > 0),\n    UNIQUE (user_id,", ["CHECK", "PRIMARY KEY or UNIQUE"]),
    (
        USERS,
        GENDER,
        "gender VARCHAR(8) REFERENCES genders (gender)",
        [" gender ", "genders (gender)", "primary key"],
    ),
    (USERS, GENDER, "gender VARCHAR(8) REFERENCES songs (title)", [" gender ", "songs (title)", "primary key"]),
    (USERS, GENDER, "gender VARCHAR(8) REFERENCES songs", ["column gender", "references songs;", "REFERENCES songs (key)"]),
    (USERS, ALL_USERS, "DISTSTYLE KEY SORTKEY (user_id)", ["DISTSTYLE KEY", "DISTKEY (column)"]),
    (USERS, ALL_USERS, "DISTSTYLE SOMETIMES", ["DISTSTYLE SOMETIMES", "AUTO, ALL or EVEN"]),
    (USERS, ALL_USERS, "DISTSTYLE ALL DISTKEY (user_id)", ["DISTSTYLE ALL", "DISTKEY (column)"]),
    (USERS, ALL_USERS, "DISTKEY (usr_id)", ["DISTSTYLE KEY (usr_id)", "not a column"]),
    (USERS, ALL_USERS, "SORTKEY (user_id, lvl)", ["SORTKEY (user_id, lvl)", "names lvl", "not a column"]),
    (USERS, ALL_USERS, "COMPOUND SORTKEY (user_id)", ["COMPOUND", "SORTKEY"]),
    (USERS, ALL_USERS, "DISTSTYLE ALL BACKUP NO", ["BACKUP NO", "DISTSTYLE, DISTKEY and SORTKEY"]),
    (
        "dimensions/artists/table.sql",
        "location VARCHAR(1024)",
        "location VARCHAR(32) REFERENCES songs (song_id)",
        ["reference one another", "circle", "artists", "songs"],
    ),
    (USERS, "KEY (user_id)\n", "KEY (id)\n", ["PRIMARY KEY", " id,", "column"]),
    (
        USERS,
        ",\n    PRIMARY KEY (user_id)",
        "",
        ["log_date", "PRIMARY KEY"],
    ),
    (USERS, GENDER_COMMENT, "", ["column gender", "COMMENT ON COLUMN"]),
    (USERS, "'F or M, as registered.'", "''", ["column gender", "COMMENT ON COLUMN"]),
    (USERS, USERS_COMMENT, "", ["COMMENT ON TABLE", "COMMENT ON COLUMN", "none"]),
    (
        USERS,
        GENDER_COMMENT,
        GENDER_COMMENT + "COMMENT ON COLUMN users.age IS 'Years.';\n",
        ["COMMENT ON TABLE", "COMMENT ON COLUMN", "unknown", "column age"],
    ),
    (
        USERS,
        GENDER_COMMENT,
        GENDER_COMMENT + "COMMENT ON TABLE songs IS 'x';\n",
        [*COMMENTS, "COMMENT ON TABLE songs IS 'x'"],
    ),
    (
        USERS,
        GENDER_COMMENT,
        GENDER_COMMENT + "DROP TABLE songs;\n",
        [*COMMENTS, "DROP TABLE songs"],
    ),
    # transform.sql: what it says at all
    (USERS_SELECT, "    gender,\n", "    gendr AS gender,\n", ["'gendr'", "Line: 8, Col: 9"]),
    (
        HOURS_SELECT,
        "hour, SUM(plays) AS plays",
        "hour AS hour_of_day, SUM(plays) AS plays",
        [" hour_of_day, plays", " hour, plays", "table.sql"],
    ),
    (USERS_SELECT, ") = 1\n", ") = 1;\nSELECT 1\n", ["one SELECT", "SELECT and more"]),
    # transform.sql: what a refresh by partition cannot keep true
    (
        USERS_SELECT,
        "    log_date\nFROM",
        "    DATE '2018-11-01' AS log_date\nFROM",
        ["log_date", "FROM", "JOIN", "partition"],
    ),
    (
        USERS_SELECT,
        "FROM staging_events",
        "FROM (SELECT * FROM staging_events) AS e",
        ["log_date", "FROM", "JOIN", "partition"],
    ),
    (
        PLAYS_SELECT,
        PLAY_KEY,
        "    CAST(s.duration AS INTEGER) AS item_in_session,\n    e.log_date\nFROM",
        ["item_in_session", " s;", " e,", "log_date"],
    ),
    (
        PLAYS_SELECT,
        "PARTITION BY e.user_id, e.session_id, e.item_in_session, e.event_time",
        "PARTITION BY e.user_id, e.session_id, e.item_in_session",
        ["ROW_NUMBER() OVER (PARTITION BY e.user_id", "e.event_time and e.item_in_session and e.session_id and e.user_id"],
    ),
    (PLAYS_SELECT, REPAIR_JOIN, REPAIR_JOIN.replace("LEFT", "RIGHT"), ["RIGHT  JOIN", *JOINS]),
    (PLAYS_SELECT, REPAIR_JOIN, "CROSS JOIN text_repairs AS er", ["CROSS JOIN", *JOINS]),
    (
        PLAYS_SELECT,
        REPAIR_JOIN,
        f"{REPAIR_JOIN} LEFT JOIN songs AS known ON e.song = known.title",
        ["JOIN songs", "staging", "lookups", "partitions"],
    ),
    (
        USERS_SELECT,
        "user_id IS NOT NULL",
        "ts = (SELECT MAX(ts) FROM staging_events)",
        ["staging_events", "subquery", "FROM", "JOIN"],
    ),
    (USERS_SELECT, ") = 1\n", ") = 1\nLIMIT 5\n", ["LIMIT"]),
    (
        USERS_SELECT,
        "    level,\n    log_date\n",
        "    CAST(RANK() OVER (ORDER BY ts) AS VARCHAR) AS level,\n    log_date\n",
        ["RANK() OVER (ORDER BY staging_events.ts)", "staging_events.user_id"],
    ),
    (
        TIME_SELECT,
        "GROUP BY start_time",
        "GROUP BY log_date",
        ["GROUP BY", "songplays.start_time"],
    ),
    (
        TIME_SELECT,
        "    start_time,\n",
        "    MAX(start_time) AS start_time,\n",
        ["key", "MAX(songplays.start_time)"],
    ),
    # checks/
    (
        SONGS_CLAIM,
        CLAIM_COMMENT,
        "",
        ["no description", "comment"],
    ),
    (
        SONGS_CLAIM,
        CLAIM_COMMENT,
        f"{CLAIM_COMMENT}-- severity: fatal\n",
        ["line 2", "severity: fatal", *SEVERITIES],
    ),
    (SONGS_CLAIM, CLAIM_COMMENT, "-- severity: warning\n", ["no description", "comment"]),
    (SONGS_CLAIM, "\nSELECT", "\n-- severity warning\nSELECT", ["line 2", "severity warning", "severity: error or warning"]),
    (SONGS_CLAIM, "SELECT song_id,", "SELECT id,", ["'id'", "Line: 2, Col: 9"]),
    (
        SONGS_CLAIM,
        "\nSELECT",
        "\n-- scope: users = some partitions\nSELECT",
        ["scope", "users = some partitions", "all partitions", "checked partitions"],
    ),
    (SONGS_CLAIM, "\nSELECT", "\n-- scope: u = all partitions\nSELECT", ["scope: u", "expected songs", "staging_songs"]),
    (SONGS_CLAIM, "\nSELECT", "\n-- scope: songs\nSELECT", ["line 2", "scope: songs", "ALIAS = checked partitions or all partitions"]),
    (SONGS_CLAIM, "\nSELECT", "\n-- severty: warning\nSELECT", ["line 2", "severty", "severity", "scope"]),
    (SONGS_CLAIM, "\nSELECT", "\n-- Severity: warning\nSELECT", ["line 2", "Severity", "severity", "scope"]),
    (SONGS_CLAIM, "\nSELECT", "\n-- severity = warning\nSELECT", ["line 2", "severity =", "severity:"]),
    (SONGS_CLAIM, "\nSELECT", "\n-- scop: songs = all partitions\nSELECT", ["line 2", "scop:", "severity", "scope"]),
    (SONGS_CLAIM, "\nSELECT", "\n-- severity: warning\n-- severity: error\nSELECT", ["severity: warning and severity: error", "once"]),
    (SONGS_CLAIM, "\nSELECT", "\nSELECT\n    -- severity: warning\n", ["line 3", "severity: warning", "head"]),
    (SONGS_CLAIM, "\nSELECT", "\n/* severity: warning */\nSELECT", ["line 2", "severity: warning", "head"]),
    (SONGS_CLAIM, "SELECT song_id,", "SELECT u.song_id,", ["'song_id'", "'u'", "Line: 2"]),
    (MATCH_RATE, 'method_column = "match_method"', 'method_column = "by"', ["method_column", " by,", "column"]),
    (MATCH_RATE, '"match_method"', '"session_id"', ["method_column", "session_id", "null"]),
    (MATCH_RATE, '"delivered names"', '""', ["as_delivered", "empty"]),
    (MATCH_RATE, "as_delivered =", "delivered =", ["delivered", "method_column, as_delivered"]),
    (MATCH_RATE, 'as_delivered = "delivered names"\n', "", ["as_delivered", "missing"]),
    (MATCH_RATE, 'as_delivered = "delivered names"', "as_delivered = 1", ["as_delivered", "1", "text"]),
    (MATCH_RATE, 'as_delivered = "delivered names"', "as_delivered = delivered names", ["TOML", "line 3"]),
    # source.toml
    (EVENTS, 'title = "User activity logs', 'title = User "activity logs', ["TOML", "line 3, column 9"]),
    (EVENTS, 'asset = "log_files"\n', "", ["asset", "missing"]),
    (EVENTS, 'title = "User', 'titel = "User', ["titel", "title"]),
    (EVENTS, 'folder = "log_data"', 'foldr = "log_data"', ["foldr", "folder"]),
    (EVENTS, 'folder = "log_data"', "folder = 7", ["folder", "7", "text"]),
    (EVENTS, "[range]", "[rnge]", ["rnge", "range"]),
    (EVENTS, 'asset = "log_files"', 'asset = "log files"', ["asset", "'log files'", "letters"]),
    (EVENTS, 'asset = "log_files"', 'asset = "users"', ["asset is users", "dimensions/users"]),
    (EVENTS, 'folder = "log_data"', 'folder = ""', ["folder", "empty"]),
    (EVENTS, 'folder = "log_data"', 'folder = "/log_data"', ["folder", "'/log_data'", "below the lake"]),
    (EVENTS, 'folder = "log_data"', 'folder = "a/../log_data"', ["folder", "'a/../log_data'", "below the lake"]),
    (EVENTS, 'example = "2018/11/2018-11-01-events.json"', 'example = "x.json"', ["example", "'x.json'", "pattern"]),
    (EVENTS, 'artist = "artist"', 'artist = ""', ["[columns]", "artist", "empty"]),
    (EVENTS, "[range]", "[range]\nstatus = [0, 2147483648]", ["[range] status", "2147483648", "INT"]),
    (EVENTS, "[range]", "[range]\nstatus = [0.5, 1]", ["[range] status", "[0.5, 1]", "whole numbers"]),
    (EVENTS, "[range]", "[range]\nlength = [-inf, inf]", ["[range] length", "[-inf, inf]", "number"]),
    (EVENTS, "[range]", "[Range]", ["Range", "range"]),
    (EVENTS, "[partition]", "one_record_a_fle = true\n[partition]", ["one_record_a_fle", "one_record_a_file"]),
    (EVENTS, "[partition]", 'one_record_a_file = "yes"\n[partition]', ["one_record_a_file", "'yes'", "true or false"]),
    (EVENTS, 'artist = "artist"', "artist = 3", ["[columns]", "artist", "3", "text"]),
    (EVENTS, "(?P<year>", "(?P<year", ["bad character in group name"]),
    (EVENTS, "(?P<partition>", "(?P<part>", ["pattern", "(?P<partition>…)"]),
    (EVENTS, 'artist = "artist"\n', "", ["[columns]", " auth, first_name,", " artist, auth, first_name,", "table.sql", "log_date"]),
    (EVENTS, 'column = "log_date"', 'column = "day"', ["[columns]", " artist, auth, first_name,", "table.sql", " day"]),
    (EVENTS, 'kind = "day"', 'kind = "hour"', ["[partition]", "'hour'", "'day'", "'letter'", "log_date", "DATE"]),
    (EVENTS, 'kind = "day"', 'kind = "letter"', ["[partition]", "'letter'", "log_date", "DATE"]),
    (EVENTS, '[partition]\ncolumn = "log_date"\nkind = "day"\n', "", ["partition", "missing"]),
    (EVENTS, 'kind = "day"\n', "", ["[partition]", "kind", "missing"]),
    (EVENTS, 'kind = "day"\n', 'kind = "day"\nkeep = 3\n', ["[partition]", "keep", "column, kind"]),
    (EVENTS, "[range]", "[range]\nage = [0, 150]", ["[range] age,", "table.sql"]),
    (EVENTS, "[range]", "[range]\nstatus = [100]", ["[range] status", "[100]", "number"]),
    (EVENTS, "[range]", "[range]\nstatus = 5", ["[range] status", "5", "number"]),
    (EVENTS, "[range]", "[range]\nstatus = [5, 1]", ["[range] status", "[5, 1]", "smallest"]),
    (EVENTS, "[range]", "[range]\nstatus = [nan, 1]", ["[range] status", "[nan, 1]", "number"]),
    (EVENTS, "[range]", "[range]\nstatus = [true, false]", ["[range] status", "[True, False]", "number"]),
    (EVENTS, "[range]", "[range]\nauth = [0, 1]", ["[range] auth", "VARCHAR", "number"]),
    (EVENTS, "[range]", '[range]\nstatus = ["a", "b"]', ["[range] status", "['a', 'b']", "number"]),
]


@pytest.mark.parametrize(("file", "old", "new", "why"), EDITS, ids=[f"{file}: {new or 'without ' + old}" for file, old, new, _ in EDITS])
def test_part_of_a_file(root: Path, file: str, old: str, new: str, why: list[object]) -> None:
    change(root / file, old, new)
    message = refusal(root)
    mentions(message, f"{root / file}:", *why)
    assert "\n" not in message


# whole files

WHOLE: list[tuple[str, str, list[object]]] = [
    (USERS, "-- to be written", ["statement"]),
    (USERS, "SELECT 1", ["CREATE TABLE name (columns)", "SELECT 1"]),
    (USERS, "CREATE TABLE users AS SELECT 1 AS user_id", ["CREATE TABLE name (columns)", "CREATE TABLE users AS SELECT"]),
    (USERS, "CREATE VIEW users (a) AS SELECT 1 AS a", ["CREATE TABLE name (columns)", "CREATE VIEW users (a)"]),
    (HOURS_SELECT, "DELETE FROM time", ["one SELECT", "DELETE"]),
    (HOURS_SELECT, "SELECT hour, 1 AS plays FROM time UNION SELECT hour, 2 AS plays FROM time", ["one SELECT", "UNION"]),
    (HOURS_SELECT, "SELECT * FROM time", [" *;", "table.sql", " hour, plays"]),
    (HOURS_SELECT, "SELECT z.hour, z.plays FROM nowhere AS z", [" nowhere,"]),
    (HOURS_SELECT, "SELECT hour, COUNT(*) AS plays FROM songplayz GROUP BY hour", ["reads songplayz,", "songplays"]),
    (HOURS_SELECT, "WITH t AS (SELECT hour FROM nowhere) SELECT hour, COUNT(*) AS plays FROM t GROUP BY hour", [" nowhere,"]),
    (USERS_SELECT, "SELECT 1", [" 1;", "table.sql", " user_id, first_name, last_name, gender, level, log_date"]),
    (SONGS_CLAIM, "-- Nobody.\nDELETE FROM songs", ["one SELECT", "DELETE"]),
    (
        SONGS_CLAIM,
        "-- Nobody.\n-- scope: t = all partitions\nSELECT u.song_id FROM songs AS u INNER JOIN time AS t ON u.year = t.year",
        ["scope: t", "a scan of time", "expected u,", "songs", "staging_songs"],
    ),
    (
        SONGS_CLAIM,
        "-- Nobody.\n-- scope: c = all partitions\nWITH c AS (SELECT song_id FROM songs AS u) SELECT c.song_id FROM c",
        ["scope: c", "expected u,", "songs", "staging_songs"],
    ),
    (
        SONGS_CLAIM,
        "-- Nobody.\n-- scope: t = all partitions\nSELECT t.start_time FROM time AS t",
        ["scope: t", "a scan of time", "remove"],
    ),
    (SONGS_CLAIM, "-- Nobody.\nSELECT z.id FROM nowhere AS z", [" nowhere,"]),
    (SONGS_CLAIM, "-- Nobody.\nSELECT songz FROM songplayz", ["reads songplayz,", "songplays"]),
    (EVENTS, "columns = 1", ["asset", "missing"]),
    (EVENTS, "", ["asset", "missing"]),
]


@pytest.mark.parametrize(("file", "text", "why"), WHOLE, ids=[f"{file}: {text}" for file, text, _ in WHOLE])
def test_whole_file(root: Path, file: str, text: str, why: list[object]) -> None:
    (root / file).write_text(text)
    mentions(refusal(root), f"{root / file}:", *why)


@pytest.mark.parametrize("file", [USERS, USERS_SELECT, SONGS_CLAIM, EVENTS, MATCH_RATE])
def test_bytes_that_are_not_text(root: Path, file: str) -> None:
    (root / file).write_bytes(b"-- caf\xe9\n")
    mentions(refusal(root), f"{root / file}:", "0xe9", 7, "UTF-8")


def test_a_byte_order_mark_does_not_matter(root: Path) -> None:
    for file in (USERS, USERS_SELECT, SONGS_CLAIM, EVENTS, MATCH_RATE):
        (root / file).write_bytes(b"\xef\xbb\xbf" + (root / file).read_bytes())
    songs = load_catalog(root)["songs"]
    assert songs.checks[0].description == CLAIM_COMMENT.strip("- \n")


def test_prose_with_a_colon_is_a_description(root: Path) -> None:
    prose = "Note: two levels, as the app knows them."
    (root / SONGS_CLAIM).write_text(f"-- {prose}\n-- severity: warning\nSELECT song_id FROM songs WHERE title = 'x'")
    (check,) = load_catalog(root)["songs"].checks
    assert (check.description, check.severity) == (prose, "warning")


# folders


def no_transform(root: Path) -> tuple[Path, list[object]]:
    (root / USERS_SELECT).unlink()
    return root / "dimensions/users", ["transform.sql", "staging, load_metadata and lookups"]


def transform_of_staging(root: Path) -> tuple[Path, list[object]]:
    path = root / "staging/staging_songs/transform.sql"
    path.write_text("SELECT 1")
    return path, ["no effect", "staging", "source.toml"]


def two_sources_of_one_name(root: Path) -> tuple[Path, list[object]]:
    change(root / EVENTS, 'asset = "log_files"', 'asset = "song_files"')
    return root / "staging/staging_songs/source.toml", ["asset is song_files", str(root / EVENTS)]


def no_source(root: Path) -> tuple[Path, list[object]]:
    (root / EVENTS).unlink()
    return root / EVENTS, ["missing"]


def twice(root: Path) -> tuple[Path, list[object]]:
    shutil.copytree(root / "dimensions/users", root / "reports/users")
    return root / "reports/users", [f" {root / 'dimensions/users'} "]


def in_a_circle(root: Path) -> tuple[Path, list[object]]:
    (root / HOURS_SELECT).write_text("SELECT hour, plays FROM popular_hours")
    return root, ["popular_hours → popular_hours"]


def misspelt_transform(root: Path) -> tuple[Path, list[object]]:
    path = root / "dimensions/users/transfrom.sql"
    path.write_text("SELECT 1")
    return path, ["no effect", "transform.sql"]


def misspelt_check(root: Path) -> tuple[Path, list[object]]:
    path = root / "dimensions/songs/checks/claim.sq"
    path.write_text("SELECT 1")
    return path, ["no effect", "NAME.sql"]


def misspelt_unit_test(root: Path) -> tuple[Path, list[object]]:
    path = root / "reports/popular_hours/tests/case.tml"
    path.write_text("")
    return path, ["no effect", "NAME.toml"]


def unit_test_of_staging(root: Path) -> tuple[Path, list[object]]:
    path = root / "staging/staging_songs/tests"
    path.mkdir()
    (path / "case.toml").write_text("")
    return path, ["no effect", "staging", "table.sql, source.toml, person.toml, checks/"]


def source_of_a_dimension(root: Path) -> tuple[Path, list[object]]:
    path = root / "dimensions/users/source.toml"
    path.write_text("")
    return path, ["no effect", "dimensions", "transform.sql"]


def match_rate_without_partitions(root: Path) -> tuple[Path, list[object]]:
    path = root / "lookups/text_repairs/checks/match_rate.toml"
    path.write_text('method_column = "repaired_text"\nas_delivered = "all"\n')
    return path, ["text_repairs", "no partitions"]


def person_column_that_is_none(root: Path) -> tuple[Path, list[object]]:
    path = root / "staging/staging_events/person.toml"
    path.write_text('column = "customer"\n')
    return path, ["customer", "no", "user_id"]


def source_that_no_table_follows(root: Path) -> tuple[Path, list[object]]:
    folder = root / "staging/staging_ratings"
    shutil.copytree(root / "staging/staging_events", folder)
    change(folder / "source.toml", 'asset = "log_files"', 'asset = "rating_files"')
    for file in folder.rglob("*.sql"):
        file.write_text(file.read_text().replace("staging_events", "staging_ratings"))
    return folder / "source.toml", ["staging_ratings", "log_date", "at least one", "transform.sql"]


@pytest.mark.parametrize(
    "mistake",
    [
        source_that_no_table_follows,
        no_transform,
        transform_of_staging,
        two_sources_of_one_name,
        misspelt_transform,
        misspelt_check,
        misspelt_unit_test,
        unit_test_of_staging,
        source_of_a_dimension,
        no_source,
        twice,
        in_a_circle,
        match_rate_without_partitions,
        person_column_that_is_none,
    ],
)
def test_folders(root: Path, mistake: Callable[[Path], tuple[Path, list[object]]]) -> None:
    path, why = mistake(root)
    mentions(refusal(root), f"{path}:", *why)


def test_a_unit_test_is_not_read_with_the_definitions(root: Path) -> None:
    (root / "reports/popular_hours/tests/case.toml").write_text("[")
    assert "popular_hours" in load_catalog(root).tables


def test_a_folder_without_a_table(tmp_path: Path) -> None:
    with raises(ModelError, tmp_path / "table.sql", "missing"):
        read_table(tmp_path)
