"""Rows as people read them: in a table of the page, and in a file for a spreadsheet."""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from sparkify_assets.dashboard.data import Row
from sparkify_assets.model import Table

CSV_BYTES = 100_000
"""as they stand in the page; with all reports at this limit the page is still below 3 MB"""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
NONE = "–"


def format_cell(column: str, value: Any) -> str:
    """A value for the eye: thousands apart, shares in per cent, moments to the second; an id is a name, not a number."""
    if value is None:
        return NONE
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, float | Decimal):
        return format_share(float(value)) if column.startswith("share_") else f"{value:,.1f}"
    if isinstance(value, int) and not column.endswith("_id"):
        return f"{value:,}"
    return str(value)


def format_share(value: float) -> str:
    """ "12.3%"; what is little but something is not called nothing, nor what is nearly all called all."""
    if 0 < value < 0.001:
        return "<0.1%"
    if 0.999 < value < 1:
        return ">99.9%"
    return f"{value:.1%}".replace(".0%", "%")


def csv_link(table: Table, rows: Sequence[Row]) -> tuple[str, int]:
    """A ``data:`` address of the rows as CSV, and how many of them fit in."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(table.column_names)
    kept = [_quoted(out)]
    size = len(kept[0])
    for row in rows:
        writer.writerow([_exported(row[c]) for c in table.column_names])
        line = _quoted(out)
        size += len(line)
        if size > CSV_BYTES:
            break
        kept.append(line)
    # the mark at its head tells a spreadsheet that the file is in UTF-8
    return f"data:text/csv;charset=utf-8,%EF%BB%BF{''.join(kept)}", len(kept) - 1


def _exported(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="milliseconds")
    if isinstance(value, date):
        return value.isoformat()
    # a spreadsheet runs a text that begins like a formula; an apostrophe makes it text
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _quoted(out: io.StringIO) -> str:
    text = quote(out.getvalue(), safe=",:;()!*", errors="replace")
    out.seek(0)
    out.truncate()
    return text
