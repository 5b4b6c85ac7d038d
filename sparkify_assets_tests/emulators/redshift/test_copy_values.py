"""COPY: conversion of JSON values to a column's type, and the codes of rejected ones (docs/design/redshift-facts.md).

Put here tests of values and of options that change them. Do not put here the choice of files (test_copy_files.py).
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from sparkify_assets_tests.emulators.redshift.trying import Trial

pytestmark = pytest.mark.integration

MOMENT = datetime.fromisoformat("2018-11-01T21:01:46.796")
SECOND = MOMENT.replace(microsecond=0)
CASES: list[tuple[str, list[Any], list[Any]]] = [
    ("INTEGER", [1, "2", "", None, -2147483648, " 7 "], [1, 2, None, None, -2147483648, 7]),
    ("SMALLINT", ["32767"], [32767]),
    ("BIGINT", [1541106106796, "-9223372036854775808"], [1541106106796, -9223372036854775808]),
    ("DOUBLE PRECISION", [1.5, "2.5e3", 3, "", 1541048010796.0], [1.5, 2500.0, 3.0, None, 1541048010796.0]),
    ("NUMERIC(8,2)", [20.259, "-20.259", 3], [Decimal("20.25"), Decimal("-20.25"), Decimal("3.00")]),
    ("NUMERIC", [20.9], [Decimal(20)]),
    ("BOOLEAN", [True, False, "t", "no", "1", ""], [True, False, True, False, True, None]),
    (
        "VARCHAR(20)",
        ["", "  ", "é\n\t\\'\"", None, 1.50, True, {"a": [1, 2.0]}, "\\N"],
        ["", "  ", "é\n\t\\'\"", None, "1.5", "true", '{"a":[1,2.0]}', "\\N"],
    ),
    ("CHAR(3)", ["a", ""], ["a  ", "   "]),
    ("DATE", ["2018-11-01", ""], [date(2018, 11, 1), None]),
    (
        "TIMESTAMP",
        ["2018-11-01 21:01:46", "2018-11-01 21:01:46.796"],
        [SECOND, MOMENT],
    ),
]
REFUSED: list[tuple[str, Any, int, str]] = [
    ("INTEGER", "x9", 1207, "Invalid digit, Value 'x', Pos 0, Type: Integer"),
    ("INTEGER", 1.0, 1207, "Invalid digit, Value '.', Pos 1, Type: Integer"),
    ("BIGINT", "1540344794796.0", 1207, "Invalid digit, Value '.', Pos 13, Type: Long"),
    ("INTEGER", True, 1207, "Invalid digit, Value 't', Pos 0, Type: Integer"),
    ("SMALLINT", 32768, 1222, "Overflow, Value '32768', Type: Short"),
    ("BIGINT", 10**30, 1222, "Overflow"),
    ("DOUBLE PRECISION", "NaN", 1207, "Invalid digit, Value 'N', Pos 0, Type: Double"),
    ("DOUBLE PRECISION", b'{"v": 1e999}', 1222, "Overflow"),
    ("NUMERIC(4,2)", 100, 1222, "Overflow"),
    ("BOOLEAN", "perhaps", 1210, "Unknown boolean format"),
    ("VARCHAR(4)", "ééé", 1204, "String length exceeds DDL length"),
    ("VARCHAR(4)", b'{"v": "\xa4"}', 1220, "String contains invalid or unsupported UTF-8 codepoints. Bad UTF-8 hex sequence: a4 (error 3)"),
    ("VARCHAR(9)", "\0", 1220, "String contains invalid"),
    ("VARCHAR(9)", b'{"v": "\\ud800"}', 1220, "String contains invalid"),
    ("CHAR(4)", "é", 1215, "Multibyte character not supported for CHAR"),
    ("DATE", "2018", 1205, "Invalid date format - length must be 10 or more"),
    ("TIMESTAMP", 1541106106796, 1206, "Invalid timestamp format or value [YYYY-MM-DD HH24:MI:SS]"),
    ("TIMESTAMP", "2018-11-01T21:01:46", 1206, "Invalid timestamp format or value [YYYY-MM-DD HH24:MI:SS]"),
    ("INTEGER NOT NULL", None, 1213, "Missing data for not-null field"),
    ("INTEGER NOT NULL", "", 1213, "Missing data for not-null field"),
    ("VARCHAR(9) NOT NULL", b"{}", 1213, "Missing data for not-null field"),
]


def test_values_become(trial: Trial) -> None:
    for kind, given, expected in CASES:
        assert trial.loaded_as(kind, *given) == expected, kind


def test_values_are_refused(trial: Trial) -> None:
    for kind, given, code, reason in REFUSED:
        found = trial.not_loaded_as(kind, given)
        assert (found[0], found[1][: len(reason)]) == (code, reason), (kind, given)


@pytest.mark.parametrize(
    ("kind", "given", "option", "expected"),
    [
        ("VARCHAR(4)", "ééé", "TRUNCATECOLUMNS", "éé"),
        ("VARCHAR(4)", "", "EMPTYASNULL", None),
        ("VARCHAR(4)", "  ", "EMPTYASNULL", "  "),
        ("VARCHAR(4)", "  ", "BLANKSASNULL", None),
        ("VARCHAR(4)", "a ", "TRIMBLANKS", "a"),
        ("NUMERIC(8,2)", 20.259, "ROUNDEC", Decimal("20.26")),
        ("TIMESTAMP", 1541106106796, "TIMEFORMAT 'epochmillisecs'", MOMENT),
        ("TIMESTAMP", "1541106106", "TIMEFORMAT AS 'epochsecs'", SECOND),
        ("TIMESTAMP", "2018-11-01T21:01:46.796Z", "TIMEFORMAT 'auto'", MOMENT),
        ("TIMESTAMP", "01.11.2018 21:01:46", "TIMEFORMAT 'DD.MM.YYYY HH24:MI:SS'", SECOND),
        ("DATE", "01/11/2018", "DATEFORMAT 'DD/MM/YYYY'", date(2018, 11, 1)),
    ],
)
def test_options_change_what_values_become(trial: Trial, kind: str, given: Any, option: str, expected: Any) -> None:
    trial.run(f"CREATE TABLE t (v {kind})")
    content = trial.json(v=given)
    assert trial.copy("t", trial.put("a.json", content), options=option) == 1
    assert trial.one("SELECT v FROM t") == expected


def test_epoch_numbers_are_not_recognised_and_the_words_are_lower_case(trial: Trial) -> None:
    trial.run("CREATE TABLE t (v TIMESTAMP)")
    trial.connection.commit()
    source = trial.put("a.json", trial.json(v=1541106106796))
    for option in ("TIMEFORMAT 'auto'", "TIMEFORMAT 'EPOCHMILLISECS'"):
        trial.not_copied("t", source, options=option)
    assert [code for _, _, code, _ in trial.errors()] == [1206, 1206]


def test_invalid_bytes_are_replaced_one_by_one(trial: Trial) -> None:
    trial.run("CREATE TABLE t (v VARCHAR(9))")
    trial.copy("t", trial.put("a.json", b'{"v": "a\xa4\xa5b"}'), options="ACCEPTINVCHARS '^'")
    assert trial.one("SELECT v FROM t") == "a^^b"


def test_defaults_are_for_columns_outside_the_list_only(trial: Trial) -> None:
    trial.run("CREATE TABLE t (a INTEGER DEFAULT 7, b INTEGER DEFAULT 8, c VARCHAR(9) NOT NULL DEFAULT 'x')")
    trial.copy("t (a)", trial.put("a.json", "{}"))
    assert trial.rows("SELECT * FROM t") == [[None, 8, "x"]]


def test_identity_is_made_unless_explicit(trial: Trial) -> None:
    trial.run("CREATE TABLE t (id BIGINT IDENTITY(0,1), v INTEGER)")
    trial.connection.commit()
    source = trial.put("a.json", '{"id": 70, "v": 1} {"id": 71, "v": 2}')
    trial.copy("t", source)
    assert trial.rows("SELECT id, v FROM t ORDER BY v") == [[0, 1], [1, 2]]
    trial.connection.rollback()
    trial.copy("t", source, options="EXPLICIT_IDS")
    assert trial.rows("SELECT id, v FROM t ORDER BY v") == [[70, 1], [71, 2]]
    trial.connection.rollback()
    assert "EXPLICIT_IDS" in trial.not_copied("t (id, v)", source)[1]


def test_a_column_that_is_not_there(trial: Trial) -> None:
    trial.run("CREATE TABLE t (a INTEGER)")
    trial.connection.commit()
    assert trial.not_copied("t (a, b)", trial.put("a.json", "{}"))[0] == "42703"
