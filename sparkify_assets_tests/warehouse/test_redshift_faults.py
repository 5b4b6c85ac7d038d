"""A load on Redshift from S3 with everything failing that can: done again it ends right, or it is refused and nothing has changed."""

import itertools
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from sparkify_assets.errors import (
    LakeError,
    LakeUnavailableError,
    SparkifyError,
    WarehouseConflictError,
    WarehouseInUseError,
    WarehouseUnavailableError,
)
from sparkify_assets.warehouse import PartitionLoadFailure, Session
from sparkify_assets.warehouse.connection import SqlConnection
from sparkify_assets.warehouse.redshift import compaction, staging_area
from sparkify_assets.warehouse.redshift import connection as redshift_connection
from sparkify_assets.warehouse.redshift.connection import RedshiftConnection
from sparkify_assets.warehouse.redshift.errors import StatementTimeoutError
from sparkify_assets_tests.emulators.redshift.faults import Fault, conflict_fault, serialization_fault
from sparkify_assets_tests.emulators.redshift.fixtures import redshift_server
from sparkify_assets_tests.emulators.redshift.running import RedshiftServer
from sparkify_assets_tests.emulators.s3.server import Fault as S3Fault
from sparkify_assets_tests.emulators.s3.server import S3Server, s3
from sparkify_assets_tests.support import every_socket_closed, load_all, mentions, raises, rows
from sparkify_assets_tests.warehouse.on_redshift import CATALOG, FIRST, SECOND, OnRedshift, meanwhile, on_redshift, renewed, wait_for

__all__ = ["redshift_server", "s3"]

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("redshift-faults")]

ALWAYS = 9999


@pytest.fixture(scope="module")
def shared(redshift_server: RedshiftServer, s3: S3Server) -> Iterator[OnRedshift]:
    with on_redshift(redshift_server, s3) as place:
        yield place


@pytest.fixture
def place(shared: OnRedshift) -> Iterator[OnRedshift]:
    with renewed(shared) as place:
        yield place


PASSING = {
    "BEGIN and LOCK": [
        Fault("begin", "drop_before"),
        Fault("begin", "drop_after", skip=4),
        Fault("lock", "drop_before", skip=1),
        Fault("lock", "drop_after", skip=4),
    ],
    "COPY": [Fault("copy", "drop_before"), Fault("copy", "drop_during", skip=2), Fault("copy", "drop_after", skip=2)],
    "COMMIT": [Fault("commit", "drop_before"), Fault("commit", "drop_during", skip=2), Fault("commit", "drop_after", skip=5)],
    "a look at what is there": [
        Fault("select", "drop_before", match="partition"),
        Fault("select", "drop_after", match="pending_refreshes"),
    ],
    "the log-in": [Fault("copy", "drop_before"), Fault("connect", "drop_before"), Fault("connect", "error", message="busy", code="57P03")],
    "a conflict": [serialization_fault("copy", times=3), serialization_fault("commit", skip=3), conflict_fault("delete", skip=7)],
}


@pytest.mark.parametrize("what", PASSING)
def test_what_passes_is_tried_again(place: OnRedshift, what: str) -> None:
    place.order(*PASSING[what])
    load_all(place.warehouse, place.lake)
    assert sorted(place.fired()) == sorted(f"{f.at}: {f.do}" for f in PASSING[what] for _ in range(f.times))
    place.is_as_loaded()


