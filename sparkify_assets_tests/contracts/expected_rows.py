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
    views = distinct(events)
    plays = songplays([v for v in views if v["page"] == "NextSong" and v["userId"] is not None], songs)
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
        "page_views": [columns_of_view(v) for v in views],
        "songplays": plays,
        "time": times(plays),
        **days_of_users([v for v in views if v["userId"] is not None]),
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
    """Sort by several fields, the first one first; "-" is descending. Null is last."""
    found = list(records)
    for field in reversed(order.split()):
        name, descends = field.removeprefix("-"), field.startswith("-")
        found.sort(key=lambda r: ((r[name] is None) != descends, 0 if r[name] is None else r[name]), reverse=descends)
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


def distinct(events: Iterable[Told]) -> list[Told]:
    """Of each event, by user or none, session, item and time, the delivery that counts."""
    keyed = [e | {"key": (e["userId"], e["sessionId"], e["itemInSession"], e["ts"]), "other": e["page"] != "NextSong"} for e in events]
    order = "other -partition -level -song -artist -length -location -userAgent -page -method -status -auth -registration"
    first: dict[Any, Told] = {}
    for event in in_order(keyed, order):
        first.setdefault(event["key"], event)
    return list(first.values())


def columns_of_view(e: Told) -> Row:
    return (
        play_id(e),
        moment(e["ts"]),
        *(e[key] for key in "userId level page method status auth sessionId itemInSession location userAgent".split()),
        None if e["registration"] is None else moment(e["registration"]),
        *(e[key] for key in "song artist length partition".split()),
    )


def moment(milliseconds: float) -> datetime:
    """UTC without a zone, as in the warehouse."""
    return datetime(1970, 1, 1) + timedelta(milliseconds=milliseconds)  # noqa: DTZ001


def days_of_users(views: Iterable[Told]) -> dict[str, list[Row]]:
    """Table → its rows, of session_days and user_days: each event is compared with the one that follows it in its session."""
    of_session: dict[tuple[int, int], list[Told]] = defaultdict(list)
    for view in sorted(views, key=lambda v: (v["ts"], v["itemInSession"])):
        of_session[view["userId"], view["sessionId"]].append(view)
    of_day: dict[tuple[int, int, date], list[tuple[Told, int | None]]] = defaultdict(list)
    for (user, session), found in of_session.items():
        for view, following in zip(found, [*found[1:], None], strict=True):
            of_day[user, session, moment(view["ts"]).date()].append((view, following["ts"] - view["ts"] if following else None))
    sessions, of_user = list[Row](), defaultdict[tuple[int, date], list[Row]](list)
    for (user, session, day), told in of_day.items():
        plays = [(v["length"], to_next) for v, to_next in told if v["page"] == "NextSong"]
        known = [(round(length * 1000), to_next) for length, to_next in plays if length is not None]
        heard = [(length if to_next is None else min(length, to_next), length) for length, to_next in known]
        last = told[-1][0]
        row = (
            *(user, session, day, len(told), len(plays)),
            sum(ms for ms, _ in heard),
            sum(ms < 30_000 for ms, _ in heard),
            sum(ms > length - 1000 for ms, length in heard),
            len(known),
            *(moment(last["ts"]), (last["level"] or "").rstrip(" ") or None),
        )
        sessions.append(row)
        of_user[user, day].append(row)
    days = [
        (user, day, sum(r[3] for r in found), sum(r[4] for r in found), len(found), sum(r[5] for r in found) / 1000, latest(found)[-1])
        for (user, day), found in of_user.items()
    ]
    return {"session_days": sessions, "user_days": days}


def latest(sessions: Iterable[Row]) -> Row:
    """Of the rows of session_days the one whose last event is the last, then that of the greatest session."""
    return max(sessions, key=lambda row: (row[9], row[1]))


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
                    "difference": 1e9 if length is None or duration is None else abs(length - duration),
                    "song_id": song["song_id"] if song else None,
                    "artist_id": song["artist_id"] if song else None,
                    "by": by(names_of(event, "song artist"), names_of(song, "title artist_name")) if song else None,
                }
            )
    return best(pairs, "key", "difference song_id artist_id by", columns_of_play)


def columns_of_play(e: Told) -> Row:
    names = set(names_of(e, "song artist"))
    return (
        play_id(e),
        moment(e["ts"]),
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
