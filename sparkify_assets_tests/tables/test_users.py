"""users: who is one, and which of their plays tells what they are."""

from datetime import date

import pytest

from sparkify_assets_tests.support import Record, event
from sparkify_assets_tests.tables.given import NEXT_DAY, Given, at


def play(item: int, **overrides: object) -> Record:
    return event(itemInSession=item, **overrides)


def test_a_user_as_the_play_shows_them(given: Given) -> None:
    given.events(event())
    assert given.rows("users") == [(15, "Lily", "Koch", "F", "paid", date(2018, 11, 1))]


def test_one_row_a_user(given: Given) -> None:
    given.events(play(0), play(1), play(2, userId="8"), play(3, userId="8"))
    assert given.rows("users", "user_id") == [(8,), (15,)]


@pytest.mark.parametrize("nobody", ["", None])
def test_a_play_without_a_user_makes_none(given: Given, nobody: str | None) -> None:
    given.events(event(userId=nobody))
    assert given.rows("users") == []


def test_who_never_played_a_song_is_none(given: Given) -> None:
    given.events(event(page="Home", song=None, artist=None, length=None), event(page="Upgrade", itemInSession=1))
    assert given.rows("users") == []


def test_another_page_does_not_tell_the_level(given: Given) -> None:
    given.events(play(0, level="free"), play(1, page="Submit Upgrade", level="paid", ts=at("23:00")))
    assert given.rows("users", "level") == [("free",)]


@pytest.mark.parametrize("order", [1, -1])
def test_the_latest_play_tells_everything_however_it_arrives(given: Given, order: int) -> None:
    early = play(1, ts=at("10:00"), firstName="Lil", lastName="K", gender="M", level="paid")
    late = play(0, sessionId=2, ts=at("11:00"), firstName="Lily", lastName=None, gender="F", level="free")
    given.events(*[early, late][::order])
    assert given.rows("users") == [(15, "Lily", None, "F", "free", date(2018, 11, 1))]


def test_the_latest_play_may_lie_in_an_earlier_days_file(given: Given) -> None:
    given.events(play(1, ts=at("11:00"), level="free"))
    given.events(play(0, ts=at("10:00"), level="paid"), day=NEXT_DAY)
    assert given.rows("users", "level log_date") == [("free", date(2018, 11, 1))]


# several plays in one millisecond

SAME = at("10:00")
TIES = {
    "the later session": (play(0, sessionId=2, level="free"), play(9, sessionId=1, level="paid")),
    "the later item": (play(9, level="free"), play(8, level="paid")),
    "paid, where the item is the same": (play(1, level="paid"), play(1, level="free")),
    "the last first name": (play(1, firstName="Zoe"), play(1, firstName="Amy", lastName="Zorn")),
    "the last last name": (play(1, lastName="Zorn"), play(1, lastName="Abel", gender="Z")),
    "the last gender": (play(1, gender="M"), play(1, gender="F")),
}


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("rule", TIES)
def test_within_a_millisecond(given: Given, rule: str, order: int) -> None:
    winner, loser = (e | {"ts": SAME} for e in TIES[rule])
    given.events(*[winner, loser][::order])
    assert given.rows("users", "first_name last_name gender level") == [
        (winner["firstName"], winner["lastName"], winner["gender"], winner["level"])
    ]


def test_within_a_millisecond_the_same_event_in_a_later_days_file_wins(given: Given) -> None:
    given.events(play(1, level="paid"))
    given.events(play(1, level="free"), day=NEXT_DAY)
    assert given.rows("users", "level log_date") == [("free", date(2018, 11, 2))]


def test_names_keep_their_blanks(given: Given) -> None:
    given.events(event(firstName="Lily ", lastName=" Koch"))
    assert given.rows("users", "first_name last_name") == [("Lily ", " Koch")]
