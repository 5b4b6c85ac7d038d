"""``sparkify reset``: drop all tables and create them empty, as table.sql declares them now.

Put here the confirmation and the output. Do not put here what is dropped (``Warehouse.reset``).
"""

import click

from sparkify_assets.cli.streams import say, warn
from sparkify_assets.settings import read_settings


@click.command()
@click.option("--drop", "only_drop", is_flag=True, help="Do not create the tables again.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def reset(only_drop: bool, yes: bool) -> None:
    """Drop and recreate every table of the platform.  The lake is not touched; `sparkify load` fills them again.

    Tables that the platform has not made are left alone.
    """
    from sparkify_assets.cli.dagster_home import PACKAGED, dagster_home, home_folder
    from sparkify_assets.factories import open_warehouse

    settings = read_settings()
    warehouse = open_warehouse(settings, warn)
    if not yes:
        then = "" if only_drop else " and create them again, empty"
        click.confirm(f"Drop every table of the platform in {warehouse.location}{then}?", abort=True)
    # an existing history would still show what was loaded; it must be writable before anything is dropped
    home = dagster_home() if (home_folder() / PACKAGED.name).exists() else None
    warehouse.reset(only_drop)
    if home:
        from sparkify_assets.orchestration.runner import clear_history

        clear_history(settings, home)
    if only_drop:
        say(f"{warehouse.location}: no table of the platform is left; `sparkify load` makes and fills them from {settings.lake}")
        return
    say(f"{warehouse.location}: every table is empty; `sparkify load` fills them from {settings.lake}")
