"""Processes that open a Redshift schema at the same time, before it has any table."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from sparkify_assets.model import load_catalog
from sparkify_assets.warehouse.redshift import RedshiftWarehouse
from sparkify_assets_tests.emulators.redshift.fixtures import redshift_server
from sparkify_assets_tests.emulators.redshift.running import RedshiftServer
from sparkify_assets_tests.emulators.redshift.warehouses import bucket_lake, redshift_warehouse

__all__ = ["redshift_server"]

pytestmark = pytest.mark.integration

PROCESSES = 4


@pytest.fixture
def warehouses(redshift_server: RedshiftServer) -> Iterator[list[RedshiftWarehouse]]:
    database, lake = redshift_server.database(), bucket_lake()
    made = [redshift_warehouse(database, lake)]
    made += [RedshiftWarehouse(made[0].target, load_catalog(), lake) for _ in range(PROCESSES - 1)]
    yield made
    for warehouse in made:
        warehouse.close()
    redshift_server.drop(database)


def test_each_finds_the_tables_that_one_of_them_makes(warehouses: list[RedshiftWarehouse]) -> None:
    ready = threading.Barrier(PROCESSES)

    def opens(warehouse: RedshiftWarehouse) -> int:
        ready.wait()
        with warehouse.session() as session:
            return session.queries.row_count(load_catalog()["users"])

    with ThreadPoolExecutor(PROCESSES) as pool:
        assert list(pool.map(opens, warehouses)) == [0] * PROCESSES
    recorded = warehouses[0].query("SELECT table_name FROM created_tables ORDER BY 1").rows
    assert recorded == [(name,) for name in sorted(load_catalog().tables)]
