"""What tests of tables and warehouses share: records as the app sends them, a lake to lay them in, a load without Dagster.

No test and no fixture belongs here, and nothing that only one room needs.
"""

import gc
import hashlib
import json
import os
import re
import shutil
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlglot import exp

from sparkify_assets.lake import Lake, LocalLake, list_partitions
from sparkify_assets.model import LOAD_METADATA, STAGING, Catalog, Table, load_catalog
from sparkify_assets.model.transpile import to_sql
from sparkify_assets.warehouse import PartitionLoadFailure, Session, Warehouse
from sparkify_assets.warehouse.duckdb import DuckDBWarehouse
from sparkify_assets_tests.shared import built

Record = dict[str, Any]
ENGINES = ("duckdb", pytest.param("redshift", marks=pytest.mark.integration))
"""parameters of a test that every engine must pass"""
RUN = "a test"
E = TypeVar("E", bound=BaseException)


def new_warehouse(engine: str, folder: Path) -> Warehouse:
    """An engine's warehouse that nothing was loaded into yet, a copy of one whose tables were made once (test_declared.py makes them).

    Whoever would have to wait for it has forgotten to close it.
    """
    if engine == "redshift":
        from sparkify_assets_tests.emulators.redshift.warehouses import new_redshift  # its server is started where it is needed

        return new_redshift()
    return _copy_of(built("empty-duckdb", _make_empty), folder)


@contextmanager
def every_socket_closed() -> Iterator[None]:
    """Fails if a socket that nobody refers to any more was left open within."""
    gc.collect()
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always", ResourceWarning)
        yield
        gc.collect()
    assert [str(w.message) for w in found if issubclass(w.category, ResourceWarning) and "socket" in str(w.message)] == []


@contextmanager
def opened_warehouse(engine: str, folder: Path) -> Iterator[Warehouse]:
    """A new warehouse; at the end the connections that Redshift's keeps are closed."""
    made = new_warehouse(engine, folder)
    yield made
    if not isinstance(made, DuckDBWarehouse):
        made.close()  # type: ignore[attr-defined]


@contextmanager
def warehouses_of_a_file(folders: pytest.TempPathFactory) -> Iterator[Callable[[str], Warehouse]]:
    """Of each engine one, made when it is first asked for, whatever the order of the tests.

    A fixture of the file that has the engine as parameter would be made anew at each change of engine.
    """
    with ExitStack() as stack:

        @cache
        def of(engine: str) -> Warehouse:
            return stack.enter_context(opened_warehouse(engine, folders.mktemp("warehouse")))

        yield of


def _copy_of(made: Path, folder: Path) -> DuckDBWarehouse:
    path = folder / "warehouse.duckdb"
    shutil.copy(made / path.name, path)
    return DuckDBWarehouse(path, load_catalog(), on_wait=pytest.fail)


def _make_empty(folder: Path) -> None:
    with DuckDBWarehouse(folder / "warehouse.duckdb", load_catalog(), on_wait=pytest.fail).session():
        pass


def loaded_warehouse(engine: str, folder: Path, deliver: "Deliver") -> "tuple[Warehouse, LakeDirectory]":
    """A warehouse, and the lake it was loaded from, as ``deliver`` fills it: both are made once for each ``deliver``, and copied.

    On a real cluster (--redshift) they are made each time.
    """
    from sparkify_assets_tests.emulators.redshift import warehouses  # its server is started where it is needed

    def load(into: Path) -> "tuple[Warehouse, LakeDirectory]":
        lake = LakeDirectory(into / "lake")
        deliver(lake)
        warehouse = new_warehouse(engine, into)
        load_all(warehouse, lake.root)
        return warehouse, lake

    def make(into: Path) -> None:
        warehouse, _ = load(into)
        if engine == "redshift":
            (into / "database").write_text(warehouses.close_for_copies(warehouse), encoding="utf-8")

    if engine == "redshift" and warehouses.is_real():
        return load(folder)
    made = built(f"{deliver.__module__}.{deliver.__qualname__}-{engine}", make)
    lake = LakeDirectory(shutil.copytree(made / "lake", folder / "lake"))
    if engine == "redshift":
        return warehouses.copy_of((made / "database").read_text(encoding="utf-8")), lake
    return _copy_of(made, folder), lake


def event(**overrides: Any) -> Record:
    """A sound NextSong event; overrides by JSON key (``sessionId=3``)."""
    return {
        "artist": "Muse",
        "auth": "Logged In",
        "firstName": "Lily",
        "gender": "F",
        "itemInSession": 0,
        "lastName": "Koch",
        "length": 240.5,
        "level": "paid",
        "location": "Chicago-Naperville-Elgin, IL-IN-WI",
        "method": "PUT",
        "page": "NextSong",
        "registration": 1541048010796.0,
        "sessionId": 818,
        "song": "Starlight",
        "status": 200,
        "ts": 1541106106796,
        "userAgent": "Mozilla/5.0",
        "userId": "15",
    } | overrides


def play_id(event: Record) -> int:
    """The page_view_id of an event, by plain Python: 15 hexadecimal digits of the MD5 of user or none, session, item and time."""
    key = "|".join("" if event[name] is None else str(event[name]) for name in ("userId", "sessionId", "itemInSession", "ts"))
    return int(hashlib.md5(key.encode(), usedforsecurity=False).hexdigest()[:15], 16)


def song(**overrides: Any) -> Record:
    """A sound record of the catalogue, which the event of event() matches; overrides by JSON key."""
    return {
        "num_songs": 1,
        "artist_id": "AR1",
        "artist_latitude": None,
        "artist_longitude": None,
        "artist_location": "",
        "artist_name": "Muse",
        "song_id": "SO1",
        "title": "Starlight",
        "duration": 240.5,
        "year": 2006,
    } | overrides


