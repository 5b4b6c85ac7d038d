"""``sparkify test``: run the unit tests of tables in DuckDB, in memory.

Put here the output.  Do not put here what a case may contain (model/unit_tests.py) or how it is run (warehouse/unit_tests.py).
"""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from sparkify_assets.cli.streams import say
from sparkify_assets.cli.tables import named_table
from sparkify_assets.errors import ModelError, WarehouseError
from sparkify_assets.text import listed, pluralized

if TYPE_CHECKING:
    from pathlib import Path

    from sparkify_assets.model import Catalog, Table
    from sparkify_assets.model.unit_tests import Row, UnitTest
    from sparkify_assets.warehouse.unit_tests import UnitTestResult

ROWS_SHOWN = 20
"""of those that are missing, and of those that are not expected"""


@click.command()
@click.argument("names", metavar="[TABLE]...", nargs=-1)
def test(names: tuple[str, ...]) -> None:
    """Run the unit tests of these tables, or of all: tests/*.toml in the table's folder.

    A case has rows of the tables that a transform.sql reads, and the rows that must follow.  It runs in DuckDB, in memory: no lake and no
    warehouse is read.
    """
    from sparkify_assets.model import load_catalog

    catalog = load_catalog()
    run_unit_tests(catalog, list(dict.fromkeys(named_table(name, catalog.tables) for name in names)))


def run_unit_tests(catalog: "Catalog", tables: "Sequence[Table]") -> None:
    """Run and show the cases of these tables, or of all.  Raises ClickException if one fails, or if a table has none."""
    from sparkify_assets.model.unit_tests import read_unit_test
    from sparkify_assets.warehouse.duckdb.in_memory import opened_in_memory
    from sparkify_assets.warehouse.unit_tests import run_unit_test

    begun, cases, failed = time.monotonic(), _cases(catalog, tables), list[str]()
    with opened_in_memory() as sql:
        for table, path in cases:
            name = f"{table.name}/{path.stem}"
            try:
                case = read_unit_test(path, table, catalog)
                passed = _show(name, case, run_unit_test(sql, case, catalog))
            except (ModelError, WarehouseError) as e:
                passed = False
                say(f"FAILED  {name}\n{f'{path}: ' if isinstance(e, WarehouseError) else ''}{e}")
            failed += [] if passed else [name]
    counts = f"{pluralized(len(cases), 'case')} of {pluralized(len({table.name for table, _ in cases}), 'table')}"
    say(f"{counts}: {len(cases) - len(failed)} passed, {len(failed)} failed, {time.monotonic() - begun:.1f} s")
    if failed:
        raise click.ClickException(f"{pluralized(len(failed), 'unit test')} failed: {listed(failed, 5)}")


def _cases(catalog: "Catalog", tables: "Sequence[Table]") -> "list[tuple[Table, Path]]":
    from sparkify_assets.model.unit_tests import unit_test_files

    for table in tables:
        if table.select is None:
            raise click.ClickException(f"{table.name} is a table of {table.layer}; only tables with a transform.sql have unit tests")
        if not unit_test_files(table):
            raise click.ClickException(f"{table.name} has no unit test; expected {table.folder / 'tests'}/NAME.toml")
    return [(table, path) for table in tables or catalog if table.select is not None for path in unit_test_files(table)]


def _show(name: str, case: "UnitTest", result: "UnitTestResult") -> bool:
    say(f"{'passed' if result.passed else 'FAILED'}  {name}: {case.description}")
    if not result.passed:
        say(f"{case.path}")
        _show_rows("too few in the result", result.missing, case)
        _show_rows("too many in the result", result.unexpected, case)
    return result.passed


def _show_rows(what: str, rows: "Sequence[Row]", case: "UnitTest") -> None:
    from sparkify_assets.cli.output import print_result
    from sparkify_assets.model.unit_tests import as_toml
    from sparkify_assets.warehouse.query_result import QueryResult

    if not rows:
        return
    say(f"{pluralized(len(rows), 'row')} {what}{f', the first {ROWS_SHOWN}' if len(rows) > ROWS_SHOWN else ''}:")
    cells = [tuple(as_toml(value) for value in row) for row in rows[:ROWS_SHOWN]]
    print_result(QueryResult(tuple(c.name for c in case.columns), ("VARCHAR",) * len(case.columns), cells), pager=False)
