"""Ctrl-C that Dagster forgets, or tells as a failure of what it hit.

A run in process takes note of it and looks at its note between steps; what comes after the last look is dropped when the run ends
(dagster._utils.interrupts.capture_interrupts).
"""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import dagster as dg

STOP_SIGNALS = {signal.SIGINT, signal.SIGTERM}  # Dagster gives both the same handler


@contextmanager
def interrupt_guard() -> Iterator[Callable[[], None]]:
    """Inside, each call of what is yielded raises KeyboardInterrupt if one has come since the last, whoever has handled it."""
    if threading.current_thread() is not threading.main_thread():
        yield lambda: None
        return
    received, arriving = os.pipe()
    for end in (received, arriving):
        os.set_blocking(end, False)
    before = signal.set_wakeup_fd(arriving, warn_on_full_buffer=False)  # told of each signal, whatever its handler does with it

    def heed() -> None:
        try:
            signals = os.read(received, 4096)
        except BlockingIOError:
            return
        if not STOP_SIGNALS.isdisjoint(signals):
            raise KeyboardInterrupt

    try:
        yield heed
    finally:
        signal.set_wakeup_fd(before)
        os.close(received)
        os.close(arriving)


def raise_if_interrupted(event: dg.DagsterEvent) -> None:
    """Ctrl-C in the middle of a step is told as that step's failure; a user who stops the load means all of it."""
    error = event.step_failure_data.error
    if error and dg.DagsterExecutionInterruptedError.__name__ in (error.cls_name, error.cause.cls_name if error.cause else None):
        raise KeyboardInterrupt
