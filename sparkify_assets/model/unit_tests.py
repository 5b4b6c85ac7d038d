"""Unit tests of derived tables: ``tests/<case>.toml`` in a table's folder holds rows of its input tables and the rows that must follow.

They are read when they are run, not when the definitions load.  Put here what a case may contain.  Do not put here what runs one
(warehouse/unit_tests.py).
"""

import difflib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlglot import exp

from sparkify_assets.errors import ModelError
from sparkify_assets.model.catalog import Catalog
from sparkify_assets.model.table import Column, Table
from sparkify_assets.model.table_parser import UNIT_TESTS, read_toml, require_keys

T = exp.DType
Row = tuple[Any, ...]


@dataclass(frozen=True, eq=False)
class UnitTest:
    """A case: what the SELECT of a table must return for given rows."""

    table: Table
    path: Path
    description: str
    given: Mapping[str, Sequence[Row]]
    """each table that the SELECT reads → its rows, by the columns of that table"""
    columns: Sequence[Column]
    """of the table: those that are compared"""
    expect: Sequence[Row]
    """rows of these columns, in any order"""


def unit_test_files(table: Table) -> list[Path]:
    """The files of its cases, by name."""
    return sorted(path for path in (table.folder / UNIT_TESTS).glob("*.toml") if not path.name.startswith("."))


def read_unit_test(path: Path, table: Table, catalog: Catalog) -> UnitTest:
    """Parse a case of a derived table.  Raises ModelError naming the file, and the row where one is wrong."""
    raw = read_toml(path)
    if "expect" in raw.get("given", ()) and "expect" not in raw:
        raise ModelError(
            f"{path}: expect is below [given], so that TOML counts it as a table of given; move it above [given], or write "
            "given.TABLE = […] without [given]"
        )
    require_keys(str(path), raw, {"description": str, "expect": list}, {"given": dict, "columns": list})
    columns = _compared(path, raw["columns"], table) if "columns" in raw else table.columns
    reads = catalog.transforms[table.name].reads
    given: dict[str, Sequence[Row]] = dict.fromkeys(reads, ())
    for name, rows in raw.get("given", {}).items():
        if name not in catalog.tables:
            raise ModelError(f"{path}: given.{name} is not a table{_alike(name, reads) or _alike(name, catalog.tables)}")
        if name not in reads:
            raise ModelError(f"{path}: given.{name}: the transform of {table.name} does not read it; expected {' or '.join(reads)}")
        given[name] = _rows(f"{path}: given.{name}", rows, catalog[name].columns)
    expect = _rows(f"{path}: expect", raw["expect"], columns)
    for number, row in enumerate(expect, 1):
        if missing := [c.name for c, value in zip(columns, row, strict=True) if value is None and not c.nullable]:
            raise ModelError(
                f"{path}: expect, row {number}: {missing[0]} has no value, and table.sql declares it NOT NULL; give one, or name "
                "in columns what to compare"
            )
    return UnitTest(table, path, raw["description"], given, columns, expect)


def _compared(path: Path, names: Sequence[Any], table: Table) -> list[Column]:
    known = {c.name: c for c in table.columns}
    for name in names:
        if not isinstance(name, str) or name not in known:
            raise ModelError(f"{path}: columns: {as_toml(name)} is not a column of {table.name}{_alike(name, known)}")
    if not names or len(set(names)) < len(names):
        raise ModelError(f"{path}: columns is {names}; expected the columns to compare, each once")
    return [known[name] for name in names]


def _rows(where: str, rows: Any, columns: Sequence[Column]) -> list[Row]:
    if not isinstance(rows, list):
        raise ModelError(f"{where} is {as_toml(rows)}; expected an array of rows: [ {{ column = value, … }}, … ]")
    return [_row(f"{where}, row {number}", row, columns) for number, row in enumerate(rows, 1)]


def _row(where: str, row: Any, columns: Sequence[Column]) -> Row:
    if not isinstance(row, dict):
        raise ModelError(f"{where} is {as_toml(row)}; expected {{ column = value, … }}")
    known = [c.name for c in columns]
    if unknown := [name for name in row if name not in known]:
        raise ModelError(f"{where}: {unknown[0]} is none of {', '.join(known)}{_alike(unknown[0], known)}")
    return tuple(_value(f"{where}: {c.name}", row[c.name], c) if c.name in row else None for c in columns)


def _value(where: str, value: Any, column: Column) -> Any:
    """The value as the engines take it.  Raises ModelError if it is not one of the column's type."""
    expected, known = _of_type(value, column)
    if known is None:
        size = f", {len(value.encode())} bytes" if isinstance(value, str) and column.max_bytes else ""
        raise ModelError(f"{where} is {as_toml(value)}{size}; expected {expected}, since the column is {column.type.sql('redshift')}")
    return known


def _of_type(value: Any, column: Column) -> tuple[str, Any]:
    """What is expected of a value of the column, and the value as a Python object; None if it is no such value."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    kind = column.type.this
    if column.max_bytes:
        fits = isinstance(value, str) and len(value.encode()) <= column.max_bytes
        return f'a text of at most {column.max_bytes} bytes: "a text"', value if fits else None
    if column.integer_limits:
        smallest, largest = column.integer_limits
        fits = is_whole(value) and smallest <= value <= largest
        return f"a whole number without quotes or point, from {smallest} to {largest}", value if fits else None
    if kind == T.DOUBLE:
        return "a number", float(value) if is_number else None
    if kind == T.DECIMAL:
        precision, scale = (int(e.name) for e in column.type.expressions)
        exact = Decimal(str(value)) if is_number else None
        fits = exact is not None and exact == round(exact, scale) and abs(exact) < 10 ** (precision - scale)
        return f"a number of at most {precision} digits, {scale} of them after the point", exact if fits else None
    if kind == T.BOOLEAN:
        return "true or false", value if isinstance(value, bool) else None
    if kind == T.DATE:
        return "a date without quotes: 2018-11-01", value if isinstance(value, date) and not isinstance(value, datetime) else None
    is_moment = isinstance(value, datetime) and value.tzinfo is None
    return "a UTC date-time without offset: 2018-11-01T21:56:47.796", value if is_moment else None


def is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def as_toml(value: Any) -> str:
    """A value as a case has it: a text in quotes, so that blanks are seen and NULL is no text."""
    if value is None:
        return "NULL"
    if isinstance(value, datetime | date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False, default=str)


def _alike(name: Any, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(str(name), list(known), n=1)
    return f"; is {near[0]} meant?" if near else ""
