"""Sound files are read right, however they are cut, named, compressed and grouped; each file's records are counted by itself."""

import gzip
import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from sparkify_assets.errors import RejectedRecordsError, WarehouseError
from sparkify_assets.model import Table
from sparkify_assets.warehouse import PartitionLoadFailure, PartitionLoadResult, staging_loader
from sparkify_assets.warehouse.duckdb import input_files as duckdb_parts
from sparkify_assets.warehouse.duckdb.input_files import LARGE_FILE_BYTES
from sparkify_assets_tests.support import event, json_lines, mentions, raises, song
from sparkify_assets_tests.warehouse.opened import DAY, EVENTS, SONGS, Opened, expected_rows

pytestmark = pytest.mark.integration

BLANKS = b" " * LARGE_FILE_BYTES
"""what makes a file large enough to be read in place, and is nothing, wherever it lies"""


def plays(count: int, session: int = 1) -> list[bytes]:
    """So many records, no two alike."""
    return [json.dumps(event(sessionId=session, itemInSession=n, ts=1541106106796 + n)).encode() for n in range(count)]


def check(opened: Opened, table: Table, files: Mapping[str, Sequence[bytes]]) -> None:
    """The lake's partition loads, and holds these records; the ledger counts them file by file."""
    loaded = opened.load_one(table)
    records = [record for file in files.values() for record in file]
    assert (loaded.files, loaded.records, loaded.rows, loaded.rejects) == (len(files), len(records), len(records), ())
    assert opened.rows(table) == expected_rows(table, records)
    assert opened.counted() == {key: (len(records), 0) for key, records in files.items()}


def test_several_files_a_day_compressed_or_not(opened: Opened) -> None:
    sizes = {"morning": 3, "noon": 1, "night": 0, "late": 7}
    files: Mapping[str, Sequence[bytes]] = {}
    for number, (name, size) in enumerate(sizes.items()):
        records = plays(size, session=number)
        content = b"\n".join(records)
        packed = number % 2 == 1
        files[opened.deliver(EVENTS, gzip.compress(content) if packed else content, name, "json.gz" if packed else "json")] = records
    check(opened, EVENTS, files)


def test_the_same_name_plain_and_compressed_are_two_files(opened: Opened) -> None:
    one, two = plays(2, session=1), plays(3, session=2)
    plain, packed = opened.deliver(EVENTS, b"\n".join(one)), opened.deliver(EVENTS, gzip.compress(b"\n".join(two)), kind="json.gz")
    assert packed == plain + ".gz"
    check(opened, EVENTS, {plain: one, packed: two})


def test_compressed_in_several_pieces(opened: Opened) -> None:
    """As rotated logs are: gzip files written one after another are a gzip file."""
    records = plays(4)
    content = b"".join(gzip.compress(record + b"\n") for record in records)
    check(opened, EVENTS, {opened.deliver(EVENTS, content, kind="json.gz"): records})


ENDS = {
    "newline": (b"\n", b"\n"),
    "CRLF": (b"\r\n", b"\r\n"),
    "nothing after the last": (b"\n", b""),
    "CRLF, nothing after the last": (b"\r\n", b""),
    "a last line of blanks": (b"\n", b"\n  \t "),
    "empty lines between": (b"\n\n\r\n", b"\n\n\n"),
    "blanks around": (b" \t\n  ", b" "),
}


@pytest.mark.parametrize("large", [False, True], ids=["small", "read in place"])
@pytest.mark.parametrize("name", ENDS)
def test_how_lines_end(opened: Opened, name: str, large: bool) -> None:
    between, last = ENDS[name]
    records = plays(10)
    padding = BLANKS if large else b""
    keys = [opened.deliver(EVENTS, padding + b"\n" + between.join(records) + last, file) for file in ("A", "B")]
    check(opened, EVENTS, dict.fromkeys(keys, records))


