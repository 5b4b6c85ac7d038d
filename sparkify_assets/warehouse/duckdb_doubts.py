"""What DuckDB's JSON reader lets pass though lake/records.py rejects it, or hands over spelt anew: such files are sifted instead.

Everything here may cry wolf, for a title like "nan, …" in a text: sifting decides.  It must never keep silent.
"""

import re
from functools import cache

from sqlglot import exp

from sparkify_assets.lake.records import MAX_RECORD_BYTES
from sparkify_assets.lake.values import DECODER, MAX_DEPTH, Members, json_text
from sparkify_assets.model import Table

# \u0000 DuckDB would load and Redshift cannot; a line of \v or \f it takes for a blank one
MARKS = (b"\\u0000", b"\v", b"\f")
TRAILING_COMMA = re.compile(rb",[ \t\r]*[}\]]")
# each begins with letters, which makes the search ten times faster than the choice nan|inf would
NO_NUMBERS = (re.compile(rb"nan(?<=[^a-z]nan)[ \t\r]*[,}\]]"), re.compile(rb"inf(?<=[^a-z]inf)(?:inity)?[ \t\r]*[,}\]]"))
FIRSTS = (("-", ":"), ("[", "\\"), ("{", "|"))
"""what a number, an array and an object begin with, as texts from one to below another"""
RESPELT = r"(?s)0|-?[0-9]+[.eE].*|\[.*\]|\{.*\}"


def is_doubtful(data: bytes, records: int) -> bool:
    """Whether the lines, so many of them not blank, may hold what DuckDB takes and our rules do not."""
    if any(mark in data for mark in MARKS) or TRAILING_COMMA.search(data) is not None:
        return True
    lower = data.lower()
    return any(pattern.search(lower) for pattern in NO_NUMBERS) or _is_beyond_measure(data, records)


def _is_beyond_measure(data: bytes, records: int) -> bool:
    """Whether a line is too long or may nest too deep.  Only where each record has one bracket, plus a few, is that plain at once."""
    crowded = data.count(b"{") + data.count(b"[") > records + MAX_DEPTH
    if not crowded and len(data) <= MAX_RECORD_BYTES:
        return False
    lines = data.split(b"\n")
    return max(map(len, lines)) > MAX_RECORD_BYTES or (crowded and any(line.count(b"{") + line.count(b"[") > MAX_DEPTH for line in lines))


def may_be_respelt(text: exp.Expr) -> exp.Expr:
    """Whether the text of a text column may have been something else in the file: DuckDB writes 1.50 as 1.5, 1e6 as 1000000.0."""
    begins = exp.or_(*[exp.and_(text.copy() >= low, text.copy() < high) for low, high in FIRSTS])  # spares most texts the pattern
    shape = exp.func("REGEXP_FULL_MATCH", text.copy(), exp.Literal.string(RESPELT), dialect="duckdb")
    return exp.and_(begins, shape, exp.func("JSON_VALID", text.copy()))


def spelt_out(record: bytes, table: Table) -> bytes:
    """A sound record whose text columns hold nothing but strings: what else was there, as the JSON text it was delivered as."""
    if b"\\u" not in record and _not_text(table).search(record) is None:
        return record
    members = DECODER.decode(record.decode())
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
