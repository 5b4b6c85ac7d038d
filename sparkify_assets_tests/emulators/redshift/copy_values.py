"""Conversion of a JSON value to a column's text, or its rejection with Redshift's code (docs/design/redshift-facts.md).

A converter is created once per column and COPY. It receives a value that is not null and returns text, or None for NULL. Speed matters: it
runs for every field.

Put here converters by type. Do not put here dates and times (copy_times.py).
"""

import math
import re
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from sparkify_assets_tests.emulators.redshift.copy_plain import Converter, Number, Target, Unfit, json_text, plain
from sparkify_assets_tests.emulators.redshift.copy_statement import CopyStatement
from sparkify_assets_tests.emulators.redshift.copy_times import dates, moments

INTEGERS = {"int2": (15, "Short", 4), "int4": (31, "Integer", 9), "int8": (63, "Long", 18)}
"""Type → bits, its name in messages, number of digits that always fits."""
DOUBLE = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
TRUE, FALSE = {"true", "t", "1", "yes", "y"}, {"false", "f", "0", "no", "n"}


def converter(target: Target, statement: CopyStatement) -> Converter:
    """The converter for a column. Raises KeyError for a type that COPY does not support here."""
    match target.type:
        case "varchar" | "text":
            return _text(target.length, statement)
        case "bpchar":
            return _char(target.length, _text(target.length, statement))
        case "int2" | "int4" | "int8":
            return _integer(*INTEGERS[target.type])
        case "float4" | "float8":
            return _double
        case "numeric":
            return _decimal(target.modifier, ROUND_HALF_UP if statement.on("roundec") else ROUND_DOWN)
        case "bool":
            return _boolean
        case "date":
            return dates(statement.options.get("dateformat", "auto"))
        case "timestamp" | "timestamptz":
            return moments(statement.options.get("timeformat"))
        case "jsonb":
            return json_text
    raise KeyError(target.type)


def _text(length: int, statement: CopyStatement) -> Converter:
    cut, replacement = statement.on("truncatecolumns"), statement.options.get("acceptinvchars")
    blank_is_null, empty_is_null = statement.on("blanksasnull"), statement.on("emptyasnull")
    trimmed = statement.on("trimblanks")
    limit = length or 65535
    safe = limit // 4  # this many characters always fit

    def convert(value: Any) -> str | None:
        text: str = value if isinstance(value, str) else json_text(value)
        if not text.isascii():
            try:
                text.encode()
            except UnicodeEncodeError as e:
                if replacement is None:
                    raise _not_utf8(text, e.start) from None
                text = "".join(replacement if "\ud800" <= c <= "\udfff" else c for c in text)
        if "\0" in text:
            raise Unfit(1220, "String contains invalid or unsupported UTF-8 codepoints. Bad UTF-8 hex sequence: 00 (error 1)")
        if trimmed:
            text = text.rstrip(" ")
        if len(text) > safe and (len(text) > limit or len(text.encode()) > limit):
            if not cut:
                raise Unfit(1204, "String length exceeds DDL length")
            text = text.encode()[:limit].decode("utf-8", "ignore")
        if (empty_is_null and not text) or (blank_is_null and not text.strip(" ")):
            return None
        return text

    return convert


def _not_utf8(text: str, at: int) -> Unfit:
    """The error for a byte that is not UTF-8 (Python keeps it as a surrogate), or for a lone surrogate from an escape."""
    code = ord(text[at])
    found = f"{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else text[at].encode("utf-8", "surrogatepass").hex()
    return Unfit(1220, f"String contains invalid or unsupported UTF-8 codepoints. Bad UTF-8 hex sequence: {found} (error 3)", at)


def _char(length: int, text: Converter) -> Converter:
    def convert(value: Any) -> str | None:
        written = plain(value)
        if not written.isascii():
            bad = next(c for c in written if not c.isascii())
            found = bad.encode("utf-8", "surrogateescape").hex()
            raise Unfit(1215, f"Multibyte character not supported for CHAR (Hint: Try using VARCHAR). Invalid char: {found}")
        return text(written)

    return convert


def _integer(bits: int, name: str, safe: int) -> Converter:
    low, high = -(2**bits), 2**bits - 1

    def convert(value: Any) -> str | None:
        text = plain(value).strip(" ")
        digits = text[1:] if text[:1] in ("-", "+") else text
        if digits.isdigit() and digits.isascii():
            if len(digits) > safe and not (len(digits.lstrip("0")) <= 19 and low <= int(text) <= high):
                raise Unfit(1222, f"Overflow, Value '{text[:40]}', Type: {name}")
            return text
        if not text:
            return None
        at = next((i for i, c in enumerate(text) if not ("0" <= c <= "9" or (i == 0 and len(text) > 1 and c in "+-"))), 0)
        raise Unfit(1207, f"Invalid digit, Value '{text[at]}', Pos {at}, Type: {name}", at)

    return convert


def _double(value: Any) -> str | None:
    text = plain(value).strip(" ")
    if type(value) is not Number and not DOUBLE.fullmatch(text):
        if not text:
            return None
        raise Unfit(1207, f"Invalid digit, Value '{text[0]}', Pos 0, Type: Double")
    number = float(text)
    if math.isinf(number):
        raise Unfit(1222, f"Overflow, Value '{text[:40]}', Type: Double")
    return repr(number)


def _decimal(modifier: int, rounding: str) -> Converter:
    precision, scale = ((modifier - 4) >> 16 & 0xFFFF, (modifier - 4) & 0x7FF) if modifier >= 4 else (38, 18)
    step = Decimal(1).scaleb(-scale)

    def convert(value: Any) -> str | None:
        text = plain(value).strip(" ")
        if not text:
            return None
        if not DOUBLE.fullmatch(text):
            raise Unfit(1207, f"Invalid digit, Value '{text[0]}', Pos 0, Type: Decimal")
        try:
            number = Decimal(text).quantize(step, rounding)
        except InvalidOperation:
            number = Decimal("Infinity")
        if not number.is_finite() or number.adjusted() >= precision - scale:
            raise Unfit(1222, f"Overflow, Value '{text[:40]}', Type: Decimal")
        return format(number, "f")

    return convert


def _boolean(value: Any) -> str | None:
    word = plain(value).strip(" ").lower()
    if word in TRUE or word in FALSE:
        return "t" if word in TRUE else "f"
    if not word:
        return None
    raise Unfit(1210, f"Unknown boolean format, Value '{word[:40]}'")
