"""Ordered faults occur where and as often as ordered, and leave what Redshift would leave (docs/design/redshift-facts.md).

Put here tests of faults. Do not put here the platform's reaction to them.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
import redshift_connector

from sparkify_assets_tests.emulators.redshift.faults import CONFLICT, Fault, conflict_fault, serialization_fault
from sparkify_assets_tests.emulators.redshift.trying import Trial

pytestmark = pytest.mark.integration

GOOD = '{"a": 1}\n'
LOST = "server socket closed"


@pytest.fixture(autouse=True)
def _table(trial: Trial) -> None:
    trial.run("CREATE TABLE t (a INTEGER)")
    trial.connection.commit()


@pytest.fixture
def order(trial: Trial) -> Callable[[Fault], None]:
    return trial.database.server.faults.order


def held(trial: Trial) -> int:
    """The number of rows that another connection sees, once it can lock the table."""
    with trial.database.connect() as other, other.cursor() as cursor:
        cursor.execute("LOCK t")
        cursor.execute("SELECT COUNT(*) FROM t")
        rows = cursor.fetchall()[0][0]
        other.rollback()
    return rows


def test_an_error_comes_instead_of_the_statement(trial: Trial, order: Callable[[Fault], None]) -> None:
    order(serialization_fault("insert"))
    order(conflict_fault("commit"))
    with pytest.raises(redshift_connector.ProgrammingError) as error:
        trial.run("INSERT INTO t VALUES (1)")
    assert (error.value.args[0]["C"], error.value.args[0]["M"]) == ("XX000", "1023")
    assert error.value.args[0]["D"].startswith("Serializable isolation violation")
    assert trial.refused("SELECT 1")[0] == "25P02"
    trial.run("INSERT INTO t VALUES (1)")
    with pytest.raises(redshift_connector.ProgrammingError, match=CONFLICT):
        trial.connection.commit()
    trial.connection.rollback()
    assert held(trial) == 0
    assert trial.database.server.faults.fired() == ["insert: error", "commit: error"]


def test_it_comes_at_the_nth_statement_that_matches_and_as_often_as_ordered(trial: Trial, order: Callable[[Fault], None]) -> None:
    order(Fault("any", message="ordered", skip=1, times=2, match="FROM t"))
    assert trial.one("SELECT COUNT(*) FROM t") == 0
    assert trial.refused("SELECT COUNT(*) FROM t")[1] == "ordered"
    assert trial.one("SELECT 1") == 1
    assert trial.refused("DELETE FROM t")[1] == "ordered"
    assert trial.one("SELECT COUNT(*) FROM t") == 0


@pytest.mark.parametrize("when", ["drop_before", "drop_during", "drop_after"])
def test_a_connection_lost_around_copy_in_a_transaction_leaves_nothing(trial: Trial, order: Callable[[Fault], None], when: str) -> None:
    source = trial.manifest("m", *(trial.put(f"a/{n}.json", GOOD) for n in range(12)))
    order(Fault("copy", when))
    with pytest.raises(redshift_connector.InterfaceError, match=LOST):
        trial.copy("t", source, options="MANIFEST")
    assert held(trial) == 0


@pytest.mark.parametrize(("when", "rows"), [("drop_before", 0), ("drop_during", 12), ("drop_after", 12)])
def test_a_copy_without_a_transaction_goes_on_when_its_client_is_lost(
    trial: Trial, order: Callable[[Fault], None], when: str, rows: int
) -> None:
    source = trial.manifest("m", *(trial.put(f"a/{n}.json", GOOD) for n in range(12)))
    trial.connection.autocommit = True
    order(Fault("copy", when))
    with pytest.raises(redshift_connector.InterfaceError, match=LOST):
        trial.copy("t", source, options="MANIFEST")
    assert held_in_the_end(trial, rows) == rows


def held_in_the_end(trial: Trial, expected: int) -> int:
    """The number of rows, after up to 20 s for the expected one: a COPY continues without its client."""
    until = time.monotonic() + 20
    while (found := held(trial)) != expected and time.monotonic() < until:
        time.sleep(0.02)
    return found


@pytest.mark.parametrize(("when", "rows"), [("drop_before", 0), ("drop_during", 1), ("drop_after", 1)])
def test_a_connection_lost_around_commit(trial: Trial, order: Callable[[Fault], None], when: str, rows: int) -> None:
    trial.run("INSERT INTO t VALUES (1)")
    order(Fault("commit", when))
    with pytest.raises(redshift_connector.InterfaceError, match=LOST):
        trial.connection.commit()
    assert held(trial) == rows


@pytest.mark.parametrize("when", ["drop_before", "drop_during", "drop_after"])
def test_a_connection_lost_at_another_statement_rolls_back(trial: Trial, order: Callable[[Fault], None], when: str) -> None:
    trial.run("INSERT INTO t VALUES (1)")
    order(Fault("delete", when))
    with pytest.raises(redshift_connector.InterfaceError, match=LOST):
        trial.run("DELETE FROM t WHERE a = 5")
    assert held(trial) == 0


def test_a_client_that_goes_away_in_a_statement_leaves_nothing(trial: Trial) -> None:
    trial.run("INSERT INTO t VALUES (1)")
    endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n"

    def run() -> None:
        with suppress(redshift_connector.Error, OSError):
            trial.run(endless)

    running = threading.Thread(target=run)
    running.start()
    with trial.database.connect() as other, other.cursor() as cursor:
        other.autocommit = True
        active = "SELECT COUNT(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%UNION ALL%' AND pid <> pg_backend_pid()"
        while cursor.execute(active).fetchone() == [0]:
            pass
    trial.connection._usock.shutdown(2)  # like a failing network
    running.join()
    assert held(trial) == 0


@pytest.mark.parametrize("at", ["copy", "select"])
def test_a_statement_that_hangs_ends_with_the_timeout(trial: Trial, order: Callable[[Fault], None], at: str) -> None:
    trial.run("SET statement_timeout TO 50")
    trial.connection.commit()
    order(Fault(at, "hang"))
    sql = trial.copy_sql("t", trial.put("a.json", GOOD)) if at == "copy" else "SELECT 1"
    code, message = trial.refused(sql)
    assert (code, message) == ("57014", "Query (150) canceled on user's request")


def test_copy_ends_with_the_timeout_when_s3_is_slow(trial: Trial, order: Callable[[Fault], None]) -> None:
    source = trial.put("a.json", GOOD)
    trial.run("SET statement_timeout TO 300")
    trial.connection.commit()
    order(Fault("s3", "slow", seconds=1, match=r"a\.json"))
    assert trial.not_copied("t", source)[0] == "57014"


@pytest.mark.parametrize(("status", "word"), [("403", "AccessDenied"), ("404", "NoSuchKey")])
def test_s3_refuses_a_file_of_copy(trial: Trial, order: Callable[[Fault], None], status: str, word: str) -> None:
    source = trial.put("a.json", GOOD)
    order(Fault("s3", "status", message=status))
    code, message = trial.not_copied("t", source)
    assert code == "XX000"
    assert message.startswith("S3ServiceException:")
    assert f",Status {status},Error {word}," in message
    assert trial.copy("t", source) == 1


def test_a_driver_that_says_goodbye_ends_quietly(trial: Trial) -> None:
    trial.run("INSERT INTO t VALUES (1)")
    trial.connection.close()
    assert held(trial) == 0
