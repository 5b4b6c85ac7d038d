"""The quick scan and the slow sifting must say the same of every file: one invents files that tempt an engine, and asks both.

What is sound, what is not, and what a sound record's row is, lake/records.py decides; DuckDB's own JSON reader is more lenient here
(trailing commas, NaN, numbers spelt anew) and stricter there, so nothing it does is taken on trust.
"""

import gzip
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sparkify_assets.errors import RejectedRecordsError
from sparkify_assets.ingest import ValidationResult, validate_records
from sparkify_assets.model import Table
from sparkify_assets.warehouse.duckdb.input_files import LARGE_FILE_BYTES
from sparkify_assets_tests.warehouse.opened import EVENTS, SONGS, Opened, expected_rows

pytestmark = pytest.mark.integration

BASES = {
    EVENTS: {
        "artist": '"Muse"',
        "gender": '"F"',
        "itemInSession": "0",
        "length": "240.5",
        "page": '"NextSong"',
        "registration": "1541048010796.0",
        "sessionId": "818",
        "song": '"Starlight"',
        "status": "200",
        "ts": "1541106106796",
        "userId": '"15"',
    },
    SONGS: {
        "num_songs": "1",
        "artist_id": '"AR1"',
        "artist_latitude": "1.5",
        "artist_name": '"Muse"',
        "song_id": '"SO1"',
        "title": '"Starlight"',
        "duration": "240.5",
        "year": "2006",
    },
}
NUMBERS = (
    "0 -0 1 -1 7 01 -01 00 15 200 1979 1.0 1.5 0.10 1.50 -0.0 1e0 1e3 1E3 1e+3 1e-3 1.5e3 1e5 1e6 1e15 1e16 1e17 1e21 1e22 123456789.0 "
    "1e300 1e400 -1e400 1e-400 2147483647 2147483648 -2147483648 -2147483649 9223372036854775807 9223372036854775808 "
    "-9223372036854775808 -9223372036854775809 18446744073709551615 18446744073709551616 123456789012345678901234567890 "
    "1541106106796 1541106106796.0 1541106106 946684800000 946684799999 4102444799999 4102444800000 90 90.0000001 -180 "
    "0.1111111111111111111111111111111111111111 1234567890.12345678901234567890 1e-7 5e-324 1.7976931348623157e308 1.8e308 "
    "+5 .5 5. 1. 0x10 0b1 1_000 1,5 - -- 1e e1 1e+ NaN nan -nan NAN Infinity -Infinity infinity inf -inf INF"
).split()
LONG_NUMBERS = ["0." + "1" * 5000, "9" * 5000, "0" * 5000 + "7", "1" + "0" * 400]
TEXTS = (
    '"" " " "5" " 5" "5 " "+5" "1_000" "0x10" "1e3" "1.0" "-0" "007" "-007" "1979" "true" "null" "NaN" "nan" "inf" "Infinity" "-" '
    '"abc" "[1]" "[1.50]" "{}" "[Untitled]" "1.50" "1e6" "٣" "1٣" "é" "\\u00e9" "\\u0031" "\\u0000" "x\\u0000" "\\ud83d\\ude00" "😀" '
    '"\\ud83d" "\\ude00" "\\ude00\\ud83d" "\\ud83d\\u0041" "\\/" "/" "\\\\" "\\"" "\\n" "\\t" "\\b\\f\\r" "\\u001f" "\\u007f" "\\u2028" '
    '"\\q" "\\u12" "\\x41" "a\\" "," "},{" ",}" "nan," ", inf ]" "\x7f" "\x01" "\x0b" "\x0c" "\ufeff" "\u00a0" "\u2028" '
    "'a' abc undefined None True"
).split(" ")
NESTED = (
    '[] {} [1] [1,] [,] [1.50] [1e5] [1e6] [-0] [0] [1e400] [NaN] [nan] [[[]]] {"a":1} {"a":1,} {"a":1.50} {"b":1,"b":2} {"a":null} '
    '{"a":"\\u0000"} ["\\u0000"] ["\\ud83d"] ["\\u001f\\u007f\\u2028/\\/"] ["é\\u00e9"] {"\\u0061":1} {"a":[1,2,{"c":"d"}]} {1:2} {"a"} '
    '["a" "b"] [1 2] [true,false,null] ["1,]"]'
).split(" ")
DEEP = ["[" * n + "]" * n for n in (50, 99, 100, 101, 127, 128, 129, 200)] + ['{"a":' * n + "1" + "}" * n for n in (99, 100, 127, 128)]
ODD = [
    *NUMBERS,
    *LONG_NUMBERS,
    *(f'"{n}"' for n in [*NUMBERS, *LONG_NUMBERS]),
    *TEXTS,
    *NESTED,
    *DEEP,
    "true",
    "false",
    "null",
    "nul",
    "",
]
BYTES = [b"\x00", b"\x0b", b"\x0c", b"\x1a", b"\x7f", b"\x85", b"\xa0", b"\xc2\xa0", b"\xef\xbb\xbf", b"\xff", b"\xed\xa0\x80", b"\xc0\x80"]
BYTES += [
    b"\xf4\x90\x80\x80",
    b"\xe2\x80\xa8",
    b"\\",
    b'"',
    b",",
    b";",
    b":",
    b"{",
    b"}",
    b"[",
    b"]",
    b"1",
    b"nan",
    b"null",
    b"/*c*/",
    b"//c",
]
BLANKS = [b"", b"", b"", b" ", b"\t", b"\r", b"  \t "]
LINES = [
    b"",
    b" ",
    b"\t\r",
    b"1",
    b"12",
    b"-",
    b'"x"',
    b"true",
    b"null",
    b"nan",
    b"[]",
    b"{}",
    b"[",
    b"{",
    b"}",
    b"]",
    b"#",
    b"\xef\xbb\xbf",
]
ENDS = [b"\n", b"\n", b"\n", b"\r\n", b"\n\n", b"\r", b"", b" "]


