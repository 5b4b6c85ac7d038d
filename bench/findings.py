"""What was measured, as a table for people and as Markdown to keep, with the facts of the machine it depends on."""

import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from statistics import median

from rich.console import Console
from rich.table import Table

COLUMNS = ("figure", "median", "min – max", "goal", "met?")


@dataclass(frozen=True)
class Finding:
    """A figure with one value a round."""

    figure: str
    unit: str
    values: Sequence[float]
    goal: float | None = None
    """at most"""
    of_medians: float | None = None
    """what the figure is by the medians of others, where it is not the median of its own values"""

    @property
    def value(self) -> float:
        return median(self.values) if self.of_medians is None else self.of_medians

    @property
    def met(self) -> bool:
        return self.goal is None or self.value <= self.goal

    def cells(self) -> tuple[str, ...]:
        spread = f"{self._told(min(self.values))} – {self._told(max(self.values))}"
        goal = "" if self.goal is None else f"≤ {self.goal:g} {self.unit}".strip()
        return self.figure, f"{self._told(self.value)} {self.unit}".strip(), spread, goal, "" if not goal else "yes" if self.met else "NO"

    def _told(self, value: float) -> str:
        return f"{value:.2f}" if self.unit in ("s", "×") else f"{value:,.0f}"


@dataclass
class Section:
    """Figures that belong together."""

    title: str
    findings: list[Finding] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def ratio(
    figure: str, above: Sequence[float], below: Sequence[float], goal: float | None = None, less: Sequence[float] | None = None
) -> Finding:
    """One median, less another, over a third; the spread is that of the rounds."""
    less = less or [0.0] * len(above)
    rounds = [(a - c) / b for a, b, c in zip(above, below, less, strict=True)]
    return Finding(figure, "×", rounds, goal, (median(above) - median(less)) / median(below))


def facts(rounds: int, warm: bool) -> list[str]:
    """What the figures depend on.  Not the machine's name."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    packages = ", ".join(f"{name} {version(name)}" for name in ("sparkify-assets", "dagster", "duckdb", "sqlglot"))
    return [
        f"{datetime.now(UTC):%Y-%m-%d}; {platform.system()} {platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GB; "
        f"Python {platform.python_version()}; {packages}",
        f"whole processes, {rounds} rounds in turn, {'page cache warm' if warm else 'nothing run before to warm up'}; "
        f"load average {os.getloadavg()[0]:.1f} before the first",
    ]


def show(sections: Sequence[Section], about: Sequence[str]) -> None:
    console = Console(width=None if sys.stdout.isatty() else 120)
    for section in sections:
        table = Table(*COLUMNS, title=section.title, title_justify="left", box=None, pad_edge=False)
        for column in table.columns[1:4]:
            column.justify = "right"
        for finding in section.findings:
            table.add_row(*finding.cells(), style=None if finding.met else "red")
        console.print(table)
        for remark in section.remarks:
            console.print(remark, markup=False, highlight=False)
        console.print()
    for line in about:
        console.print(line, markup=False, highlight=False)


def as_markdown(sections: Sequence[Section], about: Sequence[str]) -> str:
    lines = ["# How fast it is", "", "Written by `make bench`; what each figure is, bench/ says.", "", *(f"- {line}" for line in about)]
    for section in sections:
        lines += ["", f"## {section.title}", "", _row(COLUMNS), _row(("---", "---:", "---:", "---:", "---"))]
        lines += [_row(finding.cells()) for finding in section.findings]
        lines += [line for remark in section.remarks for line in ("", remark)]
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
