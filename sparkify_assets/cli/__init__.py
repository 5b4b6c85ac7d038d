"""The command ``sparkify``: sample, load, dev, reset, query, doctor, cluster.  Exit status 0, or 1 with the reason as the last line.

Each command imports what it needs when it runs: Dagster and pandas take 1.5 s apiece, ``--help`` should not.
"""

import sys

import click

from sparkify_assets.cli.cluster import cluster
from sparkify_assets.cli.dev import dev
from sparkify_assets.cli.doctor import doctor
from sparkify_assets.cli.load import load
from sparkify_assets.cli.query import query
from sparkify_assets.cli.reset import reset
from sparkify_assets.cli.sample import sample
from sparkify_assets.errors import SparkifyError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sparkify-assets", message="sparkify %(version)s")
def sparkify() -> None:
    """Sparkify's data platform: from a lake of JSON to a star schema.  Settings come from the environment or .env."""


for command in (sample, load, dev, query, reset, doctor, cluster):
    sparkify.add_command(command)


def main() -> None:
    """Run the command; a user's mistake is answered with its message alone."""
    try:
        sparkify(standalone_mode=False)
    except click.Abort as e:  # click makes this of Ctrl-C, too
        interrupted = isinstance(e.__context__, KeyboardInterrupt)
        _leave("stopped; what was done stays, run the command again for the rest" if interrupted else "stopped; nothing was done")
    except click.ClickException as e:
        _leave(e.format_message())
    except SparkifyError as e:
        _leave(str(e))
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone (| head); nothing to say to anybody
        raise SystemExit(1) from None


def _leave(reason: str) -> None:
    click.echo(reason, err=True)
    raise SystemExit(1)
