"""The reports from raw events on: whose day and hour it is, what counts once, which texts are one.

What a report makes of the rows that it reads is in the unit tests beside it (tables/reports/*/tests).
"""

from datetime import date

from sparkify_assets_tests.support import Record, event
from sparkify_assets_tests.tables.given import NEXT_DAY, Given, at

LAST, NEW = date(2018, 12, 31), date(2019, 1, 1)


def played(times: int, session: int, **overrides: object) -> list[Record]:
    return [event(sessionId=session, itemInSession=n, **overrides) for n in range(times)]


def test_a_play_delivered_twice_counts_once(given: Given) -> None:
    given.events(event(), event())
    given.events(event(), day=NEXT_DAY)
    assert given.rows("popular_hours") == [(21, 1)]
    assert given.rows("most_active_users", "plays") == [(1,)]


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


def test_a_user_is_new_on_the_first_day_of_all_however_late_that_is_delivered(given: Given) -> None:
    given.events(event(ts=at("2018-11-02T10:00")), event(ts=at("2018-11-02T11:00"), itemInSession=1), day=NEXT_DAY)
    given.events(event(sessionId=1, userId="7", ts=at("2018-11-02T10:00")), name="somebody else")
    assert given.rows("new_and_returning_users") == [(date(2018, 11, 2), 2, 0)]
    given.events(event(sessionId=2, ts=at("10:00")), day="2018-11-03", name="late")
    assert given.rows("new_and_returning_users") == [(date(2018, 11, 1), 1, 0), (date(2018, 11, 2), 1, 1)]


def test_names_with_and_without_trailing_blanks_are_one_and_plays_without_a_name_are_none(given: Given) -> None:
    given.events(*played(1, 1, artist="Muse "), *played(1, 2, song="Starlight  "), *played(1, 3, artist=None), *played(1, 4, song=None))
    given.events(*played(1, 5, artist=""), *played(1, 6, artist="  "), *played(1, 7, song=""), *played(1, 8, song=" "), name="blank")
    assert given.rows("top_song_names") == [("Starlight", "Muse", 2)]
    assert given.rows("top_artist_names") == [("Muse", 5)]


def test_a_browser_is_read_from_the_user_agent(given: Given) -> None:
    chrome = '"Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/36.0.1985.143 Safari/537.36"'
    newer = chrome.replace("Chrome/36", "Chrome/99")
    phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 7_1_2 like Mac OS X) AppleWebKit/537.51.2 (KHTML, like Gecko) Version/7.0 Mobile/1 Safari/1"
    given.events(*played(1, 1, userAgent=chrome), *played(2, 2, userAgent=f"{newer}  ", userId="7"), *played(1, 3, userAgent=phone))
    given.events(*played(1, 4, userAgent=None), *played(1, 5, userAgent="who knows"), *played(1, 6, userAgent=""), name="others")
    assert given.rows("plays_by_browser") == [
        ("Chrome", "Windows", "Other", 3, 2),
        ("Mobile Safari", "iOS", "iPhone", 1, 1),
        ("Other", "Other", "Other", 1, 1),
        ("unknown", "unknown", "unknown", 2, 1),
    ]
