"""What an engine's own JSON reader may let pass though lake/records.py rejects it, told from the bytes: such files are sifted instead.

Everything here may cry wolf, for a text like "nan, …" or a listener called Nan, whose days then take a few times as long: sifting
decides.  It must never keep silent.

A look at every byte by a regular expression would cost as much as the scan itself (measured: 1.9 s for 282 MB that DuckDB loads in 2).
So lines are taken for what they nearly always are, one flat object that ends in a brace: only lines with other brackets, or that
end otherwise, are looked at closely.  0.5 s for the same.
"""

import re
from collections.abc import Sequence
from functools import cache

from sparkify_assets.ingest.json_values import MAX_DEPTH
from sparkify_assets.ingest.validation import MAX_RECORD_BYTES
from sparkify_assets.model import Table

BLOCK_BYTES = 256 << 10
"""of a file that are looked at together: they fit the processor's cache (16 MB took 1.3 times as long)"""
NUL = b"\\u0000"
"""DuckDB would load it and Redshift cannot"""
BLANKS_OF_ITS_OWN = (b"\v", b"\f")
"""a line of these DuckDB takes for a blank one"""
TRAILING_COMMA = re.compile(rb",[ \t\r\n]*[}\]]")
USUAL_ENDS = {b'"}\n', *(b"%d}\n" % digit for digit in range(10)), b"l}\n", b"e}\n"}
"""of a line that needs no closer look: after a text, a number, null, true and false"""


def prescan(lines: Sequence[bytes]) -> tuple[int, bool]:
    """How many lines are not blank, each a record; and whether one may be such that DuckDB takes it and our rules do not."""
    data = b"".join(lines)
    records, doubtful = len(lines), NUL in data or any(blank in data for blank in BLANKS_OF_ITS_OWN)
    if not {line[-3:] for line in lines} <= USUAL_ENDS or len(data) > MAX_RECORD_BYTES:
        told = [line for line in lines if not line.isspace()]
        records = len(told)
        doubtful = doubtful or any(len(t.strip()) > MAX_RECORD_BYTES or t.rstrip(b"} \t\r\n").endswith(b",") for t in told)
    if doubtful:
        return records, True
    flat = data.count(b"{") <= records and not _may_hold_arrays(data)
    return records, not flat and any(_needs_validation(line) for line in lines if b"[" in line or line.count(b"{") > 1)


def _may_hold_arrays(data: bytes) -> bool:
    """A bracket where a value begins; most are part of a text, such as a browser's name."""
    return any(before.rstrip(b" \t\r\n")[-1:] in b":,[}" for before in data.split(b"[")[:-1])


def _needs_validation(line: bytes) -> bool:
    """Of a line with more brackets than one pair."""
    if line.count(b"{") + line.count(b"[") > MAX_DEPTH:
        return True
    return TRAILING_COMMA.search(line) is not None


@cache
def text_keys(table: Table) -> frozenset[str]:
    assert table.source is not None
    return frozenset(key for column, key in table.source.keys.items() if table.column(column).max_bytes)


@cache
def non_text_value(table: Table) -> re.Pattern[bytes]:
    """A text column's key before a value that is neither string nor null; a key spelt with escapes it does not know."""
    keys = "|".join(re.escape(key) for key in sorted(text_keys(table)))
    return re.compile(rf'"(?:{keys})"[ \t]*:[ \t]*[^"n \t]'.encode())
