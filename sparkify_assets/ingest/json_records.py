"""A file's bytes → its records, and whether each is JSON.

Put here where a record begins and ends.  Do not put here what its fields must be (field_rules.py).

Records are JSON objects with white space (blank, tab, CR, LF) or nothing between them, as for Redshift's COPY: one a line, several on
a line, or one over several lines.  A UTF-8 byte order mark may precede them.  Any other JSON value is a raw record, too.  Every byte
belongs to a raw record or is white space between raw records.

A raw record ends where its JSON value ends, if the rest of that line is blank or continues with an object.  Otherwise it is malformed:

    A malformed record is the rest of the line it begins on.  Only if that rest is just { or [ (a pretty-printed value) does it
    continue: through the line that closes it, or up to a line that begins with {, counting only lines indented no deeper than its own.

So a truncated line, or a line that is not JSON, costs only itself, and a pretty-printed object with an error costs only that object.

Time is linear in the file: a value that extends beyond its line is parsed in increasingly large windows, up to the first character that
JSON cannot have there.  A byte is parsed again only for a record inside a malformed one, at most MAX_DEPTH times.  Nesting is
measured before the parser runs, since that recurses.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from sparkify_assets.ingest.json_values import DECODER, MAX_DEPTH, for_message, may_nest_too_deep, nests_too_deep, normalize_constants

EXPECTED = "expected one JSON object a line"
WIDER = 4
"""growth factor of a window that is too small for a value"""

BOM = b"\xef\xbb\xbf"
BLANK = " \t\r\n"
NON_BLANK = re.compile(rb"[^ \t\r\n]")
NON_BLANK_TEXT = re.compile(r"[^ \t\r\n]")
LINE_MAY_GO_ON = re.compile(r"[ \t\r]*+(?=[\n{]|\Z)")
EDGE = re.compile(rb"\n([ \t]*+)([{}\]])")


@dataclass(frozen=True, slots=True)
class RawRecord:
    """Text of one record."""

    line: int
    """where it begins, from 1"""
    data: bytes
    """as delivered, without surrounding white space"""
    value: object
    problem: str | None = None
    """why it is not a JSON value; None if it is"""


@dataclass(frozen=True, slots=True)
class _ParseError:
    """Why a window does not contain a JSON value where expected, and the index of the character that shows it."""

    at: int
    why: str


def raw_records(data: bytes) -> Iterator[RawRecord]:
    """The raw records of a decompressed file, in order."""
    start, line = len(BOM) if data.startswith(BOM) else 0, 1
    while (first := NON_BLANK.search(data, start)) is not None:
        line += data.count(b"\n", start, first.start())
        start = first.start()
        end = _line_end(data, start)
        text = _text(data[start:end])
        crowded, at = may_nest_too_deep(text), 0
        while at < len(text):
            found = _parse(text, at, crowded)
            if isinstance(found, _ParseError):
                piece, end = _multi_line_record(data, start + len(_bytes(text[:at])), line)
                yield piece
                break
            value, stop = found
            yield RawRecord(line, _bytes(text[at:stop]), value)
            at = _after_blanks(text, stop)
        line += data.count(b"\n", start, end)
        start = end


def _multi_line_record(data: bytes, begin: int, line: int) -> tuple[RawRecord, int]:
    """The record at ``begin``, whose first line alone is not JSON, and where it ends."""
    end = _line_end(data, begin)
    while True:
        text = _text(data[begin:end])
        found = _parse(text, 0, may_nest_too_deep(text))
        if not isinstance(found, _ParseError):
            value, stop = found
            whole = _bytes(text[:stop])
            return RawRecord(line, whole, value), begin + len(whole)
        if found.at < len(text.rstrip(BLANK)) or end == len(data):
            break
        end = _line_end(data, min(begin + WIDER * (end - begin), len(data)) - 1)
    stop = _malformed_end(data, begin)
    broken = data[begin:stop].strip(BLANK.encode())
    return RawRecord(line, broken, None, _parse_message(text, found, _text(broken), end == len(data))), stop


def _parse(text: str, at: int, crowded: bool) -> tuple[object, int] | _ParseError:
    """The JSON value at ``at`` and where it ends, if only white space or an object follows on the line."""
    if crowded and nests_too_deep(text, at):
        return _ParseError(at, f"nested deeper than {MAX_DEPTH} levels")
    try:
        value, stop = DECODER.raw_decode(text, at)
    except json.JSONDecodeError as e:
        if (told := normalize_constants(text)) != text:
            return _parse(told, at, crowded)
        return _ParseError(e.pos, e.msg)
    if LINE_MAY_GO_ON.match(text, stop) is None:
        return _ParseError(_after_blanks(text, stop), "neither white space nor an object")
    return value, stop


def _malformed_end(data: bytes, begin: int) -> int:
    """Where the malformed record at ``begin`` ends, by the rule in the module docstring."""
    end = _line_end(data, begin)
    if data[begin:end].strip(BLANK.encode()) not in (b"{", b"["):
        return end
    before = data[data.rfind(b"\n", 0, begin) + 1 : begin]
    indent = len(before) - len(before.lstrip(b" \t"))
    for edge in EDGE.finditer(data, end - 1):
        if len(edge[1]) <= indent:
            return edge.start() + 1 if edge[2] == b"{" else _line_end(data, edge.end())
    return len(data)


def _parse_message(text: str, fault: _ParseError, broken: str, at_end: bool) -> str:
    if not broken.startswith("{"):
        return f"found {for_message(broken)}, {EXPECTED}"
    if rest := broken[fault.at :].partition("\n")[0].strip(BLANK):
        place = f"{for_message(rest)} at character {fault.at + 1}"
    else:
        place = "the end of the file" if at_end and fault.at >= len(text.rstrip(BLANK)) else "the end of the line"
    return f"found {place} ({fault.why.removesuffix(' at')}), {EXPECTED}"


def _line_end(data: bytes, at: int) -> int:
    """Index after the newline that ends the line of byte ``at``."""
    return data.find(b"\n", at) + 1 or len(data)


def _after_blanks(text: str, at: int) -> int:
    solid = NON_BLANK_TEXT.search(text, at)
    return solid.start() if solid else len(text)


def _text(data: bytes) -> str:
    """Text that _bytes() converts back to the same bytes, UTF-8 or not."""
    return data.decode("utf-8", "surrogateescape")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
