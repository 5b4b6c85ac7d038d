"""How numbers of things are said to people, and lists of them."""

from collections.abc import Sequence


def pluralized(number: int, noun: str) -> str:
    """``counted(1, "record")`` is "1 record", ``counted(1200, "record")`` "1,200 records"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def listed(names: Sequence[str], most: int) -> str:
    """``some(["a", "b", "c"], 2)`` is "a, b and 1 more"."""
    return ", ".join(names[:most]) + (f" and {len(names) - most:,} more" if len(names) > most else "")
