"""``sparkify query "SQL"``: an answer from the warehouse, as a table."""

import click

from sparkify_assets.settings import read_settings

WIDE = 100_000
"""characters a line may have: a row is a line, however long, so that it can be searched and cut"""
ESCAPES = {code: repr(chr(code))[1:-1] for code in (*range(32), *range(127, 160))}
"""what would move a terminal's cursor or colour it, and what it is shown as"""


@click.command()
@click.argument("sql")
def query(sql: str) -> None:
    """Run a query on the configured warehouse (read-only) and print the table."""
    from rich.console import Console
    from rich.table import Column, Table

    from sparkify_assets.cli.warehouse import open_warehouse

    found = open_warehouse(read_settings()).query(sql)
    is_plan = "explain_value" in found.columns  # drawn in several lines
    table = Table(*(Column(str(c), no_wrap=True) for c in found.columns), box=None, pad_edge=False)
    for column, kind in zip(table.columns, found.dtypes, strict=True):
        column.justify = "right" if kind.kind in "iuf" else "left"
    for row in found.itertuples(index=False, name=None):
        table.add_row(*("" if _is_missing(v) else str(v) if is_plan else str(v).translate(ESCAPES) for v in row))
    Console(markup=False, highlight=False, width=WIDE).print(table)


def _is_missing(value: object) -> bool:
    """None, NA, NaT and NaN, the four ways pandas says null."""
    import pandas

    return value is None or value is pandas.NA or value is pandas.NaT or (isinstance(value, float) and value != value)
