"""What every lake promises (lake/base.py), tried on a directory and on S3."""

import os
import threading
from collections.abc import Callable
from datetime import UTC
from pathlib import Path

import pytest

from sparkify_assets.errors import LakeError
from sparkify_assets.lake import ByteRange, Lake, ObjectInfo
from sparkify_assets_tests.lake.conftest import Delivered
from sparkify_assets_tests.support import mentions, raises

HOSTILE = [
    "log_data/a b.json",
    "log_data/a+b.json",
    "log_data/a%20b.json",
    "log_data/a%2Fb.json",
    "log_data/né 🎵.json",
    'log_data/it\'s "quoted"; DROP TABLE users; --.json',
    "log_data/line\nbreak\ttab.json",
    "log_data/<&>?#[x]*.json",
    "log_data/trailing dots...",
    "log_data/...",
    "log_data/{a,b}$(x)`y`|z~.json",
]


def one(delivered: Delivered, key: str = "log_data/a.json", content: bytes = b"one") -> ObjectInfo:
    delivered.put(key, content)
    return next(e for e in delivered.lake.list("log_data") if e.key == key)


def test_what_lies_below_a_folder_is_listed_sorted(delivered: Delivered) -> None:
    keys = ["log_data/b.json", "log_data/2018/11/a.json", "log_data/.hidden/x", "log_data2/x.json", "song_data/c.json", "log_data/B.json"]
    for key in keys:
        delivered.put(key, key.encode())
    assert [e.key for e in delivered.lake.list("log_data")] == sorted(k for k in keys if k.startswith("log_data/"))
    assert [e.key for e in delivered.lake.list("log_data/2018/")] == ["log_data/2018/11/a.json"]
    assert {e.key: e.size for e in delivered.lake.list("")} == {key: len(key) for key in keys}


def test_an_entry_says_size_and_time_in_utc(delivered: Delivered) -> None:
    entry = one(delivered)
    assert (entry.size, entry.modified.tzinfo) == (3, UTC)


def test_a_missing_folder_is_empty(delivered: Delivered) -> None:
    delivered.put("log_data/a.json", b"")
    assert delivered.lake.list("song_data") == []


def test_a_listing_longer_than_a_page_is_whole(delivered: Delivered) -> None:
    keys = [f"song_data/A/{n:03}.json" for n in range(60)]
    for key in keys:
        delivered.put(key, b"x")
    assert [e.key for e in delivered.lake.list("song_data")] == keys


@pytest.mark.parametrize("key", HOSTILE)
def test_any_key_is_listed_and_read_exactly(delivered: Delivered, key: str, tmp_path: Path) -> None:
    entry = one(delivered, key, b"its content")
    assert list(delivered.lake.read([entry])) == [b"its content"]
    local = delivered.lake.as_local_file(entry, tmp_path / "scratch")
    assert local is not None
    assert local.read_bytes() == b"its content"
    delivered.lake.verify_unchanged(entry)
    assert delivered.lake.uri(key) == delivered.where + key


def test_contents_come_as_stored_and_in_the_order_given(delivered: Delivered) -> None:
    large = os.urandom(1_500_000)
    stored = {f"log_data/{n:02}.json": str(n).encode() for n in range(40)}
    stored |= {"log_data/large": large, "log_data/empty": b"", "log_data/z.json.gz": b"\x1f\x8b not unpacked"}
    for key, content in stored.items():
        delivered.put(key, content)
    entries = list(reversed(delivered.lake.list("log_data")))
    assert list(delivered.lake.read(entries)) == [stored[e.key] for e in entries]
    assert list(delivered.lake.read_ranges(map(ByteRange.whole, entries))) == [stored[e.key] for e in entries]
    assert list(delivered.lake.read([])) == []


