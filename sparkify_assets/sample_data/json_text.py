"""Strings as the log writer encodes them: JSON with every slash and non-ASCII letter escaped, and its occasional double encoding.

Put here the encoding of strings in logs. Do not put here song files: another writer produces them and leaves slashes alone (catalogue.py).
"""

import json


def json_text(text: str) -> str:
    return json.dumps(text).replace("/", "\\/")


def double_encoded(text: str) -> str:
    """The real logs' corruption of é: its UTF-8 bytes decoded as Latin-1, twice."""
    once = text.encode("utf-8").decode("latin-1")
    return once.encode("utf-8").decode("latin-1")
