"""Results of users' queries, exact to the last digit, and the split of their SQL into statements.

Put here what both engines share.  Do not put here how an engine returns exact values (duckdb/ and redshift/exact_results.py).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError, TokenError
from sqlglot.tokenizer_core import TokenType

from sparkify_assets.errors import WarehouseError

if TYPE_CHECKING:
    import pandas

TRANSACTIONS = ("ABORT", "BEGIN", "COMMIT", "END", "ROLLBACK", "START", "TRUNCATE")
"""first words of statements that begin or end a transaction; TRUNCATE ends one on Redshift"""
LOAD_HINT = "; `sparkify load` makes the tables"
"""appended to Redshift's error for any missing table; `sparkify query` shows it only for tables of the platform"""
READ_ONLY_HINT = "a query only reads; `sparkify query --write` changes the warehouse"
NUMBERS = re.compile(r"(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(\d+, ?\d+\)|DECIMAL)")
"""numeric types"""
NATIVE = re.compile(rf"(?!FLOAT){NUMBERS.pattern}|BOOLEAN|VARCHAR")
"""types whose every value Python represents exactly; not FLOAT, for which it would show digits that the value does not have"""


@dataclass(frozen=True)
class QueryResult:
    """Rows, with the columns' names and DuckDB's names of their types.  A statement that changes rows returns their Count.

    Values are Python objects where these are exact, else the engine's text: Python would turn a month into 30 days, and infinity into a
    date in the year 9999.  ``as_text`` formats any value.
    """

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]

    def to_frame(self) -> "pandas.DataFrame":
        """Convert to a pandas DataFrame with nullable types (Int64, Float64, string, boolean), the same for every engine.

        Dates and decimals are Python objects (dtype object), since pandas has no exact type for them.
        """
        import pandas as pd  # the import takes half a second: only callers of this method pay it

        frame = pd.DataFrame.from_records(list(self.rows), columns=list(self.columns))
        exact = [name for name, kind in zip(self.columns, self.types, strict=True) if kind == "DATE" or kind.startswith("DECIMAL")]
        converted = frame.drop(columns=exact).convert_dtypes()
        return converted.join(frame.loc[:, exact]).loc[:, list(self.columns)]


def with_dates(kinds: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Parse dates and timestamps that are texts; those that Python cannot represent stay texts."""
    readers = [DATE_PARSERS.get(kind) for kind in kinds]
    if not any(readers):
        return [tuple(row) for row in rows]
    return [tuple(r(v) if r and v is not None else v for r, v in zip(readers, row, strict=True)) for row in rows]


def _or_text(read: Callable[[str], Any]) -> Callable[[str], Any]:
    def either(text: str) -> Any:
        try:
            return read(text)
        except ValueError:  # infinity, a year before 1 or after 9999
            return text

    return either


DATE_PARSERS = {"DATE": _or_text(date.fromisoformat), "TIMESTAMP": _or_text(datetime.fromisoformat)}


def as_text(value: Any) -> str:
    """Format a value that is not null as SQL does."""
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        text = value.isoformat(sep=" ")
        return text.rstrip("0") if value.microsecond and not value.tzinfo else text
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, (bytes, bytearray)):
        return "".join(chr(b) if 32 <= b < 127 and b not in b"\"'\\" else f"\\x{b:02X}" for b in value)
    if hasattr(value, "total_seconds"):  # timedelta, and the Redshift driver's interval classes, which lack some of these attributes
        years, months = divmod_to_zero(getattr(value, "months", 0), 12)
        days, micros = getattr(value, "days", 0), getattr(value, "seconds", 0) * 10**6 + getattr(value, "microseconds", 0)
        if not hasattr(value, "days"):
            days, micros = divmod_to_zero(micros, 86_400 * 10**6)
        return _interval(years, months, days, micros)
    return str(value)


def _interval(years: int, months: int, days: int, micros: int) -> str:
    """Format an interval as both engines do: 1 year 2 months -3 days -04:05:06.5."""
    parts = [f"{n} {unit}{'' if abs(n) == 1 else 's'}" for n, unit in ((years, "year"), (months, "month"), (days, "day")) if n]
    if micros or not parts:
        seconds, fraction = divmod(abs(micros), 10**6)
        clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        parts.append(f"{'-' if micros < 0 else ''}{clock}" + (f".{fraction:06}".rstrip("0") if fraction else ""))
    return " ".join(parts)


def divmod_to_zero(number: int, by: int) -> tuple[int, int]:
    """Quotient, rounded toward zero, and remainder; both have the number's sign."""
    whole, rest = divmod(abs(number), by)
    return (whole, rest) if number >= 0 else (-whole, -rest)


def single_statement(sql: str, dialect: str) -> str:
    """The one statement of a read-only query.  Raises WarehouseError if there are several or none."""
    found = statements(sql, dialect)
    if len(found) > 1:
        raise WarehouseError(
            f"the query has {len(found)} statements; expected one (`sparkify query --write` runs several, as one transaction)"
        )
    return found[0]


def transaction_statements(sql: str, dialect: str) -> list[str]:
    """The statements of a transaction.  Raises WarehouseError if one would begin or end a transaction, or if there is none."""
    found = statements(sql, dialect)
    for one in found:
        if (word := _first_word(one, dialect)) in TRANSACTIONS:
            raise WarehouseError(f"{word} begins or ends a transaction; all that a query says is one: leave it out, or say DELETE FROM")
    return found


def statements(sql: str, dialect: str) -> list[str]:
    """The SQL of each statement, unchanged.  Raises WarehouseError if there is none."""
    try:
        tokens = sqlglot.tokenize(sql, read=dialect)
    except TokenError:
        return [sql]  # the engine's error describes what is wrong
    ends = [t.start for t in tokens if t.token_type == TokenType.SEMICOLON]
    pieces = [sql[start:end] for start, end in zip([0, *(e + 1 for e in ends)], [*ends, len(sql)], strict=True)]
    if found := [p for p in pieces if sqlglot.tokenize(p, read=dialect)]:
        return found
    raise WarehouseError("the query says nothing to run")


def _first_word(sql: str, dialect: str) -> str:
    return next((t.text.upper() for t in sqlglot.tokenize(sql, read=dialect) if t.token_type != TokenType.L_PAREN), "")


def require_read_only(sql: str, dialect: str, reading: Sequence[str]) -> None:
    """Raises WarehouseError unless the statement begins with one of these words."""
    if (word := _first_word(sql, dialect)) not in reading:
        raise WarehouseError(f"the query begins with {word}; expected {', '.join(reading)}; {READ_ONLY_HINT}")


def only_reads(sql: str, dialect: str) -> bool:
    """Whether the parsed statement is a query without a part that writes (SELECT INTO, WITH … DELETE)."""
    if _first_word(sql, dialect) not in ("SELECT", "WITH"):
        return False
    try:
        tree = sqlglot.parse_one(sql, read=dialect)
    except SqlglotError:
        return False
    return not tree.find(exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Create, exp.Into)
