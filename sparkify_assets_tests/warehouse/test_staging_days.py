"""Staging rows that expire: what is derived from them stays, and all else is as in a warehouse that keeps them."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sparkify_assets.errors import WarehouseError
from sparkify_assets.lake import LocalLake, list_partitions
from sparkify_assets.model import REPORTS, load_catalog
from sparkify_assets.warehouse import PartitionLoadResult, Session, Warehouse
from sparkify_assets.warehouse.schema_sync import sync_schema
from sparkify_assets_tests.support import ENGINES, RUN, LakeDirectory, Record, event, milliseconds, opened_warehouse, raises, rows, song

pytestmark = pytest.mark.integration

CATALOG = load_catalog()
DERIVED = [t for t in CATALOG if t.select is not None and t.layer != REPORTS]
"""Reports read these alone, as other tests of convergence compare."""
EVENTS, SONGS = CATALOG["staging_events"], CATALOG["staging_songs"]
DAYS = [f"2018-11-{day:02d}" for day in range(1, 11)]
KEPT = 7
EXPIRED, LEFT = DAYS[:3], DAYS[3:]
Tables = dict[str, list[tuple[Any, ...]]]


def play(day: str, user: int = 15, **more: Any) -> Record:
    return event(ts=milliseconds(f"{day}T08:00:00") + user, userId=str(user), sessionId=int(day[-2:]), **more)


@dataclass
class Place:
    """A lake and two warehouses: staging expires in one of them."""

    lake: LakeDirectory
    expiring: Warehouse
    whole: Warehouse

    def load(self, days: list[str], prefixes: list[str] | None = None) -> None:
        """As `sparkify load`: these partitions, and what is stale."""
        for warehouse in (self.expiring, self.whole):
            with warehouse.session() as session:
                if warehouse is self.expiring:
                    session.loader.expire(EVENTS, KEPT)
                self.load_one(session, days, prefixes or [])

    def load_one(self, session: Session, days: list[str], prefixes: list[str]) -> None:
        lake = LocalLake(self.lake.root)
        for staging, keys in ((SONGS, prefixes), (EVENTS, days)):
            assert staging.source is not None
            found = list_partitions(lake, staging.source).partitions
            for answer in session.loader.load(staging, {key: found.get(key, ()) for key in keys}, lake, RUN, 0):
                assert isinstance(answer, PartitionLoadResult)
        for table in DERIVED:
            root = CATALOG.root(table)
            keys = days if root is EVENTS else prefixes if root is SONGS else []
            session.refresher.refresh(table, keys, with_stale=True)

    def derived(self, warehouse: Warehouse) -> Tables:
        with warehouse.session() as session:
            return {t.name: rows(session, t) for t in [*DERIVED, *(x.table for x in CATALOG.lookups.values())]}

    def is_as_whole(self) -> None:
        assert self.derived(self.expiring) == self.derived(self.whole)

    def staged_days(self) -> list[str]:
        return [str(row[0]) for row in self.expiring.query("SELECT DISTINCT log_date FROM staging_events ORDER BY 1").rows]


@pytest.fixture(params=ENGINES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Ten days are loaded, and the first three have expired: one user plays each day, one on the first two only."""
    with ExitStack() as stack:
        for name in ("expiring", "whole"):
            (tmp_path / name).mkdir()
        made = [stack.enter_context(opened_warehouse(request.param, tmp_path / name)) for name in ("expiring", "whole")]
        place = Place(LakeDirectory(tmp_path / "lake"), *made)
        for day in DAYS:
            early = [play(day, 8, userAgent="Old browser", level="free", song="CafÃ©")] if day < DAYS[2] else []
            place.lake.events(day, [play(day), *early])
        place.lake.songs("A", [song(title="Another")])
        place.load(DAYS, ["A"])
        assert place.staged_days() == DAYS
        with place.expiring.session() as session:
            assert session.loader.expire(EVENTS, KEPT) == EXPIRED
            assert session.loader.expire(EVENTS, KEPT) == []
        yield place


def test_what_is_derived_stays_and_a_new_day_is_added_to_it(place: Place) -> None:
    assert place.staged_days() == LEFT
    place.is_as_whole()
    place.lake.events("2018-11-11", [play("2018-11-11"), play("2018-11-11", 8, level="paid"), play("2018-11-11", 9)])
    place.load(["2018-11-11"])
    assert place.staged_days() == [*LEFT, "2018-11-11"]
    place.is_as_whole()
    place.load([])
    assert place.staged_days() == [*LEFT[1:], "2018-11-11"]  # a newer day is loaded, so that one more has expired
    place.is_as_whole()


@pytest.mark.parametrize("correction", ["other content", "a user less", "no file"])
def test_a_correction_of_a_kept_day(place: Place, correction: str) -> None:
    day = DAYS[6]
    place.lake.events(day, [play(day), play(day, 9), play(day, 8, userAgent="Another browser")])
    place.load([day])
    place.is_as_whole()
    match correction:
        case "other content":
            place.lake.events(day, [play(day, artist="Blur"), play(day, 9, level="free"), play(day, 8)])
        case "a user less":
            place.lake.events(day, [play(day), play(day, 8)])
        case "no file":
            place.lake.remove(f"log_data/2018/11/{day}-events.json")
            place.lake.events(DAYS[7], [play(DAYS[7]), play(DAYS[7], 8), play(DAYS[7], 9)])
    place.load([day, DAYS[7]])
    with place.whole.session() as session:  # texts that nobody has are kept where it is unknown whether expired rows had them
        texts = {name: rows(session, CATALOG[name]) for name in CATALOG.lookups}
    kept = place.derived(place.expiring)
    assert all(set(texts[name]) <= set(kept[name]) for name in texts)
    assert {**kept, **texts} == place.derived(place.whole)


