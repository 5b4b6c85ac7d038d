"""Each check of each table: it passes on sound rows, and finds a bad one; asked of some partitions, it finds those of these only.

A check that is added needs no test here if it comes from the DDL; one under checks/ needs its bad rows in CLAIMS.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest

from sparkify_assets.errors import WarehouseError
from sparkify_assets.model import LOAD_METADATA, Check, Table
from sparkify_assets.warehouse import Session, queries
from sparkify_assets_tests.support import event, rows, song
from sparkify_assets_tests.tables.given import CATALOG, Given, at

DAYS, PREFIXES = ("2018-11-01", "2018-11-02", "2018-11-03"), ("A", "B", "C")
CHECKS = [(table, check) for table in CATALOG for check in CATALOG.checks.get(table.name, ())]
EACH = pytest.mark.parametrize(("table", "check"), CHECKS, ids=[f"{t.name}.{c.name}" for t, c in CHECKS])
Row = dict[str, Any]


@pytest.fixture(scope="module")
def loads(sessions: Callable[[str], Session], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Session]:
    """By engine, the session of the file once everything is loaded."""
    return cache(lambda engine: load(sessions(engine), tmp_path_factory.mktemp("lake")))


@pytest.fixture
def loaded(engine: str, loads: Callable[[str], Session]) -> Session:
    return loads(engine)


def load(opened: Session, folder: Path) -> Session:
    """Three days and three prefixes, each with one of everything."""
    given = Given(opened, folder)
    for n, (day, prefix) in enumerate(zip(DAYS, PREFIXES, strict=True), start=1):
        given.events(event(sessionId=n, userId=str(n), song=f"Song {n}", artist=f"Artist {n}", ts=at(f"{day}T10:00")), day=day)
        given.songs(song(song_id=f"SO{n}", artist_id=f"AR{n}", title=f"Song {n}", artist_name=f"Artist {n}"), prefix=prefix)
    # a name to repair, and a change of level: of these tables, too, one of everything
    given.events(event(sessionId=4, userId="3", song="CafÃ©", level="free", ts=at(f"{DAYS[2]}T11:00")), day=DAYS[2], name="late")
    # of the reports of other pages, too; nine days later users 1, 2 and 3 have not played for a week
    pages = {"Upgrade": 200, "Downgrade": 200, "Submit Downgrade": 307, "Error": 404}
    no_song = {"song": None, "artist": None, "length": None}
    seen = [
        event(sessionId=3, userId="3", itemInSession=n, page=page, status=status, ts=at(f"{DAYS[2]}T12:0{n}"), **no_song)
        for n, (page, status) in enumerate(pages.items())
    ]
    given.events(*seen, day=DAYS[2], name="pages")
    given.events(event(sessionId=9, userId="1", page="Home", ts=at("2018-11-12T10:00")), day="2018-11-12")
    given.load()
    given.build()
    return opened


@pytest.fixture
def sound(loaded: Session) -> Iterator[Session]:
    """What a test does to it is undone, were it to the columns themselves."""
    with undone(loaded):
        yield loaded


@contextmanager
def undone(session: Session) -> Iterator[None]:
    class Enough(Exception):
        pass

    try:
        with session.sql.transaction():
            yield
            raise Enough
    except Enough:
        pass


def row_of(session: Session, table: Table) -> Row:
    """A sound row, of the first partition."""
    return dict(zip(table.column_names, rows(session, table)[0], strict=True))


def plant(session: Session, table: Table, row: Row) -> None:
    marks = ", ".join("?" * len(row))
    session.sql.execute(f"INSERT INTO {table.name} ({', '.join(row)}) VALUES ({marks})", list(row.values()))


def allow_null(session: Session, table: Table, column: str) -> None:
    if session.sql.dialect == "duckdb":
        session.sql.execute(f"ALTER TABLE {table.name} ALTER COLUMN {column} DROP NOT NULL")
    else:  # Redshift takes no constraint away; a copy has none
        session.sql.execute(f"CREATE TABLE without_constraints AS SELECT * FROM {table.name}")
        session.sql.execute(f"DROP TABLE {table.name} CASCADE")
        session.sql.execute(f"ALTER TABLE without_constraints RENAME TO {table.name}")


def partitions_of(table: Table) -> Sequence[str]:
    return DAYS if CATALOG.partition_column(table) == "log_date" else PREFIXES


def count(session: Session, table: Table, check: Check, partitions: Sequence[str] | None = None) -> int:
    found = session.queries.failing_rows(check, table, partitions)
    assert len(found.sample) == min(found.count, 10)
    assert all(len(row) == len(found.columns) for row in found.sample)
    return found.count


def assert_found(session: Session, table: Table, check: Check) -> None:
    """One row is bad: the first partition's, if it has any."""
    assert count(session, table, check) == 1
    if CATALOG.partition_column(table):
        first, second, third = partitions_of(table)
        assert count(session, table, check, [first]) == 1
        assert count(session, table, check, [third, first]) == 1
        assert count(session, table, check, [second, third]) == 0