def milliseconds(moment: str) -> int:
    """The ``ts`` of a moment in UTC: milliseconds("2018-11-21T21:56:47.796")."""
    time = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    return int(time.timestamp()) * 1000 + time.microsecond // 1000


class LakeDirectory:
    """A lake as a directory, written by a test.  Every write is later than the one before, so that no re-delivery goes unseen."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        # nanoseconds, after whatever is there; files written within one tick of the real clock would look the same
        self._clock = max((p.stat().st_mtime_ns for p in root.rglob("*") if p.is_file()), default=1_541_106_106_796_000_000)

    def events(self, day: str, records: Sequence[Record], name: str = "events") -> str:
        """Deliver a file of a day's log ("2018-11-01"), one record a line; in place of the one of that name.  Returns its key."""
        return self.raw(f"log_data/{day[:4]}/{day[5:7]}/{day}-{name}.json", json_lines(records))

    def songs(self, prefix: str, records: Sequence[Record], name: str = "A") -> str:
        """Deliver a file of the catalogue ("A"), one record a line; in place of the one of that name.  Returns its key."""
        return self.raw(f"song_data/{prefix}/A/A/TR{name}.json", json_lines(records))

    def raw(self, key: str, content: bytes) -> str:
        path = self.root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self._clock += 1_000_000
        os.utime(path, ns=(self._clock, self._clock))
        return key

    def remove(self, key: str) -> None:
        (self.root / key).unlink()


Deliver = Callable[[LakeDirectory], object]


def json_lines(records: Sequence[Record]) -> bytes:
    return "".join(json.dumps(r) + "\n" for r in records).encode()


def load_all(warehouse: Warehouse, lake_root: Path | Lake, max_rejected: int = 0) -> None:
    """What a full `sparkify load` does: every partition that is in the lake or was loaded, then all that follows from it.

    Like the command, it does what it can when a partition is refused; then it raises the first refusal's error.
    """
    catalog, lake = load_catalog(), LocalLake(lake_root) if isinstance(lake_root, Path) else lake_root
    refusals: list[PartitionLoadFailure] = []
    with warehouse.session() as session:
        for staging in _looked_up_first(catalog):
            assert staging.source is not None
            found = list_partitions(lake, staging.source).partitions
            deliveries = {key: found.get(key, ()) for key in sorted({*found, *session.metadata.load_stats(staging)})}
            answers = list(session.loader.load(staging, deliveries, lake, RUN, max_rejected))
            refusals += [a for a in answers if isinstance(a, PartitionLoadFailure)]
            loaded = [a.partition for a in answers if not isinstance(a, PartitionLoadFailure)]
            for table in derived_tables(catalog):
                if catalog.root(table) is staging:
                    _refresh(session, table, loaded)
        for table in derived_tables(catalog):
            if catalog.root(table) is None:
                session.refresher.refresh(table, [])
    if refusals:
        raise refusals[0].error


def _refresh(session: Session, table: Table, partitions: Sequence[str]) -> None:
    """For these partitions and those owed, as the asset does."""
    if chosen := sorted({*partitions, *session.metadata.stale_partitions().get(table.name, ())}):
        session.refresher.refresh(table, chosen)


def _looked_up_first(catalog: Catalog) -> list[Table]:
    """Staging tables in the order of a load: songs before the plays that look them up."""
    secondary = {name for d in catalog.transforms.values() for name in d.joined_tables}
    return sorted(catalog.layer(STAGING), key=lambda t: t.name not in secondary)


def derived_tables(catalog: Catalog) -> list[Table]:
    """Dimensions, facts and reports, each after those it reads."""
    return [t for t in catalog if t.name in catalog.transforms]


def tables(warehouse: Warehouse) -> dict[str, list[tuple[Any, ...]]]:
    """Every table's rows, sorted, but for the ledger's, of which only the rejected records are here."""
    catalog = load_catalog()
    with warehouse.session() as session:
        return {t.name: rows(session, t) for t in catalog if t.layer != LOAD_METADATA or t.name == "rejected_records"}


def rows(session: Session, table: Table) -> list[tuple[Any, ...]]:
    """All rows of a table, sorted."""
    assert isinstance(session, Session)
    return in_order(session.sql.execute(all_of(table, session.sql.dialect)))


@cache  # to build and to translate a statement takes longer than to run it
def all_of(table: Table, dialect: str) -> str:
    return to_sql(exp.select(*[exp.column(c) for c in table.column_names]).from_(table.name), dialect)


def in_order(found: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Sorted, nulls last."""
    return sorted(found, key=lambda row: [(value is None, "" if value is None else value) for value in row])


# messages: a test names the class of the error and the variable parts of the text; the files in golden/ hold the whole wording


def mentions(text: str, *parts: object) -> None:
    """Each part, as str() gives it, is in the text; a whole number stands there by itself, not inside a longer one."""
    missing = [part for part in parts if not _is_in(text, part)]
    assert not missing, f"{missing} not in: {text}"


def _is_in(text: str, part: object) -> bool:
    if type(part) is int:
        return re.search(rf"(?<![\d.]){part}(?!\.?\d)", text) is not None
    return str(part) in text


@contextmanager
def raises(error: type[E], *parts: object) -> Iterator[pytest.ExceptionInfo[E]]:
    """The block raises an error of exactly this class, no subclass, and its text mentions each part."""
    with pytest.raises(error) as raised:
        yield raised
    assert type(raised.value) is error, f"expected {error.__name__}, found {raised.value!r}"
    mentions(str(raised.value), *parts)
