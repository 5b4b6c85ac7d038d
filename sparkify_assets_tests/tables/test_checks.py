"""Each check of each table: it passes on sound rows, and finds a bad one; asked of some partitions, it finds those of these only.

A check that is added needs no test here if it comes from the DDL; one under checks/ needs its bad rows in CLAIMS.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from sparkify_assets.model import Check, Table
from sparkify_assets.warehouse.duckdb import DuckDBSession
from sparkify_assets.warehouse.session import SqlSession
from sparkify_assets_tests.support import event, rows, song
from sparkify_assets_tests.tables.given import CATALOG, Given, at

DAYS, PREFIXES = ("2018-11-01", "2018-11-02", "2018-11-03"), ("A", "B", "C")
CHECKS = [(table, check) for table in CATALOG for check in CATALOG.checks.get(table.name, ())]
EACH = pytest.mark.parametrize(("table", "check"), CHECKS, ids=[f"{t.name}.{c.name}" for t, c in CHECKS])
Row = dict[str, Any]


@pytest.fixture(scope="module")
def loaded(opened: SqlSession, tmp_path_factory: pytest.TempPathFactory) -> SqlSession:
    """Three days and three prefixes, each with one of everything."""
    given = Given(opened, tmp_path_factory.mktemp("lake"))
    for n, (day, prefix) in enumerate(zip(DAYS, PREFIXES, strict=True), start=1):
        given.events(event(sessionId=n, userId=str(n), song=f"Song {n}", artist=f"Artist {n}", ts=at(f"{day}T10:00")), day=day)
        given.songs(song(song_id=f"SO{n}", artist_id=f"AR{n}", title=f"Song {n}", artist_name=f"Artist {n}"), prefix=prefix)
    given.load()
    given.build()
    return opened


@pytest.fixture
def sound(loaded: SqlSession) -> Iterator[SqlSession]:
    """What a test does to it is undone, were it to the columns themselves."""
    with undone(loaded):
        yield loaded


@contextmanager
def undone(session: SqlSession) -> Iterator[None]:
    class Enough(Exception):
        pass

    try:
        with session._transaction():
            yield
            raise Enough
    except Enough:
        pass


def row_of(session: SqlSession, table: Table) -> Row:
    """A sound row, of the first partition."""
    return dict(zip(table.column_names, rows(session, table)[0], strict=True))


def plant(session: SqlSession, table: Table, row: Row) -> None:
    """Insert it as it is, NOT NULL or not."""
    assert isinstance(session, DuckDBSession)
    marks = ", ".join("?" * len(row))
    session.connection.execute(f"INSERT INTO {table.name} ({', '.join(row)}) VALUES ({marks})", list(row.values()))


def allow_null(session: SqlSession, table: Table, column: str) -> None:
    assert isinstance(session, DuckDBSession)
    session.connection.execute(f"ALTER TABLE {table.name} ALTER COLUMN {column} DROP NOT NULL")


def partitions_of(table: Table) -> Sequence[str]:
    return DAYS if CATALOG.partition_column(table) == "log_date" else PREFIXES


def count(session: SqlSession, table: Table, check: Check, partitions: Sequence[str] | None = None) -> int:
    found = session.breaking(check, table, partitions)
    assert len(found.sample) == min(found.count, 10)
    assert all(len(row) == len(found.columns) for row in found.sample)
    return found.count


def assert_found(session: SqlSession, table: Table, check: Check) -> None:
    """One row is bad: the first partition's, if it has any."""
    assert count(session, table, check) == 1
    if CATALOG.partition_column(table):
        first, second, third = partitions_of(table)
        assert count(session, table, check, [first]) == 1
        assert count(session, table, check, [third, first]) == 1
        assert count(session, table, check, [second, third]) == 0


@EACH
def test_sound_rows_pass(sound: SqlSession, table: Table, check: Check) -> None:
    assert count(sound, table, check) == 0
    assert count(sound, table, check, partitions_of(table)[:1]) == 0


# what the DDL promises


def the(end: str) -> list[tuple[Table, Check]]:
    return [(table, check) for table, check in CHECKS if check.name.endswith(end) and check.path.name == "table.sql"]


def ids(checks: list[tuple[Table, Check]]) -> list[str]:
    return [f"{table.name}.{check.name}" for table, check in checks]


@pytest.mark.parametrize(("table", "check"), the("primary_key"), ids=ids(the("primary_key")))
def test_a_key_twice(sound: SqlSession, table: Table, check: Check) -> None:
    plant(sound, table, row_of(sound, table))
    assert_found(sound, table, check)


KEYS = [(table, check) for table, check in the("primary_key") if CATALOG.partition_column(table)]


@pytest.mark.parametrize(("table", "check"), KEYS, ids=ids(KEYS))
def test_a_key_in_two_partitions_is_found_from_either(sound: SqlSession, table: Table, check: Check) -> None:
    first, second, third = partitions_of(table)
    plant(sound, table, row_of(sound, table) | {str(CATALOG.partition_column(table)): second})
    assert [count(sound, table, check, p) for p in (None, [first], [second], [first, second], [third])] == [1, 1, 1, 1, 0]


