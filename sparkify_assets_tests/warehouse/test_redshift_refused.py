"""What COPY refuses though our rules accept it: a rejected record like any other, counted, and kept with file, line, column and text.

Here COPY is stricter than our rules since the table it fills has narrower columns; the errors are the server's own.
"""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import pytest

from sparkify_assets.errors import RejectedRecordsError
from sparkify_assets.lake import list_partitions
from sparkify_assets.lake.s3 import S3Lake
from sparkify_assets.model import load_catalog
from sparkify_assets.warehouse import PartitionLoadFailure, PartitionLoadResult
from sparkify_assets.warehouse.redshift import RedshiftWarehouse, load_errors, validated_parts
from sparkify_assets.warehouse.redshift import connection as redshift_connection
from sparkify_assets.warehouse.redshift.errors import LoadErrorsDelayedError
from sparkify_assets_tests.emulators.redshift.faults import Fault
from sparkify_assets_tests.emulators.redshift.fixtures import redshift_server
from sparkify_assets_tests.emulators.redshift.running import RedshiftDatabase, RedshiftServer
from sparkify_assets_tests.emulators.redshift.warehouses import bucket_lake, redshift_warehouse
from sparkify_assets_tests.support import RUN, mentions, raises, rows
from sparkify_assets_tests.warehouse.both import statements_of
from sparkify_assets_tests.warehouse.opened import DAY, EVENTS, key_of
from sparkify_assets_tests.warehouse.test_agreement import record

__all__ = ["redshift_server"]

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("redshift-refused")]

REJECTED = load_catalog()["rejected_records"]
NO_SYS_VIEW = Fault(
    "select", times=100, match="sys_load_error_detail", code="42P01", message='relation "sys_load_error_detail" does not exist'
)


def narrow(column: str, kind: str, sql: str) -> str:
    """The landing table is made with another type in one column."""
    if not sql.startswith("CREATE TEMPORARY TABLE"):
        return sql
    before, name, after = sql.partition(f'"{column}" ')
    assert name
    end = min(at for at in (after.find(", "), len(after)) if at >= 0)
    return before + name + kind + after[end:]


SHORT_ARTIST = partial(narrow, "artist", "VARCHAR(4)")


@dataclass
class Place:
    """A database and a lake with one day in it."""

    database: RedshiftDatabase
    warehouse: RedshiftWarehouse
    lake: S3Lake
    view: str = "sys_load_error_detail"
    """where errors are to be looked for"""

    def deliver(self, name: str, content: bytes) -> str:
        kind = "json.gz" if name.endswith("gz") else "json"
        key = key_of(EVENTS, DAY, name, kind)
        stored = gzip.compress(content) if kind == "json.gz" else content
        self.lake.client.put_object(Bucket=self.lake.bucket, Key=self.lake.object_key(key), Body=stored)
        return key

    def load(self, tolerated: int) -> PartitionLoadResult | PartitionLoadFailure:
        assert EVENTS.source is not None
        with self.warehouse.session() as session:
            (answer,) = session.loader.load(EVENTS, list_partitions(self.lake, EVENTS.source).partitions, self.lake, RUN, tolerated)
        return answer

    def rejected(self) -> list[tuple[object, ...]]:
        with self.warehouse.session() as session:
            return [row[2:] for row in rows(session, REJECTED)]

    def events(self) -> list[str]:
        with self.warehouse.session() as session:
            return [str(row[0]) for row in rows(session, EVENTS)]


@pytest.fixture(params=["provisioned", "serverless", "without SYS views"])
def place(request: pytest.FixtureRequest, redshift_server: RedshiftServer) -> Iterator[Place]:
    kind = request.param if request.param == "serverless" else "provisioned"
    database = redshift_server.database(kind)
    lake = bucket_lake()
    view = "stl_load_errors" if request.param == "without SYS views" else "sys_load_error_detail"
    place = Place(database, redshift_warehouse(database, lake), lake, view)
    with place.warehouse.session():  # which makes the tables
        pass
    if request.param == "without SYS views":
        redshift_server.faults.order(NO_SYS_VIEW)
    yield place
    place.warehouse.close()
    redshift_server.faults.calm()
    redshift_server.drop(database)


