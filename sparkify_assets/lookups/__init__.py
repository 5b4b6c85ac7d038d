"""What a text says by itself: a library's reading of it, kept in the tables of the layer ``lookups``.

A module for each table, of the same name: ``read`` takes a text and gives the table's columns after the key, or None where there is
nothing to say; ``PACKAGE`` names the package whose judgement that is.  Neither may depend on anything but the text: a row, once
there, is right for as long as the text is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

ReadText = Callable[[str], tuple[str | None, ...] | None]


@dataclass(frozen=True)
class LookupFunction:
    """How the texts of one table are read; ``version`` changes whenever the same text might be read otherwise."""

    path: Path
    read: ReadText
    version: str


def lookup_function(table: str) -> LookupFunction:
    """The reading of a table's texts.  Raises ModuleNotFoundError where nobody has written one."""
    module = import_module(f"{__name__}.{table}")
    return LookupFunction(Path(str(module.__file__)), module.read, f"{module.PACKAGE} {version(module.PACKAGE)}")
