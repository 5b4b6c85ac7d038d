"""time: one row each distinct start of a play, and its parts, in UTC."""

from datetime import date

import pytest

from sparkify_assets_tests.support import event
from sparkify_assets_tests.tables.given import DAY, NEXT_DAY, Given, at

MOMENTS = [  # hour, day, ISO week, month, calendar year, weekday (0 = Sunday)
    ("2018-11-01T21:01:46.796", (21, 1, 44, 11, 2018, 4)),
    ("2018-11-30T23:59:59.999", (23, 30, 48, 11, 2018, 5)),
    ("2018-12-01T00:00:00.000", (0, 1, 48, 12, 2018, 6)),
    ("2018-12-02T12:00:00.000", (12, 2, 48, 12, 2018, 0)),
    ("2018-12-30T00:00:00.000", (0, 30, 52, 12, 2018, 0)),
    ("2018-12-31T23:59:59.999", (23, 31, 1, 12, 2018, 1)),  # Monday of the first week of 2019
    ("2019-01-01T00:00:00.000", (0, 1, 1, 1, 2019, 2)),
    ("2020-02-29T06:30:00.000", (6, 29, 9, 2, 2020, 6)),
    ("2020-12-31T23:59:59.999", (23, 31, 53, 12, 2020, 4)),
    ("2021-01-01T00:00:00.000", (0, 1, 53, 1, 2021, 5)),  # still of week 53 of 2020
    ("2021-01-04T00:00:00.000", (0, 4, 1, 1, 2021, 1)),
    ("2022-01-02T00:00:00.000", (0, 2, 52, 1, 2022, 0)),
    ("2038-01-19T03:14:08.000", (3, 19, 3, 1, 2038, 2)),  # the first second that 32 bits cannot count
    ("2099-12-31T23:59:59.999", (23, 31, 53, 12, 2099, 4)),
]


@pytest.mark.integration
@pytest.mark.parametrize(("moment", "parts"), MOMENTS)
def test_parts(given: Given, moment: str, parts: tuple[int, ...]) -> None:
    given.events(event(ts=at(moment)))
    (row,) = given.rows("time")
    assert (row[0].isoformat(timespec="milliseconds"), row[1:7]) == (moment, parts)


def test_plays_that_begin_together_share_a_row(given: Given) -> None:
    given.events(event(userId="1"), event(userId="2", sessionId=2))
    assert len(given.rows("time")) == 1


def test_a_millisecond_apart_is_another_row(given: Given) -> None:
    given.events(event(ts=at("10:00")), event(ts=at("10:00:00.001"), itemInSession=1))
    assert [row[0].microsecond for row in given.rows("time")] == [0, 1000]


def test_only_plays_count(given: Given) -> None:
    given.events(event(page="Home"), event(itemInSession=1, userId=""))
    assert given.rows("time") == []


def test_the_day_is_the_earliest_that_has_such_a_play(given: Given) -> None:
    given.events(event(), day=NEXT_DAY)
    given.events(event(itemInSession=1), day=DAY)
    assert given.rows("time", "log_date") == [(date(2018, 11, 1),)]


def test_a_delivery_that_does_not_count_gives_no_row(given: Given) -> None:
    given.events(event(ts=at("10:00")))
    given.events(event(ts=at("10:00")), day=NEXT_DAY)
    assert given.rows("time", "hour log_date") == [(10, date(2018, 11, 2))]
