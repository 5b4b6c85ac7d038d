"""Types that the modules of COPY share: a number as written, a column, a value that does not fit, a value as plain text.

Put here what several of these modules need. Do not put here conversions for a column's type (copy_values.py, copy_times.py).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Converter = Callable[[Any], str | None]
"""Value that is not null → its text, or None for NULL. Raises Unfit."""


class Number(str):
    """A JSON number as written."""

    __slots__ = ()


class Unfit(Exception):
    """A value that does not fit its column: code, reason, and the position in the text if it is known."""

    def __init__(self, code: int, reason: str, position: int = 0) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.position = position


@dataclass(frozen=True)
class Target:
    """A column, as declared in PostgreSQL."""

    name: str
    type: str
    modifier: int
    not_null: bool
    identity: str = ""

    @property
    def length(self) -> int:
        """Maximum bytes of a text; 0: no limit."""
        return max(self.modifier - 4, 0)


def json_text(value: Any) -> str:
    """The value as JSON without white space; numbers as written."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k, ensure_ascii=False)}:{json_text(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(json_text, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def plain(value: Any) -> str:
    """A value's text, before its column converts it."""
    return value if isinstance(value, str) else json_text(value)
