"""songplays: which events are plays, which of several deliveries counts, and which song a play is of."""

from datetime import date, datetime

import pytest

from sparkify_assets_tests.support import event, play_id, song
from sparkify_assets_tests.tables.given import NEXT_DAY, Given, at


def test_a_play(given: Given) -> None:
    given.events(event(sessionId=818, itemInSession=3, ts=1542837407796))
    given.songs(song())
    assert given.rows("songplays") == [
        (
            0x0821EB98D2694BF,  # printf '15|818|3|1542837407796' | md5sum
            datetime(2018, 11, 21, 21, 56, 47, 796000),  # noqa: DTZ001 - as the engine tells a TIMESTAMP
            15,
            "paid",
            "SO1",
            "AR1",
            818,
            "Chicago-Naperville-Elgin, IL-IN-WI",
            "Mozilla/5.0",
            "Starlight",
            "Muse",
            "delivered",
            "delivered names",
            3,
            date(2018, 11, 1),
        )
    ]


def test_the_ends_of_the_key(given: Given) -> None:
    last = event(userId=str(2**31 - 1), sessionId=2**31 - 1, itemInSession=2**31 - 1, ts=4102444799999)
    first = event(userId=str(-(2**31)), sessionId=0, itemInSession=0, ts=946684800000)
    given.events(first, last)
    assert set(given.rows("songplays", "songplay_id")) == {(play_id(first),), (play_id(last),)}
    assert all(0 <= play_id(e) < 2**60 for e in (first, last))


def test_two_users_of_one_session_id_and_a_session_that_is_counted_anew_lose_no_play(given: Given) -> None:
    """The app numbers sessions in each of its processes from the beginning."""
    shared = [event(userId=user, itemInSession=n, ts=at("10:00") + n) for user in ("2", "100011") for n in range(3)]
    anew = [event(userId="2", itemInSession=n, ts=at("2018-11-02T10:00") + n) for n in range(2)]
    given.events(*shared)
    given.events(*anew, day=NEXT_DAY)
    plays = given.rows("songplays", "user_id session_id item_in_session songplay_id")
    assert sorted(plays) == sorted((int(e["userId"]), 818, e["itemInSession"], play_id(e)) for e in (*shared, *anew))


@pytest.mark.parametrize("other", [{"page": "Home"}, {"page": "nextsong"}, {"userId": ""}, {"userId": None}])
def test_what_is_not_a_play(given: Given, other: dict[str, object]) -> None:
    given.events(event(), event(itemInSession=1, **other))
    assert given.rows("songplays", "songplay_id") == [(play_id(event()),)]


# delivered more than once


def test_the_same_twice_in_a_file_in_two_files_and_on_two_days_is_one(given: Given) -> None:
    given.events(event(), event())
    given.events(event(), name="again")
    given.events(event(), day=NEXT_DAY)
    assert given.rows("songplays", "songplay_id log_date") == [(play_id(event()), date(2018, 11, 2))]


def test_of_two_contents_the_later_days_file_wins(given: Given) -> None:
    given.events(event(level="paid"))
    given.events(event(level="free"), day=NEXT_DAY)
    assert given.rows("songplays", "level log_date") == [("free", date(2018, 11, 2))]


@pytest.mark.parametrize("other", [{"ts": at("11:00")}, {"userId": "9"}, {"sessionId": 819}, {"itemInSession": 1}], ids=str)
def test_what_differs_in_its_key_is_another_play(given: Given, other: dict[str, object]) -> None:
    given.events(event(), event(**other))
    assert len(given.rows("songplays")) == 2


CONFLICTS = {
    "paid": ({"level": "paid", "location": "A"}, {"level": "free", "location": "B"}),
    "the last song": ({"song": "B", "location": "A"}, {"song": "A", "location": "B"}),
    "the last artist": ({"artist": "B", "location": "A"}, {"artist": "A", "location": "B"}),
    "the greatest length": ({"length": 2.0, "location": "A"}, {"length": 1.0, "location": "B"}),
    "the last place": ({"location": "B", "userAgent": "A"}, {"location": "A", "userAgent": "B"}),
    "the last browser": ({"userAgent": "B"}, {"userAgent": "A"}),
}


@pytest.mark.integration
@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("rule", CONFLICTS)
def test_of_two_contents_on_one_day(given: Given, rule: str, order: int) -> None:
    winner, loser = (event(**c) for c in CONFLICTS[rule])
    given.events(*[winner, loser][::order])
    assert given.rows("songplays", "user_id level location user_agent") == [
        (int(winner["userId"]), winner["level"], winner["location"], winner["userAgent"])
    ]


def test_the_song_is_that_of_the_delivery_that_counts(given: Given) -> None:
    given.songs(song(song_id="SO1", title="Starlight"), song(song_id="SO2", title="Uprising"))
    given.events(event(song="Uprising"))
    given.events(event(song="Starlight"), day=NEXT_DAY)
    assert given.rows("songplays", "song_id") == [("SO1",)]


