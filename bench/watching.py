"""What it costs to watch a lake of a hundred thousand files, and how a month that waits is loaded: in how many runs, and how long."""

import json
from pathlib import Path

from bench.findings import Finding, Section
from bench.lakes import Size, sample
from bench.place import Place
from bench.process import Rounds, Usage, script

GOAL = 2.0
"""seconds of a tick"""


def watching(size: Size, below: Path, work: Path, rounds: Rounds) -> Section:
    """Ticks over a lake that is loaded; then its days as a backlog, the songs loaded."""
    place = Place(sample(size, below), work / "watched")
    place.load_from_nothing()
    section = Section(f"Watching {size.songs:,} files")
    for name, seconds in _told([place.run(script("tick")) for _ in range(rounds.count)]).items():
        section.findings.append(Finding(name, "s", seconds, GOAL))

    def from_nothing() -> Usage:
        place.clear()
        return place.run(script("tick", "backlog"))

    found = _told([from_nothing() for _ in range(rounds.count)])
    section.findings.append(Finding(f"{size.days} days that wait: runs", "", found["runs"], 1))
    section.findings.append(Finding(f"{size.days} days that wait, {size.events_per_day:,} events each", "s", found["seconds"]))
    return section


def _told(usages: list[Usage]) -> dict[str, list[float]]:
    told = [json.loads(usage.output.splitlines()[-1]) for usage in usages]
    return {name: [one[name] for one in told] for name in told[0]}
