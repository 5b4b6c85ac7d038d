"""The users: their attributes, their part of a log line, and the day on which their level changes.

Put here what belongs to a user. Do not put here what a user does (sessions.py).
"""

from typing import NamedTuple

from sparkify_assets.sample_data import vocabulary
from sparkify_assets.sample_data.json_text import json_text
from sparkify_assets.sample_data.rng import Draw, below, draws, pick
from sparkify_assets.sample_data.spec import SampleSpec

LEVELS = ("free", "paid")
LEVEL_CHANGES = 1 / 12  # of the users; the real logs: 8 of 97 within the month
DOWNGRADES = 0.2  # probability that a chosen paid user changes; a free one always does
EVENTS_TO_CHANGE = 4  # Upgrade, Submit Upgrade, and the Home page that shows the new level; one to spare
MILLISECONDS = 796  # of every time in the real logs


class Listener(NamedTuple):
    """One user, as the pieces of JSON between the fields that change from line to line."""

    user_id: int
    level: str  # on the first day
    to_item: str  # after the artist, up to itemInSession
    to_length: str  # after itemInSession, up to length
    to_method: str  # after level, up to method
    to_session: str  # after page, up to sessionId
    to_end: str  # after ts


class Audience:
    """All listeners, busiest first, and the plan of level changes."""

    def __init__(self, spec: SampleSpec) -> None:
        draw = draws(spec.seed, "listeners")
        self.listeners = [_listener(draw, number, spec) for number in range(spec.users)]
        self.changes: dict[int, list[int]] = {}  # day -> listeners whose level changes in their first session that day
        self._change_day: dict[int, int] = {}
        self._plan_changes(draws(spec.seed, "changes"), spec)

    def level_in_the_morning(self, number: int, day: int) -> str:
        level = self.listeners[number].level
        return other_level(level) if self._change_day.get(number, day) < day else level

    def _plan_changes(self, draw: Draw, spec: SampleSpec) -> None:
        """Plan the whole lake at once, so that each day can be written independently of the others."""
        wanted = max(2, int(spec.users * LEVEL_CHANGES))
        room = spec.events_per_day // EVENTS_TO_CHANGE
        for _ in range(20 * wanted):  # a tiny lake may not have room for all of them
            number, day = below(draw, spec.users), below(draw, spec.days)
            likely = self.listeners[number].level == "free" or draw() < DOWNGRADES
            free_place = number not in self._change_day and len(self.changes.get(day, ())) < room
            if likely and free_place and len(self._change_day) < wanted:
                self._change_day[number] = day
                self.changes.setdefault(day, []).append(number)


def other_level(level: str) -> str:
    return LEVELS[level == "free"]


def _listener(draw: Draw, number: int, spec: SampleSpec) -> Listener:
    user_id = number + 1
    pays = draw() < (0.9 if number * 2 < spec.users else 0.3)  # the most active listeners tend to pay
    first, last, gender = pick(draw, vocabulary.FIRST_NAMES), pick(draw, vocabulary.LAST_NAMES), "FM"[below(draw, 2)]
    days_before = 1 + below(draw, 90)
    since = (spec.midnight(0) - days_before * 86_400 + below(draw, 86_400)) * 1000 + MILLISECONDS
    return Listener(
        user_id=user_id,
        level=LEVELS[pays],
        to_item=f',"auth":"Logged In","firstName":{json_text(first)},"gender":"{gender}","itemInSession":',
        to_length=f',"lastName":{json_text(last)},"length":',
        to_method=f',"location":{json_text(pick(draw, vocabulary.HOMES))},"method":',
        to_session=f',"registration":{since}.0,"sessionId":',
        to_end=f',"userAgent":{json_text(pick(draw, vocabulary.USER_AGENTS))},"userId":"{user_id}"}}',
    )
