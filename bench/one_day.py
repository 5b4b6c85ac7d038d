"""The same new day into a small and into a large warehouse: what it costs should follow the day, not what is there already."""

import hashlib
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path

import click

from bench.findings import Finding, Section, ratio
from bench.lakes import FIRST, Size, sample
from bench.place import Place, Told
from bench.process import PROJECT, Rounds, Usage

GOAL = 1.2
SHIFT = 1_000_000_000
"""added to the day's session ids, so that they meet none of the other days'"""


@dataclass(frozen=True)
class Sizes:
    """The warehouses to compare, small and large, and the events of the day that comes to both."""

    songs: int
    days: int
    small: int
    large: int
    """events of each of these days"""
    day: int

    @property
    def new(self) -> date:
        """The day after those that are there."""
        return FIRST + timedelta(days=self.days)

    @property
    def key(self) -> str:
        return f"log_data/{self.new:%Y/%m/%Y-%m-%d}-events.json"


FULL = Sizes(songs=15_000, days=30, small=20_000, large=200_000, day=20_000)
TOY = Sizes(songs=200, days=2, small=50, large=500, day=100)


def one_day(sizes: Sizes, below: Path, work: Path, rounds: Rounds) -> Section:
    """The day's load into a copy of each warehouse, in turn."""
    names = [f"{sizes.days * events:,} events" for events in (sizes.small, sizes.large)]
    bases = [_base(sizes, events, below) for events in (sizes.small, sizes.large)]
    title = f"One more day, of {sizes.day:,} events, into a warehouse of {sizes.days} days"
    ways = {name: _Day(base, str(sizes.new), work) for name, base in zip(names, bases, strict=True)}
    small, large = rounds.of(title, ways).values()
    section = Section(title)
    for name, usages in zip(names, (small, large), strict=True):
        section.findings += [
            Finding(f"{name} there: wall", "s", [u.wall for u in usages]),
            Finding(f"{name} there: CPU", "s", [u.cpu for u in usages]),
            Finding(f"{name} there: the load's own seconds", "s", [Told.by(u).seconds for u in usages]),
            Finding(f"{name} there: most memory", "MB", [u.peak_mb for u in usages]),
        ]
    section.findings.append(ratio("large / small, wall", _wall(large), _wall(small), GOAL))
    section.findings.append(ratio("large / small, the load's own seconds", _own(large), _own(small)))
    return section


def _wall(usages: Sequence[Usage]) -> list[float]:
    return [u.wall for u in usages]


def _own(usages: Sequence[Usage]) -> list[float]:
    return [Told.by(u).seconds for u in usages]


class _Day:
    """The measured load: into a copy of the base, made anew each time."""

    def __init__(self, base: Place, day: str, work: Path) -> None:
        self._base, self._day, self._place = base, day, Place(base.lake, work / "day")

    def __call__(self) -> Usage:
        self._place.become(self._base)
        usage = self._place.load("--from", self._day, "--to", self._day)
        if Told.by(usage).partitions != 1:
            raise click.ClickException(f"expected the day alone to be loaded; delete {self._base.folder} and try again:\n{usage.output}")
        return usage


def _base(sizes: Sizes, events_per_day: int, below: Path) -> Place:
    """A warehouse without the new day, kept until the tables' SQL or the versions that wrote it change."""
    lake = sample(Size(sizes.songs, sizes.days, events_per_day), below / "day")
    if not (lake / sizes.key).exists():
        (lake / sizes.key).parent.mkdir(exist_ok=True)
        shutil.copyfile(_new_day(sizes, below / "day"), lake / sizes.key)
    base = Place(lake, below / "day" / f"warehouse-{lake.name}")
    stamp, now = base.folder / "made-by", _made_by()
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != now:
        click.echo(f"loading a warehouse of {sizes.days * events_per_day:,} events", err=True)
        base.clear()
        base.load("--to", str(sizes.new - timedelta(days=1)))
        stamp.write_text(now, encoding="utf-8")
    return base


def _new_day(sizes: Sizes, below: Path) -> Path:
    """The last day of a sample that has one more, its sessions renumbered."""
    file = below / f"{sizes.songs}-{sizes.day}-{sizes.new}.json"
    if not file.exists():
        lake = sample(Size(sizes.songs, sizes.days + 1, sizes.day), below)
        text = (lake / sizes.key).read_text(encoding="ascii")
        file.write_text(re.sub(r'(?<="sessionId":)\d+', lambda m: str(int(m[0]) + SHIFT), text), encoding="ascii")
        shutil.rmtree(lake)
    return file


def _made_by() -> str:
    sources = sorted(p for p in (PROJECT / "sparkify_assets" / "tables").rglob("*") if p.suffix in (".sql", ".toml"))
    digest = hashlib.sha256(b"\0".join(p.read_bytes() for p in sources)).hexdigest()[:16]
    return f"{digest} dagster {version('dagster')} duckdb {version('duckdb')}"
