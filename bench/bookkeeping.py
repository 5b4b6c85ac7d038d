"""What a load costs whatever the data: one that finds nothing to do, the import of the definitions, and what Dagster's history holds."""

import json
import sys
from pathlib import Path

from bench.findings import Finding, Section, ratio
from bench.place import Place
from bench.process import Rounds, Usage, run, script

IDLE_GOAL = 2.5
"""seconds of a load that finds nothing to do"""
IMPORT_GOAL = 1.3
"""CPU of the import of the definitions over that of Dagster"""
HISTORY_GOAL = 8
"""millions of bytes of Dagster's history of a month"""
IMPORTS = {"the definitions": "import sparkify_assets.startup, sparkify_assets.definitions", "dagster": "import dagster"}


def bookkeeping(lake: Path, work: Path, rounds: Rounds) -> Section:
    """A load from nothing, which is not timed, and then the three."""
    place = Place(lake, work / "ours")
    place.load_from_nothing()
    history = json.loads(place.run(script("history_rows")).output)

    def imports(code: str) -> Usage:
        return run([sys.executable, "-c", code], work)

    ways = {"a load that finds nothing to do": place.load, **{n: lambda code=code: imports(code) for n, code in IMPORTS.items()}}
    title = "What surrounds the data"
    idle, ours, dagsters = rounds.of(title, ways).values()
    section = Section(title)
    section.findings = [
        Finding("a load that finds nothing to do: wall", "s", [u.wall for u in idle], IDLE_GOAL),
        Finding("a load that finds nothing to do: CPU", "s", [u.cpu for u in idle]),
        ratio("import of the definitions / of dagster, CPU", [u.cpu for u in ours], [u.cpu for u in dagsters], IMPORT_GOAL),
        Finding("events in Dagster's history of a first load", "", [history["events"]]),
        Finding("planned evaluations of checks left in it", "", [history["planned"]], 0),
        Finding("size of it", "MB", [history["bytes"] / 1e6], HISTORY_GOAL),
    ]
    return section
