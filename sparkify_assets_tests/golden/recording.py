"""Sessions of both engines that write down the statements they would send, and give answers that lead through every branch of interest."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar, cast

import sqlglot
from sqlglot import exp

from sparkify_assets.model import Catalog
from sparkify_assets.warehouse import Session
from sparkify_assets.warehouse.duckdb.bulk_load import DuckDBBulkLoader
from sparkify_assets.warehouse.duckdb.connection import DuckDBConnection
from sparkify_assets.warehouse.redshift import ConnectionConfig
from sparkify_assets.warehouse.redshift.connection import RedshiftConnection
from sparkify_assets.warehouse.redshift.copy_loader import RedshiftBulkLoader
from sparkify_assets.warehouse.schema_state import SchemaState
from sparkify_assets.warehouse.sql_builder import named_statement

T = TypeVar("T")


class Recording:
    """Answers as an empty warehouse does whose partitions were loaded before, others than those that are asked for."""

    sent: list[str]
    dialect: str

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        if sql == named_statement("refresh_state", self.dialect):
            return [(None, "another", 0)]
        if sql.startswith("SELECT MIN("):
            self.sent.append(sql)
            return [(None, None)]
        self.sent.append(sql)
        return [(0,)] if sql.startswith(("SELECT COUNT(*)", "INSERT", "DELETE")) else []

    @contextmanager
    def transaction(self) -> Iterator[None]:
        yield

    def run_in_transaction(self, work: Callable[[], T]) -> T:
        return work()

    def existing_tables(self) -> dict[str, dict[str, tuple[str, bool]]]:
        return {}


class RecordingDuckDB(Recording, DuckDBConnection):
    """A connection to DuckDB without a file."""

    def __init__(self) -> None:
        super().__init__(cast(Any, None))
        self.sent = []


class RecordingRedshift(Recording, RedshiftConnection):
    """A connection to Redshift without a server."""

    def __init__(self, catalog: Catalog) -> None:
        nothing = cast(Any, None)
        super().__init__(catalog, ConnectionConfig("host", 5439, "dev"), lambda: nothing, lambda _: None)
        self.sent = []


def recording(dialect: str, catalog: Catalog) -> tuple[Session, list[str]]:
    """A session that sends its statements to a list, and the list."""
    if dialect == "duckdb":
        sql = RecordingDuckDB()
        return Session(sql, catalog, DuckDBBulkLoader(sql), SchemaState(catalog)), sql.sent
    there = RecordingRedshift(catalog)
    return Session(there, catalog, RedshiftBulkLoader(there, cast(Any, None)), SchemaState(catalog)), there.sent


def readable(sql: str, dialect: str) -> str:
    """The statement over several lines, where it says the same when it is put on one again; otherwise as it was sent."""
    # of a TEXT the parser forgets the width; of a type that no statement has, it does not
    tree = sqlglot.parse_one(re.sub(r"\bTEXT\((\d+)\)", r"DECIMAL(\1, 99)", sql), read=dialect)
    for parameter in tree.find_all(exp.Placeholder):
        parameter.set("jdbc", True)  # a ?, as model/transpile.py has it
    one_line, several = (
        re.sub(r"\bDECIMAL\((\d+), 99\)", r"TEXT(\1)", tree.sql(dialect, identify=True, comments=False, pretty=pretty, max_text_width=120))
        for pretty in (False, True)
    )
    return several if one_line == sql and not isinstance(tree, exp.Command) else sql
