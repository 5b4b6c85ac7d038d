"""A lake so small that its keys collide: the records of the convergence tests, and what staging should hold of them.

Put here domains and files. Do not put here what happens to them (load_history.py, test_convergence.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hypothesis import strategies as st

from sparkify_assets.model import Table
from sparkify_assets_tests.support import Record, event, json_lines, milliseconds, song

DAYS = ("2018-11-01", "2018-11-02", "2018-11-03")
PREFIXES = ("A", "B", "C")
PARTITIONS = {"staging_events": DAYS, "staging_songs": PREFIXES}
QUIET = {"staging_events": "2018-10-31", "staging_songs": "Z"}
"""Partitions of an empty file that never changes. Without them, the refresh of an only partition would be a full refresh."""


def choice(*values: object) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


MOMENTS = [milliseconds(f"2018-11-{m}") for m in ("01T10:00:00", "01T10:00:00.001", "01T23:59:59.999", "02T00:00:00", "03T10:00:00")]
# Matching ignores trailing blanks. é in two characters, or double-encoded once or twice, matches é, except in the name with the
# replacement character, which cannot be repaired. A blank name is unknown and matches nothing.
TITLES = ("One", "One ", "Two", "Twé", "Twe\u0301", "TwÃ©", "TwÃ\x83Â© ", "", " ")
NAMES = ("Us", "Us ", "Thém", "The\u0301m ", "ThÃ©m", "ThÃ©m\ufffd", "", "  ")
LEVELS = ("free", "paid", "paid ", "", " ", None)
AGENTS = ("Firefox/31.0", "Firefox/31.0 ", "MSIE 9.0", "", None)
EVENT_VALUES: dict[str, tuple[object, ...]] = {
    "sessionId": (1, 2, 3),
    "itemInSession": (0, 1, 2),
    "ts": tuple(MOMENTS),
    "userId": ("1", "2", "3", "4", ""),
    "page": ("NextSong", "NextSong", "NextSong", "Home"),
    "level": LEVELS,
    "firstName": ("Ann", "Bea"),
    "song": TITLES,
    "artist": NAMES,
    "length": (100.0, 180.0, None),
    "location": ("Here", "There"),
    "userAgent": AGENTS,
}
SONG_VALUES: dict[str, tuple[object, ...]] = {
    "song_id": ("SO1", "SO2", "SO3"),
    "artist_id": ("AR1", "AR2", "AR3"),
    "title": TITLES,
    "artist_name": NAMES,
    "duration": (90.0, 100.0, 150.0, None),
    "year": (0, 1999, None),
    "artist_location": ("", "Here", "There", None),
    "artist_latitude": (1.5, -1.5, None),
    "artist_longitude": (1.5, None),
}
EVENTS = st.fixed_dictionaries({key: choice(*values) for key, values in EVENT_VALUES.items()}).map(lambda some: event(**some))
SONGS = st.fixed_dictionaries({key: choice(*values) for key, values in SONG_VALUES.items()}).map(lambda some: song(**some))
RECORDS = {"staging_events": EVENTS, "staging_songs": SONGS}
BROKEN = b'{"ts": "now", "year": "this"}\n'

Slot = tuple[str, str, str]
"""A file: staging table, partition, name."""
SLOTS: st.SearchStrategy[Slot] = choice(*((t, p, n) for t, partitions in PARTITIONS.items() for p in partitions for n in "ab"))
ONES: st.SearchStrategy[tuple[str, str]] = choice(*((t, p) for t, partitions in PARTITIONS.items() for p in partitions))


@dataclass(frozen=True)
class File:
    """Valid records, and the number of invalid ones that follow them."""

    records: Sequence[Record]
    broken: int = 0

    @property
    def content(self) -> bytes:
        return json_lines(self.records) + BROKEN * self.broken

    @property
    def count(self) -> int:
        return len(self.records) + self.broken


Files = dict[str, File]
"""File by name."""


def is_refused(table: str, files: Files, tolerated: int) -> bool:
    """Whether the partition is rejected: too many invalid records, or a file of invalid records only, unless it is one song's."""
    hopeless = any(f.broken and not f.records and (table == "staging_events" or f.broken > 1) for f in files.values())
    return hopeless or broken_in(files) > tolerated


def broken_in(files: Files) -> int:
    return sum(file.broken for file in files.values())


def row_of(table: Table, partition: str, record: Record) -> tuple[object, ...]:
    """A valid record, as staging should hold it."""
    assert table.source is not None
    values: list[object] = []
    for column in table.columns:
        if column.name == table.source.partition:
            values.append(date.fromisoformat(partition) if column.type.is_type("DATE") else partition)
        else:
            value = record[table.source.keys[column.name]]
            values.append((int(value) if value else None) if column.name == "user_id" else value)
    return tuple(values)


def key_of(slot: Slot) -> str:
    table, partition, name = slot
    if table == "staging_songs":
        return f"song_data/{partition}/A/A/TR{name.upper()}.json"
    return f"log_data/{partition[:4]}/{partition[5:7]}/{partition}-{name}.json"