def json_values() -> st.SearchStrategy[str]:
    text = st.text(st.characters(exclude_categories=["Cs"]), max_size=9).map(
        lambda t: '"' + t.replace("\\", "\\\\").replace('"', "'") + '"'
    )
    number = st.from_regex(r"-?[0-9]{1,25}(\.[0-9]{1,20})?([eE][-+]?[0-9]{1,3})?", fullmatch=True)
    return st.sampled_from(ODD) | text | number | number.map(lambda n: f'"{n}"') | number.map(lambda n: f"[{n}]")


@st.composite
def objects(draw: st.DrawFn, table: Table) -> bytes:
    """A sound record, a few of its members changed, repeated, renamed or left out; then perhaps hurt."""
    base = BASES[table]
    members = [(f'"{key}"', text) for key, text in base.items()]
    for _ in range(draw(st.integers(0, 2))):
        key = draw(st.sampled_from([f'"{k}"' for k in [*all_keys(table), *all_keys(table), "unknown", "USERID", "log_date", "", "path"]]))
        members = [m for m in members if m[0] != key or draw(st.integers(0, 9)) == 0]
        if draw(st.integers(0, 9)):
            members.insert(draw(st.integers(0, len(members))), (respelt(key, draw), draw(json_values())))
    glue = draw(st.sampled_from(BLANKS))
    text = b"{" + (b"," + glue).join(f"{k}:".encode() + glue + v.encode() for k, v in members) + glue + b"}"
    return hurt(text, draw) if draw(st.integers(0, 5)) == 0 else text


def all_keys(table: Table) -> list[str]:
    assert table.source is not None
    return list(table.source.keys.values())


def respelt(key: str, draw: st.DrawFn) -> str:
    """Now and then, a key that is the same to JSON and not to the eye."""
    return f'"\\u{ord(key[1]):04x}{key[2:]}' if len(key) > 2 and draw(st.integers(0, 9)) == 0 else key


def hurt(text: bytes, draw: st.DrawFn) -> bytes:
    at = draw(st.integers(0, len(text)))
    ways: list[Callable[[], bytes]] = [
        lambda: text[:at] + draw(st.sampled_from(BYTES)) + text[at:],
        lambda: text[:at],
        lambda: text[:at] + text[at + 1 :],
        lambda: text[:-1] + b",}",
        lambda: text + draw(st.sampled_from(BYTES)),
        lambda: draw(st.sampled_from(BYTES)) + text,
        lambda: b"[" + text + b"]",
        lambda: text.replace(b",", b",\n"),
        lambda: text + text,
    ]
    return draw(st.sampled_from(ways))()


def contents(table: Table) -> st.SearchStrategy[bytes]:
    line = st.tuples(objects(table) | objects(table) | objects(table) | st.sampled_from(LINES), st.sampled_from(ENDS)).map(b"".join)
    body = st.lists(line, max_size=3).map(b"".join)
    return st.tuples(st.sampled_from([b"", b"", b"", b"\xef\xbb\xbf"]), body).map(b"".join)


def record(table: Table, **members: str) -> bytes:
    """A sound record with these JSON texts."""
    return ("{" + ",".join(f'"{key}":{text}' for key, text in (BASES[table] | members).items()) + "}").encode()


def deliveries(table: Table) -> st.SearchStrategy[list[tuple[bytes, str]]]:
    return st.lists(st.tuples(contents(table), st.sampled_from(["json", "json", "json.gz"])), min_size=1, max_size=2)


def hides_records(table: Table, sifted: ValidationResult) -> bool:
    """Whether a file is refused whatever is tolerated."""
    is_one = table is SONGS and sifted.records == 1
    return any(r.may_be_many for r in sifted.rejected) or (bool(sifted.rejected) and not sifted.valid and not is_one)


