"""What a load costs whatever the data: one that finds nothing to do, the import of the definitions, and what Dagster's history holds."""

import sqlite3
import sys
from collections.abc import Mapping
from contextlib import closing
from functools import partial
from pathlib import Path

from bench.findings import Finding, Section, ratio
from bench.place import Place
from bench.process import Rounds, run

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
    history = _held(place.home)
    imports = {name: partial(run, [sys.executable, "-c", code], work) for name, code in IMPORTS.items()}
    title = "What surrounds the data"
    idle, ours, dagsters = rounds.of(title, {"a load that finds nothing to do": place.load, **imports}).values()
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


def _held(home: Path) -> Mapping[str, int]:
    """What Dagster's history holds: events, evaluations of checks that are planned and never came, and bytes of all its files."""
    files = list(home.rglob("*.db"))
    found = {"events": 0, "planned": 0, "bytes": sum(file.stat().st_size for file in files)}
    for file in files:
        with closing(sqlite3.connect(file)) as database:
            tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if "event_logs" in tables and file.stem != "index":
                found["events"] += database.execute("SELECT COUNT(*) FROM event_logs").fetchone()[0]
            if "asset_check_executions" in tables:
                planned = "SELECT COUNT(*) FROM asset_check_executions WHERE execution_status = 'PLANNED'"
                found["planned"] += database.execute(planned).fetchone()[0]
    return found