VERBS: dict[str, tuple[Callable[[OnRedshift, Session], object], tuple[str, ...]]] = {
    "load": (lambda place, session: place.load(session, "staging_songs", "A"), ("staging_songs", "pending_refreshes", "rejected_records")),
    "refresh": (lambda _, session: session.refresher.refresh(CATALOG["songplays"], [FIRST]), ("songplays", "pending_refreshes")),
    "rebuild": (lambda _, session: session.refresher.rebuild(CATALOG["users"]), ("users", "pending_refreshes")),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("step", [5, pytest.param(1, marks=pytest.mark.slow)], ids=["each fifth", "each"])
def test_the_places_where_the_connection_or_a_conflict_may_be_lost(place: OnRedshift, verb: str, step: int) -> None:
    """At each statement of the verb, or at each fifth; the connection before or after it, in turn with the conflict."""
    do, written = VERBS[verb]
    kinds = itertools.cycle([Fault("any", "drop_before"), Fault("any", "drop_after"), conflict_fault("any")])
    statements = 0
    with place.warehouse.session() as session:
        do(place, session)
        undisturbed = do(place, session)  # once more, as it will be
        expected = [rows(session, CATALOG[name]) for name in written]
        for statements, kind in zip(itertools.count(0, step), kinds, strict=False):
            place.calm()
            place.order(replace(kind, skip=statements))
            assert do(place, session) == undisturbed, (statements, kind)
            if not place.fired():
                break
            assert [rows(session, CATALOG[name]) for name in written] == expected, (statements, kind)
    assert statements > 8
    place.calm()
    load_all(place.warehouse, place.lake)
    place.is_as_loaded()


def test_what_does_not_pass_is_one_error_and_changes_nothing(place: OnRedshift) -> None:
    lost, beaten = WarehouseUnavailableError, WarehouseConflictError
    before = place.tables()
    for fault, kind in (
        (Fault("begin", "drop_before", times=ALWAYS), lost),
        (Fault("copy", "drop_during", times=ALWAYS), lost),
        (Fault("commit", "drop_before", times=ALWAYS), lost),
        (serialization_fault("commit", times=ALWAYS), beaten),
        (conflict_fault("lock", times=ALWAYS), beaten),
    ):
        place.calm()
        place.told.clear()
        place.order(fault)
        with place.warehouse.session() as session, raises(kind, place.warehouse.target) as error:
            place.load(session, "staging_events")
        assert error.value.is_retryable
        assert len(str(error.value).splitlines()) == 1
        for line, pause in zip(place.told, redshift_connection.RETRY_SECONDS, strict=True):
            mentions(line, place.warehouse.target, "again", f" {pause:g} s")
        assert place.staged() == []
    place.is_untouched(before)


@pytest.mark.parametrize(
    "fault",
    [
        Fault("set", code="42501", message="permission denied"),
        Fault("set", "drop_before", times=ALWAYS),
        Fault("begin", "drop_before", times=ALWAYS),
        Fault("lock", "hang"),
        Fault("copy", "drop_during", times=ALWAYS),
        Fault("copy", code="42501", message="permission denied"),
        conflict_fault("commit", times=ALWAYS),
        Fault("rollback", "drop_before"),
    ],
    ids=lambda fault: f"{fault.at} {fault.do}",
)
def test_every_connection_is_closed_where_a_load_fails(place: OnRedshift, fault: Fault) -> None:
    with every_socket_closed():
        warehouse = place.opened(statement_timeout=1)
        place.order(fault, conflict_fault("delete", times=ALWAYS))  # so that each of them fails, and is rolled back
        with suppress(SparkifyError), warehouse.session() as session:
            place.load(session, "staging_events")
        assert place.fired()
        warehouse.close()
        del warehouse


REFUSED = [
    (Fault("s3", "status", message="403", times=ALWAYS, match="part"), LakeError, "SPARKIFY_REDSHIFT_IAM_ROLE"),
    (Fault("s3", "status", message="404", times=ALWAYS, match="part"), LakeError, "again"),
    (S3Fault(r"GET /{}/\S*part", ALWAYS, status=503, code="SlowDown"), LakeUnavailableError, "COPY"),
    (S3Fault(r"GET /{}/\S*log_data", ALWAYS, status=403, code="AccessDenied"), LakeError, "s3:GetObject"),
    (S3Fault(r"GET /{}/\S*log_data", ALWAYS, status=404, code="NoSuchKey"), LakeError, "again"),
    (S3Fault(r"PUT /{}/\S*1-part", ALWAYS, status=403, code="AccessDenied"), LakeError, "s3:PutObject"),
    (S3Fault(r"PUT /{}/\S*1-part", ALWAYS, reset=True), LakeUnavailableError, "1-part"),
    (S3Fault(r"PUT /{}/\S*manifest", ALWAYS, status=500), LakeUnavailableError, "manifest"),
]
"""what COPY reads, what we read, what we write"""


def test_s3_refuses_a_partition(place: OnRedshift, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the middle of it, since each file becomes a part; what is refused stays as it was, and loads once S3 answers."""
    monkeypatch.setattr(compaction, "PART_BYTES", 1)
    before = place.tables()
    for fault, kind, told in REFUSED:
        place.calm()
        if isinstance(fault, S3Fault):
            place.s3.order(replace(fault, pattern=fault.pattern.format(place.bucket)))
        else:
            place.order(fault)
        with place.warehouse.session() as session:
            (answer,) = place.load(session, "staging_events", SECOND)
        assert isinstance(answer, PartitionLoadFailure), fault
        assert type(answer.error) is kind, fault
        mentions(str(answer.error), told, f"s3://{place.bucket}/lake/")
        assert place.staged() == []
    place.is_untouched(before)


def test_an_answer_that_ends_after_some_bytes(place: OnRedshift) -> None:
    """The driver reads what is there, and unpacks it though it is less than it asked for."""
    with place.warehouse.session() as session:
        sql = session.sql
        assert isinstance(sql, RedshiftConnection)
        cut_short(sql)
        place.load(session, "staging_events")  # whose BEGIN is asked again
        with raises(WarehouseUnavailableError, place.warehouse.target, "connection"):
            in_a_transaction(session)
        assert sql.connection is None
    load_all(place.warehouse, place.lake)
    place.is_as_loaded()


def in_a_transaction(session: Session) -> None:
    with session.sql.transaction():
        cut_short(session.sql)
        session.queries.row_count(CATALOG["users"])


def cut_short(sql: SqlConnection) -> None:
    assert isinstance(sql, RedshiftConnection)
    assert sql.connection is not None
    read = sql.connection._read
    sql.connection._read = lambda size: read(size)[:2]


def test_what_cannot_be_taken_away_is_said_and_goes_with_a_load_a_day_later(place: OnRedshift, monkeypatch: pytest.MonkeyPatch) -> None:
    place.s3.order(S3Fault(f"POST /{place.bucket}.*delete", ALWAYS, status=403, code="AccessDenied"))
    load_all(place.warehouse, place.lake)
    assert any("_work/" in line and "s3:DeleteObject" in line for line in place.told)
    left = place.staged()
    assert left != []
    place.calm()
    load_all(place.warehouse, place.lake)
    assert place.staged() == left
    monkeypatch.setattr(staging_area, "LEFT_AFTER", timedelta(0))
    load_all(place.warehouse, place.lake)
    place.is_as_loaded()


def test_a_slow_s3_is_waited_for(place: OnRedshift) -> None:
    place.order(Fault("s3", "slow", seconds=0.5, times=2))
    place.s3.order(S3Fault(f"PUT /{place.bucket}", 2, seconds=0.5))
    load_all(place.warehouse, place.lake)
    assert place.told == []
    place.is_as_loaded()


def test_a_statement_that_takes_too_long_names_the_setting(place: OnRedshift) -> None:
    before = place.tables()
    warehouse = place.opened(statement_timeout=1)
    for at, kind in (("copy", StatementTimeoutError), ("lock", WarehouseInUseError), ("commit", StatementTimeoutError)):
        place.order(Fault(at, "hang"))
        with raises(kind, warehouse.target, "SPARKIFY_REDSHIFT_STATEMENT_TIMEOUT"), warehouse.session() as session:
            place.load(session, "staging_events", FIRST)
        assert place.staged() == []
    place.is_untouched(before)


def test_ctrl_c_in_the_middle_of_a_statement(place: OnRedshift) -> None:
    before, sessions = place.tables(), list[Session]()

    def load() -> None:
        with place.warehouse.session() as session:
            sessions.append(session)
            place.load(session, "staging_events", FIRST)

    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        for at in ("begin", "copy", "commit"):
            place.calm()
            place.order(Fault(at, "hang"))
            meanwhile(lambda: (wait_for(place.fired), os.kill(os.getpid(), signal.SIGINT)))
            with pytest.raises(KeyboardInterrupt):
                load()
            sql = sessions.pop().sql
            assert isinstance(sql, RedshiftConnection)
            assert sql.connection is None
            assert place.staged() == []
    finally:
        signal.signal(signal.SIGINT, handler)
    place.is_untouched(before)