@EACH
def test_sound_rows_pass(sound: Session, table: Table, check: Check) -> None:
    assert count(sound, table, check) == 0
    assert count(sound, table, check, partitions_of(table)[:1]) == 0


# what the DDL promises


def the(end: str) -> list[tuple[Table, Check]]:
    return [(table, check) for table, check in CHECKS if check.name.endswith(end) and check.path.name == "table.sql"]


def ids(checks: list[tuple[Table, Check]]) -> list[str]:
    return [f"{table.name}.{check.name}" for table, check in checks]


OF_KEYS = [*the("primary_key"), *the("unique_key")]


@pytest.mark.parametrize(("table", "check"), OF_KEYS, ids=ids(OF_KEYS))
def test_a_key_twice(sound: Session, table: Table, check: Check) -> None:
    plant(sound, table, row_of(sound, table))
    assert_found(sound, table, check)


KEYS = [(table, check) for table, check in OF_KEYS if CATALOG.partition_column(table)]


@pytest.mark.parametrize(("table", "check"), KEYS, ids=ids(KEYS))
def test_a_key_in_two_partitions_is_found_from_either(sound: Session, table: Table, check: Check) -> None:
    first, second, third = partitions_of(table)
    plant(sound, table, row_of(sound, table) | {str(CATALOG.partition_column(table)): second})
    assert [count(sound, table, check, p) for p in (None, [first], [second], [first, second], [third])] == [1, 1, 1, 1, 0]


def test_of_a_key_two_nulls_are_the_same(sound: Session) -> None:
    table, check = the_claim("page_views.unique_key")
    for number in (1, 2):
        plant(sound, table, row_of(sound, table) | {"user_id": None})
        assert count(sound, table, check) == count(sound, table, check, DAYS[:1]) == number - 1


NOT_NULL = [(table, c.name) for table in CATALOG if table.layer != LOAD_METADATA for c in table.columns if not c.nullable]


@pytest.mark.parametrize(("table", "column"), NOT_NULL, ids=[f"{t.name}.{c}" for t, c in NOT_NULL])
def test_a_null_is_enforced_not_checked(sound: Session, table: Table, column: str) -> None:
    with pytest.raises((WarehouseError, duckdb.ConstraintException), match=rf"(?i)null.*{column}|{column}.*null"):
        plant(sound, table, row_of(sound, table) | {column: None})


REFERENCES = [(table, check) for table, check in CHECKS if "_references_" in check.name]
assert REFERENCES


@pytest.mark.parametrize(("table", "check"), REFERENCES, ids=ids(REFERENCES))
def test_a_reference_to_nothing(sound: Session, table: Table, check: Check) -> None:
    column = check.name.split("_references_")[0]
    nothing = {"user_id": 99, "start_time": "2018-11-01 00:00:00"}.get(column, "XX9")
    plant(sound, table, row_of(sound, table) | {column: nothing})
    assert_found(sound, table, check)


@pytest.mark.parametrize(("table", "check"), REFERENCES, ids=ids(REFERENCES))
def test_no_reference_where_none_is_needed(sound: Session, table: Table, check: Check) -> None:
    column = check.name.split("_references_")[0]
    row = row_of(sound, table)
    if not table.column(column).nullable:
        allow_null(sound, table, column)
    plant(sound, table, row | {column: None})
    assert count(sound, table, check) == 0


TEXTS = [(table, c.name, c.max_bytes) for table in CATALOG if table.layer != LOAD_METADATA for c in table.columns if c.max_bytes]


