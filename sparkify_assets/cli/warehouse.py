"""The configured warehouse, for commands that need no Dagster."""

from sparkify_assets import opening
from sparkify_assets.cli.streams import say
from sparkify_assets.settings import Settings
from sparkify_assets.warehouse import Warehouse


def open_warehouse(settings: Settings) -> Warehouse:
    return opening.open_warehouse(settings, lambda text: say(text, err=True))
