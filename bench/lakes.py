"""The lakes to measure on: samples written once and kept, and copies with the same partitions and nothing in them."""

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

from bench.process import SPARKIFY, run

PARTITION = re.compile(r"song_data/([A-Z])/.+\.json(?:\.gz)?|log_data/\d{4}/\d{2}/(\d{4}-\d{2}-\d{2})-[^/]+\.json(?:\.gz)?")
FIRST = date(2018, 11, 1)
"""day of a sample's logs"""


@dataclass(frozen=True)
class Size:
    """How much a lake holds."""

    songs: int
    days: int
    events_per_day: int

    def __str__(self) -> str:
        return f"{self.songs:,} songs, {self.days} days of {self.events_per_day:,} events"

    @property
    def folder(self) -> str:
        return f"lake-{self.songs}-{self.days}x{self.events_per_day}"


def sample(size: Size, below: Path) -> Path:
    """A sample lake of the size, written if it is not there yet."""
    lake = below / size.folder
    if not (lake / "log_data").exists():  # appears last: where it is, the lake is whole
        click.echo(f"writing a lake of {size}", err=True)
        options = {"--songs": size.songs, "--days": size.days, "--events-per-day": size.events_per_day, "--start": FIRST}
        run([SPARKIFY, "sample", lake, "--overwrite", *(str(word) for option in options.items() for word in option)], below)
    return lake


def empty_copy(lake: Path, target: Path) -> Path:
    """A lake with the same partitions, each of one file that holds nothing: all that is left of a load is what surrounds the data."""
    shutil.rmtree(target, ignore_errors=True)
    for key in _first_of_each_partition(lake):
        file = target / key.removesuffix(".gz")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    return target


def first_day(lake: Path) -> str:
    return min(_partitions(lake, "log_data"))


def _first_of_each_partition(lake: Path) -> list[str]:
    return [key for folder in ("song_data", "log_data") for key in _partitions(lake, folder).values()]


def _partitions(lake: Path, folder: str) -> dict[str, str]:
    """Partition → the first of its files."""
    found: dict[str, str] = {}
    for key in sorted(_keys(lake, folder)):
        if match := PARTITION.fullmatch(key):
            found.setdefault(match[match.lastindex or 0], key)
    if not found:
        example = "A/B/C/TR….json" if folder == "song_data" else "2018/11/2018-11-01-events.json"
        raise click.ClickException(f"{lake} is no lake to measure: found no file as {folder}/{example}")
    return found


def _keys(lake: Path, folder: str) -> Iterator[str]:
    for place, _, names in os.walk(lake / folder):
        yield from (f"{place.removeprefix(f'{lake}/')}/{name}" for name in names)
