"""Records that staging does not hold: why, for each type of column and each fault of a record's form; partitions that are refused."""

import json
from collections.abc import Mapping
from pathlib import Path

from sparkify_assets.ingest.validation import validate_records
from sparkify_assets.lake import LocalLake, list_partitions
from sparkify_assets.model import Table, load_catalog
from sparkify_assets.warehouse import PartitionLoadFailure
from sparkify_assets_tests.golden.provoking.case import Case, Cases
from sparkify_assets_tests.support import LakeDirectory, event, new_warehouse, song

EVENTS, SONGS = load_catalog()["staging_events"], load_catalog()["staging_songs"]
EVENT = json.dumps(event()).encode()


def _with(table: Table = EVENTS, **members: str | None) -> bytes:
    """A sound record with these JSON texts; None leaves the key out."""
    sound = event() if table is EVENTS else song()
    texts = {key: json.dumps(value) for key, value in sound.items()} | members
    return ("{" + ", ".join(f'"{key}": {text}' for key, text in texts.items() if text is not None) + "}").encode()


REJECTED: Mapping[str, tuple[Table, bytes]] = {
    # the form (not a comma before the closing brace: what Python says of it depends on its version)
    "no JSON": (EVENTS, b"2018-11-01 GET /home 200"),
    "cut": (EVENTS, EVENT[:-20]),
    "cut at the end of the file": (EVENTS, EVENT[:-20].replace(b", ", b",\n", 1)),
    "single quotes": (EVENTS, EVENT.replace(b'"', b"'")),
    "a comma between records": (EVENTS, EVENT + b","),
    "an array": (EVENTS, b"[" + EVENT + b"]"),
    "several values on a line": (EVENTS, EVENT + b" 17"),
    "a number": (EVENTS, b"17"),
    "a text": (EVENTS, b'"NextSong"'),
    "null": (EVENTS, b"null"),
    "true": (EVENTS, b"true"),
    "NUL as it is": (EVENTS, _with(song='"a\0b"')),
    "invalid UTF-8": (EVENTS, EVENT.replace(b"Starlight", b"Starl\xefght")),
    "half a character in a key that is not declared": (EVENTS, _with(unknown='"\\ud83d"')),
    "too long": (EVENTS, _with(unknown=f'"{"y" * (4 << 20)}"')),
    "nested too deep": (EVENTS, _with(unknown="[" * 110 + "]" * 110)),
    "a key twice": (EVENTS, EVENT[:-1] + b', "userId": "16"}'),
    # BIGINT
    "BIGINT: a text": (EVENTS, _with(ts='"yesterday"')),
    "BIGINT: out of its range": (EVENTS, _with(ts="1541106106")),
    "BIGINT: a fraction": (EVENTS, _with(ts="1541106106796.0")),
    "BIGINT: missing": (EVENTS, _with(ts=None)),
    "BIGINT: null": (EVENTS, _with(ts="null")),
    "BIGINT: empty text": (EVENTS, _with(ts='""')),
    # INTEGER
    "INTEGER: words": (EVENTS, _with(userId='"abc"')),
    "INTEGER: too large": (EVENTS, _with(userId="2147483648")),
    "INTEGER: an exponent": (EVENTS, _with(userId="1e3")),
    "INTEGER: true": (EVENTS, _with(status="true")),
    "INTEGER: negative": (EVENTS, _with(sessionId="-1")),
    "INTEGER: an object": (EVENTS, _with(status='{"code": 200}')),
    # DOUBLE PRECISION
    "DOUBLE PRECISION: words": (EVENTS, _with(length='"long"')),
    "DOUBLE PRECISION: NaN": (EVENTS, _with(length="NaN")),
    "DOUBLE PRECISION: too large": (EVENTS, _with(length="1e400")),
    "DOUBLE PRECISION: out of its range": (SONGS, _with(SONGS, artist_latitude="90.5")),
    # VARCHAR
    "VARCHAR: too many bytes": (EVENTS, _with(auth=f'"{"é" * 17}"')),
    "VARCHAR: NUL": (EVENTS, _with(song='"a\\u0000b"')),
    "VARCHAR: half a character": (EVENTS, _with(song='"\\ud83d"')),
    "VARCHAR: NaN": (EVENTS, _with(artist="NaN")),
    "VARCHAR: missing": (SONGS, _with(SONGS, title=None)),
    "VARCHAR: null": (SONGS, _with(SONGS, song_id="null")),
}


def reasons() -> dict[str, str]:
    """What is wrong → the column that refuses the record, and why."""
    told: dict[str, str] = {}
    for name, (table, record) in REJECTED.items():
        found = validate_records(record, table).rejected
        told[name] = "\n".join(f"{r.column or 'the record'}: {r.reason}" for r in found)
    return told


def _refused(records: int, tolerated: int) -> Case:
    def case(folder: Path) -> object:
        lake = LakeDirectory(folder / "lake")
        lake.events("2018-11-01", [event(), *[event(ts="yesterday")] * records])
        assert EVENTS.source is not None
        files = LocalLake(lake.root)
        with new_warehouse("duckdb", folder).session() as session:
            (answer,) = session.loader.load(EVENTS, list_partitions(files, EVENTS.source).partitions, files, "a run", tolerated)
        assert isinstance(answer, PartitionLoadFailure)
        raise answer.error

    return case


REFUSED: Cases = {"one record, none tolerated": _refused(1, 0), "twelve records, two tolerated": _refused(12, 2)}
