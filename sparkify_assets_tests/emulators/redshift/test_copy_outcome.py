"""COPY: all or nothing, the client's transaction, messages and system tables (docs/design/redshift-facts.md).

Put here tests of a COPY's effect. Do not put here files (test_copy_files.py) or values (test_copy_values.py).
"""

import threading
from datetime import datetime

import pytest

from sparkify_assets_tests.emulators.redshift.running import RedshiftServer
from sparkify_assets_tests.emulators.redshift.trying import Trial
from sparkify_assets_tests.emulators.s3.server import S3Server

pytestmark = pytest.mark.integration

GOOD = '{"a": 1, "b": "x"}\n'
BAD = '{"a": "y", "b": "x"}\n'
FAILED = "Load into table 't' failed.  Check 'stl_load_errors' system table for details."


@pytest.fixture(autouse=True)
def _table(trial: Trial) -> None:
    trial.run("CREATE TABLE t (a INTEGER, b VARCHAR(4))")
    trial.connection.commit()


def test_success_is_told(trial: Trial) -> None:
    assert trial.one("SELECT pg_last_copy_id()") == -1
    assert trial.one("SELECT pg_last_copy_count()") == 0
    assert trial.copy("t", trial.put("a.json", GOOD * 3)) == 3
    assert trial.cursor.rowcount == -1
    assert trial.connection.notices[-1][b"S"] == b"INFO"
    assert trial.connection.notices[-1][b"M"] == b"Load into table 't' completed, 3 record(s) loaded successfully."
    assert trial.one("SELECT pg_last_copy_id()") > 0


def test_a_failed_copy_has_no_rows(trial: Trial) -> None:
    trial.copy("t", trial.put("a.json", GOOD))
    trial.connection.commit()
    trial.not_copied("t", trial.put("a.json", BAD))
    assert trial.one("SELECT pg_last_copy_count()") == 0


def test_it_is_part_of_the_transaction(trial: Trial) -> None:
    source = trial.put("a.json", GOOD)
    trial.run("CREATE TEMPORARY TABLE incoming (LIKE t)")
    trial.copy("incoming", source)
    trial.run("INSERT INTO t SELECT * FROM incoming")
    with trial.database.connect() as other, other.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM t")
        assert cursor.fetchone() == [0]
    trial.connection.rollback()
    assert trial.one("SELECT COUNT(*) FROM t") == 0
    assert trial.one("SELECT pg_last_copy_id()") == -1


def test_without_a_transaction_it_commits_or_leaves_nothing(trial: Trial) -> None:
    trial.connection.autocommit = True
    trial.copy("t", trial.put("a.json", GOOD))
    trial.refused(trial.copy_sql("t", trial.put("a.json", GOOD + BAD)))
    with trial.database.connect() as other, other.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM t")
        assert cursor.fetchone() == [1]


def test_a_bad_row_of_the_last_file_leaves_nothing_of_the_first(trial: Trial) -> None:
    files = [trial.put(f"a/{n:02}.json", BAD if n == 19 else GOOD) for n in range(20)]
    assert trial.not_copied("t", trial.manifest("m", *files), options="MANIFEST") == ("XX000", FAILED)
    assert trial.one("SELECT COUNT(*) FROM t") == 0


def test_a_failed_copy_fails_the_transaction(trial: Trial) -> None:
    with pytest.raises(Exception, match="Load into table"):
        trial.run(trial.copy_sql("t", trial.put("a.json", BAD)))
    assert trial.refused("SELECT 1")[0] == "25P02"
    assert trial.one("SELECT 1") == 1


def test_errors_are_kept_when_the_transaction_is_not(trial: Trial) -> None:
    source = trial.put("a.json", f'{GOOD}{{"a": 2,\n "b": "long text"\n}}\n')
    trial.not_copied("t", source)
    ((name, line, column, kind, length, raw, value, code, reason, session, started),) = trial.rows(
        "SELECT TRIM(filename), line_number, TRIM(colname), TRIM(type), TRIM(col_length), raw_line, raw_field_value, err_code, err_reason, "
        "session = pg_backend_pid(), starttime FROM stl_load_errors"
    )
    assert (name, line, column, kind, length, value.strip()) == (source, 4, "b", "varchar", "4", "long text")
    assert (code, reason.strip(), session) == (1204, "String length exceeds DDL length", True)
    assert len(reason) == 100
    assert raw.startswith('{"a": 2,\n "b"')
    assert isinstance(started, datetime)
    newer = trial.rows("SELECT TRIM(file_name), line_number, TRIM(column_name), error_code FROM sys_load_error_detail")
    assert newer == [[source, 4, "b", 1204]]


