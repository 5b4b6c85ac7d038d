"""Each answer that docs/answers.md gives is what the reports say, and each report is what plain pandas makes of the raw files."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sparkify_assets.model import REPORTS, load_catalog
from sparkify_assets.warehouse.duckdb import DuckDBWarehouse
from sparkify_assets_tests.answers import computed, raw
from sparkify_assets_tests.answers.documented import PAGE, QUESTION, loaded, rewritten

pytestmark = pytest.mark.integration

REAL = os.environ.get("SPARKIFY_REAL_DATA")
needs_data = pytest.mark.skipif(not REAL, reason="SPARKIFY_REAL_DATA does not name the folder of the real data set")
TABLES = [*(t.name for t in load_catalog().layer(REPORTS)), "user_levels"]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> DuckDBWarehouse:
    return loaded(tmp_path_factory.mktemp("real"), Path(str(REAL)))


def test_every_report_is_asked() -> None:
    page = PAGE.read_text(encoding="utf-8")
    blocks = [sql for sql, _ in QUESTION.findall(page)]
    assert len(blocks) == page.count("```sql")  # one that is not recognised would not be compared
    asked = " ".join(blocks)
    assert [table for table in [*TABLES, "text_repairs"] if not re.search(rf"\bFROM {table}\b", asked)] == []


@needs_data
def test_every_answer_is_that_of_the_warehouse(warehouse: DuckDBWarehouse) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == rewritten(page, warehouse.query), "write them anew: python -m sparkify_assets_tests.answers.documented"


@needs_data
@pytest.mark.parametrize("table", TABLES)
def test_every_row_is_what_pandas_computes(table: str, warehouse: DuckDBWarehouse) -> None:
    compute: Callable[[Path], computed.Rows] = getattr(computed, table)
    found, expected = _sorted(warehouse.query(f"SELECT * FROM {table}").rows), _sorted(compute(Path(str(REAL))))
    assert len(found) == len(expected) > 0
    for mine, theirs in zip(found, expected, strict=True):
        assert mine == tuple(pytest.approx(v, rel=1e-12) if isinstance(v, float) else v for v in theirs)


@needs_data
def test_names_are_repaired_as_latin_1_read_as_utf_8_is(warehouse: DuckDBWarehouse) -> None:
    found = dict(warehouse.query("SELECT original_text, repaired_text FROM text_repairs").rows)
    plays = raw.plays(Path(str(REAL)))
    delivered = {*plays.song, *plays.artist}
    assert {name: fixed for name, fixed in found.items() if name in delivered} == {
        name: raw.repaired(name) for name in delivered if raw.repaired(name) != name
    }


def _sorted(rows: Any) -> list[tuple[Any, ...]]:
    """As plain values, a Timestamp of pandas' a datetime and a number of numpy's a number; by their texts, since NULL has no order."""
    return sorted((tuple(_plain(v) for v in row) for row in rows), key=str)


def _plain(value: Any) -> Any:
    if value is None or value != value:
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    return value.item() if hasattr(value, "item") else value
