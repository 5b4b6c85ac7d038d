"""Rules for the fields of a record, derived from the columns of its staging table, for Python and for the SQL of both engines.

Keys match exactly, case included; unknown keys are ignored.  A missing key counts as null.  Put here what a column accepts.  Do not put
here what a record is (json_records.py), or how an engine reads a text (duckdb/json_scan.py, redshift/copy_statement.py).
"""

import functools
import math
import re
from collections import Counter
from dataclasses import dataclass

from sqlglot import exp

from sparkify_assets.errors import ModelError
from sparkify_assets.ingest.json_values import JsonObject, for_message, is_json, json_text
from sparkify_assets.model.table import Column, Table

INTEGER, NUMBER = "-?[0-9]+", "-?[0-9]+([.][0-9]+)?([eE][-+]?[0-9]+)?"
LONGEST = 19
"""digits of the largest BIGINT: numbers with more digits need not, and beyond 4,300 digits cannot, be converted to int"""
LARGEST = 1.7976931348623157e308
"""the largest DOUBLE PRECISION"""


@dataclass(frozen=True)
class FieldRule:
    """The rule of one column: the key that feeds it, and which values other than null are valid; in Python and in SQL.

    ``found`` decides, and says what is wrong.  SQL refuses the same; on Redshift also whole numbers of many digits (the slow path shortens
    them).
    """

    column: Column
    key: str
    limits: tuple[float, float] | None
    """smallest and largest number; None for a text"""
    is_ranged: bool = False
    """whether source.toml narrows the limits of the type"""

    @property
    def is_integer(self) -> bool:
        return self.column.integer_limits is not None

    @property
    def empty_is_null(self) -> bool:
        return self.limits is not None

    @property
    def expected(self) -> str:
        """For a message."""
        if self.limits is None:
            return f"text of at most {self.column.max_bytes} bytes"
        low, high = self.limits
        if self.is_integer:
            return f"a whole number from {low} to {high}"
        return f"a number from {low} to {high}" if self.is_ranged else "a finite number, written as in JSON"

    def found(self, value: object) -> str | None:
        """What was found instead of a valid value; None for a valid one.  Numbers and strings alike, both are str here."""
        if self.limits is None:
            assert self.column.max_bytes is not None
            return _not_text(self.column.max_bytes, value)
        number = _integer(value) if self.is_integer else _number(value)
        return None if number is not None and self.limits[0] <= number <= self.limits[1] else for_message(value)

    def has_form(self, text: exp.Expr, most_digits: int | None = None) -> exp.Expr:
        """SQL: whether a text has the form of a number, a whole one of at most so many digits.

        A cast of another text may fail: CASE has to ask this first, since AND may not.
        """
        form = NUMBER if not self.is_integer else f"-?[0-9]{{1,{most_digits}}}" if most_digits else INTEGER
        return exp.RegexpLike(this=text.copy(), expression=exp.Literal.string(f"^{form}$"))

    def is_within_limits(self, number: exp.Expr) -> exp.Expr:
        """SQL: whether the number is valid."""
        assert self.limits is not None
        return exp.Between(this=number.copy(), low=_literal(self.limits[0]), high=_literal(self.limits[1]))


def validate_fields(record: JsonObject, table: Table) -> tuple[str, str] | None:
    """The column that rejects the record and the reason; None for a valid record."""
    values = dict(record)
    fields = field_rules(table)
    if len(values) < len(record):
        times = Counter(key for key, _ in record)
        for field in fields:
            if times[field.key] > 1:
                return field.column.name, f"{field.key}: found the key {times[field.key]} times in one object, expected it once"
    for field in fields:
        value = values.get(field.key)
        if value is None or (value == "" and field.empty_is_null):
            if not field.column.nullable:
                what = 'empty text ("")' if value == "" else "null" if field.key in values else "nothing (the key is missing)"
                return field.column.name, f"{field.key}: found {what}, expected {field.expected}"
        elif (found := field.found(value)) is not None:
            return field.column.name, f"{field.key}: found {found}, expected {field.expected}"
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
        return FieldRule(column, key, (max(low, smallest), min(high, largest)), limits is not None)
    if column.type.this == exp.DType.DOUBLE:
        return FieldRule(column, key, limits or (-LARGEST, LARGEST), limits is not None)
    if column.type.this == exp.DType.VARCHAR and column.max_bytes is not None:
        return FieldRule(column, key, None)
    raise ModelError(
        f"{table.folder / 'table.sql'}: column {column.name} is {column.type.sql('redshift')}; a column that records feed must be "
        "SMALLINT, INTEGER, BIGINT, DOUBLE PRECISION or VARCHAR(n)"
    )


def _integer(value: object) -> int | None:
    if isinstance(value, str) and re.fullmatch(INTEGER, value):
        digits = value.lstrip("-").lstrip("0") or "0"
        if len(digits) <= LONGEST:
            return -int(digits) if value[0] == "-" else int(digits)
    return None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, str) and re.fullmatch(NUMBER, value) else None


def _literal(number: float) -> exp.Expr:
    """A whole number as it is.  Another is read from a text: as a literal it may be NUMERIC on Redshift, which has 38 digits."""
    if isinstance(number, float):
        return exp.cast(exp.Literal.string(repr(number)), exp.DType.DOUBLE)
    return exp.Literal.number(number) if number >= 0 else exp.Neg(this=exp.Literal.number(-number))


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
