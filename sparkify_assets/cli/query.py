"""``sparkify query "SQL"``: run a query on the warehouse and print or export the result.

Put here where the SQL comes from, and hints about its errors. Do not put here output (output.py) or files (export.py).
"""

import difflib
import os
import re
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sparkify_assets.cli.streams import say, warn
from sparkify_assets.errors import WarehouseError
from sparkify_assets.settings import read_settings
from sparkify_assets.text import pluralized

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sparkify_assets.warehouse import Warehouse

MISSING = re.compile(r'(Table with name|relation|column) "?([\w.]+)"? does not exist')
LOADED = "SELECT table_name FROM load_history LIMIT 1"
LOAD_IT = "nothing is loaded yet: `sparkify load` does that"
FILE = click.Path(dir_okay=False, allow_dash=True, path_type=Path)


class TakesSql(click.Command):
    """A command whose argument is SQL, whatever it begins with: a line comment is not an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        options = {name for parameter in self.get_params(ctx) for name in parameter.opts}
        for at, text in enumerate(args):
            if text == "--":
                break
            begun = re.split(r"[\s=]", text, maxsplit=1)
            if text.startswith("--") and len(begun) > 1 and begun[0] not in options:
                args = [*args[:at], *args[at + 1 :], "--", text]
                break
        return super().parse_args(ctx, args)


@click.command(cls=TakesSql)
@click.argument("sql", required=False)
@click.option("--file", "-f", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Read the SQL from a file.")
@click.option("--csv", type=FILE, help="Write the answer as CSV with a header; NULL is empty, an empty text is two quotes.")
@click.option("--json", type=FILE, help='Write it as JSON, an object a line; moments as in ISO 8601, and "NaN".')
@click.option("--parquet", type=FILE, help="Write it as Parquet.")
@click.option("--write", is_flag=True, help="Let the SQL change the warehouse: all its statements, as one transaction.")
@click.option("--pager/--no-pager", default=True, help="Show an answer that the terminal cannot hold in a pager ($PAGER, or less), or all.")
def query(sql: str | None, file: Path | None, csv: Path | None, json: Path | None, parquet: Path | None, write: bool, pager: bool) -> None:
    """Run a query on the configured warehouse and print the answer.

    It only reads, unless --write is given.  With neither SQL nor --file, it reads standard input.  For the files, - is standard output.
    """
    asked = _sql(sql, file)
    places = {kind: place for kind, place in (("csv", csv), ("json", json), ("parquet", parquet)) if place}
    if len(given := [*places, *(["write"] if write else [])]) > 1:  # after a committed change, writing a file could still fail
        raise click.ClickException(f"{' and '.join('--' + one for one in given)}; expected one of them")
    from sparkify_assets.cli.export import write_file
    from sparkify_assets.cli.output import print_result
    from sparkify_assets.factories import open_warehouse

    warehouse = open_warehouse(read_settings(), warn)
    with _advice():
        answer = warehouse.execute(asked) if write else warehouse.query(asked)
    for kind, place in places.items():
        write_file(answer, kind, place)
    if not places:
        print_result(answer, pager)
    if answer.columns and not write:
        say(pluralized(len(answer.rows), "row"), err=True)
    if not answer.rows and not write and not _anything_loaded(warehouse):
        say(LOAD_IT, err=True)


def _sql(sql: str | None, file: Path | None) -> str:
    if sql is not None and file:
        raise click.ClickException("SQL is given twice, as an argument and by --file; expected one of them")
    if sql not in (None, "-"):
        return _as_typed(sql)
    if not file and (sys.stdin is None or (sql is None and sys.stdin.isatty())):
        raise click.ClickException('no SQL; expected sparkify query "SELECT …", --file, or SQL on standard input')
    try:
        return (file.read_bytes() if file else sys.stdin.buffer.read()).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as e:
        raise click.ClickException(f"{file or 'standard input'} cannot be read: {e}") from None


def _as_typed(sql: str) -> str:
    """Decode the argument as UTF-8, which Python does not do if the locale is C."""
    try:
        return os.fsencode(sql).decode()
    except UnicodeDecodeError as e:
        raise click.ClickException(f"the SQL cannot be read: expected UTF-8: {e}") from None


@contextmanager
def _advice() -> "Iterator[None]":
    """Adds a hint to an error about a missing table or column: load it, or the closest name."""
    try:
        yield
    except WarehouseError as e:
        raise WarehouseError(_advised(str(e))) from None


def _advised(told: str) -> str:
    from sparkify_assets.model import load_catalog
    from sparkify_assets.warehouse.query_result import LOAD_HINT

    if not (found := MISSING.search(told)):
        return told
    tables, name = load_catalog().tables, found[2].split(".")[-1].lower()
    told = told.removesuffix(LOAD_HINT)
    if found[1] != "column" and name in tables:
        return f"{told}; `sparkify load` makes it"
    known = {c for t in tables.values() for c in t.column_names} if found[1] == "column" else tables
    near = difflib.get_close_matches(name, sorted(known), n=1)
    return f"{told}; is {near[0]} meant?" if near and f'"{near[0]}' not in told else told


def _anything_loaded(warehouse: "Warehouse") -> bool:
    try:
        return bool(warehouse.query(LOADED).rows)
    except WarehouseError:  # the table does not exist in this database
        return False
