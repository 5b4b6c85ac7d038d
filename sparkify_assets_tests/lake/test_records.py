"""Which records of a file are sound, and what is kept and said of the others: line, column, reason and raw text.

What their fields must be is tried in test_judging.py, where records begin and end in test_framing.py.
"""

import gzip
import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparkify_assets.errors import LakeError
from sparkify_assets.ingest import InvalidRecord, ValidationResult, decompress, validate_records
from sparkify_assets_tests.lake.one_record import EVENTS, OK, event, is_sound, one
from sparkify_assets_tests.support import mentions, raises

BLANK = b" \t\r\n"
BOM = b"\xef\xbb\xbf"
MAX_RECORD_BYTES = 4_194_304
"""what COPY takes as one JSON object"""
MAX_RAW_BYTES = 60_000
"""what the comment of rejected_records.raw_text says"""

# the file as a whole


def test_good_and_rejected_are_told_apart_and_counted() -> None:
    late, other = event(ts="1541106106797"), event(userId='""')
    data = b"\n".join([OK, b"", event(userId='"abc"'), late, b"hello", OK[:30], b"[1,2]", other + OK, b""])
    sifted = validate_records(data, EVENTS)
    assert sifted.valid == [OK, late, other, OK]
    assert [(r.line, r.column, r.raw) for r in sifted.rejected] == [
        (3, "user_id", event(userId='"abc"').decode()),
        (5, None, "hello"),
        (6, None, OK[:30].decode()),
        (7, None, "[1,2]"),
    ]
    number, word, cut, array = (r.reason for r in sifted.rejected)
    mentions(number, "userId", '"abc"', -2147483648, 2147483647)
    mentions(word, '"hello"')
    mentions(cut, "end of the line", "Invalid control character")
    mentions(array, "JSON array")
    assert sifted.records == 8


@pytest.mark.parametrize("data", [b"", b"\n", b" \r\n\t\n", BOM, BOM + b"\n"])
def test_empty_files_and_lines_hold_no_records(data: bytes) -> None:
    assert validate_records(data, EVENTS) == ValidationResult([], [])


def test_records_over_several_lines_come_back_on_one() -> None:
    pretty = json.dumps(json.loads(OK), indent=2).encode()
    assert validate_records(BOM + pretty + b"\n" + pretty.replace(b"\n", b"\r\n") + OK, EVENTS) == ValidationResult(
        [pretty.replace(b"\n", b" "), pretty.replace(b"\n", b"  "), OK], []
    )


def test_original_bytes_are_kept() -> None:
    odd = (
        b'{ "artist" : "Bj\\u00f6rk \xc3\xb6 \\/" ,"registration":1.540e12, '
        + OK.replace(b'"artist"', b'"x"').replace(b'"registration"', b'"y"')[1:]
    )
    assert is_sound(odd)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"[" + OK + b",\n" + OK + b"]", "a JSON array"),
        (b"[]", "a JSON array"),
        (b'"text"', "a JSON string"),
        (b"1", "a JSON number"),
        (b"1e400", "a JSON number"),
        (b"9" * 5000, "a JSON number"),
        (b"null", "null"),
        (b"true", "true"),
        (b"false", "false"),
        (b"-Infinity", "-Infinity"),
    ],
)
def test_other_json_values_are_one_rejected_record(data: bytes, kind: str) -> None:
    rejected = one(data)
    assert rejected == InvalidRecord(1, None, rejected.reason, data.decode(), may_be_many=data.count(b"{") > 1)
    mentions(rejected.reason, kind)


