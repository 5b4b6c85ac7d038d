"""The help of ``sparkify`` and of every command below it."""

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from sparkify_assets.cli import sparkify
from sparkify_assets_tests.golden.files import Golden

WIDTH = 100
"""columns of the terminal that the help is written for"""


def _commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, below in sorted(command.commands.items()) if isinstance(command, click.Group) else ():
        yield from _commands(below, (*path, name))


COMMANDS = list(_commands(sparkify))


def _file(path: tuple[str, ...]) -> str:
    return "_".join(["sparkify", *path]) + ".txt"


@pytest.mark.parametrize("path", COMMANDS, ids=lambda path: " ".join(["sparkify", *path]))
def test_the_help_of_a_command(path: tuple[str, ...], golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_REGION", raising=False)
    said = CliRunner().invoke(sparkify, [*path, "--help"], prog_name="sparkify", terminal_width=WIDTH, max_content_width=WIDTH)
    assert said.exit_code == 0
    golden(f"help/{_file(path)}", said.output)


def test_no_file_is_left_over(golden: Golden) -> None:
    golden.only("help", {_file(path) for path in COMMANDS})
