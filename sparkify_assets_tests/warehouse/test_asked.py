"""A person's own SQL, on both engines: the same values to the last digit, nothing changed unless that is asked for."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal

import pytest

from sparkify_assets.errors import WarehouseError
from sparkify_assets.warehouse import Warehouse
from sparkify_assets_tests.support import ENGINES, raises, warehouses_of_a_file

USER = "INSERT INTO users (user_id, log_date) VALUES ({}, DATE '2018-11-01')"


@pytest.fixture(scope="module")
def warehouses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Warehouse]]:
    with warehouses_of_a_file(tmp_path_factory) as of:
        yield of


@pytest.fixture(params=ENGINES)
def warehouse(request: pytest.FixtureRequest, warehouses: Callable[[str], Warehouse]) -> Warehouse:
    return warehouses(request.param)


def test_values_and_types_are_those_of_the_engine(warehouse: Warehouse) -> None:
    answer = warehouse.query(
        "SELECT CAST(9007199254740993 AS BIGINT) AS big, CAST(NULL AS INTEGER) AS number, CAST(1.50 AS DECIMAL(9, 2)) AS exact, "
        "CAST(0.5 AS DOUBLE PRECISION) AS half, DATE '2018-11-01' AS day, TIMESTAMP '2018-11-21 21:56:47.796' AS moment, "
        "CAST('' AS VARCHAR(3)) AS text, 1 = 1 AS yes;"
    )
    assert answer.columns == ("big", "number", "exact", "half", "day", "moment", "text", "yes")
    assert [kind.split("(")[0] for kind in answer.types] == "BIGINT INTEGER DECIMAL DOUBLE DATE TIMESTAMP VARCHAR BOOLEAN".split()
    moment = datetime(2018, 11, 21, 21, 56, 47, 796000)  # noqa: DTZ001 - as the engine tells a TIMESTAMP
    assert answer.rows == [(9007199254740993, None, Decimal("1.50"), 0.5, date(2018, 11, 1), moment, "", True)]
    assert answer.types[2].endswith("2)")


@pytest.mark.parametrize("sql", [USER.format(1), "DELETE FROM users", "DROP TABLE users", "CREATE TABLE mine (a INTEGER)"])
def test_nothing_is_changed_by_asking(warehouse: Warehouse, sql: str) -> None:
    with raises(WarehouseError, "`sparkify query --write`"):
        warehouse.query(sql)
    assert warehouse.query("SELECT COUNT(*) AS users FROM users").rows == [(0,)]


@pytest.mark.parametrize("sql", ["", " ;; -- nothing", "/* nothing */"])
def test_an_empty_query_is_told(warehouse: Warehouse, sql: str) -> None:
    for asked in (warehouse.query, warehouse.execute):
        with raises(WarehouseError, "nothing"):
            asked(sql)


def test_a_change_is_whole_or_not_at_all(warehouse: Warehouse) -> None:
    with raises(WarehouseError, "nowhere"):
        warehouse.execute(f"{USER.format(1)}; DELETE FROM nowhere")
    for ends in ("COMMIT", "begin", "TRUNCATE TABLE users"):
        with raises(WarehouseError, ends.split()[0].upper(), "transaction"):
            warehouse.execute(f"{USER.format(1)}; {ends}; {USER.format(2)}")
    assert warehouse.query("SELECT * FROM users").rows == []
    assert warehouse.execute(f"{USER.format(1)}; {USER.format(2)}; UPDATE users SET level = 'it''s; free'").rows == [(2,)]
    assert warehouse.query("(SELECT user_id, level FROM users ORDER BY 1)").rows == [(1, "it's; free"), (2, "it's; free")]
    assert warehouse.execute("DELETE FROM users").rows == [(2,)]
