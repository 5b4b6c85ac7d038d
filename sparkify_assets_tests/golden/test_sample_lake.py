"""A small sample lake, loaded on each engine: every row of every table, in one file a table, with which both engines are compared.

DuckDB is loaded by the platform's own Loader with a Dagster instance, Redshift (the test server) without Dagster.  What a load notes of
itself (its time, its run, the version of a file) differs each time and is left out.
"""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from sparkify_assets.definitions import build_defs
from sparkify_assets.model import Table, load_catalog
from sparkify_assets.orchestration.runner import LoadRunner
from sparkify_assets.sample_data import SampleSpec, write_sample_lake
from sparkify_assets.settings import Settings
from sparkify_assets.warehouse import Session, Warehouse
from sparkify_assets.warehouse.redshift import RedshiftWarehouse
from sparkify_assets_tests.golden.files import Golden
from sparkify_assets_tests.support import ENGINES, all_of, in_order, load_all, new_warehouse

CATALOG = load_catalog()
SPEC = SampleSpec(songs=20, days=3, events_per_day=60, seed=1, start=date(2018, 11, 1))
OF_A_LOAD = {"loaded_at", "run_id", "etag", "created_at"}
"""columns that tell of the load, not of the lake"""


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, with a record that is rejected and, a day late, an event delivered once more."""
    root = tmp_path_factory.mktemp("sample") / "lake"
    write_sample_lake(root, SPEC)
    first, second, third = sorted((root / "log_data").rglob("*.json"))
    play = next(line for line in first.read_text(encoding="utf-8").splitlines() if json.loads(line)["page"] == "NextSong")
    with second.open("a", encoding="utf-8") as file:
        file.write(json.dumps(json.loads(play) | {"ts": "yesterday"}) + "\n")
    with third.open("a", encoding="utf-8") as file:
        file.write(play + "\n")
    return root


@pytest.fixture(scope="module")
def duckdb(lake: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """The DuckDB warehouse after `sparkify load`."""
    folder = tmp_path_factory.mktemp("warehouse")
    settings = Settings(
        lake=lake, duckdb_path=folder / "warehouse.duckdb", dashboard=folder / "page.html", log_end=date(2018, 11, 4), max_rejected=1
    )
    warehouse = new_warehouse("duckdb", folder)
    with dg.DagsterInstance.ephemeral() as instance:
        report = LoadRunner(build_defs(settings), load_catalog(), settings, warehouse, instance).run(None, None, force=False)
    assert (report.reason, report.rejected_records, report.failed) == (None, 1, [])
    yield from _opened(warehouse)


@pytest.fixture(scope="module")
def redshift(lake: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """The Redshift warehouse after a load of the same lake."""
    warehouse = new_warehouse("redshift", tmp_path_factory.mktemp("redshift"))
    assert isinstance(warehouse, RedshiftWarehouse)
    load_all(warehouse, lake, max_rejected=1)
    yield from _opened(warehouse)
    warehouse.close()


def _opened(warehouse: Warehouse) -> Iterator[Session]:
    with warehouse.session() as session:
        assert isinstance(session, Session)
        yield session


@pytest.mark.integration
@pytest.mark.xdist_group("golden-sample")
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("table", list(CATALOG), ids=lambda table: table.name)
def test_the_rows_of_a_table(table: Table, engine: str, request: pytest.FixtureRequest, golden: Golden) -> None:
    session: Session = request.getfixturevalue(engine)
    compare = golden if engine == "duckdb" else Golden(update=False)  # one engine writes, and the other must hold the same
    compare(f"sample_lake/{table.name}.csv", _csv(session, table))


def test_no_file_is_left_over(golden: Golden) -> None:
    golden.only("sample_lake", {f"{table.name}.csv" for table in CATALOG})


def _csv(session: Session, table: Table) -> str:
    """The table's rows, sorted, without what tells of the load."""
    kept = [place for place, name in enumerate(table.column_names) if name not in OF_A_LOAD]
    rows = in_order(tuple(row[place] for place in kept) for row in session.sql.execute(all_of(table, session.sql.dialect)))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([table.column_names[place] for place in kept])
    writer.writerows([_told(value) for value in row] for row in rows)
    return text.getvalue()


def _told(value: Any) -> str:
    """As text, the same from both drivers: null is NULL, empty text is empty."""
    match value:
        case None:
            return "NULL"
        case datetime():
            return value.isoformat(sep=" ", timespec="milliseconds")
        case Decimal():
            return format(value.normalize(), "f")
        case _:
            return str(value)
