"""The reports by day and hour: whose day it is at midnight, at the year's end and in week 53, and what makes a session or a new user."""

from datetime import date

import pytest

from sparkify_assets_tests.support import event
from sparkify_assets_tests.tables.given import NEXT_DAY, Given, at

REPORTS = ("plays_by_day_and_level", "plays_by_weekday_and_hour", "sessions_by_day", "new_and_returning_users", "plays_matched_by_day")
LAST, NEW = date(2018, 12, 31), date(2019, 1, 1)


@pytest.mark.parametrize("report", REPORTS)
def test_no_plays_no_rows(given: Given, report: str) -> None:
    given.events(event(page="Home"))
    assert given.rows(report) == []


def test_midnight_and_the_years_end_are_utc_whatever_the_files_day(given: Given) -> None:
    given.events(
        event(ts=at("2018-12-31T23:59:59.999")),
        event(ts=at("2019-01-01T00:00"), itemInSession=1),
        event(ts=at("2019-01-01T00:00"), sessionId=1, userId="7"),
    )
    assert given.rows("plays_by_day_and_level") == [(LAST, "paid", 1, 1), (NEW, "paid", 2, 2)]
    assert given.rows("plays_by_weekday_and_hour") == [(1, 23, 1), (2, 0, 2)]  # a Monday, a Tuesday
    assert given.rows("new_and_returning_users") == [(LAST, 1, 0), (NEW, 1, 1)]
    assert given.rows("plays_matched_by_day", "day plays") == [(LAST, 1), (NEW, 2)]
    assert given.rows("sessions_by_day", "day sessions plays") == [(LAST, 1, 2), (NEW, 1, 1)]


def test_in_week_53_the_days_of_the_week_go_on(given: Given) -> None:
    """2020-12-31 is a Thursday, and its week, the 53rd, ends on Sunday 2021-01-03."""
    for n, day in enumerate(("2020-12-31", "2021-01-01", "2021-01-02", "2021-01-03", "2021-01-04")):
        given.events(event(sessionId=n, ts=at(f"{day}T10:00")), name=day)
    assert given.rows("plays_by_weekday_and_hour", "weekday plays") == [(0, 1), (1, 1), (4, 1), (5, 1), (6, 1)]
    assert given.rows("time", "week weekday year") == [(53, 4, 2020), (53, 5, 2021), (53, 6, 2021), (53, 0, 2021), (1, 1, 2021)]


def test_each_level_of_a_day_has_its_plays_and_users(given: Given) -> None:
    given.events(event(), event(itemInSession=1), event(itemInSession=2, level="free"), event(itemInSession=3, level=None))
    given.events(event(sessionId=1, userId="7"), event(), name="again")
    given.events(*[event(sessionId=2, itemInSession=n, level=level) for n, level in enumerate(("", "  ", "free "))], name="blank")
    day = date(2018, 11, 1)
    assert given.rows("plays_by_day_and_level") == [(day, "free", 2, 1), (day, "paid", 3, 2), (day, "unknown", 3, 1)]


# sessions


def test_a_session_lasts_from_its_first_song_to_its_last_and_is_of_the_day_it_began(given: Given) -> None:
    given.events(event(ts=at("23:30")), event(ts=at("2018-11-02T00:30"), itemInSession=1), day=NEXT_DAY)
    given.events(event(ts=at("10:00"), sessionId=1), *[event(ts=at("2018-11-02T10:00"), sessionId=n) for n in (2, 3)])
    given.events(event(ts=at("09:00"), page="Home", sessionId=1, itemInSession=7), name="no song")
    assert given.rows("sessions_by_day") == [
        (date(2018, 11, 1), 2, 3, 1.5, 30.0, 60.0),
        (date(2018, 11, 2), 2, 2, 1.0, 0.0, 0.0),
    ]


def test_a_session_is_one_users_and_ends_where_its_items_are_counted_anew(given: Given) -> None:
    """On the second day, too, the first two are of one session: an item may be missing, since not every one is a song."""
    first = [event(ts=at(f"10:0{n}"), userId=user, itemInSession=n) for user in ("2", "100011") for n in range(3)]
    given.events(*first)
    anew = [event(ts=at(f"2018-11-02T{time}"), userId="2", itemInSession=item) for time, item in (("10:00", 1), ("10:06", 5), ("11:00", 5))]
    given.events(*anew, day=NEXT_DAY)
    assert given.rows("sessions_by_day") == [
        (date(2018, 11, 1), 2, 6, 3.0, 2.0, 2.0),
        (date(2018, 11, 2), 2, 3, 1.5, 3.0, 6.0),
    ]


def test_a_session_is_told_to_the_millisecond(given: Given) -> None:
    given.events(event(ts=at("10:00:00.001")), event(ts=at("10:00:00.004"), itemInSession=1))
    assert given.rows("sessions_by_day", "minutes_per_session longest_minutes") == [(0.00005, 0.00005)]


# new and returning


def test_a_user_is_new_on_the_first_day_of_all_however_late_that_is_delivered(given: Given) -> None:
    given.events(event(ts=at("2018-11-02T10:00")), event(ts=at("2018-11-02T11:00"), itemInSession=1), day=NEXT_DAY)
    given.events(event(sessionId=1, userId="7", ts=at("2018-11-02T10:00")), name="somebody else")
    assert given.rows("new_and_returning_users") == [(date(2018, 11, 2), 2, 0)]
    given.events(event(sessionId=2, ts=at("10:00")), day="2018-11-03", name="late")
    assert given.rows("new_and_returning_users") == [(date(2018, 11, 1), 1, 0), (date(2018, 11, 2), 1, 1)]
