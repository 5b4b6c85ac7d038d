"""Every bad input there is, each in a file with sound records around it: what the warehouse refuses, what it keeps, what it says.

By default a bad record costs its partition, which stays as it was; where rejects are tolerated it costs itself and is kept for
people to look at.  What lake/records.py says of a record is tested beside it; here it is that the warehouse does what follows.
"""

import gzip
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sparkify_assets.errors import LakeError, RejectedRecordsError
from sparkify_assets.lake import LocalLake, ObjectInfo
from sparkify_assets.model import Table
from sparkify_assets.warehouse import PartitionLoadFailure
from sparkify_assets.warehouse.duckdb.input_files import LARGE_FILE_BYTES
from sparkify_assets_tests.support import LakeDirectory, event, json_lines, mentions
from sparkify_assets_tests.warehouse.opened import EVENTS, SONGS, SOUND, Opened, expected_rows, partition_of
from sparkify_assets_tests.warehouse.strangers import answer

pytestmark = pytest.mark.integration


def line(record: dict[str, Any]) -> bytes:
    return json.dumps(record, ensure_ascii=False).encode()


def first_of(table: Table) -> bytes:
    return line(SOUND[table.name])


def changed(table: Table, **members: str | None) -> bytes:
    """A sound record with these JSON texts; None leaves the key out."""
    texts = {key: json.dumps(value) for key, value in SOUND[table.name].items()} | members
    return ("{" + ", ".join(f'"{key}": {text}' for key, text in texts.items() if text is not None) + "}").encode()


@dataclass(frozen=True)
class Bad:
    """A record that staging will not hold: the column that refuses it (None: the whole) and what the reason mentions."""

    name: str
    table: Table
    record: bytes
    column: str | None
    told: tuple[object, ...]
    """key, value found, limits"""
    raw: str | None = None
    """as it is kept, where that is not simply the record"""


def wrong_types() -> Iterator[Bad]:
    """A text where each number should be; for a text, one byte too many."""
    for table in (EVENTS, SONGS):
        assert table.source is not None
        for column in table.columns:
            if (key := table.source.keys.get(column.name)) is None:
                continue
            text = json.dumps("x" * (column.max_bytes + 1) if column.max_bytes else "abc")
            found = (column.max_bytes + 1, column.max_bytes) if column.max_bytes else (text,)
            yield Bad(f"{table.name}.{column.name}", table, changed(table, **{key: text}), column.name, (key, *found))


def nulls() -> Iterator[Bad]:
    for table in (EVENTS, SONGS):
        assert table.source is not None
        for column in table.columns:
            if column.name in table.source.keys and not column.nullable:
                key = table.source.keys[column.name]
                yield Bad(f"{key} null", table, changed(table, **{key: "null"}), column.name, (key, " null"))
                yield Bad(f"{key} missing", table, changed(table, **{key: None}), column.name, (key, "missing"))


