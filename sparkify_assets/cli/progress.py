"""Progress bar and spinner on standard error; disabled if that is not a terminal.

Put here how progress is displayed. Do not put here what is counted (orchestration/progress.py, sample_data/).
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.status import Status

ERR = Console(stderr=True)


class Bar(logging.Handler):
    """Logging handler that advances the bar by one step per record; the total can be set later."""

    def __init__(self, progress: Progress, title: str) -> None:
        super().__init__()
        self._progress = progress
        self._task = progress.add_task(title, total=None)

    def emit(self, record: logging.LogRecord) -> None:
        self._progress.update(self._task, advance=1, description=record.getMessage())

    def total(self, steps: int) -> None:
        self._progress.update(self._task, total=steps)

    def at(self, done: int, total: int) -> None:
        self._progress.update(self._task, completed=done, total=total)


def working(doing: str) -> Status:
    """A spinner beside the text; ASCII only if the terminal's encoding is not UTF."""
    return ERR.status(doing, spinner="dots" if ERR.encoding.lower().startswith("utf") else "line")


@contextmanager
def bar(title: str) -> Iterator[Bar]:
    columns = (TextColumn("{task.description:<32}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=ERR, transient=True, disable=not ERR.is_terminal) as progress:
        yield Bar(progress, title)
