"""``sparkify tables``: list the tables with row counts, load times and meaning, or one table's columns.

Put here the layout of the lists. Do not put here how rows and ages are determined (warehouse/queries.py).
"""

import difflib
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from sparkify_assets.cli.streams import say, warn
from sparkify_assets.settings import read_settings
from sparkify_assets.text import pluralized

if TYPE_CHECKING:
    from sparkify_assets.model import Table
    from sparkify_assets.warehouse.base import TableStatus

GROUPS = ("staging", "lookups", "dimensions", "facts", "reports", "load_metadata")


@click.command()
@click.argument("name", required=False)
@click.option("--pager/--no-pager", default=True, help="Show what the terminal cannot hold in a pager ($PAGER, or less), or all.")
def tables(name: str | None, pager: bool) -> None:
    """List the platform's tables, or what table NAME is made of.

    Of each: group, rows, when what it holds was loaded, meaning; of one: its columns and keys, too.  It only reads.

    A table is as old as the newest file that it follows from; "stale": `sparkify load` has not refreshed it yet.
    """
    from sparkify_assets.cli.output import print_result
    from sparkify_assets.factories import open_warehouse
    from sparkify_assets.model import load_catalog
    from sparkify_assets.warehouse.query_result import QueryResult

    catalog = load_catalog()
    table = named_table(name, catalog.tables) if name else None
    warehouse = open_warehouse(read_settings(), warn)
    held = warehouse.table_statuses()
    if table:
        say(f"{table.name} ({table.layer}): {table.comment}")
        say(_state(held.get(table.name)))
        say(f"{'unique' if table.unique_key else 'primary'} key: {', '.join(table.key) or 'none'}\n")
        print_result(QueryResult(("column", "type", "null", "references", "meaning"), ("VARCHAR",) * 5, _columns(table)), pager)
        return
    order = sorted(catalog, key=lambda t: (GROUPS.index(t.layer) if t.layer in GROUPS else len(GROUPS), t.name))
    rows = [(t.layer, t.name, *_cells(held.get(t.name)), t.comment) for t in order]
    print_result(
        QueryResult(("group", "table", "rows", "loaded (UTC)", "meaning"), ("VARCHAR", "VARCHAR", "BIGINT", "VARCHAR", "VARCHAR"), rows),
        pager,
    )
    if not held:
        say(f"{warehouse.location}: none of them is there yet; `sparkify load` makes and fills them", err=True)


def named_table(name: str, known: "Mapping[str, Table]") -> "Table":
    """Raises ClickException for an unknown one, with the name that is most alike."""
    if found := known.get(name.lower()):
        return found
    near = difflib.get_close_matches(name.lower(), list(known), n=1)
    raise click.ClickException(f"{name} is no table of the platform; {f'is {near[0]} meant?' if near else '`sparkify tables` lists them'}")


def _cells(held: "TableStatus | None") -> tuple[str, str]:
    if held is None:
        return "", "not there yet"
    loaded = f"{held.loaded_at:%Y-%m-%d %H:%M:%S}" if held.loaded_at else ""
    return str(held.rows), ", ".join(part for part in (loaded, "stale" if held.is_stale else "") if part)


def _state(held: "TableStatus | None") -> str:
    if held is None:
        return "not there yet; `sparkify load` makes and fills it"
    loaded = f"; loaded {held.loaded_at:%Y-%m-%d %H:%M:%S} UTC" if held.loaded_at else ""
    return f"{pluralized(held.rows, 'row')}{loaded}{'; stale: `sparkify load` refreshes it' if held.is_stale else ''}"


def _columns(table: "Table") -> list[tuple[str, str, str, str, str]]:
    return [
        (c.name, c.type.sql("redshift"), "yes" if c.nullable else "no", "{} ({})".format(*c.references) if c.references else "", c.comment)
        for c in table.columns
    ]
