"""``sparkify sample DIR``: write a deterministic sample lake.

Put here options and output. Do not put here what a sample contains (sample_data/).
"""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from sparkify_assets.cli.streams import say
from sparkify_assets.limits import reason_of
from sparkify_assets.sample_data import SampleSpec, write_sample_lake

DEFAULT = SampleSpec()


@click.command()
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False), default="data/lake")
@click.option("--songs", type=int, default=DEFAULT.songs, show_default=True, help="Songs in the catalogue, one file each.")
@click.option("--days", type=int, default=DEFAULT.days, show_default=True, help="Days of logs, one file each.")
@click.option("--events-per-day", type=int, default=DEFAULT.events_per_day, show_default=True, help="Log lines a day.")
@click.option("--seed", type=int, default=DEFAULT.seed, show_default=True, help="Same seed, same bytes.")
@click.option("--start", type=click.DateTime(["%Y-%m-%d"]), default=DEFAULT.start.isoformat(), show_default=True, help="First day.")
@click.option("--match", type=float, default=DEFAULT.match, show_default=True, help="Share of plays that match a song of the catalogue.")
@click.option(
    "--double-encoded", type=float, default=DEFAULT.double_encoded, show_default=True, help="Share of foreign names encoded twice."
)
@click.option("--overwrite", is_flag=True, help="Replace log_data and song_data if they are there.")
def sample(directory: Path, start: datetime, overwrite: bool, **spec: Any) -> None:
    """Write a sample lake, shaped like the real one, into DIRECTORY (default data/lake)."""
    from sparkify_assets.cli.progress import bar

    if str(directory).startswith("s3:"):
        raise click.ClickException(
            f"{str(directory).replace('s3:/', 's3://', 1)} is in S3; expected a directory: write the sample into one, and copy that "
            "(aws s3 cp --recursive DIRECTORY s3://bucket/prefix)"
        )
    try:
        asked = SampleSpec(start=start.date(), **spec)
        with bar("writing days") as progress:
            written = write_sample_lake(directory, asked, progress.at, overwrite=overwrite)
    except ValueError as e:
        raise click.ClickException(str(e)) from None
    except OSError as e:
        if type(e).__module__.startswith("sparkify_assets"):
            raise
        raise click.ClickException(f"{e.filename or directory} cannot be written: {reason_of(e, directory)}") from e
    say(
        f"{directory}: {written.files:,} files, {written.bytes:,} bytes: {written.events:,} events of {written.users:,} users "
        f"({written.plays:,} plays, {written.matched_plays:,} of catalogue songs), {written.songs:,} songs by {written.artists:,} artists"
    )
