"""Processes on one Redshift: killed in the middle of a load, two at once, a server that ends; what is there afterwards is right."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from sparkify_assets.errors import WarehouseInUseError, WarehouseUnavailableError
from sparkify_assets.orchestration.sensors import READ_SECONDS
from sparkify_assets.warehouse.redshift import RedshiftWarehouse, staging_area
from sparkify_assets.warehouse.redshift import connection as redshift_connection
from sparkify_assets_tests.cli.conftest import COMMAND, Folder
from sparkify_assets_tests.emulators.redshift.faults import Fault
from sparkify_assets_tests.emulators.redshift.fixtures import redshift_server
from sparkify_assets_tests.emulators.redshift.running import RedshiftProcess, RedshiftServer
from sparkify_assets_tests.emulators.redshift.warehouses import loaders_settings
from sparkify_assets_tests.emulators.s3.server import Fault as S3Fault
from sparkify_assets_tests.emulators.s3.server import S3Server, s3
from sparkify_assets_tests.support import load_all, mentions, raises
from sparkify_assets_tests.warehouse.on_redshift import FIRST, QUICK, OnRedshift, meanwhile, on_redshift, renewed, wait_for

__all__ = ["redshift_server", "s3"]

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("redshift-killed")]


@pytest.fixture(scope="module")
def shared(redshift_server: RedshiftServer, s3: S3Server) -> Iterator[OnRedshift]:
    with on_redshift(redshift_server, s3) as place:
        yield place


@pytest.fixture
def place(shared: OnRedshift) -> Iterator[OnRedshift]:
    with renewed(shared) as place:
        yield place


def test_kill_9_at_several_moments_of_the_command(place: OnRedshift, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each load goes on where the one before was killed; the last one is not."""
    folder = Folder(tmp_path)
    settings = {
        **loaders_settings(place.database),
        **place.s3.environment,
        "SPARKIFY_WAREHOUSE": "redshift",
        "SPARKIFY_LAKE": str(place.lake.location),
        "DAGSTER_HOME": str(tmp_path / "home"),
    }
    before = place.tables()
    with _killed(folder, settings, lambda: any("PUT" in seen and "_work" in seen for seen in place.s3.seen())):
        place.s3.order(S3Fault(f"PUT /{place.bucket}/.*_work/.*part", 1, seconds=5))
    place.calm()
    assert place.tables() == before
    for fault in (Fault("copy", "hang"), Fault("commit", "hang", skip=3)):
        with _killed(folder, settings, place.fired):
            place.order(fault)
        place.calm()
    assert place.staged() != []
    assert place.tables() != before  # some of the steps were done
    said = folder.sparkify("load", **settings)
    assert (said.status, said.err.strip()) == (0, "")
    monkeypatch.setattr(staging_area, "LEFT_AFTER", timedelta(0))  # as a day later
    load_all(place.warehouse, place.lake)
    place.is_as_loaded()
    assert place.server.password not in said.out


@contextmanager
def _killed(folder: Folder, settings: dict[str, str], then: Callable[[], object]) -> Iterator[None]:
    """A load that is killed once something has happened; what is done within makes it happen."""
    yield
    with (folder.path / "killed").open("ab") as said:
        process = subprocess.Popen(
            [*COMMAND, "load"], cwd=folder.path, env=folder.environment(**settings), stdout=said, stderr=said, start_new_session=True
        )
        try:
            wait_for(lambda: then() or process.poll() is not None)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            status = process.wait()
    assert status == -signal.SIGKILL, (folder.path / "killed").read_text()


def test_two_writers_take_turns(place: OnRedshift, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one begins while the first is in a transaction, which it waits for, and says so."""
    monkeypatch.setattr(redshift_connection, "NOTIFY_AFTER", 0.05)
    second: list[Exception | None] = []

    def load() -> None:
        try:
            load_all(place.opened(), place.lake)
            second.append(None)
        except Exception as e:
            second.append(e)

    with place.warehouse.session() as session, session.sql.transaction():
        place.load(session, "staging_events", FIRST)
        other = meanwhile(load)
        wait_for(lambda: any("another process writes; waiting for its turn" in line for line in place.told))
    load_all(place.warehouse, place.lake)
    other.join(60)
    assert second == [None]
    place.is_as_loaded()


def owed(warehouse: RedshiftWarehouse, seconds: int = READ_SECONDS) -> Mapping[str, frozenset[str]]:
    """As a sensor looks at it."""
    with warehouse.read_session(seconds=seconds) as session:
        return session.metadata.stale_partitions()


def test_a_look_at_what_is_owed_does_not_wait_for_a_writer(place: OnRedshift) -> None:
    with place.warehouse.session() as session, session.sql.transaction():
        place.load(session, "staging_events", FIRST)
        with raises(WarehouseInUseError, place.warehouse.target, " 1 s") as error:
            owed(place.opened(), seconds=1)
    assert error.value.is_retryable
    assert FIRST in owed(place.warehouse)["page_views"]
    load_all(place.warehouse, place.lake)
    place.is_as_loaded()


def test_a_connection_that_the_server_has_ended_meanwhile_is_replaced(place: OnRedshift) -> None:
    with place.warehouse.session() as session:
        (before,) = session.sql.execute("SELECT pg_backend_pid()")[0]
    with place.database.connect() as other, other.cursor() as cursor:
        other.autocommit = True
        cursor.execute(f"SELECT pg_terminate_backend({before})")
    with place.warehouse.session() as session:
        assert session.sql.execute("SELECT pg_backend_pid()") != [(before,)]
    with place.database.connect() as other, other.cursor() as cursor, place.warehouse.session() as session:
        other.autocommit = True
        (pid,) = session.sql.execute("SELECT pg_backend_pid()")[0]
        cursor.execute(f"SELECT pg_terminate_backend({pid})")
        place.load(session, "staging_events")
        place.load(session, "staging_songs")
    load_all(place.warehouse, place.lake)
    assert place.told == []
    place.is_as_loaded()


def test_the_server_ends_in_the_middle_of_a_load(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", os.devnull)  # put back at the end: this server has an authority of its own
    for name, value in QUICK.items():
        monkeypatch.setattr(redshift_connection, name, value)
    process = RedshiftProcess(s3.endpoint)
    server = RedshiftServer(process.address)
    try:
        place = OnRedshift(server, s3)
        place.order(Fault("copy", "hang"))
        meanwhile(lambda: (wait_for(place.fired), os.kill(process.address.pid, signal.SIGKILL)))
        with raises(WarehouseUnavailableError, f"localhost:{server.port} ", "cluster") as error:
            load_all(place.warehouse, place.lake)
        assert server.password not in str(error.value)
        mentions(place.told[0], place.warehouse.target, "connection")
        assert place.staged() == []
        with raises(WarehouseUnavailableError, f"localhost:{server.port} "):
            owed(place.opened(), seconds=1)
    finally:
        process.stop()
