"""What an engine says of a value that does not fit is not repeated where values of rows are hidden."""

from pathlib import Path

import pytest

from sparkify_assets.errors import RejectedRecordsError, WarehouseError
from sparkify_assets.lake import LocalLake, list_partitions
from sparkify_assets.model import load_catalog
from sparkify_assets.warehouse import PartitionLoadFailure, PartitionLoadResult, Warehouse
from sparkify_assets.warehouse.row_values import RowValues
from sparkify_assets_tests.support import ENGINES, RUN, LakeDirectory, event, opened_warehouse

pytestmark = pytest.mark.integration

CATALOG = load_catalog()
EVENTS = CATALOG["staging_events"]
DAY, VALUE = "2018-11-01", "Qvalue"


def hide(warehouse: Warehouse) -> Warehouse:
    warehouse._row_values = RowValues(shown=False)  # type: ignore[attr-defined]
    return warehouse


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("hidden", [False, True])
def test_a_value_that_does_not_fit(hidden: bool, engine: str, tmp_path: Path) -> None:
    with opened_warehouse(engine, tmp_path) as warehouse:
        with pytest.raises(WarehouseError) as raised, (hide(warehouse) if hidden else warehouse).session() as session:
            session.sql.execute("SELECT CAST(first_name AS INTEGER) FROM (SELECT 'Qvalue' AS first_name) AS users")
        chain = [raised.value, raised.value.__cause__]
        assert ([VALUE in str(error) for error in chain] == [False, False]) is hidden
        assert raised.value.__suppress_context__ or not hidden


@pytest.mark.parametrize("engine", ENGINES)
def test_rejected_records_are_kept_as_they_are_and_told_without_values(engine: str, tmp_path: Path) -> None:
    lake = LakeDirectory(tmp_path / "lake")
    lake.events(DAY, [event(), event(status=VALUE, userAgent=VALUE)])
    assert EVENTS.source is not None
    files = list_partitions(LocalLake(lake.root), EVENTS.source).partitions
    with opened_warehouse(engine, tmp_path) as warehouse:
        with hide(warehouse).session() as session:
            (failed,) = session.loader.load(EVENTS, files, LocalLake(lake.root), RUN, 0)
            assert isinstance(failed, PartitionLoadFailure)
            assert isinstance(failed.error, RejectedRecordsError)
            (loaded,) = session.loader.load(EVENTS, files, LocalLake(lake.root), RUN, 1)
            assert isinstance(loaded, PartitionLoadResult)
            told = [str(failed.error), *failed.error.rejects, *loaded.rejects, *session.metadata.rejected_records(EVENTS, [DAY])]
            assert VALUE not in repr(told)
            assert "events.json:2: status: found" in str(failed.error)
            assert session.queries.sample_rows(EVENTS, 10)[1] == []
            assert session.queries.sample_rows_by_partition(EVENTS, [DAY], 10) == {}
        kept = warehouse.query("SELECT reason, raw_text FROM rejected_records").rows
        assert [text.count(VALUE) for text in kept[0]] == [1, 2]