def test_a_day_that_is_delivered_again_is_whole_again(place: Place) -> None:
    """Its user's newest row is of a later day that has expired, too: with that day alone, the older row would win."""
    day = EXPIRED[0]
    place.lake.events(day, [play(day, level="free"), play(day, 8, level="free"), play(day, 9)])
    before = place.derived(place.expiring)
    with raises(WarehouseError, "2 partitions", day, "SPARKIFY_STAGING_DAYS", f"--from {day} --to {EXPIRED[-1]}"):
        place.load([day])
    assert place.derived(place.expiring) == before
    with place.expiring.session() as session:  # a newer day goes on
        session.refresher.refresh(CATALOG["users"], [DAYS[8]], with_stale=True)
        assert day in session.metadata.stale_partitions()["users"]
    assert place.derived(place.expiring) == before
    place.load(EXPIRED)
    assert place.staged_days() == DAYS
    place.is_as_whole()
    place.load([])
    assert place.staged_days() == LEFT


def test_a_late_song_reaches_every_play_that_is_a_page_view(place: Place) -> None:
    place.lake.songs("B", [song(song_id="SO2", title="Starlight", artist_name="Muse")])
    place.load([], ["B"])
    matched = "SELECT DISTINCT log_date FROM songplays WHERE song_id = 'SO2' ORDER BY 1"
    assert [str(row[0]) for row in place.expiring.query(matched).rows] == DAYS
    place.is_as_whole()


def test_what_expired_before_page_views_was_created_stays(place: Place) -> None:
    """After an upgrade from a version without page_views."""
    before = place.expiring.query("SELECT * FROM songplays ORDER BY songplay_id").rows
    with place.expiring.session() as session:
        with session.sql.transaction():
            session.sql.execute("DROP TABLE page_views")
            session.sql.execute("DELETE FROM created_tables WHERE table_name = 'page_views'")
        sync_schema(session, CATALOG, refresh_changed=True)
        session.metadata.mark_all_stale(CATALOG["songplays"])
    place.load([])
    place.expiring.rebuild([CATALOG["songplays"], CATALOG["time"]])
    place.load([])
    assert place.expiring.query("SELECT * FROM songplays ORDER BY songplay_id").rows == before
    assert [str(row[0]) for row in place.expiring.query("SELECT DISTINCT log_date FROM page_views ORDER BY 1").rows] == LEFT
    place.lake.songs("B", [song(song_id="SO2", title="Starlight", artist_name="Muse")])
    place.load([], ["B"])
    matched = "SELECT DISTINCT log_date FROM songplays WHERE song_id = 'SO2' ORDER BY 1"
    assert [str(row[0]) for row in place.expiring.query(matched).rows] == LEFT
    with place.expiring.session() as session, raises(WarehouseError, "songplays", *EXPIRED[:2], "SPARKIFY_STAGING_DAYS", "--force"):
        session.refresher.refresh(CATALOG["songplays"], [*EXPIRED, DAYS[4]])
    place.load(EXPIRED)
    place.is_as_whole()


def test_an_expired_day_is_not_computed_from_nothing(place: Place) -> None:
    before = place.derived(place.expiring)
    for table in ("page_views", "users"):
        with place.expiring.session() as session, raises(WarehouseError, table, *EXPIRED[:2], "SPARKIFY_STAGING_DAYS", "--force"):
            session.refresher.refresh(CATALOG[table], [*EXPIRED, DAYS[4]])
    assert place.derived(place.expiring) == before
    with place.expiring.session() as session:
        for name in ("page_views", "songplays", "users", "time"):
            session.refresher.refresh(CATALOG[name], LEFT)  # all partitions that are in staging
            session.refresher.rebuild(CATALOG[name])
        session.refresher.refresh(CATALOG["songplays"], [*EXPIRED, DAYS[4]])  # page_views has them
        for name in CATALOG.lookups:
            session.refresher.rebuild(CATALOG[name])
    place.expiring.rebuild([CATALOG["page_views"], CATALOG["songplays"], CATALOG["users"], CATALOG["time"]])
    place.load([])
    assert place.derived(place.expiring) == before


def test_a_correction_that_takes_a_users_last_kept_event_takes_the_user_until_an_older_day_is_loaded(place: Place) -> None:
    """Which expired days had the user is unknown: the limit that docs/operations.md names."""
    day, users = DAYS[6], "SELECT user_id FROM users ORDER BY 1"
    place.lake.events(day, [play(day), play(day, 8)])
    place.load([day])
    place.lake.events(day, [play(day)])
    place.load([day])
    assert [row[0] for row in place.whole.query(users).rows] == [8, 15]
    assert [row[0] for row in place.expiring.query(users).rows] == [15]
    place.load(EXPIRED)
    place.is_as_whole()


def test_what_is_still_needed_does_not_expire(place: Place) -> None:
    with place.whole.session() as session:
        session.metadata.mark_stale({"page_views": {DAYS[1]}})
        assert session.loader.expire(EVENTS, KEPT) == [DAYS[0], DAYS[2]]
        session.metadata.mark_stale({EVENTS.name: {DAYS[3]}})
        assert session.loader.expire(EVENTS, KEPT - 2) == [DAYS[4]]
