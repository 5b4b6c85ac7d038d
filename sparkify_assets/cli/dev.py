"""``sparkify dev``: Dagster's UI and daemon on this machine, for the lake and the warehouse of the settings.

Put here what only development needs: the local address, the dashboard's server, the end of a sample's days. Do not put here how Dagster's
processes start (orchestration/serving.py).
"""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click

from sparkify_assets.settings import PREFIX, Settings, read_settings

FINISHED = timedelta(days=31)
"""A lake whose newest day is older than this counts as a finished data set; the sample is one."""


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=3000, show_default=True, help="Where the UI is: http://localhost:PORT.")
def dev(port: int) -> None:
    """Start Dagster's UI, and the daemon that loads new files, until Ctrl-C.

    Serves the dashboard, too, at the next port; the asset `dashboard` links to it.
    """
    settings = read_settings()
    from sparkify_assets.cli.dagster_home import config_differs, dagster_home

    home = dagster_home()
    if differs := config_differs(home):
        click.echo(differs, err=True)
    if end := end_of_the_days(settings):
        _set("log_end", str(end))
        click.echo(
            f"{settings.lake} has days up to {end - timedelta(days=1)}: the UI shows those, and loads no later ones "
            f"({PREFIX}LOG_END={end}; set it to change that)"
        )
    if settings.ui_url != (address := f"http://localhost:{port}") and "ui_url" not in settings.model_fields_set:
        _set("ui_url", address)
    if isinstance(settings.dashboard, Path) and settings.dashboard_url is None:
        from sparkify_assets.cli.page_server import serve_page

        _set("dashboard_url", serve_page(settings.dashboard, port + 1))
    from sparkify_assets.orchestration.serving import serve

    serve(port)


def _set(name: str, value: str) -> None:
    """Set it for the child processes."""
    os.environ[PREFIX + name.upper()] = value


def end_of_the_days(settings: Settings) -> date | None:
    """The day after the lake's last one, if that is long past and no setting overrides it; else None.

    Without an end, the UI shows all days until today and opens on the last 90, which are empty.
    """
    if settings.log_end or "lake" in settings.model_fields_set or not isinstance(settings.lake, Path) or not settings.lake.exists():
        return None
    from sparkify_assets.factories import open_lake
    from sparkify_assets.lake import list_partitions
    from sparkify_assets.model import STAGING, load_catalog

    lake = open_lake(settings)
    sources = [t.source for t in load_catalog().layer(STAGING) if t.source and t.is_by_day]
    days = [date.fromisoformat(key) for source in sources for key in list_partitions(lake, source).partitions]
    newest = max(days, default=settings.log_start)
    return newest + timedelta(days=1) if settings.log_start <= newest < datetime.now(UTC).date() - FINISHED else None
