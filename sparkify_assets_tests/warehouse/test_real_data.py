"""The real data set, where it is at hand: the published results, and two computations over the raw files that know nothing of our SQL."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sparkify_assets.model import load_catalog
from sparkify_assets.warehouse.duckdb import DuckDBWarehouse
from sparkify_assets_tests.support import load_all, play_id, tables

REAL = os.environ.get("SPARKIFY_REAL_DATA")
pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(not REAL, reason="SPARKIFY_REAL_DATA does not name the folder of the real data set"),
]

PUBLISHED = {
    "staging_events": 8056,
    "staging_songs": 71,
    "songplays": 6820,
    "users": 96,
    "songs": 71,
    "artists": 69,
    "time": 6813,
    "most_active_users": 5,
    "popular_hours": 24,
    "rejected_records": 0,
}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> DuckDBWarehouse:
    loaded = DuckDBWarehouse(tmp_path_factory.mktemp("real") / "warehouse.duckdb", load_catalog(), pytest.fail)
    load_all(loaded, Path(str(REAL)))
    return loaded


def events() -> Iterator[dict[str, Any]]:
    for path in sorted(Path(str(REAL)).glob("log_data/*/*/*.json")):
        yield from map(json.loads, path.read_text(encoding="utf-8").splitlines())


def plays() -> list[dict[str, Any]]:
    return [e for e in events() if e["page"] == "NextSong" and e["userId"]]


def songs() -> list[dict[str, Any]]:
    return [json.loads(p.read_text(encoding="utf-8")) for p in Path(str(REAL)).glob("song_data/?/?/?/TR*.json")]


def test_the_published_counts(warehouse: DuckDBWarehouse) -> None:
    held = tables(warehouse)
    assert {name: len(held[name]) for name in PUBLISHED} == PUBLISHED


def test_the_one_play_of_a_song_in_the_catalogue(warehouse: DuckDBWarehouse) -> None:
    query = "SELECT song_id, artist_id, session_id, user_id, start_time FROM songplays WHERE song_id IS NOT NULL"
    (row,) = warehouse.query(query).to_frame().itertuples(index=False, name=None)
    assert row[:4] == ("SOZCTXZ12AB0182364", "AR5KOSW1187FB35FF4", 818, 15)
    assert str(row[4]) == "2018-11-21 21:56:47.796000"


def test_a_user_is_as_their_latest_play_shows_them(warehouse: DuckDBWarehouse) -> None:
    expected = {}
    for play in sorted(plays(), key=lambda p: (p["ts"], p["sessionId"], p["itemInSession"])):
        expected[int(play["userId"])] = (play["firstName"], play["lastName"], play["gender"], play["level"])
    found = warehouse.query("SELECT user_id, first_name, last_name, gender, level FROM users").to_frame()
    assert {row[0]: row[1:] for row in found.itertuples(index=False, name=None)} == expected


def test_every_play_is_there_as_delivered(warehouse: DuckDBWarehouse) -> None:
    by_name: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for song in songs():
        by_name.setdefault((song["title"], song["artist_name"]), []).append(song)
    expected = set()
    for play in plays():
        candidates = by_name.get((play["song"], play["artist"]), [])
        best = min(candidates, key=lambda s: (abs(s["duration"] - play["length"]), s["song_id"]), default=None)
        expected.add(
            (
                play_id(play),
                datetime.fromtimestamp(play["ts"] // 1000, UTC).replace(tzinfo=None, microsecond=play["ts"] % 1000 * 1000),
                int(play["userId"]),
                play["level"],
                best["song_id"] if best else None,
                best["artist_id"] if best else None,
                play["sessionId"],
                play["location"],
                play["userAgent"],
            )
        )
    assert {row[:9] for row in tables(warehouse)["songplays"]} == expected


def test_loading_again_changes_nothing(warehouse: DuckDBWarehouse) -> None:
    before = tables(warehouse)
    load_all(warehouse, Path(str(REAL)))
    assert tables(warehouse) == before
