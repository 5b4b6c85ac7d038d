"""What each field of a record must be: every column of both staging tables, every kind of wrong value, from the tables themselves."""

import math
from collections.abc import Sequence

import pytest
from sqlglot import exp

from sparkify_assets.errors import ModelError
from sparkify_assets.ingest import InvalidRecord, validate_records
from sparkify_assets.model.table import Column, Table
from sparkify_assets.model.table_parser import read_table
from sparkify_assets_tests.lake.one_record import EVENT, EVENTS, OK, SONG, SONGS, TABLES, event, is_sound, keys_of, one, record
from sparkify_assets_tests.support import mentions, raises


def test_the_samples_are_sound() -> None:
    assert is_sound(OK)
    assert is_sound(record(SONG), SONGS)


@pytest.mark.parametrize("text", ["NaN", "-Infinity", "1e400", "9" * 5000, '"x"', "[[{}]]", "null", '{"userId":1,"userId":2}'])
def test_unknown_keys_may_hold_anything_even_twice(text: str) -> None:
    assert is_sound(OK[:-1] + f',"USERID":{text},"userid":1,"log_date":{text},"log_date":{text},"":0}}'.encode())


BITS = {exp.DType.SMALLINT: 16, exp.DType.INT: 32, exp.DType.BIGINT: 64}
"""of Redshift's whole numbers"""
FIELDS = [(table, column) for table in (EVENTS, SONGS) for column in table.columns if column.name in keys_of(table)]
WHOLES = [(t, c) for t, c in FIELDS if c.type.this in BITS]
DOUBLES = [(t, c) for t, c in FIELDS if c.type.this == exp.DType.DOUBLE]
TEXTS = [(t, c) for t, c in FIELDS if c.max_bytes]


def names(fields: list[tuple[Table, Column]]) -> list[str]:
    return [f"{t.name}.{c.name}" for t, c in fields]


def limits(table: Table, column: Column) -> tuple[int, int]:
    assert table.source is not None
    half = 2 ** (BITS[column.type.this] - 1)
    low, high = table.source.ranges.get(column.name, (-half, half - 1))
    return int(low), int(high)


def base(table: Table) -> dict[str, str]:
    return EVENT if table is EVENTS else SONG


def refused(table: Table, column: Column, text: str | None, found: str | None = None, expected: Sequence[object] = ()) -> None:
    """This JSON text rejects the record, for this column's sake; what was found is said as it is written, with what was expected."""
    key = keys_of(table)[column.name]
    data = record(base(table), **{key: text})
    rejected = one(data, table)
    assert (rejected.line, rejected.column, rejected.raw) == (1, column.name, data.decode())
    shown = found or text or ""
    mentions(rejected.reason, key, shown if len(shown) <= 80 else shown[:79] + "…", *expected)


def accepted(table: Table, column: Column, text: str | None) -> None:
    assert is_sound(record(base(table), **{keys_of(table)[column.name]: text}), table), text


def test_every_kind_of_column_is_tried() -> None:
    assert len(WHOLES) + len(DOUBLES) + len(TEXTS) == len(FIELDS) == 18 + 10


@pytest.mark.parametrize(("table", "column"), FIELDS, ids=names(FIELDS))
def test_null_and_missing(table: Table, column: Column) -> None:
    if column.nullable:
        accepted(table, column, "null")
        accepted(table, column, None)
    else:
        refused(table, column, "null")
        refused(table, column, None, "missing")


@pytest.mark.parametrize(("table", "column"), FIELDS, ids=names(FIELDS))
def test_empty_text_is_null_except_in_text(table: Table, column: Column) -> None:
    if column.nullable or column.max_bytes:
        accepted(table, column, '""')
    else:
        refused(table, column, '""')


@pytest.mark.parametrize(("table", "column"), FIELDS, ids=names(FIELDS))
def test_a_declared_key_twice(table: Table, column: Column) -> None:
    key = keys_of(table)[column.name]
    text = base(table).get(key, "null")
    data = record(base(table), **{key: text})[:-1] + f',"{key}":{text}}}'.encode()
    rejected = one(data, table)
    assert rejected == InvalidRecord(1, column.name, rejected.reason, data.decode())
    mentions(rejected.reason, key, 2)