def test_parts_of_objects_come_as_asked(delivered: Delivered) -> None:
    content = os.urandom(300_000)
    large, small = one(delivered, "log_data/a.json", content), one(delivered, "log_data/b.json", b"0123456789")
    chosen = [(large, 0, 10), (large, 150_000, 250_000), (small, 3, 4), (large, 299_999, 300_000), (small, 0, 10)]
    parts = [ByteRange(*part) for part in chosen]
    expected = [content[:10], content[150_000:250_000], b"3", content[299_999:], b"0123456789"]
    assert list(delivered.lake.read_ranges(parts)) == expected
    delivered.put("log_data/b.json", b"abcdefghij!")
    found = list(delivered.lake.read_ranges(parts))
    assert [found[n] for n in (0, 1, 3)] == [expected[n] for n in (0, 1, 3)]
    for n in (2, 4):
        mentions(str(found[n]), "log_data/b.json", "changed")


Way = Callable[[Lake, ObjectInfo, Path], object]
WAYS: dict[str, Way] = {
    "read": lambda lake, entry, _: list(lake.read([entry])),
    "confirm": lambda lake, entry, _: lake.verify_unchanged(entry),
    "local": lambda lake, entry, folder: lake.as_local_file(entry, folder),
}
each_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)


@each_way
@pytest.mark.parametrize("content", [b"two", b"longer", b""])
def test_a_file_changed_since_the_listing_is_refused(delivered: Delivered, way: Way, content: bytes, tmp_path: Path) -> None:
    entry = one(delivered)
    delivered.put(entry.key, content)
    with raises(LakeError, f"{delivered.where}{entry.key}", "changed", "again"):
        way(delivered.lake, entry, tmp_path)


@each_way
def test_a_file_gone_since_the_listing_is_named(delivered: Delivered, way: Way, tmp_path: Path) -> None:
    entry = one(delivered)
    delivered.remove(entry.key)
    with raises(LakeError, f"{delivered.where}{entry.key}", "gone", "again"):
        way(delivered.lake, entry, tmp_path)


def test_of_many_the_first_that_cannot_be_read_ends_the_reading(delivered: Delivered) -> None:
    for n in range(60):
        delivered.put(f"log_data/{n:02}.json", b"%d" % n)
    entries = delivered.lake.list("log_data")
    delivered.remove("log_data/30.json")
    delivered.remove("log_data/50.json")
    contents = iter(delivered.lake.read(entries))
    assert [next(contents) for _ in range(30)] == [b"%d" % n for n in range(30)]
    with raises(LakeError, "log_data/30.json", "gone"):
        next(contents)


def test_each_that_cannot_be_read_is_told_and_the_others_follow(delivered: Delivered) -> None:
    for n in range(40):
        delivered.put(f"log_data/{n:02}.json", b"%d" % n)
    entries = delivered.lake.list("log_data")
    delivered.remove("log_data/07.json")
    delivered.put("log_data/21.json", b"another")
    found = list(delivered.lake.read_ranges(map(ByteRange.whole, entries)))
    assert [n for n, content in enumerate(found) if isinstance(content, LakeError)] == [7, 21]
    assert [type(found[n]) for n in (7, 21)] == [LakeError, LakeError]
    mentions(str(found[7]), "log_data/07.json", "gone")
    mentions(str(found[21]), "log_data/21.json", "changed")
    assert [content for content in found if isinstance(content, bytes)] == [b"%d" % n for n in range(40) if n not in (7, 21)]


def test_whoever_has_read_enough_leaves_nothing_running(delivered: Delivered) -> None:
    for n in range(40):
        delivered.put(f"log_data/{n:02}.json", b"%d" % n)
    contents = iter(delivered.lake.read(delivered.lake.list("log_data")))
    assert next(contents) == b"0"
    contents.close()  # type: ignore[attr-defined]  # a generator, in both
    assert [t.name for t in threading.enumerate() if t.name.startswith("s3")] == []


def test_the_version_changes_with_the_content(delivered: Delivered) -> None:
    before = one(delivered)
    assert one(delivered, content=b"two").etag != before.etag
