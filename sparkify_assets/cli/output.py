"""Query results for people: a table on the terminal.

Put here the layout. Do not put here files for other programs (export.py).
"""

import os
import shutil

import click

from sparkify_assets.cli.streams import is_terminal, say, writing
from sparkify_assets.warehouse.query_result import NUMBERS, QueryResult, as_text

ESCAPES = {code: repr(chr(code))[1:-1] for code in (*range(32), *range(127, 160))}
"""Characters that would move a terminal's cursor or change its colours → their escaped form."""


def print_result(answer: QueryResult, pager: bool = True) -> None:
    """Print one line per row, however long, so that the output can be searched and cut.

    NULL is printed as NULL, control characters are escaped.

    A result that does not fit the terminal is shown in a pager, if ``pager`` allows it.
    """
    lines = _plan(answer) if "explain_value" in answer.columns else _table_lines(answer)
    if not lines:
        return
    if pager and _too_long(lines):
        with writing():
            click.echo_via_pager(line + "\n" for line in lines)
    else:
        say("\n".join(lines))


def _plan(answer: QueryResult) -> list[str]:
    """DuckDB's query plan, a drawing of several lines."""
    return "\n".join(str(row[-1]).rstrip("\n") for row in answer.rows).split("\n")


def _table_lines(answer: QueryResult) -> list[str]:
    from rich.cells import cell_len

    shown: list[list[str]] = []
    for place, (name, kind) in enumerate(zip(answer.columns, answer.types, strict=True)):
        texts = [name.translate(ESCAPES), *(cell_text(row[place]) for row in answer.rows)]
        widths = [len(t) if t.isascii() else cell_len(t) for t in texts]
        widest, right, last = max(widths), NUMBERS.fullmatch(kind), place == len(answer.columns) - 1
        blanks = [" " * (widest - width) for width in widths]
        styles = [{"bold": True}, *({"dim": True} if row[place] is None else {} for row in answer.rows)]
        styled = [click.style(t, **s) if s else t for t, s in zip(texts, styles, strict=True)]
        shown.append([b + t if right else t if last else t + b for t, b in zip(styled, blanks, strict=True)])
    return ["  ".join(line) for line in zip(*shown, strict=True)]


def cell_text(value: object) -> str:
    """The text of a value in a cell."""
    return "NULL" if value is None else as_text(value).translate(ESCAPES)


def _too_long(lines: list[str]) -> bool:
    """Whether the lines and the prompt exceed the terminal. An empty PAGER disables the pager, as in psql."""
    if not (is_terminal() and os.environ.get("PAGER", "less").strip()):
        return False
    width, height = shutil.get_terminal_size()
    return sum(1 + len(click.unstyle(line)) // (width + 1) for line in lines) >= height - 1
