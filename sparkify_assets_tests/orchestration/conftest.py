"""A platform on a tiny lake of its own, with a Dagster instance in memory (cli/ and the browser use one on disk)."""

import atexit
import itertools
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.storage.event_log import InMemoryEventLogStorage, SqlEventLogStorageMetadata
from sqlalchemy.pool import StaticPool

from sparkify_assets.definitions import build_defs
from sparkify_assets.model import REPORTS, Catalog, load_catalog
from sparkify_assets.orchestration.history import GroupedEvents
from sparkify_assets.orchestration.load_summary import LoadSummary
from sparkify_assets.orchestration.runner import LoadRunner
from sparkify_assets.settings import Settings
from sparkify_assets.warehouse.duckdb import DuckDBWarehouse
from sparkify_assets_tests.postgres_history import create_database, is_everywhere, new_instance
from sparkify_assets_tests.shared import built
from sparkify_assets_tests.support import LakeDirectory, event, milliseconds, new_warehouse

DAYS = ("2018-11-01", "2018-11-02", "2018-11-03")
"""those that loaded_platform holds: a play each, in sessions 0, 1 and 2, of a song that the catalogue does not know"""


@dataclass
class Platform:
    """Everything a test of a run needs."""

    lake: LakeDirectory
    settings: Settings
    instance: dg.DagsterInstance
    catalog: Catalog

    @property
    def defs(self) -> dg.Definitions:
        """The same for the same settings, as a code server has one for all its runs."""
        return _definitions(self.settings, self.catalog)

    @property
    def warehouse(self) -> DuckDBWarehouse:
        return DuckDBWarehouse(
            self.settings.duckdb_path, self.catalog, on_wait=pytest.fail, refresh_changed=self.settings.refreshes_changed
        )

    def configured(self, **settings: Any) -> "Platform":
        return replace(self, settings=self.settings.model_copy(update=settings)) if settings else self

    def load(self, first: date | None = None, last: date | None = None, again: bool = False) -> LoadSummary:
        return LoadRunner(self.defs, self.catalog, self.settings, self.warehouse, self.instance).run(first, last, again)

    def materialize(self, *assets: str, start: str | None = None, end: str | None = None) -> dg.ExecuteInProcessResult:
        """One run of these assets and their checks, as the UI would launch it."""
        ranged = {"dagster/asset_partition_range_start": start, "dagster/asset_partition_range_end": end or start} if start else {}
        return self.defs.resolve_implicit_global_asset_job_def().execute_in_process(
            instance=self.instance,
            asset_selection=[dg.AssetKey(a) for a in assets],
            tags={k: v for k, v in ranged.items() if v},
            raise_on_error=False,
        )

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.warehouse.query(sql).rows]

    def materialized(self, asset: str) -> set[str]:
        return self.instance.get_materialized_partitions(dg.AssetKey(asset))


@cache
def few_reports() -> Catalog:
    """All tables but most reports, which would take most of a load's time: none of them is told from another by the machinery."""
    whole = load_catalog()
    kept = {t.name for t in whole if t.layer != REPORTS or t.name in REPORTS_KEPT}
    return Catalog(
        tables={n: t for n, t in whole.tables.items() if n in kept},
        transforms={n: d for n, d in whole.transforms.items() if n in kept},
        lookups=whole.lookups,
        checks={n: c for n, c in whole.checks.items() if n in kept},
    )


LOADED = "dagster_loaded"
"""the database in PostgreSQL that holds the history of loaded_platform"""
REPORTS_KEPT = ("most_active_users", "plays_by_day_and_level", "plays_matched_by_day", "popular_hours")
"""the last three are drawn on the dashboard, or named by tests"""