@pytest.mark.parametrize("byte", [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80"])
def test_bytes_that_are_not_utf8_reject_the_record_they_are_in(byte: bytes) -> None:
    for bad in (event(artist='"caf?"').replace(b"?", byte), OK[:-1] + b',"unknown":"' + byte + b'"}', OK[:-1] + b',"' + byte + b'":1}'):
        sifted = validate_records(OK + b"\n" + bad + b"\n" + OK, EVENTS)
        assert sifted.valid == [OK, OK]
        [rejected] = sifted.rejected
        assert (rejected.line, rejected.column) == (2, None)
        mentions(rejected.reason, f"0x{byte[0]:02x}", bad.index(byte) + 1, "UTF-8")
        assert rejected.raw == bad.decode("utf-8", "backslashreplace")
        assert r"\x" in rejected.raw


def test_utf16_is_rejected() -> None:
    sifted = validate_records(OK.decode().encode("utf-16"), EVENTS)
    assert sifted.valid == []
    first, *_ = sifted.rejected
    assert (first.line, first.column) == (1, None)
    mentions(first.reason, r"\xff\xfe")


@pytest.mark.parametrize("half", [r"\ud800", r"\udc00", r"\uD83D\u0041", r"\ude00\ud83d"])
def test_half_a_character_is_rejected_wherever_it_stands(half: str) -> None:
    known = one(event(artist=f'"x{half}"'))
    assert (known.column, known.raw) == ("artist", event(artist=f'"x{half}"').decode())
    mentions(known.reason, "artist", '"x\\u', 1024)
    for unknown in (OK[:-1] + f',"unknown":"{half}"}}'.encode(), OK[:-1] + f',"{half}":[]}}'.encode()):
        rejected = one(unknown)
        assert rejected.column is None
        mentions(rejected.reason, half[:6])


@pytest.mark.parametrize("text", [r"\ud83d\ude00", r"\\ud800", r"\\\\ud800", r"\uffff", r"\u0001"])
def test_whole_characters_are_sound_however_they_are_written(text: str) -> None:
    assert is_sound(event(artist=f'"{text}"'))


def test_nul_is_rejected_raw_and_escaped() -> None:
    escaped = one(event(artist=r'"a\u0000b"'))
    assert escaped.column == "artist"
    mentions(escaped.reason, "artist", "NUL", '"a\\u0000b"', 1024)
    raw = one(event(artist='"a\0b"'))
    assert raw.column is None
    mentions(raw.reason, "Invalid control character")
    assert raw.raw == event(artist='"a\\x00b"').decode()
    assert is_sound(OK[:-1] + rb',"unknown":"\u0000"}')


def test_records_have_a_largest_size() -> None:
    frame = OK[:-1] + b',"unknown":""}'
    largest = frame.replace(b'""', b'"' + b"x" * (MAX_RECORD_BYTES - len(frame)) + b'"')
    assert is_sound(largest)
    rejected = one(largest.replace(b'"x', b'"xx'))
    assert (rejected.column, len(rejected.raw)) == (None, MAX_RAW_BYTES)
    mentions(rejected.reason, 4194305, 4194304)
    assert rejected.reason.count("4194305") == 2, "found, and cut from"


@pytest.mark.integration
def test_a_line_of_10_mb() -> None:
    long = event(artist='"' + "x" * 10_000_000 + '"')
    mentions(one(long).reason, len(long), 4194304)
    times = 10_000_000 // len(OK)
    assert len(validate_records(OK * times, EVENTS).valid) == times


def test_nesting_in_unknown_keys() -> None:
    assert is_sound(OK[:-1] + b',"unknown":' + b"[" * 99 + b"]" * 99 + b"}")
    mentions(one(OK[:-1] + b',"unknown":' + b"[" * 100 + b"]" * 100 + b"}").reason, 100)
    sifted = validate_records(OK[:-1] + b',"unknown":' + b"[" * 100_000 + b"\n" + OK, EVENTS)
    assert sifted.valid == [OK]
    mentions(sifted.rejected[0].reason, 100)


# what is kept of a rejected record


def test_raw_text_is_cut_on_the_border_of_a_character() -> None:
    data = event(artist='"' + "é" * 35_000 + '"')
    rejected = one(data)
    assert rejected.column == "artist"
    mentions(rejected.reason, "cut", len(data))
    assert 0 <= MAX_RAW_BYTES - len(rejected.raw.encode()) <= 1
    assert data.decode().startswith(rejected.raw)


@pytest.mark.parametrize("size", [MAX_RAW_BYTES, MAX_RAW_BYTES + 1, 70_000])
@pytest.mark.parametrize("byte", [b"x", b"\0", b"\xff"])
def test_raw_text_has_a_largest_size(size: int, byte: bytes) -> None:
    rejected = one(byte * size)
    shown = {b"x": "x", b"\0": r"\x00", b"\xff": r"\xff"}[byte] * size
    assert rejected.raw == shown[:MAX_RAW_BYTES]
    assert (str(size) in rejected.reason) == (len(shown) > MAX_RAW_BYTES), rejected.reason


def test_reasons_fit_their_column() -> None:
    """rejected_records.reason holds 1,024 bytes."""
    wide = "😀" * 5000
    for data in (
        wide.encode(),
        event(status=f'"{wide}"'),
        event(artist=f'"{wide}"'),
        b'{"' + wide.encode() + b'"',
        event(status='"' + "\\u0001" * 99 + '"'),
    ):
        assert len(one(data).reason.encode()) < 600


# packed files

PACKED = gzip.compress(OK, mtime=0)  # the names of tests must not depend on the time


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (PACKED, OK),
        (PACKED + PACKED, OK + OK),
        (PACKED * 3000, OK * 3000),
        (gzip.compress(b"", mtime=0), b""),
        (PACKED + b"\0" * 512, OK),
    ],
)
def test_packed_files_are_unpacked(data: bytes, expected: bytes) -> None:
    assert decompress("log_data/x.json.gz", data) == expected


