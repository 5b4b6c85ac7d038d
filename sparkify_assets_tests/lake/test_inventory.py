"""From a listing to partitions, on the real sources; and the fingerprint that tells one listing from another."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sparkify_assets.errors import LakeError
from sparkify_assets.lake import ByteRange, ObjectInfo, fingerprint, list_partitions
from sparkify_assets.model.table import Source
from sparkify_assets.model.table_parser import read_table

STAGING = Path(__file__).parents[2] / "sparkify_assets/tables/staging"
WHEN = datetime(2018, 11, 1, tzinfo=UTC)


def source(table: str) -> Source:
    found = read_table(STAGING / table).source
    assert found is not None
    return found


EVENTS, SONGS = source("staging_events"), source("staging_songs")


class ListedLake:
    """A lake of keys only."""

    def __init__(self, *keys: str) -> None:
        self.entries = [ObjectInfo(k, 1, WHEN, "e") for k in sorted(keys)]

    def list(self, folder: str) -> list[ObjectInfo]:
        return [e for e in self.entries if e.key.startswith(f"{folder}/")]

    def folders(self) -> Sequence[str]:
        return sorted({entry.key.partition("/")[0] for entry in self.entries})

    def read(self, entries: Iterable[ObjectInfo]) -> Iterator[bytes]:
        raise AssertionError("an inventory reads nothing")

    def read_ranges(self, ranges: Iterable[ByteRange]) -> Iterator[bytes | LakeError]:
        raise AssertionError("an inventory reads nothing")

    def as_local_file(self, entry: ObjectInfo, folder: Path) -> Path | None:
        raise AssertionError("an inventory reads nothing")

    def ping(self) -> str:
        raise AssertionError("an inventory reads nothing")

    def verify_unchanged(self, entry: ObjectInfo) -> None:
        raise AssertionError("an inventory reads nothing")

    def uri(self, key: str) -> str:
        return key


def partitions(source: Source, *keys: str) -> dict[str, list[str]]:
    inventory = list_partitions(ListedLake(*keys), source)
    return {p: [e.key for e in entries] for p, entries in inventory.partitions.items()}


def strangers(source: Source, *keys: str) -> tuple[str, ...]:
    return list_partitions(ListedLake(*keys), source).unmatched


@pytest.mark.parametrize(("source", "partition"), [(EVENTS, "2018-11-01"), (SONGS, "A")])
def test_the_example_in_source_toml_fits(source: Source, partition: str) -> None:
    key = f"{source.folder}/{source.example}"
    assert partitions(source, key) == {partition: [key]}


def test_several_files_a_day_plain_and_packed() -> None:
    day = "log_data/2018/11/2018-11-02"
    assert partitions(EVENTS, f"{day}-late.json.gz", "log_data/2019/01/2019-01-01-x.json", f"{day}-events.json") == {
        "2018-11-02": [f"{day}-events.json", f"{day}-late.json.gz"],
        "2019-01-01": ["log_data/2019/01/2019-01-01-x.json"],
    }


def test_partitions_and_entries_are_sorted_and_nothing_else_is_looked_at() -> None:
    inventory = list_partitions(
        ListedLake("song_data/Z/A/A/TRB.json", "song_data/A/A/A/TRA.json", "song_data/Z/A/A/TRA.json", "else/x"), SONGS
    )
    assert list(inventory.partitions) == ["A", "Z"]
    assert [e.key for e in inventory.partitions["Z"]] == ["song_data/Z/A/A/TRA.json", "song_data/Z/A/A/TRB.json"]
    assert inventory.unmatched == ()
    assert inventory.source is SONGS


def test_an_empty_lake_has_no_partitions() -> None:
    assert partitions(EVENTS) == {}


@pytest.mark.parametrize(
    "key",
    [
        "2018/11/2018-11-01-events.csv",
        "2018/11/2018-11-01-events.json.bz2",
        "2018/11/2018-11-01-events.json.gz.tmp",
        "2018/11/2018-11-01-events.JSON",
        "2018/11/2018-11-01.json",  # the dash and a name are wanted
        "2018/12/2018-11-01-events.json",  # folder and name disagree
        "2018/11/11/2018-11-01-events.json",
        "2018-11-01-events.json",
        ".2018/11/2018-11-01-events.json",
        "2018/11/.ipynb_checkpoints/2018-11-01-events-checkpoint.json",
        "2018/11/_SUCCESS",
        "2018/11/",  # what some tools put for a folder in a bucket
        "2018/02/2018-02-31-events.json",  # no such days
        "2018/13/2018-13-01-events.json",
        "2019/02/2019-02-29-events.json",
        "0000/01/0000-01-01-events.json",
        "٢٠١٨/11/٢٠١٨-11-01-events.json",
        r"2018/11/2018-11-01-caf\xe9.json",  # a name that is not UTF-8, as a lake shows it
    ],
)
def test_strangers_among_events(key: str) -> None:
    assert strangers(EVENTS, f"log_data/{key}", "log_data/2020/02/2020-02-29-leap.json") == (f"log_data/{key}",)


@pytest.mark.parametrize(
    "key", ["A/B/C/X.json", "a/B/C/TRA.json", "A/B/TRA.json", "A/B/C/D/TRA.json", "A/B/C/TRa.json", "Ä/B/C/TRA.json", "TRA.json"]
)
def test_strangers_among_songs(key: str) -> None:
    assert strangers(SONGS, f"song_data/{key}") == (f"song_data/{key}",)


def test_strangers_are_sorted() -> None:
    assert strangers(SONGS, "song_data/b", "song_data/.a", "song_data/_SUCCESS") == ("song_data/.a", "song_data/_SUCCESS", "song_data/b")


# the fingerprint

ENTRIES = [ObjectInfo("a", 1, WHEN, "x"), ObjectInfo("b", 1, WHEN, "y"), ObjectInfo("c", 3, WHEN, "x")]


def test_the_fingerprint_does_not_depend_on_the_order() -> None:
    assert len({fingerprint(order) for order in itertools.permutations(ENTRIES)}) == 1


def test_the_fingerprint_is_short_hex_and_always_the_same() -> None:
    assert fingerprint(ENTRIES) == "28c2303a5b8c5ca9"
    assert fingerprint([]) == "e3b0c44298fc1c14"


@pytest.mark.parametrize(
    "other",
    [
        [],
        ENTRIES[:2],
        [*ENTRIES, ObjectInfo("d", 1, WHEN, "x")],
        [*ENTRIES, ENTRIES[0]],
        [replace(ENTRIES[0], key="A"), *ENTRIES[1:]],
        [replace(ENTRIES[0], size=2), *ENTRIES[1:]],
        [replace(ENTRIES[0], etag="z"), *ENTRIES[1:]],
        [replace(ENTRIES[0], etag="y"), replace(ENTRIES[1], etag="x"), ENTRIES[2]],  # contents exchanged
    ],
)
def test_the_fingerprint_tells_listings_apart(other: list[ObjectInfo]) -> None:
    assert fingerprint(other) != fingerprint(ENTRIES)


def test_the_fingerprint_ignores_a_time_that_does_not_change_the_version() -> None:
    assert fingerprint([replace(e, modified=datetime(2020, 1, 1, tzinfo=UTC)) for e in ENTRIES]) == fingerprint(ENTRIES)
