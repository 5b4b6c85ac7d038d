"""Progress of a run, passed to handlers in the same process while it works (`sparkify load` draws its progress bar from it).

It has a logger of its own: Dagster's would write each line to the event log, at about 8 ms each.

Put here what steps report. Do not put here how it is displayed (cli/progress.py).
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

_LOGGER = logging.getLogger("sparkify_assets.progress")
_LOGGER.propagate = False
_LOGGER.setLevel(logging.INFO)


def report_step(table: str, partition: str) -> None:
    """Report that one partition of a table is done."""
    _LOGGER.info("%s %s", table, partition)


@contextmanager
def progress_handler(handler: logging.Handler) -> Iterator[None]:
    """Pass each reported step to the handler while the block runs."""
    _LOGGER.addHandler(handler)
    try:
        yield
    finally:
        _LOGGER.removeHandler(handler)
