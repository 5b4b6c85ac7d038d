"""Counts and lists as text for messages.

Put here formatting that any package may need.  Do not put here formatting of one output (cli/output.py, dashboard/formatting.py).
"""

from collections.abc import Sequence


def pluralized(number: int, noun: str) -> str:
    """``pluralized(1, "record")`` is "1 record", ``pluralized(1200, "record")`` is "1,200 records"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def listed(names: Sequence[str], most: int) -> str:
    """``listed(["a", "b", "c"], 2)`` is "a, b and 1 more"."""
    return ", ".join(names[:most]) + (f" and {len(names) - most:,} more" if len(names) > most else "")
