"""Strings as the log writer puts them: JSON with every slash and every non-ASCII letter escaped, and the way it
spoils them at times. (Song files come from another writer, which leaves slashes alone: see catalogue.py.)"""

import json


def json_text(text: str) -> str:
    return json.dumps(text).replace("/", "\\/")


def double_encoded(text: str) -> str:
    """What the real logs make of é: its UTF-8 bytes taken for Latin-1 letters, and that once more."""
    once = text.encode("utf-8").decode("latin-1")
    return once.encode("utf-8").decode("latin-1")
