"""Ctrl-C that Dagster loses, or reports as a failure of the step that it interrupted.

A run in process records Ctrl-C and checks the record between steps; after the last check, it is dropped when the run ends
(dagster._utils.interrupts.capture_interrupts).

Put here how an interrupt reaches our code. Do not put here what a command then does (cli/).
"""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import dagster as dg

STOP_SIGNALS = {signal.SIGINT, signal.SIGTERM}  # Dagster installs the same handler for both


@contextmanager
def interrupt_guard() -> Iterator[Callable[[], None]]:
    """Yield a function that raises KeyboardInterrupt if SIGINT or SIGTERM arrived since the last call, even if Dagster handled it."""
    if threading.current_thread() is not threading.main_thread():
        yield lambda: None
        return
    received, arriving = os.pipe()
    for end in (received, arriving):
        os.set_blocking(end, False)
    before = signal.set_wakeup_fd(arriving, warn_on_full_buffer=False)  # receives each signal, whatever its handler does

    def check_interrupt() -> None:
        try:
            signals = os.read(received, 4096)
        except BlockingIOError:
            return
        if not STOP_SIGNALS.isdisjoint(signals):
            raise KeyboardInterrupt

    try:
        yield check_interrupt
    finally:
        signal.set_wakeup_fd(before)
        os.close(received)
        os.close(arriving)


def raise_if_interrupted(event: dg.DagsterEvent) -> None:
    """Raise KeyboardInterrupt if Ctrl-C interrupted the step: Dagster reports a failure of that step, but the user stops the whole load."""
    error = event.step_failure_data.error
    if error and dg.DagsterExecutionInterruptedError.__name__ in (error.cls_name, error.cause.cls_name if error.cause else None):
        raise KeyboardInterrupt
