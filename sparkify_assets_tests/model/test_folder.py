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
from sparkify_assets.model.folder import read_table

USERS = "dimensions/users/table.sql"
USERS_SELECT = "dimensions/users/transform.sql"
USERS_CLAIM = "dimensions/users/checks/level_is_free_or_paid.sql"
TIME_SELECT = "dimensions/time/transform.sql"
PLAYS_SELECT = "facts/songplays/transform.sql"
HOURS_SELECT = "reports/popular_hours/transform.sql"
EVENTS = "staging/staging_events/source.toml"

GENDER = "gender VARCHAR(8)"
GENDER_COMMENT = "COMMENT ON COLUMN users.gender IS 'F or M, as registered.';\n"
USERS_COMMENT = "COMMENT ON TABLE users IS 'Those who played a song; attributes and level from their latest play by event time.';\n"
CLAIM_COMMENT = "-- The app knows two subscriptions.\n"
REPAIR_JOIN = "LEFT JOIN text_repairs AS er ON RTRIM(e.song) = er.broken"
PLAY_KEY = "CAST(e.session_id AS BIGINT) * 4294967296 + e.item_in_session"
TYPES = "BIGINT, BOOLEAN, CHAR, DATE, DECIMAL, DOUBLE, INT, SMALLINT, TIMESTAMP, VARCHAR"
ONLY = "a refresh makes anew only the keys that its partitions touch"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return shutil.copytree(Path(tables.__file__).parent, tmp_path / "tables", ignore=shutil.ignore_patterns("*.py", "__pycache__"))


def refusal(root: Path) -> str:
    with pytest.raises(ModelError) as refused:
        load_catalog(root)
    return str(refused.value)


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))


def test_the_real_folders_are_sound(root: Path) -> None:
    assert set(load_catalog(root).tables) == set(load_catalog().tables)


# part of a file replaced: by what it is refused

