"""For the tests beside it: a sound record of each staging table, changed at will, and what sift() says of a file with one record."""

from pathlib import Path

from sparkify_assets.ingest import InvalidRecord, ValidationResult, validate_records
from sparkify_assets.model.table import Table
from sparkify_assets.model.table_parser import read_table

TABLES = Path(__file__).parents[2] / "sparkify_assets/tables"
EVENTS, SONGS = (read_table(TABLES / "staging" / name) for name in ("staging_events", "staging_songs"))

EVENT = {
    "artist": '"Des\'ree"',
    "auth": '"Logged In"',
    "itemInSession": "0",
    "length": "246.30812",
    "level": '"free"',
    "page": '"NextSong"',
    "registration": "1540344794796.0",
    "sessionId": "818",
    "song": '"You Gotta Be"',
    "status": "200",
    "ts": "1541106106796",
    "userId": '"15"',
}
SONG = {
    "num_songs": "1",
    "artist_id": '"AR5KOSW1187FB35FF4"',
    "artist_latitude": "49.80388",
    "artist_longitude": "15.47491",
    "artist_location": '"Dubai UAE"',
    "artist_name": '"Elena"',
    "song_id": '"SOZCTXZ12AB0182364"',
    "title": '"Setanta matins"',
    "duration": "269.58322",
    "year": "0",
}


def record(base: dict[str, str], **changes: str | None) -> bytes:
    """An object with these JSON texts; None leaves the key out."""
    members = {**base, **changes}
    return ("{" + ",".join(f'"{key}":{text}' for key, text in members.items() if text is not None) + "}").encode()


def event(**changes: str | None) -> bytes:
    return record(EVENT, **changes)


OK = event()


def keys_of(table: Table) -> dict[str, str]:
    assert table.source is not None
    return dict(table.source.keys)


def one(data: bytes, table: Table = EVENTS) -> InvalidRecord:
    """The only record of the file, which is rejected."""
    sifted = validate_records(data, table)
    assert (sifted.valid, len(sifted.rejected)) == ([], 1)
    return sifted.rejected[0]


def is_sound(data: bytes, table: Table = EVENTS) -> bool:
    sifted = validate_records(data, table)
    assert sifted.records == 1
    assert sifted in (ValidationResult([data], []), ValidationResult([], sifted.rejected))
    return not sifted.rejected
