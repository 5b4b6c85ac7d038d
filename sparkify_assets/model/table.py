"""A table as its folder describes it.

Put here values only.  Do not put here parsing (table_parser.py) or relations between tables (catalog.py).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

from sqlglot import Dialect, exp

REDSHIFT = Dialect.get_or_raise("redshift")
"""the dialect that all SQL is written in; one object, since sqlglot makes another wherever it is given a name: 2,000 for the tables"""
BITS = {exp.DType.SMALLINT: 16, exp.DType.INT: 32, exp.DType.BIGINT: 64}
LOAD_METADATA = "load_metadata"
STAGING = "staging"
LOOKUPS = "lookups"
DIMENSIONS = "dimensions"
FACTS = "facts"
REPORTS = "reports"

PartitionKind = Literal["day", "letter"]
"""what a partition of a source is: a day (2018-11-01), or a capital letter"""
LayoutStyle = Literal["AUTO", "ALL", "EVEN", "KEY"]
Scope = Literal["checked partitions", "all partitions"]
"""which rows a scan of a check reads when the check is evaluated for some partitions"""


@dataclass(frozen=True)
class Column:
    """A column: its Redshift type, whether it may be null, what it references (table, column) and what it means."""

    name: str
    type: exp.DataType
    nullable: bool
    references: tuple[str, str] | None
    comment: str
    accepted_values: tuple[str, ...] = ()
    """the values that are expected of a text, besides null; another is loaded, and a check warns; empty: any"""

    @property
    def max_bytes(self) -> int | None:
        """Bytes of UTF-8 that a text column holds (Redshift counts bytes, not characters); None for other types."""
        if self.type.this not in (exp.DType.VARCHAR, exp.DType.CHAR):
            return None
        return int(self.type.expressions[0].name)

    @property
    def integer_limits(self) -> tuple[int, int] | None:
        """The smallest and the largest number of a whole-number column; None for other types."""
        bits = BITS.get(self.type.this)
        return (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if bits else None


@dataclass(frozen=True)
class Layout:
    """Where Redshift keeps the rows of a table, and in which order: DISTSTYLE, DISTKEY and SORTKEY.  Other engines have none."""

    style: LayoutStyle = "AUTO"
    key: str | None = None
    """the column of DISTKEY"""
    sort: tuple[str, ...] = ()

    def __str__(self) -> str:
        distributed = f"KEY ({self.key})" if self.style == "KEY" else self.style
        return f"DISTSTYLE {distributed}" + (f" SORTKEY ({', '.join(self.sort)})" if self.sort else "")


@dataclass(frozen=True)
class Source:
    """Which files of the lake feed a staging table, and how a record becomes a row (``source.toml``)."""

    asset: str
    title: str
    folder: str
    pattern: str
    example: str
    partition: str
    """the partition column of the staging table"""
    partition_kind: PartitionKind
    keys: Mapping[str, str]
    """column → JSON key"""
    ranges: Mapping[str, tuple[float, float]]
    """column → smallest and largest value, both included"""
    one_record_a_file: bool = False
    """whether a file without a valid record is one missing record, which can be tolerated; of other sources the number is unknown"""


@dataclass(frozen=True)
class MatchRate:
    """A match rate check (``checks/match_rate.toml``): how many rows found their counterpart in a table that they join."""

    method_column: str
    """says by what a row found it; null where it did not"""
    as_delivered: str
    """value of that column for a match without any repair"""


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
    scopes: Mapping[str, Scope] = field(default_factory=dict)
    """alias of a scan → what it reads when some partitions are checked; default: of its own table these partitions, of others all"""

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
    unique_key: tuple[str, ...]
    """columns of UNIQUE, some of which may be null: rows are compared null-safely by it, and no engine is sent it"""
    comment: str
    layout: Layout
    code_version: str
    source: Source | None = None
    select: exp.Select | None = None
    texts: exp.Query | None = None
    checks: tuple[Check, ...] = ()
    match_rate: MatchRate | None = None
    person_column: str | None = None
    """of a staging table: the column that says whose record it is (person.toml); None: its records are of no person"""

    @property
    def person_key(self) -> str:
        """The JSON key of the person column.  Raises ValueError for a table of no persons."""
        if self.source is None or self.person_column is None:
            raise ValueError(f"{self.name} has no person column")
        return self.source.keys[self.person_column]

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that identify a row: of PRIMARY KEY, or of UNIQUE; none: rows are not told apart."""
        return self.primary_key or self.unique_key

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns)

    def column(self, name: str) -> Column:
        return next(c for c in self.columns if c.name == name)

    @property
    def is_by_day(self) -> bool:
        """Whether it is a staging table whose partitions are days."""
        return self.source is not None and self.source.partition_kind == "day"

    @property
    def definition_path(self) -> Path:
        """The file that defines its rows, which a person opens first."""
        if self.texts is not None:
            return self.folder / "texts.sql"
        return self.folder / ("transform.sql" if self.select is not None else "table.sql")
