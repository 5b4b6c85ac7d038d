"""Schema drift: which keys a source's records have, compared with source.toml, from a sample, since reading all would cost a second load.

The sample is bounded for any lake: SAMPLE_FILES files, evenly spread over the listing, and SAMPLE_RECORDS records in all, evenly spread
over a file of one record a line; of another file the first records.  Of a large file of one record a line, only pieces are read.

Put here which keys records have.  Do not put here whether records (json_records.py) or values (field_rules.py) are valid.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import chain, islice

from sparkify_assets.errors import LakeError
from sparkify_assets.ingest.json_records import BLANK, BOM, raw_records
from sparkify_assets.ingest.json_values import JsonObject
from sparkify_assets.ingest.validation import decompress
from sparkify_assets.lake.base import ByteRange, Lake, ObjectInfo
from sparkify_assets.model.table import Source

SAMPLE_FILES = 200
SAMPLE_RECORDS = 20_000
SAMPLE_RECORDS_PER_FILE = 1_000
"""maximum for one file"""
PIECES = 64
PIECE_BYTES = 1 << 14
"""evenly spread pieces of a larger file, each of some 30 records of an event log: a 64th of a file of 64 MB, in 64 requests of S3"""


@dataclass
class KeyStats:
    """An undeclared or missing key: in how many records, and in which file first."""

    records: int
    file: str


@dataclass
class SchemaSample:
    """Result of sampling a partition."""

    files: int = 0
    records: int = 0
    unknown: dict[str, KeyStats] = field(default_factory=dict)
    missing: dict[str, KeyStats] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    """why files of the sample could not be read: mostly changed or deleted since the listing"""


def sample_keys(lake: Lake, source: Source, deliveries: Mapping[str, Sequence[ObjectInfo]]) -> dict[str, SchemaSample]:
    """Partition → the keys of its sampled records, compared with those declared."""
    found = {partition: SchemaSample() for partition in deliveries}
    chosen = _spread([(partition, entry) for partition, entries in deliveries.items() for entry in entries], SAMPLE_FILES)
    of_a_file = min(SAMPLE_RECORDS_PER_FILE, SAMPLE_RECORDS // max(1, len(chosen)))
    declared = frozenset(source.keys.values())
    parts = [_parts(entry) for _, entry in chosen]
    contents = lake.read_ranges(chain.from_iterable(parts))
    for (partition, entry), of_the_file in zip(chosen, parts, strict=True):
        read = list(islice(contents, len(of_the_file)))
        try:
            sample = _sample(_complete_lines(lake, entry, [_content(data) for data in read], of_a_file), of_a_file)
        except LakeError as e:
            # the load has validated this file; the next load finds that it has changed since
            found[partition].unread.append(str(e))
            continue
        _count(found[partition], entry.key, declared, sample)
    return found


def _parts(entry: ObjectInfo) -> list[ByteRange]:
    """What is read of a file: all of it, or pieces, the first and the last at its ends."""
    if entry.size <= PIECES * PIECE_BYTES or entry.key.endswith(".gz"):
        return [ByteRange.whole(entry)]
    starts = (n * (entry.size - PIECE_BYTES) // (PIECES - 1) for n in range(PIECES))
    return [ByteRange(entry, start, start + PIECE_BYTES) for start in starts]


def _content(content: bytes | LakeError) -> bytes:
    if isinstance(content, LakeError):
        raise content
    return content


def _complete_lines(lake: Lake, entry: ObjectInfo, pieces: Sequence[bytes], most: int) -> bytes:
    """The file's content, or complete lines of its pieces; all of it where a piece shows no line, or records are no lines."""
    if len(pieces) == 1:
        return decompress(entry.key, pieces[0])
    first, *others = pieces
    lines = [BytesIO(first).readlines()[:-1], *(BytesIO(piece).readlines()[1:-1] for piece in others)]
    of_a_piece = -(-most // PIECES)
    records = _records([line for found in lines for line in found[:of_a_piece]]) if all(lines) else None
    return next(iter(lake.read([entry]))) if records is None else records


def merge_samples(found: Iterable[SchemaSample]) -> SchemaSample:
    """Merge several samples into one."""
    whole = SchemaSample()
    for part in found:
        whole.files += part.files
        whole.records += part.records
        whole.unread += part.unread
        for odd, into in ((part.unknown, whole.unknown), (part.missing, whole.missing)):
            for key, seen in odd.items():
                into.setdefault(key, KeyStats(0, seen.file)).records += seen.records
    return whole


def _spread(items: list[tuple[str, ObjectInfo]], most: int) -> list[tuple[str, ObjectInfo]]:
    """``most`` of the items, evenly spaced, the first among them; all if there are no more."""
    return items if len(items) <= most else [items[n * len(items) // most] for n in range(most)]


def _count(found: SchemaSample, file: str, declared: frozenset[str], records: Iterator[frozenset[str]]) -> None:
    found.files += 1
    for keys in records:
        found.records += 1
        if keys == declared:
            continue
        for odd, into in ((keys - declared, found.unknown), (declared - keys, found.missing)):
            for key in odd:
                into.setdefault(key, KeyStats(0, file)).records += 1


def _sample(data: bytes, most: int) -> Iterator[frozenset[str]]:
    """The keys of at most ``most`` records of a file.

    If records are lines and there are too many, evenly spaced lines; otherwise the first records, since the bounds of pretty-printed ones
    only show when reading from the start.
    """
    if data.count(b"\n") > most and (records := _records(list(_lines(data, most)))) is not None:
        data = records
    valid = (piece.value for piece in raw_records(data) if piece.problem is None and isinstance(piece.value, JsonObject))
    return (frozenset(key for key, _ in record) for record in islice(valid, most))


def _records(lines: Sequence[bytes]) -> bytes | None:
    """The lines that are an object each; None where few are: records are no lines then, and lines of several places make up others."""
    stripped = [text for line in lines if (text := line.removeprefix(BOM).strip(BLANK.encode()))]
    objects = [text for text in stripped if text.startswith(b"{") and text.endswith(b"}")]
    return b"\n".join(objects) if 2 * len(objects) > len(stripped) else None


def _lines(data: bytes, most: int) -> Iterator[bytes]:
    """The lines that begin at or after evenly spaced offsets, each once."""
    end = 0
    for n in range(most):
        place = max(end, n * len(data) // most)
        begin = data.find(b"\n", place - 1) + 1 if place else 0
        if begin >= len(data) or (place and not begin):
            return  # no line begins after this offset
        end = data.find(b"\n", begin) + 1 or len(data)
        yield data[begin:end]