@pytest.mark.parametrize(("tolerated", "loads"), [("MAXERROR 2", False), ("MAXERROR 3", True), ("IGNOREALLERRORS", True)])
def test_as_many_errors_as_maxerror_fail(trial: Trial, tolerated: str, loads: bool) -> None:
    source = trial.put("a.json", GOOD + BAD + GOOD + BAD)
    if loads:
        assert trial.copy("t", source, options=tolerated) == 2
    else:
        assert trial.not_copied("t", source, options=tolerated) == ("XX000", FAILED)
    assert [line for line, *_ in trial.errors()] == [2, 4]
    trial.connection.commit()
    assert [line for line, *_ in trial.errors()] == [2, 4]


def test_noload_only_looks(trial: Trial) -> None:
    trial.copy("t", trial.put("a.json", GOOD), options="NOLOAD")
    trial.connection.commit()
    trial.not_copied("t", trial.put("a.json", BAD), options="NOLOAD")
    assert trial.one("SELECT COUNT(*) FROM t") == 0
    assert len(trial.errors()) == 1


def test_loads_and_their_files_are_listed(trial: Trial) -> None:
    one, two = trial.put("a/1.json", GOOD), trial.put("a/2.json", GOOD + BAD)
    trial.copy("t", f"s3://{trial.bucket}/a/", options="MAXERROR 2")
    copy = trial.one("SELECT pg_last_copy_id()")
    trial.connection.commit()
    listed = [[one, 1, 0], [two, 2, 1]]
    assert trial.rows("SELECT TRIM(filename), lines_scanned, errors FROM stl_load_commits WHERE query = %s ORDER BY 1", copy) == listed
    assert len(trial.rows("SELECT file_name FROM sys_load_detail WHERE query_id = %s", copy)) == 2
    history = trial.rows("SELECT TRIM(table_name), status, loaded_rows, error_count FROM sys_load_history WHERE query_id = %s", copy)
    assert history == [["t", "completed", 2, 1]]


def test_serverless_has_no_stl_and_says_so(redshift_server: RedshiftServer, s3: S3Server) -> None:
    database = redshift_server.database("serverless")
    trial = Trial(database, s3, s3.bucket())
    trial.run("CREATE TABLE t (a INTEGER)")
    trial.connection.commit()
    _, message = trial.not_copied("t", trial.put("a.json", BAD))
    assert message == "Load into table 't' failed.  Check 'sys_load_error_detail' system table for details."
    assert trial.one("SELECT error_code FROM sys_load_error_detail") == 1207
    trial.connection.rollback()
    assert trial.refused("SELECT * FROM stl_load_errors")[0] == "42P01"
    trial.connection.close()
    redshift_server.drop(database)


def test_a_second_copy_into_the_table_waits(trial: Trial) -> None:
    source = trial.put("a.json", GOOD)
    trial.copy("t", source)
    done = threading.Event()

    def load() -> None:
        with trial.database.connect() as other, other.cursor() as cursor:
            cursor.execute(trial.copy_sql("t", source))
            other.commit()
            done.set()

    other = threading.Thread(target=load)
    other.start()
    waiting = "SELECT COUNT(*) FROM pg_locks WHERE NOT granted"
    with trial.database.connect() as watching, watching.cursor() as cursor:
        watching.autocommit = True
        while cursor.execute(waiting).fetchone() == [0]:
            pass
    assert not done.is_set()
    trial.connection.commit()
    other.join()
    assert trial.one("SELECT COUNT(*) FROM t") == 2


def test_the_same_statement_again_is_prepared_already(trial: Trial) -> None:
    sql = trial.copy_sql("t", trial.put("a.json", GOOD))
    for _ in range(3):
        trial.run(sql)
    assert trial.one("SELECT COUNT(*) FROM t") == 3
