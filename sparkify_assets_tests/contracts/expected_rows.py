"""The expected content of the tables, computed in plain Python: json, sorting, dictionaries.

It shares nothing with the loader, neither SQL nor parsing, and supports only what the records of tiny_lake.py need.

Put here the reference implementation. Do not put here imports from sparkify_assets.
"""

import json
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sparkify_assets_tests.support import play_id

Row = tuple[Any, ...]
Told = dict[str, Any]
"""A record, with the partition of its file as "partition"."""

REPAIRED = {"TwÃ©": "Twé", "TwÃ\x83Â©": "Twé", "ThÃ©m": "Thém"}
BEYOND_REPAIR = {"ThÃ©m\ufffd"}
EVENT_KEYS = (
    "artist auth firstName gender itemInSession lastName length level location method page registration sessionId song status ts "
    "userAgent userId"
).split()
SONG_KEYS = "num_songs artist_id artist_latitude artist_longitude artist_location artist_name song_id title duration year".split()


def expected_rows(logs: Mapping[str, Iterable[bytes]], catalogue: Mapping[str, Iterable[bytes]]) -> dict[str, list[Row]]:
    """Table → its rows. Arguments: partition → contents of its files."""
    events, songs = read(logs, "sessionId"), read(catalogue, "song_id")
    for event in events:
        event["partition"] = date.fromisoformat(event["partition"])
        event["userId"] = int(event["userId"]) if event["userId"] else None
    plays = songplays([e for e in events if e["page"] == "NextSong" and e["userId"] is not None], songs)
    return {
        "staging_events": [(*(e[key] for key in EVENT_KEYS), e["partition"]) for e in events],
        "staging_songs": [(*(s[key] for key in SONG_KEYS), s["partition"]) for s in songs],
        "songs": best(songs, "song_id", "-known_year year duration title artist_id partition", columns_of_song),
        "artists": best(
            songs,
            "artist_id",
            "no_coordinates no_place -known_year song_id artist_name artist_location artist_latitude artist_longitude partition",
            columns_of_artist,
        ),
        "users": best(
            [e for e in events if e["page"] == "NextSong" and e["userId"] is not None],
            "userId",
            "-ts -sessionId -itemInSession -partition -level -firstName -lastName -gender",
            lambda e: (e["userId"], e["firstName"], e["lastName"], e["gender"], e["level"], e["partition"]),
        ),
        "songplays": plays,
        "time": times(plays),
    }


def read(files: Mapping[str, Iterable[bytes]], needed: str) -> list[Told]:
    """The valid records: an invalid one of tiny_lake.py lacks a key that every other has."""
    lines = [(partition, line) for partition, contents in files.items() for content in contents for line in content.splitlines()]
    told = [json.loads(line) | {"partition": partition} for partition, line in lines]
    return [record for record in told if needed in record]


def best(records: Iterable[Told], key: str, order: str, row: Callable[[Told], Row]) -> list[Row]:
    """One row per key, from the first record in this order."""
    first: dict[Any, Told] = {}
    for record in in_order([derived(r) for r in records], order):
        first.setdefault(record[key], record)
    return [row(record) for record in first.values()]


def in_order(records: Iterable[Told], order: str) -> list[Told]:
    """Sort by several fields, the first one first; "-" is descending. Null is larger than any value."""
    found = list(records)
    for field in reversed(order.split()):
        name = field.removeprefix("-")
        found.sort(key=lambda r: (r[name] is None, 0 if r[name] is None else r[name]), reverse=field.startswith("-"))
    return found


def derived(record: Told) -> Told:
    if "song_id" not in record or "title" not in record:
        return record
    return record | {
        "known_year": record["year"] or 0,
        "no_coordinates": record["artist_latitude"] is None or record["artist_longitude"] is None,
        "no_place": not record["artist_location"],
    }


def columns_of_song(s: Told) -> Row:
    return s["song_id"], s["title"], s["artist_id"], s["year"], s["duration"], s["partition"]


def columns_of_artist(s: Told) -> Row:
    return s["artist_id"], s["artist_name"], s["artist_location"], s["artist_latitude"], s["artist_longitude"], s["partition"]


def songplays(events: Iterable[Told], songs: Iterable[Told]) -> list[Row]:
    """Join each event with every song that matches; then take the best for each user, session, item and time."""
    by_name: dict[tuple[str, str], list[Told]] = defaultdict(list)
    for song in songs:
        by_name[whole(song["title"]), whole(song["artist_name"])].append(song)
    pairs: list[Told] = []
    for event in events:
        meant = (whole(event["song"]), whole(event["artist"]))
        for song in (by_name.get(meant) if all(meant) else None) or [None]:
            length, duration = (event["length"], song["duration"]) if song else (None, None)
            pairs.append(
                event
                | {
                    "key": (event["userId"], event["sessionId"], event["itemInSession"], event["ts"]),
                    "difference": 1e9 if length is None or duration is None else abs(length - duration),
                    "song_id": song["song_id"] if song else None,
                    "artist_id": song["artist_id"] if song else None,
                    "by": by(names_of(event, "song artist"), names_of(song, "title artist_name")) if song else None,
                }
            )
    order = "-partition -level -song -artist -length -location -userAgent difference song_id artist_id by"
    return best(pairs, "key", order, columns_of_play)


def columns_of_play(e: Told) -> Row:
    names = set(names_of(e, "song artist"))
    return (
        play_id(e),
        datetime(1970, 1, 1) + timedelta(milliseconds=e["ts"]),  # noqa: DTZ001  # UTC without a zone, as in the warehouse
        e["userId"],
        e["level"],
        e["song_id"],
        e["artist_id"],
        e["sessionId"],
        e["location"],
        e["userAgent"],
        REPAIRED.get(e["song"].rstrip(" "), e["song"]),
        REPAIRED.get(e["artist"].rstrip(" "), e["artist"]),
        "repaired" if names & REPAIRED.keys() else "broken" if names & BEYOND_REPAIR else "delivered",
        e["by"],
        e["itemInSession"],
        e["partition"],
    )


def names_of(record: Told, keys: str) -> list[str]:
    return [record[key].rstrip(" ") for key in keys.split()]


def by(played: list[str], known: list[str]) -> str:
    """How the matching names agree; alphabetical order is the order of preference."""
    if played == known:
        return "delivered names"
    return "repaired names" if REPAIRED.keys() & {*played, *known} else "normalized names"


def whole(name: str) -> str:
    """The name in the form in which names match; a blank one matches nothing."""
    name = name.rstrip(" ")
    return unicodedata.normalize("NFC", REPAIRED.get(name, name))


def times(plays: Iterable[Row]) -> list[Row]:
    days: dict[datetime, date] = {}
    for play in plays:
        days[play[1]] = min(play[-1], days.get(play[1], play[-1]))
    return [(t, t.hour, t.day, t.isocalendar().week, t.month, t.year, t.isoweekday() % 7, day) for t, day in days.items()]
