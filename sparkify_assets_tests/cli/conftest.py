"""The command in a process of its own, in a folder of its own, with none of the developer's settings."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from sparkify_assets_tests.cli.forking import STREAMS, server
from sparkify_assets_tests.shared import built

PROJECT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from sparkify_assets.cli import main; main()"]
PATIENCE = 300
"""seconds that a command may take"""


@dataclass(frozen=True)
class Said:
    """What a command left: its exit status, and what it printed."""

    status: int
    out: str
    err: str

    @property
    def reason(self) -> str:
        """The last thing it said."""
        return self.err.strip().splitlines()[-1] if self.err.strip() else ""

    @property
    def rows(self) -> dict[str, int]:
        """The table that a load ends with."""
        lines = self.out.splitlines()
        pairs = [line.split() for line in lines[1:] if len(line.split()) == 2]
        return {name: int(count.replace(",", "")) for name, count in pairs if count.replace(",", "").isdigit()}


@dataclass(frozen=True)
class Folder:
    """Where a user works."""

    path: Path

    def environment(self, **settings: str) -> dict[str, str]:
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("SPARKIFY_", "DAGSTER_"))}
        return {**clean, "PYTHONPATH": str(PROJECT), "COLUMNS": "200", **settings}

    def sparkify(self, *arguments: str, answer: str = "", **settings: str) -> Said:
        """Forked from a process that has imported what commands import: a tenth of what a start costs."""
        with tempfile.TemporaryDirectory(prefix="sparkify-streams-") as made:
            streams = Path(made)
            (streams / "in").write_text(answer, encoding="utf-8")
            status = server().run(arguments, self.path, self.environment(**settings), streams, PATIENCE)
            out, err = ((streams / name).read_text(encoding="utf-8") for name in STREAMS[1:])
        return _said(status, out, err)

    def afresh(self, *arguments: str, answer: str = "", **settings: str) -> Said:
        """Really started, as a user starts it: it finds everything that it needs by itself."""
        done = subprocess.run(
            [*COMMAND, *arguments],
            cwd=self.path,
            env=self.environment(**settings),
            input=answer,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        return _said(done.returncode, done.stdout, done.stderr)


def _said(status: int, out: str, err: str) -> Said:
    assert "Traceback" not in err, err
    return Said(status, out, err)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.fixture(scope="module")
def new_folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Folder]:
    return lambda: Folder(tmp_path_factory.mktemp("folder"))


@pytest.fixture(scope="module")
def empty(new_folder: Callable[[], Folder]) -> Folder:
    """A warehouse with tables and no rows."""
    folder = new_folder()
    shutil.copytree(built("folder-after-a-reset", _reset), folder.path, dirs_exist_ok=True)
    return folder


def _reset(path: Path) -> None:
    assert Folder(path).afresh("reset", "--yes").status == 0
