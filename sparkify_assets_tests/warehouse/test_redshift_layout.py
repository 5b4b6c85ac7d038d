"""Distribution and sort keys on Redshift: how evenly they spread the rows, and how those of existing tables are altered in place."""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from sparkify_assets.model import Layout, load_catalog
from sparkify_assets.sample_data import SampleSpec, write_sample_lake
from sparkify_assets.warehouse.redshift import RedshiftWarehouse
from sparkify_assets_tests.emulators.redshift.fixtures import redshift_server
from sparkify_assets_tests.emulators.redshift.running import RedshiftServer
from sparkify_assets_tests.emulators.redshift.warehouses import bucket_lake, redshift_warehouse
from sparkify_assets_tests.warehouse.both import statements_of

__all__ = ["redshift_server"]

pytestmark = pytest.mark.integration

CATALOG = load_catalog()
REAL = os.environ.get("SPARKIFY_REAL_DATA")
SLICES = 16
KEYS = {"session_id": "sessionId", "user_id": "userId", "start_time": "ts"}
"""column of a DISTKEY → key of an event that it is made of"""
OLD = {
    "songplays": Layout("KEY", "song_id", ("start_time",)),
    "time": Layout("ALL", None, ()),
    "songs": Layout("EVEN", None, ("song_id",)),
    "users": Layout("AUTO", None, ("last_name", "user_id")),
}
MAKE_OLD = [
    "ALTER TABLE songplays ALTER DISTKEY song_id",
    "ALTER TABLE time ALTER DISTSTYLE ALL",
    "ALTER TABLE time ALTER SORTKEY NONE",
    "ALTER TABLE songs ALTER DISTSTYLE EVEN",
    "ALTER TABLE users ALTER DISTSTYLE AUTO",
    "ALTER TABLE users ALTER COMPOUND SORTKEY (last_name, user_id)",
]


@pytest.fixture
def warehouse(redshift_server: RedshiftServer) -> Iterator[RedshiftWarehouse]:
    database = redshift_server.database()
    warehouse = redshift_warehouse(database, bucket_lake())
    yield warehouse
    warehouse.close()
    redshift_server.drop(database)


def test_tables_that_are_there_are_altered_and_keep_their_rows(warehouse: RedshiftWarehouse) -> None:
    assert warehouse.layout_differences() == {}  # there is no table yet
    with warehouse.session() as session:
        assert session.sql.layouts() == {t.name: t.layout for t in CATALOG}
    assert warehouse.layout_differences() == {}
    warehouse.execute("INSERT INTO users (user_id, log_date) VALUES (7, DATE '2018-11-01')")
    warehouse.execute(";".join(MAKE_OLD))
    assert warehouse.layout_differences() == OLD
    altered: list[tuple[str, Layout]] = []
    with statements_of(warehouse) as sent:
        warehouse.alter_layouts(["songplays"], lambda table, found: altered.append((table.name, found)))
    assert altered == [("songplays", OLD["songplays"])]
    assert [s for s in sent if s.startswith("ALTER")] == ['ALTER TABLE "songplays" ALTER DISTSTYLE KEY DISTKEY "session_id"']
    assert "BEGIN" not in sent
    assert warehouse.layout_differences().keys() == OLD.keys() - {"songplays"}
    warehouse.alter_layouts([], lambda table, found: altered.append((table.name, found)))
    assert dict(altered) == OLD
    assert warehouse.layout_differences() == {}
    assert len(warehouse.query("SELECT user_id FROM users").rows) == 1
    warehouse.alter_layouts([], lambda table, found: pytest.fail(f"{table.name} is as declared"))


def fullest_slice(values: Iterable[object]) -> float:
    """Rows on the fullest slice ÷ rows on the average one, if rows are distributed by a hash of these values."""
    slices = Counter(int(hashlib.md5(str(value).encode()).hexdigest(), 16) % SLICES for value in values)
    return max(slices.values()) * SLICES / slices.total()


def skew(lake: Path) -> dict[str, float]:
    """Table with a DISTKEY → fullest_slice of the plays in the lake."""
    lines = (line for file in sorted(lake.rglob("log_data/**/*.json")) for line in file.read_text().splitlines())
    plays = [event for event in map(json.loads, lines) if event["page"] == "NextSong"]
    by_key = {column: fullest_slice(play[key] for play in plays) for column, key in KEYS.items()}
    return {t.name: by_key[t.layout.key] for t in CATALOG if t.layout.key}


def test_a_distribution_key_spreads_generated_plays_evenly(tmp_path: Path) -> None:
    write_sample_lake(tmp_path, SampleSpec(songs=100, days=10, events_per_day=2000))
    found = skew(tmp_path)
    assert found.keys() == {"staging_events", "page_views", "songplays", "session_days", "user_days", "session_hours", "time"}
    assert max(found.values()) < 1.8, found  # by user: there are few in a small lake
    assert found["songplays"] < 1.3


@pytest.mark.skipif(not REAL, reason="SPARKIFY_REAL_DATA does not name the folder of the real data set")
def test_a_distribution_key_spreads_the_published_plays(tmp_path: Path) -> None:
    """96 users, some with a tenth of the plays, cannot fill 16 slices evenly; a song that nearly no play has would fill one alone."""
    assert REAL
    found = skew(Path(REAL))
    assert {name: round(ratio, 2) for name, ratio in found.items()} == {
        "staging_events": 1.56,
        "page_views": 1.56,
        "songplays": 1.56,
        "session_days": 1.56,
        "user_days": 2.48,
        "session_hours": 2.48,
        "time": 1.06,
    }
    assert fullest_slice(["SOZCTXZ12AB0182364", *[None] * 6819]) > 15.9


@pytest.mark.parametrize("drop", ["prune", "reset"])
def test_a_retired_table_is_dropped_though_others_refer_to_it(warehouse: RedshiftWarehouse, drop: str) -> None:
    with warehouse.session():
        pass
    retired = ["aunts", "cousins"]
    warehouse.execute(
        "CREATE TABLE aunts (id INTEGER PRIMARY KEY); CREATE TABLE cousins (id INTEGER, aunt INTEGER REFERENCES aunts (id));"
        "ALTER TABLE songs ADD FOREIGN KEY (year) REFERENCES aunts (id);"
        "INSERT INTO created_tables VALUES ('aunts', TIMESTAMP '2026-11-01', 'old'), ('cousins', TIMESTAMP '2026-11-01', 'old')"
    )
    assert warehouse.orphans() == retired
    if drop == "prune":
        assert warehouse.drop_orphans() == retired
    else:
        warehouse.reset()
    assert warehouse.orphans() == []
    with warehouse.session() as session:
        assert not session.sql.existing_tables().keys() & {*retired}
        assert session.sql.existing_tables().keys() == {t.name for t in CATALOG}
