"""The specification (`SampleSpec`, validated) and the result (`SampleSummary`, counted) of a sample.

Put here options and their validation. Do not put here generation of data.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

EARLIEST_START = date(1971, 1, 1)  # registrations are up to a year before the first day, and must not be negative
LEAST_USERS = 10
EVENTS_PER_USER = 83  # the real logs: 8,056 events by 97 users


@dataclass(frozen=True)
class SampleSpec:
    """The size and properties of a sample lake, which determine its whole content."""

    songs: int = 1000
    days: int = 30
    events_per_day: int = 1000
    seed: int = 1
    start: date = date(2018, 11, 1)
    match: float = 0.25  # share of plays that name a song of the catalogue by its exact title and artist name
    double_encoded: float = 0.05  # share of the plays with non-ASCII names whose names arrive encoded twice

    def __post_init__(self) -> None:
        _check_whole("--songs", self.songs, least=1)
        _check_whole("--days", self.days, least=1)
        _check_whole("--events-per-day", self.events_per_day, least=1)
        _check_whole("--seed", self.seed, least=None)
        _check_share("--match", self.match)
        _check_share("--double-encoded", self.double_encoded)
        _check_start(self.start, self.days)

    @property
    def users(self) -> int:
        """Number of accounts (users without events in the given days do not appear in the lake)."""
        return max(LEAST_USERS, self.days * self.events_per_day // EVENTS_PER_USER)

    def day(self, number: int) -> date:
        return self.start + timedelta(days=number)

    def midnight(self, number: int) -> int:
        """The first second of a day of the lake (UTC, since 1970)."""
        return (self.start.toordinal() + number - date(1970, 1, 1).toordinal()) * 86_400


@dataclass(frozen=True)
class SampleSummary:
    """Exact counts of what was written."""

    songs: int  # song files, each with a song_id of its own
    artists: int  # distinct artist_id
    days: int  # log files
    events: int  # log lines
    plays: int  # NextSong events
    matched_plays: int  # plays whose song and artist are, letter for letter, a catalogue title and its artist_name
    garbled_matches: int  # plays that would match if their names were not double-encoded
    users: int  # distinct userId, "" not counted
    players: int  # distinct userId with at least one play
    play_times: int  # distinct ts of plays
    files: int
    bytes: int


def _check_whole(option: str, found: object, least: int | None) -> None:
    is_whole = isinstance(found, int) and not isinstance(found, bool)
    if not is_whole or (least is not None and found < least):  # type: ignore[operator]
        expected = "a whole number" if least is None else f"a whole number, at least {least}"
        raise ValueError(f"{option} is {found!r}; expected {expected}")


def _check_share(option: str, found: object) -> None:
    is_number = isinstance(found, int | float) and not isinstance(found, bool)
    if not is_number or not 0 <= found <= 1:  # type: ignore[operator]  # (also rejects NaN)
        raise ValueError(f"{option} is {found!r}; expected a share between 0 and 1, such as 0.25")


def _check_start(start: object, days: int) -> None:
    if not isinstance(start, date) or isinstance(start, datetime):
        raise ValueError(f"--start is {start!r}; expected a day, such as 2018-11-01")
    if start < EARLIEST_START:
        raise ValueError(f"--start is {start}; expected {EARLIEST_START} or later")
    try:
        _ = start + timedelta(days=days)
    except OverflowError:
        raise ValueError(f"--start is {start} and --days {days}; expected the last day before {date.max}") from None
