"""Every report computed from the raw files by plain pandas: from what the tables' comments promise, knowing nothing of our SQL.

A function for each table, of its name, gives its rows without an order.  Names are repaired by the rule of thumb that fits this data
(text → Latin-1 bytes → UTF-8 text, as often as it goes), user agents told apart by the words in them.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

Rows = list[tuple[Any, ...]]
WEEK = pd.Timedelta(hours=168)


def repaired(name: str) -> str:
    try:
        once = name.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return name
    return name if once == name else repaired(once)


@cache
def plays(root: Path) -> pd.DataFrame:
    """Songs played by a user, as delivered, with the moment in UTC and the names repaired, in a user's order."""
    lines = [json.loads(line) for file in sorted(root.glob("log_data/*/*/*.json")) for line in file.read_text("utf-8").splitlines()]
    found = pd.DataFrame([x for x in lines if x["page"] == "NextSong" and x["userId"]])
    assert not found.duplicated(["sessionId", "itemInSession"]).any()  # or the latest delivery would have to be found
    found["user"] = found.userId.astype("int64")
    found["moment"] = pd.to_datetime(found.ts, unit="ms")
    found["day"] = found.moment.dt.date
    found["title"], found["by"] = found.song.map(repaired), found.artist.map(repaired)
    found["key"] = found.sessionId * 2**32 + found.itemInSession
    return found.sort_values(["user", "ts", "key"], ignore_index=True)


@cache
def matched(root: Path, as_delivered: bool = False) -> pd.DataFrame:
    """Plays with the song of the catalogue that has their title and artist, nearest in duration; those without one are left out."""
    songs = pd.DataFrame([json.loads(file.read_text("utf-8")) for file in root.glob("song_data/*/*/*/*.json")])
    names = ["song", "artist"] if as_delivered else ["title", "by"]
    left = plays(root).assign(wanted=plays(root)[names[0]], of=plays(root)[names[1]])
    right = songs.assign(wanted=songs.title.map(repaired), of=songs.artist_name.map(repaired))
    both = left.merge(right[["wanted", "of", "song_id", "artist_id", "duration"]], on=["wanted", "of"])
    both["far"] = (both.length - both.duration).abs()
    return both.sort_values(["far", "song_id"]).drop_duplicates("key")


def rows(frame: pd.DataFrame) -> Rows:
    return list(frame.itertuples(index=False, name=None))


def counted(frame: pd.DataFrame, *by: str) -> Rows:
    """Plays and users of each group."""
    return rows(frame.groupby(list(by)).agg(plays=("key", "size"), users=("user", "nunique")).reset_index())


def first(count: int, of: dict[Any, int]) -> list[tuple[Any, int]]:
    """Most plays first; of equal ones, the smaller key."""
    return sorted(of.items(), key=lambda item: (-item[1], item[0]))[:count]


def most_active_users(root: Path) -> Rows:
    names = zip(plays(root).user, plays(root).firstName, plays(root).lastName, strict=True)
    latest = {user: (first_name, last_name) for user, first_name, last_name in names}  # the last in a user's order stays
    return [(*latest[user], count) for user, count in first(5, plays(root).user.value_counts().to_dict())]


def popular_hours(root: Path) -> Rows:
    return rows(plays(root).moment.dt.hour.value_counts().reset_index())


def plays_by_weekday_and_hour(root: Path) -> Rows:
    moment = plays(root).moment
    sunday_first = (moment.dt.weekday + 1) % 7
    return rows(pd.DataFrame({"weekday": sunday_first, "hour": moment.dt.hour}).value_counts().reset_index())


def plays_by_day_and_level(root: Path) -> Rows:
    return counted(plays(root), "day", "level")


def plays_by_location(root: Path) -> Rows:
    return counted(plays(root), "location")


def plays_by_browser(root: Path) -> Rows:
    told = plays(root).userAgent.map(_told)
    return counted(plays(root).assign(browser=told.str[0], os=told.str[1], device=told.str[2]), "browser", "os", "device")


