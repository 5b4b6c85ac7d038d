"""``sparkify history prune``: delete what of Dagster's history is old and read by nothing.

Put here options, the confirmation and the output. Do not put here what is deleted (orchestration/history_prune.py).
"""

import re
from typing import TYPE_CHECKING, Any

import click

from sparkify_assets.cli.streams import say, warn
from sparkify_assets.settings import DEFAULT_HISTORY_DAYS, SHORTEST_HISTORY_DAYS, read_settings
from sparkify_assets.text import pluralized

if TYPE_CHECKING:
    from sparkify_assets.orchestration.history_prune import Amounts, Deletion


class Days(click.ParamType):
    """A number of days, as 90d."""

    name = "days"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        found = re.fullmatch(r"(\d{1,5})d", value)
        if not found or int(found[1]) < SHORTEST_HISTORY_DAYS:
            self.fail(f"{value!r}; expected a number of days, {SHORTEST_HISTORY_DAYS} or more, as {DEFAULT_HISTORY_DAYS}d", param, ctx)
        return int(found[1])


@click.group()
def history() -> None:
    """Dagster's history: runs, events, checks and ticks, in DAGSTER_HOME or PostgreSQL."""


@history.command()
@click.option(
    "--keep",
    type=Days(),
    metavar="DAYS",
    help=f"What is younger stays, as {DEFAULT_HISTORY_DAYS}d.  [default: SPARKIFY_HISTORY_DAYS, or {DEFAULT_HISTORY_DAYS}d]",
)
@click.option("--dry-run", is_flag=True, help="Say what would be deleted, and delete nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def prune(keep: int | None, dry_run: bool, yes: bool) -> None:
    """Delete what of Dagster's history is older and read by nothing: runs, events, check evaluations, backfills, ticks.

    What sensors, loads, alerts and the pages of assets and checks read stays, such as the latest materialization and the latest evaluations
    of each partition; so do runs and backfills in progress.  Runs, loads and the UI may go on meanwhile.
    """
    from sparkify_assets.cli.dagster_home import existing_home
    from sparkify_assets.cli.progress import bar, working

    settings = read_settings()
    days = keep or settings.history_days or DEFAULT_HISTORY_DAYS
    home = existing_home()
    with working("starting Dagster"):
        from sparkify_assets.orchestration.history_prune import HistoryPruner, days_ago
        from sparkify_assets.orchestration.instance import open_instance
    with open_instance(home) as instance:
        pruner = HistoryPruner(instance, days_ago(days))
        with working("reading the history"):
            size, found = pruner.size(), pruner.survey()
        say(f"Dagster's history takes {_megabytes(size)}. Older than {pluralized(days, 'day')}, and read by nothing:")
        _print_amounts(found)
        if pruner.kept_runs:
            say(f"Of {pluralized(pruner.kept_runs, 'older run')} what is read stays, and their steps.")
        if pruner.unread_events:
            say(f"{pluralized(pruner.unread_events, 'older event')} stay until the sensor alerts has read them.")
        if dry_run or not found:
            return
        if not yes:
            click.confirm("Delete this?", abort=True)
        rows = sum(amount.rows for amount in found.values())
        with bar("deleting") as progress:
            done = 0

            def on_deletion(deletion: "Deletion") -> None:
                nonlocal done
                done += deletion.rows
                progress.at(min(done, rows), rows)

            deleted = pruner.prune(on_deletion)
        with working("giving the space back"):
            for line in pruner.rewrite():
                warn(line)
        count = sum(amount.rows for amount in deleted.values())
        say(f"{count:,} rows and files deleted; the history took {_megabytes(size)}, now {_megabytes(pruner.size())}.")
        if pruner.is_postgres:
            say("PostgreSQL's autovacuum makes the space usable again; its files keep their size (VACUUM FULL, which locks, shrinks them).")


def _print_amounts(amounts: "Amounts") -> None:
    for kind, amount in amounts.items():
        say(f"  {kind:<20}  {amount.rows:>12,}  {_megabytes(amount.bytes):>12}")
    if not amounts:
        say("  nothing")


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