def test_they_are_rejected_records(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    muse, abba = record(EVENTS), record(EVENTS, artist='"Abba \\u00e9 \\\\ \\" é"')
    bad, blur = record(EVENTS, userId='"x"'), record(EVENTS, artist='"Blur"')
    plain = place.deliver("a", b"\n".join([muse, b"", abba, bad, b" ", blur, abba]))
    packed = place.deliver("b.gz", abba + b"\r\n" + muse)
    place.deliver("c", b"")
    with statements_of(place.warehouse, SHORT_ARTIST) as sent:
        refusal = place.load(3)
        assert isinstance(refusal, PartitionLoadFailure)
        assert type(refusal.error) is RejectedRecordsError
        mentions(str(refusal.error).split("\n")[0], EVENTS.name, DAY, 4, 3, "SPARKIFY_MAX_REJECTED")
        assert (place.events(), place.rejected()) == ([], [])
        monkeypatch.setattr(validated_parts, "PART_BYTES", 1)  # each file is a part
        loaded = place.load(4)
    assert isinstance(loaded, PartitionLoadResult)
    assert (loaded.records, loaded.rows, len(loaded.rejects)) == (7, 3, 4)
    assert place.events() == ["Blur", "Muse", "Muse"]
    kept = place.rejected()
    by_copy = [row for row in kept if row[2] == "artist"]
    assert [(*row[:3], row[4]) for row in by_copy] == [
        (plain, 3, "artist", abba.decode()),
        (plain, 7, "artist", abba.decode()),
        (packed, 1, "artist", abba.decode()),
    ]
    for row in by_copy:
        mentions(str(row[3]), "COPY", "String length exceeds DDL length", 1204)
    assert [row[:3] for row in kept if row not in by_copy] == [(plain, 4, "user_id")]
    assert place.view in [s for s in sent if s.startswith("SELECT TRIM(")][-1]
    assert isinstance(place.load(4), PartitionLoadResult)
    assert [row[:3] for row in place.rejected()] == [(plain, 4, "user_id")]


@pytest.fixture
def provisioned(redshift_server: RedshiftServer) -> Iterator[Place]:
    database = redshift_server.database()
    lake = bucket_lake()
    yield (place := Place(database, redshift_warehouse(database, lake), lake))
    place.warehouse.close()
    redshift_server.drop(database)


def test_a_number_that_copy_refuses_is_told_by_its_column(provisioned: Place) -> None:
    key = provisioned.deliver("a", record(EVENTS) + b"\n" + record(EVENTS, length="7"))
    with statements_of(provisioned.warehouse, partial(narrow, "length_number", "DECIMAL(3, 1)")):
        loaded = provisioned.load(1)
    assert isinstance(loaded, PartitionLoadResult)
    (reject,) = loaded.rejects
    assert (reject.file_key, reject.line, reject.column) == (key, 1, "length")
    mentions(reject.reason, "COPY", "Overflow, Value '240.5', Type: Decimal", 1222)


def test_all_of_them(provisioned: Place) -> None:
    provisioned.deliver("a", record(EVENTS) + b"\n" + record(EVENTS))
    with statements_of(provisioned.warehouse, partial(narrow, "artist", "VARCHAR(1)")):
        loaded = provisioned.load(2)
    assert isinstance(loaded, PartitionLoadFailure)  # a file without a sound record, whatever is tolerated
    mentions(str(loaded.error), 2, "SPARKIFY_MAX_REJECTED", "a.json:1:", "a.json:2:")


def test_error_tables_that_do_not_name_them(provisioned: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are written a while after the COPY; a load that waits for them in vain says so, and nothing is changed."""
    monkeypatch.setattr(load_errors, "LOG_DELAY_SECONDS", 0.1)
    monkeypatch.setattr(redshift_connection, "RETRY_SECONDS", (0.01,))
    provisioned.deliver("a", record(EVENTS) + b"\n" + record(EVENTS, artist='"ABBA again"'))

    def change(sql: str) -> str:
        return SHORT_ARTIST(sql.replace("PG_BACKEND_PID()", "0"))

    with (
        statements_of(provisioned.warehouse, change),
        raises(LoadErrorsDelayedError, provisioned.warehouse.target, "COPY", 1, 0),
    ):
        provisioned.load(1)
    assert provisioned.events() == []
    assert list(provisioned.lake.list_staged()) == []


def test_error_tables_that_show_them_after_the_transaction_only(provisioned: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The transaction is tried again, and finds the errors of its first COPY."""
    monkeypatch.setattr(load_errors, "LOG_DELAY_SECONDS", 0.1)
    monkeypatch.setattr(redshift_connection, "RETRY_SECONDS", (0.01,))
    key = provisioned.deliver("a", record(EVENTS) + b"\n" + record(EVENTS, artist='"ABBA again"'))
    rolled_back: list[str] = []

    def change(sql: str) -> str:
        rolled_back.extend([sql] * (sql == "ROLLBACK"))
        return SHORT_ARTIST(sql if rolled_back else sql.replace("PG_BACKEND_PID()", "0"))

    with statements_of(provisioned.warehouse, change):
        loaded = provisioned.load(1)
    assert isinstance(loaded, PartitionLoadResult)
    assert [(r.file_key, r.line, r.column) for r in loaded.rejects] == [(key, 2, "artist")]
    assert (provisioned.events(), len(rolled_back)) == (["Muse"], 1)
