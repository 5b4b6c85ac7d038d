"""Conversion of dates and times by COPY: DATEFORMAT and TIMEFORMAT (docs/design/redshift-facts.md).

Put here time formats. Do not put here other types (copy_values.py).
"""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from sparkify_assets_tests.emulators.redshift.copy_plain import Converter, Unfit, plain

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - a TIMESTAMP has no zone
TOKENS = {"YYYY": "%Y", "MM": "%m", "DD": "%d", "HH24": "%H", "HH12": "%I", "HH": "%H", "MI": "%M", "SS": "%S", "AM": "%p", "PM": "%p"}


def dates(format_: str) -> Converter:
    """The converter for DATE, by DATEFORMAT."""
    pattern = None if format_.lower() == "auto" else _strptime(format_)

    def convert(value: Any) -> str | None:
        text = plain(value).strip(" ")
        if not text:
            return None
        try:
            if pattern is None:
                return date.fromisoformat(text[:10]).isoformat() if len(text) >= 10 else _refuse()
            return datetime.strptime(text, pattern).date().isoformat()  # noqa: DTZ007
        except ValueError:
            raise Unfit(1205, "Invalid date format - length must be 10 or more" if len(text) < 10 else "Invalid date") from None

    return convert


def _refuse() -> str:
    raise ValueError


def moments(format_: str | None) -> Converter:
    """The converter for TIMESTAMP, by TIMEFORMAT (None: not given)."""
    if format_ in ("epochsecs", "epochmillisecs"):
        return _epoch(1_000_000 if format_ == "epochsecs" else 1_000)
    lenient = format_ is not None and format_.lower() == "auto"
    pattern = None if format_ is None or lenient else _strptime(format_)
    told = format_ if pattern else "YYYY-MM-DD HH24:MI:SS"

    def convert(value: Any) -> str | None:
        text = plain(value).strip(" ")
        if not text:
            return None
        try:
            return str(_read_moment(text, pattern, lenient))
        except ValueError:
            raise Unfit(1206, f"Invalid timestamp format or value [{told}]") from None

    return convert


def _read_moment(text: str, pattern: str | None, lenient: bool) -> datetime:
    if pattern is not None:
        return datetime.strptime(text, pattern)  # noqa: DTZ007
    if len(text) < 19 or text.isdigit() or not (lenient or text[10] == " "):
        raise ValueError
    return datetime.fromisoformat(text)


def _epoch(unit: int) -> Converter:
    """``unit``: microseconds per unit."""

    def convert(value: Any) -> str | None:
        text = plain(value).strip(" ")
        if not text:
            return None
        try:
            return str(EPOCH + timedelta(microseconds=int(Decimal(text) * unit)))
        except (InvalidOperation, ValueError, OverflowError):
            raise Unfit(1206, f"Invalid timestamp format or value [{'epochsecs' if unit == 1_000_000 else 'epochmillisecs'}]") from None

    return convert


def _strptime(format_: str) -> str:
    return re.sub("|".join(TOKENS), lambda m: TOKENS[m[0]], format_.replace("%", "%%"))
