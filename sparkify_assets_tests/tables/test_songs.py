"""songs: one row a song, and whose attributes it has where records disagree."""

import pytest

from sparkify_assets_tests.support import Record, song
from sparkify_assets_tests.tables.given import Given


def test_a_song(given: Given) -> None:
    given.songs(song())
    assert given.rows("songs") == [("SO1", "Starlight", "AR1", 2006, 240.5, "A")]


def test_one_row_a_song(given: Given) -> None:
    given.songs(song(), song(), song(song_id="SO2"))
    given.songs(song(), prefix="B")
    assert given.rows("songs", "song_id song_prefix") == [("SO1", "A"), ("SO2", "A")]


def test_two_songs_may_have_the_same_title(given: Given) -> None:
    given.songs(song(), song(song_id="SO2"))
    assert given.rows("songs", "song_id title") == [("SO1", "Starlight"), ("SO2", "Starlight")]


def test_year_0_and_what_is_unknown_stay_as_delivered(given: Given) -> None:
    given.songs(song(song_id="SO1", year=0, duration=None), song(song_id="SO2", year=None))
    assert given.rows("songs", "year duration") == [(0, None), (None, 240.5)]


@pytest.mark.parametrize("prefixes", ["AB", "BA"])
def test_of_two_records_alike_the_first_prefix_has_it(given: Given, prefixes: str) -> None:
    for prefix in prefixes:
        given.songs(song(), prefix=prefix)
        given.load()
    assert given.rows("songs", "song_id song_prefix") == [("SO1", "A")]


DISAGREE: dict[str, tuple[Record, Record]] = {
    "the newest": (song(year=2007, title="B"), song(year=2006, title="A")),
    "a year rather than 0": (song(year=1999, title="B"), song(year=0, title="A")),
    "a year rather than none": (song(year=1999, title="B"), song(year=None, title="A")),
    "0 rather than none": (song(year=0), song(year=None)),
    "the shortest": (song(duration=200.0, title="B"), song(duration=300.0, title="A")),
    "a duration rather than none": (song(duration=200.0, title="B"), song(duration=None, title="A")),
    "the first title": (song(title="A", artist_id="AR2"), song(title="B", artist_id="AR1")),
    "the smallest artist": (song(artist_id="AR1"), song(artist_id="AR2")),
}


@pytest.mark.integration
@pytest.mark.parametrize("prefixes", ["AB", "BA", "AA"])
@pytest.mark.parametrize("rule", DISAGREE)
def test_where_records_disagree(given: Given, rule: str, prefixes: str) -> None:
    winner, loser = DISAGREE[rule]
    if prefixes == "AA":
        given.songs(loser, winner)
    else:
        given.songs(winner, prefix=prefixes[0])
        given.songs(loser, prefix=prefixes[1])
    assert given.rows("songs") == [
        ("SO1", winner["title"], winner["artist_id"], winner["year"], winner["duration"], prefixes[0]),
    ]
