"""A DuckDB database in memory, on which unit tests run without a lake and a warehouse.

Put here how it is opened.  Do not put here what runs on it (warehouse/unit_tests.py).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb

from sparkify_assets.errors import WarehouseError
from sparkify_assets.warehouse.duckdb.connection import DuckDBConnection


class InMemoryConnection(DuckDBConnection):
    """Raises WarehouseError with DuckDB's message where a statement fails."""

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        try:
            return super().execute(sql, parameters)
        except duckdb.Error as e:
            raise WarehouseError(str(e).split("\n\n")[0]) from e


@contextmanager
def opened_in_memory() -> Iterator[InMemoryConnection]:
    """An empty database, gone at the end."""
    with duckdb.connect(":memory:") as connection:
        yield InMemoryConnection(connection)
