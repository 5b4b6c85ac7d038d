"""A file's bytes → rows for PostgreSQL's COPY, and entries of the error tables for rejected records (docs/design/redshift-facts.md).

Objects are separated by white space; anything else between them is an error each time. After an object that cannot be parsed, parsing
continues after the line on which it begins.

Put here the parsing of files. Do not put here reading them from S3 (copy_files.py).
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sparkify_assets_tests.emulators.redshift.copy_paths import values_of
from sparkify_assets_tests.emulators.redshift.copy_plain import Number, Target, Unfit
from sparkify_assets_tests.emulators.redshift.copy_statement import CopyStatement
from sparkify_assets_tests.emulators.redshift.copy_values import converter

SPACE = re.compile(r"[ \t\r\n]*")
BETWEEN = re.compile(r"[^{\[ \t\r\n]+")
ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
ESCAPE = str.maketrans(ESCAPES)
LARGEST = 4 << 20
"""Maximum bytes of one object."""


def _no_constant(word: str) -> None:
    raise ValueError(word)


DECODER = json.JSONDecoder(parse_float=Number, parse_int=Number, parse_constant=_no_constant)


@dataclass(frozen=True)
class BadRow:
    """A rejected record."""

    line: int
    """The line on which it ends, from 1."""
    code: int
    reason: str
    raw: str
    column: Target | None = None
    value: str = ""
    position: int = 0


@dataclass
class Rows:
    """A file's records: rows in COPY's text format, and rejected records."""

    rows: list[str] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    records: int = 0
    size: int = 0
    """Bytes read."""

    @property
    def text(self) -> bytes:
        return "".join(self.rows).encode()


class Maker:
    """Makes rows for the columns of one COPY."""

    def __init__(self, targets: Sequence[Target], statement: CopyStatement, paths: Sequence[str] | None) -> None:
        self._targets = targets
        self._columns = [(t, converter(t, statement), t.not_null) for t in targets]
        self._values = values_of(targets, statement.json, paths)

    def rows(self, content: bytes, most: int) -> Rows:
        """The file's rows. Stops after ``most`` rejected records, as the COPY then does."""
        made = Rows(size=len(content))
        for value, line, start, end, text in records(content):
            made.records += 1
            if isinstance(value, Unfit):
                made.bad.append(BadRow(line, value.code, value.reason, text[start:end][:1024]))
            else:
                try:
                    made.rows.append(self._row(value))
                except _Refused as e:
                    made.bad.append(BadRow(line, e.unfit.code, e.unfit.reason, text[start:end][:1024], e.column, e.value, e.unfit.position))
            if len(made.bad) >= most:
                break
        return made

    def _row(self, record: Any) -> str:
        fields = []
        for (target, convert, not_null), value in zip(self._columns, self._read(record), strict=True):
            try:
                text = None if value is None else convert(value)
            except Unfit as e:
                raise _Refused(e, target, value) from None
            if text is None:
                if not_null:
                    raise _Refused(Unfit(1213, "Missing data for not-null field"), target, value)
                fields.append("\\N")
            elif "\\" in text or "\n" in text or "\t" in text or "\r" in text:
                fields.append(text.translate(ESCAPE))
            else:
                fields.append(text)
        return "\t".join(fields) + "\n"

    def _read(self, record: Any) -> Sequence[Any]:
        try:
            return self._values(record)
        except Unfit as e:
            raise _Refused(e, None, "") from None


class _Refused(Exception):
    def __init__(self, unfit: Unfit, column: Target | None, value: Any) -> None:
        super().__init__(unfit.reason)
        self.unfit = unfit
        self.column = column
        self.value = "" if value is None else str(value)[:1024]


def records(content: bytes) -> Iterator[tuple[Any, int, int, int, str]]:
    """Yield each record: its value, or Unfit; the line on which it ends; its start and end in the text; the text.

    A byte that is not UTF-8 is kept as Python's surrogateescape does, for the column to accept or reject.
    """
    text = content.decode("utf-8", "surrogateescape")
    at, line, counted = 0, 1, 0
    while (at := SPACE.match(text, at).end()) < len(text):  # type: ignore[union-attr]  # the pattern matches everywhere
        value, end = _one(text, at)
        line += text.count("\n", counted, end)
        counted = end
        if isinstance(value, Unfit):
            yield value, line, at, end, text
        elif end - at > LARGEST:
            yield Unfit(1224, "JSON object exceeds the maximum size of 4194304 bytes"), line, at, end, text
        else:
            yield value, line, at, end, text
        at = end


def _one(text: str, at: int) -> tuple[Any, int]:
    """Parse the record at this position: its value and its end. If that fails: Unfit and the position at which to continue."""
    if text[at] not in "{[":
        found = BETWEEN.match(text, at)
        return Unfit(1216, "Invalid JSON: found something between objects"), found.end() if found else at + 1
    try:
        return DECODER.raw_decode(text, at)
    except (ValueError, RecursionError):
        end = text.find("\n", at)
        return Unfit(1216, "Invalid JSON: the object is malformed or incomplete"), len(text) if end < 0 else end
