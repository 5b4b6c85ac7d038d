"""user_levels, the history of a user's subscription, from raw events on: at one moment the last play counts, as in users."""

from datetime import datetime, timedelta

import pytest

from sparkify_assets_tests.support import Record, event
from sparkify_assets_tests.tables.given import NEXT_DAY, Given, at

TEN = datetime(2018, 11, 1, 10)  # noqa: DTZ001 - as the engine tells a TIMESTAMP
LEVELS = "valid_from valid_to level"


def plays(*levels: tuple[str, str | None]) -> list[Record]:
    """Of one user, at these moments; the later in the list, the larger its key."""
    return [event(ts=at(moment), level=level, itemInSession=n) for n, (moment, level) in enumerate(levels)]


def hour(number: int) -> datetime:
    return TEN + timedelta(hours=number - 10)


@pytest.mark.parametrize("order", [1, -1])
def test_within_a_millisecond_the_last_play_says_the_level(given: Given, order: int) -> None:
    """As users has it: by session and item.  A change that is taken back within it was none."""
    levels = [("10:00", "free"), ("11:00", "paid"), ("11:00", "free"), ("12:00", "paid"), ("12:00", "free"), ("12:00", "paid")]
    given.events(*plays(*levels)[::order])
    assert given.rows("user_levels", LEVELS) == [(hour(10), hour(12), "free"), (hour(12), None, "paid")]
    assert given.rows("users", "level") == [("paid",)]


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