def check_that_both_agree(opened: Opened, table: Table, files: list[tuple[bytes, str]]) -> None:
    """Loaded with every reject tolerated, the warehouse holds what sift() says of each file, and not a word else.

    What is refused all the same, since nobody knows how many records a file hides, is tried once more with a sound record at its end."""
    for entry in [*opened.lake.root.rglob("*.json"), *opened.lake.root.rglob("*.json.gz")]:
        entry.unlink()
    sifted = {}
    for number, (content, kind) in enumerate(files):
        stored = gzip.compress(content, 0) if kind == "json.gz" else content
        sifted[opened.deliver(table, stored, f"FILE{number}", kind)] = validate_records(content, table)
    if any(hides_records(table, s) for s in sifted.values()):
        assert isinstance(opened.refusal(table, tolerated=1_000_000), RejectedRecordsError)
        ended = [(content + b"\n" + record(table), kind) for content, kind in files]
        if not any(hides_records(table, validate_records(content, table)) for content, _ in ended):
            check_that_both_agree(opened, table, ended)
        return
    opened.load_one(table, tolerated=1_000_000)
    assert opened.rows(table) == expected_rows(table, [record for s in sifted.values() for record in s.valid])
    judged = Counter((key, r.line, r.column, r.reason, r.raw) for key, s in sifted.items() for r in s.rejected)
    assert Counter(opened.rejected()) == judged
    assert opened.counted() == {key: (s.records, len(s.rejected)) for key, s in sifted.items()}


# what was once read differently, or nearly was


def temptations() -> Iterator[tuple[str, Table, bytes]]:
    sound = record(EVENTS)
    for key in ("unknown", "artist", "gender", "length", "userId"):
        for text in ("1.50", "1e6", "-0", "0", "nan", "-INF", "NaN", "[1.50]", "[nan]", "[1,]", '{"a":1,}', '{"a":-0}', LONG_NUMBERS[0]):
            yield f"{key} {text[:9]}", EVENTS, record(EVENTS, **{key: text})
        for depth in (99, 100, 126, 127) if key in ("unknown", "artist") else ():
            yield f"{key} {depth} deep", EVENTS, record(EVENTS, **{key: "[" * depth + "]" * depth})
    for text in ('"1.50"', '"1e6"', '"0"', '"[1.50]"', '"[Untitled]"', '"{}"', '"NaN"', '"nan"', '"Infinity"', '"null"', '"true"'):
        yield f"title {text}", SONGS, record(SONGS, title=text)
    for end in (b",}", b", }", b",\t}", b"," + b" " * 200 + b"}", b"\x0b}", b"\x0c}", b"}}", b"},", b"}\x00", b"}\\"):
        yield f"ends in {end[:6]!r}", EVENTS, sound[:-1] + end
    for whole in (b"1", b"-", b"\x0b", b"\x0c\x0b", b'"', b"\xef\xbb\xbf", b"[]", b"{}"):
        yield f"is {whole!r}", EVENTS, whole
    for size in (4_194_303, 4_194_304, 4_194_305, 5_000_000):
        yield f"{size} bytes", EVENTS, record(EVENTS, unknown=f'"{"y" * (size - len(sound) - 13)}"')


@pytest.mark.parametrize(("table", "tempting"), [pytest.param(t, c, id=name) for name, t, c in temptations()])
def test_what_tempts_an_engine(opened: Opened, table: Table, tempting: bytes) -> None:
    sound = record(table)
    for content in (tempting, sound + b"\n" + tempting, tempting + b"\n" + sound + b"\n"):
        check_that_both_agree(opened, table, [(content, "json")])


@pytest.mark.parametrize("tempting", [b",}", b"\x0c", b"}}", b", }", b"\\u0000"])
def test_what_tempts_an_engine_that_reads_in_place(opened: Opened, tempting: bytes) -> None:
    sound = record(EVENTS)
    blanks = b" " * LARGE_FILE_BYTES  # what makes it large takes no time to compare
    content = sound + b"\n" + blanks + b"\n" + sound[:-1] + tempting + b"\n" + sound
    check_that_both_agree(opened, EVENTS, [(content, "json")])


# and whatever else


THOROUGH = settings(
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,
        HealthCheck.filter_too_much,
    ],
)


@THOROUGH
@given(files=deliveries(EVENTS))
def test_whatever_the_log_files_hold(opened: Opened, files: list[tuple[bytes, str]]) -> None:
    check_that_both_agree(opened, EVENTS, files)


@THOROUGH
@given(files=deliveries(SONGS))
def test_whatever_the_song_files_hold(opened: Opened, files: list[tuple[bytes, str]]) -> None:
    check_that_both_agree(opened, SONGS, files)
