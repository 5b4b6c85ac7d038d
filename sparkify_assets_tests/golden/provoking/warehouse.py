"""A DuckDB warehouse that cannot be opened, is in use, is not as declared, or is asked what it does not answer."""

from pathlib import Path

import dagster as dg
import duckdb
import pytest

from sparkify_assets.model import load_catalog
from sparkify_assets.model.transpile import create_statements
from sparkify_assets.orchestration.resources import duckdb_resource
from sparkify_assets.settings import Settings
from sparkify_assets.warehouse.duckdb import DuckDBWarehouse
from sparkify_assets.warehouse.file_lock import FileLock
from sparkify_assets_tests.golden.provoking.case import Case, Cases

CATALOG = load_catalog()


def _at(path: Path) -> DuckDBWarehouse:
    return DuckDBWarehouse(path, CATALOG, on_wait=pytest.fail)


def _open(path: Path) -> object:
    with _at(path).session() as session:
        return session


def _look(path: Path) -> object:
    with _at(path).read_session() as session:
        return session


def _over_a_file(path: str) -> Case:
    """The warehouse's path leads to, or through, a file that is none of DuckDB's."""

    def case(folder: Path) -> object:
        (folder / "file").write_text("a file, and no warehouse")
        return _open(folder / path)

    return case


def _differing(*changes: str, recorded: bool = True) -> Case:
    """A table of the warehouse was changed by hand; not ``recorded``: the platform has not made it."""

    def case(folder: Path) -> object:
        path = folder / "warehouse.duckdb"
        users = CATALOG["users"]
        with duckdb.connect(path) as connection:
            connection.execute(create_statements(users, "duckdb")[0])
            if recorded:
                for statement in create_statements(CATALOG["created_tables"], "duckdb"):
                    connection.execute(statement)
                connection.execute("INSERT INTO created_tables VALUES ('users', NOW(), ''), ('created_tables', NOW(), '')")
            for change in changes:
                connection.execute(change)
        with DuckDBWarehouse(path, CATALOG, pytest.fail, refresh_changed=False).session() as session:
            return session.refresher.rebuild(users)

    return case


def _in_use(folder: Path) -> object:
    """By one who has the lock, as any other process of the platform has it while it works."""
    path = folder / "warehouse.duckdb"
    resource = duckdb_resource(Settings(duckdb_path=path), load_catalog(), patient=False).create_resource(dg.build_init_resource_context())
    lock = FileLock(path, pytest.fail, exclusive=True)
    try:
        with resource.session() as session:
            return session
    finally:
        lock.release()


def _made(folder: Path) -> DuckDBWarehouse:
    """With one table, which takes less time than all of them."""
    path = folder / "warehouse.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute("CREATE TABLE users (user_id INTEGER)")
    return _at(path)


def _without_tables(folder: Path) -> Path:
    path = folder / "warehouse.duckdb"
    duckdb.connect(path).close()
    return path


def _asked(sql: str) -> Case:
    return lambda folder: _made(folder).query(sql)


def _changed(sql: str) -> Case:
    return lambda folder: _made(folder).execute(sql)


WAREHOUSE: Cases = {
    "no file yet": lambda folder: _at(folder / "warehouse.duckdb").query("SELECT 1"),
    "no file yet, looked at": lambda folder: _look(folder / "warehouse.duckdb"),
    "no table yet": lambda folder: _look(_without_tables(folder)),
    "a file that is no warehouse": _over_a_file("file"),
    "a folder that is a file": _over_a_file("file/warehouse.duckdb"),
    "a folder in place of a file": _open,
    "in use, and nobody waits": _in_use,
    "a column that is no longer declared": _differing("ALTER TABLE users ADD COLUMN age INTEGER"),
    "a column that lacks and must not be null": _differing("ALTER TABLE users DROP COLUMN user_id"),
    "a text of another length": _differing(
        *[f"ALTER TABLE users {change}" for change in ("RENAME COLUMN gender TO g", "ADD COLUMN gender VARCHAR")]
    ),
    "a column of another type": _differing("ALTER TABLE users ALTER COLUMN user_id TYPE BIGINT"),
    "a column that may be null": _differing("ALTER TABLE users ALTER COLUMN log_date DROP NOT NULL"),
    "another's table": _differing("ALTER TABLE users DROP COLUMN log_date", recorded=False),
    "another's table with our columns": _differing(recorded=False),
    "a table of an earlier version": _differing(
        "ALTER TABLE users DROP COLUMN log_date", f"COMMENT ON TABLE users IS '{CATALOG['users'].comment}'", recorded=False
    ),
    "query: nothing": _asked("-- nothing"),
    "query: two statements": _asked("SELECT 1; SELECT 2"),
    "query: a table that is not there": _asked("SELECT * FROM nowhere"),
    "query: a column that is not there": _asked("SELECT age FROM users"),
    "query: no SQL": _asked("SELECT FROM WHERE"),
    "query: a text without its end": _asked("SELECT 'text"),
    "query: a change": _asked("DELETE FROM users"),
    "query: a file": _asked("COPY users TO 'users.csv'"),
    "query --write: COMMIT": _changed("DELETE FROM users; COMMIT"),
    "query --write: TRUNCATE": _changed("TRUNCATE users"),
}
