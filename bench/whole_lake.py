"""A whole lake, loaded from nothing: (a) by `sparkify load`, (b) by plain DuckDB, (c) by `sparkify load` where there is no data.

(a - c) / b says what our handling of the data costs beside the least that DuckDB needs: c is what Dagster asks for the same graph,
partitions, checks and events, whatever the data.
"""

import json
from pathlib import Path

from bench.findings import Finding, Section, ratio
from bench.lakes import empty_copy
from bench.place import Place
from bench.process import Rounds, run, script

GOAL = 1.5
MEMORY_GOAL = 600

A, B, C = "(a) sparkify load", "(b) plain DuckDB", "(c) sparkify load, no data"


def whole_lake(title: str, lake: Path, work: Path, rounds: Rounds, memory_goal: float | None = None) -> Section:
    """The three in turn, and whether (a) and (b) come to the same."""
    ours = Place(lake, work / "ours")
    nothing = Place(empty_copy(lake, work / "empty-lake"), work / "nothing")
    plain = work / "plain" / "warehouse.duckdb"
    ways = {A: ours.load_from_nothing, B: lambda: run(script("plain_duckdb", lake, plain), plain.parent), C: nothing.load_from_nothing}
    taken = rounds.of(title, ways)
    section = Section(title)
    for name, usages in taken.items():
        section.findings += [
            Finding(f"{name}: wall", "s", [u.wall for u in usages]),
            Finding(f"{name}: CPU", "s", [u.cpu for u in usages]),
            Finding(f"{name}: most memory", "MB", [u.peak_mb for u in usages], memory_goal if name == A else None),
        ]
    wall, cpu = ({name: [getattr(u, what) for u in usages] for name, usages in taken.items()} for what in ("wall", "cpu"))
    section.findings.append(ratio("(a - c) / b, wall", wall[A], wall[B], GOAL, less=wall[C]))
    section.findings.append(ratio("(a - c) / b, CPU", cpu[A], cpu[B], less=cpu[C]))
    section.remarks = _differences(ours.warehouse, plain)
    section.findings.append(Finding("counts that differ between (a) and (b)", "", [len(section.remarks)], 0))
    return section


def _differences(ours: Path, plain: Path) -> list[str]:
    mine, theirs = (json.loads(run(script("rows", warehouse), warehouse.parent).output) for warehouse in (ours, plain))
    return [f"{what}: {mine[what]} in (a), {theirs[what]} in (b)" for what in mine if mine[what] != theirs[what]]
