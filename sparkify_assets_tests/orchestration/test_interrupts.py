"""Ctrl-C at a moment when Dagster takes note of it and looks no more."""

import os
import signal

import pytest
from dagster._utils.interrupts import capture_interrupts

from sparkify_assets.orchestration.signals import interrupt_guard


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_dagster_forgets_is_heeded(number: signal.Signals) -> None:
    with interrupt_guard() as heed:
        heed()
        with capture_interrupts():
            os.kill(os.getpid(), number)
        with pytest.raises(KeyboardInterrupt):
            heed()
        heed()


def test_another_signal_stops_nothing() -> None:
    before = signal.signal(signal.SIGUSR1, lambda *_: None)
    try:
        with interrupt_guard() as heed:
            os.kill(os.getpid(), signal.SIGUSR1)
            heed()
    finally:
        signal.signal(signal.SIGUSR1, before)
