"""The HTML page: the reports in sections, rendered by page.html, which escapes every name (autoescape).

Put here the content of the page. Do not put here charts (svg.py), figures (kpis.py) or value formats (formatting.py).
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from sparkify_assets.dashboard import kpis
from sparkify_assets.dashboard.chart import QUALITY, SECTIONS, Chart, in_order, read_chart
from sparkify_assets.dashboard.data import DashboardData, Row, Rows
from sparkify_assets.dashboard.formatting import csv_link, format_cell
from sparkify_assets.dashboard.svg import LARGE, SMALL, chart_image
from sparkify_assets.model import Column, Table
from sparkify_assets.text import pluralized

HERE = Path(__file__).parent
TABLE_ROWS = 200
OTHERS = "Other reports"


@dataclass(frozen=True)
class ReportView:
    """A report as displayed in the page."""

    name: str
    title: str
    comment: str
    section: str
    rank: int
    is_half: bool
    drawings: Sequence[tuple[str, Markup]]
    """(size, SVG) pairs."""
    scope: str
    """Which rows the chart draws, if not all."""
    columns: Sequence[Column]
    numbers: frozenset[str]
    cells: Sequence[Sequence[str]]
    caption: str
    csv: str
    csv_note: str
    sql: str


def page(data: DashboardData) -> str:
    """Render the self-contained HTML page. Raises ModelError if a chart.json is invalid."""
    # before the first play no report is displayed; after it, a report without rows is displayed as empty
    reports = [_report(t, data.reports[t.name]) for t in data.tables] if any(data.reports.values()) else []
    matched = data.reports.get("plays_matched_by_day")
    style, script = (_asset(name) for name in ("page.css", "page.js"))
    names = (*SECTIONS, OTHERS)
    sections = [(s, sorted((r for r in reports if r.section == s), key=lambda r: (r.rank, r.name))) for s in names]
    return _template().render(
        style=style,
        script=script,
        style_hash=_hash(style),
        script_hash=_hash(script),
        sections=[(s, shown) for s, shown in sections if shown or s == QUALITY],
        quality_section=QUALITY,
        headline=kpis.headline(data) if reports else [],
        matching=kpis.matching(matched) if matched else [],
        quality=data.quality,
        quality_figures=kpis.quality(data.quality),
        not_passed=kpis.not_passed(data.quality.checks),
        files=" and ".join(pluralized(n, kind.removesuffix("s")) for kind, n in data.quality.files.items() if n),
    )


def in_report_order(table: Table, rows: Rows) -> list[Row]:
    """A report's rows in the order of its table in the page. Raises ModelError if its chart.json is invalid."""
    chart = read_chart(table)
    return _listed(chart, chart.in_order(rows) if chart else in_order(rows))


def _listed(chart: Chart | None, ordered: list[Row]) -> list[Row]:
    return ordered[::-1] if chart and chart.latest is not None else ordered  # the newest day first


def _report(table: Table, rows: Rows) -> ReportView:
    chart = read_chart(table)
    ordered = chart.in_order(rows) if chart else in_order(rows)
    drawn = chart.drawn(ordered) if chart else []
    listed = _listed(chart, ordered)
    csv, exported = csv_link(table, listed)
    return ReportView(
        name=table.name,
        title=chart.title if chart else table.name.replace("_", " ").capitalize(),
        comment=table.comment,
        section=chart.section if chart else OTHERS,
        rank=chart.rank if chart else 0,
        is_half=bool(chart and chart.is_half),
        drawings=_drawings(table.name, chart, drawn) if chart and drawn else [],
        scope=_scope(chart, drawn, ordered) if chart else "",
        columns=table.columns,
        numbers=frozenset(
            c for c in table.column_names if any(isinstance(r[c], int | float | Decimal) for r in rows) and not c.endswith("_id")
        ),
        cells=[[format_cell(c, row[c]) for c in table.column_names] for row in listed[:TABLE_ROWS]],
        caption=_part(min(len(rows), TABLE_ROWS), len(rows), table.name),
        csv=csv,
        csv_note="" if exported == len(rows) else _part(exported, len(rows), table.name),
        sql=table.definition_path.read_text(encoding="utf-8").strip(),
    )


def _drawings(name: str, chart: Chart, rows: Sequence[Row]) -> list[tuple[str, Markup]]:
    sizes = {"only": SMALL} if chart.is_half else {"small": SMALL, "large": LARGE}
    # Markup: the SVG is generated here and its names are escaped
    return [(size, Markup(chart_image(chart, rows, width, f"{name}-{size}"))) for size, width in sizes.items()]


def _scope(chart: Chart, drawn: Sequence[Row], ordered: Sequence[Row]) -> str:
    if not drawn:
        return ""
    if chart.latest is not None:
        first, last = (str(row[chart.sort[0]])[:10] for row in (drawn[0], drawn[-1]))
        days = first if first == last else f"{first} to {last}"
        what = "weeks" if chart.sort[0].endswith("week") else "days"
        return days if len(drawn) == len(ordered) else f"{days}, the newest {chart.latest} {what} of all"
    return "" if len(drawn) == len(ordered) else f"The first {len(drawn):,} of {len(ordered):,}"


def _part(shown: int, of: int, name: str) -> str:
    if shown == of:
        return pluralized(of, "row")
    return f'The first {shown:,} of {of:,} rows; all of them: sparkify query "SELECT * FROM {name}"'


@cache
def _template() -> jinja2.Template:
    surroundings = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    surroundings.filters["words"] = lambda name: name.replace("_", " ")
    surroundings.filters["anchor"] = lambda text: text.lower().replace(" ", "-")
    return surroundings.get_template("page.html")


def _asset(name: str) -> Markup:
    return Markup((HERE / name).read_text(encoding="utf-8"))


def _hash(content: Any) -> str:
    """The hash for the page's content security policy, which allows only this style and this script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
