"""The same lake gives the same tables in DuckDB and in Redshift, whatever its files hold; what COPY lets pass, our SQL stops.

The values are those that tempt engines (test_agreement.py).  Here they come by the hundred, as a load of Redshift's has its price.
"""

import gzip
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

from sparkify_assets.ingest import validate_records
from sparkify_assets.model import Table
from sparkify_assets.sample_data import SampleSpec, write_sample_lake
from sparkify_assets.warehouse.bulk_loader import FastPathRejected
from sparkify_assets.warehouse.redshift.compaction import gzip_lines, line_prefix
from sparkify_assets.warehouse.redshift.copy_loader import LARGE_FILE_BYTES
from sparkify_assets.warehouse.redshift.copy_prescan import CopyPrescan
from sparkify_assets.warehouse.redshift.copy_statement import (
    LANDING_TABLE,
    CopyStatement,
    count_invalid,
    create_landing,
    jsonpaths,
    landing_columns,
    manifest,
)
from sparkify_assets.warehouse.redshift.driver import close
from sparkify_assets_tests.support import Record, event, json_lines, song
from sparkify_assets_tests.warehouse.both import Both, both_in, statements_of
from sparkify_assets_tests.warehouse.opened import DAY, EVENTS, PREFIX, SONGS, key_of
from sparkify_assets_tests.warehouse.test_agreement import BYTES, ENDS, LINES, ODD, record

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("redshift-agreement")]

KEYS = {EVENTS: ("artist", "userId", "length", "ts", "unknown"), SONGS: ("title", "year", "artist_latitude", "num_songs")}
TABLES = pytest.mark.parametrize("table", [EVENTS, SONGS], ids=lambda t: t.name)


def odd_records(table: Table) -> list[bytes]:
    """Each odd value in each kind of column, and in a key that no column has."""
    return [record(table, **{key: text}) for key in KEYS[table] for text in ODD if "\n" not in text]


