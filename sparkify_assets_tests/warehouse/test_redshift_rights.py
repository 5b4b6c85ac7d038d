"""The user that docs/redshift.md makes, with the rights listed there and no other: everything that the platform does works."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
import redshift_connector

from sparkify_assets.errors import WarehouseError
from sparkify_assets.model import load_catalog
from sparkify_assets.warehouse.redshift import RedshiftWarehouse
from sparkify_assets_tests.cloud.conftest import DOCS
from sparkify_assets_tests.redshift.fixtures import running
from sparkify_assets_tests.redshift.running import RedshiftDatabase
from sparkify_assets_tests.redshift.warehouses import redshift_warehouse
from sparkify_assets_tests.support import LakeDirectory, event, load_all, new_warehouse, raises, song, tables

pytestmark = pytest.mark.integration

(SQL,) = re.findall(r"```sql\n(CREATE SCHEMA.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
PASSWORD = re.findall(r"PASSWORD '([^']*)'", SQL)[0]
OF_AWS = "GRANT ASSUMEROLE"
"""what only AWS knows; the page says that it is seldom needed"""


@pytest.fixture
def database() -> RedshiftDatabase:
    return running().database()


@pytest.fixture
def user(database: RedshiftDatabase) -> Iterator[str]:
    """Made word for word as the page says, but for the names of user and database, which tests share a server by."""
    name = f"loader_{uuid4().hex[:12]}"
    statements = [s.strip() for s in re.sub(r"--.*", "", SQL).split(";") if s.strip()]
    with database.connect() as administrator, administrator.cursor() as cursor:
        administrator.autocommit = True
        for statement in statements:
            if not statement.startswith(OF_AWS):
                cursor.execute(statement.replace("sparkify_loader", name).replace("DATABASE dev", f"DATABASE {database.name}"))
        yield name
        cursor.execute("DROP SCHEMA sparkify CASCADE")
        cursor.execute(f"REVOKE ALL ON DATABASE {database.name} FROM {name}")
        cursor.execute(f"DROP USER {name}")


@pytest.fixture
def warehouse(database: RedshiftDatabase, user: str) -> Iterator[RedshiftWarehouse]:
    owners = redshift_warehouse(database)
    made = RedshiftWarehouse(replace(owners.target, user=user, password=PASSWORD), load_catalog(), owners._stage)
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
    assert warehouse.ask("SELECT COUNT(*) AS plays FROM songplays").rows == [(2,)]
    warehouse.reset()
    assert warehouse.ask("SELECT COUNT(*) AS plays FROM songplays").rows == [(0,)]


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
