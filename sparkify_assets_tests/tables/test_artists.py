"""artists: one row an artist, told by the record that knows most."""

import pytest

from sparkify_assets_tests.support import Record, song
from sparkify_assets_tests.tables.given import Given


def record(latitude: float | None = None, longitude: float | None = None, place: str | None = None, **overrides: object) -> Record:
    return song(artist_latitude=latitude, artist_longitude=longitude, artist_location=place, **overrides)


def test_an_artist(given: Given) -> None:
    given.songs(record(50.5, -3.5, "Teignmouth, Devon"))
    assert given.rows("artists") == [("AR1", "Muse", "Teignmouth, Devon", 50.5, -3.5, "A")]


def test_one_row_an_artist(given: Given) -> None:
    given.songs(song(), song(song_id="SO2"), song(song_id="SO3", artist_id="AR2"))
    given.songs(song(song_id="SO4"), prefix="B")
    assert given.rows("artists", "artist_id song_prefix") == [("AR1", "A"), ("AR2", "A")]


def test_two_artists_may_have_the_same_name(given: Given) -> None:
    given.songs(song(), song(song_id="SO2", artist_id="AR2"))
    assert given.rows("artists", "artist_id name") == [("AR1", "Muse"), ("AR2", "Muse")]


def other(*args: object, **overrides: object) -> Record:
    """A record that its name would let win, if nothing before the name did."""
    return record(*args, **overrides) | {"artist_name": "A"}  # type: ignore[arg-type]


DISAGREE: dict[str, tuple[Record, Record]] = {
    "coordinates rather than a place": (record(1.0, 2.0, "", year=1990), other(None, None, "Devon", year=2000)),
    "both coordinates rather than one": (record(1.0, 2.0, "", year=1990), other(1.0, None, "Devon", year=2000)),
    "a place rather than an empty one": (record(place="Devon", year=1990), other(place="", year=2000)),
    "a place rather than none": (record(place="Devon", year=1990), other(place=None, year=2000)),
    "a place rather than a blank one": (record(place="Devon", year=1990), other(place="  ", year=2000)),
    "the newest song's": (record(year=2000, song_id="SO2"), other(year=1990, song_id="SO1")),
    "a year rather than 0": (record(year=1990, song_id="SO2"), other(year=0, song_id="SO1")),
    "a year rather than none": (record(year=1990, song_id="SO2"), other(year=None, song_id="SO1")),
    "0 and none are alike": (record(year=0, song_id="SO1"), other(year=None, song_id="SO2")),
    "none and 0 are alike": (record(year=None, song_id="SO1"), other(year=0, song_id="SO2")),
    "the smallest song's": (record(song_id="SO1"), other(song_id="SO2")),
    "the first name": (record(1.0, 1.0, "B", artist_name="A"), record(1.0, 1.0, "A", artist_name="B")),
    "the first place": (record(2.0, 1.0, "A"), record(1.0, 1.0, "B")),
    "the southernmost": (record(1.0, 2.0), record(2.0, 1.0)),
    "the westernmost": (record(1.0, 1.0), record(1.0, 2.0)),
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
    keys = ("artist_id", "artist_name", "artist_location", "artist_latitude", "artist_longitude")
    assert given.rows("artists") == [(*(winner[k] for k in keys), prefixes[0])]


@pytest.mark.parametrize("prefixes", ["AB", "BA"])
def test_of_two_records_alike_the_first_prefix_has_it(given: Given, prefixes: str) -> None:
    for prefix in prefixes:
        given.songs(song(), prefix=prefix)
        given.load()
    assert given.rows("artists", "artist_id song_prefix") == [("AR1", "A")]
