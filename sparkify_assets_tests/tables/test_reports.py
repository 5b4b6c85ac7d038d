"""The reports: popular_hours and most_active_users."""

import pytest

from sparkify_assets_tests.support import Record, event
from sparkify_assets_tests.tables.given import NEXT_DAY, Given, at


@pytest.mark.parametrize("report", ["popular_hours", "most_active_users"])
def test_no_plays_no_rows(given: Given, report: str) -> None:
    given.events(event(page="Home"))
    assert given.rows(report) == []


# popular_hours


def test_plays_by_hour_of_all_days_together(given: Given) -> None:
    given.events(event(ts=at("10:00")), event(ts=at("10:59:59.999"), itemInSession=1), event(ts=at("11:00"), itemInSession=2))
    given.events(event(ts=at("2018-11-02T10:30"), itemInSession=3), day=NEXT_DAY)
    assert given.rows("popular_hours") == [(10, 3), (11, 1)]


def test_hours_are_utc_and_equal_counts_both_stay(given: Given) -> None:
    given.events(event(ts=at("23:59:59.999")), event(ts=at("2018-11-02T00:00"), itemInSession=1))
    assert given.rows("popular_hours") == [(0, 1), (23, 1)]


def test_a_play_delivered_twice_counts_once(given: Given) -> None:
    given.events(event(), event())
    given.events(event(), day=NEXT_DAY)
    assert given.rows("popular_hours") == [(21, 1)]
    assert given.rows("most_active_users", "plays") == [(1,)]


# most_active_users


def plays_of(user: int, plays: int, **overrides: object) -> list[Record]:
    """Each in a session of the user's own."""
    return [event(userId=str(user), sessionId=user, itemInSession=n, firstName=f"User {user}", **overrides) for n in range(plays)]


def test_fewer_than_five(given: Given) -> None:
    given.events(*plays_of(1, 1), *plays_of(2, 3))
    assert given.rows("most_active_users") == [("User 1", "Koch", 1), ("User 2", "Koch", 3)]


def test_the_first_five(given: Given) -> None:
    given.events(*[e for user in range(1, 8) for e in plays_of(user, user)])
    assert given.rows("most_active_users", "first_name plays") == [(f"User {n}", n) for n in (3, 4, 5, 6, 7)]


def test_at_the_fifth_place_the_smaller_user_id_comes_first(given: Given) -> None:
    given.events(*plays_of(10, 1), *plays_of(9, 1), *[e for user in (1, 2, 3, 4) for e in plays_of(user, 2)])
    assert ("User 9", 1) in given.rows("most_active_users", "first_name plays")
    assert len(given.rows("most_active_users")) == 5


def test_users_are_told_apart_by_id_and_named_as_their_latest_play_does(given: Given) -> None:
    given.events(*plays_of(1, 1, ts=at("10:00")), *[e | {"firstName": "User 1"} for e in plays_of(2, 1)])
    given.events(event(userId="1", sessionId=1, itemInSession=5, ts=at("11:00"), firstName="Uma", lastName=None), day=NEXT_DAY)
    assert given.rows("most_active_users") == [("Uma", None, 2), ("User 1", "Koch", 1)]


@pytest.mark.parametrize("blank", ["", "  ", None])
def test_a_blank_name_is_not_known(given: Given, blank: str | None) -> None:
    given.events(event(firstName=blank, lastName=blank))
    assert given.rows("most_active_users") == [(None, None, 1)]
