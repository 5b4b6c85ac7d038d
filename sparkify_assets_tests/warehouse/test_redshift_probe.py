"""The probes of `sparkify doctor --redshift-probe`: how files are read, answers judged and names hidden, and that nothing is left behind.

What the test server answers to each probe is in golden/test_redshift_probe.py.
"""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sparkify_assets.errors import WarehouseError
from sparkify_assets.model.incremental import TEMPORARY_PREFIX
from sparkify_assets.warehouse.redshift import RedshiftWarehouse, probe
from sparkify_assets.warehouse.redshift.probe import Probe, Result, Verdict, ask, probes, read_probe, redacted
from sparkify_assets_tests.cli.conftest import COMMAND, Folder, Said
from sparkify_assets_tests.emulators.redshift.faults import Fault
from sparkify_assets_tests.emulators.redshift.fixtures import redshift_database, redshift_server
from sparkify_assets_tests.emulators.redshift.running import RedshiftDatabase
from sparkify_assets_tests.emulators.redshift.warehouses import LOADER, LOADER_PASSWORD, loaders_settings, redshift_warehouse
from sparkify_assets_tests.emulators.s3.server import S3Server, s3
from sparkify_assets_tests.support import mentions, raises
from sparkify_assets_tests.warehouse.on_redshift import wait_for

__all__ = ["redshift_database", "redshift_server", "s3"]

integration = pytest.mark.integration
HEAD = "-- question: Is it?\n-- assumed: it is.\n-- otherwise: change it.\n\n"
WRITES = re.compile(r"(?:CREATE(?: TEMPORARY)? TABLE|INSERT INTO|DELETE FROM|DROP TABLE|LOCK|COPY|\bINTO|REFERENCES) (\w+)")
FIRST_WORDS = set("BEGIN COMMIT ROLLBACK SELECT SHOW INSERT DELETE CREATE DROP LOCK COPY".split())


# the files


@pytest.mark.parametrize("one", probes(), ids=lambda one: one.name)
def test_a_probe_changes_temporary_tables_only(one: Probe) -> None:
    for statement in one.statements:
        sql = statement.sql
        assert sql.split()[0].rstrip(";") in FIRST_WORDS
        assert not sql.startswith("CREATE") or sql.startswith("CREATE TEMPORARY TABLE")
        assert all(name.startswith(TEMPORARY_PREFIX) for name in WRITES.findall(sql))
    committed = [s.sql for s in one.statements if s.sql == "COMMIT;"]
    assert not committed or one.name == "lock_of_a_table", "nothing else is committed"


@pytest.mark.parametrize("one", probes(), ids=lambda one: one.name)
def test_a_probe_is_answered_by_what_it_says(one: Probe) -> None:
    """Something is judged, a parameter is given for each ?, and what may fail is the last, or ROLLBACK follows."""
    assert one.question.endswith("?")
    assert one.assumed.endswith(".")
    assert one.otherwise.endswith(".")
    assert any(s.is_judged for s in one.statements)
    for at, statement in enumerate(one.statements):
        assert re.sub(r"'[^']*'", "", statement.sql).count("?") == len(statement.parameters)
        after = one.statements[at + 1 : at + 2]
        assert statement.error is None or not after or after[0].sql == "ROLLBACK;"
        assert bool(statement.jsonpaths) == bool(statement.objects) == statement.sql.startswith("COPY")


def test_the_limit_of_a_statement_is_the_one_that_is_told() -> None:
    text = (Path(probe.__file__).parent / "probe_session.sql").read_text(encoding="utf-8")
    assert f"SET statement_timeout TO {probe.STATEMENT_SECONDS * 1000};" in text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("-- question: Is it?\n-- assumed: it is.\n\nSELECT 1;", "otherwise"),
        (HEAD + "SELECT 1", "no ;"),
        (HEAD + "-- expects: 1\nSELECT 1;", "-- expects: 1"),
        (HEAD + "-- what is it\nSELECT 1;", "-- what is it"),
    ],
)
def test_a_file_that_is_no_probe_is_refused(text: str, told: str) -> None:
    with pytest.raises(ValueError) as error:
        read_probe("mine", text)
    mentions(str(error.value), "mine.sql", told)


