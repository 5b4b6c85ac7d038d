"""Lookup functions: what a library derives from a text, stored in the tables of the layer ``lookups``.

Put here a module for each lookup table, of the same name: ``read`` maps a text to the table's columns after the key, or to None for no
row; ``PACKAGE`` names the package that determines the result.  Do not put here anything that depends on more than the text: an existing
row must stay correct as long as its text exists.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

ReadText = Callable[[str], tuple[str | None, ...] | None]


@dataclass(frozen=True)
class LookupFunction:
    """The function of one lookup table; ``version`` changes whenever the same text may give another result."""

    path: Path
    read: ReadText
    version: str


def lookup_function(table: str) -> LookupFunction:
    """The lookup function of a table.  Raises ModuleNotFoundError if the table has no module."""
    module = import_module(f"{__name__}.{table}")
    return LookupFunction(Path(str(module.__file__)), module.read, f"{module.PACKAGE} {version(module.PACKAGE)}")
