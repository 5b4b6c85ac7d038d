"""The package as people install it: built into a wheel, and that into an environment of its own, beside the libraries that are here."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import pytest

from sparkify_assets_tests.cli.conftest import PATIENCE, PROJECT, Said

BUILT_FROM = ("pyproject.toml", "setup.py", "README.md", "LICENSE")
FIRST_SETUPTOOLS = 77
"""as pyproject.toml asks for it"""


@dataclass(frozen=True)
class Installed:
    """An environment with the wheel in it, and nothing of the repository."""

    environment: Path

    @property
    def command(self) -> Path:
        return self.environment / "bin" / "sparkify"

    def variables(self, **settings: str) -> dict[str, str]:
        theirs = ("SPARKIFY_", "DAGSTER_", "PYTHONPATH", "VIRTUAL_ENV")
        return {k: v for k, v in os.environ.items() if not k.startswith(theirs)} | settings

    def sparkify(self, folder: Path, *arguments: str, **settings: str) -> Said:
        done = subprocess.run(
            [self.command, *arguments],
            cwd=folder,
            env=self.variables(COLUMNS="200", **settings),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Said(done.returncode, done.stdout, done.stderr)


def install(folder: Path) -> Installed:
    """Below ``folder``.  Skips the test where the wheel cannot be built: there is no setuptools, and no network to fetch it."""
    wheel, environment = _wheel(folder), folder / "environment"
    venv.create(environment)
    (packages,) = environment.glob("lib/python*/site-packages")
    # a path in a .pth file: the libraries are found there, but an editable install of the repository is not
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    python = environment / "bin" / "python"
    _pip("--python", str(python), "install", "--no-deps", "--no-index", str(wheel))
    return Installed(environment)


def _wheel(folder: Path) -> Path:
    source, built = folder / "source", folder / "built"
    shutil.copytree(PROJECT / "sparkify_assets", source / "sparkify_assets", ignore=shutil.ignore_patterns("__pycache__"))
    for name in BUILT_FROM:
        shutil.copy(PROJECT / name, source)
    here = int(version("setuptools").split(".")[0]) >= FIRST_SETUPTOOLS
    try:
        _pip("wheel", "--no-deps", *(["--no-build-isolation", "--no-index"] if here else []), "-w", str(built), str(source))
    except subprocess.CalledProcessError as e:
        if here or "No matching distribution" not in e.stderr:
            raise AssertionError(e.stderr) from e
        pytest.skip(f"no setuptools {FIRST_SETUPTOOLS} is here, and no network to fetch it: {e.stderr.strip().splitlines()[-1]}")
    (wheel,) = built.glob("*.whl")
    return wheel


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check", *arguments]
    subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE)
