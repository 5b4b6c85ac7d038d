"""A report's chart.json: a Vega-Lite spec without data, sizes or colours. Its ``usermeta`` sets the chart's position and rows.

    "usermeta": {
      "section": one of SECTIONS,   "rank": position among the section's charts,
      "width": "full" or "half",    half: two are side by side on a wide screen; default: full
      "sort": ["-plays", "name"],   order of the rows; remaining ties are resolved by all columns
      "first": 20                   draws the first 20 rows; or
      "latest": 92                  draws the newest 92 days, or weeks, by the first column of ``sort``
    }

Put here what chart.json declares. Do not put here how it is drawn (svg.py, theme.py).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sparkify_assets.dashboard.data import Row, Rows
from sparkify_assets.errors import ModelError
from sparkify_assets.model import Table

WHEN, WHO, STAYS, WHAT, QUALITY = SECTIONS = ("When they listen", "Who listens", "Who stays", "What they play", "How good the data are")
KEYS = {"section", "rank", "width", "sort", "first", "latest"}


@dataclass(frozen=True, eq=False)
class Chart:
    """One report's chart, as declared in its folder."""

    title: str
    description: str
    section: str
    rank: int
    is_half: bool
    sort: tuple[str, ...]
    first: int | None
    latest: int | None
    spec: Mapping[str, Any]
    """The rest of the spec: what is drawn."""

    def in_order(self, rows: Rows) -> list[Row]:
        """The rows in the chart's order; the warehouse returns them in any order."""
        return in_order(rows, self.sort)

    def days(self, rows: Sequence[Row]) -> list[Any]:
        """The days of a time series, or the first days of its weeks, in order; empty for other charts."""
        return sorted({_day(row[self.sort[0]]) for row in rows}) if self.latest is not None else []

    def drawn(self, ordered: Sequence[Row]) -> list[Row]:
        """The rows that the chart draws, out of ordered ones."""
        if self.latest is not None:
            days = self.days(ordered)[-self.latest :]
            return [row for row in ordered if days and _day(row[self.sort[0]]) >= days[0]]
        return list(ordered[: self.first])


def read_chart(table: Table) -> Chart | None:
    """The chart of a report; None if its folder has none. Raises ModelError with the file's path."""
    path = table.folder / "chart.json"
    if not path.exists():
        return None
    try:
        spec = json.loads(path.read_text(encoding="utf-8"))
        meta = spec.pop("usermeta")
        title, description = spec.pop("title"), spec.pop("description")
        chart = Chart(
            title=title,
            description=description,
            section=meta["section"],
            rank=meta["rank"],
            is_half=meta.get("width", "full") == "half",
            sort=tuple(meta["sort"]),
            first=meta.get("first"),
            latest=meta.get("latest"),
            spec=spec,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as e:
        raise ModelError(f"{path}: expected a Vega-Lite spec with title, description and usermeta; {type(e).__name__}: {e}") from e
    if unknown := set(meta) - KEYS:
        raise ModelError(f"{path}: usermeta has {min(unknown)}; expected some of {', '.join(sorted(KEYS))}")
    if chart.section not in SECTIONS:
        raise ModelError(f"{path}: section is {chart.section!r}; expected one of {', '.join(SECTIONS)}")
    if undeclared := {c.removeprefix("-") for c in chart.sort} - set(table.column_names):
        raise ModelError(f"{path}: sort names {min(undeclared)}, which is not a column of {table.name}")
    return chart


def in_order(rows: Rows, sort: Sequence[str] = ()) -> list[Row]:
    """Sort by ``sort`` ("-column": descending), then by all columns. None counts as the largest value."""
    ordered = sorted(rows, key=lambda row: [_key(v) for v in row.values()])
    for column in reversed(sort):
        name = column.removeprefix("-")
        ordered.sort(key=lambda row: _key(row[name]), reverse=column.startswith("-"))
    return ordered


def _key(value: Any) -> tuple[bool, Any]:
    return (value is None, 0 if value is None else value)


def _day(value: Any) -> Any:
    return value.date() if isinstance(value, datetime) else value