E = first_of(EVENTS)
TS = (946684800000, 4102444799999)
INTEGER = (-2147483648, 2147483647)
LONG = "y" * 70_000
BAD = [
    *wrong_types(),
    *nulls(),
    Bad("cut", EVENTS, E[:-20], None, ("end of the line",)),
    Bad("no JSON", EVENTS, b"2018-11-01 GET /home 200", None, ('"2018-11-01 GET /home 200"',)),
    Bad("array", EVENTS, b"[" + E + b"]", None, ("JSON array",)),
    Bad("number", EVENTS, b"17", None, ("JSON number",)),
    Bad("single quotes", EVENTS, E.replace(b'"', b"'"), None, ("'artist': 'Muse'", 2)),
    Bad("comma before the brace", EVENTS, E[:-1] + b",}", None, ('"}"',)),
    Bad("comma between records", EVENTS, E + b",", None, ('","',)),
    Bad("closed twice", SONGS, first_of(SONGS) + b"}", None, ('"}"',)),
    Bad("a form feed", EVENTS, b"\x0c", None, ('"\\f"',)),
    Bad("ts negative", EVENTS, changed(EVENTS, ts="-1541106106796"), "ts", ("ts", "-1541106106796", *TS)),
    Bad("ts in seconds", EVENTS, changed(EVENTS, ts="1541106106"), "ts", ("ts", "1541106106", *TS)),
    Bad("ts in microseconds", EVENTS, changed(EVENTS, ts="1541106106796000"), "ts", ("ts", "1541106106796000", *TS)),
    Bad("ts in the year 30000", EVENTS, changed(EVENTS, ts="884541636796000"), "ts", ("ts", "884541636796000", *TS)),
    Bad("ts with a fraction", EVENTS, changed(EVENTS, ts="1541106106796.0"), "ts", ("ts", "1541106106796.0", *TS)),
    Bad("ts a date", EVENTS, changed(EVENTS, ts='"2018-11-01T21:01:46Z"'), "ts", ("ts", '"2018-11-01T21:01:46Z"', *TS)),
    Bad("userId in words", EVENTS, changed(EVENTS, userId='"abc"'), "user_id", ("userId", ' "abc"', *INTEGER)),
    Bad("userId with an exponent", EVENTS, changed(EVENTS, userId="1e3"), "user_id", ("userId", " 1e3", *INTEGER)),
    Bad("userId with an exponent, as text", EVENTS, changed(EVENTS, userId='"1e3"'), "user_id", ("userId", ' "1e3"', *INTEGER)),
    Bad("userId too large", EVENTS, changed(EVENTS, userId="2147483648"), "user_id", ("userId", " 2147483648", *INTEGER)),
    Bad("userId with a blank", EVENTS, changed(EVENTS, userId='" 15"'), "user_id", ("userId", ' " 15"', *INTEGER)),
    Bad("status true", EVENTS, changed(EVENTS, status="true"), "status", ("status", " true", *INTEGER)),
    Bad(
        "a fraction for an item", EVENTS, changed(EVENTS, itemInSession="1.5"), "item_in_session", ("itemInSession", " 1.5", 0, 2147483647)
    ),
    Bad("a negative session", EVENTS, changed(EVENTS, sessionId="-1"), "session_id", ("sessionId", " -1", 0, 2147483647)),
    Bad("length NaN", EVENTS, changed(EVENTS, length="NaN"), "length", ("length", " NaN", "finite")),
    Bad("length Infinity", EVENTS, changed(EVENTS, length="Infinity"), "length", ("length", " Infinity", "finite")),
    Bad("length Infinity as text", EVENTS, changed(EVENTS, length='"-Infinity"'), "length", ("length", ' "-Infinity"', "finite")),
    Bad("length beyond doubles", EVENTS, changed(EVENTS, length="1e400"), "length", ("length", " 1e400", "finite")),
    Bad("length hexadecimal", EVENTS, changed(EVENTS, length='"0x10"'), "length", ("length", ' "0x10"', "finite")),
    Bad("artist NaN", EVENTS, changed(EVENTS, artist="NaN"), "artist", ("artist", " NaN", 1024)),
    Bad("no such latitude", SONGS, changed(SONGS, artist_latitude="90.5"), "artist_latitude", ("artist_latitude", " 90.5", -90, 90)),
    Bad("no such longitude", SONGS, changed(SONGS, artist_longitude="-181"), "artist_longitude", ("artist_longitude", " -181", -180, 180)),
    Bad("a key twice", EVENTS, E[:-1] + b', "userId": "16"}', "user_id", ("userId", 2)),
    Bad(  # DuckDB's message of it ends within a character
        "a key twice among long letters",
        SONGS,
        '{"num_songs":1,"artist_id":"AR1x","artist_name":"ééééééééé","song_id":"S","title":"T","title":"U"}'.encode(),
        "title",
        ("title", 2),
    ),
    Bad("a key twice, once in disguise", EVENTS, E[:-1] + b', "user\\u0049d": "16"}', "user_id", ("userId", 2)),
    Bad("NUL in a text", EVENTS, changed(EVENTS, song='"a\\u0000b"'), "song", ("song", '"a\\u0000b"', 1024)),
    Bad(
        "NUL as it is",
        EVENTS,
        changed(EVENTS, song='"a\0b"'),
        None,
        (),
        raw=changed(EVENTS, song='"a\\x00b"').decode(),
    ),
    Bad(
        "no UTF-8",
        EVENTS,
        E.replace(b"Starlight", b"Starl\xefght"),
        None,
        ("0xef", "UTF-8"),
        raw=E.replace(b"Starlight", b"Starl\\xefght").decode(),
    ),
    Bad("half a character", EVENTS, changed(EVENTS, song='"\\ud83d"'), "song", ("song", '"\\ud83d"', 1024)),
    Bad("half a character in an unknown key", EVENTS, changed(EVENTS, unknown='"\\ud83d"'), None, ("\\ud83d",)),
    Bad("too many bytes, though not characters", EVENTS, changed(EVENTS, auth=f'"{"é" * 17}"'), "auth", ("auth", 34, 32)),
    Bad("70,000 bytes", EVENTS, changed(EVENTS, song=f'"{LONG}"'), "song", ("song", 70000, 1024), raw=""),
    Bad("10 MB", EVENTS, changed(EVENTS, song=f'"{"y" * 10_000_000}"'), None, (4194304,), raw=""),
    Bad("10 MB in an unknown key", EVENTS, changed(EVENTS, unknown=f'"{"y" * 10_000_000}"'), None, (4194304,), raw=""),
    Bad("deep", EVENTS, changed(EVENTS, unknown="[" * 110 + "]" * 110), None, (100,)),
    Bad("very deep", EVENTS, changed(EVENTS, artist="[" * 20_000 + "]" * 20_000), None, (100,), raw=None),
]
each_bad = pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)


