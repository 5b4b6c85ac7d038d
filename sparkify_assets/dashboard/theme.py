"""The charts' colours, type and spacing. The page's colours are CSS variables, so that one drawing serves light and dark mode.

Put here the look of all charts. Do not put here what one chart draws (its chart.json).
"""

from collections.abc import Mapping
from typing import Any

FONT = "Helvetica Neue, Helvetica, Arial, Liberation Sans, sans-serif"
"""Fonts of the same widths everywhere: labels are measured where the page is built and displayed elsewhere."""
PAGE = {name: f"var(--{name})" for name in ("ink", "quiet", "line", "paper", "first", "second", "third")} | {
    f"heat{n}": f"var(--heat{n})" for n in range(1, 6)
}
PICTURE = {
    "ink": "#1c2526",
    "quiet": "#5b6769",
    "line": "#e3e7e6",
    "paper": "#ffffff",
    "first": "#0f766e",
    "second": "#c2691a",
    "third": "#7c8788",
    "heat1": "#d5ebe7",
    "heat2": "#9fd0c8",
    "heat3": "#5fb0a5",
    "heat4": "#27877c",
    "heat5": "#0b544e",
}
"""For Dagster's UI, which does not define our CSS variables."""

FIGURE_PIXELS = 13
"""Size of the text of names and figures.  To measure one takes Vega 5 ms, and it measures none of the size 0: those that fit for sure are
drawn with that size, and given their own afterwards."""
RAISED = -7
"""Pixels of a name or a figure above the middle of its row."""
UNMEASURED = round(0.3 * FIGURE_PIXELS)
"""Pixels below the middle for the size 0: Vega puts the middle of a text at 0.3 of its size."""
RAISED_UNMEASURED = RAISED + UNMEASURED
NO_LIMIT = {"labelLimit": 0}
"""For numbers and dates, which are short. To cut a text, Vega measures it: a third of the time of a chart."""


def config(colours: Mapping[str, str], width: int, bars: int = 0) -> dict[str, Any]:
    """Vega-Lite's configuration for a chart ``width`` pixels wide, with about ``bars`` bars side by side: thin ones have no gap."""
    c = colours
    text = {"fill": c["ink"], "baseline": "middle"}
    in_cell = text | {"align": "center", "fontSize": 0, "dy": UNMEASURED}
    room = width - 90
    fits = _fits("datum.label", room)
    name = {"limit": f"{fits} ? 0 : {room}", "fontSize": f"{fits} ? 0 : {FIGURE_PIXELS}", "dy": f"{fits} ? {RAISED_UNMEASURED} : {RAISED}"}
    return {
        "background": None,
        "font": FONT,
        "numberFormat": ",~f",
        "padding": {"left": 1, "right": 1, "top": 4, "bottom": 2},
        "view": {"stroke": None, "step": 24},
        "range": {
            "category": [c["second"], c["first"], c["third"], c["quiet"]],
            "ramp": [c[f"heat{n}"] for n in range(1, 6)],
            "heatmap": [c[f"heat{n}"] for n in range(1, 6)],
        },
        "bar": {"color": c["first"], "binSpacing": 1 if bars * 6 < width else 0},
        "rect": {"color": c["first"]},
        "style": {
            "name": text | {"align": "left"} | {key: {"expr": told} for key, told in name.items()},
            "figure": text | {"align": "right", "fontSize": 0, "dy": RAISED_UNMEASURED},
            "on-light": in_cell,
            "on-dark": in_cell | {"fill": c["paper"], "color": c["paper"]},
        },
        "axis": {
            "domain": False,
            "ticks": False,
            "grid": False,
            "labelColor": c["quiet"],
            "labelFontSize": 12,
            "labelPadding": 6,
            "labelOverlap": True,
            "titleColor": c["quiet"],
            "titleFontSize": 12,
            "titleFontWeight": "normal",
        },
        "text": {"color": c["ink"]},
        "title": {"anchor": "start", "frame": "bounds", "color": c["quiet"], "fontSize": 12, "fontWeight": "normal", "offset": 10},
        "axisX": {"labelAngle": 0},
        "axisY": {"minExtent": 30},
        "axisYQuantitative": {"grid": True, "gridColor": c["line"], "tickCount": 4},
        "axisQuantitative": NO_LIMIT,
        "axisTemporal": NO_LIMIT,
        "axisXTemporal": {"tickCount": max(3, width // 110), "labelFlush": True},
        "legend": {
            "orient": "top",
            "labelColor": c["ink"],
            "labelFontSize": 12,
            "symbolType": "square",
            "symbolSize": 110,
            "symbolStrokeWidth": 0,
            "columnPadding": 18,
            "padding": 0,
            "offset": 12,
            "gradientLength": min(240, room),
            "gradientThickness": 8,
            "gradientStrokeWidth": 0,
            "gradientStrokeColor": c["line"],
        },
    }


def _fits(text: str, pixels: int) -> str:
    """Vega's expression of whether a text fits for sure: small letters and digits (m and w aside) are at most two thirds as wide as they
    are high in the fonts above and in DejaVu Sans, and all others as wide.
    """
    wide = f"length(replace({text}, /[a-ln-vx-z0-9 ,.:;'()-]/g, ''))"
    return f"isValid({text}) && (2 * length({text}) + {wide}) * {FIGURE_PIXELS} <= {3 * pixels}"
