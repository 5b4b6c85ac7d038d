"""The configured warehouse, for commands that need no Dagster."""

import click

from sparkify_assets import opening
from sparkify_assets.settings import Settings
from sparkify_assets.warehouse import Warehouse


def open_warehouse(settings: Settings) -> Warehouse:
    return opening.open_warehouse(settings, lambda text: click.echo(text, err=True))
