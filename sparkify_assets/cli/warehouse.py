"""The configured warehouse, for commands that need no Dagster."""

import click

from sparkify_assets.model import load_catalog
from sparkify_assets.settings import Settings
from sparkify_assets.warehouse import Warehouse
from sparkify_assets.warehouse.duckdb import DuckDBWarehouse


def open_warehouse(settings: Settings) -> Warehouse:
    return DuckDBWarehouse(settings.duckdb_path, load_catalog(), lambda text: click.echo(text, err=True))
