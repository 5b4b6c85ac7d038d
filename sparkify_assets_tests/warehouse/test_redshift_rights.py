"""The user that docs/redshift.md makes, with the rights listed there and no other: everything that the platform does works."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
import redshift_connector

from sparkify_assets import tables as rooms
from sparkify_assets.errors import WarehouseError
from sparkify_assets.model import Catalog, load_catalog
from sparkify_assets.warehouse.redshift import RedshiftWarehouse
from sparkify_assets_tests.emulators.redshift.fixtures import running
from sparkify_assets_tests.emulators.redshift.running import RedshiftDatabase
from sparkify_assets_tests.emulators.redshift.warehouses import LOADER_PASSWORD, redshift_warehouse
from sparkify_assets_tests.support import LakeDirectory, event, load_all, new_warehouse, raises, song, tables

pytestmark = pytest.mark.integration


@pytest.fixture
def database() -> RedshiftDatabase:
    return running().database()


@pytest.fixture
def warehouse(database: RedshiftDatabase) -> Iterator[RedshiftWarehouse]:
    made = redshift_warehouse(database)
    yield made
    made.close()


def deliver(lake: LakeDirectory, version: int) -> LakeDirectory:
    lake.events("2018-11-01", [event(), event(itemInSession=1, song=f"Song {version}")])
    lake.songs("A", [song(), song(song_id="SO2", title=f"Song {version}")])
    return lake


def test_every_table_is_made_loaded_refreshed_and_reset(warehouse: RedshiftWarehouse, tmp_path: Path) -> None:
    expected = new_warehouse("duckdb", tmp_path)
    for version in (1, 2):
        lake = deliver(LakeDirectory(tmp_path / "lake"), version)
        for each in (warehouse, expected):
            load_all(each, lake.root)
        assert tables(warehouse) == tables(expected)
    assert warehouse.query("SELECT COUNT(*) AS plays FROM songplays").rows == [(2,)]
    warehouse.reset()
    assert warehouse.query("SELECT COUNT(*) AS plays FROM songplays").rows == [(0,)]


@pytest.fixture
def analyst(database: RedshiftDatabase, warehouse: RedshiftWarehouse) -> Iterator[str]:
    """A member of the group that SPARKIFY_REDSHIFT_READERS names."""
    name = f"analyst_{uuid4().hex[:12]}"
    with database.connect() as administrator, administrator.cursor() as cursor:
        administrator.autocommit = True
        cursor.execute(f"CREATE USER {name} PASSWORD '{LOADER_PASSWORD}'")
        cursor.execute(f"CREATE GROUP readers_of_{name} WITH USER {name}")
        cursor.execute(f"GRANT USAGE ON SCHEMA sparkify TO GROUP readers_of_{name}")
        yield name
        with warehouse.session() as session:
            session.sql.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA sparkify REVOKE SELECT ON TABLES FROM GROUP readers_of_{name}")
        cursor.execute("DROP SCHEMA sparkify CASCADE")
        cursor.execute("CREATE SCHEMA sparkify")  # for the one who drops it
        cursor.execute(f"DROP GROUP readers_of_{name}")
        cursor.execute(f"DROP USER {name}")


def with_wider_users(tmp_path: Path) -> Catalog:
    """users has a column of another type."""
    root = Path(shutil.copytree(Path(rooms.__file__).parent, tmp_path / "tables"))
    file = root / "dimensions" / "users" / "table.sql"
    file.write_text(file.read_text(encoding="utf-8").replace("gender VARCHAR(8)", "gender VARCHAR(16)"), encoding="utf-8")
    return load_catalog(root)


def references(cursor: redshift_connector.Cursor) -> set[tuple[str, str]]:
    """Table, and the table that a foreign key of it names."""
    cursor.execute(
        "SELECT t.relname, r.relname FROM pg_constraint AS c INNER JOIN pg_class AS t ON c.conrelid = t.oid "
        "INNER JOIN pg_class AS r ON c.confrelid = r.oid WHERE c.contype = 'f'"
    )
    return {(table, other) for table, other in cursor.fetchall()}


def test_readers_may_read_what_is_made_anew_and_views_of_theirs_are_named(
    warehouse: RedshiftWarehouse, database: RedshiftDatabase, analyst: str, tmp_path: Path
) -> None:
    target = replace(warehouse.target, readers=f"group readers_of_{analyst}")
    loads = RedshiftWarehouse(target, load_catalog(), warehouse._stage)
    load_all(loads, deliver(LakeDirectory(tmp_path / "lake"), 1).root)
    reads = RedshiftWarehouse(replace(target, user=analyst, readers=None), load_catalog(), warehouse._stage)
    assert reads.query("SELECT COUNT(*) AS plays FROM songplays").rows == [(2,)]
    with raises(WarehouseError, "permission denied"):
        reads.execute("DELETE FROM songplays")
    newer = RedshiftWarehouse(target, with_wider_users(tmp_path), warehouse._stage)
    assert newer.blocked().keys() == {"users"}
    with database.connect() as administrator, administrator.cursor() as cursor:
        administrator.autocommit = True
        cursor.execute("CREATE VIEW public.my_users AS SELECT user_id FROM sparkify.users")
        with raises(WarehouseError, "users", "public.my_users", "NO SCHEMA BINDING"):
            newer.rebuild([newer._catalog["users"]])
        with raises(WarehouseError, "public.my_users"):
            newer.reset()
        assert reads.query("SELECT COUNT(*) AS users FROM users").rows == [(1,)]
        cursor.execute("DROP VIEW public.my_users")
        cursor.execute("CREATE VIEW public.my_users AS SELECT user_id FROM sparkify.users WITH NO SCHEMA BINDING")
        before = references(cursor)
        newer.rebuild([newer._catalog["users"]])
        assert newer.blocked() == {}
        assert reads.query("SELECT COUNT(*) AS users FROM users").rows == [(1,)], "filled in the transaction that made it"
        assert references(cursor) == before
        assert {("songplays", "users"), ("user_levels", "users")} <= before
        newer.reset()
        assert references(cursor) == before
        cursor.execute("SELECT COUNT(*) FROM public.my_users")
        assert list(cursor.fetchall()[0]) == [0]
    assert reads.query("SELECT COUNT(*) AS users FROM users").rows == [(0,)]
    for each in (loads, newer, reads):
        each.close()


def test_a_schema_that_is_not_there_and_may_not_be_made_is_told(warehouse: RedshiftWarehouse) -> None:
    elsewhere = RedshiftWarehouse(replace(warehouse.target, schema="another"), load_catalog(), warehouse._stage)
    with raises(WarehouseError, "permission denied", "docs/redshift.md"), elsewhere.session():
        pass


def test_a_password_that_create_user_does_not_take_is_refused_by_the_test_server(database: RedshiftDatabase) -> None:
    with database.connect() as administrator, administrator.cursor() as cursor:
        for wrong in ("a long one, with Upper case and 1 digit", "Short1", "nocapital1", "NoDigitsHere"):
            with pytest.raises(redshift_connector.ProgrammingError) as error:
                cursor.execute(f"CREATE USER somebody_else PASSWORD '{wrong}'")
            assert error.value.args[0]["C"] == "22023"
            administrator.rollback()
