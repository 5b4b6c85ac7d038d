"""Byte-level prescan for records that an engine's JSON reader may accept and our validation (ingest/) rejects.

Files with such records take the slow path, which decides.  False positives are acceptable (a text like "nan, …" or a listener called
Nan: such a day takes a few times as long); false negatives are not.

Matching a regular expression against every byte would cost as much as the scan itself (measured: 1.9 s for 282 MB that DuckDB loads in
2 s).  So each line is assumed to be one flat object that ends in a brace, as nearly all are; only lines with other brackets or another
end are examined closely: 0.5 s for the same files.

Put here what the prescans of all engines share.  Do not put here what only COPY needs (redshift/json_prescan.py).
"""

import re
from collections.abc import Sequence
from functools import cache

from sparkify_assets.ingest.json_values import MAX_DEPTH
from sparkify_assets.ingest.validation import MAX_RECORD_BYTES
from sparkify_assets.model import Table

BLOCK_BYTES = 256 << 10
"""bytes of a file that are examined together: they fit into the processor's cache (16 MB took 1.3 times as long)"""
NUL = b"\\u0000"
"""DuckDB loads it, Redshift cannot"""
BLANKS_OF_ITS_OWN = (b"\v", b"\f")
"""characters that DuckDB counts as blanks: it skips a line that consists of them"""
TRAILING_COMMA = re.compile(rb",[ \t\r\n]*[}\]]")
USUAL_ENDS = {b'"}\n', *(b"%d}\n" % digit for digit in range(10)), b"l}\n", b"e}\n"}
"""last bytes of a line that needs no closer examination: after a text, a number, null, true or false"""


def prescan(lines: Sequence[bytes]) -> tuple[int, bool]:
    """The number of records (lines that are not blank), and whether DuckDB may accept one that our rules reject."""
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
    """Whether a bracket stands where a value begins; most brackets are part of a text, such as a browser's name."""
    return any(before.rstrip(b" \t\r\n")[-1:] in b":,[}" for before in data.split(b"[")[:-1])


def _needs_validation(line: bytes) -> bool:
    """Whether a line with more than one pair of brackets must be validated."""
    if line.count(b"{") + line.count(b"[") > MAX_DEPTH:
        return True
    return TRAILING_COMMA.search(line) is not None


@cache
def text_keys(table: Table) -> frozenset[str]:
    assert table.source is not None
    return frozenset(key for column, key in table.source.keys.items() if table.column(column).max_bytes)


@cache
def non_text_value(table: Table) -> re.Pattern[bytes]:
    """Matches a text column's key before a value that is neither string nor null; does not match a key written with escapes."""
    keys = "|".join(re.escape(key) for key in sorted(text_keys(table)))
    return re.compile(rf'"(?:{keys})"[ \t]*:[ \t]*[^"n \t]'.encode())
