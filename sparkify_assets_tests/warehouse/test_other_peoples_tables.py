"""Tables that the platform has not made: none is dropped, altered or loaded, whatever its name."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from sparkify_assets.errors import WarehouseError
from sparkify_assets.model import load_catalog
from sparkify_assets.model.incremental import TEMPORARY_PREFIX
from sparkify_assets.warehouse import Session, Warehouse
from sparkify_assets.warehouse.duckdb import DuckDBWarehouse
from sparkify_assets.warehouse.redshift import RedshiftWarehouse
from sparkify_assets.warehouse.redshift.copy_statement import LANDING_TABLE
from sparkify_assets_tests.emulators.redshift.fixtures import running
from sparkify_assets_tests.emulators.redshift.warehouses import redshift_warehouse
from sparkify_assets_tests.support import ENGINES, LakeDirectory, event, load_all, new_warehouse, opened_warehouse, raises, song, tables

pytestmark = pytest.mark.integration

OLD_NAMES = ("touched_keys", "changed_rows", "incoming_rows", "incoming_parts", "landed_records")
"""those that temporary tables had once"""
NAMES = (*OLD_NAMES, *(f"{TEMPORARY_PREFIX}{name}" for name in OLD_NAMES))


@pytest.fixture(params=ENGINES)
def warehouse(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Warehouse]:
    with opened_warehouse(request.param, tmp_path) as opened:
        yield opened


def execute(warehouse: Warehouse, *statements: str) -> list[tuple[object, ...]]:
    """As another user of the database would, but for the connection."""
    found: list[tuple[object, ...]] = []
    with warehouse.session() as session:
        assert isinstance(session, Session)
        for statement in statements:
            found += session.sql.execute(statement)
    return found


def test_tables_of_the_names_of_temporary_ones_survive_loads_and_refreshes(warehouse: Warehouse, tmp_path: Path) -> None:
    assert LANDING_TABLE in NAMES
    execute(warehouse, *(s for name in NAMES for s in (f"CREATE TABLE {name} (song_id INT)", f"INSERT INTO {name} VALUES (7)")))
    lake = LakeDirectory(tmp_path / "lake")
    for title in ("Starlight", "Uprising"):  # the second load replaces rows, refreshes days and looks songs up
        lake.events("2018-11-01", [event(), event(itemInSession=1, song=title)])
        lake.events("2018-11-02", [event(sessionId=2, song=title)])
        lake.songs("A", [song(title=title)])
        load_all(warehouse, lake.root)
    with warehouse.session() as session:
        session.refresher.rebuild(load_catalog()["songplays"])
        assert session.queries.row_count(load_catalog()["songplays"]) == 3
    assert [execute(warehouse, f"SELECT song_id FROM {name}") for name in NAMES] == [[(7,)]] * len(NAMES)
    warehouse.reset()
    assert [execute(warehouse, f"SELECT song_id FROM {name}") for name in NAMES] == [[(7,)]] * len(NAMES)


def test_a_table_of_the_name_of_one_of_ours_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(path) as theirs:
        theirs.execute("CREATE TABLE users (user_id INTEGER, name VARCHAR); INSERT INTO users VALUES (1, 'Ada')")
    warehouse = DuckDBWarehouse(path, load_catalog(), pytest.fail)
    for verb in (lambda: load_all(warehouse, LakeDirectory(tmp_path / "lake").root), warehouse.reset, lambda: warehouse.reset(True)):
        with raises(WarehouseError, "users", "first_name", "SPARKIFY_DUCKDB_PATH"):
            verb()
    assert warehouse.query("SELECT table_name FROM duckdb_tables()").to_frame()["table_name"].tolist() == ["users"]
    assert warehouse.query("SELECT name FROM users").to_frame()["name"].tolist() == ["Ada"]


@pytest.mark.parametrize("engine", ENGINES)
def test_one_with_our_columns_and_no_word_of_ours_is_left_alone(engine: str, tmp_path: Path) -> None:
    warehouse = new_warehouse(engine, tmp_path)
    forgotten = "COMMENT ON COLUMN popular_hours.hour IS 'Theirs.'"
    execute(
        warehouse, "DELETE FROM created_tables WHERE table_name = 'popular_hours'", forgotten, "INSERT INTO popular_hours VALUES (1, 2)"
    )
    again = reopened(warehouse)
    with raises(WarehouseError, "popular_hours", "hour", "Theirs."), again.session():
        pass
    assert again.query("SELECT plays FROM popular_hours").to_frame()["plays"].tolist() == [2]


@pytest.mark.parametrize("engine", ENGINES)
def test_tables_that_are_exactly_ours_are_taken_over_with_what_they_hold(engine: str, tmp_path: Path) -> None:
    """Of a version that kept no record, or restored table by table."""
    warehouse = new_warehouse(engine, tmp_path)
    lake = LakeDirectory(tmp_path / "lake")
    lake.events("2018-11-01", [event()])
    load_all(warehouse, lake.root)
    before = tables(warehouse)
    execute(warehouse, "DROP TABLE created_tables")
    again = reopened(warehouse)
    assert tables(again) == before
    recorded = execute(again, "SELECT table_name FROM created_tables ORDER BY table_name")
    assert recorded == [(name,) for name in sorted(load_catalog().tables)]


def reopened(warehouse: Warehouse) -> Warehouse:
    """As another process would."""
    if isinstance(warehouse, DuckDBWarehouse):
        return DuckDBWarehouse(warehouse.path, load_catalog(), pytest.fail)
    assert isinstance(warehouse, RedshiftWarehouse)
    return RedshiftWarehouse(warehouse.target, load_catalog(), warehouse._stage)


def test_reset_can_leave_nothing(warehouse: Warehouse) -> None:
    execute(warehouse, "CREATE TABLE theirs (n INT)")
    warehouse.reset(only_drop=True)
    with warehouse.session() as session:  # which makes them anew
        assert session.queries.row_count(load_catalog()["users"]) == 0
    assert execute(warehouse, "SELECT COUNT(*) FROM theirs") == [(0,)]


def test_tables_that_an_earlier_version_left_in_public_are_named() -> None:
    told: list[str] = []
    database = running().database()
    new = redshift_warehouse(database, on_wait=told.append)
    old = RedshiftWarehouse(replace(new.target, schema="public"), load_catalog(), new._stage)
    with old.session():
        pass
    with new.session() as session:
        assert session.queries.row_count(load_catalog()["users"]) == 0
    assert [("public" in text, "sparkify reset --drop" in text) for text in told] == [(True, True)]
    assert new.tables_in_old_schema() == told[0]
    old.reset(only_drop=True)
    assert new.tables_in_old_schema() is None
    for warehouse in (old, new):
        warehouse.close()
