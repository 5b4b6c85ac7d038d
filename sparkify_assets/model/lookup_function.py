"""Lookup functions: ``lookup.py`` in the folder of a lookup table, the only Python below tables/.

``lookup.py`` has ``read``, which maps a text to the table's columns after the key, or to None for no row, and ``PACKAGE``, the name of the
package that determines the result.  The result depends on the text only: an existing row stays correct as long as its text exists.

Put here how such a file is loaded.  Do not put here what a function computes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from sparkify_assets.errors import ModelError

ReadText = Callable[[str], tuple[str | None, ...] | None]


@dataclass(frozen=True)
class LookupFunction:
    """The function of one lookup table; ``version`` changes whenever the same text may give another result."""

    path: Path
    read: ReadText
    version: str


@cache
def lookup_function(folder: Path) -> LookupFunction:
    """The lookup function of a table's folder.  Raises ModelError naming the file."""
    path = folder / "lookup.py"
    if not path.exists():
        raise ModelError(f"{path}: the file is missing; expected a function read(text) and PACKAGE")
    spec = spec_from_file_location(f"sparkify_lookup_{folder.name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return LookupFunction(path, module.read, f"{module.PACKAGE} {version(module.PACKAGE)}")
