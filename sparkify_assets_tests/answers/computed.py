"""Every report computed from the raw files by plain pandas: from what the tables' comments promise, knowing nothing of our SQL.

A function for each table, of its name, gives its rows without an order.  User agents are told apart by the words in them.
"""

from pathlib import Path
from typing import Any

import pandas as pd

from sparkify_assets_tests.answers.raw import matched, plays

Rows = list[tuple[Any, ...]]
WEEK = pd.Timedelta(hours=168)
LOST = "[\x80-\x9f\ufffd]"
"""a control character, or a decoder's question mark, in a name once repaired: it was broken in another way, too"""


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
    sunday_first = (moment.dt.day_of_week + 1) % 7
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
    told = found.drop_duplicates("song_id").set_index("song_id")[["song_title", "artist_name"]]
    return [(song, *told.loc[song], count) for song, count in first(20, found.song_id.value_counts().to_dict())]


def top_artists(root: Path) -> Rows:
    found = matched(root)
    told = found.drop_duplicates("artist_id").set_index("artist_id").artist_name
    return [(artist, told[artist], count) for artist, count in first(20, found.artist_id.value_counts().to_dict())]


def sessions_by_day(root: Path) -> Rows:
    played = plays(root).sort_values(["user", "sessionId", "ts", "itemInSession"])
    anew = played.groupby(["user", "sessionId"]).itemInSession.diff().le(0)  # an item that does not come after the one before
    numbered = played.assign(restarts=anew.groupby([played.user, played.sessionId]).cumsum())
    by_session = numbered.groupby(["user", "sessionId", "restarts"]).agg(songs=("key", "size"), began=("ts", "min"), ended=("ts", "max"))
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
    found["broken"] = found.title.str.contains(LOST) | found.by.str.contains(LOST)
    by_day = found.groupby("day").agg(
        plays=("key", "size"), after=("after", "sum"), before=("before", "sum"), repaired=("repaired", "sum"), broken=("broken", "sum")
    )
    return rows(by_day.assign(share=by_day.after / by_day.plays).reset_index())


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
