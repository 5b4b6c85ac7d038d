"""One visit of one listener: its pages, their order and the intervals between them.

Put here the content of a visit. Do not put here its time of day (event_log.py).
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from sparkify_assets.sample_data.playlist import Playlist
from sparkify_assets.sample_data.rng import Draw, Weighted, below
from sparkify_assets.sample_data.users import EVENTS_TO_CHANGE, Listener, other_level

# method and status of each page in the real logs, and its number of occurrences there
PAGES = {
    "NextSong": ("PUT", 200),
    "Home": ("GET", 200),
    "Login": ("PUT", 307),
    "Logout": ("PUT", 307),
    "Downgrade": ("GET", 200),
    "Settings": ("GET", 200),
    "Help": ("GET", 200),
    "About": ("GET", 200),
    "Upgrade": ("GET", 200),
    "Save Settings": ("PUT", 307),
    "Error": ("GET", 404),
    "Submit Upgrade": ("PUT", 307),
    "Submit Downgrade": ("PUT", 307),
}
_COMMON = {"Home": 225, "Logout": 100, "Settings": 56, "Help": 38, "About": 22, "Save Settings": 10, "Error": 9}
SIGNED_IN = {"free": Weighted({**_COMMON, "Upgrade": 70}), "paid": Weighted({**_COMMON, "Downgrade": 80})}
SIGNED_OUT = Weighted({"Home": 171, "Login": 92, "About": 14, "Help": 9})
CHANGE = {"free": ("Upgrade", "Submit Upgrade", "Home"), "paid": ("Downgrade", "Submit Downgrade", "Home")}
NEXT_SONG = 0.938  # unless Home follows the start of a session or a login; in total 85 % of all events
OPENS_SIGNED_OUT, OPENS_WITH_HOME = 0.07, 0.37
DOUBLE_CLICK = 0.2  # pages followed by the next one within the same second; never where the level changes

_SIGNED_OUT_END = ',"userAgent":null,"userId":""}'


class Event(NamedTuple):
    offset: int  # seconds since the session began
    head: str  # the line up to "ts":
    tail: str  # the line after it
    is_play: bool


@dataclass
class Tally:
    """Counts of a day's plays."""

    plays: int = 0
    matched: int = 0
    garbled_matches: int = 0
    users: set[int] = field(default_factory=set)
    players: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Visit:
    """A session to generate: its listener, its number of events, and whether the level changes in it."""

    session_id: int
    listener: Listener
    level: str
    size: int
    changes_level: bool = False


class Narrator:
    """Generates the events of visits from random draws; one instance per day."""

    def __init__(self, draw: Draw, playlist: Playlist, double_encoded: float, tally: Tally) -> None:
        self._draw, self._playlist, self._double_encoded, self._tally = draw, playlist, double_encoded, tally

    def events(self, visit: Visit) -> list[Event]:
        draw, who, level = self._draw, visit.listener, visit.level
        signed_in = visit.changes_level or draw() >= OPENS_SIGNED_OUT
        script = self._script(visit)
        wants_home = signed_in and draw() < OPENS_WITH_HOME
        events: list[Event] = []
        offset = 0
        for item in range(visit.size):
            if item in script:
                page = script[item]
            elif not signed_in:
                page = SIGNED_OUT.pick(draw)
            elif wants_home:
                page = "Home"
            elif draw() < NEXT_SONG:
                page = "NextSong"
            else:
                page = SIGNED_IN[level].pick(draw)
                page = "Home" if visit.changes_level and page == "Logout" else page
            wants_home = False
            if page == "NextSong":
                seconds, head = self._play(who, level, visit.session_id, item)
            else:
                seconds = 0 if draw() < DOUBLE_CLICK and item not in script else 1 + below(draw, 90)
                head = _page(who if signed_in else None, level, visit.session_id, item, page)
            events.append(Event(offset, head, who.to_end if signed_in else _SIGNED_OUT_END, page == "NextSong"))
            if signed_in:
                self._tally.users.add(who.user_id)
            offset += seconds
            if page == "Login":
                signed_in = wants_home = True
            elif page == "Logout":
                signed_in = False
            elif page.startswith("Submit"):
                level = other_level(level)
        return events

    def _script(self, visit: Visit) -> dict[int, str]:
        if not visit.changes_level:
            return {}
        at = below(self._draw, visit.size - EVENTS_TO_CHANGE + 2)
        return dict(enumerate(CHANGE[visit.level], start=at))

    def _play(self, who: Listener, level: str, session_id: int, item: int) -> tuple[int, str]:
        record, tally = self._playlist.pick(self._draw), self._tally
        artist, song = record.artist, record.song
        spoiled = record.garbled is not None and self._draw() < self._double_encoded
        if record.garbled and spoiled:
            artist, song = record.garbled
        tally.plays += 1
        if record.known:
            tally.matched += not spoiled
            tally.garbled_matches += spoiled
        tally.players.add(who.user_id)
        return record.seconds, (
            f'{{"artist":{artist}{who.to_item}{item}{who.to_length}{record.length},"level":"{level}"{who.to_method}'
            f'"PUT","page":"NextSong"{who.to_session}{session_id},"song":{song},"status":200,"ts":'
        )


def _page(who: Listener | None, level: str, session_id: int, item: int, page: str) -> str:
    method, status = PAGES[page]
    if who is None:
        return (
            f'{{"artist":null,"auth":"Logged Out","firstName":null,"gender":null,"itemInSession":{item},'
            f'"lastName":null,"length":null,"level":"{level}","location":null,"method":"{method}","page":"{page}","registration":null,'
            f'"sessionId":{session_id},"song":null,"status":{status},"ts":'
        )
    return (
        f'{{"artist":null{who.to_item}{item}{who.to_length}null,"level":"{level}"{who.to_method}"{method}",'
        f'"page":"{page}"{who.to_session}{session_id},"song":null,"status":{status},"ts":'
    )
