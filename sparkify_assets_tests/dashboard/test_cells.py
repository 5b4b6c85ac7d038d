"""Values for the eye and for a spreadsheet."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

import pytest

from sparkify_assets.dashboard.formatting import csv_link, format_cell, format_share
from sparkify_assets.model import load_catalog


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        ("plays", 5_000_000, "5,000,000"),
        ("user_id", 12345, "12345"),
        ("minutes_per_session", 1234.56, "1,234.6"),
        ("minutes_per_session", Decimal("2.50"), "2.5"),
        ("share_matched", 0.5, "50%"),
        ("day", date(2018, 11, 1), "2018-11-01"),
        ("changed_at", datetime(2018, 11, 1, 7, 8, 9, 796000), "2018-11-01 07:08:09"),  # noqa: DTZ001
        ("level", None, "–"),
        ("level", "<b>", "<b>"),
    ],
)
def test_a_cell_reads_well(column: str, value: Any, shown: str) -> None:
    assert format_cell(column, value) == shown


def test_a_share_is_neither_nothing_nor_all_unless_it_is() -> None:
    assert [format_share(x) for x in (0, 0.0001, 0.043, 0.9999, 1)] == ["0%", "<0.1%", "4.3%", ">99.9%", "100%"]


def test_a_csv_holds_the_rows_as_they_are_but_no_formula() -> None:
    rows = [
        {"song_id": "S1", "title": "=1+1", "artist": 'a "b", c', "plays": 1200},
        {"song_id": "S2", "title": "سلام 100%\nتو #", "artist": "-M-", "plays": None},
    ]
    link, kept = csv_link(load_catalog()["top_songs"], rows)
    head, _, content = link.partition(",")
    assert (head, kept) == ("data:text/csv;charset=utf-8", 2)
    assert not set(content) & set('"<>&# \n')
    expected = 'song_id,title,artist,plays\r\nS1,\'=1+1,"a ""b"", c",1200\r\nS2,"سلام 100%\nتو #",\'-M-,\r\n'
    assert unquote(content) == f"\N{ZERO WIDTH NO-BREAK SPACE}{expected}"


def test_a_csv_of_many_rows_says_how_many_it_holds() -> None:
    rows = [{"location": f"Place {n}", "plays": 1, "users": 1} for n in range(5000)]
    link, kept = csv_link(load_catalog()["plays_by_location"], rows)
    assert len(link) <= 100_000 + 50
    assert 0 < kept < 5000
    assert link.endswith(f"Place%20{kept - 1},1,1%0D%0A")