def test_other_files_are_left_as_they_are_unless_they_are_gzip_data() -> None:
    assert decompress("log_data/x.json", OK) is OK
    with raises(LakeError, "log_data/x.json", "gzip", "x.json.gz"):
        decompress("log_data/x.json", PACKED)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        *((PACKED[:n], "too early") for n in (2, 9, 15, len(PACKED) // 2, len(PACKED) - 1)),
        (b"", "no bytes"),
        (OK, "Not a gzipped file"),
        (PACKED[:1], "Not a gzipped file"),
        (PACKED + OK, "Not a gzipped file"),
        (PACKED[:-5] + b"\0" + PACKED[-4:], "CRC check failed"),
        (PACKED[:20] + b"\xff" * 20 + PACKED[40:], "Error -3 while decompressing data"),
        (PACKED + PACKED[:-3], "too early"),
    ],
)
def test_a_packed_file_that_is_not_sound_is_named(data: bytes, found: str) -> None:
    with raises(LakeError, "log_data/x.json.gz", found):
        decompress("log_data/x.json.gz", data)


# properties

SPACE = st.text(alphabet=" \t\r\n", max_size=3).map(str.encode)
EXTRAS = st.dictionaries(
    st.text().map("x".__add__),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(), v),
    ),
    max_size=3,
)


@st.composite
def sound_events(draw: st.DrawFn) -> bytes:
    """A sound record with unknown keys, as some writer would put it."""
    value = {
        **draw(EXTRAS),
        **json.loads(event(ts=str(draw(st.integers(946684800000, 4102444799999))))),
        "artist": draw(st.text(max_size=200)),
    }
    value["artist"] = value["artist"].replace("\0", "")
    indent = draw(st.sampled_from([None, 0, 3]))
    return json.dumps(value, indent=indent, ensure_ascii=draw(st.booleans())).encode()


@pytest.mark.integration
@settings(deadline=None)  # other work shares the machine
@given(st.lists(st.tuples(SPACE, sound_events()), max_size=4), SPACE)
def test_sound_records_all_come_back_in_order(records: list[tuple[bytes, bytes]], end: bytes) -> None:
    sifted = validate_records(b"".join(space + text for space, text in records) + end, EVENTS)
    assert sifted == ValidationResult([text.replace(b"\n", b" ") for _, text in records], [])
    assert validate_records(b"\n".join(sifted.valid), EVENTS) == sifted


PARTS = [
    OK,
    event(userId='"abc"'),
    b"\n",
    b"\r\n",
    b" ",
    b"hello",
    OK[:40],
    b"[1]",
    b"{",
    b"}",
    b",",
    b"\xff",
    b"\0",
    b'"',
    json.dumps(json.loads(OK), indent=1).encode(),
]


@settings(deadline=None)  # other work shares the machine
@given(st.binary(max_size=100) | st.lists(st.sampled_from(PARTS), max_size=12).map(b"".join))
def test_nothing_of_any_file_is_lost(data: bytes) -> None:
    sifted = validate_records(data, EVENTS)
    kept = b"".join(sifted.valid).decode() + "".join(r.raw for r in sifted.rejected)
    shown = data.removeprefix(BOM).decode("utf-8", "backslashreplace").replace("\0", "\\x00")
    assert Counter(kept.encode().translate(None, BLANK)) == Counter(shown.encode().translate(None, BLANK))
    assert all(r.reason and r.raw and r.line >= 1 for r in sifted.rejected)
    assert validate_records(b"\n".join(sifted.valid), EVENTS) == ValidationResult(sifted.valid, [])
    assert not any(b"\n" in record or b"\r" in record for record in sifted.valid)
