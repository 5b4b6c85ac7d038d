"""Pending refreshes: a change makes exactly the affected partitions of the tables after it stale, until they are refreshed.

Put here which partitions are stale. Do not put here the rows after a refresh (test_convergence.py).
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sparkify_assets.lake import LocalLake, list_partitions
from sparkify_assets.model import load_catalog
from sparkify_assets.warehouse import Session, Warehouse
from sparkify_assets_tests.support import RUN, LakeDirectory, event, loaded_warehouse, rows, song

pytestmark = pytest.mark.integration

CATALOG = load_catalog()
DAYS = ("2018-11-01", "2018-11-02", "2018-11-03")
Debts = dict[str, set[str]]


def deliver(lake: LakeDirectory) -> None:
    """Three days, each with a play of a different song; the catalogue has the first day's."""
    for number, day in enumerate(DAYS):
        lake.events(day, [event(sessionId=number, song=f"Song {number}", ts=1541106106796 + number)])
    lake.songs("A", [song(title="Song 0")])
    lake.songs("B", [song(song_id="SO2", title="Unheard")])


@pytest.fixture
def loaded(engine: str, tmp_path: Path) -> tuple[Warehouse, LakeDirectory]:
    return loaded_warehouse(engine, tmp_path, deliver)


@pytest.fixture
def lake(loaded: tuple[Warehouse, LakeDirectory]) -> LakeDirectory:
    return loaded[1]


@pytest.fixture
def session(loaded: tuple[Warehouse, LakeDirectory]) -> Iterator[Session]:
    with loaded[0].session() as session:
        yield session


def load(session: Session, lake: LakeDirectory, name: str, partition: str) -> Debts:
    """Load one partition; returns the pending refreshes."""
    source = CATALOG[name].source
    assert source is not None
    listed = list_partitions(LocalLake(lake.root), source).partitions
    list(session.loader.load(CATALOG[name], {partition: listed.get(partition, ())}, LocalLake(lake.root), RUN, 0))
    return debts(session)


def debts(session: Session) -> Debts:
    return {name: set(partitions) for name, partitions in session.metadata.stale_partitions().items()}


def test_after_a_whole_load_nothing_is_owed(session: Session) -> None:
    assert debts(session) == {}


def test_a_day_is_owed_to_what_is_made_from_it_directly(session: Session, lake: LakeDirectory) -> None:
    assert load(session, lake, "staging_events", DAYS[1]) == {"users": {DAYS[1]}, "page_views": {DAYS[1]}}


def test_a_refresh_settles_and_owes_to_the_next(session: Session, lake: LakeDirectory) -> None:
    load(session, lake, "staging_events", DAYS[1])
    session.refresher.refresh(CATALOG["page_views"], [DAYS[1]])
    of_views = {name: {DAYS[0]} for name in ("session_days", "errors_by_day_and_page")}  # when the event was
    of_views |= {"users": {DAYS[1]}, "upgrade_funnel": {""}, "downgrade_funnel": {""}}
    assert debts(session) == {"songplays": {DAYS[1]}, **of_views}
    session.refresher.refresh(CATALOG["songplays"], [DAYS[1]])
    by_day = {name: {DAYS[0]} for name in ("session_hours", "song_days")}
    assert debts(session) == {"time": {DAYS[1]}, "level_changes": {""}, **of_views, **by_day}
    session.refresher.refresh(CATALOG["time"], [DAYS[1]])
    session.refresher.refresh(CATALOG["song_days"], [])
    tops = {name: {""} for name in CATALOG.tables if name.startswith("top_")}
    rest = {**of_views, "level_changes": {""}, "session_hours": {DAYS[0]}, "plays_matched_by_day": {DAYS[0]}, **tops}
    assert debts(session) == rest
    session.refresher.refresh(CATALOG["top_songs"], [])
    del rest["top_songs"]
    assert debts(session) == rest


