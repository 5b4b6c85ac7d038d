"""The SQL that each table means on each engine: how it is made, filled, rebuilt, refreshed and checked.

Every statement comes from the production code that sends it; the sessions of recording.py write it down.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from sparkify_assets import warehouse
from sparkify_assets.model import LOAD_METADATA, STAGING, Table, load_catalog
from sparkify_assets.model.transpile import create_statements
from sparkify_assets.warehouse import Session
from sparkify_assets.warehouse.bulk_loader import FileLoad, PreparedFiles
from sparkify_assets.warehouse.duckdb.input_files import InputFile
from sparkify_assets.warehouse.duckdb.json_scan import scan
from sparkify_assets.warehouse.redshift.copy_statement import (
    LANDING_TABLE,
    CopyStatement,
    count_invalid,
    create_landing,
    insert_landed,
    jsonpaths,
    landing_columns,
)
from sparkify_assets.warehouse.schema_sync import sync_schema
from sparkify_assets.warehouse.sql_builder import named_statement, replace_days_sql
from sparkify_assets_tests.golden.files import Golden
from sparkify_assets_tests.golden.recording import RecordingDuckDB, readable, recording

CATALOG = load_catalog()
DIALECTS = ("duckdb", "redshift")
PARTITIONS = ["first", "second"]
each_table = pytest.mark.parametrize("table", list(CATALOG), ids=lambda table: table.name)
each_dialect = pytest.mark.parametrize("dialect", DIALECTS)


@pytest.mark.integration  # songplays takes a second
@each_dialect
@each_table
def test_the_statements_of_a_table(table: Table, dialect: str, golden: Golden) -> None:
    golden(f"sql/{dialect}/{table.name}.sql", _text(_statements(table, dialect), dialect))


@pytest.mark.integration  # those of songplays take a second
@each_dialect
@pytest.mark.parametrize("table", [t for t in CATALOG if CATALOG.checks.get(t.name)], ids=lambda table: table.name)
def test_the_checks_of_a_table(table: Table, dialect: str, golden: Golden) -> None:
    golden(f"sql/{dialect}/checks/{table.name}.sql", _text(_checks(table, dialect), dialect))


def test_no_file_is_left_over(golden: Golden) -> None:
    of_tables = {f"{dialect}/{t.name}.sql" for dialect in DIALECTS for t in CATALOG}
    of_checks = {f"{dialect}/checks/{t.name}.sql" for dialect in DIALECTS for t in CATALOG if CATALOG.checks.get(t.name)}
    golden.only("sql", of_tables | of_checks)


@each_dialect
def test_a_new_warehouse_gets_these_statements_and_no_others(dialect: str) -> None:
    session, sent = recording(dialect, CATALOG)
    sync_schema(session, CATALOG, refresh_changed=True)
    *made, record = sent
    assert made == [s for table in CATALOG.creation_order for s in create_statements(table, dialect)]
    assert record.startswith('INSERT INTO "created_tables"')


def test_redshift_tables_that_refer_to_one_made_anew_refer_to_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is sent, without a foreign key of somebody else's (that it works: test_redshift_rights.py)."""
    session, sent = recording("redshift", CATALOG)
    answers = {"foreign_keys": [("songplays_user_id_fkey", "songplays"), ("theirs", "a_table_of_others")]}
    columns = {table.name: {c.name: ("", True) for c in table.columns} for table in CATALOG}
    monkeypatch.setattr(session.sql, "run_named", lambda name, *_: answers.get(name, []))
    monkeypatch.setattr(session.sql, "existing_tables", lambda: columns)
    session.sql.replace(CATALOG["users"], lambda: sent.append("made"))
    assert sent == [
        'ALTER TABLE "songplays" DROP CONSTRAINT "songplays_user_id_fkey"',
        'DROP TABLE "users"',
        "made",
        'ALTER TABLE "songplays" ADD FOREIGN KEY ("user_id") REFERENCES "users" ("user_id")',
        'ALTER TABLE "user_levels" ADD FOREIGN KEY ("user_id") REFERENCES "users" ("user_id")',
    ]


Named = Iterator[tuple[str, list[str]]]
"""what the statements are for → the statements, in the order in which they are sent"""