@pytest.mark.parametrize(("table", "column"), WHOLES, ids=names(WHOLES))
def test_whole_numbers(table: Table, column: Column) -> None:
    low, high = limits(table, column)
    for good in (low, high, (low + high) // 2):
        for text in (f"{good}", f'"{good}"', f'"{"-" * (good < 0)}{"0" * 5000}{abs(good)}"'):
            accepted(table, column, text)
    beyond = [low - 1, high + 1, 10**30, -(10**30), 2**63]
    wrong = ["true", "false", "1.0", "1.5", "1e3", "-0.0", "1E400", "[]", "[1]", "{}", "NaN", "Infinity", "-Infinity", "9" * 5000]
    strings = ["abc", "1.0", "1e3", " 1", "1 ", "+1", "1_0", "0x1", "-", "--1", "1-", "\u0661", "1\\n", "null", "NaN", "9" * 5000]
    for text in [*map(str, beyond), *wrong, *(f'"{s}"' for s in [*beyond, *strings])]:
        refused(table, column, text, expected=(low, high))


@pytest.mark.parametrize(("table", "column"), DOUBLES, ids=names(DOUBLES))
def test_numbers(table: Table, column: Column) -> None:
    assert table.source is not None
    low, high = table.source.ranges.get(column.name, (-math.inf, math.inf))
    for good in [
        "0",
        "-0",
        "1.5",
        "1e1",
        "1E+1",
        "1.25e-3",
        "-7",
        "1e-400",
        "0." + "1" * 5000,
        *([f"{low}", f"{high}"] if high < math.inf else ["1e308"]),
    ]:
        accepted(table, column, good)
        accepted(table, column, f'"{good}"')
    accepted(table, column, '"007.50"')
    beyond = ["1e400", "-1e400", "9" * 400, *([f"{high}.0001", f"{low}.0001", f"{high + 1}"] if high < math.inf else [])]
    wrong = ["true", "[]", "[1.5]", "{}", "NaN", "Infinity", "-Infinity"]
    strings = ["abc", "NaN", "inf", "1.", ".5", "+1", " 1", "1 ", "1e", "e1", "1_0.0", "0x10", "1,5", "\u0661"]
    for text in [*beyond, *wrong, *(f'"{s}"' for s in [*beyond, *strings])]:
        refused(table, column, text, expected=(low, high) if high < math.inf else ("finite",))


@pytest.mark.parametrize(("table", "column"), TEXTS, ids=names(TEXTS))
def test_text_is_measured_in_bytes(table: Table, column: Column) -> None:
    most = column.max_bytes
    assert most is not None
    half = most // 2
    accepted(table, column, '"' + "x" * most + '"')
    long = one(record(base(table), **{keys_of(table)[column.name]: '"' + "x" * (most + 1) + '"'}), table)
    assert long.column == column.name
    mentions(long.reason, keys_of(table)[column.name], most + 1, f' "{"x" * min(most, 78)}', most)
    accepted(table, column, '"' + "é" * half + "x" * (most % 2) + '"')
    accepted(table, column, '"' + r"\u00e9" * half + '"')
    long = one(record(base(table), **{keys_of(table)[column.name]: '"' + "é" * (half + 1) + '"'}), table)
    assert long.column == column.name
    mentions(long.reason, keys_of(table)[column.name], 2 * half + 2, most)
    refused(table, column, r'"\u0000"', expected=("NUL", most))


@pytest.mark.parametrize(("table", "column"), TEXTS, ids=names(TEXTS))
def test_other_values_in_text_columns_are_taken_as_their_json_text(table: Table, column: Column) -> None:
    for text in ("7", "1.50", "true", "false", "[1]", "{}", "[ 1 , 2 ]", '{"a" : 1}'):
        accepted(table, column, text)
    for text in ("NaN", "[NaN]"):
        refused(table, column, text, expected=(column.max_bytes,))
    for text in ("1" * 5000, "[" + "1," * 3000 + "1]", '{"a":"' + "x" * 5000 + '"}'):
        mentions(one(record(base(table), **{keys_of(table)[column.name]: text}), table).reason, len(text), column.max_bytes)


@pytest.mark.parametrize("ts", ["1541106106", '"1541106106"', "-1541106106796", "0", "884541636796000", "1541106106796000"])
def test_ts_in_seconds_microseconds_or_far_off(ts: str) -> None:
    rejected = one(event(ts=ts))
    assert rejected == InvalidRecord(1, "ts", rejected.reason, event(ts=ts).decode())
    mentions(rejected.reason, "ts", f" {ts}", 946684800000, 4102444799999)


def test_user_id_may_be_empty_null_or_text() -> None:
    for text in ('""', "null", None, '"15"', "15", '"0015"'):
        assert is_sound(event(userId=text))


def test_the_first_column_at_fault_is_named() -> None:
    assert one(event(userId='"abc"', itemInSession="-1", status="true")).column == "item_in_session"


def test_a_table_that_records_do_not_feed_is_refused() -> None:
    with raises(ModelError, TABLES / "load_metadata/load_history", "source.toml"):
        validate_records(OK, read_table(TABLES / "load_metadata/load_history"))
