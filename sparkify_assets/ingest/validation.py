"""Validation of a file's records: the only definition of which are valid, and why the others are not.

This is the slow path.  A warehouse may have a fast path; it must reject whatever is rejected here.  Put here rules for entire records.
Do not put here rules for columns (field_rules.py) or the syntax of files (json_records.py).
"""

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from sparkify_assets.errors import LakeError
from sparkify_assets.ingest.field_rules import validate_fields
from sparkify_assets.ingest.json_records import EXPECTED, RawRecord, raw_records
from sparkify_assets.ingest.json_values import JsonNumber, JsonObject, NonFiniteNumber
from sparkify_assets.model.table import Table

MAX_RAW_BYTES = 60_000
"""bytes kept of a rejected record: well below Redshift's longest VARCHAR"""
MAX_RECORD_BYTES = 4_194_304
"""COPY's limit for one JSON object, in bytes"""

GZIP = b"\x1f\x8b"
"""first bytes of gzip data; JSON never begins with them"""
SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
ESCAPE = re.compile(rb"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(u[dD][89a-fA-F]..)|.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class InvalidRecord:
    """A record that does not fit the staging table."""

    line: int
    """where it begins, from 1"""
    column: str | None
    """the column that rejects it; None if the entire record is at fault"""
    reason: str
    """what was found and what was expected"""
    raw: str
    """as delivered; bytes that are not text shown as \\xNN; truncated after MAX_RAW_BYTES, which the reason then states"""
    may_be_many: bool = False
    """whether it may be several records: an array of objects, or an object that has none of the declared keys but such an array"""


@dataclass(frozen=True)
class ValidationResult:
    """All records of a file."""

    valid: list[bytes]
    """each as delivered, on one line: newlines between its tokens become blanks"""
    rejected: list[InvalidRecord]

    @property
    def records(self) -> int:
        return len(self.valid) + len(self.rejected)


def validate_records(data: bytes, table: Table) -> ValidationResult:
    """Split the records of a complete, decompressed file into those that fit the staging table and the others."""
    result = ValidationResult([], [])
    for piece in raw_records(data):
        if (fault := _invalid_because(piece, table)) is None:
            # A valid record has newlines between tokens only: JSON requires them to be escaped in strings.
            result.valid.append(piece.data.replace(b"\r", b" ").replace(b"\n", b" "))
        else:
            raw, cut = _raw(piece.data)
            result.rejected.append(InvalidRecord(piece.line, fault[0], fault[1] + cut, raw, _may_be_many(piece, table)))
    return result


def valid_records(data: bytes, table: Table) -> Iterator[RawRecord]:
    """The valid records of a file, in order."""
    return (piece for piece in raw_records(data) if _invalid_because(piece, table) is None)


def decompress(key: str, data: bytes) -> bytes:
    """Contents as stored → contents.  Raises LakeError for a .gz file that gunzip would reject, and for gzip data of another name."""
    if not key.endswith(".gz"):
        if data.startswith(GZIP):
            raise LakeError(f"{key}: found gzip data, expected text; deliver the file unpacked, or name it {PurePath(key).name}.gz")
        return data
    if not data:
        raise LakeError(f"{key}: found no bytes at all, expected gzip data; deliver the file again")
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            return file.read()
    except (EOFError, gzip.BadGzipFile, zlib.error) as e:
        found = "the file ends too early" if isinstance(e, EOFError) else str(e)
        raise LakeError(f"{key}: found bytes that are not valid gzip data ({found}), expected a gzip file; deliver the file again") from e


def _invalid_because(piece: RawRecord, table: Table) -> tuple[str | None, str] | None:
    """Column and reason; None for a valid record."""
    if piece.problem is not None:
        return None, piece.problem
    if len(piece.data) > MAX_RECORD_BYTES:
        return None, f"found a record of {len(piece.data)} bytes, expected at most {MAX_RECORD_BYTES}"
    try:
        piece.data.decode()
    except UnicodeDecodeError as e:
        return None, f"found byte 0x{piece.data[e.start]:02x} at byte {e.start + 1} of the record, expected UTF-8"
    if not isinstance(piece.value, JsonObject):
        return None, f"found {_json_kind(piece.value)}, {EXPECTED}"
    if (rejected := validate_fields(piece.value, table)) is not None:
        return rejected
    if (half := _lone_surrogate(piece.data)) is not None:
        return None, f"found {half}, half of a character, expected it with its other half"
    return None


def _may_be_many(piece: RawRecord, table: Table) -> bool:
    """Whether a rejected record may be several records; tolerating it as one would hide how many are missing."""
    if piece.problem is not None:
        return piece.data.startswith(b"[") and piece.data.count(b"{") > 1
    if isinstance(piece.value, JsonObject):
        assert table.source is not None
        members = dict(piece.value)
        return members.keys().isdisjoint(table.source.keys.values()) and any(_objects_in(value) > 1 for value in members.values())
    return _objects_in(piece.value) > 1


def _objects_in(value: object) -> int:
    """Number of objects in a list and its nested lists (raw_records() bounds their depth)."""
    if isinstance(value, JsonObject):
        return 1
    return sum(map(_objects_in, value)) if isinstance(value, list) else 0


def _json_kind(value: object) -> str:
    match value:
        case list():
            return "a JSON array"
        case JsonNumber():
            return "a JSON number"
        case NonFiniteNumber() | None | bool():
            return {None: "null", True: "true", False: "false"}.get(value, str(value))
        case _:
            return "a JSON string"


def _lone_surrogate(data: bytes) -> str | None:
    """A \\uD8.. or \\uDC.. without its partner, anywhere: it is not text, and DuckDB rejects the entire object for it."""
    if SURROGATE.search(data) is None:
        return None
    return next((f"\\{e[1].decode()}" for e in ESCAPE.finditer(data) if e[1]), None)


def _raw(data: bytes) -> tuple[str, str]:
    """The text of a rejected record to keep, and what to add to the reason if it was truncated."""
    some = data[: MAX_RAW_BYTES + 4]  # the truncation below removes a character that this cuts in two
    text = some.decode("utf-8", "backslashreplace").replace("\0", "\\x00").encode()
    if len(text) <= MAX_RAW_BYTES:
        return text.decode(), ""
    return text[:MAX_RAW_BYTES].decode("utf-8", "ignore"), f"; raw cut from {len(data)} bytes"