@each_bad
def test_a_bad_record_costs_its_partition(opened: Opened, bad: Bad) -> None:
    opened.deliver(bad.table, first_of(bad.table))
    opened.load_one(bad.table)
    key = opened.deliver(bad.table, b"\n".join([first_of(bad.table), bad.record, first_of(bad.table)]))
    error = opened.refusal(bad.table)
    assert type(error) is RejectedRecordsError
    head, reject = str(error).split("\n")
    mentions(head, bad.table.name, partition_of(bad.table), 1, 0, "SPARKIFY_MAX_REJECTED")
    mentions(reject, f"{key}:2:", *bad.told)


@each_bad
def test_a_bad_record_costs_itself_where_that_is_tolerated(opened: Opened, bad: Bad) -> None:
    sound = first_of(bad.table)
    key = opened.deliver(bad.table, b"\n".join([sound, bad.record, sound]))
    loaded = opened.load_one(bad.table, tolerated=100)
    assert (loaded.records, loaded.rows, len(loaded.rejects)) == (3, 2, 1)
    assert opened.rows(bad.table) == expected_rows(bad.table, [sound, sound])
    assert opened.counted() == {key: (3, 1)}
    ((file, at, column, reason, raw),) = opened.rejected()
    assert (file, at, column) == (key, 2, bad.column)
    mentions(reason, *bad.told)
    if bad.raw == "":
        assert raw == bad.record[:60_000].decode()
        mentions(reason, len(bad.record))
    else:
        assert raw == (bad.raw or bad.record.decode())


@each_bad
def test_a_bad_record_alone_in_its_file(opened: Opened, bad: Bad) -> None:
    """A file of events is refused as a whole, since it should have held others; a song's file should hold this one."""
    key = opened.deliver(bad.table, bad.record)
    opened.refusal(bad.table)
    if bad.table is EVENTS:
        head, whole, reject = str(opened.refusal(EVENTS, tolerated=1)).split("\n")
        mentions(head, EVENTS.name, partition_of(EVENTS), 1, "SPARKIFY_MAX_REJECTED")
        mentions(whole, key, 1)
        mentions(reject, f"{key}:1:")
        assert opened.rejected() == []
    else:
        loaded = opened.load_one(bad.table, tolerated=1)
        assert (loaded.records, loaded.rows) == (1, 0)
        assert [r[:3] for r in opened.rejected()] == [(key, 1, bad.column)]


WHOLE = {
    "an array": b"[" + E + b", " + E + b"]",
    "an array, pretty-printed": b"[\n  " + E + b",\n  " + E + b"\n]",
    "an array that is cut": b"[" + E + b", " + E[:40],
    "an array of arrays": b"[[" + E + b"], [" + E + b"]]",
    "an object around them": b'{"Records": [' + E + b", " + E + b"]}",
}


