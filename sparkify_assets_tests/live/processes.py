"""One process of the platform with all its children, in its own process group, so that nothing outlives the test.

Put here starting and ending a process. Do not put here which processes a platform has (platform.py).
"""

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
"""Linux kills the process when its parent has died, for example a pytest that was killed."""
TAIL = 100
"""Lines of a log that a failure shows."""


def free_port() -> int:
    """A port that is not in use. The kernel assigns them in sequence, so the next test gets another."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@dataclass
class Service:
    """A command that runs until it is stopped. Its output is appended to one file over all its starts."""

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
        """Whether it ended without being stopped."""
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
        """End it as a service manager does (SIGTERM), and kill it if it has not ended after ``seconds``."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        self.kill()

    def kill(self) -> None:
        """Kill it and all its children at once (SIGKILL), without clean-up."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)
        self._process = None

    def told(self) -> str:
        """The last lines of its output."""
        if not self.log.exists():
            return f"--- {self.name}: never started"
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL:]
        return "\n".join([f"--- {self.name}, {'running' if self.runs else 'not running'}, last lines of {self.log}:", *lines])
