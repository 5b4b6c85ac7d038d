"""``sparkify query "SQL"``: an answer from the warehouse, as a table."""

import click

from sparkify_assets.settings import read_settings

WIDE = 100_000
"""characters a line may have: a row is a line, however long, so that it can be searched and cut"""


@click.command()
@click.argument("sql")
def query(sql: str) -> None:
    """Run a query on the configured warehouse (read-only) and print the table."""
    from rich.console import Console
    from rich.table import Column, Table

    from sparkify_assets.cli.warehouse import open_warehouse

    found = open_warehouse(read_settings()).query(sql)
    table = Table(*(Column(str(c), no_wrap=True) for c in found.columns), box=None, pad_edge=False)
    for column, kind in zip(table.columns, found.dtypes, strict=True):
        column.justify = "right" if kind.kind in "iuf" else "left"
    for row in found.itertuples(index=False, name=None):
        table.add_row(*("" if _is_missing(v) else str(v) for v in row))
    Console(markup=False, highlight=False, width=WIDE).print(table)


def _is_missing(value: object) -> bool:
    """None, NaN and NaT, the three ways pandas says null: the last two are not equal to themselves."""
    return value is None or (isinstance(value, float) and value != value) or str(value) == "NaT"