def test_names_addresses_and_numbers_of_aws_are_hidden() -> None:
    text = (
        "User arn:aws:redshift:us-west-2:123456789012:dbuser:c/jo may not read s3://lake-of-jo/a b; 123456789012 at 10.1.2.3, "
        "c.abc.us-west-2.redshift.amazonaws.com:5439, AKIAIOSFODNN7EXAMPLE, IAMR:jo, Jo of lake-of-jo and joe, 1541377992796, 8.0.2"
    )
    assert redacted(text, {"jo": "<user>", "lake-of-jo": "<bucket>"}) == (
        "User <ARN> may not read <object> b; <account> at <address>, "
        "<host>, <key>, <user>, <user> of <bucket> and joe, 1541377992796, 8.0.2"
    )


# what is judged


@pytest.fixture
def warehouse(redshift_database: RedshiftDatabase) -> Iterator[RedshiftWarehouse]:
    made = redshift_warehouse(redshift_database)
    yield made
    made.close()


def asked(warehouse: RedshiftWarehouse, patch: pytest.MonkeyPatch, **bodies: str) -> list[Result]:
    patch.setattr(probe, "probes", lambda: tuple(read_probe(name, HEAD + body) for name, body in bodies.items()))
    return list(ask(warehouse.target, warehouse._stage, pytest.fail))


