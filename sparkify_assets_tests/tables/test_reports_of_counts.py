"""The reports that count by song, artist, place and browser: who comes first among equals, and what counts at all."""

from collections.abc import Callable

import pytest

from sparkify_assets_tests.support import Record, event, song
from sparkify_assets_tests.tables.given import NEXT_DAY, Given

TOPS = ("top_songs", "top_artists", "top_song_names", "top_artist_names")
REPORTS = (*TOPS, "plays_by_location", "plays_by_browser")


def played(times: int, session: int, **overrides: object) -> list[Record]:
    return [event(sessionId=session, itemInSession=n, **overrides) for n in range(times)]


@pytest.mark.parametrize("report", REPORTS)
def test_no_plays_no_rows(given: Given, report: str) -> None:
    given.events(event(page="Home"))
    given.songs(song())
    assert given.rows(report) == []


@pytest.mark.parametrize(
    ("report", "names"),
    [
        ("top_songs", lambda n: f"SO{n:02d}"),
        ("top_artists", lambda n: f"AR{n:02d}"),
        ("top_song_names", lambda n: f"Song {n:02d}"),
        ("top_artist_names", lambda n: f"Artist {n:02d}"),
    ],
)
def test_of_those_equal_at_the_twentieth_place_the_first_by_name_is_in(given: Given, report: str, names: Callable[[int], str]) -> None:
    """Twenty-two with a play each, and number 22 with two."""
    given.events(*[e for n in range(1, 23) for e in played(2 if n == 22 else 1, n, song=f"Song {n:02d}", artist=f"Artist {n:02d}")])
    given.songs(
        *[
            song(song_id=f"SO{n:02d}", artist_id=f"AR{n:02d}", title=f"Song {n:02d}", artist_name=f"Artist {n:02d}", duration=240.5)
            for n in range(1, 23)
        ]
    )
    column = {"top_songs": "song_id", "top_artists": "artist_id", "top_song_names": "song", "top_artist_names": "artist"}[report]
    assert sorted(given.rows(report, f"{column} plays")) == [*((names(n), 1) for n in range(1, 20)), (names(22), 2)]


def test_of_equal_songs_of_one_title_the_first_by_artist_is_in(given: Given) -> None:
    given.events(*[e for n in range(1, 22) for e in played(1, n, artist=f"Artist {n:02d}")])
    assert given.rows("top_song_names", "artist") == [(f"Artist {n:02d}",) for n in range(1, 21)]


def test_where_nothing_matches_names_are_counted_all_the_same(given: Given) -> None:
    given.events(*played(2, 1), *played(1, 2, artist="Björk", song="Undo"))
    given.songs(song(title="Another"))
    assert given.rows("top_songs") == given.rows("top_artists") == []
    assert given.rows("top_song_names") == [("Starlight", "Muse", 2), ("Undo", "Björk", 1)]
    assert given.rows("top_artist_names") == [("Björk", 1), ("Muse", 2)]
    assert given.rows("plays_matched_by_day", "plays matched matched_as_delivered share_matched") == [(3, 0, 0, 0.0)]


def test_names_with_and_without_trailing_blanks_are_one_and_plays_without_a_name_are_none(given: Given) -> None:
    given.events(*played(1, 1, artist="Muse "), *played(1, 2, song="Starlight  "), *played(1, 3, artist=None), *played(1, 4, song=None))
    given.events(*played(1, 5, artist=""), *played(1, 6, artist="  "), *played(1, 7, song=""), *played(1, 8, song=" "), name="blank")
    assert given.rows("top_song_names") == [("Starlight", "Muse", 2)]
    assert given.rows("top_artist_names") == [("Muse", 5)]


def test_songs_of_one_artist_are_told_by_the_catalogues_names(given: Given) -> None:
    given.events(*played(2, 1, length=240.5), *played(1, 2, song="Hysteria"))
    given.events(*played(2, 1), day=NEXT_DAY)  # delivered again
    given.songs(song(duration=240.5), song(song_id="SO2", title="Hysteria"))
    assert given.rows("top_songs") == [("SO1", "Starlight", "Muse", 2), ("SO2", "Hysteria", "Muse", 1)]
    assert given.rows("top_artists") == [("AR1", "Muse", 3)]


def test_a_place_that_is_not_told_is_unknown(given: Given) -> None:
    given.events(*played(2, 1, location=None), *played(1, 2, location="", userId="7"), *played(1, 3, location="  "))
    given.events(*played(1, 4, location="Here"), *played(1, 5, location="Here ", userId="7"), name="here")
    assert given.rows("plays_by_location") == [("Here", 2, 2), ("unknown", 4, 2)]


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
