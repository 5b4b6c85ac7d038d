"""Invariant 3: a verb that breaks off, after whichever statement, leaves every table as it was; told again, it does its work."""

from collections.abc import Callable, Iterator

import pytest

from sparkify_assets.lake import LocalLake, list_partitions
from sparkify_assets.model import load_catalog
from sparkify_assets.warehouse import PartitionLoadResult, Warehouse
from sparkify_assets.warehouse.session import SqlSession
from sparkify_assets_tests.contracts.crash import crash_after
from sparkify_assets_tests.support import RUN, LakeDirectory, event, load_all, rows, song

pytestmark = pytest.mark.integration

CATALOG = load_catalog()
FIRST, SECOND = "2018-11-01", "2018-11-02"
Verb = Callable[[SqlSession, LakeDirectory], None]


@pytest.fixture
def session(warehouse: Warehouse, lake: LakeDirectory) -> Iterator[SqlSession]:
    """Two days and two prefixes, everything loaded; then the first of each changes in the lake, and staging_events follows."""
    lake.events(FIRST, [event(), event(itemInSession=1)])
    lake.events(SECOND, [event(itemInSession=1), event(itemInSession=2, userId="8")])
    lake.songs("A", [song()])
    lake.songs("B", [song(song_id="SO2", artist_id="AR2", title="Uprising")])
    load_all(warehouse, lake.root)
    lake.songs("A", [song(song_id="SO0"), song(song_id="SO3", duration="long")])
    with warehouse.session() as session:
        assert isinstance(session, SqlSession)
        lake.events(SECOND, [event(itemInSession=2, userId="9")])
        load_events(session, lake)
        lake.events(SECOND, [event(itemInSession=3), event(ts="now")])
        yield session


def load(session: SqlSession, lake: LakeDirectory, name: str, partition: str) -> None:
    source = CATALOG[name].source
    assert source is not None
    listed = list_partitions(LocalLake(lake.root), source).partitions
    answers = list(session.load(CATALOG[name], {partition: listed[partition]}, LocalLake(lake.root), RUN, max_rejected=1))
    assert [type(a) for a in answers] == [PartitionLoadResult]


def load_events(session: SqlSession, lake: LakeDirectory) -> None:
    load(session, lake, "staging_events", SECOND)


def load_songs(session: SqlSession, lake: LakeDirectory) -> None:
    load(session, lake, "staging_songs", "A")


def refresh_plays(session: SqlSession, _: LakeDirectory) -> None:
    session.refresh(CATALOG["songplays"], [SECOND])


def rebuild_users(session: SqlSession, _: LakeDirectory) -> None:
    session.rebuild(CATALOG["users"])


def everything(session: SqlSession) -> dict[str, list[tuple[object, ...]]]:
    return {t.name: rows(session, t) for t in CATALOG}


@pytest.mark.parametrize("verb", [load_events, load_songs, refresh_plays, rebuild_users])
@pytest.mark.parametrize("step", [3, pytest.param(1, marks=pytest.mark.slow)], ids=["each third", "each"])
def test_the_places_to_break_off(session: SqlSession, lake: LakeDirectory, verb: Verb, step: int) -> None:
    """After each statement of the verb, or after each third one: the first, the fourth and so on."""
    before = everything(session)
    statements, done = 0, False
    while not done:
        assert everything(session) == before
        with crash_after(session, statements):
            verb(session, lake)
            done = True
        statements += step
    assert statements > 4
    assert everything(session) != before