@pytest.mark.parametrize("record", WHOLE.values(), ids=WHOLE)
def test_what_may_be_many_records_is_never_tolerated_as_one(opened: Opened, record: bytes) -> None:
    key = opened.deliver(EVENTS, E + b"\n" + record + b"\n" + E)
    mentions(str(opened.refusal(EVENTS, tolerated=100)), f"{key}:2:", "SPARKIFY_MAX_REJECTED")
    assert opened.rows(EVENTS) == []


NOT_MANY = {
    "an array of one": b"[" + E + b"]",
    "an array of numbers": b"[1, 2, 3]",
    "an object of others": b'{"a": 1, "b": {"c": 2}}',
    "declared keys, one of which holds objects": E[:-1] + b', "userId": [{"a": 1}, {"a": 2}]}',
}


@pytest.mark.parametrize("record", NOT_MANY.values(), ids=NOT_MANY)
def test_what_is_one_record_is_tolerated_as_one(opened: Opened, record: bytes) -> None:
    opened.deliver(EVENTS, E + b"\n" + record + b"\n" + E)
    loaded = opened.load_one(EVENTS, tolerated=1)
    assert (loaded.records, loaded.rows, len(loaded.rejects)) == (3, 2, 1)


def test_one_file_without_a_sound_record_refuses_the_partition(opened: Opened) -> None:
    opened.deliver(EVENTS, b"\n".join([E, E]), "good.json")
    bad = opened.deliver(EVENTS, b"no\nno", "bad.json")
    mentions(str(opened.refusal(EVENTS, tolerated=10)), bad, 2, f"{bad}:1:", f"{bad}:2:")
    opened.deliver(EVENTS, b"no\n" + E + b"\nno", "bad.json")
    loaded = opened.load_one(EVENTS, tolerated=10)
    assert (loaded.records, loaded.rows, len(loaded.rejects)) == (5, 3, 2)


def test_an_empty_file_holds_no_record_that_could_be_refused(opened: Opened) -> None:
    opened.deliver(EVENTS, b"\n \n")
    assert opened.load_one(EVENTS).records == 0


@pytest.mark.parametrize("table", [EVENTS, SONGS], ids=lambda table: table.name)
def test_gzip_data_of_another_name_is_told(opened: Opened, table: Table) -> None:
    key = opened.deliver(table, gzip.compress(first_of(table)))
    error = opened.refusal(table, tolerated=100)
    assert type(error) is LakeError
    mentions(str(error), key, "gzip", ".json.gz")


def test_no_more_than_ten_rejects_are_shown_and_all_are_counted(opened: Opened) -> None:
    opened.deliver(EVENTS, E + b"\n" + b"no\n" * 12)
    head, *rejects, more = str(opened.refusal(EVENTS, tolerated=11)).split("\n")
    mentions(head, 12, 11)
    assert len(rejects) == 10
    for at, reject in enumerate(rejects, 2):
        mentions(reject, f"EVENTS.json:{at}:", '"no"')
    mentions(more, 2)


def test_what_is_tolerated_is_tolerated_of_each_partition(opened: Opened) -> None:
    for day in ("2018-11-01", "2018-11-02"):
        opened.deliver(EVENTS, E + b"\nno", partition=day)
    assert [type(answer).__name__ for answer in opened.load(EVENTS, tolerated=1)] == ["PartitionLoadResult", "PartitionLoadResult"]


def test_a_mended_file_takes_its_rejects_away(opened: Opened) -> None:
    opened.deliver(EVENTS, E + b"\nno\n")
    opened.load_one(EVENTS, tolerated=1)
    key = opened.deliver(EVENTS, E + b"\n" + E)
    opened.load_one(EVENTS)
    assert opened.rejected() == []
    assert opened.counted() == {key: (2, 0)}


# what looks odd and is sound

