"""Standard output and error in any condition: a terminal without our characters, a pipe whose reader exits, a full disk, no stream.

All output of the commands goes through this module.

Put here how streams are written. Do not put here files, which keep every character.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper

import click


def configure() -> None:
    """Escape characters that a stream cannot encode (\\u266b), instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(text: str = "", err: bool = False) -> None:
    """Print a line to standard output or error.

    The stream is passed explicitly: for an ASCII stream, click would write UTF-8 around its error handler.
    """
    with writing():
        click.echo(text, file=sys.stderr if err else sys.stdout)


def warn(text: str) -> None:
    """Print a line to standard error: a wait for the warehouse, a warning."""
    say(text, err=True)


@contextmanager
def writing() -> Iterator[None]:
    """Raises ClickException if standard output cannot be written.

    BrokenPipeError, after the reader has exited, is passed on and ends the command.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as e:
        abandon_stdout()
        raise click.ClickException(f"standard output cannot be written: {e.strerror}") from None


def flush() -> None:
    """Write what is still buffered, so that a failure is reported; at the end of Python it would not be."""
    if sys.stdout is not None:
        with writing():
            sys.stdout.flush()


def abandon_stdout() -> None:
    """Discard all further output, buffered output included: Python would try to write it once more at its end, and report the failure."""
    if isinstance(sys.stdout, TextIOWrapper):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
        os.close(nothing)


def is_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()
