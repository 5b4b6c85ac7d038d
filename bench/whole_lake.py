"""A whole lake, loaded from nothing: (a) by `sparkify load`, (b) by plain DuckDB, (c) by `sparkify load` where there is no data, and (d)
by dbt.

(a - c) / b says what our handling of the data costs beside the least that DuckDB needs: c is what Dagster asks for the same graph,
partitions, checks and events, whatever the data.  Of (a), what the reports, their pictures, their checks and the dashboard take.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import click

from bench.findings import Finding, Section, ratio
from bench.lakes import empty_copy
from bench.place import Place
from bench.process import Rounds, Usage, run, script

GOAL = 1.5

A, B, C, D = "(a) sparkify load", "(b) plain DuckDB", "(c) sparkify load, no data", "(d) dbt, the same tables and data tests"


@dataclass(frozen=True)
class Goals:
    """At most; None: no goal at this size."""

    memory: float | None = None
    """millions of bytes"""
    reports: float | None = None
    """share of the load that reports and dashboard take"""
    dbt: float = 0.7
    """CPU of (a) over that of (d)"""


def whole_lake(title: str, lake: Path, work: Path, rounds: Rounds, goals: Goals, dbt: Path | str) -> Section:
    """The four in turn, and whether (a) and (b) come to the same.  ``dbt``: its command, or why it is left out."""
    ours = Place(lake, work / "ours")
    nothing = Place(empty_copy(lake, work / "empty-lake"), work / "nothing")
    plain = work / "plain" / "warehouse.duckdb"
    answers: dict[str, list[float]] = {A: [], C: []}
    ways = {
        A: lambda: _noting(ours, answers[A]),
        B: lambda: run(script("plain_duckdb", lake, plain), plain.parent),
        C: lambda: _noting(nothing, answers[C]),
    }
    if isinstance(dbt, Path):
        project, command = work / "dbt", dbt
        run(script("dbt_peer", "write", project), work)
        ways[D] = lambda: run(script("dbt_peer", "build", lake, project, command), project)
    else:
        click.echo(f"{title}: {D} is left out: {dbt}", err=True)
    taken = rounds.of(title, ways)
    section = Section(title)
    for name, usages in taken.items():
        section.findings += [
            Finding(f"{name}: wall", "s", [u.wall for u in usages]),
            Finding(f"{name}: CPU", "s", [u.cpu for u in usages]),
            Finding(f"{name}: most memory", "MB", [u.peak_mb for u in usages], goals.memory if name == A else None),
        ]
    wall = {name: [u.wall for u in usages] for name, usages in taken.items()}
    if D in taken:
        section.findings.append(ratio("a / d, CPU", [u.cpu for u in taken[A]], [u.cpu for u in taken[D]], goals.dbt))
    of_it = {name: seconds[-rounds.count :] for name, seconds in answers.items()}  # not of the round that warms up
    section.findings.append(Finding("of (a), reports and dashboard: wall", "s", of_it[A]))
    section.findings.append(ratio("reports and dashboard / (a), wall", of_it[A], wall[A], goals.reports))
    tables = {name: [w - s for w, s in zip(wall[name], of_it[name], strict=True)] for name in of_it}
    section.findings.append(ratio("(a - c) / b, wall, without reports and dashboard", tables[A], wall[B], GOAL, less=tables[C]))
    section.findings.append(ratio("(a - c) / b, wall", wall[A], wall[B], less=wall[C]))
    section.remarks = _differences(ours.warehouse, plain)
    section.findings.append(Finding("counts that differ between (a) and (b)", "", [len(section.remarks)], 0))
    return section


def _noting(place: Place, answers: list[float]) -> Usage:
    """Load from nothing, and note the seconds that went into reports and dashboard."""
    usage = place.load_from_nothing()
    answers.append(float(place.run(script("steps")).output))
    return usage


def _differences(ours: Path, plain: Path) -> list[str]:
    mine, theirs = (json.loads(run(script("rows", warehouse), warehouse.parent).output) for warehouse in (ours, plain))
    return [f"{what}: {mine[what]} in (a), {theirs[what]} in (b)" for what in mine if mine[what] != theirs[what]]
