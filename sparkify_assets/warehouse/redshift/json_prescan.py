"""Byte-level prescan for records that COPY may accept and our validation rejects, or that COPY may read differently.

Files with such records take the slow path, which decides; false positives are acceptable.  This was written without access to a cluster,
so everything that the guide leaves open is treated as a difference: numbers and brackets in text columns, duplicate keys, keys written
with escapes, unpaired surrogates, a byte order mark.
"""

import json
import re
from collections.abc import Sequence
from functools import cache

from sparkify_assets.ingest.validation import SURROGATE
from sparkify_assets.model import Table
from sparkify_assets.warehouse.json_prescan import non_text_value, prescan

BOM = b"\xef\xbb\xbf"
ESCAPED_KEY = re.compile(rb'\\u00[2-7][0-9a-fA-F][^"\n]{0,60}"[ \t]*:')


def prescan_for_copy(lines: Sequence[bytes], table: Table) -> tuple[int, bool]:
    """The number of records (lines that are not blank), and whether one of them must be validated."""
    records, doubtful = prescan(lines)
    data = b"".join(lines)
    doubtful = doubtful or data.startswith(BOM) or non_text_value(table).search(data) is not None
    doubtful = doubtful or any(data.count(key) > records for key in _quoted_keys(table))
    return records, doubtful or (b"\\u" in data and (SURROGATE.search(data) or ESCAPED_KEY.search(data)) is not None)


def one_object_each(lines: Sequence[bytes]) -> bool:
    """Whether each line that is not blank is exactly one object, so that it can be nested in another (compaction.py)."""
    for line in lines:
        bare = line.strip(b" \t\r\n")
        if not bare:
            continue
        if not (bare.startswith(b"{") and bare.endswith(b"}")):
            return False
        if (bare.count(b"{") > 1 or bare.count(b"}") > 1) and not _is_object(bare):
            return False
    return True


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


@cache
def _quoted_keys(table: Table) -> tuple[bytes, ...]:
    assert table.source is not None
    return tuple(f'"{key}"'.encode() for key in table.source.keys.values())
