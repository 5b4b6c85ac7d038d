"""One day's log file: who listens how often and when, and the lines in order of time.

Put here the structure of a day. Do not put here the events of a session (sessions.py).
"""

from dataclasses import dataclass
from operator import itemgetter

from sparkify_assets.sample_data.playlist import Playlist
from sparkify_assets.sample_data.rng import Draw, draws, ranked
from sparkify_assets.sample_data.sessions import Event, Narrator, Tally, Visit
from sparkify_assets.sample_data.spec import SampleSpec
from sparkify_assets.sample_data.users import EVENTS_TO_CHANGE, MILLISECONDS, Audience, other_level

SECONDS = 86_400
BUSY_AT_MOST = SECONDS * 9 // 10  # seconds that a listener's sessions may fill; longer ones are compressed (songs skipped)
FLOOR = 0.12  # the busiest listener has at most 8 times the sessions of the average one


@dataclass(frozen=True)
class DayCounts:
    tally: Tally
    events: int
    play_times: int


def day_path(spec: SampleSpec, number: int) -> str:
    day = spec.day(number)
    return f"log_data/{day:%Y}/{day:%m}/{day:%Y-%m-%d}-events.json"


def day_log(spec: SampleSpec, audience: Audience, playlist: Playlist, number: int) -> tuple[str, DayCounts]:
    """The complete file of one day (no newline at its end, like the real ones), and its counts."""
    draw = draws(spec.seed, "day", number)
    tally = Tally()
    narrator = Narrator(draw, playlist, spec.double_encoded, tally)
    midnight = spec.midnight(number)
    lines: list[tuple[int, str]] = []
    play_seconds: set[int] = set()
    for visits in _visits_by_listener(draw, spec, audience, number):
        sessions = [narrator.events(visit) for visit in visits]
        for session, times in zip(sessions, _times(draw, sessions), strict=True):
            for event, second in zip(session, times, strict=True):
                lines.append((second, f"{event.head}{midnight + second}{MILLISECONDS}{event.tail}"))
                if event.is_play:
                    play_seconds.add(second)
    lines.sort(key=itemgetter(0))  # stable: within a second, a session's lines keep their order
    return "\n".join(map(itemgetter(1), lines)), DayCounts(tally, len(lines), len(play_seconds))


def _visits_by_listener(draw: Draw, spec: SampleSpec, audience: Audience, day: int) -> list[list[Visit]]:
    """The day's visits, each listener's in order of time. Their events add up to exactly `spec.events_per_day`."""
    changing = audience.changes.get(day, [])
    first_id = day * spec.events_per_day + 1  # a day has no more sessions than events, so ids are unique
    left = spec.events_per_day
    visits: dict[int, list[Visit]] = {}
    count = 0
    while left:
        must_change = count < len(changing)
        if must_change:
            number, level = changing[count], audience.listeners[changing[count]].level
            kept_back = EVENTS_TO_CHANGE * (len(changing) - count - 1)
            size = min(max(_session_size(draw), EVENTS_TO_CHANGE), left - kept_back)
        else:
            number = ranked(draw, len(audience.listeners), FLOOR)
            level = audience.level_in_the_morning(number, day)
            level = other_level(level) if number in visits and visits[number][0].changes_level else level
            size = min(_session_size(draw), left)
        visit = Visit(first_id + count, audience.listeners[number], level, size, must_change)
        visits.setdefault(number, []).append(visit)
        left -= size
        count += 1
    return list(visits.values())


def _session_size(draw: Draw) -> int:
    """Half of the sessions have three events or fewer, some nearly a hundred; 8.6 on average, as in the real logs."""
    r = draw()
    return 1 + int(3.1 * r / (1.03 - r))


def _times(draw: Draw, sessions: list[list[Event]]) -> list[list[int]]:
    """The second of the day of each event of one listener: session after session, the last one ending before midnight."""
    spans = [session[-1].offset for session in sessions]
    needed = sum(spans)
    if needed > BUSY_AT_MOST:
        spans = [span * BUSY_AT_MOST // needed for span in spans]
    free = SECONDS - sum(spans) - len(spans)
    pauses = sorted(int(_hour_of_day(draw) * free) for _ in sessions)
    times: list[list[int]] = []
    begun = 0
    for session, span, pause in zip(sessions, spans, pauses, strict=True):
        wanted = session[-1].offset
        start = begun + pause
        times.append([start + (e.offset * span // wanted if span < wanted else e.offset) for e in session])
        begun += span + 1
    return times


def _hour_of_day(draw: Draw) -> float:
    """A time between 0 (start of the day) and 1 (its end): most people listen in the afternoon (UTC), as in the real logs."""
    return draw() if draw() < 0.35 else 0.25 + 0.375 * (draw() + draw())
