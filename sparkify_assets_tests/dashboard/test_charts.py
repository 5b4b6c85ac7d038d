"""Each report's chart.json can be drawn, from the report's own columns, the same for the same rows."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sparkify_assets.dashboard import chart_svg, svg
from sparkify_assets.dashboard.chart import read_chart
from sparkify_assets.dashboard.svg import SMALL, chart_image
from sparkify_assets.errors import ModelError
from sparkify_assets.model import Table, load_catalog
from sparkify_assets_tests.dashboard.given import SCRIPT, reports
from sparkify_assets_tests.support import raises

pytestmark = pytest.mark.integration

DRAWN = [t for t in load_catalog().layer("reports") if (t.folder / "chart.json").exists()]
ids = [t.name for t in DRAWN]


def _fields(spec: Any) -> set[str]:
    """What a chart reads: encodings' fields and ``datum.…``, without what its own transforms make."""
    text = json.dumps(spec)
    made = {name for names in re.findall(r'"as": (\[[^]]*\]|"[^"]*")', text) for name in re.findall(r'"([^"]+)"', names)}
    folded = {name for names in re.findall(r'"fold": (\[[^]]*\])', text) for name in re.findall(r'"([^"]+)"', names)}
    read = set(re.findall(r'"field": "([^"]+)"', text)) | set(re.findall(r"datum\.([a-z_0-9]+)", text)) | folded
    return read - made - {"value", "label", "row"}  # an axis label's; the row's number


@pytest.mark.parametrize("table", DRAWN, ids=ids)
def test_a_chart_reads_the_report_s_columns_only(table: Table) -> None:
    chart = read_chart(table)
    assert chart is not None
    assert _fields(chart.spec)
    assert _fields(chart.spec) <= set(table.column_names)


@pytest.mark.parametrize("table", DRAWN, ids=ids)
def test_a_chart_draws_its_rows_and_says_what_each_mark_is(table: Table) -> None:
    chart, rows = read_chart(table), reports()[table.name]
    assert chart is not None
    svg = chart_image(chart, chart.drawn(chart.in_order(rows)), SMALL, "one")
    tips = re.findall(r'data-tip="([^"]*)"', svg)
    assert len(tips) >= 4
    assert not [t for t in tips if re.search("undefined|null|NaN|Invalid", t)]
    assert "var(--" in svg, "without the page's colours it cannot be dark"
    assert not re.search(r"#[0-9a-f]{3,6}\b|rgb\(", svg), "a colour of its own does not change with the page"
    assert SCRIPT not in svg


@pytest.mark.parametrize("table", DRAWN, ids=ids)
def test_a_picture_is_small_and_whole_by_itself(table: Table) -> None:
    drawn = chart_svg(table, reports(days=92, plays=5_000_000)[table.name])
    assert drawn is not None
    assert drawn.startswith("<svg")
    assert "var(--" not in drawn
    assert len(drawn.encode()) < 15_000


@pytest.mark.parametrize("table", DRAWN, ids=ids)
def test_a_picture_is_the_page_s_drawing_which_costs_a_tenth_of_a_second(table: Table) -> None:
    chart, rows = read_chart(table), reports()[table.name]
    assert chart is not None
    chart_image(chart, chart.drawn(chart.in_order(rows)), SMALL, "one")
    before = svg._vega_spec.cache_info().misses
    assert chart_svg(table, rows) is not None
    assert svg._vega_spec.cache_info().misses == before


def test_no_rows_and_no_chart_are_no_picture(tmp_path: Path) -> None:
    (table, *_) = DRAWN
    assert chart_svg(table, []) is None
    assert chart_svg(replace(table, folder=tmp_path), reports()[table.name]) is None


def test_the_newest_days_are_drawn_and_the_largest_rows() -> None:
    changes, songs = (read_chart(load_catalog()[name]) for name in ("level_changes", "top_songs"))
    assert changes is not None
    assert songs is not None
    drawn = changes.drawn(changes.in_order(reports(days=100)["level_changes"]))
    assert [row["user_id"] for row in drawn] == list(range(1008, 1100))
    ranked = songs.in_order([{"song_id": i, "title": "t", "artist": "a", "plays": p} for i, p in (("b", 2), ("c", 9), ("a", 2))])
    assert [row["song_id"] for row in ranked] == ["c", "a", "b"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"usermeta": {"section": "Elsewhere", "rank": 1, "sort": []}}, ["'Elsewhere'", "When they listen, "]),
        (
            {"usermeta": {"section": "Who listens", "rank": 1, "sort": ["-shoes"]}},
            ["sort", "shoes", "popular_hours"],
        ),
        ({"usermeta": {"section": "Who listens", "rank": 1, "sort": [], "size": 3}}, ["usermeta", "size", " first, "]),
        ({"usermeta": {}}, ["title", "description", "usermeta", "KeyError: 'section'"]),
    ],
)
def test_a_chart_that_cannot_be_used_names_its_file(tmp_path: Path, change: dict[str, Any], says: list[str]) -> None:
    table = load_catalog()["popular_hours"]
    shutil.copytree(table.folder, tmp_path, dirs_exist_ok=True)
    file = tmp_path / "chart.json"
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | change), encoding="utf-8")
    with raises(ModelError, f"{file}:", *says):
        read_chart(replace(table, folder=tmp_path))