PRETTY = json.dumps(event(), indent=2).encode()
LOADS: Mapping[str, tuple[Table, bytes, Sequence[bytes]]] = {
    "pretty-printed objects": (EVENTS, PRETTY + b"\n" + PRETTY + b"\n", [E, E]),
    "two objects on a line": (EVENTS, E + b" " + E + b"\n" + E + E, [E] * 4),
    "an empty file": (EVENTS, b"", []),
    "a file of blanks": (EVENTS, b"\n \t\r\n\n", []),
    "empty lines": (EVENTS, b"\n" + E + b"\n\n  \n" + E + b"\n\n", [E, E]),
    "a byte order mark": (EVENTS, b"\xef\xbb\xbf" + E + b"\n" + E, [E, E]),
    "nothing but a byte order mark": (EVENTS, b"\xef\xbb\xbf", []),
    "userId empty": (EVENTS, changed(EVENTS, userId='""'), [line(event(userId=None))]),
    "userId null": (EVENTS, changed(EVENTS, userId="null"), [line(event(userId=None))]),
    "userId a number": (EVENTS, changed(EVENTS, userId="15"), [E]),
    "numbers as strings": (
        SONGS,
        changed(SONGS, duration='"240.5"', year='"2006"', num_songs='"1"', artist_latitude='""'),
        [first_of(SONGS)],
    ),
    "missing keys": (EVENTS, changed(EVENTS, artist=None, userId=None, length=None), [line(event(artist=None, userId=None, length=None))]),
    "unknown keys": (EVENTS, changed(EVENTS, device='{"os": ["linux", 6]}', USERID='"x"', log_date='"1999"', filename="1"), [E]),
    "an unknown key twice": (EVENTS, changed(EVENTS, device="1")[:-1] + b', "device": 2}', [E]),
    "70,000 bytes in an unknown key": (EVENTS, changed(EVENTS, device=f'"{LONG}"'), [E]),
    "a NUL in an unknown key": (EVENTS, changed(EVENTS, device='"\\u0000"'), [E]),
    "NaN in an unknown key": (EVENTS, changed(EVENTS, device="NaN"), [E]),
    "nan and inf in unknown keys, other text spelt anew": (
        EVENTS,
        changed(EVENTS, device="nan", os="[-inf, INFINITY]", song="1.50"),
        [line(event(song="1.50"))],
    ),
    "as many bytes as there may be": (EVENTS, changed(EVENTS, auth=f'"{"é" * 16}"'), [line(event(auth="é" * 16))]),
    "a name in escapes": (EVENTS, changed(EVENTS, artist='"Beyonc\\u00e9 \\ud83d\\ude00"'), [line(event(artist="Beyoncé 😀"))]),
    "the largest record": (EVENTS, changed(EVENTS, device=f'"{"y" * (4_194_304 - len(E) - 14)}"'), [E]),
    "a record among five million blanks": (EVENTS, b" " * 5_000_000 + E + b" " * 5_000_000, [E]),
}


@pytest.mark.parametrize("name", LOADS)
def test_what_looks_odd_and_is_sound(opened: Opened, name: str) -> None:
    table, content, records = LOADS[name]
    key = opened.deliver(table, content)
    loaded = opened.load_one(table)
    assert (loaded.files, loaded.records, loaded.rows, loaded.rejects) == (1, len(records), len(records), ())
    assert opened.rows(table) == expected_rows(table, records)
    assert opened.counted() == {key: (len(records), 0)}


def test_the_largest_record_is_as_large_as_it_says() -> None:
    _, content, _ = LOADS["the largest record"]
    assert len(content) == 4_194_304


# files that are not what they were, or not what they say

WHOLE = gzip.compress(json_lines([event()] * 50), mtime=0)


