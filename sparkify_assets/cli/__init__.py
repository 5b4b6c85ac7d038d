"""The command ``sparkify`` with its subcommands, and its error handling.

Commands exit with status 0, or with 1 and the reason as the last line. Each command imports its dependencies when it runs: Dagster and
pandas take 1.5 s each, and ``--help`` should not wait for them.

Put here the command group and the translation of exceptions to messages. Do not put here what a command does: each has a module of its own.
"""

import os
import sys

import click

import sparkify_assets.startup  # noqa: F401 - before the imports that it makes faster
from sparkify_assets.cli import streams
from sparkify_assets.cli.cluster import cluster
from sparkify_assets.cli.dev import dev
from sparkify_assets.cli.doctor import doctor
from sparkify_assets.cli.forget import forget
from sparkify_assets.cli.health import health
from sparkify_assets.cli.history import history
from sparkify_assets.cli.load import load
from sparkify_assets.cli.metrics import metrics
from sparkify_assets.cli.query import query
from sparkify_assets.cli.rebuild import rebuild
from sparkify_assets.cli.reset import reset
from sparkify_assets.cli.sample import sample
from sparkify_assets.cli.tables import tables
from sparkify_assets.cli.test import test
from sparkify_assets.errors import SparkifyError
from sparkify_assets.limits import limit_reached
from sparkify_assets.settings import unknown_settings


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sparkify-assets", message="sparkify %(version)s")
def sparkify() -> None:
    """Sparkify's data platform: from a lake of JSON to a star schema.  Settings come from the environment or .env."""
    if click.get_current_context().invoked_subcommand != "doctor":  # doctor reports unknown settings as failures itself
        for name, told in unknown_settings().items():
            streams.say(f"warning: {name} {told}", err=True)


for command in (sample, load, dev, query, tables, test, rebuild, reset, forget, history, doctor, health, metrics, cluster):
    sparkify.add_command(command)


def main() -> None:
    """Run the command. For user errors and system limits, print only the message and exit with status 1."""
    streams.configure()
    try:
        sparkify(standalone_mode=False)
        streams.flush()
    except click.Abort as e:  # click raises this for Ctrl-C, too
        interrupted = isinstance(e.__context__, KeyboardInterrupt)
        _leave("stopped; what was done stays, run the command again for the rest" if interrupted else "stopped; nothing was done")
    except click.ClickException as e:
        _leave(e.format_message())
    except SparkifyError as e:
        _leave(str(e))
    except BrokenPipeError:
        streams.abandon_stdout()  # the reader of our output has exited (| head); no message is needed
        raise SystemExit(1) from None
    except Exception as e:
        told = _of_the_locale(e) if isinstance(e, UnicodeEncodeError) else limit_reached(e)
        if told is None:
            raise
        _leave(told)


def _of_the_locale(error: UnicodeEncodeError) -> str | None:
    """Return a hint for a name that the locale cannot decode: Python keeps such bytes as lone surrogates. None for other errors."""
    found = error.object[error.start : error.end]
    if not all("\ud800" <= letter <= "\udfff" for letter in found):
        return None
    name = os.fsencode(error.object).decode("utf-8", "backslashreplace")
    return f"{name}: a name with letters that the locale ({sys.getfilesystemencoding()}) does not know; set LC_ALL=C.UTF-8"


def _leave(reason: str) -> None:
    streams.say(reason, err=True)
    raise SystemExit(1)
