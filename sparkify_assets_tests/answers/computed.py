"""Every report computed from the raw files by plain pandas: from what the tables' comments promise, knowing nothing of our SQL.

A function for each table, of its name, gives its rows without an order.  User agents are told apart by the words in them.
"""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from sparkify_assets_tests.answers.raw import events, matched, plays

Rows = list[tuple[Any, ...]]
WEEK, DAY = pd.Timedelta(hours=168), timedelta(days=1)
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


def active_users(root: Path) -> Rows:
    return _active(events(root))


def active_listeners(root: Path) -> Rows:
    return _active(plays(root))


def _active(found: pd.DataFrame) -> Rows:
    """The users of each day of each window, put together in a set."""
    users: dict[date, set[int]] = {}
    for day, user in zip(found.day, found.user, strict=True):
        users.setdefault(day, set()).add(user)
    answer = []
    for day, today in sorted(users.items()):
        week, month = (len(set().union(*(users.get(day - n * DAY, set()) for n in range(length)))) for length in (7, 28))
        answer.append((day, len(today), week, month, len(today) / month))
    return answer


def _monday(day: date) -> date:
    return day - day.weekday() * DAY


def retention_by_cohort(root: Path) -> Rows:
    by_week = plays(root).assign(week=plays(root).day.map(_monday)).groupby("week").user
    users = {week: set(of) for week, of in by_week}
    known: set[int] = set()
    answer = []
    for first in sorted(users):
        cohort = users[first] - known
        known |= cohort
        for week in sorted(week for week in users if week >= first and cohort):
            back = len(cohort & users[week])
            answer.append((first, (week - first).days // 7, len(cohort), back, back / len(cohort)))
    return answer


def upgrade_funnel(root: Path) -> Rows:
    return _funnel(root, "Upgrade", "paid")


def downgrade_funnel(root: Path) -> Rows:
    return _funnel(root, "Downgrade", "free")


def _funnel(root: Path, page: str, level: str) -> Rows:
    """One user after the other, one week after the other."""
    saw, submitted, played = Counter[date](), Counter[date](), Counter[date]()
    for _, mine in events(root).groupby("user"):
        views = mine[mine.page == page]
        for week, seen in views.groupby(views.day.map(_monday)).moment.min().items():
            saw[week] += 1
            submits = mine[(mine.page == f"Submit {page}") & mine.moment.between(seen, seen + WEEK)].moment
            if len(submits):
                submitted[week] += 1
                at = submits.min()
                played[week] += bool(((mine.page == "NextSong") & (mine.level == level) & mine.moment.between(at, at + WEEK)).any())
    answer: Rows = []
    for week in saw:
        answer += [
            (week, 1, "saw the page", saw[week], None),
            (week, 2, "submitted", submitted[week], submitted[week] / saw[week]),
            (week, 3, f"played at level {level}", played[week], played[week] / submitted[week] if submitted[week] else None),
        ]
    return answer


def listening_by_day(root: Path) -> Rows:
    """Every user's session walked from event to event, in whole milliseconds."""
    heard = []
    for _, session in events(root).sort_values(["ts", "itemInSession"]).groupby(["user", "sessionId"]):
        columns = (session.page, session.day, session.user, session.ts, session.length, [*session.ts[1:], None])
        for page, day, user, at, seconds, following in zip(*columns, strict=True):
            if page == "NextSong":
                length = round(seconds * 1000)
                listened = length if following is None else min(length, following - at)
                heard.append((day, user, listened, listened < 30_000, length - listened < 1000))
    found = pd.DataFrame(heard, columns=["day", "user", "heard", "short", "whole"])
    answer = []
    for day, of in found.groupby("day"):
        minutes, users, count = of.heard.sum() / 60_000, of.user.nunique(), len(of)
        short, whole = of.short.sum(), of.whole.sum()
        answer.append((day, users, count, minutes, minutes / users, count, short, whole, short / count, whole / count))
    return answer


def errors_by_day_and_page(root: Path) -> Rows:
    failed = events(root)[events(root).status >= 400]  # all of them have a user
    failed = failed.assign(of_server=failed.status >= 500)
    by_day = failed.groupby(["day", "page"]).agg(errors=("key", "size"), of_server=("of_server", "sum"), users=("user", "nunique"))
    return rows(by_day.reset_index())


def users_at_risk(root: Path) -> Rows:
    last = events(root).day.max()
    answer = []
    for user, mine in plays(root).groupby("user"):
        ago = mine.day.map(lambda day: (last - day).days)
        lately, before = int((ago < 7).sum()), int(((ago >= 7) & (ago < 14)).sum())
        level = events(root)[events(root).user == user].iloc[-1].level
        if lately < before:
            answer.append((user, mine.iloc[-1].firstName, mine.iloc[-1].lastName, level, ago.min(), lately, before, before - lately))
    return answer


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
