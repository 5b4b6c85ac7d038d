"""A preview of the page as Markdown: its figures, and the first chart of each section.

Put here what the preview selects. Do not put here drawing (svg.py) or figures (kpis.py).
"""

import base64
from collections.abc import Iterable

from sparkify_assets.dashboard import kpis
from sparkify_assets.dashboard.chart import SECTIONS, Chart, read_chart
from sparkify_assets.dashboard.data import DashboardData
from sparkify_assets.dashboard.kpis import Kpi
from sparkify_assets.dashboard.svg import chart_svg
from sparkify_assets.model import Table

NOTHING = "Nothing is loaded yet."


def preview(data: DashboardData, with_charts: bool = True) -> str:
    """The preview for the asset's metadata. ``with_charts``: charts name what they count, such as users.

    Raises ModelError if a chart.json is invalid.
    """
    if not any(data.reports.values()):
        return NOTHING
    shown = _firsts(data.tables) if with_charts else []
    pictures = [as_image(table.comment, drawn) for table in shown if (drawn := chart_svg(table, data.reports[table.name]))]
    return "\n\n".join([_kpi_table([*kpis.headline(data), *kpis.quality(data.quality)]), *pictures])


def as_image(label: str, svg: str) -> str:
    """A Markdown image that embeds the SVG."""
    return f"![{label}](data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()})"


def _firsts(tables: Iterable[Table]) -> list[Table]:
    charts: dict[str, list[tuple[Chart, Table]]] = {section: [] for section in SECTIONS}
    for table in tables:
        if chart := read_chart(table):
            charts[chart.section].append((chart, table))
    return [min(found, key=lambda each: (each[0].rank, each[1].name))[1] for found in charts.values() if found]


def _kpi_table(shown: Iterable[Kpi]) -> str:
    return "\n".join(f"- **{f.value}** {f.name}{f' ({f.note})' if f.note else ''}" for f in shown)
