"""What COPY may let pass though lake/records.py rejects it, or is not known to read as we do: such files are sifted instead.

No cluster can be asked here, so nothing that the guide leaves open is taken on trust: numbers and brackets where a text is declared,
a key that comes twice or is spelt with escapes, halves of characters, a byte order mark.  Everything here may cry wolf; sifting decides.
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
    """How many lines are not blank, each a record; and whether one of them had better be judged."""
    records, doubtful = prescan(lines)
    data = b"".join(lines)
    doubtful = doubtful or data.startswith(BOM) or non_text_value(table).search(data) is not None
    doubtful = doubtful or any(data.count(key) > records for key in _quoted_keys(table))
    return records, doubtful or (b"\\u" in data and (SURROGATE.search(data) or ESCAPED_KEY.search(data)) is not None)


def one_object_each(lines: Sequence[bytes]) -> bool:
    """Whether each line, blanks apart, is an object and nothing else, so that it can be put into another one (compaction.py)."""
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