def test_a_large_file_is_read_in_place(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    records = plays(3000)
    content = b"\n".join(records)
    assert len(content) > LARGE_FILE_BYTES
    key = opened.deliver(EVENTS, content)
    monkeypatch.setattr(duckdb_parts, "write", lambda *_: pytest.fail("copied"))
    check(opened, EVENTS, {key: records})


def test_small_and_large_together(opened: Opened) -> None:
    small, large, packed = plays(5, session=1), plays(3000, session=2), plays(3000, session=3)
    files = {
        opened.deliver(EVENTS, b"\n".join(large), "B"): large,
        opened.deliver(EVENTS, b"\n".join(small), "A"): small,
        opened.deliver(EVENTS, gzip.compress(b"\n".join(packed)), "C", "json.gz"): packed,
    }
    check(opened, EVENTS, files)


@pytest.mark.parametrize("part_bytes", [1, 1000, 1 << 20])
def test_many_tiny_files_are_joined(opened: Opened, monkeypatch: pytest.MonkeyPatch, part_bytes: int) -> None:
    """Into parts of any size; with and without a newline at their end, with a byte order mark, empty."""
    monkeypatch.setattr(duckdb_parts, "JOINED_FILE_BYTES", part_bytes)
    files: Mapping[str, Sequence[bytes]] = {}
    for number in range(60):
        record = json.dumps(song(song_id=f"SO{number}", title=f"Song {number}")).encode()
        content = [record, record + b"\n", b"", b"\n", b" " + record + b"\r\n"][number % 5]
        files[opened.deliver(SONGS, content, f"SONG{number}")] = [record] if content.strip() else []
    check(opened, SONGS, files)


def test_a_byte_order_mark_in_every_file(opened: Opened) -> None:
    files = {opened.deliver(EVENTS, b"\xef\xbb\xbf" + record + b"\n", f"F{n}"): [record] for n, record in enumerate(plays(3))}
    check(opened, EVENTS, files)


@pytest.mark.parametrize("name", ["a b", "é", "50%", "a'b", "[ab]", "a*", "what?", "{x}", "$HOME", "semi;colon", "a,b", "#1", "~"])
@pytest.mark.parametrize("large", [False, True], ids=["small", "read in place"])
def test_names_that_an_engine_might_read_anything_into(opened: Opened, name: str, large: bool) -> None:
    """A neighbour that fits where the name is taken for a pattern must not be read twice, nor in its place."""
    records = plays(2)
    content = b"\n".join(records) + (BLANKS if large else b"")
    keys = [opened.deliver(EVENTS, content, file) for file in (name, "a", "ab", "what!")]
    check(opened, EVENTS, dict.fromkeys(keys, records))


# what is in a text column though it was no text


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("7", "7"),
        ("-0", "-0"),
        ("1.50", "1.50"),
        ("1e6", "1e6"),
        ("0.10", "0.10"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("true", "true"),
        ('[1.50, "a", {"b" : null}]', '[1.50,"a",{"b":null}]'),
        ('"1.50"', "1.50"),
        ('""', ""),
        ("null", None),
        ('"null"', "null"),
        ('" blanks stay "', " blanks stay "),
        ('"\\u00e9\\n\\ud83d\\ude00\\/"', "é\n😀/"),
    ],
)
def test_a_text_column_holds_what_was_written(opened: Opened, written: str, text: str | None) -> None:
    record = json.dumps(event()).replace('"Starlight"', written).encode()
    opened.deliver(EVENTS, record)
    opened.load_one(EVENTS)
    assert opened.query("SELECT song FROM staging_events") == [(text,)]


def test_numbers_keep_every_digit(opened: Opened) -> None:
    numbers = [random.Random(n).uniform(0, 10 ** (n % 12)) for n in range(200)]
    opened.deliver(EVENTS, json_lines([event(length=x, itemInSession=n, ts=1541106106000 + n) for n, x in enumerate(numbers)]))
    opened.load_one(EVENTS)
    found = opened.query("SELECT length, ts FROM staging_events ORDER BY item_in_session")
    assert found == [(x, 1541106106000 + n) for n, x in enumerate(numbers)]


# several partitions

DAYS = [f"2018-11-{day:02}" for day in range(1, 8)]


def deliver_days(opened: Opened, bad: str | None = None) -> None:
    for number, day in enumerate(DAYS):
        content = b"\n".join(plays(3, session=number))
        opened.deliver(EVENTS, b"no\n" + content if day == bad else content, partition=day)