def looks_sound(lines: bytes, table: Table) -> bool:
    """To the quick way, which then leaves it to COPY and SQL."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        file.write(lines)
        file.flush()
        try:
            prescan_of(table).count(Path(file.name))
        except FastPathRejected:
            return False
    return True


prescan_of = cache(CopyPrescan)


def is_sound(line: bytes, table: Table) -> bool:
    found = validate_records(line, table)
    return found.records == 1 and not found.rejected


def is_json(line: bytes) -> bool:
    """NaN and the like we take in keys that nobody reads; COPY is not expected to."""
    try:
        return bool(json.loads(line, parse_constant=pytest.fail))
    except (ValueError, pytest.fail.Exception):
        return False


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    with both_in(tmp_path_factory.mktemp("both")) as two:
        yield two


@pytest.fixture
def both(two: Both) -> Both:
    two.fresh_lake()
    return two


def test_a_sample_lake(both: Both, tmp_path_factory: pytest.TempPathFactory) -> None:
    root = tmp_path_factory.mktemp("sample")
    written = write_sample_lake(root, SampleSpec(songs=40, days=3, events_per_day=120))
    both.deliver_all(root)
    with statements_of(both.redshift) as sent:
        held = both.load()
    assert (len(held["staging_songs"]), len(held["staging_events"])) == (written.songs, written.events)
    assert len(held["songplays"]) == written.plays > 0
    assert sum(s.startswith("COPY ") for s in sent) == 2  # small files all go at once
    key = "log_data/2018/11/2018-11-02-events.json"
    both.deliver(key, json_lines([event(ts=1541116800000, sessionId=9)]))
    both.remove("log_data/2018/11/2018-11-03-events.json")
    assert len([r for r in both.from_the_directory()["staging_events"] if str(r[-1]) != "2018-11-01"]) == 1


@TABLES
def test_odd_values(both: Both, table: Table) -> None:
    lines = odd_records(table)
    both.deliver(key_of(table, PREFIX if table is SONGS else DAY, "ODD"), b"\n".join(lines))
    held = both.load()
    sound = sum(is_sound(line, table) for line in lines)
    assert 0 < len(held[table.name]) == sound
    assert len(held["rejected_records"]) >= len(lines) - sound


@TABLES
def test_odd_values_that_nothing_keeps_from_the_quick_way(both: Both, table: Table) -> None:
    lines = [line for line in odd_records(table) if looks_sound(line, table) and is_sound(line, table) and is_json(line)]
    assert len(lines) > 200
    short = [line for line in lines if len(line) < 1000]  # a longer number has no room where it lands
    both.deliver(key_of(table, PREFIX if table is SONGS else DAY, "ODD"), b"\n".join(short))
    with statements_of(both.redshift) as sent:
        held = both.load(0)
    assert len(held[table.name]) == len(short)
    assert [s for s in sent if s.startswith("COPY ") and "MAXERROR" in s] == []


@TABLES
def test_what_looks_sound_and_is_not_is_stopped_by_copy_or_by_our_sql(both: Both, table: Table) -> None:
    lines = [line for line in odd_records(table) if looks_sound(line, table) and not is_sound(line, table)]
    assert len(lines) > 100
    sql = both.redshift._connected("a test")
    url = both.s3.uri(both.s3.write("_work/part.json.gz", gzip_lines(line_prefix(DAY) + line + b"}" for line in lines)).key)
    paths = both.s3.uri(both.s3.write("_work/jsonpaths.json", jsonpaths(table, named=True)).key)
    listed = both.s3.uri(both.s3.write("_work/manifest.json", manifest([(url, 1)])).key)
    copy = CopyStatement(listed, paths, sql.target.iam_role, both.s3.region, gzip=True, tolerant=True)
    with sql.transaction():
        sql.execute(create_landing(table))
        sql.execute(copy.into(LANDING_TABLE, landing_columns(table, named=True)))
        assert 0 < sql.run_named("last_copy_count")[0][0] < len(lines)
        slipped = sql.execute(f"SELECT * FROM {LANDING_TABLE}")
        assert sql.execute(count_invalid(table)) == [(len(slipped),)]
        sql.execute(f"DROP TABLE {LANDING_TABLE}")
    close(sql.connection)


def framed() -> Iterable[bytes]:
    """Files whose lines, ends or bytes are odd, around sound records."""
    sound = record(EVENTS)
    for end in dict.fromkeys(ENDS):
        yield sound + end + record(EVENTS, sessionId="2") + end
    for line in LINES:
        yield sound + b"\n" + line + b"\n" + sound
    for odd in BYTES:
        yield odd + sound + b"\n" + sound
        yield sound + odd + b"\n" + sound
    yield b"\xef\xbb\xbf" + sound + b"\n" + sound
    yield from (b"", b"\n", b" \t\r\n\n ", b"\xef\xbb\xbf", sound + sound, sound.replace(b",", b",\n"), sound + b"\n[" + sound + b"]")


def test_odd_frames(both: Both) -> None:
    """Those that the quick way takes are a day of files, the others are another."""
    days: dict[str, list[bytes]] = {"2018-11-01": [], "2018-11-02": []}
    for number, content in enumerate(framed()):
        quick = looks_sound(content, EVENTS) and not validate_records(content, EVENTS).rejected
        day, kind = "2018-11-01" if quick else "2018-11-02", ".json.gz" if number % 3 == 0 else ".json"
        days[day].append(content)
        both.deliver(f"log_data/2018/11/{day}-{number}{kind}", gzip.compress(content) if kind == ".json.gz" else content)
    assert len(days["2018-11-01"]) > 5
    with statements_of(both.redshift) as sent:
        held = both.load()
    assert len(held["staging_events"]) == sum(len(validate_records(content, EVENTS).valid) for content in framed())
    assert {str(r[1]) for r in held["rejected_records"]} == {"2018-11-02"}
    assert ["MAXERROR" in s for s in sent if s.startswith("COPY ")] == [False, True]


TEXTS = {
    EVENTS: tuple(k for k, v in event().items() if isinstance(v, str)),
    SONGS: tuple(k for k, v in song().items() if isinstance(v, str)),
}


def with_blanks(key: str, sound: Record) -> Iterable[Record]:
    """Records that differ in the trailing blanks of one text, among others that do not."""
    text = str(sound[key]) or "Paris"
    for value in (text, text + " ", text, text + "  ", "", " ", text + "\t", text + " x"):
        yield sound | {key: value}


@pytest.mark.parametrize("key", TEXTS[EVENTS])
def test_trailing_blanks_make_no_other_event(both: Both, key: str) -> None:
    """Neither another play, another group of a report, nor another choice among events that were delivered twice."""
    several = [event(**{key: r[key]}, itemInSession=n, ts=1541106106796 + n) for n, r in enumerate(with_blanks(key, event()))]
    twice = [event(**{key: r[key]}, sessionId=9) for r in with_blanks(key, event())]
    both.deliver(key_of(EVENTS, DAY, "several"), json_lines(several))
    both.deliver(key_of(EVENTS, DAY, "twice"), json_lines(twice))
    both.deliver(key_of(EVENTS, "2018-11-02", "twice"), json_lines(twice[::-1]))
    both.deliver(key_of(SONGS, "A", "A"), json_lines([song()]))
    assert len(both.load()["songplays"]) > 1


@pytest.mark.parametrize("key", TEXTS[SONGS])
def test_trailing_blanks_make_no_other_song(both: Both, key: str) -> None:
    for prefix in "AB":
        songs = [
            song(**({"song_id": f"SO{n}", "artist_id": f"AR{n % 2}", "year": 2000 + n % 3} | {key: r[key]}))
            for n, r in enumerate(with_blanks(key, song()))
        ]
        both.deliver(key_of(SONGS, prefix, "SEVERAL"), json_lines(songs))
        both.deliver(key_of(SONGS, prefix, "TWICE"), json_lines([*with_blanks(key, song())][::-1]))
    both.deliver(key_of(EVENTS, DAY, "events"), json_lines([event()]))
    held = both.load()
    assert (len(held["songplays"]), len(held["staging_songs"])) == (1, 32)
    both.remove(key_of(SONGS, "A", "TWICE"))
    assert both.load()["songs"] != []


def test_files_and_days_that_are_empty_or_blank_or_gone(both: Both) -> None:
    for number, content in enumerate([b"", json_lines([event()]), b"\n \n", gzip.compress(b""), json_lines([event(sessionId=3)] * 2)]):
        both.deliver(key_of(EVENTS, DAY, f"part {number}", "json.gz" if number == 3 else "json"), content)
    both.deliver(key_of(EVENTS, "2018-11-02", "events"), b"")
    both.deliver(key_of(SONGS, "A", "A"), json_lines([song()]))
    both.deliver(key_of(SONGS, "B", "EMPTY"), b"")
    held = both.load(0)
    assert (len(held["staging_events"]), len(held["songplays"])) == (3, 2)  # the one that came twice is one play
    for number in (1, 2, 3, 4, 0):
        both.remove(key_of(EVENTS, DAY, f"part {number}", "json.gz" if number == 3 else "json"))
        if number == 1:
            assert len(both.load(0)["staging_events"]) == 2
    both.remove(key_of(SONGS, "A", "A"))
    assert not any(both.load(0).values())


def large(*lines: bytes) -> bytes:
    """As many blanks as make it large, which take no time to compare."""
    return b"\n".join([*lines[:1], b" " * LARGE_FILE_BYTES, *lines[1:]])


@pytest.mark.parametrize("bad", [None, record(EVENTS, userId='"x"'), record(EVENTS)[:-9], record(EVENTS, artist='"' + "x" * 1025 + '"')])
def test_large_objects_are_read_where_they_lie(both: Both, bad: bytes | None) -> None:
    sound: Sequence[bytes] = [record(EVENTS, sessionId=str(n)) for n in range(3)]
    content = large(sound[0], *([bad] if bad else []), *sound[1:])
    both.deliver(key_of(EVENTS, DAY, "plain"), content)
    both.deliver(key_of(EVENTS, DAY, "packed", "json.gz"), gzip.compress(content, 0))
    both.deliver(key_of(EVENTS, DAY, "small"), record(EVENTS, sessionId="7"))
    with statements_of(both.redshift) as sent:
        held = both.load(2)
    assert len(held["staging_events"]) == 7
    assert [r[3] for r in held["rejected_records"]] == ([3, 3] if bad else [])
    copies = [s for s in sent if s.startswith("COPY ")]
    assert len([s for s in copies if "MAXERROR" in s]) == (1 if bad else 0)
    assert bad or len(copies) == 3
