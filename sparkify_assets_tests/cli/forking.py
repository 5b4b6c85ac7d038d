"""Commands in processes of their own, forked from one that has read Python's modules and the tables: that is what a start costs.

Each has its own folder, environment, input and output, as a started one has; what is read before is what no setting changes.
A command that is really started is in conftest.py (``afresh``).
"""

import atexit
import gc
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

READ_BEFORE = ("dagster", "duckdb", "numpy", "pandas", "rich.progress", "rich.table", "sqlalchemy.dialects.sqlite", "sparkify_assets.cli")
STREAMS = ("in", "out", "err")


class ForkServer:
    """A process that forks a command when it is asked to, one at a time, and says how it ended."""

    def __init__(self) -> None:
        command = [sys.executable, "-c", "from sparkify_assets_tests.cli.forking import serve; serve()"]
        project = str(Path(__file__).parents[2])
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("SPARKIFY_", "DAGSTER_", "AWS_"))}
        environment = {**clean, "PYTHONPATH": project, "OPENBLAS_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        atexit.register(self.stop)

    def run(self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str], streams: Path, seconds: float) -> int:
        """The exit status of ``sparkify arguments``; ``streams`` is a folder with its input, and its output afterwards."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        asked = {"arguments": list(arguments), "folder": str(folder), "environment": dict(environment), "streams": str(streams)}
        late = threading.Timer(seconds, self.stop)
        late.start()
        try:
            self._process.stdin.write(json.dumps(asked) + "\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        finally:
            late.cancel()
        assert answer, f"sparkify {' '.join(arguments)} did not end in {seconds:.0f} s"
        return int(answer)

    def stop(self) -> None:
        """With the command that it waits for."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)


@cache
def server() -> ForkServer:
    """This process's."""
    return ForkServer()


def serve() -> None:
    """Until nobody asks any more.  In a forked process it returns when the command has ended."""
    for name in READ_BEFORE:
        import_module(name)
    from sparkify_assets.model import load_catalog

    load_catalog()
    gc.freeze()  # what is there is not looked through again by each
    with os.fdopen(os.dup(0)) as questions, os.fdopen(os.dup(1), "w") as answers:
        for line in questions:
            if (command := os.fork()) == 0:
                _be_the_command(**json.loads(line))
                return
            status = os.waitstatus_to_exitcode(os.waitpid(command, 0)[1])
            answers.write(f"{status}\n")
            answers.flush()


def _be_the_command(arguments: list[str], folder: str, environment: dict[str, str], streams: str) -> Any:
    for number, name in enumerate(STREAMS):
        stream = os.open(Path(streams, name), os.O_RDONLY if name == "in" else os.O_WRONLY | os.O_CREAT)
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = ["sparkify", *arguments]
    from sparkify_assets.cli import main

    main()
