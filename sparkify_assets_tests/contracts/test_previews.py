"""Sample rows per partition, on each engine.

Put here queries for previews. Do not put here their display in the UI (orchestration/).
"""

from pathlib import Path

import pytest

from sparkify_assets.model import load_catalog
from sparkify_assets.warehouse import queries
from sparkify_assets_tests.support import LakeDirectory, event, loaded_warehouse, song

pytestmark = pytest.mark.integration

CATALOG = load_catalog()
DAYS = ("2018-11-01", "2018-11-02", "2018-11-03")


def deliver(lake: LakeDirectory) -> None:
    """One play on the first day, two on the second, three on the third; a song."""
    for number, day in enumerate(DAYS, 1):
        lake.events(day, [event(sessionId=number, itemInSession=n) for n in range(number)])
    lake.songs("B", [song()])


def test_each_partition_shows_rows_of_its_own_and_no_more_than_asked_for(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "SAMPLED_PARTITIONS", 2)  # so that the three need two statements
    warehouse, _ = loaded_warehouse(engine, tmp_path, deliver)
    with warehouse.session() as session:
        for name in ("staging_events", "songplays"):
            table = CATALOG[name]
            at = [table.column_names.index(column) for column in ("log_date", "session_id")]
            shown = session.queries.sample_rows_by_partition(table, [*DAYS, "2018-11-04"], 2)
            seen = {day: [tuple(str(row[n]) for n in at) for row in rows] for day, rows in shown.items()}
            assert seen == {day: [(day, str(n))] * min(n, 2) for n, day in enumerate(DAYS, 1)}
        assert session.queries.sample_rows_by_partition(CATALOG["songs"], ["A", "B"], 10).keys() == {"B"}
        assert session.queries.sample_rows_by_partition(CATALOG["songs"], [], 10) == {}