EDITS = [
    # table.sql
    (USERS, GENDER, "gender VARCHAR(8", "not valid Redshift SQL: line 6, column 18: Expecting ) near 'VARCHAR'"),
    (
        USERS,
        "CREATE TABLE users",
        "CREATE TABLE people",
        "creates table people, but lies in the folder users; the two must be the same word",
    ),
    (
        USERS,
        "CREATE TABLE users",
        "CREATE TABLE public.users",
        "creates public.users; expected users: the schema is a setting of the warehouse",
    ),
    (USERS, GENDER, "gender TEXT", f"column gender: type VARCHAR(MAX) is not among {TYPES}"),
    (USERS, GENDER, "gender SUPER", f"column gender: type SUPER is not among {TYPES}"),
    (USERS, GENDER, "gender NOT NULL", f"column gender: type none is not among {TYPES}"),
    (USERS, GENDER, "gender VARCHAR", "column gender: give VARCHAR its length in bytes (Redshift's default is 256)"),
    (USERS, GENDER, "gender VARCHAR(MAX)", "column gender: VARCHAR(MAX); expected a length from 1 to 65535"),
    (USERS, GENDER, "gender VARCHAR(65536)", "column gender: VARCHAR(65536); expected a length from 1 to 65535"),
    (USERS, GENDER, "gender CHAR(0)", "column gender: CHAR(0); expected a length from 1 to 4096"),
    (
        USERS,
        GENDER,
        "gender DECIMAL(8)",
        "column gender: give DECIMAL precision and scale (Redshift's default is (18,0): no decimals)",
    ),
    (
        USERS,
        GENDER,
        "gender VARCHAR(8) DEFAULT 'F'",
        "column gender: constraint DEFAULT 'F' is not supported; use NOT NULL and REFERENCES",
    ),
    (
        USERS,
        GENDER,
        "gender VARCHAR(8) REFERENCES genders (gender)",
        "gender references genders (gender), which is not a table's primary key",
    ),
    (USERS, GENDER, "gender VARCHAR(8) REFERENCES songs (title)", "gender references songs (title), which is not a table's primary key"),
    (USERS, GENDER, "gender VARCHAR(8) REFERENCES songs", "column gender: references songs; name its key as well: REFERENCES songs (key)"),
    (USERS, "KEY (user_id)\n", "KEY (id)\n", "PRIMARY KEY names id, which is not a column"),
    (
        USERS,
        "KEY (user_id)\n",
        "KEY (user_id, level)\n",
        "a table with log_date needs a PRIMARY KEY of one column; a refresh finds its rows by it",
    ),
    (
        USERS,
        ",\n    PRIMARY KEY (user_id)",
        "",
        "a table with log_date needs a PRIMARY KEY of one column; a refresh finds its rows by it",
    ),
    (USERS, GENDER_COMMENT, "", "column gender: has no COMMENT ON COLUMN"),
    (USERS, "'F or M, as registered.'", "''", "column gender: has no COMMENT ON COLUMN"),
    (USERS, USERS_COMMENT, "", "expected COMMENT ON TABLE and one COMMENT ON COLUMN each column, found none"),
    (
        USERS,
        GENDER_COMMENT,
        GENDER_COMMENT + "COMMENT ON COLUMN users.age IS 'Years.';\n",
        "expected COMMENT ON TABLE and one COMMENT ON COLUMN each column, found a comment on unknown column age",
    ),
    (
        USERS,
        GENDER_COMMENT,
        GENDER_COMMENT + "COMMENT ON TABLE songs IS 'x';\n",
        "expected COMMENT ON TABLE users or COMMENT ON COLUMN users.…, found COMMENT ON TABLE songs IS 'x'",
    ),
    (
        USERS,
        GENDER_COMMENT,
        GENDER_COMMENT + "DROP TABLE songs;\n",
        "expected COMMENT ON TABLE users or COMMENT ON COLUMN users.…, found DROP TABLE songs",
    ),
    # transform.sql: what it says at all
    (USERS_SELECT, "    gender,\n", "    gendr AS gender,\n", "Column 'gendr' could not be resolved. Line: 7, Col: 9"),
    (
        HOURS_SELECT,
        "AS hour, COUNT(*) AS plays",
        "AS hour_of_day, COUNT(*) AS plays",
        "selects hour_of_day, plays; table.sql declares hour, plays; names and order must agree",
    ),
    (USERS_SELECT, ") = 1\n", ") = 1;\nSELECT 1\n", "expected one SELECT, found SELECT and more"),
    # transform.sql: what a refresh by partition cannot keep true
    (
        USERS_SELECT,
        "    log_date\nFROM",
        "    DATE '2018-11-01' AS log_date\nFROM",
        "log_date must be read from one table in FROM or JOIN, so that a refresh knows whose partition it is",
    ),
    (
        USERS_SELECT,
        "FROM staging_events",
        "FROM (SELECT * FROM staging_events) AS e",
        "log_date must be read from one table in FROM or JOIN, so that a refresh knows whose partition it is",
    ),
    (PLAYS_SELECT, PLAY_KEY, "CAST(s.duration AS BIGINT)", "the key songplay_id is read from s; expected e, as log_date is"),
    (PLAYS_SELECT, REPAIR_JOIN, REPAIR_JOIN.replace("LEFT", "RIGHT"), "RIGHT  JOIN: a refresh can follow INNER and LEFT joins only"),
    (PLAYS_SELECT, REPAIR_JOIN, "CROSS JOIN text_repairs AS er", " CROSS JOIN: a refresh can follow INNER and LEFT joins only"),
    (
        PLAYS_SELECT,
        REPAIR_JOIN,
        f"{REPAIR_JOIN} LEFT JOIN songs AS known ON e.song = known.title",
        "JOIN songs: a table with partitions can look up staging tables and lookups only; "
        "join what songs is made of, or do without partitions",
    ),
    (
        USERS_SELECT,
        "user_id IS NOT NULL",
        "ts = (SELECT MAX(ts) FROM staging_events)",
        f"staging_events is read in a subquery, or twice; read each table once, in FROM or JOIN itself; {ONLY}",
    ),
    (USERS_SELECT, ") = 1\n", ") = 1\nLIMIT 5\n", f"LIMIT chooses among all rows; {ONLY}"),
    (
        USERS_SELECT,
        "    level,\n    log_date\n",
        "    CAST(RANK() OVER (ORDER BY ts) AS VARCHAR) AS level,\n    log_date\n",
        f"RANK() OVER (ORDER BY staging_events.ts): expected it to be by staging_events.user_id, of which the key is made; {ONLY}",
    ),
    (
        TIME_SELECT,
        "GROUP BY start_time",
        "GROUP BY log_date",
        f"GROUP BY: expected it to be by songplays.start_time, of which the key is made; {ONLY}",
    ),
    (
        TIME_SELECT,
        "    start_time,\n",
        "    MAX(start_time) AS start_time,\n",
        f"the key MAX(songplays.start_time) is not known row by row; {ONLY}",
    ),
    # checks/
    (
        USERS_CLAIM,
        CLAIM_COMMENT,
        "",
        "expected a comment at its head that states the claim, and severity error or warning; found 'error'",
    ),
    (
        USERS_CLAIM,
        CLAIM_COMMENT,
        f"{CLAIM_COMMENT}-- severity: fatal\n",
        "expected a comment at its head that states the claim, and severity error or warning; found 'fatal'",
    ),
    (USERS_CLAIM, "SELECT user_id,", "SELECT id,", "Column 'id' could not be resolved. Line: 2, Col: 9"),
    # source.toml
    (EVENTS, 'title = "User activity logs', 'title = User "activity logs', "TOMLDecodeError: Invalid value (at line 3, column 9)"),
    (EVENTS, 'asset = "log_files"\n', "", "KeyError: 'asset'"),
    (EVENTS, "(?P<year>", "(?P<year", "error: bad character in group name"),
    (EVENTS, "(?P<partition>", "(?P<part>", "pattern has no group (?P<partition>…), so that a file's partition cannot be told"),
    (EVENTS, 'artist = "artist"\n', "", "[columns] names auth, first_name,"),
    (EVENTS, 'partition = "log_date"', 'partition = "day"', "[columns] names artist, auth,"),
    (EVENTS, "[range]", "[range]\nage = [0, 150]", "[range] names age, which [columns] does not"),
    (EVENTS, "[range]", "[range]\nstatus = [100]", "ValueError: not enough values to unpack"),
    (EVENTS, "[range]", '[range]\nstatus = ["a", "b"]', "[range] status is ['a', 'b']; expected the smallest and the largest number"),
]


