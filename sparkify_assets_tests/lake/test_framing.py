"""Where a record begins and ends in a file, whatever is in the file, and that finding out takes time in proportion to its size."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparkify_assets.ingest import json_records
from sparkify_assets.ingest.json_records import raw_records
from sparkify_assets_tests.support import mentions

BLANK = b" \t\r\n"
BOM = b"\xef\xbb\xbf"
MAX_DEPTH = 100
"""levels of nesting that a record may have"""


def found(data: bytes) -> list[tuple[int, bytes, bool]]:
    """line, text, whether it is JSON"""
    return [(p.line, p.data, p.problem is None) for p in raw_records(data)]


PRETTY = b'{\n  "a": 1,\n  "b": [\n    {\n      "c": 2\n    }\n  ]\n}'
BROKEN_PRETTY = PRETTY.replace(b"1", b"one")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (BOM, []),
        (b" \t\r\n\n\r\n", []),
        (b'{"a":1}', [(1, b'{"a":1}', True)]),
        (b'\n\n {"a":1} \n\n{}\n', [(3, b'{"a":1}', True), (5, b"{}", True)]),
        (b'{"a":1}\r\n{"a":2}\r\n', [(1, b'{"a":1}', True), (2, b'{"a":2}', True)]),
        (b'{"a":1}\r{"a":2}', [(1, b'{"a":1}', True), (1, b'{"a":2}', True)]),
        (BOM + b'{"a":1}\n{}', [(1, b'{"a":1}', True), (2, b"{}", True)]),
        (b"{}\n" + BOM + b"{}", [(1, b"{}", True), (2, BOM + b"{}", False)]),
        (b'{"a":1}{"a":2} {"a":3}\n{}', [(1, b'{"a":1}', True), (1, b'{"a":2}', True), (1, b'{"a":3}', True), (2, b"{}", True)]),
        # over several lines
        (PRETTY + b"\n" + PRETTY, [(1, PRETTY, True), (9, PRETTY, True)]),
        (PRETTY + PRETTY + b"{}\n{}", [(1, PRETTY, True), (8, PRETTY, True), (15, b"{}", True), (16, b"{}", True)]),
        (b'{"a":[\n{},\n{}\n]}{}', [(1, b'{"a":[\n{},\n{}\n]}', True), (4, b"{}", True)]),
        (b"{}  {\n}\n{}", [(1, b"{}", True), (1, b"{\n}", True), (3, b"{}", True)]),
        # other values
        (b'1\n"x"\nnull\ntrue\n-1.5e3\nNaN\n[]', [(n, v, True) for n, v in enumerate(b'1 "x" null true -1.5e3 NaN []'.split(), 1)]),
        (b"[{},\n{}\n]\n{}", [(1, b"[{},\n{}\n]", True), (4, b"{}", True)]),
        (b"[]{}", [(1, b"[]", True), (1, b"{}", True)]),
        # a broken line costs itself
        (b'{}\n{"a":\n{}\n', [(1, b"{}", True), (2, b'{"a":', False), (3, b"{}", True)]),
        (b'{"a":1\n\n{}', [(1, b'{"a":1', False), (3, b"{}", True)]),
        (b'{}\n{"a":"x', [(1, b"{}", True), (2, b'{"a":"x', False)]),
        (b'{"a":"x\n{}', [(1, b'{"a":"x', False), (2, b"{}", True)]),
        (b"{\n{}", [(1, b"{", False), (2, b"{}", True)]),
        (b"hello\nworld\n{}", [(1, b"hello", False), (2, b"world", False), (3, b"{}", True)]),
        (b"a,b\r\n1,2\r\n", [(1, b"a,b", False), (2, b"1,2", False)]),
        (b"{} hello\n{}", [(1, b"{} hello", False), (2, b"{}", True)]),
        (b'{}{"a":x}{}\n{}', [(1, b"{}", True), (1, b'{"a":x}{}', False), (2, b"{}", True)]),
        (b"{'a':1}\n{}", [(1, b"{'a':1}", False), (2, b"{}", True)]),
        (b"{},\n{},\n{}", [(1, b"{},", False), (2, b"{},", False), (3, b"{}", True)]),
        (b"{} , {}", [(1, b"{} , {}", False)]),
        (b'{"a":1,}\n{}', [(1, b'{"a":1,}', False), (2, b"{}", True)]),
        (b"{}\x0c\n{}\x00", [(1, b"{}\x0c", False), (2, b"{}\x00", False)]),
        (b"\x00\x00\x00", [(1, b"\x00\x00\x00", False)]),
        (b'{"a":"\t"}\n{}', [(1, b'{"a":"\t"}', False), (2, b"{}", True)]),
        (b"[{},\n{}\n", [(1, b"[{},", False), (2, b"{}", True)]),
        # a broken pretty-printed object costs itself
        (BROKEN_PRETTY + b"\n" + PRETTY, [(1, BROKEN_PRETTY, False), (9, PRETTY, True)]),
        (
            b"  " + BROKEN_PRETTY.replace(b"\n", b"\r\n  ") + b"\r\n  {}",
            [(1, BROKEN_PRETTY.replace(b"\n", b"\r\n  "), False), (9, b"{}", True)],
        ),
        (PRETTY[:26] + b"\n" + PRETTY, [(1, PRETTY[:26], False), (5, PRETTY, True)]),
        (b"{}" + BROKEN_PRETTY + b"\n{}", [(1, b"{}", True), (1, BROKEN_PRETTY, False), (9, b"{}", True)]),
        (PRETTY + b",\n" + PRETTY, [(1, PRETTY + b",", False), (9, PRETTY, True)]),
        (b'[\n  {"a": x},\n  {}\n]\n{}', [(1, b'[\n  {"a": x},\n  {}\n]', False), (5, b"{}", True)]),
    ],
)
def test_where_records_begin_and_end(data: bytes, expected: list[tuple[int, bytes, bool]]) -> None:
    assert found(data) == expected


@pytest.mark.parametrize("rest", ["", "\n", "\r\n\n  "])
@pytest.mark.parametrize("cut", range(1, len(PRETTY)))
def test_a_file_cut_anywhere_in_its_last_record_has_one_broken_piece(cut: int, rest: str) -> None:
    assert found(b"{}\n" + PRETTY[:cut] + rest.encode()) == [(1, b"{}", True), (2, PRETTY[:cut].strip(BLANK), False)]


@pytest.mark.parametrize("cut", range(1, len(b'{"a": [1, {"b": "c"}], "d": -1.5e3}')))
def test_a_line_cut_anywhere_costs_itself_only(cut: int) -> None:
    line = b'{"a": [1, {"b": "c"}], "d": -1.5e3}'
    assert found(line + b"\n" + line[:cut] + b"\n" + line) == [(1, line, True), (2, line[:cut].strip(), False), (3, line, True)]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"hello", ['"hello"']),
        (b"caf\xe9", [r'"caf\xe9"']),
        (b"x" * 200, [' "' + "x" * 78 + "…"]),
        (b'{"a":tru}', ['"tru}"', 6, "Expecting value"]),
        (b'{"a":1', ["end of the file", "Expecting ',' delimiter"]),
        (b'{"a":1\n{}', ["end of the line", "Expecting ',' delimiter"]),
        (b'{"a":1\n\n', ["end of the file", "Expecting ',' delimiter"]),
        (b'{"a":"x\n{}', ["end of the line", "Invalid control character"]),
        (b'{"a":"x', ['"\\"x"', 6, "Unterminated string starting"]),
        (b'{"a":"\x00"}', ['"\\u0000\\"}"', 7, "Invalid control character"]),
        (b'{"a":1},', ['","', 8]),
        (b'{"a":' * 101 + b"1" + b"}" * 101, [' "' + r"{\"a\":" * 11 + "{…", 1, 100]),
    ],
)
def test_what_a_broken_piece_is_told(data: bytes, told: list[object]) -> None:
    """What was found, at which character, and the JSON parser's own words for it."""
    problem = next(raw_records(data)).problem
    assert problem is not None
    mentions(problem, *told)


