"""The events: what one may rely on, how they compare with the real ones, and which songs they name."""

from collections import Counter, defaultdict
from dataclasses import asdict
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from sparkify_assets.sample_data import SampleSpec, write_sample_lake
from sparkify_assets.sample_data.json_text import double_encoded
from sparkify_assets_tests.sample_data.reading import SPEC, Lake, Record, read_lake


def test_each_day_has_the_events_asked_for_inside_the_day_and_in_order(lake: Lake) -> None:
    for day, events in lake.days.items():
        assert len(events) == SPEC.events_per_day
        assert all(datetime.fromtimestamp(event["ts"] / 1000, UTC).date() == day for event in events)
        assert all(before["ts"] <= after["ts"] for before, after in pairwise(events))
        assert all(event["ts"] % 1000 == 796 for event in events)


def test_items_of_a_session_count_from_zero_in_the_order_of_the_file(lake: Lake) -> None:
    for events in lake.sessions.values():
        assert [event["itemInSession"] for event in events] == list(range(len(events)))


def test_a_session_belongs_to_one_day_and_one_user(lake: Lake) -> None:
    for events in lake.sessions.values():
        assert len({event["ts"] // 86_400_000 for event in events}) == 1
        assert len({event["userId"] for event in events} - {""}) <= 1


def test_sessions_of_a_user_do_not_overlap(lake: Lake) -> None:
    spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for events in lake.sessions.values():
        users = {event["userId"] for event in events} - {""}
        for user in users:
            spans[user].append((events[0]["ts"], events[-1]["ts"]))
    for found in spans.values():
        assert all(before[1] < after[0] for before, after in pairwise(sorted(found)))


def test_pages_come_in_about_the_real_shares_with_their_method_and_status(lake: Lake) -> None:
    answers = {(event["page"], event["method"], event["status"]) for event in lake.events}
    assert answers == {
        ("NextSong", "PUT", 200),
        ("Home", "GET", 200),
        ("Login", "PUT", 307),
        ("Logout", "PUT", 307),
        ("Downgrade", "GET", 200),
        ("Settings", "GET", 200),
        ("Help", "GET", 200),
        ("About", "GET", 200),
        ("Upgrade", "GET", 200),
        ("Save Settings", "PUT", 307),
        ("Error", "GET", 404),
        ("Submit Upgrade", "PUT", 307),
        ("Submit Downgrade", "PUT", 307),
    }
    real = {"NextSong": 6820, "Home": 806, "Login": 92, "Logout": 90, "Downgrade": 60, "Settings": 56, "Help": 47}
    pages = Counter(event["page"] for event in lake.events)
    assert abs(pages["NextSong"] / len(lake.events) - 0.85) < 0.02
    for page, count in real.items():
        assert 0.5 < (pages[page] / len(lake.events)) / (count / 8056) < 2, page


def test_only_plays_name_a_song(lake: Lake) -> None:
    for event in lake.events:
        named = [event[key] is not None for key in ("artist", "song", "length")]
        assert named == [event["page"] == "NextSong"] * 3


def test_who_is_signed_out_is_nobody(lake: Lake) -> None:
    nobody = {"firstName", "lastName", "gender", "location", "registration", "userAgent"}
    signed_out = [event for event in lake.events if event["auth"] == "Logged Out"]
    assert 0.01 < len(signed_out) / len(lake.events) < 0.08
    for event in lake.events:
        is_out = event["auth"] == "Logged Out"
        assert (event["userId"] == "") == is_out
        assert {event[key] is None for key in nobody} == {is_out}
        assert not (is_out and event["page"] not in {"Home", "Login", "About", "Help"})


def test_signing_in_and_out_is_done_by_the_pages_for_it(lake: Lake) -> None:
    for events in lake.sessions.values():
        for before, after in pairwise(events):
            if before["auth"] != after["auth"]:
                assert before["page"] == ("Logout" if after["auth"] == "Logged Out" else "Login")


def test_a_user_is_the_same_person_all_month(lake: Lake) -> None:
    people: dict[str, set[tuple[Any, ...]]] = defaultdict(set)
    for event in lake.events:
        keys = ("firstName", "lastName", "gender", "location", "registration", "userAgent")
        people[event["userId"]].add(tuple(event[key] for key in keys))
    assert {len(found) for found in people.values()} == {1}
    assert len(people) > SPEC.days * SPEC.events_per_day / 83 * 0.8


def test_a_level_changes_exactly_where_the_page_for_it_was_submitted(lake: Lake) -> None:
    by_user: dict[str, list[Record]] = defaultdict(list)
    for event in lake.events:
        if event["userId"]:
            by_user[event["userId"]].append(event)
    changes = Counter[str]()
    for events in by_user.values():
        for before, after in pairwise(events):
            submitted = {"Submit Upgrade": ("free", "paid"), "Submit Downgrade": ("paid", "free")}.get(before["page"])
            assert (before["level"], after["level"]) == (submitted or (before["level"], before["level"]))
            changes[before["page"]] += submitted is not None
    assert changes["Submit Upgrade"] >= 5
    assert changes["Submit Downgrade"] >= 1


def test_some_songs_and_users_are_far_more_popular_than_others(lake: Lake) -> None:
    for key, times_average in (("song", 10), ("userId", 3)):
        counts = Counter(event[key] for event in lake.plays)
        assert max(counts.values()) > times_average * len(lake.plays) / len(counts)


# the names in the logs


def exact_names(lake: Lake) -> set[tuple[str, str]]:
    return {(song["title"], song["artist_name"]) for song in lake.songs.values()}


def test_the_summary_is_what_the_files_say(lake: Lake) -> None:
    files = [path for path in lake.root.rglob("*") if path.is_file()]
    users = {event["userId"] for event in lake.events} - {""}
    names = [(play["song"], play["artist"]) for play in lake.plays]
    exact = exact_names(lake)
    spoiled = {(double_encoded(title), double_encoded(name)) for title, name in exact} - exact
    assert asdict(lake.summary) == {
        "songs": len(lake.songs),
        "artists": len({song["artist_id"] for song in lake.songs.values()}),
        "days": len(lake.days),
        "events": len(lake.events),
        "plays": len(lake.plays),
        "matched_plays": sum(played in exact for played in names),
        "garbled_matches": sum(played in spoiled for played in names),
        "users": len(users),
        "players": len({play["userId"] for play in lake.plays}),
        "play_times": len({play["ts"] for play in lake.plays}),
        "files": len(files),
        "bytes": sum(path.stat().st_size for path in files),
    }


def test_the_matched_share_is_the_one_asked_for(lake: Lake) -> None:
    named = lake.summary.matched_plays + lake.summary.garbled_matches
    assert abs(named / lake.summary.plays - SPEC.match) < 0.02
    assert 0 < lake.summary.garbled_matches < 0.05 * lake.summary.matched_plays


def test_plays_outside_the_catalogue_often_share_a_title_or_an_artist_with_it(lake: Lake) -> None:
    titles, names = ({pair[i] for pair in exact_names(lake)} for i in (0, 1))
    exact = exact_names(lake)
    others = [play for play in lake.plays if (play["song"], play["artist"]) not in exact]
    assert sum(play["song"] in titles for play in others) > 0.02 * len(others)
    assert sum(play["artist"] in names for play in others) > 0.02 * len(others)


def test_lengths_are_mostly_but_not_always_those_of_the_catalogue(lake: Lake) -> None:
    lengths: dict[tuple[str, str], set[float]] = defaultdict(set)
    for song in lake.songs.values():
        lengths[song["title"], song["artist_name"]].add(song["duration"])
    matched = [play for play in lake.plays if (play["song"], play["artist"]) in lengths]
    equal = sum(play["length"] in lengths[play["song"], play["artist"]] for play in matched)
    assert 0.8 < equal / len(matched) < 1


def is_spoiled(text: str) -> bool:
    """Bytes taken for letters leave control letters, which no name has."""
    return any("\x80" <= letter < "\xa0" for letter in text)


def test_names_arrive_right_and_double_encoded(lake: Lake) -> None:
    names = [play["song"] + play["artist"] for play in lake.plays if not (play["song"] + play["artist"]).isascii()]
    spoiled = [name for name in names if is_spoiled(name)]
    assert len(names) > 0.05 * len(lake.plays)
    assert abs(len(spoiled) / len(names) - SPEC.double_encoded) < 0.02
    once = spoiled[0].encode("latin-1").decode("utf-8")
    assert not once.encode("latin-1").decode("utf-8").isascii()


def test_an_accented_letter_is_spoiled_as_in_the_real_logs() -> None:
    assert double_encoded("Café Tacuba") == "Caf\u00c3\u0083\u00c2\u00a9 Tacuba"


def test_every_name_can_be_spoiled_or_none(tmp_path: Path) -> None:
    for share in (0, 1):
        spec = SampleSpec(songs=200, days=1, events_per_day=1000, double_encoded=share)
        lake = read_lake(tmp_path / str(share), write_sample_lake(tmp_path / str(share), spec))
        foreign = [play["song"] + play["artist"] for play in lake.plays]
        assert {is_spoiled(name) for name in foreign if not name.isascii()} == {bool(share)}


# extremes


@pytest.mark.parametrize(
    "spec",
    [
        SampleSpec(songs=1, days=1, events_per_day=1),
        SampleSpec(songs=1, days=40, events_per_day=4, start=date(1971, 1, 1)),
        SampleSpec(songs=2, days=1, events_per_day=5000, seed=-3),
        SampleSpec(songs=1, days=1, events_per_day=10, start=date(9999, 12, 30)),
    ],
    ids=str,
)
def test_small_and_odd_lakes_keep_the_same_promises(tmp_path: Path, spec: SampleSpec) -> None:
    lake = read_lake(tmp_path, write_sample_lake(tmp_path, spec))
    assert (lake.summary.songs, lake.summary.days) == (spec.songs, spec.days)
    for check in (
        test_items_of_a_session_count_from_zero_in_the_order_of_the_file,
        test_a_session_belongs_to_one_day_and_one_user,
        test_sessions_of_a_user_do_not_overlap,
        test_the_summary_is_what_the_files_say,
    ):
        check(lake)
    for day, events in lake.days.items():
        assert len(events) == spec.events_per_day
        assert all(datetime.fromtimestamp(event["ts"] // 1000, UTC).date() == day for event in events)
