"""Plays and songs as the raw files have them, read by plain pandas; nothing of the project's own is used.

Names are repaired by the rule of thumb that fits this data: text → Latin-1 bytes → UTF-8 text, as often as it goes.
"""

import json
from functools import cache
from pathlib import Path

import pandas as pd


def repaired(name: str) -> str:
    try:
        once = name.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return name
    return name if once == name else repaired(once)


@cache
def events(root: Path) -> pd.DataFrame:
    """Events of any page by a user, as delivered, with the moment in UTC, in a user's order."""
    lines = [json.loads(line) for file in sorted(root.glob("log_data/*/*/*.json")) for line in file.read_text("utf-8").splitlines()]
    found = pd.DataFrame([x for x in lines if x["userId"]])
    assert not found.duplicated(["userId", "sessionId", "itemInSession"]).any()  # or the latest delivery would have to be found
    found["user"] = found.userId.astype("int64")
    found["moment"] = pd.to_datetime(found.ts, unit="ms")
    found["day"] = found.moment.dt.date
    found["key"] = found.sessionId * 2**32 + found.itemInSession
    return found.sort_values(["user", "ts", "key"], ignore_index=True)


@cache
def plays(root: Path) -> pd.DataFrame:
    """Songs played by a user, with the names repaired, in a user's order."""
    found = events(root).query("page == 'NextSong'").reset_index(drop=True)
    found["title"], found["by"] = found.song.map(repaired), found.artist.map(repaired)
    return found


@cache
def matched(root: Path, as_delivered: bool = False) -> pd.DataFrame:
    """Plays with the song of the catalogue that has their title and artist, nearest in duration; those without one are left out.

    ``song_title`` and ``artist_name`` are as the catalogue has them.
    """
    songs = pd.DataFrame([json.loads(file.read_text("utf-8")) for file in root.glob("song_data/*/*/*/*.json")])
    songs = songs.rename(columns={"title": "song_title"})[["song_title", "artist_name", "song_id", "artist_id", "duration"]]
    if as_delivered:
        both = plays(root).merge(songs, left_on=["song", "artist"], right_on=["song_title", "artist_name"])
    else:
        songs = songs.assign(title=songs.song_title.map(repaired), by=songs.artist_name.map(repaired))
        both = plays(root).merge(songs, on=["title", "by"])
    both["far"] = (both.length - both.duration).abs()
    return both.sort_values(["far", "song_id"]).drop_duplicates("key")