@pytest.mark.parametrize(("opening", "closing"), [(b'{"a":', b"}"), (b"[", b"]"), (b'[{"a":\n', b"}\n]")])
def test_nesting_is_limited(opening: bytes, closing: bytes) -> None:
    levels = opening.count(b"[") + opening.count(b"{")
    for times, sound in ((MAX_DEPTH // levels, True), (MAX_DEPTH // levels + 1, False), (100_000, False)):
        piece = next(raw_records(opening * times + b"1" + closing * times))
        assert (piece.problem is None) == sound


def test_brackets_in_strings_and_beside_each_other_are_not_nesting() -> None:
    data = b'{"a":"' + b"[{" * 500 + b'\\"[[","b":[' + b"[]," * 500 + b"[]]}"
    assert found(data * 2) == [(1, data, True)] * 2


# properties

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def written(draw: st.DrawFn, objects: st.SearchStrategy[object]) -> bytes:
    """An object as some writer would put it."""
    indent = draw(st.sampled_from([None, 0, 1, 4, "\t"]))
    text = json.dumps(draw(objects), indent=indent, ensure_ascii=draw(st.booleans()))
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n", "\n\n"]))).encode()


SPACE = st.text(alphabet=" \t\r\n", max_size=4).map(str.encode)


@pytest.mark.integration
@settings(deadline=None)  # other work shares the machine
@given(st.lists(st.tuples(SPACE, written(st.dictionaries(st.text(), VALUES, max_size=4)))), SPACE, st.booleans())
def test_whatever_white_space_is_between_objects_they_are_found(objects: list[tuple[bytes, bytes]], end: bytes, bom: bool) -> None:
    data = (BOM if bom else b"") + b"".join(space + text for space, text in objects) + end
    given_back = list(raw_records(data))
    assert [p.data for p in given_back] == [text for _, text in objects]
    assert [p.value for p in given_back] == [
        json.loads(text, object_pairs_hook=list, parse_int=str, parse_float=str) for _, text in objects
    ]  # every key in its order, numbers as written
    assert lines_are_right(data)


TOKENS = [b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b"\n", b"\r\n", b" ", b"\t", b"1", b"-", b"null", b"NaN", b'"a"', b'{"a":1}']
TOKENS += [b'{"a":', b"\x00", b"\xff", b"\xc3", b"\xa9", BOM, b"\\ud800", b"x", b"{\n", b"}\n", b"[\n"]


@settings(deadline=None)  # other work shares the machine
@given(st.binary(max_size=200) | st.lists(st.sampled_from(TOKENS), max_size=40).map(b"".join))
def test_every_byte_of_any_file_is_accounted_for(data: bytes) -> None:
    assert b"".join(p.data for p in raw_records(data)).translate(None, BLANK) == data.removeprefix(BOM).translate(None, BLANK)
    assert lines_are_right(data)


def lines_are_right(data: bytes) -> bool:
    at = 0
    for piece in raw_records(data):
        assert piece.data.strip(BLANK) == piece.data != b""
        at = data.index(piece.data, at)
        assert piece.line == data.count(b"\n", 0, at) + 1
        at += len(piece.data)
    return True


# how much is looked at


@dataclass
class Work:
    calls: int = 0
    characters: int = 0


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], Work]:
    """Counts the windows that were made and parsed, and the characters in them that were looked at."""

    def measure(data: bytes) -> Work:
        done = Work()
        text, parse = json_records._text, json_records._parse

        def counted_text(data: bytes) -> str:
            done.characters += len(data)
            return text(data)

        def counted_parse(window: str, at: int, crowded: bool) -> tuple[object, int] | json_records._ParseError:
            result = parse(window, at, crowded)
            done.calls += 1
            done.characters += (result.at if isinstance(result, json_records._ParseError) else result[1]) - at
            return result

        with monkeypatch.context() as patch:
            patch.setattr(json_records, "_text", counted_text)
            patch.setattr(json_records, "_parse", counted_parse)
            for _ in raw_records(data):
                pass
        return done

    return measure


