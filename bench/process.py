"""Whole processes, as the system counts them: wall seconds, CPU seconds, and the most memory they held."""

import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

PROJECT = Path(__file__).parents[1]
SPARKIFY = Path(sys.executable).with_name("sparkify")

# What a user may have set for the platform must not reach what is measured.
OURS = ("SPARKIFY_", "DAGSTER_")
MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024
"""bytes in which the system counts the most memory held"""


@dataclass(frozen=True)
class Usage:
    """What a process took."""

    wall: float
    cpu: float
    """of its threads and of the processes it waited for"""
    peak_mb: float
    """of the largest of them, in millions of bytes"""
    output: str


def script(module: str, *arguments: object) -> list[str]:
    """The command that runs a module of this package with the same Python."""
    return [sys.executable, "-m", f"bench.{module}", *map(str, arguments)]


def run(command: Sequence[str | Path], folder: Path, settings: Mapping[str, object] | None = None) -> Usage:
    """Run a command in a folder, with these settings and no others of ours.  Whatever fails ends the bench with its words.

    Linux lets a new process begin with the memory its parent held as its own maximum; so this one imports nothing large, and what
    needs DuckDB or a lake in memory is a process of its own.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(PROJECT), os.environ.get("PYTHONPATH")]))
    environment |= {name: str(value) for name, value in (settings or {}).items()}
    folder.mkdir(parents=True, exist_ok=True)
    os.sync()  # what an earlier step has written is on the disk before the next is timed
    with tempfile.TemporaryFile() as output:
        begun = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)  # so that Popen does not wait for it as well
        output.seek(0)
        said = output.read().decode(errors="replace").strip()
    if process.returncode:
        raise click.ClickException(f"{shlex.join(map(str, command))} ended with status {process.returncode}:\n{said[-4000:]}")
    return Usage(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * MAXRSS_UNIT / 1e6, said)


@dataclass(frozen=True)
class Rounds:
    """How often each of several things is measured, in turn, and whether each is run once before that does not count."""

    count: int
    warm: bool

    def of(self, title: str, things: Mapping[str, Callable[[], Usage]]) -> dict[str, list[Usage]]:
        """Name → what it took in each round."""
        if self.warm:
            for name, thing in things.items():
                click.echo(f"{title}, to warm up: {name}: {thing().wall:.2f} s", err=True)
        taken: dict[str, list[Usage]] = {name: [] for name in things}
        for number in range(1, self.count + 1):
            for name, thing in things.items():
                usage = thing()
                taken[name].append(usage)
                click.echo(f"{title}, round {number} of {self.count}: {name}: {usage.wall:.2f} s", err=True)
        return taken
