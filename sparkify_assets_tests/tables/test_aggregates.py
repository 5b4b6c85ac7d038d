"""A change recomputes its own days only, in session_hours, song_days and the reports by day.

Their rows are in the unit tests beside them (tables/facts/session_hours/tests).
"""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from sqlglot import exp

from sparkify_assets.warehouse import Session, refresher
from sparkify_assets.warehouse.refresher import day_ranges
from sparkify_assets_tests.support import Record, event, rows, song
from sparkify_assets_tests.tables.given import CATALOG, NEXT_DAY, Given, at

BY_DAY = ("session_hours", "song_days", "plays_by_day_and_level", "plays_matched_by_day", "listening_by_day")
FIRST, SECOND, THIRD = date(2018, 11, 1), date(2018, 11, 2), date(2018, 11, 3)
WRONG = 1_000
"""plays of a row that a test has altered"""


def build(session: Session) -> None:
    """All that a run recomputes, as it does."""
    for name in ("users", "songs", "artists", "page_views", "songplays", "time"):
        session.refresher.refresh(CATALOG[name], sorted(session.metadata.stale_partitions().get(name, ())))
    session.refresher.recompute([CATALOG[name] for name in CATALOG.unpartitioned])


def loaded(given: Given, *records: Record) -> Session:
    """Three days are loaded, and the rows of each table by day are altered, so that a recomputed day tells itself."""
    for n, day in enumerate((FIRST, SECOND, THIRD)):
        given.events(event(ts=at(f"{day}T10:00"), sessionId=n), *(records if day == FIRST else ()), day=str(day))
    given.load()
    build(given.session)
    for name in BY_DAY:
        given.session.sql.run(exp.update(name, {"plays": WRONG}))
    return given.session


def recomputed_days(session: Session) -> dict[str, list[date]]:
    """Table by day → the days of rows that are not those that were altered."""
    found = {}
    for name in BY_DAY:
        table = CATALOG[name]
        day, plays = table.column_names.index("day"), table.column_names.index("plays")
        found[name] = sorted({row[day] for row in rows(session, table) if row[plays] != WRONG})
    return found


def each(days: list[date]) -> dict[str, list[date]]:
    return dict.fromkeys(BY_DAY, days)


@pytest.mark.integration
def test_a_correction_recomputes_its_day(given: Given) -> None:
    session = loaded(given)
    given.events(event(ts=at("2018-11-02T12:00")), day=NEXT_DAY, name="more")
    given.load()
    build(session)
    assert recomputed_days(session) == each([SECOND])
    assert session.metadata.stale_partitions() == {}


@pytest.mark.integration
def test_of_an_event_in_another_days_file_its_own_day_is_recomputed(given: Given) -> None:
    session = loaded(given)
    given.events(event(ts=at("2018-11-03T12:00")), day="2018-11-01", name="early")
    given.load()
    build(session)
    # the file's day, whose plays are all written anew, and that of the event
    assert recomputed_days(session) == each([FIRST, THIRD])


@pytest.mark.integration
def test_a_day_whose_plays_go_loses_its_rows(given: Given) -> None:
    session = loaded(given, event(ts=at("2018-10-31T12:00"), sessionId=7))
    assert (date(2018, 10, 31), "paid", WRONG, 1) in rows(session, CATALOG["plays_by_day_and_level"])
    given.events(event(ts=at("2018-11-01T10:00"), sessionId=0))
    given.load()
    build(session)
    assert date(2018, 10, 31) not in {row[0] for name in BY_DAY for row in rows(session, CATALOG[name])}
    assert recomputed_days(session) == each([FIRST])


@pytest.mark.integration
def test_a_late_song_recomputes_the_days_of_its_plays(given: Given) -> None:
    session = loaded(given, event(ts=at("2018-11-01T11:00"), song="Uprising"))
    given.songs(song(song_id="SO1", title="Uprising", artist_name="Muse"))
    given.load()
    build(session)
    assert recomputed_days(session)["plays_matched_by_day"] == [FIRST]


@pytest.mark.integration
def test_a_rebuild_recomputes_every_day(given: Given) -> None:
    session = loaded(given)
    session.refresher.rebuild(CATALOG["songplays"])
    build(session)
    assert recomputed_days(session) == each([FIRST, SECOND, THIRD])


@pytest.mark.integration
def test_what_is_materialized_while_nothing_is_stale_is_recomputed_in_full(given: Given) -> None:
    session = loaded(given)
    session.refresher.recompute([CATALOG["song_days"]])
    assert recomputed_days(session)["song_days"] == [FIRST, SECOND, THIRD]
    assert set(session.metadata.stale_partitions()) >= {"top_songs", "plays_matched_by_day"}  # outside of this step


@pytest.mark.integration
def test_a_table_whose_code_has_changed_is_recomputed_in_full(given: Given) -> None:
    session = loaded(given)
    given.events(event(ts=at("2018-11-02T12:00")), day=NEXT_DAY, name="more")
    given.load()
    session.schema.stale.add("song_days")
    build(session)
    assert recomputed_days(session)["song_days"] == [FIRST, SECOND, THIRD]
    assert recomputed_days(session)["session_hours"] == [SECOND]


@pytest.mark.integration
def test_many_scattered_days_are_recomputed_in_full(given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refresher, "MOST_RANGES", 1)
    session = loaded(given)
    for day in (FIRST, THIRD):
        given.events(event(ts=at(f"{day}T12:00")), day=str(day), name="more")
    given.load()
    build(session)
    assert recomputed_days(session)["session_hours"] == [FIRST, SECOND, THIRD]


@pytest.mark.integration
def test_what_reads_an_aggregate_outside_of_the_step_is_stale_by_the_day(given: Given) -> None:
    session = loaded(given)
    given.events(event(ts=at("2018-11-02T12:00")), day=NEXT_DAY, name="more")
    given.load()
    session.refresher.refresh(CATALOG["page_views"], [NEXT_DAY])
    session.refresher.refresh(CATALOG["songplays"], [NEXT_DAY])
    session.refresher.recompute([CATALOG["session_hours"]])
    stale = session.metadata.stale_partitions()
    assert (stale["plays_by_day_and_level"], stale["popular_hours"]) == ({NEXT_DAY}, {""})


@pytest.mark.parametrize(
    ("days", "ranges"),
    [
        ([], []),
        ([1], [(1, 2)]),
        ([3, 1, 2], [(1, 4)]),
        ([1, 3], [(1, 2), (3, 4)]),
        ([1, 3, 5], [(1, 2), (3, 4), (5, 6), (5, 6)]),
        ([1, 2, 4, 6, 8, 10], [(1, 3), (4, 5), (6, 7), (8, 9), (10, 11), (10, 11), (10, 11), (10, 11)]),
    ],
)
def test_days_become_ranges_whose_number_is_a_power_of_two(days: Sequence[int], ranges: Sequence[tuple[int, int]]) -> None:
    def day(n: int) -> str:
        return str(date(2018, 12, 25) + timedelta(days=n))

    assert day_ranges(map(day, days)) == [(day(a), day(b)) for a, b in ranges]
