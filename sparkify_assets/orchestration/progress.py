"""What a run has done so far, told while it works to whoever listens in the same process (`sparkify load` draws its bar from it).

A logger of its own: Dagster's would write each line into the event log, at some 8 ms apiece.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

_LOGGER = logging.getLogger("sparkify_assets.progress")
_LOGGER.propagate = False
_LOGGER.setLevel(logging.INFO)


def report_step(table: str, partition: str) -> None:
    """One partition of a table is done."""
    _LOGGER.info("%s %s", table, partition)


@contextmanager
def progress_handler(handler: logging.Handler) -> Iterator[None]:
    """Give the handler each step while the block runs."""
    _LOGGER.addHandler(handler)
    try:
        yield
    finally:
        _LOGGER.removeHandler(handler)
