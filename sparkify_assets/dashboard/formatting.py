"""Formatting of rows: for people in a table of the page, and as CSV for spreadsheets.

Put here how a value is written. Do not put here which rows are displayed (page.py).
"""

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
"""Size as embedded in the page. With all reports at this limit the page is below 3 MB."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
NONE = "–"
SHARES = ("share_", "stickiness")
"""how the names of columns begin whose values are shares, 0 to 1"""


def format_cell(column: str, value: Any) -> str:
    """Format a value for display: thousands separators, shares in per cent, times to the second. Ids are not formatted as numbers."""
    if value is None:
        return NONE
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, float | Decimal):
        return format_share(float(value)) if column.startswith(SHARES) else f"{value:,.1f}"
    if isinstance(value, int) and not column.endswith("_id"):
        return f"{value:,}"
    return str(value)


def format_share(value: float) -> str:
    """Format as "12.3%". A small share that is not 0 is not shown as 0%, nor one below 1 as 100%."""
    if 0 < value < 0.001:
        return "<0.1%"
    if 0.999 < value < 1:
        return ">99.9%"
    return f"{value:.1%}".replace(".0%", "%")


def csv_link(table: Table, rows: Sequence[Row]) -> tuple[str, int]:
    """A ``data:`` URL with the rows as CSV, and the number of rows that fit."""
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
    # the byte order mark makes spreadsheets read the file as UTF-8
    return f"data:text/csv;charset=utf-8,%EF%BB%BF{''.join(kept)}", len(kept) - 1


def _exported(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="milliseconds")
    if isinstance(value, date):
        return value.isoformat()
    # a spreadsheet executes a text that begins like a formula; an apostrophe prevents that
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _quoted(out: io.StringIO) -> str:
    text = quote(out.getvalue(), safe=",:;()!*", errors="replace")
    out.seek(0)
    out.truncate()
    return text
