"""One process of the platform, with all that it starts: in a group of its own, so that nothing outlives the test."""

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

ENDS_WITH_US = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
"""Linux kills the process when the one that started it has died, as a pytest does that is killed"""
TAIL = 100
"""lines of a log that a failure shows"""


def free_port() -> int:
    """A port that nobody listens at.  The kernel hands them out in turn, so the next test gets another."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@dataclass
class Service:
    """A command that runs until it is stopped; what it prints goes to a file, over all its starts."""

    name: str
    command: Sequence[str]
    folder: Path
    environment: Mapping[str, str]
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def has_died(self) -> bool:
        """Whether it ended though nobody stopped it."""
        return self._process is not None and self._process.poll() is not None

    @property
    def pid(self) -> int:
        assert self._process is not None, f"{self.name} was never started"
        return self._process.pid

    def start(self) -> None:
        assert not self.runs, f"{self.name} is running already"
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(
                [*ENDS_WITH_US, *self.command],
                cwd=self.folder,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def stop(self, seconds: float = 30) -> None:
        """Ask it to end, as a service manager does; what has not ended by then is killed."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        self.kill()

    def kill(self) -> None:
        """End it and all that it started, at once (-9): nothing gets to clean up."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)
        self._process = None

    def told(self) -> str:
        """The last lines that it printed."""
        if not self.log.exists():
            return f"--- {self.name}: never started"
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL:]
        return "\n".join([f"--- {self.name}, {'running' if self.runs else 'not running'}, last lines of {self.log}:", *lines])
