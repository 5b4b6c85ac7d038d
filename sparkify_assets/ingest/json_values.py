"""JSON values: lossless parsing (repeated keys, numbers as written, NaN distinct from text), and formatting for messages.

Numbers stay text because int() rejects more than 4,300 digits, and because 1.0 must differ from 1.  Put here how values are parsed and
shown.  Do not put here which values are valid (field_rules.py).
"""

import json
import re

MAX_DEPTH = 100
"""levels of nesting, the outermost included: DuckDB rejects more than 128, and Python's parser recurses"""
SHOWN = 80
"""characters of a value that a message shows"""

BRACKET = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|([\[{])|([\]}])|(")', re.DOTALL)
NO_NUMBER = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|-?\b(?:nan|inf(?:inity)?)\b', re.DOTALL | re.IGNORECASE)
LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class JsonObject(list[tuple[str, object]]):
    """An object: its keys and values in order, repetitions included."""


class JsonNumber(str):
    """A number as written."""


class NonFiniteNumber(str):
    """NaN, Infinity or -Infinity, which Python's parser accepts although they are not JSON."""


DECODER = json.JSONDecoder(object_pairs_hook=JsonObject, parse_int=JsonNumber, parse_float=JsonNumber, parse_constant=NonFiniteNumber)
"""only for text that does not nest too deep"""


def normalize_constants(text: str) -> str:
    """Replace nan, inf and infinity in any case by NaN and Infinity; the length of the text does not change.

    DuckDB's reader accepts them in any case, Python's in one case only; below unknown keys neither may reject them.
    """
    return NO_NUMBER.sub(lambda m: m[0] if m[0][0] == '"' else _constant(m[0]), text)


def _constant(word: str) -> str:
    if word.lower().endswith("infinity"):
        return word[: -len("infinity")] + "Infinity"
    return "NaN".rjust(len(word))


def may_nest_too_deep(text: str) -> bool:
    """Quick test of an entire text: whether it has more than MAX_DEPTH opening brackets anywhere."""
    return text.count("{") + text.count("[") > MAX_DEPTH


def nests_too_deep(text: str, at: int) -> bool:
    """Whether the value at ``at`` nests deeper than MAX_DEPTH before it ends, or before an unterminated string stops the parser."""
    depth = 0
    if text[at] in "{[":
        for token in BRACKET.finditer(text, at):
            if token.lastindex == 1:
                depth += 1
                if depth > MAX_DEPTH:
                    return True
            elif token.lastindex is not None:
                depth -= 1
                if depth == 0 or token.lastindex == 3:
                    return False
    return False


def json_text(value: object) -> str:
    """The value as JSON without white space; numbers as written."""
    match value:
        case JsonObject():
            return "{" + ",".join(f"{json_text(k)}:{json_text(v)}" for k, v in value) + "}"
        case list():
            return "[" + ",".join(map(json_text, value)) + "]"
        case JsonNumber() | NonFiniteNumber():
            return str(value)
        case _:
            return json.dumps(value, ensure_ascii=False)


def is_json(value: object) -> bool:
    """Whether the value contains no NaN or Infinity."""
    match value:
        case JsonObject():
            return all(is_json(v) for _, v in value)
        case list():
            return all(map(is_json, value))
        case _:
            return not isinstance(value, NonFiniteNumber)


def for_message(value: object) -> str:
    """The value for a message: as JSON, truncated; characters that no file can hold as text are escaped."""
    text = LONE_SURROGATE.sub(_escaped, json_text(value[: SHOWN + 1] if type(value) is str else value))
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _escaped(half: re.Match[str]) -> str:
    """Escape a lone surrogate: Python's substitute for a byte that is not UTF-8, or one that JSON wrote as an escape."""
    code = ord(half[0])
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\u{code:04x}"