def _statements(table: Table, dialect: str) -> Named:
    yield "made", create_statements(table, dialect)
    session, sent = recording(dialect, CATALOG)
    if table.name in CATALOG.lookups:
        yield from _of_lookup(session, sent, table)
    elif table.layer == STAGING:
        yield from _of_staging(session, sent, table)
    elif table.layer == LOAD_METADATA:
        yield from _of_load_metadata(session, sent, table)
    else:
        session.refresher.rebuild(table)
        yield "rebuilt", _of_data(_taken(sent))
        if CATALOG.root(table):
            session.refresher.refresh(table, PARTITIONS)
            yield "refreshed for two partitions", _of_data(_taken(sent))
        if CATALOG.transforms[table.name].day_source:
            yield "recomputed for two ranges of days", list(replace_days_sql(CATALOG, table, dialect, 2))


def _of_load_metadata(session: Session, sent: list[str], table: Table) -> Named:
    for path in sorted((Path(warehouse.__file__).parent / "sql").glob("*.sql")):
        if table.name in path.read_text(encoding="utf-8"):
            yield path.stem, [named_statement(path.stem, session.sql.dialect, listed=2)]
    session.metadata._insert_rows(table, [["a value"]] * len(table.columns))
    yield "rows added", _taken(sent)


def _of_lookup(session: Session, sent: list[str], table: Table) -> Named:
    session.refresher.rebuild(table)
    yield "rebuilt", _of_data(_taken(sent))
    for name in sorted(CATALOG.lookups[table.name].sources):
        session.loader._lookups.known_texts(CATALOG[name], PARTITIONS)
        yield f"known texts of two partitions of {name}", [s for s in _taken(sent) if f'"{table.name}"' in s]
        session.loader._lookups.add_new_texts(CATALOG[name], PARTITIONS)
        yield f"new texts of two partitions of {name}", [s for s in _taken(sent) if f'"{table.name}"' in s]


def _of_staging(session: Session, sent: list[str], table: Table) -> Named:
    def fill(target: str) -> list[FileLoad]:
        if isinstance(session.sql, RecordingDuckDB):
            scan(session.sql, table, target, [InputFile(Path("a file"), "first")], validated=False)
        else:
            copy = CopyStatement("s3://lake/manifest", "s3://lake/jsonpaths", "default", "us-east-1", gzip=False)
            session.sql.execute(create_landing(table))
            session.sql.execute(copy.into(LANDING_TABLE, landing_columns(table, named=True)))
            session.sql.execute(count_invalid(table))
            session.sql.execute(insert_landed(table, target, named=True))
        return []

    session.loader._replace(table, PARTITIONS, PreparedFiles(fill, lambda: None))
    yield "loaded, two partitions", _of_data(_taken(sent))
    if not isinstance(session.sql, RecordingDuckDB):
        yield f"where COPY finds the columns in a record: {jsonpaths(table, named=True).decode()}", []


def _checks(table: Table, dialect: str) -> Named:
    session, _ = recording(dialect, CATALOG)
    for check in CATALOG.checks[table.name]:
        whole = session.queries.failing_rows(check, table, count=0).sql
        yield f"{check.name} ({check.severity}): {check.description}", [whole]
        if (part := session.queries.failing_rows(check, table, PARTITIONS, count=0).sql) != whole:
            yield f"{check.name}, of two partitions", [part]


def _of_data(statements: list[str]) -> list[str]:
    """Without those of load metadata tables, which have files of their own."""
    return [s for s in statements if not any(f'"{t.name}"' in s for t in CATALOG.layer(LOAD_METADATA))]


def _taken(sent: list[str]) -> list[str]:
    """What was sent since the last call."""
    taken = sent.copy()
    sent.clear()
    return taken


def _text(named: Named, dialect: str) -> str:
    blocks: list[str] = []
    for title, statements in named:
        blocks.append(f"-- {title}")
        blocks += [f"{_readable(sql, dialect)};" for sql in statements]
    return "\n\n".join(blocks).replace(";\n\nCOMMENT ON", ";\nCOMMENT ON") + "\n"


@cache
def _readable(sql: str, dialect: str) -> str:
    return readable(sql, dialect)
