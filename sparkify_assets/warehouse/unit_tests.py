"""Runs unit tests of derived tables: the SELECT of a table over temporary tables that hold the given rows.

No table of the warehouse is read or written, and nothing stays.  Put here how a case is run and compared.  Do not put here what a case may
contain (model/unit_tests.py) or how the result is shown (cli/test.py).
"""

from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sqlglot import exp

from sparkify_assets.model import Catalog, Column, Table
from sparkify_assets.model.incremental import TEMPORARY_PREFIX
from sparkify_assets.model.transpile import to_sql
from sparkify_assets.model.unit_tests import Row, UnitTest
from sparkify_assets.warehouse.connection import SqlConnection
from sparkify_assets.warehouse.sql_builder import insert, insert_values_sql, select_columns, types_of

SIGNIFICANT_DIGITS = 9
"""of a DOUBLE PRECISION, to which it is compared: engines may add numbers in another order"""


@dataclass(frozen=True)
class UnitTestResult:
    """What differs, with numbers as they are compared."""

    missing: Sequence[Row]
    """expected and not returned"""
    unexpected: Sequence[Row]
    """returned and not expected"""

    @property
    def passed(self) -> bool:
        return not self.missing and not self.unexpected


def run_unit_test(sql: SqlConnection, case: UnitTest, catalog: Catalog) -> UnitTestResult:
    """Run a case in one transaction.

    The rows go through a temporary table of the declared types, as a refresh inserts them.  Equal rows count.  Raises what the engine
    raises for a value that the SELECT cannot compute or that does not fit its column.
    """
    result = _temporary(case.table)
    names = [c.name for c in case.columns]
    with sql.transaction(), ExitStack() as stack:
        for name, rows in case.given.items():
            table = _temporary(catalog[name])
            stack.enter_context(sql.temporary(table.name, types_of(table, table.column_names)))
            if rows:
                sql.execute(insert_values_sql(table, len(rows), sql.dialect), [value for row in rows for value in row])
        stack.enter_context(sql.temporary(result.name, types_of(result, result.column_names)))
        sql.execute(_insert_sql(catalog, case.table, sql.dialect))
        found = sql.run(select_columns(result.name, names))
    returned, expected = (Counter(_comparable(row, case.columns) for row in rows) for rows in (found, case.expect))
    return UnitTestResult(_in_order(expected - returned), _in_order(returned - expected))


@cache
def _temporary(table: Table) -> Table:
    """The same columns under the name of a temporary table."""
    return replace(table, name=f"{TEMPORARY_PREFIX}{table.name}")


@cache
def _insert_sql(catalog: Catalog, table: Table, dialect: str) -> str:
    """INSERT of the rows of a table that reads temporary tables in place of its own."""
    transform = catalog.transforms[table.name]
    query = transform.select.copy()
    for scan in query.find_all(exp.Table):
        if scan.name in transform.reads:
            scan.set("alias", scan.args.get("alias") or exp.TableAlias(this=exp.to_identifier(scan.name)))
            scan.set("this", exp.to_identifier(_temporary(catalog[scan.name]).name))
    return to_sql(insert(_temporary(table).name, table.column_names, query), dialect)


def _comparable(row: Row, columns: Sequence[Column]) -> Row:
    return tuple(
        _rounded(value) if c.type.is_type(exp.DType.DOUBLE) else _unpadded(value, c) for value, c in zip(row, columns, strict=True)
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.{SIGNIFICANT_DIGITS}g}") + 0.0  # -0.0 is 0.0


def _unpadded(value: Any, column: Column) -> Any:
    """Blanks at the end of a CHAR are none of its value (Redshift pads it)."""
    return value.rstrip(" ") if value is not None and column.type.is_type(exp.DType.CHAR) else value


def _in_order(rows: Counter[Row]) -> list[Row]:
    return sorted(rows.elements(), key=lambda row: [(value is None, "" if value is None else value) for value in row])
