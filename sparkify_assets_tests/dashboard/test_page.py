"""The page as text: whole, escaped, the same for the same rows, of a size that opens anywhere."""

import random
import re
from functools import cache
from html.parser import HTMLParser

import pytest

from sparkify_assets.dashboard import page
from sparkify_assets_tests.dashboard.given import NAMES, SCRIPT, data, nothing, reports

pytestmark = pytest.mark.integration


@cache
def usual() -> str:
    """The page of the usual rows, made once: two dozen drawings take a second or two."""
    return page(data(reports()))


class Outline(HTMLParser):
    """Elements and words, as a browser would find them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_names_are_words_never_markup() -> None:
    outline = Outline(usual())
    assert outline.tags.count("script") == 1
    assert "b" not in outline.tags
    assert outline.words.count(SCRIPT) >= 8
    for name in NAMES[:2]:
        assert ("data-tip", f"{name}: 1,200 plays") in outline.attributes


def test_every_report_has_its_meaning_data_and_sql() -> None:
    given = data(reports())
    html = usual()
    words = " ".join(Outline(html).words)
    for table in given.tables:
        assert f'<article id="{table.name}"' in html
        assert table.comment in words
        assert f'download="{table.name}.csv"' in html
        assert table.definition_path.read_text(encoding="utf-8").strip() in words


def test_it_asks_nobody_for_anything() -> None:
    attributes = Outline(usual()).attributes
    addresses = [v for k, v in attributes if k in ("href", "src", "srcset", "action", "data", "poster", "style") or "url(" in v]
    assert [a for a in addresses if not a.startswith(("#", "data:"))] == []
    assert [v for _, v in attributes if v.startswith("default-src 'none'; style-src 'sha256-")]


def test_ids_are_unique_and_references_lead_somewhere() -> None:
    attributes = Outline(usual()).attributes
    ids = [v for k, v in attributes if k == "id"]
    assert len(ids) == len(set(ids))
    assert {v for k, v in attributes if k == "aria-labelledby"} | {v[1:] for k, v in attributes if k == "href" and v[0] == "#"} <= set(ids)


def test_the_same_rows_in_another_order_give_the_same_bytes() -> None:
    mixed = reports()
    for rows in mixed.values():
        random.Random(7).shuffle(rows)
    given = data(mixed)
    assert usual() == page(type(given)(given.tables[::-1], mixed, given.quality))


def test_before_the_first_load_it_says_what_to_do() -> None:
    outline = Outline(page(nothing()))
    text = re.sub(r"\s+", " ", "".join(outline.words))
    assert "Nothing is loaded yet: run sparkify load." in text
    assert "svg" not in outline.tags
    assert "article" not in outline.tags
    assert "How good the data are newest day (UTC)none" in text


def test_a_report_without_rows_says_so() -> None:
    outline = Outline(page(data(reports(days=1) | {"top_songs": [], "top_artists": []})))
    assert "".join(outline.words).count("No rows yet.") == 2
    assert outline.tags.count("figure") == 20


def test_its_head_says_what_the_data_are() -> None:
    text = re.sub(r"\s+", " ", "".join(Outline(page(data(reports(plays=5_000_000, days=1)))).words))
    assert "Plays up to 2018-11-04 23:59 UTC, from 4 log files and 1 song file." in text
    assert "plays10,000,000" in text
    assert "days with plays1since 2018-11-01" in text
    assert "of the plays paid for50%5,000,000 plays" in text
    assert "failed staging_events.rejected_records_within_limit 1 rejected record" in text
    assert text.index("failed staging_events") < text.index("warned page_views")


def test_a_large_warehouse_gives_a_page_below_3_mb_that_says_what_it_leaves_out() -> None:
    places = tuple(f"Ürümqi-Qaraşehir-Toqsun {n}, XX" for n in range(5000))
    large = reports(days=10_000) | {"plays_by_location": reports(names=(*places, *NAMES))["plays_by_location"]}
    html = page(data(large))
    assert len(html.encode()) < 3_000_000
    text = re.sub(r"\s+", " ", "".join(Outline(html).words))
    for says in (
        'The first 200 of 5,007 rows; all of them: sparkify query "SELECT * FROM plays_by_location"',
        'The first 200 of 10,000 rows; all of them: sparkify query "SELECT * FROM level_changes"',
        "The first 20 of 5,007",
        "2045-12-17 to 2046-03-18, the newest 92 days of all",
    ):
        assert says in text
