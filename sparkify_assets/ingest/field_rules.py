"""Rules for the fields of a record, derived from the columns of its staging table.

Keys match exactly, case included; unknown keys are ignored.  A missing key counts as null.  Put here what a column accepts.  Do not put
here what a record is (json_records.py).
"""

import functools
import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from sqlglot import exp

from sparkify_assets.errors import ModelError
from sparkify_assets.ingest.json_values import JsonObject, for_message, is_json, json_text
from sparkify_assets.model.table import Column, Table

INTEGER = re.compile(r"-?[0-9]+")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?")
LONGEST = 19
"""digits of the largest BIGINT: numbers with more digits need not, and beyond 4,300 digits cannot, be converted to int"""


@dataclass(frozen=True, slots=True)
class FieldRule:
    """The rule of one column: the key that feeds it, and which values other than null are valid."""

    column: str
    key: str
    nullable: bool
    empty_is_null: bool
    expected: str
    refusal: Callable[[object], str | None]
    """returns what was found instead, or None for a valid value"""


def validate_fields(record: JsonObject, table: Table) -> tuple[str, str] | None:
    """The column that rejects the record and the reason; None for a valid record."""
    values = dict(record)
    fields = field_rules(table)
    if len(values) < len(record):
        times = Counter(key for key, _ in record)
        for field in fields:
            if times[field.key] > 1:
                return field.column, f"{field.key}: found the key {times[field.key]} times in one object, expected it once"
    for field in fields:
        value = values.get(field.key)
        if value is None or (value == "" and field.empty_is_null):
            if not field.nullable:
                what = 'empty text ("")' if value == "" else "null" if field.key in values else "nothing (the key is missing)"
                return field.column, f"{field.key}: found {what}, expected {field.expected}"
        elif (found := field.refusal(value)) is not None:
            return field.column, f"{field.key}: found {found}, expected {field.expected}"
    return None


@functools.lru_cache(maxsize=64)
def field_rules(table: Table) -> tuple[FieldRule, ...]:
    """Rules of the columns that records feed.  Raises ModelError without source.toml, and for a type that no JSON value is converted to."""
    if table.source is None:
        raise ModelError(f"{table.folder}: expected a staging table with a source.toml; only these are fed by records")
    source = table.source
    return tuple(_field_rule(table, c, source.keys[c.name], source.ranges.get(c.name)) for c in table.columns if c.name != source.partition)


def _field_rule(table: Table, column: Column, key: str, limits: tuple[float, float] | None) -> FieldRule:
    low, high = limits or (-math.inf, math.inf)
    if column.integer_limits:
        smallest, largest = column.integer_limits
        low, high = max(low, smallest), min(high, largest)
        expected, refusal = f"a whole number from {low} to {high}", functools.partial(_not_an_integer, low, high)
    elif column.type.this == exp.DType.DOUBLE:
        expected = f"a number from {low} to {high}" if limits else "a finite number"
        refusal = functools.partial(_not_a_number, low, high)
    elif column.type.this == exp.DType.VARCHAR and column.max_bytes is not None:
        expected, refusal = f"text of at most {column.max_bytes} bytes", functools.partial(_not_text, column.max_bytes)
    else:
        raise ModelError(
            f"{table.folder / 'table.sql'}: column {column.name} is {column.type.sql('redshift')}; a column that records feed must be "
            "SMALLINT, INTEGER, BIGINT, DOUBLE PRECISION or VARCHAR(n)"
        )
    return FieldRule(column.name, key, column.nullable, column.max_bytes is None, expected, refusal)


def _not_an_integer(low: float, high: float, value: object) -> str | None:
    """Numbers and strings alike (both are str here): digits only, after an optional minus."""
    if isinstance(value, str) and INTEGER.fullmatch(value):
        digits = value.lstrip("-").lstrip("0") or "0"
        if len(digits) <= LONGEST and low <= (-int(digits) if value[0] == "-" else int(digits)) <= high:
            return None
    return for_message(value)


def _not_a_number(low: float, high: float, value: object) -> str | None:
    if isinstance(value, str) and NUMBER.fullmatch(value) and math.isfinite(number := float(value)) and low <= number <= high:
        return None
    return for_message(value)


def _not_text(max_bytes: int, value: object) -> str | None:
    """A value that is not a string counts as its JSON text, as in COPY and DuckDB."""
    if type(value) is str:
        text = value
    elif is_json(value):
        text = json_text(value)
    else:
        return f"{for_message(value)}, which is not JSON"
    if "\0" in text:
        return f"a NUL character in {for_message(value)}"
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        return f"half a character in {for_message(value)}"
    return f"{size} bytes: {for_message(value)}" if size > max_bytes else None
