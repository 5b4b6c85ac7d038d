"""A case: what provokes an error, and how the error is written down."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from sparkify_assets.errors import SparkifyError

Case = Callable[[Path], object]
"""given an empty folder, does what production refuses"""
Cases = Mapping[str, Case]
"""what is wrong, in words → how it is provoked"""
PLACES = (
    (r"pid \d+|PID \d+", "pid <pid>"),
    (r"user \d+ has", "user <user> has"),
    (r"/[^ ]*/sparkify_assets/tables/", "<tables>/"),
)
"""what differs between machines and processes"""


def provoked(case: Case, folder: Path) -> SparkifyError:
    """The error of a case; anything else that is raised, or nothing at all, makes the test fail."""
    folder.mkdir(parents=True)
    try:
        case(folder)
    except SparkifyError as error:
        return error
    raise AssertionError("nothing was raised")


def told(error: SparkifyError, folder: Path) -> str:
    """Class and text, without what differs between machines."""
    text = str(error).replace(str(folder), "<folder>")
    for pattern, placeholder in PLACES:
        text = re.sub(pattern, placeholder, text)
    return f"{type(error).__name__}: {text}"
