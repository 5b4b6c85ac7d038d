"""Names that arrive broken: which rows text_repairs has, what they do for the match of plays to songs, and what is counted of them."""

import pytest

from sparkify_assets_tests.support import event, song
from sparkify_assets_tests.tables.given import CATALOG, NEXT_DAY, Given

ONCE, TWICE, RIGHT, LOST = "BjÃ¶rk", "BjÃ\x83Â¶rk", "Björk", "Bj\ufffdrk"
PARTS, PARTS_ONCE = "Bjo\u0308rk", "BjoÌ\x88rk"
"""ö as o and a mark, and that told wrongly"""
PLAY = "song artist name_quality match_method song_id"


def test_names_of_both_sides_are_listed_once_without_their_trailing_blanks(given: Given) -> None:
    given.events(event(artist=TWICE), event(itemInSession=1, artist=f"{TWICE} ", song=RIGHT), event(itemInSession=2, artist=LOST))
    given.events(event(itemInSession=3, artist=TWICE), day=NEXT_DAY)
    given.songs(song(title=f"{ONCE} ", artist_name="Muse"))
    given.load()
    assert given.rows("text_repairs", "original_text repaired_text kind") == [
        (TWICE, RIGHT, "repaired"),
        (ONCE, RIGHT, "repaired"),
        (LOST, None, "broken"),
    ]


def test_a_name_in_parts_has_a_row_that_is_neither_repaired_nor_broken(given: Given) -> None:
    given.events(event(artist=f"{PARTS} ", song=PARTS_ONCE), event(itemInSession=1, artist="CAFÉ²", song="†††"))
    assert given.rows("text_repairs", "original_text repaired_text kind") == [(PARTS_ONCE, RIGHT, "repaired"), (PARTS, RIGHT, "normalized")]
    plays = sorted(given.rows("songplays", "item_in_session song artist name_quality"))
    assert plays == [(0, RIGHT, f"{PARTS} ", "repaired"), (1, "†††", "CAFÉ²", "delivered")]
    assert given.rows("plays_matched_by_day", "names_repaired names_broken") == [(1, 0)]


def test_a_name_that_is_nowhere_any_more_has_no_row(given: Given) -> None:
    given.events(event(artist=TWICE), event(itemInSession=1, artist=ONCE))
    given.songs(song(title=ONCE))
    assert len(given.rows("text_repairs")) == 2
    given.events(event())
    assert given.rows("text_repairs", "original_text") == [(ONCE,)]  # a song has it still
    given.songs(song())
    assert given.rows("text_repairs") == []


def test_to_make_the_table_anew_changes_nothing_that_is_right_and_mends_what_is_not(given: Given) -> None:
    given.events(event(artist=TWICE), event(itemInSession=1, artist=LOST))
    before = given.rows("text_repairs")
    given.build("songplays")
    given.session.refresher.rebuild(CATALOG["text_repairs"])
    assert given.rows("text_repairs") == before
    assert not given.session.metadata.stale_partitions().get("songplays")
    for sql in (
        "UPDATE text_repairs SET repaired_text = 'Bj'",
        "DELETE FROM text_repairs",
        "INSERT INTO text_repairs VALUES ('x', 'y', 'z', 'k')",
    ):
        given.session.sql.execute(sql)
        given.session.refresher.rebuild(CATALOG["text_repairs"])
        assert given.rows("text_repairs") == before
        assert given.session.metadata.stale_partitions()["songplays"]
        given.build("songplays")


# the match


@pytest.mark.parametrize(
    ("played", "known", "names", "matched"),
    [
        (RIGHT, RIGHT, "delivered", "delivered names"),
        (TWICE, RIGHT, "repaired", "repaired names"),
        (ONCE, RIGHT, "repaired", "repaired names"),
        (RIGHT, ONCE, "delivered", "repaired names"),  # it is the catalogue's name that was broken
        (ONCE, TWICE, "repaired", "repaired names"),
        (TWICE, TWICE, "repaired", "delivered names"),
        (LOST, LOST, "broken", "delivered names"),
        (LOST, RIGHT, "broken", None),
        (PARTS, RIGHT, "delivered", "normalized names"),
        (RIGHT, PARTS, "delivered", "normalized names"),
        (PARTS, PARTS, "delivered", "delivered names"),
        (PARTS, TWICE, "delivered", "repaired names"),
        (PARTS_ONCE, RIGHT, "repaired", "repaired names"),
        (PARTS_ONCE, PARTS, "repaired", "repaired names"),
        (f"{PARTS}\ufffd", f"{RIGHT}\ufffd", "broken", "normalized names"),
    ],
)
def test_names_meet_as_they_are_repaired(given: Given, played: str, known: str, names: str, matched: str | None) -> None:
    given.events(event(artist=f"{played} "))
    given.songs(song(artist_name=known))
    shown = RIGHT if names == "repaired" else played
    artist = shown if names == "repaired" else f"{played} "
    assert given.rows("songplays", PLAY) == [("Starlight", artist, names, matched, "SO1" if matched else None)]


