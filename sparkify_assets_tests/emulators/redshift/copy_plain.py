"""What the parts of COPY say to each other: a number as written, a column, a value that does not fit, a value as plain text."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Converter = Callable[[Any], str | None]
"""a value that is not null → its text, or None for NULL; raises Unfit"""


class Number(str):
    """A JSON number as written."""

    __slots__ = ()


class Unfit(Exception):
    """A value that does not fit its column: code and reason; where in the text, if that is known."""

    def __init__(self, code: int, reason: str, position: int = 0) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.position = position


@dataclass(frozen=True)
class Target:
    """A column as PostgreSQL declares it."""

    name: str
    type: str
    modifier: int
    not_null: bool
    identity: str = ""

    @property
    def length(self) -> int:
        """Bytes of a text, 0 without limit."""
        return max(self.modifier - 4, 0)


def json_text(value: Any) -> str:
    """The value as JSON without white space, numbers as written."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k, ensure_ascii=False)}:{json_text(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(json_text, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def plain(value: Any) -> str:
    """The text that a value is before its column looks at it."""
    return value if isinstance(value, str) else json_text(value)
