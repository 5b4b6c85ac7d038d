"""``sparkify load``: materialize the content of the lake, with a progress bar, and print a summary.

Put here options and output. Do not put here what is loaded and in which order (orchestration/runner.py).
"""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sparkify_assets.cli.streams import warn, writing
from sparkify_assets.settings import read_settings
from sparkify_assets.text import listed, pluralized

if TYPE_CHECKING:
    from rich.console import Console

    from sparkify_assets.orchestration.load_summary import LoadSummary

DAY = click.DateTime(["%Y-%m-%d"])
SHOWN = 5


@click.command()
@click.option("--from", "first", type=DAY, help="First day of the logs to load (default: the first there is).")
@click.option("--to", "last", type=DAY, help="Last day of the logs to load, included.")
@click.option(
    "--force", "--again", "force", is_flag=True, help="Load also what has not changed; with --from or --to, those days and no songs."
)
def load(first: datetime | None, last: datetime | None, force: bool) -> None:
    """Load everything the lake holds and the warehouse does not: songs, logs, dimensions, fact and reports.

    Runs through Dagster, so that its UI shows every partition and check afterwards.  --from and --to narrow the days;
    new and changed songs are loaded all the same.
    """
    if first and last and last < first:
        raise click.ClickException(f"--to is {last:%Y-%m-%d}; expected {first:%Y-%m-%d}, which --from says, or later")
    settings = read_settings()
    from sparkify_assets.cli.dagster_home import dagster_home
    from sparkify_assets.cli.progress import bar, working
    from sparkify_assets.factories import open_warehouse

    with bar("starting") as progress:
        with working("starting Dagster"):
            home = dagster_home()
            from sparkify_assets.definitions import defs
            from sparkify_assets.orchestration.progress import progress_handler
            from sparkify_assets.orchestration.runner import load as load_due
        with progress_handler(progress):
            report = load_due(defs, settings, home, open_warehouse(settings, warn), _day(first), _day(last), force, progress.total)
    with writing():
        print_summary(report, settings.dashboard)
    if report.reason:
        raise click.ClickException(report.reason)


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def print_summary(report: "LoadSummary", dashboard: Path | str) -> None:
    """Print what a load or a rebuild did, and the number of rows of each table."""
    from rich.console import Console
    from rich.table import Table

    table = Table("table", "rows", box=None, pad_edge=False)
    table.columns[1].justify = "right"
    for name, rows in report.rows.items():
        table.add_row(name, f"{rows:,}")
    console = Console(soft_wrap=True, highlight=False)
    console.print(table)
    console.print(report.summary())
    console.print(f"dashboard: {dashboard}", markup=False)
    _list(console, "warned", report.with_partitions(report.warned))
    _list(console, "not loaded, since the name fits no pattern", report.unmatched)
    new = [key for key in report.outside if key not in report.kept]
    _list(console, "not loaded, since SPARKIFY_LOG_START and SPARKIFY_LOG_END leave it out", new)
    _list(console, "kept as last loaded, since SPARKIFY_LOG_START and SPARKIFY_LOG_END leave it out now", report.kept)
    if report.adopted:
        console.print(f"{pluralized(report.adopted, 'partition')} adopted: the warehouse held what Dagster's history did not show")
    for error in report.errors[:-1]:
        console.print(error, markup=False, highlight=False)


def _list(console: "Console", title: str, names: list[str]) -> None:
    if names:
        console.print(f"{title}: {listed(names, SHOWN)}", markup=False, highlight=False)
