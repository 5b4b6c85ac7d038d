"""What DuckDB's JSON reader lets pass though lake/records.py rejects it, or hands over spelt anew: such files are sifted instead.

Everything here may cry wolf, for a text like "nan, …" or a listener called Nan, whose days then take a few times as long: sifting
decides.  It must never keep silent.

A look at every byte by a regular expression would cost as much as the scan itself (measured: 1.9 s for 287 MB that DuckDB loads in 2).
So lines are taken for what they nearly always are, one flat object that ends in a brace: only lines with other brackets, or that
end otherwise, are looked at closely.  0.4 s for the same.
"""

import re
from collections.abc import Sequence
from functools import cache

from sqlglot import exp

from sparkify_assets.lake.records import MAX_RECORD_BYTES
from sparkify_assets.lake.values import DECODER, MAX_DEPTH, Members, constants_as_python_has_them, json_text
from sparkify_assets.model import Table

NUL = re.compile(rb"\\u0000")
"""DuckDB would load it and Redshift cannot"""
BLANKS_OF_ITS_OWN = (b"\v", b"\f")
"""a line of these DuckDB takes for a blank one"""
TRAILING_COMMA = re.compile(rb",[ \t\r\n]*[}\]]")
USUAL_ENDS = (b'"}\n', *(b"%d}\n" % digit for digit in range(10)), b"null}\n")
"""of a line that needs no closer look"""
RESPELT = r"(?s)0|-?[0-9]+[.eE].*|\[.*\]|\{.*\}"
NO_NUMBER_TEXT = "(?i)-?(nan|inf|infinity)"
FIRST_LETTERS = (("-", ":"), ("[", "\\"), ("{", "|"), *((two, two[0] + chr(ord(two[1]) + 1)) for two in "NA Na nA na IN In iN in".split()))
"""of what RESPELT and NO_NUMBER_TEXT are about: from the one to before the other (two where one would take in every NextSong)"""


def look_through(lines: Sequence[bytes]) -> tuple[int, bool]:
    """How many lines are not blank, each a record; and whether one may be such that DuckDB takes it and our rules do not."""
    records, doubtful = 0, False
    for line in lines:
        if line.endswith(USUAL_ENDS) and len(line) <= MAX_RECORD_BYTES:
            records += 1
        elif line and not line.isspace():
            records += 1
            doubtful = doubtful or len(line.strip()) > MAX_RECORD_BYTES or line.rstrip(b"} \t\r\n").endswith(b",")
    data = b"".join(lines)
    if doubtful or NUL.search(data) is not None or any(blank in data for blank in BLANKS_OF_ITS_OWN):
        return records, True
    flat = data.count(b"{") <= records and b"[" not in data
    return records, not flat and any(_is_odd(line) for line in lines if b"[" in line or line.count(b"{") > 1)


def _is_odd(line: bytes) -> bool:
    """Of a line with more brackets than one pair."""
    if line.count(b"{") + line.count(b"[") > MAX_DEPTH:
        return True
    return TRAILING_COMMA.search(line) is not None


def may_be_respelt(text: exp.Expr) -> exp.Expr:
    """Whether the text of a text column may have been something else in the file: DuckDB writes 1.50 as 1.5, 1e6 as 1000000.0.

    The first letter is compared before the expression is tried: it costs a tenth, and few texts begin with one of these."""
    first = exp.or_(*(_between(text, low, high) for low, high in FIRST_LETTERS))
    respelt = exp.and_(_matches(text, RESPELT), exp.func("JSON_VALID", text.copy()))
    return exp.and_(first, exp.or_(respelt, _matches(text, NO_NUMBER_TEXT)))


def _matches(text: exp.Expr, pattern: str) -> exp.Expr:
    return exp.func("REGEXP_FULL_MATCH", text.copy(), exp.Literal.string(pattern), dialect="duckdb")


def _between(text: exp.Expr, low: str, high: str) -> exp.Expr:
    return exp.and_(text.copy() >= exp.Literal.string(low), text.copy() < exp.Literal.string(high))


def spelt_out(record: bytes, table: Table) -> bytes:
    """A sound record whose text columns hold nothing but strings: what else was there, as the JSON text it was delivered as."""
    if b"\\u" not in record and _not_text(table).search(record) is None:
        return record
    members = DECODER.decode(constants_as_python_has_them(record.decode()))
    assert isinstance(members, Members)
    keys = _text_keys(table)
    others = {key: json_text(v) for key, v in members if key in keys and v is not None and type(v) is not str}
    return json_text(Members((key, others.get(key, v)) for key, v in members)).encode() if others else record


@cache
def _text_keys(table: Table) -> frozenset[str]:
    assert table.source is not None
    return frozenset(key for column, key in table.source.keys.items() if table.column(column).max_bytes)


@cache
def _not_text(table: Table) -> re.Pattern[bytes]:
    """A text column's key before a value that is neither string nor null; a key spelt with escapes it does not know."""
    keys = "|".join(re.escape(key) for key in sorted(_text_keys(table)))
    return re.compile(rf'"(?:{keys})"[ \t]*:[ \t]*[^"n \t]'.encode())