@pytest.mark.parametrize("tolerated", [0, 100])
@pytest.mark.parametrize(
    ("content", "found"),
    [
        (WHOLE[: len(WHOLE) // 2], "too early"),
        (WHOLE[:-8], "too early"),
        (WHOLE[:-8] + b"\0" * 8, "CRC check failed"),
        (json_lines([event()]), "Not a gzipped file"),
        (b"", "no bytes"),
    ],
    ids=["cut", "without its end", "with a wrong checksum", "not compressed", "empty"],
)
def test_a_compressed_file_that_is_not_whole(opened: Opened, content: bytes, found: str, tolerated: int) -> None:
    opened.deliver(EVENTS, E)
    opened.load_one(EVENTS)
    key = opened.deliver(EVENTS, content, "more", "json.gz")
    error = opened.refusal(EVENTS, tolerated)
    assert type(error) is LakeError
    mentions(str(error), key, found)


SMALL = json_lines([event()])
LARGE = SMALL * (LARGE_FILE_BYTES // len(SMALL) + 1)
each_size = pytest.mark.parametrize("content", [SMALL, LARGE], ids=["small", "read in place"])


@each_size
def test_a_file_that_is_gone_since_it_was_listed(opened: Opened, content: bytes) -> None:
    key = opened.deliver(EVENTS, content)
    opened.load_one(EVENTS)
    listed = opened.deliveries(EVENTS)
    opened.lake.remove(key)
    error = opened.refusal(EVENTS, deliveries=listed)
    assert type(error) is LakeError
    mentions(str(error), f"{opened.lake.root}/{key}", "gone", "again")


@each_size
def test_a_file_that_has_changed_since_it_was_listed(opened: Opened, content: bytes) -> None:
    key = opened.deliver(EVENTS, content)
    opened.load_one(EVENTS)
    listed = opened.deliveries(EVENTS)
    opened.deliver(EVENTS, content)  # the same bytes even; its time says that somebody wrote it
    error = opened.refusal(EVENTS, deliveries=listed)
    assert type(error) is LakeError
    mentions(str(error), key, "changed", "again")


class RestlessLake(LocalLake):
    """Something happens to a file once a call is answered: ``verify_unchanged``, before it is read, or ``as_local_file``, of the next."""

    def __init__(self, root: Path, call: str, times: int, happens: Callable[[], object]) -> None:
        super().__init__(root)
        self._left = {call: times}
        self._happens = happens

    def verify_unchanged(self, entry: ObjectInfo) -> None:
        super().verify_unchanged(entry)
        self._answered("verify_unchanged")

    def as_local_file(self, entry: ObjectInfo, folder: Path) -> Path | None:
        path = super().as_local_file(entry, folder)
        self._answered("as_local_file")
        return path

    def _answered(self, call: str) -> None:
        self._left[call] = self._left.get(call, 0) - 1
        if self._left[call] == 0:
            self._happens()


@pytest.mark.parametrize("moment", [("verify_unchanged", 1), ("as_local_file", 2)], ids=["before it is looked at", "before it is scanned"])
@pytest.mark.parametrize("happens", ["changed", "gone", "cut", "emptied"])
def test_a_file_that_changes_while_it_is_read_in_place(opened: Opened, happens: str, moment: tuple[str, int]) -> None:
    key = opened.deliver(EVENTS, LARGE)
    opened.deliver(EVENTS, LARGE, "next")
    opened.load_one(EVENTS)
    before = opened.everything()
    ways: dict[str, Callable[[], object]] = {
        "changed": lambda: opened.deliver(EVENTS, LARGE + SMALL),
        "gone": lambda: opened.lake.remove(key),
        "cut": lambda: opened.deliver(EVENTS, LARGE[:-30]),
        "emptied": lambda: opened.deliver(EVENTS, b""),
    }
    lake = RestlessLake(opened.lake.root, *moment, ways[happens])
    (answer,) = opened.session.loader.load(EVENTS, opened.deliveries(EVENTS), lake, "a test", 0)
    assert isinstance(answer, PartitionLoadFailure)
    assert isinstance(answer.error, LakeError)
    assert key in str(answer.error)
    assert opened.everything() == before


LOAD_AS_NOBODY = """
root, target = Path(sys.argv[1]), Path(sys.argv[2])
with DuckDBWarehouse(root / "warehouse.duckdb", CATALOG).session() as session:
    opened = Opened(session, root / "lake")
    listed = opened.deliveries(EVENTS)
    target.chmod(0)
    become_nobody()
    print(opened.refusal(EVENTS, deliveries=listed))
"""


@each_size
@pytest.mark.parametrize("target", ["the file", "its folder"])
def test_what_may_not_be_read(open_folder: Path, content: bytes, target: str) -> None:
    key = LakeDirectory(open_folder / "lake").raw("log_data/2018/11/2018-11-01-events.json", content)
    path = open_folder / "lake" / key
    message = answer(LOAD_AS_NOBODY, open_folder, path if target == "the file" else path.parent)
    mentions(message, path, "ermission")
