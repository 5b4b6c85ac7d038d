"""A sample of each file's records: which keys they have, from which files, and never more than it may look at."""

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from sparkify_assets.errors import LakeError
from sparkify_assets.ingest.schema_drift import KeyStats, SchemaSample, merge_samples, sample_keys
from sparkify_assets.lake import ByteRange, LocalLake, ObjectInfo, list_partitions
from sparkify_assets.model import load_catalog
from sparkify_assets_tests.support import LakeDirectory, event, json_lines, song

SOURCE = load_catalog()["staging_events"].source
CATALOGUE = load_catalog()["staging_songs"].source
DAY = "2018-11-01"
MOST_FILES, MOST_RECORDS, MOST_OF_A_FILE = 200, 20_000, 1_000
"""as much as a sample may look at; literals, so that a change of a limit is seen here"""


@pytest.fixture
def lake(tmp_path: Path) -> LakeDirectory:
    return LakeDirectory(tmp_path)


def looked_at(lake: LakeDirectory) -> dict[str, SchemaSample]:
    assert SOURCE is not None
    there = LocalLake(lake.root)
    return sample_keys(there, SOURCE, list_partitions(there, SOURCE).partitions)


def test_declared_keys_in_any_order_are_nothing_odd(lake: LakeDirectory) -> None:
    lake.events(DAY, [event(), dict(reversed(event().items()))])
    assert looked_at(lake) == {DAY: SchemaSample(files=1, records=2)}


def test_keys_are_counted_with_the_file_that_has_them_first(lake: LakeDirectory) -> None:
    lake.events(DAY, [event()], "a")
    second = lake.events(DAY, [event(device="phone"), event(device=None)], "b")
    third = lake.events(DAY, [{k: v for k, v in event(device="tv").items() if k != "page"}], "c")
    assert looked_at(lake)[DAY] == SchemaSample(3, 4, {"device": KeyStats(3, second)}, {"page": KeyStats(1, third)})


def test_case_matters(lake: LakeDirectory) -> None:
    key = lake.raw(f"log_data/2018/11/{DAY}-events.json", json_lines([event()]).replace(b'"userId"', b'"userid"'))
    assert looked_at(lake)[DAY] == SchemaSample(1, 1, {"userid": KeyStats(1, key)}, {"userId": KeyStats(1, key)})


@pytest.mark.parametrize("broken", [b"{", b"[1, 2]\n", b"no json\n", b'{"a": 1}}\n', b"\xff\n", b""])
def test_what_is_no_record_is_not_its_business(lake: LakeDirectory, broken: bytes) -> None:
    lake.raw(f"log_data/2018/11/{DAY}-events.json", json_lines([event()]) + broken)
    assert looked_at(lake)[DAY] == SchemaSample(files=1, records=1)


def test_compressed_files_are_looked_into(lake: LakeDirectory) -> None:
    lake.raw(f"log_data/2018/11/{DAY}-events.json.gz", gzip.compress(json_lines([event(), event()])))
    assert looked_at(lake)[DAY] == SchemaSample(files=1, records=2)


def test_pretty_printed_records_are_read_from_the_start(lake: LakeDirectory) -> None:
    text = "\n".join(json.dumps(event(), indent=1) for _ in range(MOST_OF_A_FILE + 1))
    lake.raw(f"log_data/2018/11/{DAY}-events.json", text.encode())
    assert looked_at(lake)[DAY] == SchemaSample(files=1, records=MOST_OF_A_FILE)


