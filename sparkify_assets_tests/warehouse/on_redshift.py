"""For the tests beside it: a Redshift and its lake in S3, delivered in two versions; what an undisturbed load makes of each is known."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from sparkify_assets.lake import list_partitions
from sparkify_assets.lake.s3 import S3Lake, S3Location
from sparkify_assets.model import load_catalog
from sparkify_assets.warehouse import PartitionLoadFailure, PartitionLoadResult, Session
from sparkify_assets.warehouse.redshift import RedshiftWarehouse, copy_loader
from sparkify_assets.warehouse.redshift import connection as redshift_connection
from sparkify_assets_tests.emulators.redshift.faults import Fault
from sparkify_assets_tests.emulators.redshift.running import RedshiftServer
from sparkify_assets_tests.emulators.redshift.warehouses import loader, make_loader
from sparkify_assets_tests.emulators.s3.server import S3Server
from sparkify_assets_tests.support import RUN, Record, event, json_lines, load_all, milliseconds, rows, song, tables

CATALOG = load_catalog()
FIRST, SECOND = "2018-11-01", "2018-11-02"
IN_PLACE_BYTES = 800
"""so that the first day is read where it lies, all else in parts"""
PATIENCE = 60.0
"""seconds until what a test waits for has to have happened"""
QUICK = {"RETRY_SECONDS": (0.01, 0.01, 0.01), "NOTIFY_AFTER": PATIENCE}
"""what redshift/connection.py waits, in seconds: retries come at once, and a busy server's slow lock is no line among what is told"""
Tables = dict[str, list[tuple[Any, ...]]]


def version(number: int) -> dict[str, bytes]:
    """Key → content.  Each of the two differs from the other in every partition; the songs of B are judged one by one."""
    late = milliseconds("2018-11-02T08:00:00")
    second = [event(itemInSession=2 + n, ts=late + n, userId=str(7 + number)) for n in range(1 + number)]
    files: dict[str, list[Record]] = {
        f"log_data/2018/11/{FIRST}-events.json": [event(), event(itemInSession=1, level="free", firstName=f"Lily {number}")],
        f"log_data/2018/11/{SECOND}-events.json": second[:1],
        f"log_data/2018/11/{SECOND}-more.json": second[1:],
        "song_data/A/A/A/TRA.json": [song(song_id=f"SO{number}")],
        "song_data/B/A/A/TRB.json": [song(song_id="SO9", artist_id="AR9", title="Uprising", artist_name=number)],
    }
    return {key: json_lines(records) for key, records in files.items()}


@contextmanager
def on_redshift(server: RedshiftServer, s3: S3Server) -> Iterator["OnRedshift"]:
    """One for the tests of a file, which tries again at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(copy_loader, "LARGE_FILE_BYTES", IN_PLACE_BYTES)
        for name, value in QUICK.items():
            patch.setattr(redshift_connection, name, value)
        place = OnRedshift(server, s3)
        place.learn()
        yield place
        place.close()


@contextmanager
def renewed(shared: "OnRedshift") -> Iterator["OnRedshift"]:
    """For one test: one version is loaded, the other is in the lake."""
    shared.renew()
    yield shared
    shared.calm()


class OnRedshift:
    """A database, a bucket, and what the warehouse told while it waited or tried again."""

    def __init__(self, server: RedshiftServer, s3: S3Server) -> None:
        self.server, self.s3 = server, s3
        self.database = server.database()
        self.bucket = s3.bucket()
        # three tries, not boto3's five: what S3 never answers is waited for that often
        client = s3.client(retries={"mode": "standard", "max_attempts": 2})
        self.lake = S3Lake(S3Location(self.bucket, "lake"), client, s3.session().get_credentials())
        self.told: list[str] = []
        make_loader(self.database)
        self.warehouse = self.opened()
        self.deliver(1)
        self.expected: dict[int, Tables] = {}
        """version → the tables that a load makes which nothing disturbs"""

    def learn(self) -> None:
        for number in (2, 1):
            self.deliver(number)
            load_all(self.warehouse, self.lake)
            self.expected[number] = self.tables()

    def opened(self, **target_fields: Any) -> RedshiftWarehouse:
        """As another process would open it."""
        return RedshiftWarehouse(replace(loader(self.database), **target_fields), CATALOG, self.lake, self.told.append)

    def deliver(self, number: int) -> None:
        self.number = number
        for key, content in version(number).items():
            self.s3.client().put_object(Bucket=self.bucket, Key=self.lake.object_key(key), Body=content)

    def renew(self) -> None:
        """Nothing is ordered, told or left; one version is loaded, the other is in the lake."""
        self.calm()
        if self.tables() != self.expected[self.number]:
            load_all(self.warehouse, self.lake)
            assert self.tables() == self.expected[self.number]
        self.told.clear()
        self.deliver(3 - self.number)

    def calm(self) -> None:
        self.server.faults.calm()
        self.s3.calm()

    def order(self, *faults: Fault) -> None:
        for fault in faults:
            self.server.faults.order(fault)

    def fired(self) -> list[str]:
        return self.server.faults.fired()

    def load(self, session: Session, name: str, *partitions: str) -> list[PartitionLoadResult | PartitionLoadFailure]:
        table = CATALOG[name]
        assert table.source is not None
        found = list_partitions(self.lake, table.source).partitions
        return list(session.loader.load(table, {p: found[p] for p in partitions or sorted(found)}, self.lake, RUN, 0))

    def tables(self) -> Tables:
        return tables(self.warehouse)

    def everything(self, session: Session) -> Tables:
        """The ledger's tables, too."""
        return {t.name: rows(session, t) for t in CATALOG}

    def staged(self) -> list[str]:
        """What lies below _work/."""
        return [e.key for e in self.lake.list_staged()]

    def is_as_loaded(self) -> None:
        """The version in the lake is in the tables, as an undisturbed load puts it there, and nothing is left in the bucket."""
        assert self.tables() == self.expected[self.number]
        assert self.staged() == []

    def is_untouched(self, before: Tables) -> None:
        """Nothing of a load is to be seen; the next one does its work."""
        self.calm()
        assert self.tables() == before
        load_all(self.warehouse, self.lake)
        self.is_as_loaded()

    def close(self) -> None:
        self.warehouse.close()
        self.server.drop(self.database)


def wait_for(what: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < until, "what the test waits for has not happened"
        time.sleep(0.02)


def meanwhile(work: Callable[[], object]) -> threading.Thread:
    """Work in a thread, which is then at it."""
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread
