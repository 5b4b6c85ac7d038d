"""Dagster's web server and daemon on this machine, as `dagster dev` starts them, in the folder that DAGSTER_HOME names.

Put here how Dagster is started. Do not put here command-line options (cli/dev.py).
"""

import runpy
import signal
import sys
import warnings
from pathlib import Path

import dagster as dg

from sparkify_assets.orchestration.instance import start_cursors_at_newest_event

WORKSPACE = Path(__file__).with_name("workspace.yaml")
CONSUMED = (dg.DagsterEventType.RUN_FAILURE, dg.DagsterEventType.RUN_SUCCESS)
"""Event types that Dagster's daemon reads, each from a cursor on, to retry runs."""


def serve(port: int) -> None:
    """Serve until Ctrl-C, when the process ends."""
    with dg.DagsterInstance.get() as instance:
        _begin_with_the_newest_event(instance)
    # `dg dev` starts the same, but needs another package with a command line of its own
    warnings.filterwarnings("ignore", "Function `dev_command` is superseded", category=dg.SupersessionWarning)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a shell script has started it with &; Dagster would ignore SIGTERM, too
        signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv = ["dagster", "dev", "-w", str(WORKSPACE), "-p", str(port)]
    runpy.run_module("dagster", run_name="__main__", alter_sys=True)


def _begin_with_the_newest_event(instance: dg.DagsterInstance) -> None:
    """Set missing cursors to the newest event, as a daemon without cursors does, but with a warning at each first start."""
    names = {f"EVENT_LOG_CONSUMER_CURSOR-{kind.value}" for kind in CONSUMED}
    start_cursors_at_newest_event(instance, names)
