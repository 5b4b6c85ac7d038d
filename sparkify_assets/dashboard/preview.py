"""The page at a glance, as Markdown: its figures, and the first chart of each section that has one."""

import base64
from collections.abc import Iterable

from sparkify_assets.dashboard import figures
from sparkify_assets.dashboard.chart import SECTIONS, Chart, read_chart
from sparkify_assets.dashboard.data import DashboardData
from sparkify_assets.dashboard.drawing import picture
from sparkify_assets.dashboard.figures import Figure
from sparkify_assets.model import Table

NOTHING = "Nothing is loaded yet."


def preview(data: DashboardData) -> str:
    """What somebody sees of the page before they open it.  Raises ModelError where a chart.json cannot be used."""
    if not any(data.reports.values()):
        return NOTHING
    pictures = [as_image(table.comment, drawn) for table in _firsts(data.tables) if (drawn := picture(table, data.reports[table.name]))]
    return "\n\n".join([_told([*figures.headline(data), *figures.quality(data.quality)]), *pictures])


def as_image(label: str, svg: str) -> str:
    """An image of Markdown that holds the picture itself."""
    return f"![{label}](data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()})"


def _firsts(tables: Iterable[Table]) -> list[Table]:
    charts: dict[str, list[tuple[Chart, Table]]] = {section: [] for section in SECTIONS}
    for table in tables:
        if chart := read_chart(table):
            charts[chart.section].append((chart, table))
    return [min(found, key=lambda each: (each[0].rank, each[1].name))[1] for found in charts.values() if found]


def _told(shown: Iterable[Figure]) -> str:
    return "\n".join(f"- **{f.value}** {f.name}{f' ({f.note})' if f.note else ''}" for f in shown)
