"""Where a lake holds the records of a person: files and lines, found by the key that says whose record it is (person.toml).

Records are split as the load splits them (json_records.py), in every file below the source's folder, also those that are not loaded.  The
lake is only read.

Put here what counts as a record of a person.  Do not put here what is done about it (orchestration/forgetting.py).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation

from sparkify_assets.errors import LakeError
from sparkify_assets.ingest.json_records import BLANK, BOM, RawRecord, raw_records
from sparkify_assets.ingest.json_values import JsonObject
from sparkify_assets.ingest.validation import decompress
from sparkify_assets.lake.base import ByteRange, Lake, ObjectInfo
from sparkify_assets.model.table import Source

NUMBER = re.compile(r"[-+]?\d{1,40}(\.\d{1,40})?([eE][-+]?\d{1,3})?")
"""also with the digits of other scripts"""
WRITTEN_OTHERWISE = re.compile(rb"\\u|[^\x00-\x7f]|[0-9.][eE][-+]?[0-9]")
"""what may stand for digits: an escape, digits of another script, an exponent"""


@dataclass(frozen=True)
class PersonRecord:
    """A record of the person, or one that is not JSON and may be."""

    file: str
    line: int
    """where it begins, from 1; of a .gz file in its unpacked text"""
    last_line: int
    number: int
    """its place among the records that begin on this line, from 1"""
    of: int
    """records that begin on this line"""
    is_certain: bool
    """False: it is not JSON, and holds the person's id as a word"""

    def __str__(self) -> str:
        lines = f"{self.line}-{self.last_line}" if self.last_line > self.line else f"{self.line}"
        return f"{self.file}:{lines}" + (f" record {self.number} of {self.of}" if self.of > 1 else "")


@dataclass
class PersonRecords:
    """All of a lake's source."""

    files: int = 0
    certain: list[PersonRecord] = field(default_factory=list)
    possible: list[PersonRecord] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    """why files could not be read: what they hold is unknown"""


def find_person(lake: Lake, source: Source, key: str, person: str) -> PersonRecords:
    """The records of ``person`` in all files of the source.  ``key``: the JSON key that says whose record it is.  Raises LakeError."""
    found = PersonRecords()
    entries = lake.list(source.folder)
    for entry, content in zip(entries, lake.read_ranges(map(ByteRange.whole, entries)), strict=True):
        try:
            records = _records(entry, content, key, person)
        except LakeError as e:
            found.unread.append(str(e))
            continue
        found.files += 1
        for record in records:
            (found.certain if record.is_certain else found.possible).append(record)
    return found


def _records(entry: ObjectInfo, content: bytes | LakeError, key: str, person: str) -> list[PersonRecord]:
    if isinstance(content, LakeError):
        raise content
    on_line: dict[int, list[RawRecord]] = {}
    for piece in _candidates(decompress(entry.key, content), person):
        on_line.setdefault(piece.line, []).append(piece)
    return [
        PersonRecord(entry.key, piece.line, piece.line + piece.data.count(b"\n"), number, len(together), piece.problem is None)
        for together in on_line.values()
        for number, piece in enumerate(together, 1)
        if is_about(piece, key, person)
    ]


def _candidates(data: bytes, person: str) -> Iterator[RawRecord]:
    """The records that may hold the id, with those that begin on the same line: to parse every line takes fifty times as long.

    Where each line begins with { and ends with }, no record goes on in the next: JSON has no { after a }.  So a line without the id, and
    without what may stand for it, is left out.
    """
    lines = data.removeprefix(BOM).split(b"\n")
    if not all(line.startswith(b"{") and line.rstrip(BLANK.encode()).endswith(b"}") for line in lines if line.strip(BLANK.encode())):
        yield from raw_records(data)
        return
    wanted = _held_by_each(person)
    for number, line in enumerate(lines, 1):
        if wanted.search(line) or WRITTEN_OTHERWISE.search(line):
            yield from (replace(piece, line=number) for piece in raw_records(line))


def _held_by_each(person: str) -> re.Pattern[bytes]:
    """What every text contains that is this id: of a number, the digits before the point."""
    text = person.strip()
    if not NUMBER.fullmatch(text):
        return re.compile(re.escape(text.encode()))
    if any(letter in text for letter in "eE"):
        text = f"{Decimal(text):f}"
    digits = text.lstrip("+-").partition(".")[0].lstrip("0")
    return re.compile(rf"(?<![0-9])0*{digits or '0'}(?![0-9])".encode())


def is_about(piece: RawRecord, key: str, person: str) -> bool:
    """Whether a record says at its key, on any level, that it is of the person; of one that is not JSON, whether it holds the id."""
    if piece.problem is not None:
        return _word(person).search(piece.data.decode("utf-8", "replace")) is not None
    return any(_is_person(value, person) for value in _values(piece.value, key.casefold()))


def text_is_about(text: str, key: str, person: str) -> bool:
    """Whether the text of a rejected record is a record of the person; of a text that is not JSON nobody can say."""
    return any(piece.problem is None and is_about(piece, key, person) for piece in raw_records(text.encode()))


def _values(value: object, key: str) -> Iterator[object]:
    """What a JSON value has at a key, on any level (raw_records() bounds their depth); a sender may write the key in another case."""
    if isinstance(value, JsonObject):
        for name, inner in value:
            if name.strip().casefold() == key:
                yield inner
            yield from _values(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _values(inner, key)


def _is_person(value: object, person: str) -> bool:
    """Numbers are equal as numbers: 15, 15.0, "15" and " 015 " are one person."""
    if not isinstance(value, str):  # numbers are str here, too
        return False
    text, wanted = value.strip(), person.strip()
    return text == wanted or ((number := _number(text)) is not None and number == _number(wanted))


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text) if NUMBER.fullmatch(text) else None
    except InvalidOperation:
        return None


def _word(person: str) -> re.Pattern[str]:
    """The id by itself, not within a longer number or word."""
    wanted = person.strip()
    zeros = "0*" if NUMBER.fullmatch(wanted) else ""
    return re.compile(rf"(?<![\w.]){zeros}{re.escape(wanted)}(?!\w|\.[1-9])")
