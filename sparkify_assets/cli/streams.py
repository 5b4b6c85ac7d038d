"""Standard output and error, which may be anything: a terminal without our letters, a pipe whose reader goes, a full disk, nothing.

What commands say goes through here.  Files are another matter: they keep every character.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper

import click


def configure() -> None:
    """A character that a stream cannot show is spelt out (\\u266b), and is not the end of the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(text: str = "", err: bool = False) -> None:
    """A line on standard output or error.  To the very stream: where that knows ASCII only, click would write UTF-8 behind its back."""
    with writing():
        click.echo(text, file=sys.stderr if err else sys.stdout)


def warn(text: str) -> None:
    """A line on standard error: a wait for the warehouse, a warning."""
    say(text, err=True)


@contextmanager
def writing() -> Iterator[None]:
    """Raises ClickException where standard output takes no more; BrokenPipeError, where nobody reads it any more, is the command's end."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as e:
        abandon_stdout()
        raise click.ClickException(f"standard output cannot be written: {e.strerror}") from None


def flush() -> None:
    """What is still held back: a failure is told here, which it is not when Python ends."""
    if sys.stdout is not None:
        with writing():
            sys.stdout.flush()


def abandon_stdout() -> None:
    """Nothing more goes to standard output, what is held back included: Python would try it once more when it ends, and say so."""
    if isinstance(sys.stdout, TextIOWrapper):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
        os.close(nothing)


def is_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()