# the match


@pytest.mark.parametrize(
    "played",
    [
        {"song": "Uprising"},
        {"artist": "Muses"},
        {"song": "starlight"},  # letter by letter, as Redshift compares
        {"song": " Starlight"},
        {"song": "Starlight\u00a0"},  # a no-break space is no blank
        {"song": None},
        {"artist": None},
    ],
)
def test_without_a_match_the_play_is_kept(given: Given, played: dict[str, object]) -> None:
    given.songs(song())
    given.events(event(**played))
    assert given.rows("songplays", "song_id artist_id user_id") == [(None, None, 15)]


BLANK = ("", " ", "   ", None)


@pytest.mark.parametrize("played", BLANK)
@pytest.mark.parametrize("known", BLANK[:3])  # the catalogue's names are NOT NULL
def test_a_blank_name_is_unknown_and_matches_none(given: Given, played: str | None, known: str) -> None:
    given.songs(song(title=known, artist_name=known), song(song_id="SO2", title=known), song(song_id="SO3", artist_name=known))
    given.events(
        event(song=played, artist=played),
        event(itemInSession=1, song=played),
        event(itemInSession=2, artist=played),
        event(itemInSession=3),
    )
    assert sorted(given.rows("songplays", "item_in_session song_id match_method song artist")) == [
        (0, None, None, played, played),
        (1, None, None, played, "Muse"),
        (2, None, None, "Starlight", played),
        (3, None, None, "Starlight", "Muse"),
    ]
    assert given.rows("plays_matched_by_day", "plays matched matched_as_delivered") == [(4, 0, 0)]
    assert given.rows("top_songs") == given.rows("top_artists") == []


@pytest.mark.parametrize(
    ("played", "known"),
    [({"song": "Starlight  "}, {}), ({}, {"title": "Starlight "}), ({"artist": "Muse "}, {"artist_name": "Muse  "})],
)
def test_trailing_blanks_do_not_hinder_a_match(given: Given, played: dict[str, object], known: dict[str, object]) -> None:
    given.songs(song(**known))
    given.events(event(**played))
    assert given.rows("songplays", "song_id") == [("SO1",)]


def test_a_length_that_differs_does_not_hinder_a_match(given: Given) -> None:
    given.songs(song(duration=1000.0))
    given.events(event(length=1.0))
    assert given.rows("songplays", "song_id") == [("SO1",)]


NEAREST = [  # length played, songs and their durations, the song chosen
    (240.0, {"SO1": 230.0, "SO2": 241.0}, "SO2"),
    (240.0, {"SO1": 251.0, "SO2": 230.0}, "SO2"),
    (240.0, {"SO2": 230.0, "SO1": 250.0}, "SO1"),  # as near: the smallest song_id
    (240.0, {"SO2": 240.0, "SO1": 240.0}, "SO1"),
    (240.0, {"SO1": None, "SO2": 9999.0}, "SO2"),  # an unknown duration is the farthest
    (240.0, {"SO2": None, "SO1": None}, "SO1"),
    (None, {"SO2": 240.0, "SO1": 230.0}, "SO1"),
]


@pytest.mark.parametrize(("length", "songs", "chosen"), NEAREST)
def test_of_several_songs(given: Given, length: float | None, songs: dict[str, float | None], chosen: str) -> None:
    artists = {"SO1": "AR2", "SO2": "AR1"}
    given.songs(*[song(song_id=s, artist_id=artists[s], duration=d) for s, d in songs.items()])
    given.events(event(length=length))
    assert given.rows("songplays", "song_id artist_id") == [(chosen, artists[chosen])]


@pytest.mark.parametrize("prefixes", ["AB", "BA"])
def test_a_song_of_two_artists_in_two_prefixes_is_the_smallest_artists(given: Given, prefixes: str) -> None:
    given.songs(song(artist_id="AR2"), prefix=prefixes[0])
    given.songs(song(artist_id="AR1"), prefix=prefixes[1])
    given.events(event())
    assert given.rows("songplays", "song_id artist_id") == [("SO1", "AR1")]


def test_a_song_delivered_twice_makes_no_second_play(given: Given) -> None:
    given.songs(song(), song())
    given.songs(song(), prefix="B")
    given.events(event(), event(itemInSession=1))
    assert sorted(given.rows("songplays", "item_in_session song_id")) == [(0, "SO1"), (1, "SO1")]


# days


def test_the_day_is_that_of_the_file_and_the_time_that_of_the_event(given: Given) -> None:
    given.events(event(ts=at("2018-11-01T23:59:59.999")), event(itemInSession=1, ts=at("2018-11-02T00:00")), day=NEXT_DAY)
    assert given.rows("songplays", "start_time log_date") == [
        (datetime(2018, 11, 1, 23, 59, 59, 999000), date(2018, 11, 2)),  # noqa: DTZ001
        (datetime(2018, 11, 2), date(2018, 11, 2)),  # noqa: DTZ001
    ]
