"""The lake that the browser looks at: a sample, with one record that is rejected and one event that was delivered twice, differently."""

import json
from pathlib import Path

from sparkify_assets_tests.live.platform import Live

SETTINGS = {"SPARKIFY_MAX_REJECTED": "1", "SPARKIFY_SENSOR_SECONDS": "60"}
"""the day with the broken record loads all the same, and its check warns; sensors have nothing to find"""


def loaded(live: Live, days: int, songs: int, events_per_day: int, odd_day: str) -> Live:
    """The platform with everything loaded; ``odd_day`` holds what the checks find.  It is not started."""
    size = ("--days", f"{days}", "--songs", f"{songs}", "--events-per-day", f"{events_per_day}")
    written = live.sparkify("sample", str(live.lake.root), *size)
    assert written.status == 0, written.err
    _spoil(live.lake.root / f"log_data/{odd_day[:4]}/{odd_day[5:7]}/{odd_day}-events.json")
    done = live.sparkify("load")
    assert done.status == 0, done.err
    return live


def _spoil(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    play = next(line for line in lines if '"NextSong"' in line)
    again = json.loads(play) | {"location": "Somewhere else"}
    lines[7:7] = ['{"ts": broken']
    file.write_text("\n".join([*lines, json.dumps(again)]) + "\n", encoding="utf-8")
