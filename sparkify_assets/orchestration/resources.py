"""Connections as Dagster resources.  Each hands over a plain object, so that the code that works with it never sees Dagster."""

from pathlib import Path

import dagster as dg

from sparkify_assets.lake import Inventory, Lake, LocalLake, take_inventory
from sparkify_assets.model import Source, load_catalog
from sparkify_assets.warehouse import Warehouse
from sparkify_assets.warehouse.duckdb import DuckDBWarehouse


class ListedLake:
    """A lake as one run sees it: each source is listed once, so that all its steps work on the same files."""

    def __init__(self, lake: Lake) -> None:
        self.lake = lake
        self._inventories: dict[str, Inventory] = {}

    def inventory(self, source: Source) -> Inventory:
        if source.asset not in self._inventories:
            self._inventories[source.asset] = take_inventory(self.lake, source)
        return self._inventories[source.asset]


class LocalLakeResource(dg.ConfigurableResource[ListedLake]):
    """The lake in a directory."""

    root: str

    def create_resource(self, context: dg.InitResourceContext) -> ListedLake:
        return ListedLake(LocalLake(Path(self.root)))


class DuckDBResource(dg.ConfigurableResource[Warehouse]):
    """The warehouse in a DuckDB file; opened by each step for itself, so that other processes get their turn between steps."""

    path: str

    def create_resource(self, context: dg.InitResourceContext) -> Warehouse:
        return DuckDBWarehouse(Path(self.path), load_catalog(), context.log.info if context.log else print)