@integration
@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        ("-- expect: 1 | NULL\nSELECT 1, NULL;", Verdict.AS_ASSUMED),
        ("-- expect: 2\nSELECT 1;", Verdict.DIFFERS),
        ("-- expect: no rows\nSELECT 1 WHERE 1 = 2;", Verdict.AS_ASSUMED),
        ("-- expect: no rows\nSELECT 1;", Verdict.DIFFERS),
        ("-- expect: 1\nSELECT 1 / 0;", Verdict.DIFFERS),
        ("-- expect any\nSELECT 1 / 0;", Verdict.DIFFERS),
        ("-- expect error: 22012 division\nSELECT 1 / 0;", Verdict.AS_ASSUMED),
        ("-- expect error: 42601\nSELECT 1 / 0;", Verdict.DIFFERS),
        ("-- expect error: 22012\nSELECT 1;", Verdict.DIFFERS),
        ("-- expect seconds: 60\nSELECT 1;", Verdict.AS_ASSUMED),
        ("-- expect seconds: 0\nSELECT 1;", Verdict.DIFFERS),
        ("-- record\nSELECT 1 / 0;", Verdict.RECORDED),
        ("-- record\nSELECT 1 / 0;\n\nROLLBACK;\n\n-- expect: 1\nSELECT 1;", Verdict.AS_ASSUMED),
        ("SELECT 1 / 0;\n\n-- expect: 1\nSELECT 1;", Verdict.NOT_ASKED),
        ("-- expect any\nSELECT * FROM there_is_none;", Verdict.NOT_ASKED),
        ("-- expect any\nCREATE TABLE pg_catalog.mine (a INTEGER);", Verdict.NOT_ASKED),
        ('-- parameters: ["$schema", "a"]\n-- expect: sparkify | a\nSELECT CAST(? AS VARCHAR), CAST(? AS VARCHAR);', Verdict.AS_ASSUMED),
    ],
)
def test_an_answer_is_judged(body: str, verdict: Verdict, warehouse: RedshiftWarehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = asked(warehouse, monkeypatch, first=body, second="-- expect: 1\nSELECT 1;")
    assert first.verdict is verdict
    assert second.verdict is Verdict.AS_ASSUMED, "it fails alone"


@integration
def test_a_name_in_an_answer_is_judged_and_hidden(warehouse: RedshiftWarehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    (result,) = asked(warehouse, monkeypatch, who=f"-- expect: {LOADER}\nSELECT CURRENT_USER;")
    assert result.verdict is Verdict.AS_ASSUMED
    assert result.answers[0].rows == ("<user>",)


@integration
def test_what_would_take_too_long_is_not_asked(warehouse: RedshiftWarehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "TOTAL_SECONDS", -1)
    (result,) = asked(warehouse, monkeypatch, late="-- expect: 1\nSELECT 1;")
    assert (result.verdict, result.answers) == (Verdict.NOT_ASKED, ())
    mentions(str(result.why_not), "-1 seconds", "ask again")


# rights, failures, interruptions: nothing is left


def left(database: RedshiftDatabase) -> tuple[int, int]:
    """Tables of any session that are named as those of probes, and sessions of the platform."""
    with database.connect() as administrator, administrator.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM pg_class WHERE relname LIKE '{TEMPORARY_PREFIX}%'")
        ((tables,),) = cursor.fetchall()
        cursor.execute(f"SELECT COUNT(*) FROM pg_stat_activity WHERE datname = '{database.name}' AND usename = '{LOADER}'")
        ((sessions,),) = cursor.fetchall()
    return tables, sessions


def nothing_is_left(warehouse: RedshiftWarehouse, database: RedshiftDatabase) -> None:
    wait_for(lambda: left(database) == (0, 0))
    assert warehouse._stage.list_staged() == []


@integration
def test_without_the_right_to_make_temporary_tables_the_rest_is_asked(
    warehouse: RedshiftWarehouse, redshift_database: RedshiftDatabase
) -> None:
    with redshift_database.connect() as administrator, administrator.cursor() as cursor:
        administrator.autocommit = True
        cursor.execute(f"REVOKE TEMP ON DATABASE {redshift_database.name} FROM PUBLIC")
        cursor.execute(f"REVOKE TEMP ON DATABASE {redshift_database.name} FROM {LOADER}")
    results = {result.probe.name: result for result in ask(warehouse.target, warehouse._stage, pytest.fail)}
    assert results["trailing_blanks"].verdict is Verdict.NOT_ASKED
    mentions(str(results["trailing_blanks"].answers[-1].error), "42501")
    assert results["write_after_begin_read_only"].verdict is Verdict.AS_ASSUMED
    nothing_is_left(warehouse, redshift_database)


@integration
@pytest.mark.parametrize("do", ["drop_before", "drop_during", "error"])
def test_a_probe_that_fails_does_not_end_the_others(do: str, warehouse: RedshiftWarehouse, redshift_database: RedshiftDatabase) -> None:
    for at in ("copy", "insert"):
        redshift_database.server.faults.order(Fault(at, do, message="it failed", code="58000"))
    results = list(ask(warehouse.target, warehouse._stage, pytest.fail))
    failed = [r for r in results if any(re.search("it failed|connection is lost", a.error or "") for a in r.answers)]
    assert len(results) == len(probes())
    assert len(failed) == 2
    assert {r.verdict for r in failed} <= {Verdict.NOT_ASKED, Verdict.DIFFERS, Verdict.RECORDED}
    assert len([r for r in results if r.verdict is Verdict.AS_ASSUMED]) > 20
    nothing_is_left(warehouse, redshift_database)


@integration
def test_copy_that_may_not_read_the_lake_was_not_asked(
    warehouse: RedshiftWarehouse, redshift_database: RedshiftDatabase, s3: S3Server
) -> None:
    redshift_database.server.faults.order(Fault("s3", "status", times=100, message="403"))
    results = {r.probe.name: r for r in ask(warehouse.target, warehouse._stage, pytest.fail) if r.probe.reads_s3}
    assert {r.verdict for r in results.values()} == {Verdict.NOT_ASKED}
    assert warehouse._stage.bucket not in str([a.error for r in results.values() for a in r.answers])
    nothing_is_left(warehouse, redshift_database)


@integration
def test_ctrl_c_between_two_probes_leaves_nothing(warehouse: RedshiftWarehouse, redshift_database: RedshiftDatabase) -> None:
    results = ask(warehouse.target, warehouse._stage, pytest.fail)
    while not next(results).probe.reads_s3:
        pass
    with pytest.raises(KeyboardInterrupt):
        results.throw(KeyboardInterrupt)
    nothing_is_left(warehouse, redshift_database)


@integration
def test_a_password_that_is_wrong_is_one_message(warehouse: RedshiftWarehouse) -> None:
    with raises(WarehouseError, "the log-in is refused"):
        list(ask(replace(warehouse.target, password="Wrong-passw0rd"), warehouse._stage, pytest.fail))


# the command


def settings(warehouse: RedshiftWarehouse, database: RedshiftDatabase, s3: S3Server) -> dict[str, str]:
    lake = {"SPARKIFY_WAREHOUSE": "redshift", "SPARKIFY_LAKE": str(warehouse._stage.location)}
    return {**s3.environment, **loaders_settings(database), **lake}


@integration
def test_the_page_names_nobody_and_says_what_differs(
    warehouse: RedshiftWarehouse, redshift_database: RedshiftDatabase, s3: S3Server, tmp_path: Path
) -> None:
    redshift_database.server.faults.order(
        Fault("lock", "error", code="XX000", message=f"{LOADER} of {redshift_database.name} at {warehouse._stage.location}")
    )
    said = Folder(tmp_path).sparkify("doctor", "--redshift-probe", **settings(warehouse, redshift_database, s3))
    mentions(said.err.splitlines()[0], f"{len(probes())} probes", "a minute", TEMPORARY_PREFIX, "_work/")
    assert said.status == 1
    mentions(said.reason, "lock_of_a_table", "docs/redshift.md")
    assert f"{len(probes())} of {len(probes())}  {probes()[-1].name}: as assumed" in said.err.splitlines()
    for one in probes():
        assert f"\n## {one.name}: " in said.out
    mentions(said.out, "--> ERROR XX000 <user> of <database> at <object>", "What to do: take the write lock")
    secrets = (LOADER, LOADER_PASSWORD, redshift_database.name, warehouse._stage.bucket, "localhost", "arn:", "s3://", "123456789012")
    assert [secret for secret in secrets if secret in said.out] == []
    assert list(tmp_path.iterdir()) == []
    nothing_is_left(warehouse, redshift_database)


@integration
def test_ctrl_c_in_the_middle_of_copy_leaves_nothing(
    warehouse: RedshiftWarehouse, redshift_database: RedshiftDatabase, s3: S3Server, tmp_path: Path
) -> None:
    redshift_database.server.faults.order(Fault("copy", "hang", skip=1))
    environment = Folder(tmp_path).environment(**settings(warehouse, redshift_database, s3))
    command = subprocess.Popen(
        [*COMMAND, "doctor", "--redshift-probe"], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    wait_for(redshift_database.server.faults.fired)
    assert warehouse._stage.list_staged() != []
    os.kill(command.pid, signal.SIGINT)
    out, err = command.communicate(timeout=60)
    said = Said(command.returncode, out, err)
    assert said.status == 1
    mentions(said.reason, "stopped", f"of {len(probes())} probes")
    mentions(said.out, "## case_before_cast: as assumed")
    nothing_is_left(warehouse, redshift_database)


@integration
def test_duckdb_is_not_asked(tmp_path: Path) -> None:
    said = Folder(tmp_path).sparkify("doctor", "--redshift-probe", SPARKIFY_LAKE=str(tmp_path))
    assert (said.status, said.out) == (1, "")
    mentions(said.err, "SPARKIFY_WAREHOUSE is duckdb", "expected redshift")


@integration
def test_a_page_that_nobody_reads_ends_the_probes(
    warehouse: RedshiftWarehouse, redshift_database: RedshiftDatabase, s3: S3Server, tmp_path: Path
) -> None:
    """| head"""
    environment = Folder(tmp_path).environment(**settings(warehouse, redshift_database, s3))
    command = subprocess.Popen(
        [*COMMAND, "doctor", "--redshift-probe"], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert command.stdout is not None
    command.stdout.readline()
    command.stdout.close()
    assert command.wait(60) == 1
    nothing_is_left(warehouse, redshift_database)
