"""Transactions: what ends one, what may not run in one, how two of them conflict (docs/design/redshift-facts.md).

Put here tests of isolation. Do not put here lost connections (test_faults.py).
"""

import pytest
import redshift_connector

from sparkify_assets_tests.emulators.redshift.running import RedshiftServer
from sparkify_assets_tests.emulators.redshift.trying import Trial

pytestmark = pytest.mark.integration


@pytest.fixture(autouse=True)
def _table(trial: Trial) -> None:
    trial.run("CREATE TABLE t (a INTEGER, b INTEGER)")
    trial.run("INSERT INTO t VALUES (1, 1), (2, 2)")
    trial.connection.commit()


def test_ddl_is_rolled_back(trial: Trial) -> None:
    trial.run("CREATE TABLE u (a INTEGER) SORTKEY (a)")
    trial.run("DROP TABLE t")
    trial.connection.rollback()
    assert trial.one("SELECT COUNT(*) FROM t") == 2
    assert trial.refused("SELECT * FROM u")[0] == "42P01"


@pytest.mark.parametrize("sql", ["TRUNCATE t", "TRUNCATE TABLE public.t"])
def test_truncate_commits_what_came_before(trial: Trial, sql: str) -> None:
    trial.run("CREATE TABLE u AS SELECT 7 AS a")
    trial.run(sql)
    assert not trial.connection.in_transaction
    trial.connection.rollback()
    assert trial.one("SELECT COUNT(*) FROM t") == 0
    assert trial.one("SELECT a FROM u") == 7


@pytest.mark.parametrize("sql", ["VACUUM t", "VACUUM", "ALTER TABLE t APPEND FROM u", "CREATE DATABASE another", "DROP DATABASE another"])
def test_what_may_not_stand_in_a_transaction(trial: Trial, sql: str) -> None:
    trial.run("CREATE TABLE u (a INTEGER, b INTEGER)")
    code, message = trial.refused(sql)
    assert (code, message.endswith("cannot run inside a transaction block")) == ("25001", True)


def test_outside_of_one_it_does(trial: Trial) -> None:
    trial.connection.autocommit = True
    for sql in ("VACUUM", "VACUUM DELETE ONLY t TO 99 PERCENT", "ANALYZE t PREDICATE COLUMNS", "ANALYZE"):
        assert trial.run(sql) == -1
    trial.run("CREATE TABLE u (a INTEGER, b INTEGER)")
    trial.run("ALTER TABLE u APPEND FROM t")
    assert trial.rows("SELECT (SELECT COUNT(*) FROM t), (SELECT COUNT(*) FROM u)") == [[0, 2]]


def test_an_error_fails_the_transaction_until_it_is_rolled_back(trial: Trial) -> None:
    with pytest.raises(redshift_connector.ProgrammingError):
        trial.run("INSERT INTO t VALUES (1, 2) ON CONFLICT DO NOTHING")  # rejected before PostgreSQL gets it
    with pytest.raises(redshift_connector.ProgrammingError, match="25P02"):
        trial.run("VACUUM")
    assert trial.refused("SELECT 1")[0] == "25P02"
    assert trial.one("SELECT 1") == 1


def test_one_statement_at_a_time(trial: Trial) -> None:
    assert trial.refused("SELECT 1; SELECT 2") == ("42601", "cannot insert multiple commands into a prepared statement")
    assert trial.one("SELECT 1;") == 1


def test_a_transaction_sees_its_snapshot(trial: Trial) -> None:
    assert trial.one("SELECT COUNT(*) FROM t") == 2
    with trial.database.connect() as other, other.cursor() as cursor:
        cursor.execute("DELETE FROM t")
        other.commit()
    assert trial.one("SELECT COUNT(*) FROM t") == 2
    trial.connection.commit()
    assert trial.one("SELECT COUNT(*) FROM t") == 0


def test_the_later_of_two_writers_loses(trial: Trial) -> None:
    trial.one("SELECT COUNT(*) FROM t")
    with trial.database.connect() as other, other.cursor() as cursor:
        cursor.execute("UPDATE t SET b = 5")
        other.commit()
    assert trial.refused("DELETE FROM t WHERE a = 1") == ("XX000", "could not complete because of conflict with concurrent transaction")


def test_a_cycle_is_1023_where_the_database_is_serializable(redshift_server: RedshiftServer) -> None:
    database = redshift_server.database(isolation="serializable")
    with database.connect() as one, database.connect() as two, one.cursor() as first, two.cursor() as second:
        for sql in ("CREATE TABLE t (a INTEGER)", "CREATE TABLE u (a INTEGER)"):
            first.execute(sql)
        one.commit()
        assert first.execute("SELECT isolation_level FROM stv_db_isolation_level").fetchall() == (["Serializable"],)
        first.execute("INSERT INTO t SELECT COUNT(*) FROM u")
        second.execute("INSERT INTO u SELECT COUNT(*) FROM t")
        one.commit()
        with pytest.raises(redshift_connector.ProgrammingError) as error:
            two.commit()
    told = error.value.args[0]
    assert (told["C"], told["M"]) == ("XX000", "1023")
    assert told["D"].startswith("Serializable isolation violation on table")
    redshift_server.drop(database)


def test_rows_are_counted_as_redshifts_driver_counts(trial: Trial) -> None:
    assert trial.run("INSERT INTO t VALUES (3, 3)") == 1
    assert trial.run("UPDATE t SET b = 0") == 3
    assert trial.run("DELETE FROM t WHERE a < 3") == 2
    assert trial.run("SELECT * FROM t") == -1
    assert trial.run("CREATE TEMPORARY TABLE u AS SELECT * FROM t") == -1


def test_many_rows_come_through(trial: Trial) -> None:
    trial.run("CREATE TABLE many AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT i FROM n")
    assert sum(row[0] for row in trial.rows("SELECT i, 'some text to make it longer' FROM many")) == 20000 * 20001 // 2
