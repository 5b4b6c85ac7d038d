"""A place of its own for a load: which lake, and the folder of its warehouse and of Dagster's history."""

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import click

from bench.lakes import first_day
from bench.process import PROJECT, SPARKIFY, Usage, run


@dataclass(frozen=True)
class Place:
    lake: Path
    folder: Path

    @property
    def warehouse(self) -> Path:
        return self.folder / "warehouse.duckdb"

    @property
    def home(self) -> Path:
        return self.folder / "dagster"

    def clear(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)

    def load(self, *options: str) -> Usage:
        """`sparkify load` as a process, into what is there."""
        return self.run([SPARKIFY, "load", *options])

    def run(self, command: Sequence[str | Path]) -> Usage:
        """A command that works on this lake, warehouse and history."""
        self.home.mkdir(parents=True, exist_ok=True)
        if not (self.home / "dagster.yaml").exists():
            shutil.copyfile(PROJECT / "sparkify_assets/orchestration/dagster.yaml", self.home / "dagster.yaml")
        settings = {
            "SPARKIFY_LAKE": self.lake,
            "SPARKIFY_WAREHOUSE": "duckdb",
            "SPARKIFY_DUCKDB_PATH": self.warehouse,
            "SPARKIFY_DASHBOARD": self.folder / "dashboard.html",
            "SPARKIFY_LOG_START": self._first_day,
            "DAGSTER_HOME": self.home,
        }
        return run(command, self.folder, settings)

    def load_from_nothing(self) -> Usage:
        self.clear()
        return self.load()

    def become(self, other: "Place") -> None:
        """Hold a copy of what another place holds."""
        self.clear()
        shutil.copyfile(other.warehouse, self.warehouse)
        shutil.copytree(other.home, self.home)

    @cached_property
    def _first_day(self) -> str:
        return first_day(self.lake)


@dataclass(frozen=True)
class Told:
    """What a load says of itself in its last line."""

    partitions: int
    seconds: float

    @classmethod
    def by(cls, usage: Usage) -> "Told":
        match = re.search(r"([\d,]+) partitions? loaded\b.*; ([\d.,]+) s\b", usage.output)
        if match is None:
            raise click.ClickException(f"`sparkify load` said:\n{usage.output[-2000:]}\nexpected a line as: 1 partitions loaded, …; 2.3 s")
        return cls(int(match[1].replace(",", "")), float(match[2].replace(",", "")))
