"""Draw a chart and its rows as a standalone SVG, so that the page needs no drawing library.

Put here the conversion to SVG and its clean-up. Do not put here colours and fonts (theme.py) or what is drawn (chart.json).
"""

import json
import re
import textwrap
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sparkify_assets.dashboard.chart import Chart, read_chart
from sparkify_assets.dashboard.data import Row, Rows
from sparkify_assets.dashboard.theme import FIGURE_PIXELS, FONT, PAGE, PICTURE, config
from sparkify_assets.model import Table

SVG = "http://www.w3.org/2000/svg"
SMALL, LARGE = 340, 720
"""Widths in the page in pixels: on a phone, or two side by side; on anything wider."""
MARGIN, TITLE_LINE, TITLE_LETTERS = 12, 18, 46
"""Around a picture in Dagster's UI; pixels of a line of its title, and the letters that fit into one."""
AXIS = 44
"""Pixels that an axis needs in a chart of several views, whose width Vega-Lite cannot fit."""
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that a name may contain and an SVG may not."""
LONGEST = 160
"""Characters of a text: more than fit beside a bar. Measuring a thousand takes a quarter of a second per name."""
TIP = "data-tip"
"""The attribute whose text page.js shows for the mark under the pointer."""


def chart_image(chart: Chart, rows: Sequence[Row], width: int, name: str) -> str:
    """Draw ordered rows, ``width`` pixels wide. ``name`` makes the ids of several drawings distinct."""
    return ET.tostring(_clean(_drawn(chart, rows, width), name, keep_tips=True, label=chart.description), encoding="unicode")


def chart_svg(table: Table, rows: Rows) -> str | None:
    """A report's chart as a small SVG that is readable on any background; None if it has no chart or no rows.

    It is the page's drawing for a phone, so that a load draws it once. Raises ModelError if its chart.json is invalid.
    """
    chart = read_chart(table)
    if chart is None or not rows:
        return None
    drawn = _drawn(chart, chart.drawn(chart.in_order(rows)), SMALL)
    return _on_paper(_clean(drawn, table.name, keep_tips=False, label=chart.description), chart.title)


def _on_paper(drawing: ET.Element, title: str) -> str:
    """The drawing with its title on a background, in colours of its own: Dagster's UI does not define our CSS variables."""
    lines = textwrap.wrap(title, TITLE_LETTERS)
    top = MARGIN + TITLE_LINE * len(lines)
    width, height = float(drawing.attrib["width"]) + 2 * MARGIN, float(drawing.attrib["height"]) + top + MARGIN
    size = {"width": f"{width:g}", "height": f"{height:g}"}
    paper = ET.Element(f"{{{SVG}}}svg", {**size, "viewBox": f"0 0 {width:g} {height:g}", "font-family": FONT})
    for name in ("role", "aria-label"):
        paper.set(name, drawing.attrib.pop(name))
    ET.SubElement(paper, f"{{{SVG}}}rect", {**size, "fill": PAGE["paper"]})
    for n, line in enumerate(lines, 1):
        look = {"font-size": "13", "font-weight": "600", "fill": PAGE["ink"]}
        ET.SubElement(paper, f"{{{SVG}}}text", {"x": f"{MARGIN}", "y": f"{TITLE_LINE * n + MARGIN // 2}", **look}).text = line
    drawing.attrib |= {"x": f"{MARGIN}", "y": f"{top}"}
    paper.append(drawing)
    return re.sub(r"var\(--(\w+)\)", lambda colour: PICTURE[colour[1]], ET.tostring(paper, encoding="unicode"))


def _drawn(chart: Chart, rows: Sequence[Row], width: int) -> str:
    return _svg(_sized(chart.spec, width), rows, config(PAGE, width, len(chart.days(rows))))


def _svg(spec: Mapping[str, Any], rows: Sequence[Row], look: Mapping[str, Any]) -> str:
    values = [{"row": n} | {k: _plain(v) for k, v in row.items()} for n, row in enumerate(rows, 1)]
    return _vega_spec(json.dumps({**spec, "data": {"values": values}, "config": look}))


@lru_cache(100)  # 40 ms each: an unchanged chart is not drawn again
def _vega_spec(spec: str) -> str:
    import vl_convert  # takes 0.6 s and 60 MB, only when drawing

    # no URL is allowed: a spec that loads one would make the page depend on a network
    drawn = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    return drawn.replace('font-size="0px"', f'font-size="{FIGURE_PIXELS}px"')


def _sized(spec: Mapping[str, Any], width: int) -> dict[str, Any]:
    if "vconcat" in spec:
        return {**spec, "vconcat": [{**view, "width": width - AXIS} for view in spec["vconcat"]]}
    return {**spec, "width": width, "autosize": {"type": "fit-x", "contains": "padding"}}


def _plain(value: Any) -> Any:
    """The value for JSON. A time becomes milliseconds since 1970 in UTC, independent of the machine's time zone."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return round((value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp() * 1000)
    if isinstance(value, date):
        return round(datetime.combine(value, time(), UTC).timestamp() * 1000)
    if isinstance(value, str):
        text = UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", value)
        return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    return value


def _clean(svg: str, name: str, *, keep_tips: bool, label: str) -> ET.Element:
    """Give the SVG one text alternative (its data are in the table beside it); remove invisible elements and long fractions."""
    ET.register_namespace("", SVG)
    root = ET.fromstring(svg)
    for parent in root.iter():
        for child in [c for c in parent if _draws_nothing(c)]:
            parent.remove(child)
    for node in root.iter():
        old, tag = dict(node.attrib), node.tag.removeprefix(f"{{{SVG}}}")
        node.attrib.clear()
        if keep_tips and tag in ("path", "rect") and "aria-label" in old:
            node.set(TIP, old["aria-label"])
        node.attrib.update({k: _value(v, name) for k, v in old.items() if _is_kept(k, v, tag)})
        if "id" in old:
            node.set("id", f"{name}-{old['id']}")
    root.attrib |= {"role": "img", "aria-label": label, "font-family": FONT}
    return root


def _draws_nothing(node: ET.Element) -> bool:
    return (node.get("class") in ("background", "foreground") and node.get("fill") is None) or node.get("opacity") == "0"


def _is_kept(attribute: str, value: str, tag: str) -> bool:
    if attribute in ("role", "class", "id", "version", "pointer-events", "font-family") or attribute.startswith("aria-"):
        return False
    return not (attribute == "opacity" and value == "1") and not (attribute == "transform" and value == "translate(0,0)")


def _value(text: str, name: str) -> str:
    rounded = re.sub(r"\d+\.\d{2,}", lambda number: f"{float(number[0]):.1f}".removesuffix(".0"), text)
    return rounded.replace("url(#", f"url(#{name}-")
