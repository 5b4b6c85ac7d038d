"""Reasons of rejected records without the values that they quote: nothing of the record is left, and the kind of the fault stays."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkify_assets.ingest import validate_records
from sparkify_assets.ingest.reasons import NOT_SHOWN, without_value
from sparkify_assets.model import load_catalog
from sparkify_assets_tests.support import event

EVENTS = load_catalog()["staging_events"]
VALUE = "Qvalue"


def reason_of(record: bytes) -> str:
    (rejected,) = validate_records(record, EVENTS).rejected
    return rejected.reason


def line(**more: object) -> bytes:
    return json.dumps(event(**more)).encode()


@pytest.mark.parametrize(
    ("record", "kept"),
    [
        (line(status=VALUE), "status: found a value (…), expected a whole number from -2147483648 to 2147483647"),
        (line(status=98765432100), "status: found a value (…), expected a whole number from -2147483648 to 2147483647"),
        (line(level=VALUE * 99), "level: found 594 bytes (…), expected text of at most"),
        (line(level=VALUE + "\0"), "level: found a NUL character (…), expected text of at most"),
        (line(level=VALUE + "\ud800"), "level: found half a character (…), expected text of at most"),
        (line(length={VALUE: float("nan")}), "length: found a value (…), expected a finite number"),
        (line(song={VALUE: float("nan")}), "song: found a value (…), expected text of at most"),
        (line(status=f"{VALUE}, expected {VALUE}"), "status: found a value (…), expected a whole number from"),
        (line(status=f"found {VALUE}"), "status: found a value (…), expected a whole number from"),
        (VALUE.encode(), "found a value (…), expected one JSON object a line"),
        (b'{"song" ' + VALUE.encode() + b"}", "found a text at character 9 (Expecting ':' delimiter) (…), expected one JSON object a line"),
        (
            b'{"song": "' + VALUE.encode(),
            "found a text at character 10 (Unterminated string starting) (…), expected one JSON object a line",
        ),
        (b'{"song": "\xff' + VALUE.encode() + b'"}', "found byte 0xff at byte 11 of the record, expected UTF-8"),
        (b'"' + VALUE.encode() + b'"', "found a JSON string, expected one JSON object a line"),
        (line(ts=None), "ts: found null, expected a whole number from"),
        (line(ts=""), 'ts: found empty text (""), expected a whole number from'),
        (line()[:-1] + b', "ts": 987654}', "ts: found the key 2 times in one object, expected it once"),
    ],
)
def test_the_kind_of_a_fault_stays(record: bytes, kept: str) -> None:
    told = without_value(reason_of(record))
    assert VALUE not in told
    assert "987654" not in told
    assert told.startswith(kept.replace("…", NOT_SHOWN))


def test_what_copy_says_is_not_repeated() -> None:
    told = without_value(f"rejected by COPY: Invalid digit, Value '{VALUE}', Pos 0 (error 1207)")
    assert VALUE not in told
    assert "error 1207" in told


def test_of_an_unknown_text_nothing_is_left() -> None:
    assert VALUE not in without_value(f"a reason of a later version: {VALUE}")


@given(st.text().map(lambda text: f"{VALUE}{text}{VALUE}"))
def test_no_value_is_left_whatever_it_is(value: str) -> None:
    for record in (line(status=value), line(level=value * 50), value.replace("\n", " ").replace("\r", " ").encode("utf-8", "replace")):
        told = [without_value(rejected.reason) for rejected in validate_records(record, EVENTS).rejected]
        assert told
        assert VALUE not in "".join(told)
