"""Query results as pandas DataFrames: exact, with nullable types, and the same from both engines."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import sparkify_assets
from sparkify_assets.errors import SettingsError, WarehouseError
from sparkify_assets.warehouse import Warehouse
from sparkify_assets_tests.support import ENGINES, LakeDirectory, event, load_all, new_warehouse, opened_warehouse, raises, song

pytestmark = pytest.mark.integration

PLAYS = "SELECT user_id, level, song_id, start_time, log_date, location FROM songplays ORDER BY session_id"


@pytest.fixture(params=ENGINES)
def warehouse(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Warehouse]:
    lake = LakeDirectory(tmp_path / "lake")
    lake.events("2018-11-01", [event(), event(sessionId=1000, song="Another", location=None)])
    lake.songs("A", [song()])
    with opened_warehouse(request.param, tmp_path) as opened:
        load_all(opened, lake.root)
        yield opened


def test_a_table_as_a_frame(warehouse: Warehouse) -> None:
    found = warehouse.query(PLAYS).to_frame()
    level, song_id, start, place = event()["level"], song()["song_id"], warehouse.query(PLAYS).rows[0][3], event()["location"]
    expected = pd.DataFrame(
        {
            "user_id": pd.array([int(str(event()["userId"]))] * 2, dtype="Int64"),
            "level": pd.array([level] * 2, dtype="string"),
            "song_id": pd.array([song_id, None], dtype="string"),
            "start_time": pd.Series([start] * 2),
            "log_date": pd.Series([date(2018, 11, 1)] * 2, dtype=object),
            "location": pd.array([place, None], dtype="string"),
        }
    )
    assert_frame_equal(found, expected, check_dtype=False)
    assert [str(kind) for kind in found.dtypes[["user_id", "level", "song_id", "log_date"]]] == ["Int64", "string", "string", "object"]


def test_values_are_exact(warehouse: Warehouse) -> None:
    sql = "SELECT 9007199254740993 AS big, CAST('0.1' AS DECIMAL(18, 4)) AS price, TIMESTAMP '2018-11-01 00:00:00.001' AS at, 1 = 1 AS yes"
    ((big, price, at, yes),) = warehouse.query(sql).to_frame().itertuples(index=False, name=None)
    assert (int(big), Decimal(price), pd.Timestamp(at).to_pydatetime(), bool(yes)) == (
        9007199254740993,
        Decimal("0.1"),
        datetime(2018, 11, 1, 0, 0, 0, 1000),  # noqa: DTZ001 - a TIMESTAMP has no zone
        True,
    )


def test_no_row_is_a_frame_with_columns(warehouse: Warehouse) -> None:
    assert list(warehouse.query("SELECT user_id, level FROM users WHERE user_id < 0").to_frame().columns) == ["user_id", "level"]


def test_the_function_for_notebooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPARKIFY_DUCKDB_PATH", str(tmp_path / "warehouse.duckdb"))
    with raises(WarehouseError, "does not exist yet", "`sparkify load`"):
        sparkify_assets.query("SELECT 1 AS one")
    new_warehouse("duckdb", tmp_path).reset()
    assert sparkify_assets.query("SELECT 1 AS one")["one"].tolist() == [1]
    monkeypatch.setenv("SPARKIFY_WAREHOUSE", "teradata")
    with raises(SettingsError, "SPARKIFY_WAREHOUSE"):
        sparkify_assets.query("SELECT 1 AS one")