def _told(agent: str) -> tuple[str, str, str]:
    """The first word that is in the text decides; the order matters, since browsers call themselves by each other's names."""
    browsers = {"Chromium": "Chromium", "Chrome": "Chrome", "Firefox": "Firefox", "MSIE": "IE", "Trident": "IE"}
    browsers |= {"Mobile/": "Mobile Safari", "Safari": "Safari"}
    systems = {"iPhone": "iOS", "Mac OS X": "Mac OS X", "Windows": "Windows", "Ubuntu": "Ubuntu", "Linux": "Linux"}
    devices = {"iPhone": "iPhone", "Macintosh": "Mac", "": "Other"}
    browser, system, device = (next(told for word, told in words.items() if word in agent) for words in (browsers, systems, devices))
    return browser, system, device


def top_song_names(root: Path) -> Rows:
    return [(*names, count) for names, count in first(20, plays(root).groupby(["title", "by"]).size().to_dict())]


def top_artist_names(root: Path) -> Rows:
    return first(20, plays(root).by.value_counts().to_dict())


def top_songs(root: Path) -> Rows:
    found = matched(root)
    return [
        (song, *found.loc[found.song_id == song, ["wanted", "of"]].iloc[0], count)
        for song, count in first(20, found.song_id.value_counts().to_dict())
    ]


def top_artists(root: Path) -> Rows:
    found = matched(root)
    return [(a, found.loc[found.artist_id == a, "of"].iloc[0], count) for a, count in first(20, found.artist_id.value_counts().to_dict())]


def sessions_by_day(root: Path) -> Rows:
    by_session = plays(root).groupby("sessionId").agg(songs=("key", "size"), began=("ts", "min"), ended=("ts", "max"))
    by_session["day"] = pd.to_datetime(by_session.began, unit="ms").dt.date
    by_session["minutes"] = (by_session.ended - by_session.began) / 60_000
    found = by_session.groupby("day").agg(
        sessions=("songs", "size"), plays=("songs", "sum"), each=("songs", "mean"), minutes=("minutes", "mean"), longest=("minutes", "max")
    )
    return rows(found.reset_index())


def new_and_returning_users(root: Path) -> Rows:
    known: set[int] = set()
    found = []
    for day, users in plays(root).groupby("day").user:
        today = set(users)
        found.append((day, len(today - known), len(today & known)))
        known |= today
    return found


def plays_matched_by_day(root: Path) -> Rows:
    found, before, after = plays(root), set(matched(root, as_delivered=True).key), set(matched(root).key)
    found = found.assign(before=found.key.isin(before), after=found.key.isin(after))
    found["repaired"] = (found.title != found.song) | (found.by != found.artist)
    by_day = found.groupby("day").agg(
        plays=("key", "size"), matched=("after", "sum"), delivered=("before", "sum"), repaired=("repaired", "sum"), share=("after", "mean")
    )
    return [(day, p, m, d, r, 0, share) for day, p, m, d, r, share in rows(by_day.reset_index())]


def user_levels(root: Path) -> Rows:
    found: Rows = []
    for user, mine in plays(root).groupby("user"):
        at_its_moment = mine.drop_duplicates("ts", keep="last")
        steps = at_its_moment[at_its_moment.level != at_its_moment.level.shift()]
        begun = list(steps.moment)
        found += zip([user] * len(begun), begun, [*begun[1:], None], steps.level, strict=True)
    return found


def level_changes(root: Path) -> Rows:
    found = []
    levels = pd.DataFrame(user_levels(root), columns=["user", "since", "until", "level"])
    for user, steps in levels.groupby("user"):
        moments = plays(root).loc[plays(root).user == user, "moment"]
        for old, (since, level) in zip(steps.level, list(zip(steps.since, steps.level, strict=True))[1:], strict=False):
            before, after = (since - WEEK <= moments) & (moments < since), (since <= moments) & (moments < since + WEEK)
            found.append((user, since, old, level, int(before.sum()), int(after.sum())))
    return found
