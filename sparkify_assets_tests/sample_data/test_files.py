"""The files: where they lie, how they are written, and what the song catalogue in them is like."""

import json
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from sparkify_assets.orchestration.partitions import PREFIXES
from sparkify_assets.sample_data import SampleSpec, write_sample_lake
from sparkify_assets.sample_data.catalogue import build_catalogue
from sparkify_assets_tests.sample_data.reading import Lake

LOG_KEYS = (
    "artist auth firstName gender itemInSession lastName length level location method page registration sessionId song "
    "status ts userAgent userId"
).split()
SONG_KEYS = ("num_songs artist_id artist_latitude artist_longitude artist_location artist_name song_id title duration year").split()


# the files


def test_logs_lie_where_the_real_ones_do(lake: Lake) -> None:
    logs = [path.relative_to(lake.root).as_posix() for path in sorted(lake.root.glob("log_data/**/*.json"))]
    assert logs == [f"log_data/2018/11/2018-11-{day:02}-events.json" for day in range(1, 11)]


def test_days_run_on_into_the_next_year(tmp_path: Path) -> None:
    write_sample_lake(tmp_path, SampleSpec(songs=1, days=2, events_per_day=3, start=date(2019, 12, 31)))
    logs = [path.relative_to(tmp_path).as_posix() for path in sorted(tmp_path.glob("log_data/**/*.json"))]
    assert logs == ["log_data/2019/12/2019-12-31-events.json", "log_data/2020/01/2020-01-01-events.json"]


def test_log_lines_are_written_as_the_real_ones_are(lake: Lake) -> None:
    for path in lake.root.glob("log_data/**/*.json"):
        text = path.read_bytes().decode("ascii")
        assert not text.endswith("\n")
        for line in text.split("\n"):
            event = json.loads(line)
            assert list(event) == LOG_KEYS
            # the real writer: no blanks between fields, every slash escaped, registration as a float in full
            assert line == json.dumps(event, separators=(",", ":")).replace("/", "\\/")


def test_songs_lie_in_the_folders_of_their_track(lake: Lake) -> None:
    for path in lake.songs:
        track = Path(path).stem
        assert path == f"{track[2]}/{track[3]}/{track[4]}/{track}.json"
        assert len(track) == 18
        assert track.startswith("TR")


@pytest.mark.parametrize("songs", [26, 60])
def test_the_songs_of_even_a_small_catalogue_fall_into_every_partition(songs: int) -> None:
    prefixes = set(PREFIXES.get_partition_keys())
    assert {song.track_id[2] for song in build_catalogue(SampleSpec(songs=songs))} == prefixes


def test_song_files_are_written_as_the_real_ones_are(lake: Lake) -> None:
    for path, song in lake.songs.items():
        assert list(song) == SONG_KEYS
        assert (lake.root / "song_data" / path).read_bytes() == json.dumps(song).encode()  # no newline at the end


# the catalogue


def test_ids_are_shaped_like_the_real_ones_and_songs_have_their_own(lake: Lake) -> None:
    songs = lake.songs.values()
    assert len({song["song_id"] for song in songs}) == len(songs)
    assert all(len(song["song_id"]) == 18 and song["song_id"].startswith("SO") for song in songs)
    assert all(len(song["artist_id"]) == 18 and song["artist_id"].startswith("AR") for song in songs)


def test_artists_have_several_songs_and_a_few_have_several_names(lake: Lake) -> None:
    names: dict[str, list[str]] = defaultdict(list)
    for song in lake.songs.values():
        names[song["artist_id"]].append(song["artist_name"])
    several_names = sum(len(set(found)) > 1 for found in names.values()) / len(names)
    assert 0.01 < several_names < 0.1
    assert max(map(len, names.values())) > 3


def test_the_catalogue_has_the_gaps_of_the_real_one(lake: Lake) -> None:
    songs = list(lake.songs.values())
    assert 0.5 < sum(song["year"] == 0 for song in songs) / len(songs) < 0.6
    assert 0.45 < sum(song["artist_latitude"] is None for song in songs) / len(songs) < 0.65
    assert all((song["artist_latitude"] is None) == (song["artist_longitude"] is None) for song in songs)
    assert 0.3 < sum(song["artist_location"] == "" for song in songs) / len(songs) < 0.55
    assert all(1960 <= song["year"] <= 2010 or song["year"] == 0 for song in songs)
    assert len({(song["title"], song["artist_name"]) for song in songs}) < len(songs)  # released more than once


def test_names_have_accents_other_scripts_quotes_and_slashes(lake: Lake) -> None:
    text = "".join(song["title"] + song["artist_name"] for song in lake.songs.values())
    assert set("é/'\"") <= set(text)
    assert any("\u0400" <= letter < "\u0500" for letter in text)  # Cyrillic
    assert any("\u3000" <= letter < "\ua000" for letter in text)  # Japanese and Chinese
    assert not any("\x80" <= letter < "\xa0" for letter in text)  # control letters: the mark of double encoding