def test_the_title_is_repaired_as_the_artist_is(given: Given) -> None:
    given.events(event(song=TWICE), event(itemInSession=1, song=LOST, artist=TWICE))
    given.songs(song(title=RIGHT))
    assert set(given.rows("songplays", PLAY)) == {
        (RIGHT, "Muse", "repaired", "repaired names", "SO1"),
        (LOST, RIGHT, "repaired", None, None),
    }


def test_of_two_songs_that_meet_the_nearest_wins_however_its_name_is_written(given: Given) -> None:
    given.events(event(artist=TWICE, length=200))
    given.songs(song(artist_name=TWICE, duration=100), song(song_id="SO2", artist_name=RIGHT, duration=199))
    assert given.rows("songplays", "song_id match_method") == [("SO2", "repaired names")]


@pytest.mark.parametrize("prefixes", ["AB", "BA"])
def test_of_one_song_under_two_names_the_composed_one_comes_before_the_repaired(given: Given, prefixes: str) -> None:
    given.events(event(artist=PARTS))
    given.songs(song(artist_name=RIGHT), prefix=prefixes[0])
    given.songs(song(artist_name=ONCE), prefix=prefixes[1])
    assert given.rows("songplays", "song_id match_method") == [("SO1", "normalized names")]


@pytest.mark.parametrize("first", [TWICE, RIGHT])
def test_of_one_song_under_two_names_the_delivered_one_is_what_matched(given: Given, first: str) -> None:
    given.events(event(artist=TWICE))
    given.songs(song(artist_name=first))
    given.songs(song(artist_name=RIGHT if first == TWICE else TWICE), prefix="B")
    assert given.rows("songplays", "song_id match_method") == [("SO1", "delivered names")]


def test_a_song_that_comes_late_is_found_under_its_repaired_name(given: Given) -> None:
    given.events(event(artist=TWICE))
    assert given.rows("songplays", "song_id") == [(None,)]
    given.songs(song(artist_name=ONCE))
    given.load()
    assert given.session.metadata.stale_partitions()["songplays"] == {"2018-11-01"}
    given.session.refresher.refresh(CATALOG["songplays"], ["2018-11-01"])
    assert given.rows("songplays", "song_id") == [("SO1",)]


@pytest.mark.parametrize(("played", "known"), [(PARTS, RIGHT), (RIGHT, PARTS)])
def test_a_song_that_comes_late_is_found_however_its_name_is_composed(given: Given, played: str, known: str) -> None:
    given.events(event(artist=played))
    assert given.rows("songplays", "song_id") == [(None,)]
    given.songs(song(artist_name=known))
    given.load()
    assert given.session.metadata.stale_partitions()["songplays"] == {"2018-11-01"}
    given.session.refresher.refresh(CATALOG["songplays"], ["2018-11-01"])
    assert given.rows("songplays", "song_id") == [("SO1",)]


# what is counted


def test_the_share_of_plays_that_match_is_told_with_and_without_the_repair(given: Given) -> None:
    given.events(
        event(),
        event(itemInSession=4),
        event(itemInSession=1, artist=TWICE),
        event(itemInSession=2, artist=LOST),
        event(itemInSession=3, artist="Nobody", song=ONCE),
    )
    given.songs(song(), song(song_id="SO2", artist_name=RIGHT))
    columns = "plays matched matched_as_delivered names_repaired names_broken share_matched"
    assert given.rows("plays_matched_by_day", columns) == [(5, 3, 2, 2, 1, 0.6)]


def test_the_tops_show_names_repaired_and_count_them_together(given: Given) -> None:
    given.events(
        event(artist=TWICE), event(itemInSession=1, artist=ONCE), event(itemInSession=2, artist=RIGHT), event(itemInSession=3, artist=LOST)
    )
    assert given.rows("top_artist_names") == [(RIGHT, 3), (LOST, 1)]
    assert given.rows("top_song_names") == [("Starlight", RIGHT, 3), ("Starlight", LOST, 1)]