@pytest.mark.parametrize(("table", "column", "most"), TEXTS, ids=[f"{t.name}.{c}" for t, c, _ in TEXTS])
def test_a_text_too_long_is_enforced_not_checked(sound: Session, table: Table, column: str, most: int) -> None:
    row = row_of(sound, table)
    plant(sound, table, row | {column: "é" * (most // 2) + "e" * (most % 2)})  # as many bytes as there may be
    with pytest.raises((WarehouseError, duckdb.ConstraintException), match=rf'too long|strlen\("?{column}"?\) <= {most}'):
        plant(sound, table, row | {column: "é" * (most // 2) + "ee"})


# what checks/ claims

CLAIMS: dict[str, list[Row]] = {
    "users.level_accepted_values": [{"level": "trial"}, {"level": "Paid"}, {"level": ""}],
    "user_levels.current_level_matches_users": [],  # below: a user's bad row is another's missing one
    "text_repairs.no_unrepairable_names": [{"original_text": "Caf\ufffd", "repaired_text": None, "kind": "broken"}],
    "songs.duration_is_positive": [{"duration": 0.0}, {"duration": -1.5}, {"duration": None}],
    "session_hours.plays_reconcile_with_songplays": [{"plays": 1}, {"plays": 20}],
    "song_days.plays_reconcile_with_songplays": [{"plays": 1}, {"plays": 20}],
    "songplays.song_and_artist_together": [{"song_id": None}, {"artist_id": None}],
    "active_users.windows_contain_one_another": [{"wau": 0}, {"mau": 0}],
    "active_users.users_of_each_day": [{"dau": 7}, {"day": "2018-10-01"}],
    "active_listeners.windows_contain_one_another": [{"wau": 0}, {"mau": 0}],
    "active_listeners.users_of_each_day": [{"dau": 7}, {"day": "2018-10-01"}],
    "retention_by_cohort.retained_are_of_the_cohort": [{"retained": 0}, {"users": 0}],
    "retention_by_cohort.every_listener_is_in_one_cohort": [{"users": 7}],
    "upgrade_funnel.no_step_has_more_users_than_the_one_before": [{"step": 4}],  # and below
    "downgrade_funnel.no_step_has_more_users_than_the_one_before": [{"step": 4}],  # and below
    "listening_by_day.minutes_reconcile_with_user_days": [{"plays": 7}],  # and below
    "users_at_risk.played_less_in_the_last_days": [
        {"plays_last_7_days": 1, "days_since_last_play": 6},
        {"days_since_last_play": 14},
        {"days_since_last_play": 0},
    ],
    "staging_events.auth_accepted_values": [{"auth": "logged in"}, {"auth": ""}],
    "staging_events.event_date_matches_partition": [{"ts": at(f"{DAYS[1]}T00:00")}, {"ts": at("2018-10-31T23:59:59.999")}],
    "staging_events.gender_accepted_values": [{"gender": "f"}, {"gender": ""}],
    "staging_events.level_accepted_values": [{"level": "trial"}, {"level": "Paid"}, {"level": ""}],
    "staging_events.method_accepted_values": [{"method": "POST"}, {"method": ""}],
    "staging_events.registration_is_a_moment": [{"registration": -1.0}, {"registration": 4102444800000.0}],
    "page_views.no_conflicting_duplicates": [],  # below: its bad rows lie in staging
    "page_views.page_view_id_is_unique": [],  # below
    "page_views.page_views_reconcile_with_events": [  # and below
        {"session_id": 99},
        {"item_in_session": 1},
        {"user_id": 3},
        {"user_id": None},
        {"event_time": "2018-11-01 10:00:00.001"},
    ],
    "session_days.events_reconcile_with_page_views": [{"session_id": 99}, {"session_id": 99, "plays": 20}],
    "user_days.sums_reconcile_with_session_days": [{"user_id": 99}, {"user_id": 99, "listened_seconds": 0.001}],
    "songplays.one_user_per_event": [],  # below: of two plays neither is the wrong one
    "songplays.songplays_reconcile_with_page_views": [  # and below
        {"session_id": 99},
        {"item_in_session": 1},
        {"user_id": 3},
        {"start_time": "2018-11-01 10:00:00.001"},
    ],
}
BAD = [(name, row) for name, bad in CLAIMS.items() for row in bad]


FINE: dict[str, list[Row]] = {
    "users.level_accepted_values": [{"level": None}, {"level": "paid"}],
    "staging_events.auth_accepted_values": [{"auth": None}, {"auth": "Guest"}],
    "staging_events.event_date_matches_partition": [{"ts": at("00:00")}, {"ts": at("23:59:59.999")}],
    "staging_events.gender_accepted_values": [{"gender": None}, {"gender": "M"}],
    "staging_events.level_accepted_values": [{"level": None}, {"level": "free"}],
    "staging_events.method_accepted_values": [{"method": None}, {"method": "GET"}],
    "staging_events.registration_is_a_moment": [{"registration": None}, {"registration": 0.0}, {"registration": 4102444799999.0}],
}
GOOD = [(name, row) for name, good in FINE.items() for row in good]


def the_claim(name: str) -> tuple[Table, Check]:
    return next((t, c) for t, c in CHECKS if f"{t.name}.{c.name}" == name)


def test_every_claim_is_here() -> None:
    of_values = {f"{t.name}.{column.name}_accepted_values" for t in CATALOG for column in t.columns if column.accepted_values}
    assert set(CLAIMS) == {f"{t.name}.{c.name}" for t, c in CHECKS if c.path.name != "table.sql"} | of_values


@pytest.mark.parametrize(("name", "bad"), BAD, ids=[f"{name} {row}" for name, row in BAD])
def test_a_row_that_breaks_a_claim(sound: Session, name: str, bad: Row) -> None:
    table, check = the_claim(name)
    plant(sound, table, row_of(sound, table) | bad)
    assert_found(sound, table, check)


@pytest.mark.parametrize(("name", "good"), GOOD, ids=[f"{name} {row}" for name, row in GOOD])
def test_a_row_at_the_edge_of_a_claim(sound: Session, name: str, good: Row) -> None:
    table, check = the_claim(name)
    plant(sound, table, row_of(sound, table) | good)
    assert count(sound, table, check) == 0


@pytest.mark.parametrize("bad", ["level = 'free'", "valid_to = valid_from", "user_id = 99"])
def test_a_lasting_level_that_is_not_the_users(sound: Session, bad: str) -> None:
    table, check = the_claim("user_levels.current_level_matches_users")
    sound.sql.execute(f"UPDATE user_levels SET {bad} WHERE user_id = 1")
    assert count(sound, table, check) == 1


@pytest.mark.parametrize("level", ["''", "'  '", "NULL"])
def test_a_lasting_level_that_is_unknown_is_that_of_a_user_whose_level_is_blank(sound: Session, level: str) -> None:
    table, check = the_claim("user_levels.current_level_matches_users")
    sound.sql.execute(f"UPDATE users SET level = {level} WHERE user_id = 1")
    assert count(sound, table, check) == 1
    sound.sql.execute("UPDATE user_levels SET level = NULL WHERE user_id = 1 AND valid_to IS NULL")
    assert count(sound, table, check) == 0


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("upgrade_funnel.no_step_has_more_users_than_the_one_before", "users = 2 WHERE step = 2"),
        ("upgrade_funnel.no_step_has_more_users_than_the_one_before", "users = 1 WHERE step = 3"),
        ("downgrade_funnel.no_step_has_more_users_than_the_one_before", "users = 0 WHERE step = 1"),
        ("listening_by_day.minutes_reconcile_with_user_days", f"minutes = minutes + 0.01 WHERE day = DATE '{DAYS[0]}'"),
    ],
)
def test_a_figure_that_does_not_fit_the_others(sound: Session, name: str, bad: str) -> None:
    table, check = the_claim(name)
    sound.sql.execute(f"UPDATE {table.name} SET {bad}")
    assert count(sound, table, check) == 1


def test_a_page_view_that_is_no_play(sound: Session) -> None:
    table, check = the_claim("songplays.songplays_reconcile_with_page_views")
    views = CATALOG["page_views"]
    view = row_of(sound, views)
    plant(sound, views, view | {"page": "Home", "item_in_session": 7})
    plant(sound, views, view | {"user_id": None, "item_in_session": 7})
    assert count(sound, table, check) == 0, "neither is a play"
    plant(sound, views, view | {"item_in_session": 7})
    assert_found(sound, table, check)
    assert [row[:4] for row in sound.queries.failing_rows(check, table).sample] == [
        ("a page view that is no play", view["user_id"], view["session_id"], 7)
    ]


@pytest.mark.parametrize("change", ["page = 'Home'", f"log_date = DATE '{DAYS[1]}'"])
def test_a_play_that_is_no_page_view_of_its_day(sound: Session, change: str) -> None:
    table, check = the_claim("songplays.songplays_reconcile_with_page_views")
    sound.sql.execute(f"UPDATE page_views SET {change} WHERE log_date = DATE '{DAYS[0]}'")
    assert count(sound, table, check, DAYS[:1]) == 1
    assert sound.queries.failing_rows(check, table).sample[-1][0] in ("a play that is no page view", "a page view that is no play")


@pytest.mark.parametrize("user", [1, None])
def test_an_event_that_is_no_page_view(sound: Session, user: int | None) -> None:
    table, check = the_claim("page_views.page_views_reconcile_with_events")
    staging = CATALOG["staging_events"]
    event = row_of(sound, staging)
    plant(sound, staging, event | {"user_id": user, "item_in_session": 7})
    assert_found(sound, table, check)
    assert [row[:4] for row in sound.queries.failing_rows(check, table).sample] == [
        ("an event that is no page view", user, event["session_id"], 7)
    ]


def test_an_event_delivered_again_with_a_later_day_is_the_same_page_view(sound: Session) -> None:
    table, check = the_claim("page_views.page_views_reconcile_with_events")
    staging = CATALOG["staging_events"]
    plant(sound, staging, row_of(sound, staging) | {"log_date": DAYS[1]})
    sound.refresher.rebuild(table)
    assert [count(sound, table, check, [day]) for day in DAYS] == [0, 0, 0]


def test_a_page_view_that_is_no_longer_an_event(sound: Session) -> None:
    table, check = the_claim("page_views.page_views_reconcile_with_events")
    sound.sql.execute(f"DELETE FROM staging_events WHERE log_date = DATE '{DAYS[0]}'")
    assert_found(sound, table, check)
    assert sound.queries.failing_rows(check, table).sample[0][:4] == ("a page view that is no event", 1, 1, 0)


@pytest.mark.parametrize("day", DAYS[:2])
def test_two_events_of_one_page_view_id(sound: Session, day: str) -> None:
    """On one day or on two; each of them is told."""
    table, check = the_claim("page_views.page_view_id_is_unique")
    plant(sound, table, row_of(sound, table) | {"item_in_session": 7, "log_date": day})
    assert count(sound, table, check) == 2
    assert [count(sound, table, check, [d]) for d in DAYS] == ([2, 0, 0] if day == DAYS[0] else [1, 1, 0])


@pytest.mark.parametrize("day", DAYS[:2])
def test_an_event_that_two_users_claim(sound: Session, day: str) -> None:
    table, check = the_claim("songplays.one_user_per_event")
    plant(sound, table, row_of(sound, table) | {"user_id": 2, "log_date": day})
    assert count(sound, table, check) == 2
    assert [count(sound, table, check, [d]) for d in DAYS] == ([2, 0, 0] if day == DAYS[0] else [1, 1, 0])
    plant(sound, table, row_of(sound, table) | {"user_id": 3, "start_time": "2018-11-01 10:00:00.001"})
    assert count(sound, table, check) == 2, "another moment is another event"


@pytest.mark.integration
@pytest.mark.parametrize(
    "other",
    [
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
        {"page": "Home"},
        {"method": None},
        {"status": 404},
        {"auth": "Guest"},
        {"registration": None},
    ],
    ids=str,
)
def test_an_event_told_in_two_ways(sound: Session, other: Row) -> None:
    table, check = the_claim("page_views.no_conflicting_duplicates")
    staging = CATALOG["staging_events"]
    told = next(dict(zip(staging.column_names, r, strict=True)) for r in rows(sound, staging) if r[-1].isoformat() == DAYS[0])
    plant(sound, staging, told | other)
    assert_found(sound, table, check)
    assert [(*row[:3], row[4]) for row in sound.queries.failing_rows(check, table).sample] == [(1, 1, 0, 2)]


def test_an_event_told_twice_in_the_same_way_is_none(sound: Session) -> None:
    table, check = the_claim("page_views.no_conflicting_duplicates")
    staging = CATALOG["staging_events"]
    plant(sound, staging, row_of(sound, staging))
    assert count(sound, table, check) == 0


@pytest.mark.parametrize(("most", "together"), [(1, 10), (7, 10), (10_000, 10), (10_000, 1)])
def test_as_many_tests_are_counted_by_a_statement_as_its_parameters_allow(
    sound: Session, most: int, together: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, broken = the_claim("page_views.no_conflicting_duplicates")
    staging = CATALOG["staging_events"]
    told = next(dict(zip(staging.column_names, r, strict=True)) for r in rows(sound, staging) if r[-1].isoformat() == DAYS[0])
    plant(sound, staging, told | {"location": "Elsewhere"})
    monkeypatch.setattr(queries, "MOST_PARAMETERS", most)
    monkeypatch.setattr(queries, "MOST_PARTITIONS_TOGETHER", together)
    tests = [(check, table) for check in CATALOG.checks[table.name]]
    assert len(tests) > 3
    counts = sound.queries.count_failing_rows(tests, DAYS)
    assert counts == {check: int(check is broken) for check, _ in tests}