@pytest.mark.parametrize("batch_bytes", [1, 2500, 1 << 30])
def test_a_refused_day_in_the_middle_stops_no_other(opened: Opened, monkeypatch: pytest.MonkeyPatch, batch_bytes: int) -> None:
    """Whether each day is a batch of its own, or all are one."""
    monkeypatch.setattr(staging_loader, "BATCH_BYTES", batch_bytes)
    deliver_days(opened)
    opened.load(EVENTS)
    deliver_days(opened, bad=DAYS[3])
    before = opened.query("SELECT * FROM staging_events ORDER BY ALL")
    answers = opened.load(EVENTS)
    assert [a.partition for a in answers] == DAYS
    assert [type(a) for a in answers] == [PartitionLoadFailure if day == DAYS[3] else PartitionLoadResult for day in DAYS]
    (refused,) = [a for a in answers if isinstance(a, PartitionLoadFailure)]
    assert isinstance(refused.error, RejectedRecordsError)
    (reject,) = refused.error.rejects
    assert (reject.file_key, reject.line, reject.column) == (f"log_data/2018/11/{DAYS[3]}-EVENTS.json", 1, None)
    mentions(str(reject), f"log_data/2018/11/{DAYS[3]}-EVENTS.json:1:", '"no"')
    assert opened.query("SELECT * FROM staging_events ORDER BY ALL") == before
    assert opened.counted() == {f"log_data/2018/11/{day}-EVENTS.json": (3, 0) for day in DAYS}


@pytest.mark.parametrize("batch_bytes", [1, 2500, 1 << 30])
def test_batches_change_nothing(opened: Opened, monkeypatch: pytest.MonkeyPatch, batch_bytes: int) -> None:
    monkeypatch.setattr(staging_loader, "BATCH_BYTES", batch_bytes)
    deliver_days(opened)
    answers = opened.load(EVENTS)
    assert [(a.partition, a.rows) for a in answers if isinstance(a, PartitionLoadResult)] == [(day, 3) for day in DAYS]
    expected = [row for number, day in enumerate(DAYS) for row in expected_rows(EVENTS, plays(3, session=number), day)]
    assert sorted(opened.rows(EVENTS), key=str) == sorted(expected, key=str)


def test_a_partition_without_files_is_emptied(opened: Opened) -> None:
    deliver_days(opened)
    opened.load(EVENTS)
    (answer,) = opened.load(EVENTS, deliveries={DAYS[2]: ()})
    assert isinstance(answer, PartitionLoadResult)
    assert (answer.files, answer.records, answer.rows) == (0, 0, 0)
    assert opened.query("SELECT COUNT(*), COUNT(DISTINCT log_date) FROM staging_events") == [(18, 6)]


def test_a_load_of_nothing_is_no_answer(opened: Opened) -> None:
    assert opened.load(EVENTS, deliveries={}) == []


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def test_nothing_is_left_behind(opened: Opened, temporary: Path) -> None:
    """Neither temporary files nor temporary tables."""
    deliver_days(opened, bad=DAYS[3])
    opened.load(EVENTS)
    opened.load(EVENTS, tolerated=1)
    opened.deliver(SONGS, json_lines([song()]))
    opened.load(SONGS)
    assert list(temporary.iterdir()) == []
    assert opened.query("SELECT table_name FROM duckdb_tables() WHERE temporary") == []


def test_no_room_for_temporary_files_is_told(opened: Opened, temporary: Path) -> None:
    deliver_days(opened)
    temporary.rmdir()
    before = opened.everything()
    with raises(WarehouseError, temporary, "No such file or directory", "TMPDIR"):
        opened.load(EVENTS)
    assert opened.everything() == before


def test_the_day_in_the_name_is_the_partition_whatever_the_clock_says(opened: Opened) -> None:
    opened.deliver(EVENTS, json_lines([event(ts=946684800000)]))
    opened.load_one(EVENTS)
    assert opened.query("SELECT CAST(log_date AS VARCHAR) FROM staging_events") == [(DAY,)]
