"""user_levels, the history of a user's subscription; and level_changes, what they played before and after each change of it."""

from datetime import datetime, timedelta

import pytest

from sparkify_assets_tests.support import Record, event, milliseconds
from sparkify_assets_tests.tables.given import NEXT_DAY, Given, at

TEN = datetime(2018, 11, 1, 10)  # noqa: DTZ001 - as the engine tells a TIMESTAMP
LEVELS, CHANGES = "valid_from valid_to level", "changed_at from_level to_level plays_before plays_after"


def plays(*levels: tuple[str, str | None]) -> list[Record]:
    """Of one user, at these moments; the later in the list, the larger its key."""
    return [event(ts=at(moment), level=level, itemInSession=n) for n, (moment, level) in enumerate(levels)]


def hour(number: int) -> datetime:
    return TEN + timedelta(hours=number - 10)


@pytest.mark.parametrize("table", ["user_levels", "level_changes"])
def test_no_plays_no_rows(given: Given, table: str) -> None:
    given.events(event(page="Home"), event(userId="", itemInSession=1))
    assert given.rows(table) == []


def test_a_level_lasts_until_the_next_begins(given: Given) -> None:
    given.events(*plays(("10:00", "free"), ("11:00", "free"), ("12:00", "paid"), ("13:00", "paid"), ("14:00", "free")))
    given.events(event(userId="7", sessionId=7, ts=at("10:00")), name="somebody else")
    assert given.rows("user_levels") == [
        (7, hour(10), None, "paid"),
        (15, hour(10), hour(12), "free"),
        (15, hour(12), hour(14), "paid"),
        (15, hour(14), None, "free"),
    ]


@pytest.mark.parametrize("order", [1, -1])
def test_within_a_millisecond_the_last_play_says_the_level(given: Given, order: int) -> None:
    """As users has it: by session and item.  A change that is taken back within it was none."""
    levels = [("10:00", "free"), ("11:00", "paid"), ("11:00", "free"), ("12:00", "paid"), ("12:00", "free"), ("12:00", "paid")]
    given.events(*plays(*levels)[::order])
    assert given.rows("user_levels", LEVELS) == [(hour(10), hour(12), "free"), (hour(12), None, "paid")]
    assert given.rows("users", "level") == [("paid",)]


def test_in_the_first_millisecond_it_is_the_last_play_as_well(given: Given) -> None:
    given.events(*plays(("10:00", "free"), ("10:00", "paid"), ("11:00", "paid")))
    assert given.rows("user_levels", LEVELS) == [(hour(10), None, "paid")]


@pytest.mark.parametrize("unknown", [(None, None, None), ("", " ", "  "), (None, "", " "), (" ", None, "")])
def test_a_play_that_does_not_tell_its_level_is_of_none(given: Given, unknown: tuple[str | None, ...]) -> None:
    """Null and blank alike: unknown is a level of its own, since nobody knows whether the one before has lasted."""
    first, second, third = unknown
    given.events(*plays(("10:00", first), ("11:00", "free"), ("11:30", "free "), ("12:00", second), ("13:00", third)))
    assert given.rows("user_levels", LEVELS) == [(hour(10), hour(11), None), (hour(11), hour(12), "free"), (hour(12), None, None)]
    assert given.rows("level_changes", "from_level to_level") == [(None, "free"), ("free", None)]


def test_within_a_millisecond_the_last_item_of_the_last_session_says_the_level(given: Given) -> None:
    given.events(*[event(ts=at("10:00"), sessionId=s, itemInSession=i, level=level) for s, i, level in ((2, 0, "paid"), (1, 9, "free"))])
    assert given.rows("user_levels", LEVELS) == [(hour(10), None, "paid")]
    assert given.rows("users", "level") == [("paid",)]


@pytest.mark.integration
def test_a_day_that_comes_late_or_goes_changes_the_history(given: Given) -> None:
    given.events(event(sessionId=2, ts=at("2018-11-02T10:00"), level="paid"), day=NEXT_DAY)
    assert given.rows("user_levels", LEVELS) == [(hour(34), None, "paid")]
    given.events(*plays(("10:00", "free"), ("11:00", "paid")), name="late")
    given.events(event(sessionId=9, ts=at("2018-11-02T09:00"), level="free"), day="2018-11-03", name="of the day before")
    assert given.rows("user_levels", LEVELS) == [
        (hour(10), hour(11), "free"),
        (hour(11), hour(33), "paid"),
        (hour(33), hour(34), "free"),
        (hour(34), None, "paid"),
    ]
    given.events(day="2018-11-03", name="of the day before")
    assert given.rows("user_levels", LEVELS) == [(hour(10), hour(11), "free"), (hour(11), None, "paid")]


# level_changes


def test_a_week_before_a_change_and_a_week_after_it_count(given: Given) -> None:
    """168 hours: from the first millisecond before, which counts, to the last one after, which does not."""
    change, week = milliseconds("2018-11-10T10:00"), 168 * 3_600_000
    before = [change - week - 1, change - week, change - 1]
    after = [change, change + week - 1, change + week]
    given.events(*[event(ts=ts, level="free", itemInSession=n) for n, ts in enumerate(before)])
    given.events(*[event(ts=ts, level="paid", itemInSession=10 + n) for n, ts in enumerate(after)], day=NEXT_DAY)
    given.events(event(userId="7", sessionId=7, ts=change), name="somebody else")
    assert given.rows("level_changes") == [(15, TEN + timedelta(days=9), "free", "paid", 2, 2)]


def test_each_change_counts_what_lies_around_it(given: Given) -> None:
    given.events(*plays(("10:00", "free"), ("11:00", "paid"), ("12:00", "paid"), ("13:00", "free")))
    assert given.rows("level_changes", CHANGES) == [(hour(11), "free", "paid", 1, 3), (hour(13), "paid", "free", 3, 1)]


def test_the_first_level_is_no_change(given: Given) -> None:
    given.events(*plays(("10:00", "free"), ("11:00", "free")))
    assert given.rows("level_changes") == []
