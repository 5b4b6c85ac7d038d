"""Sessions of both engines that write down the statements they would send, and give answers that lead through every branch of interest."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar, cast

import sqlglot
from sqlglot import exp

from sparkify_assets.model import Catalog
from sparkify_assets.warehouse.duckdb import DuckDBSession
from sparkify_assets.warehouse.named_statements import named_statement
from sparkify_assets.warehouse.redshift import ConnectionConfig, RedshiftSession
from sparkify_assets.warehouse.session import SqlSession

T = TypeVar("T")


class Recording(SqlSession):
    """Answers as a warehouse does that has tables without rows, loaded from some other partition than those asked about."""

    sent: list[str]

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        if sql == named_statement("partitions", self.dialect):
            return [("another",)]
        self.sent.append(sql)
        return [(0,)] if sql.startswith("SELECT COUNT(*)") else []

    @contextmanager
    def transaction(self) -> Iterator[None]:
        yield

    def whole(self, work: Callable[[], T]) -> T:
        return work()


class RecordingDuckDB(Recording, DuckDBSession):
    """A session of DuckDB's without a file."""

    def __init__(self, catalog: Catalog) -> None:
        super().__init__(catalog, cast(Any, None))
        self.sent = []

    def existing_tables(self) -> dict[str, dict[str, tuple[str, bool]]]:
        return {}


class RecordingRedshift(Recording, RedshiftSession):
    """A session of Redshift's without a connection."""

    def __init__(self, catalog: Catalog) -> None:
        nothing = cast(Any, None)
        super().__init__(catalog, ConnectionConfig("host", 5439, "dev"), nothing, lambda: nothing, lambda _: None)
        self.sent = []

    def existing_tables(self) -> dict[str, dict[str, tuple[str, bool]]]:
        return {}


def recording(dialect: str, catalog: Catalog) -> Recording:
    return {"duckdb": RecordingDuckDB, "redshift": RecordingRedshift}[dialect](catalog)


def readable(sql: str, dialect: str) -> str:
    """The statement over several lines, where it says the same when it is put on one again; otherwise as it was sent."""
    # of a TEXT the parser forgets the width; of a type that no statement has, it does not
    tree = sqlglot.parse_one(re.sub(r"\bTEXT\((\d+)\)", r"DECIMAL(\1, 99)", sql), read=dialect)
    for parameter in tree.find_all(exp.Placeholder):
        parameter.set("jdbc", True)  # a ?, as model/dialect.py has it
    one_line, several = (
        re.sub(r"\bDECIMAL\((\d+), 99\)", r"TEXT(\1)", tree.sql(dialect, identify=True, comments=False, pretty=pretty, max_text_width=120))
        for pretty in (False, True)
    )
    return several if one_line == sql and not isinstance(tree, exp.Command) else sql