@pytest.mark.parametrize("end", [b"", b"\n"], ids=["without a last newline", "with one"])
def test_of_many_records_some_from_all_over_are_looked_at(lake: LakeDirectory, end: bytes) -> None:
    many = 10 * MOST_OF_A_FILE
    records = [event(first=1), *(event() for _ in range(many - 2)), event(last=1)]
    records[many // 2 : many // 2 + 200] = [event(middle=1)] * 200
    lake.raw(f"log_data/2018/11/{DAY}-events.json", json_lines(records).rstrip(b"\n") + end)
    found = looked_at(lake)[DAY]
    assert MOST_OF_A_FILE * 0.99 <= found.records <= MOST_OF_A_FILE
    assert found.unknown["first"].records == 1
    assert 10 <= found.unknown["middle"].records <= 40


class Counting(LocalLake):
    """Counts the bytes that it is asked for."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.requested = 0

    def read_ranges(self, ranges: Iterable[ByteRange]) -> Iterator[bytes | LakeError]:
        parts = list(ranges)
        self.requested += sum(part.size for part in parts)
        return super().read_ranges(parts)

    def read(self, entries: Iterable[ObjectInfo]) -> Iterator[bytes]:
        wanted = list(entries)
        self.requested += sum(entry.size for entry in wanted)
        return super().read(wanted)


def test_of_a_large_file_pieces_are_read(lake: LakeDirectory) -> None:
    assert SOURCE is not None
    key = lake.raw(f"log_data/2018/11/{DAY}-events.json", json_lines([event(padding="x" * 2000)] * 2000))
    there = Counting(lake.root)
    found = sample_keys(there, SOURCE, list_partitions(there, SOURCE).partitions)[DAY]
    assert 300 <= found.records <= MOST_OF_A_FILE
    assert found.unknown == {"padding": KeyStats(found.records, key)}
    assert there.requested == 64 * 16_384 < (lake.root / key).stat().st_size / 4


def test_of_a_large_file_whose_records_are_larger_than_a_piece_all_is_read(lake: LakeDirectory) -> None:
    lake.raw(f"log_data/2018/11/{DAY}-events.json", json_lines([event(), *[event(padding="x" * 20_000)] * 99]))
    found = looked_at(lake)[DAY]
    assert (found.records, found.unknown["padding"].records) == (100, 99)


@pytest.mark.parametrize("records", [4000, 400], ids=["read in pieces", "read whole"])
def test_records_over_several_lines_after_one_on_a_line_are_not_made_up_of_pieces(lake: LakeDirectory, records: int) -> None:
    pretty = "\n".join(json.dumps(event(nested=[{}, {"a": 1}]), indent=1) for _ in range(records))
    lake.raw(f"log_data/2018/11/{DAY}-events.json", json_lines([event(nested=[])]) + pretty.encode())
    found = looked_at(lake)[DAY]
    assert found.missing == {}
    assert found.unknown["nested"].records == found.records == min(records + 1, MOST_OF_A_FILE)


def test_a_broken_line_leaves_the_others_evenly_chosen(lake: LakeDirectory) -> None:
    lines = json_lines([event(padding="x" * 300)] * 5000).splitlines(keepends=True)
    lines[::7] = [b'{"song": "cut off\n'] * len(lines[::7])
    lake.raw(f"log_data/2018/11/{DAY}-events.json", b"".join(lines))
    found = looked_at(lake)[DAY]
    assert 700 <= found.records <= MOST_OF_A_FILE
    assert found.missing == {}


def test_a_large_file_that_is_another_by_now_is_told_once(lake: LakeDirectory) -> None:
    assert SOURCE is not None
    key = lake.raw(f"log_data/2018/11/{DAY}-events.json", json_lines([event()] * 5000))
    there = LocalLake(lake.root)
    listed = list_partitions(there, SOURCE).partitions
    lake.raw(key, b"{}")
    found = sample_keys(there, SOURCE, listed)[DAY]
    assert (found.files, [key in text for text in found.unread]) == (0, [True])


def test_of_few_records_each_is_looked_at_once(lake: LakeDirectory) -> None:
    lake.events(DAY, [event(**{f"key{n}": n}) for n in range(MOST_OF_A_FILE)])
    found = looked_at(lake)[DAY]
    assert (found.records, len(found.unknown)) == (MOST_OF_A_FILE, MOST_OF_A_FILE)


def test_of_many_files_some_from_all_partitions_are_looked_at(lake: LakeDirectory) -> None:
    assert CATALOGUE is not None
    for prefix in "ABCD":
        for n in range(MOST_FILES // 2):
            lake.songs(prefix, [song()], name=f"{n:05}")
    there = LocalLake(lake.root)
    found = sample_keys(there, CATALOGUE, list_partitions(there, CATALOGUE).partitions)
    assert {prefix: f.files for prefix, f in found.items()} == dict.fromkeys("ABCD", MOST_FILES // 4)


def test_many_files_share_the_records_of_a_run(lake: LakeDirectory) -> None:
    content = json_lines([event()] * MOST_OF_A_FILE)
    for n in range(MOST_RECORDS // MOST_OF_A_FILE * 2):
        lake.raw(f"log_data/{DAY[:4]}/{DAY[5:7]}/{DAY}-{n:05}.json", content)
    assert looked_at(lake)[DAY].records == MOST_RECORDS


def test_a_file_that_is_another_by_now_is_said_and_the_others_looked_at(lake: LakeDirectory) -> None:
    assert SOURCE is not None
    lake.events(DAY, [event()], "a")
    gone = lake.events(DAY, [event()], "b")
    lake.events(DAY, [event()], "c")
    there = LocalLake(lake.root)
    listed = list_partitions(there, SOURCE).partitions
    lake.remove(gone)
    found = sample_keys(there, SOURCE, listed)[DAY]
    assert (found.files, found.records) == (2, 2)
    assert [gone in text for text in found.unread] == [True]


def test_a_partition_without_files_has_nothing_odd(lake: LakeDirectory) -> None:
    assert SOURCE is not None
    assert sample_keys(LocalLake(lake.root), SOURCE, {DAY: ()}) == {DAY: SchemaSample()}


def test_samples_add_up() -> None:
    first = SchemaSample(1, 2, {"a": KeyStats(1, "f1")}, {}, ["gone"])
    second = SchemaSample(2, 3, {"a": KeyStats(2, "f2"), "b": KeyStats(1, "f2")}, {"c": KeyStats(3, "f3")})
    assert merge_samples([first, second]) == SchemaSample(
        3, 5, {"a": KeyStats(3, "f1"), "b": KeyStats(1, "f2")}, {"c": KeyStats(3, "f3")}, ["gone"]
    )
    assert first.unknown == {"a": KeyStats(1, "f1")}, "what is added up stays as it was"
