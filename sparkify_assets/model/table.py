"""A table as its folder describes it.

Put here values only.  Do not put here parsing (table_parser.py) or relations between tables (catalog.py).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sqlglot import exp

LOAD_METADATA = "load_metadata"
STAGING = "staging"
LOOKUPS = "lookups"
REPORTS = "reports"


@dataclass(frozen=True)
class Column:
    """A column: its Redshift type, whether it may be null, what it references (table, column) and what it means."""

    name: str
    type: exp.DataType
    nullable: bool
    references: tuple[str, str] | None
    comment: str

    @property
    def max_bytes(self) -> int | None:
        """Bytes of UTF-8 that a text column holds (Redshift counts bytes, not characters); None for other types."""
        if self.type.this not in (exp.DType.VARCHAR, exp.DType.CHAR):
            return None
        return int(self.type.expressions[0].name)


@dataclass(frozen=True)
class Source:
    """Which files of the lake feed a staging table, and how a record becomes a row (``source.toml``)."""

    asset: str
    title: str
    folder: str
    pattern: str
    example: str
    partition: str
    keys: Mapping[str, str]
    """column → JSON key"""
    ranges: Mapping[str, tuple[float, float]]
    """column → smallest and largest value, both included"""
    one_record_a_file: bool = False
    """whether a file without a valid record is one missing record, which can be tolerated; of other sources the number is unknown"""


@dataclass(frozen=True, eq=False)
class Check:
    """A query of failing rows.  ``severity`` is error or warning.

    Equal to itself only, so that it can be the key of a cache.
    """

    name: str
    description: str
    build: Callable[[], exp.Query]
    """builds the query at first use: the DDL yields over a hundred, and few processes run them"""
    reads: frozenset[str]
    """names of the tables that it reads"""
    severity: str
    path: Path

    @cached_property
    def select(self) -> exp.Query:
        return self.build()


def tables_in(query: exp.Query) -> frozenset[str]:
    """Names of the tables that a query reads."""
    inner = {c.alias for c in query.find_all(exp.CTE)}
    return frozenset({t.name for t in query.find_all(exp.Table)} - inner)


@dataclass(frozen=True, eq=False)
class Table:
    """A table: columns and keys from table.sql, rows from transform.sql (derived), the lake (staging) or texts.sql (lookups)."""

    layer: str
    name: str
    folder: Path
    create: exp.Create
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    comment: str
    code_version: str
    source: Source | None = None
    select: exp.Select | None = None
    texts: exp.Query | None = None
    checks: tuple[Check, ...] = ()

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns)

    def column(self, name: str) -> Column:
        return next(c for c in self.columns if c.name == name)

    @property
    def is_by_day(self) -> bool:
        """Whether it is a staging table whose partitions are days."""
        return self.source is not None and self.column(self.source.partition).type.is_type("DATE")

    @property
    def definition_path(self) -> Path:
        """The file that defines its rows, which a person opens first."""
        if self.texts is not None:
            return self.folder / "texts.sql"
        return self.folder / ("transform.sql" if self.select is not None else "table.sql")
