"""Connections as Dagster resources.  Each hands over a plain object, so that the code that works with it never sees Dagster."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path

import dagster as dg

from sparkify_assets.errors import WarehouseInUseError
from sparkify_assets.lake import Inventory, Lake, LocalLake, take_inventory
from sparkify_assets.model import Catalog, Source
from sparkify_assets.opening import open_warehouse
from sparkify_assets.settings import Settings
from sparkify_assets.warehouse import Warehouse


class ListedLake:
    """A lake as one run sees it: each source is listed once, so that all its steps work on the same files."""

    def __init__(self, lake: Lake | Callable[[], Lake]) -> None:
        """A lake, or how it is opened: where that fails, the step that asks for it says why."""
        self._lake = lake
        self._inventories: dict[str, Inventory] = {}

    @cached_property
    def lake(self) -> Lake:
        return self._lake() if callable(self._lake) else self._lake

    def inventory(self, source: Source) -> Inventory:
        if source.asset not in self._inventories:
            self._inventories[source.asset] = take_inventory(self.lake, source)
        return self._inventories[source.asset]


class LocalLakeResource(dg.ConfigurableResource[ListedLake]):
    """The lake in a directory."""

    root: str

    def create_resource(self, context: dg.InitResourceContext) -> ListedLake:
        return ListedLake(LocalLake(Path(self.root)))


def lake_resource(settings: Settings) -> dg.ConfigurableResource[ListedLake]:
    """The lake that SPARKIFY_LAKE names."""
    if isinstance(settings.lake, Path):
        return LocalLakeResource(root=str(settings.lake))
    from sparkify_assets.orchestration.s3 import s3_lake_resource  # dagster-aws takes 0.7 s, which a directory need not pay

    return s3_lake_resource(settings.lake, settings)


def warehouse_resource(settings: Settings, catalog: Catalog, patient: bool = True) -> dg.ConfigurableResource[Warehouse]:
    """The warehouse that SPARKIFY_WAREHOUSE names; one that is not ``patient`` says that it is in use rather than wait."""
    if settings.warehouse == "duckdb":
        return duckdb_resource(settings, catalog, patient)
    return redshift_resource(settings, catalog)


def redshift_resource(settings: Settings, catalog: Catalog) -> dg.ConfigurableResource[Warehouse]:
    """Its configuration is what the UI may show: how one logs in stays in the settings."""

    class RedshiftResource(dg.ConfigurableResource[Warehouse]):
        """The warehouse in Amazon Redshift."""

        place: str
        database: str
        schema_name: str
        iam_role: str

        def create_resource(self, context: dg.InitResourceContext) -> Warehouse:
            return open_warehouse(settings, context.log.info if context.log else print, catalog)

    return RedshiftResource(
        place=settings.redshift_host or settings.redshift_workgroup or settings.redshift_cluster_identifier or "",
        database=settings.redshift_database,
        schema_name=settings.redshift_schema,
        iam_role=settings.redshift_iam_role,
    )


def duckdb_resource(settings: Settings, catalog: Catalog, patient: bool) -> dg.ConfigurableResource[Warehouse]:
    """Opened by each step for itself, so that other processes get their turn between steps."""

    class DuckDBResource(dg.ConfigurableResource[Warehouse]):
        """The warehouse in a DuckDB file."""

        path: str
        patient: bool
        """waits for its turn; a sensor does not (WarehouseInUseError)"""

        def create_resource(self, context: dg.InitResourceContext) -> Warehouse:
            waiting = (context.log.info if context.log else print) if self.patient else _do_not_wait
            return open_warehouse(settings, waiting, catalog)

    return DuckDBResource(path=str(settings.duckdb_path), patient=patient)


def _do_not_wait(told: str) -> None:
    raise WarehouseInUseError(told)
