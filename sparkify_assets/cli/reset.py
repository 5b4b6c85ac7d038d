"""``sparkify reset``: empty tables, as table.sql declares them today."""

import click

from sparkify_assets.settings import read_settings


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def reset(yes: bool) -> None:
    """Drop and recreate every table of the platform.  The lake is not touched; `sparkify load` fills them again."""
    from sparkify_assets.cli.warehouse import open_warehouse

    settings = read_settings()
    warehouse = open_warehouse(settings)
    if not yes:
        click.confirm(f"Drop every table in {warehouse.place} and make them anew, empty?", abort=True)
    warehouse.reset()
    click.echo(f"{warehouse.place}: every table is empty; `sparkify load` fills them from {settings.lake}")
