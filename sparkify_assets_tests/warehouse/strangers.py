"""Other processes, for the tests beside it: somebody who is not root, somebody who has the file open, somebody who is killed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

import pytest

PROJECT = Path(__file__).parents[2]
NOBODY = 65534
PATIENCE = 60.0
"""seconds until a process that says nothing is taken for stuck"""

HEAD = """
import os, sys, time
from pathlib import Path
import pandas, tempfile
from sparkify_assets.errors import SparkifyError
from sparkify_assets.lake import LocalLake
from sparkify_assets_tests.support import *
from sparkify_assets_tests.warehouse.opened import *
from sparkify_assets.warehouse.duckdb import DuckDBWarehouse

def say(text):
    print(str(text).replace("\\n", " | "), flush=True)

def warehouse(path):
    return DuckDBWarehouse(Path(path), CATALOG, waiting=lambda text: say("waits: " + text))

def become_nobody():
    if os.geteuid() == 0:
        os.setgroups([]); os.setgid(NOBODY); os.setuid(NOBODY)
"""


class Stranger:
    """A Python process and what it says, line by line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._lines: Queue[str] = Queue()
        self._listener = Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as output:
            for text in output:
                self._lines.put(text.rstrip("\n"))
        self._lines.put("")

    def says(self) -> str:
        """Its next line; nothing once it has ended."""
        try:
            return self._lines.get(timeout=PATIENCE)
        except Empty:
            pytest.fail("a process said nothing for a minute")

    def hear(self, text: str = "") -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()

    def kill(self) -> None:
        """As kill -9 does."""
        self.process.kill()
        self.process.wait()
        self._listener.join()


@contextmanager
def stranger(script: str, *arguments: object) -> Iterator[Stranger]:
    """Run a script (after HEAD) while the block runs; nothing of it stays behind."""
    command = [sys.executable, "-c", f"NOBODY = {NOBODY}\n{HEAD}\n{script}", *map(str, arguments)]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SPARKIFY_")}
    process = subprocess.Popen(
        command, cwd=PROJECT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    found = Stranger(process)
    try:
        yield found
    finally:
        found.kill()
        for stream in (process.stdin, process.stderr):
            if stream:
                stream.close()


def answer(script: str, *arguments: object) -> str:
    """What a script says first; pytest.skip where root may not become somebody else."""
    with stranger(script, *arguments) as other:
        said = other.says()
        if not said and other.process.stderr:
            trouble = other.process.stderr.read()
            if "Operation not permitted" in trouble:
                pytest.skip("root may not become somebody else here")
            pytest.fail(trouble)
        return said