@pytest.mark.parametrize(("table", "check"), the("_not_null"), ids=ids(the("_not_null")))
def test_a_null(sound: SqlSession, table: Table, check: Check) -> None:
    column = check.name.removesuffix("_not_null")
    row = row_of(sound, table)
    allow_null(sound, table, column)
    plant(sound, table, row | {column: None})
    if column == CATALOG.partition_column(table):
        assert count(sound, table, check) == 1  # of no partition, hence found only when all are asked about
        assert count(sound, table, check, partitions_of(table)[:1]) == 0
    else:
        assert_found(sound, table, check)


REFERENCES = [(table, check) for table, check in CHECKS if "_in_" in check.name and check.description.startswith("Every ")]


@pytest.mark.parametrize(("table", "check"), REFERENCES, ids=ids(REFERENCES))
def test_a_reference_to_nothing(sound: SqlSession, table: Table, check: Check) -> None:
    column = check.name.split("_in_")[0]
    nothing = {"user_id": 99, "start_time": "2018-11-01 00:00:00"}.get(column, "XX9")
    plant(sound, table, row_of(sound, table) | {column: nothing})
    assert_found(sound, table, check)


@pytest.mark.parametrize(("table", "check"), REFERENCES, ids=ids(REFERENCES))
def test_no_reference_where_none_is_needed(sound: SqlSession, table: Table, check: Check) -> None:
    column = check.name.split("_in_")[0]
    row = row_of(sound, table)
    if not table.column(column).nullable:
        allow_null(sound, table, column)
    plant(sound, table, row | {column: None})
    assert count(sound, table, check) == 0


TEXTS = [
    (table, column.name, column.max_bytes, check)
    for table, check in the("text_fits")
    for column in table.columns
    if column.max_bytes and column.name != CATALOG.partition_column(table)
]


@pytest.mark.parametrize(("table", "column", "most", "check"), TEXTS, ids=[f"{t.name}.{c}" for t, c, _, _ in TEXTS])
def test_a_text_too_long(sound: SqlSession, table: Table, column: str, most: int, check: Check) -> None:
    row = row_of(sound, table)
    plant(sound, table, row | {column: "é" * (most // 2)})  # as many bytes as there may be
    assert count(sound, table, check) == 0
    plant(sound, table, row | {column: "é" * (most // 2) + "e"})
    assert_found(sound, table, check)


# what checks/ claims

CLAIMS: dict[str, list[Row]] = {
    "users.level_is_free_or_paid": [{"level": "trial"}, {"level": "Paid"}, {"level": ""}, {"level": None}],
    "songs.duration_is_positive": [{"duration": 0.0}, {"duration": -1.5}, {"duration": None}],
    "songplays.song_and_artist_together": [{"song_id": None}, {"artist_id": None}],
    "songplays.one_content_a_key": [],  # below: its bad rows lie in staging
}
BAD = [(name, row) for name, bad in CLAIMS.items() for row in bad]


def the_claim(name: str) -> tuple[Table, Check]:
    return next((t, c) for t, c in CHECKS if f"{t.name}.{c.name}" == name)


def test_every_claim_is_here() -> None:
    assert set(CLAIMS) == {f"{t.name}.{c.name}" for t, c in CHECKS if c.path.name != "table.sql"}


@pytest.mark.parametrize(("name", "bad"), BAD, ids=[f"{name} {row}" for name, row in BAD])
def test_a_row_that_breaks_a_claim(sound: SqlSession, name: str, bad: Row) -> None:
    table, check = the_claim(name)
    plant(sound, table, row_of(sound, table) | bad)
    assert_found(sound, table, check)


@pytest.mark.parametrize(
    "other",
    [
        {"ts": 1},
        {"user_id": 9},
        {"level": "free"},
        {"level": None},
        {"song": "Another"},
        {"song": None},
        {"artist": "Another"},
        {"artist": None},
        {"length": 1.0},
        {"length": None},
        {"location": "Elsewhere"},
        {"location": None},
        {"user_agent": "Another"},
        {"user_agent": None},
    ],
    ids=str,
)
def test_an_event_told_in_two_ways(sound: SqlSession, other: Row) -> None:
    table, check = the_claim("songplays.one_content_a_key")
    staging = CATALOG["staging_events"]
    told = next(dict(zip(staging.column_names, r, strict=True)) for r in rows(sound, staging) if r[-1].isoformat() == DAYS[0])
    plant(sound, staging, told | other)
    assert_found(sound, table, check)
    assert sound.breaking(check, table).sample == ((1, 0, 2),)


def test_an_event_told_twice_in_the_same_way_is_none(sound: SqlSession) -> None:
    table, check = the_claim("songplays.one_content_a_key")
    staging = CATALOG["staging_events"]
    plant(sound, staging, row_of(sound, staging))
    plant(sound, staging, row_of(sound, staging) | {"page": "Home", "level": "free"})  # not a play
    assert count(sound, table, check) == 0
