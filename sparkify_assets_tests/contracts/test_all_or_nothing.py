"""Invariant 3: an operation that breaks off, after any statement, leaves every table unchanged; run again, it completes.

Put here atomicity of one operation. Do not put here sequences of operations (test_convergence.py).
"""

from collections.abc import Callable, Iterator

import pytest

from sparkify_assets.lake import LocalLake, list_partitions
from sparkify_assets.model import load_catalog
from sparkify_assets.warehouse import PartitionLoadResult, Session, Warehouse
from sparkify_assets_tests.contracts.crash import crash_after
from sparkify_assets_tests.support import RUN, LakeDirectory, event, load_all, rows, song

pytestmark = pytest.mark.integration

CATALOG = load_catalog()
FIRST, SECOND = "2018-11-01", "2018-11-02"
Verb = Callable[[Session, LakeDirectory], None]


@pytest.fixture
def session(warehouse: Warehouse, lake: LakeDirectory) -> Iterator[Session]:
    """Two days and two prefixes, everything loaded.

    Then prefix A changes in the lake, and the second day changes, is loaded and changes again.
    """
    lake.events(FIRST, [event(), event(itemInSession=1)])
    lake.events(SECOND, [event(itemInSession=1), event(itemInSession=2, userId="8")])
    lake.songs("A", [song()])
    lake.songs("B", [song(song_id="SO2", artist_id="AR2", title="Uprising")])
    load_all(warehouse, lake.root)
    lake.songs("A", [song(song_id="SO0"), song(song_id="SO3", duration="long")])
    with warehouse.session() as session:
        assert isinstance(session, Session)
        lake.events(SECOND, [event(itemInSession=2, userId="9")])
        load_events(session, lake)
        lake.events(SECOND, [event(itemInSession=3), event(ts="now")])
        yield session


def load(session: Session, lake: LakeDirectory, name: str, partition: str) -> None:
    source = CATALOG[name].source
    assert source is not None
    listed = list_partitions(LocalLake(lake.root), source).partitions
    answers = list(session.loader.load(CATALOG[name], {partition: listed[partition]}, LocalLake(lake.root), RUN, max_rejected=1))
    assert [type(a) for a in answers] == [PartitionLoadResult]


def load_events(session: Session, lake: LakeDirectory) -> None:
    load(session, lake, "staging_events", SECOND)


def load_songs(session: Session, lake: LakeDirectory) -> None:
    load(session, lake, "staging_songs", "A")


def refresh_plays(session: Session, _: LakeDirectory) -> None:
    session.refresher.refresh(CATALOG["songplays"], [SECOND])


def rebuild_users(session: Session, _: LakeDirectory) -> None:
    session.refresher.rebuild(CATALOG["users"])


def everything(session: Session) -> dict[str, list[tuple[object, ...]]]:
    return {t.name: rows(session, t) for t in CATALOG}


@pytest.mark.parametrize("verb", [load_events, load_songs, refresh_plays, rebuild_users])
@pytest.mark.parametrize("step", [3, pytest.param(1, marks=pytest.mark.slow)], ids=["each third", "each"])
def test_the_places_to_break_off(session: Session, lake: LakeDirectory, verb: Verb, step: int) -> None:
    """Break off after each statement of the operation, or after each third one: the first, the fourth and so on."""
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