@pytest.mark.parametrize(("file", "old", "new", "why"), EDITS, ids=[f"{file}: {new or 'without ' + old}" for file, old, new, _ in EDITS])
def test_part_of_a_file(root: Path, file: str, old: str, new: str, why: str) -> None:
    change(root / file, old, new)
    message = refusal(root)
    assert message.startswith(f"{root / file}: {why}")
    assert "\n" not in message


# whole files

WHOLE = [
    (USERS, "-- to be written", "holds no statement"),
    (USERS, "SELECT 1", "expected CREATE TABLE name (columns) first, found SELECT 1"),
    (USERS, "CREATE TABLE users AS SELECT 1 AS user_id", "expected CREATE TABLE name (columns) first, found CREATE TABLE users AS SELECT"),
    (USERS, "CREATE VIEW users (a) AS SELECT 1 AS a", "expected CREATE TABLE name (columns) first, found CREATE VIEW users (a)"),
    (HOURS_SELECT, "DELETE FROM time", "expected one SELECT, found DELETE"),
    (HOURS_SELECT, "SELECT hour, 1 AS plays FROM time UNION SELECT hour, 2 AS plays FROM time", "expected one SELECT, found UNION"),
    (HOURS_SELECT, "SELECT * FROM time", "selects *; table.sql declares hour, plays; names and order must agree"),
    (HOURS_SELECT, "SELECT z.hour, z.plays FROM nowhere AS z", "reads nowhere, which no folder describes"),
    (USERS_SELECT, "SELECT 1", "selects 1; table.sql declares user_id,"),
    (USERS_CLAIM, "-- Nobody.\nDELETE FROM users", "expected one SELECT, found DELETE"),
    (USERS_CLAIM, "-- Nobody.\nSELECT z.id FROM nowhere AS z", "reads nowhere, which no folder describes"),
    (EVENTS, "columns = 1", "KeyError: 'asset'"),
]


@pytest.mark.parametrize(("file", "text", "why"), WHOLE, ids=[f"{file}: {text}" for file, text, _ in WHOLE])
def test_whole_file(root: Path, file: str, text: str, why: str) -> None:
    (root / file).write_text(text)
    assert refusal(root).startswith(f"{root / file}: {why}")


@pytest.mark.parametrize("file", [USERS, USERS_SELECT, USERS_CLAIM])
def test_bytes_that_are_not_text(root: Path, file: str) -> None:
    (root / file).write_bytes(b"-- caf\xe9\n")
    assert refusal(root) == f"{root / file}: found byte 0xe9 at byte 7, expected UTF-8"


def test_source_that_is_not_text(root: Path) -> None:
    (root / EVENTS).write_bytes(b'asset = "caf\xe9"\n')
    assert refusal(root).startswith(f"{root / EVENTS}: UnicodeDecodeError: 'utf-8' codec can't decode byte 0xe9")


def test_a_byte_order_mark_does_not_matter(root: Path) -> None:
    for file in (USERS, USERS_SELECT, USERS_CLAIM):
        (root / file).write_bytes(b"\xef\xbb\xbf" + (root / file).read_bytes())
    users = load_catalog(root)["users"]
    assert users.claims[0].description == "The app knows two subscriptions."


# folders


def no_transform(root: Path) -> tuple[Path, str]:
    (root / USERS_SELECT).unlink()
    return root / "dimensions/users", "a derived table needs transform.sql; staging, ledger and lookups have none"


def transform_of_staging(root: Path) -> tuple[Path, str]:
    path = root / "staging/staging_songs"
    (path / "transform.sql").write_text("SELECT 1")
    return path, "a derived table needs transform.sql; staging, ledger and lookups have none"


def no_source(root: Path) -> tuple[Path, str]:
    (root / EVENTS).unlink()
    return root / EVENTS, "FileNotFoundError: [Errno 2] No such file or directory"


def twice(root: Path) -> tuple[Path, str]:
    shutil.copytree(root / "dimensions/users", root / "reports/users")
    return root / "reports/users", f"{root / 'dimensions/users'} is of the same name; a table has one folder"


def in_a_circle(root: Path) -> tuple[Path, str]:
    (root / HOURS_SELECT).write_text("SELECT hour, plays FROM popular_hours")
    return root, "tables read one another in a circle: popular_hours → popular_hours"


@pytest.mark.parametrize("mistake", [no_transform, transform_of_staging, no_source, twice, in_a_circle])
def test_folders(root: Path, mistake: Callable[[Path], tuple[Path, str]]) -> None:
    path, why = mistake(root)
    assert refusal(root).startswith(f"{path}: {why}")


def test_a_folder_without_a_table(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as refused:
        read_table(tmp_path)
    assert str(refused.value) == f"{tmp_path / 'table.sql'}: the file is missing"
