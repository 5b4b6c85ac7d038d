"""A sample lake read back from its files, for the tests to look at."""

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sparkify_assets.sample_data import SampleSpec, SampleSummary

SPEC = SampleSpec(songs=1000, days=10, events_per_day=2000, seed=7)
TINY = SampleSpec(songs=3, days=2, events_per_day=5)

Record = dict[str, Any]


@dataclass(frozen=True)
class Lake:
    root: Path
    summary: SampleSummary
    days: dict[date, list[Record]]
    songs: dict[str, Record]  # by path inside song_data

    @property
    def events(self) -> list[Record]:
        return [event for events in self.days.values() for event in events]

    @property
    def plays(self) -> list[Record]:
        return [event for event in self.events if event["page"] == "NextSong"]

    @property
    def sessions(self) -> dict[int, list[Record]]:
        """In the order of the files, which is the order of time."""
        found: dict[int, list[Record]] = defaultdict(list)
        for event in self.events:
            found[event["sessionId"]].append(event)
        return found


def read_lake(root: Path, summary: SampleSummary) -> Lake:
    logs = sorted((root / "log_data").rglob("*.json"))
    songs = sorted((root / "song_data").rglob("*.json"))
    return Lake(
        root,
        summary,
        {date.fromisoformat(log.name[:10]): [json.loads(line) for line in log.read_text().split("\n")] for log in logs},
        {str(song.relative_to(root / "song_data")): json.loads(song.read_text()) for song in songs},
    )


def digest(root: Path) -> str:
    whole = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.is_file():
            whole.update(f"{path.relative_to(root)}\n".encode() + path.read_bytes() + b"\n")
    return whole.hexdigest()


def contents(root: Path) -> set[str]:
    return {path.name for path in root.iterdir()}