@contextmanager
def new_platform(catalog: Catalog | None = None, loaded: bool = False) -> Iterator[Platform]:
    """One in the first folder that no other platform of this process has now.

    ``catalog``: its tables, by default with few reports.  ``loaded``: a play each of DAYS is in the lake and has been loaded, which was
    done once for all tests; else lake, warehouse and history are empty.

    The folders come again, and with them the settings: Definitions, which take half a second to build, are built once for all tests.
    """
    number = next(n for n in itertools.count() if n not in _taken)
    folder = _root() / str(number)
    _taken.add(number)
    try:
        if loaded:
            shutil.copytree(built("loaded-platform", _load_days), folder)
        lake = LakeDirectory(folder / "lake")
        path, page = folder / "warehouse.duckdb", folder / "page.html"
        if not loaded:
            new_warehouse("duckdb", folder)
        settings = Settings(lake=lake.root, duckdb_path=path, dashboard=page, log_end=date(2018, 12, 1))
        with _new_instance(folder, loaded) as instance:
            yield Platform(lake, settings, instance, catalog or few_reports())
    finally:
        shutil.rmtree(folder)
        _taken.remove(number)


def _load_days(folder: Path) -> None:
    with new_platform() as platform:
        for number, day in enumerate(DAYS):
            platform.lake.events(day, [event(sessionId=number, ts=milliseconds(f"{day}T12:00:00.796"))])
        assert platform.load().reason is None
        shutil.copytree(platform.lake.root.parent, folder, dirs_exist_ok=True)
        if is_everywhere():
            name = database_of(platform.instance)
            platform.instance.dispose()  # a database that somebody is connected to cannot be copied
            create_database(LOADED, name)
            return
        for name, database in _databases(platform.instance).items():
            with closing(sqlite3.connect(folder / name)) as kept:
                database.backup(kept)


@contextmanager
def _new_instance(folder: Path, loaded: bool) -> Iterator[dg.DagsterInstance]:
    if is_everywhere():
        with new_instance(folder, LOADED if loaded else None) as instance:
            yield instance
        return
    with dg.DagsterInstance.ephemeral() as instance:
        _keep_open(instance)
        for name, database in _databases(instance).items() if loaded else ():
            with closing(sqlite3.connect(folder / name)) as kept:
                kept.backup(database)
        yield instance


def database_of(instance: dg.DagsterInstance) -> str:
    """The name of its database in PostgreSQL."""
    with instance.event_log_storage.index_connection() as connection:  # type: ignore[attr-defined]
        return str(connection.engine.url.database)


def _databases(instance: dg.DagsterInstance) -> dict[str, sqlite3.Connection]:
    """What an instance in memory keeps its runs and its events in."""
    storages: dict[str, Any] = {"runs.db": instance.run_storage, "events.db": instance.event_log_storage}
    return {name: storage._held_conn.connection.driver_connection for name, storage in storages.items()}


_taken: set[int] = set()


@cache
def _root() -> Path:
    root = tempfile.mkdtemp(prefix="sparkify-platforms-")
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    return Path(root)


def _definitions(settings: Settings, catalog: Catalog) -> dg.Definitions:
    """Whom alerts go to makes no difference to assets, checks and jobs; a test that is about the sensor of alerts makes its own."""
    settings = settings.model_copy(update={"alert_urls": Settings.model_fields["alert_urls"].default})
    for known, of, definitions in _built:
        if known == settings and of is catalog:
            return definitions
    _built.append((settings, catalog, build_defs(settings, catalog)))
    return _built[-1][2]


_built: list[tuple[Settings, Catalog, dg.Definitions]] = []


@pytest.fixture
def platform() -> Iterator[Platform]:
    with new_platform() as platform:
        yield platform


@pytest.fixture
def loaded_platform() -> Iterator[Platform]:
    with new_platform(loaded=True) as platform:
        yield platform


class GroupedInMemory(GroupedEvents, InMemoryEventLogStorage):
    """Dagster's event log in memory, written as the platform's own is, but by one thread."""

    group_seconds = 3600.0


def _keep_open(instance: dg.DagsterInstance) -> None:
    """Dagster makes a connection for each event that it writes and each table that it looks for; one will do (orchestration/history.py)."""
    assert isinstance(instance.event_log_storage, InMemoryEventLogStorage)
    storage: Any = instance.event_log_storage
    storage.has_table = {*SqlEventLogStorageMetadata.tables}.__contains__  # it has made them all
    storage._engine.pool = StaticPool(storage._engine.pool._creator)
    storage.__class__ = GroupedInMemory
    storage.begin_grouping()