SHAPES: dict[str, Callable[[int], bytes]] = {
    "lines that are no JSON": lambda n: b"hello\n" * n,
    "truncated lines": lambda n: b'{"a":1,"b":"x\n' * n,
    "lines cut after a colon": lambda n: b'{"a":\n' * n,
    "opening braces": lambda n: b"{" * 10 * n,
    "opening brackets": lambda n: b"[" * 10 * n,
    "lines of {": lambda n: b"{\n" * n,
    "lines of [": lambda n: b"[\n" * n,
    "lines of [{}, that never end": lambda n: b'{"a":[{},\n' * n,
    "one array that never ends": lambda n: b'{"a":[\n' + b"{},\n" * n,
    "objects on one line": lambda n: b'{"a":1}' * n,
    "objects over two lines, the next begun on the second": lambda n: b'{"a":1}{\n}' * n,
    "broken pretty-printed objects": lambda n: BROKEN_PRETTY.replace(b"\n", b"\n ") * n,
    "pretty-printed objects": lambda n: (PRETTY + b"\n") * n,
    "blank lines": lambda n: b"  \n" * n,
    "one pretty-printed array": lambda n: b"[\n" + b"  {},\n" * n + b"  {}\n]",
    "quotes": lambda n: b'{"a":' + b"[" * 100 + b'"' + b'\\"' * n,
    "ever less indented braces": lambda n: b"\n".join(b" " * (i % 50) + b"{" for i in range(n, 0, -1)),
}


@pytest.mark.integration
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_the_work_is_in_proportion_to_the_file(shape: Callable[[int], bytes], work: Callable[[bytes], Work]) -> None:
    small, large = work(shape(1000)), work(shape(4000))
    assert large.calls <= 4.8 * small.calls + 20
    assert large.characters <= 4.8 * small.characters + 2000
    assert large.characters <= 6 * MAX_DEPTH * len(shape(4000))


@pytest.mark.integration
def test_large_files_are_survived() -> None:
    """Quick, or not at all: by recursion they would crash, by rescanning take hours."""
    megabyte = 1 << 20
    for data in (b"[" * 50 * megabyte, b'{"a":' * 10 * megabyte, b"\n" * 50 * megabyte, b"[\n" * megabyte, b"\x00" * 10 * megabyte):
        assert len(found(data)) == bool(data.strip())
    assert sum(p.problem is None for p in raw_records(b'{"a":1}' * 200_000)) == 200_000
