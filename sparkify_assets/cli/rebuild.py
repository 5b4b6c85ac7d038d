"""``sparkify rebuild``: fully refresh the given tables and what depends on them; drop orphaned tables.

Put here options and output. Do not put here the order of the refreshes (orchestration/runner.py).
"""

from collections.abc import Collection
from typing import TYPE_CHECKING

import click

from sparkify_assets.cli.load import print_summary
from sparkify_assets.cli.streams import say, warn, writing
from sparkify_assets.settings import read_settings

if TYPE_CHECKING:
    from sparkify_assets.model import Layout, Table
    from sparkify_assets.warehouse import Warehouse


@click.command()
@click.argument("names", metavar="[TABLE]...", nargs=-1)
@click.option("--prune", is_flag=True, help="Drop the tables that the platform has made and no folder describes any more.")
@click.option("--layout", is_flag=True, help="Redshift: alter the distribution and sort keys only, where they are not as declared.")
def rebuild(names: tuple[str, ...], prune: bool, layout: bool) -> None:
    """Make tables anew by today's table.sql and transform.sql, and what follows from them; staging tables from the lake.

    For tables whose columns were changed or dropped, or whose SQL has changed where that is not refreshed by itself
    (SPARKIFY_REFRESH_CHANGED).  `sparkify doctor` names both.  With --layout, the rows stay: ALTER TABLE moves them.
    """
    from sparkify_assets.cli.dagster_home import dagster_home
    from sparkify_assets.cli.progress import bar, working
    from sparkify_assets.factories import open_warehouse
    from sparkify_assets.model import LOAD_METADATA, load_catalog

    if not names and not prune and not layout:
        raise click.UsageError("name the tables, or give --layout or --prune; `sparkify doctor` names those that need it")
    settings, catalog = read_settings(), load_catalog()
    known = [table.name for table in catalog if table.layer != LOAD_METADATA]
    if unknown := [name for name in names if name not in known]:
        raise click.ClickException(f"there is no table {unknown[0]} to rebuild; expected some of {', '.join(known)}")
    warehouse = open_warehouse(settings, warn)
    if prune:
        gone = warehouse.drop_orphans()
        say(f"dropped: {', '.join(gone)}" if gone else "no table is there that no folder describes")
    if layout:
        _alter_layouts(warehouse, names)
    if layout or not names:
        return
    with bar("starting") as progress:
        with working("starting Dagster"):
            home = dagster_home()
            from sparkify_assets.definitions import defs
            from sparkify_assets.orchestration.progress import progress_handler
            from sparkify_assets.orchestration.runner import rebuild as make_anew
        with progress_handler(progress):
            report = make_anew(defs, settings, home, warehouse, [catalog[name] for name in dict.fromkeys(names)], progress.total)
    with writing():
        print_summary(report, settings.dashboard)
    if report.reason:
        raise click.ClickException(report.reason)


def _alter_layouts(warehouse: "Warehouse", names: Collection[str]) -> None:
    altered: list[str] = []

    def on_table(table: "Table", found: "Layout") -> None:
        altered.append(table.name)
        say(f"{table.name}: {found} → {table.layout}; Redshift moves its rows, and readers of it wait")

    warehouse.alter_layouts(names, on_table)
    if not altered:
        say("no table's distribution or sort key differs from its table.sql")