def test_a_refresh_that_changes_nothing_owes_nothing(session: Session) -> None:
    session.refresher.refresh(CATALOG["songplays"], ["2018-12-01"])
    assert "time" not in debts(session)


def test_a_late_song_is_owed_to_the_days_that_play_it(session: Session, lake: LakeDirectory) -> None:
    lake.songs("C", [song(song_id="SO3", title="Song 2 ")])
    assert load(session, lake, "staging_songs", "C") == {"songs": {"C"}, "artists": {"C"}, "songplays": {DAYS[2]}}


def test_a_corrected_title_is_owed_to_the_days_that_play_the_old_one_or_the_new(session: Session, lake: LakeDirectory) -> None:
    lake.songs("A", [song(title="Song 1")])
    assert load(session, lake, "staging_songs", "A")["songplays"] == {DAYS[0], DAYS[1]}


def test_a_song_taken_away_is_owed_to_the_days_that_play_it(session: Session, lake: LakeDirectory) -> None:
    lake.remove("song_data/A/A/A/TRA.json")
    assert load(session, lake, "staging_songs", "A")["songplays"] == {DAYS[0]}


def test_a_song_that_nobody_played_is_owed_to_no_day(session: Session, lake: LakeDirectory) -> None:
    lake.songs("B", [song(song_id="SO2", title="Unheard", duration=1.0)])
    assert load(session, lake, "staging_songs", "B") == {"songs": {"B"}, "artists": {"B"}}


def test_a_prefix_delivered_as_it_was_is_owed_to_no_day(session: Session, lake: LakeDirectory) -> None:
    assert load(session, lake, "staging_songs", "A") == {"songs": {"A"}, "artists": {"A"}}


def test_a_play_that_moves_to_another_day_is_owed_for_both(session: Session, lake: LakeDirectory) -> None:
    lake.events(DAYS[2], [event(sessionId=0)])
    load(session, lake, "staging_events", DAYS[2])
    assert session.refresher.refresh(CATALOG["page_views"], [DAYS[2]]).partitions.keys() == {DAYS[0], DAYS[2]}
    assert debts(session)["songplays"] == {DAYS[0], DAYS[2]}
    session.refresher.refresh(CATALOG["songplays"], [DAYS[0], DAYS[2]])
    assert debts(session)["time"] == {DAYS[0], DAYS[2]}


def test_a_play_whose_winner_went_is_chosen_among_all_days(session: Session, lake: LakeDirectory) -> None:
    """Day 3 delivers a play that day 2 has delivered, and then not any more.  Before that is refreshed, a day before both delivers it."""
    before, between, winner = "2018-10-30", DAYS[1], DAYS[2]
    twice = event(sessionId=77, ts=1541160000000)
    for day in (between, winner):
        lake.events(day, [twice], "twice")
        load(session, lake, "staging_events", day)
        session.refresher.refresh(CATALOG["page_views"], [day])
    lake.events(winner, [event(page="Home")], "twice")
    load(session, lake, "staging_events", winner)
    lake.events(before, [twice])
    load(session, lake, "staging_events", before)
    session.refresher.refresh(CATALOG["page_views"], [before])
    session.refresher.refresh(CATALOG["page_views"], [winner])
    table = CATALOG["page_views"]
    chosen = [row[table.column_names.index("log_date")] for row in rows(session, table) if 77 in row]
    assert list(map(str, chosen)) == [between]


@pytest.mark.parametrize("partitions", [[DAYS[1]], list(DAYS)], ids=["refreshed", "made anew"])
def test_a_day_that_loses_its_last_play_is_owed(session: Session, lake: LakeDirectory, partitions: list[str]) -> None:
    lake.events(DAYS[1], [event(page="Home")])
    load(session, lake, "staging_events", DAYS[1])
    session.refresher.refresh(CATALOG["page_views"], partitions)
    session.refresher.refresh(CATALOG["songplays"], partitions)
    assert DAYS[1] in debts(session)["time"]
