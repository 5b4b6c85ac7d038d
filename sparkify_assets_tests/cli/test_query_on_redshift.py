"""`sparkify query` on Redshift: what depends on the engine in what the command says and writes (DuckDB: test_query.py)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from sparkify_assets_tests.cli.conftest import Folder, Said
from sparkify_assets_tests.emulators.redshift.faults import Fault
from sparkify_assets_tests.emulators.redshift.fixtures import redshift_server
from sparkify_assets_tests.emulators.redshift.running import RedshiftServer
from sparkify_assets_tests.emulators.s3.server import S3Server, s3
from sparkify_assets_tests.support import mentions

__all__ = ["redshift_server", "s3"]

pytestmark = pytest.mark.integration


REFUSED_READS = [
    ("25006", "transaction is read-only"),
    ("XX000", 'Failed to incorporate external table "lake"."plays" into local catalog. Error= transaction is read-only'),
]
"""what clusters before patch 204 answer to reads of external tables and stale views (docs/design/redshift-facts.md)"""


@dataclass(frozen=True)
class OnRedshift:
    """A folder whose settings name a database without tables, until it is reset."""

    folder: Folder
    settings: dict[str, str]

    def sparkify(self, *arguments: str) -> Said:
        return self.folder.sparkify(*arguments, **self.settings)


@pytest.fixture(scope="module")
def bare(redshift_server: RedshiftServer, s3: S3Server, new_folder: Callable[[], Folder]) -> Iterator[OnRedshift]:
    database = redshift_server.database()
    lake = {"SPARKIFY_WAREHOUSE": "redshift", "SPARKIFY_LAKE": f"s3://{s3.bucket()}/lake"}
    yield OnRedshift(new_folder(), {**s3.environment, **database.settings, **lake})
    redshift_server.drop(database)


@pytest.fixture(scope="module")
def there(redshift_server: RedshiftServer, bare: OnRedshift) -> Iterator[OnRedshift]:
    """With tables, and no rows."""
    database = redshift_server.database()
    place = OnRedshift(bare.folder, {**bare.settings, **database.settings})
    assert place.sparkify("reset", "--yes").status == 0
    yield place
    redshift_server.drop(database)


def test_before_a_load_it_says_what_to_do(bare: OnRedshift, there: OnRedshift) -> None:
    said = bare.sparkify("query", "SELECT * FROM users")
    assert said.status == 1
    mentions(said.reason, 'relation "users" does not exist', "`sparkify load`")
    count, hint = there.sparkify("query", "SELECT * FROM users").err.splitlines()
    assert count.split()[0] == "0"
    mentions(hint, "`sparkify load`")


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("SELECT * FROM songplay", ('relation "songplay" does not exist', "songplays")),
        ("SELECT usr_id FROM users", ("usr_id", "user_id")),
        ("SELECT * FROM somewhere", ('relation "somewhere" does not exist\n',)),  # and nothing after it
        ("DELETE FROM users", ("DELETE", "SELECT", "--write")),
        ("SELECT * INTO mine FROM users", ("transaction is read-only", "--write")),
        ("WITH none AS (SELECT 1 AS a) SELECT * INTO mine FROM none", ("transaction is read-only", "--write")),
    ],
)
def test_what_cannot_be_answered_is_told(sql: str, told: tuple[str, ...], there: OnRedshift) -> None:
    said = there.sparkify("query", sql)
    assert said.status == 1
    mentions(f"{said.reason}\n", *told)


@pytest.mark.parametrize(("code", "message"), REFUSED_READS)
def test_a_read_that_a_read_only_transaction_refuses_is_tried_without_one(
    code: str, message: str, redshift_server: RedshiftServer, there: OnRedshift
) -> None:
    fault = Fault("select", match="FROM users", code=code, message=message)
    redshift_server.faults.order(fault)
    said = there.sparkify("query", "SELECT COUNT(*) AS users FROM users")
    assert (said.status, said.out.split()) == (0, ["users", "0"])
    redshift_server.faults.order(Fault("select", times=2, match="FROM users", code=code, message=message))
    said = there.sparkify("query", "SELECT COUNT(*) AS users FROM users")  # a second refusal is not asked a third time
    redshift_server.faults.calm()
    assert said.status == 1
    mentions(said.reason, message)


def test_an_answer_is_printed_and_written_to_the_last_digit(there: OnRedshift) -> None:
    sql = (
        "SELECT CAST(9007199254740993 AS BIGINT) AS big, CAST(NULL AS INTEGER) AS number, CAST(1.50 AS DECIMAL(9, 2)) AS exact, "
        "CAST('' AS VARCHAR(2)) AS empty, TIMESTAMP '2018-11-21 21:56:47.796' AS moment, 1 = 1 AS yes"
    )
    header, row = there.sparkify("query", sql).out.splitlines()
    assert header.split() == ["big", "number", "exact", "empty", "moment", "yes"]
    assert row.split() == ["9007199254740993", "NULL", "1.50", "2018-11-21", "21:56:47.796", "true"]
    told = there.sparkify("query", sql, "--json", "-").out
    expected = '{"big":9007199254740993,"number":null,"exact":1.50,"empty":"","moment":"2018-11-21T21:56:47.796","yes":true}\n'
    assert told == expected
    assert there.sparkify("query", sql, "--csv", "-").out.splitlines()[1] == '9007199254740993,,1.50,"",2018-11-21 21:56:47.796,true'


def test_with_write_it_says_how_many_rows(there: OnRedshift) -> None:
    changed = there.sparkify("query", "--write", "INSERT INTO users (user_id, log_date) VALUES (1, DATE '2018-11-01'); DELETE FROM users")
    assert (changed.status, changed.out.split(), changed.err) == (0, ["Count", "1"], "")


@pytest.mark.parametrize(
    ("sql", "text"),
    [
        ("TIMESTAMP '2018-11-03 03:00:00' - TIMESTAMP '2018-11-01 00:00:00'", "2 days 03:00:00"),
        ("TIMESTAMP '2018-11-01 00:00:00' - TIMESTAMP '2018-11-01 00:00:02'", "-00:00:02"),
        ("INTERVAL '14 months'", "1 year 2 months"),
        ("CAST('infinity' AS TIMESTAMP)", "infinity"),
        ("CAST('-infinity' AS TIMESTAMPTZ)", "-infinity"),
        ("TIMESTAMP '2018-11-21 21:56:47.79'", "2018-11-21 21:56:47.79"),
        ("DATE '1500-02-27'", "1500-02-27"),
        ("DATE '12018-01-01'", "12018-01-01"),
        ("CAST('10:00:00.5+02' AS TIMETZ)", "10:00:00.5+02"),
        ("CAST('10:00:00' AS TIME)", "10:00:00"),
        ("CAST(0.1 AS REAL)", "0.1"),
        ("CAST('NaN' AS REAL)", "nan"),
        ("CAST(1.50 AS DECIMAL(9, 2))", "1.50"),
    ],
)
def test_every_type_is_shown_and_written_exactly(sql: str, text: str, there: OnRedshift) -> None:
    asked = f"SELECT {sql} AS a"
    assert [line.strip() for line in there.sparkify("query", asked).out.splitlines()] == ["a", text]
    assert there.sparkify("query", asked, "--csv", "-").out.splitlines() == ["a", text]
    written = there.sparkify("query", asked, "--parquet", "answer")
    if "infinity" in text or text.startswith("-") or "+" in text:
        assert written.status == 1
        mentions(written.reason, "CAST(", "--csv")
    else:
        assert written.status == 0


def test_tables_are_listed_there(there: OnRedshift) -> None:
    said = there.sparkify("tables")
    assert (said.status, said.err) == (0, "")
    assert len(said.out.splitlines()) > 25
    assert "not there" not in said.out
    assert "0 rows" in there.sparkify("tables", "songplays").out


def test_the_server_says_where_it_stopped_and_the_reason_is_last(there: OnRedshift) -> None:
    said = there.sparkify("query", "SELECT user_id,\n  usr_id\nFROM users")
    assert said.err.splitlines()[:2] == ["LINE 2:   usr_id", "          ^"]
    mentions(said.reason, "usr_id", "user_id")


def test_a_layout_that_differs_is_named_and_altered(there: OnRedshift) -> None:
    assert there.sparkify("query", "--write", "ALTER TABLE songplays ALTER DISTKEY song_id").status == 0
    (named,) = [line for line in there.sparkify("doctor").out.splitlines() if "DISTSTYLE" in line]
    mentions(named, "note", "songplays", "DISTSTYLE KEY (song_id)", "KEY (session_id)", "`sparkify rebuild --layout`")
    assert there.sparkify("rebuild", "--layout", "users").out.startswith("no table's distribution")
    (altered,) = there.sparkify("rebuild", "--layout").out.splitlines()
    mentions(altered, "songplays", "DISTSTYLE KEY (song_id)", "KEY (session_id)")
    assert "DISTSTYLE" not in there.sparkify("doctor").out
