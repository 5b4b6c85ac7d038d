"""What a person's query says, in Python's own values, and the SQL it was asked in, cut into its statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlglot
from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import TokenType

from sparkify_assets.errors import WarehouseError

TRANSACTIONS = ("ABORT", "BEGIN", "COMMIT", "END", "ROLLBACK", "START", "TRUNCATE")
"""words that begin or end a transaction: TRUNCATE does in Redshift"""
MAKES = "; `sparkify load` makes the tables"
"""what Redshift's side says behind any table that is not there; `sparkify query` knows which are ours, and says it of those"""
ONLY_READS = "`sparkify query` only reads, unless --write is given"


@dataclass(frozen=True)
class Answer:
    """Rows, with the columns' names and their types in DuckDB's words.  A change of rows is answered by their Count."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]


def the_statement(sql: str, dialect: str) -> str:
    """The one statement of a query that only reads.  Raises WarehouseError where there are more, or none."""
    found = statements(sql, dialect)
    if len(found) > 1:
        raise WarehouseError(f"the query has {len(found)} statements; expected one (several run, as one transaction, with --write)")
    return found[0]


def changes(sql: str, dialect: str) -> list[str]:
    """The statements of a transaction.  Raises WarehouseError where one would end it, or where there is none."""
    found = statements(sql, dialect)
    for one in found:
        if (word := _first_word(one, dialect)) in TRANSACTIONS:
            raise WarehouseError(f"{word} begins or ends a transaction; all that a query says is one: leave it out, or say DELETE FROM")
    return found


def statements(sql: str, dialect: str) -> list[str]:
    """Each as it was written.  Raises WarehouseError where there is none."""
    try:
        tokens = sqlglot.tokenize(sql, read=dialect)
    except TokenError:
        return [sql]  # the engine says what is wrong with it
    ends = [t.start for t in tokens if t.token_type == TokenType.SEMICOLON]
    pieces = [sql[start:end] for start, end in zip([0, *(e + 1 for e in ends)], [*ends, len(sql)], strict=True)]
    if found := [p for p in pieces if sqlglot.tokenize(p, read=dialect)]:
        return found
    raise WarehouseError("the query says nothing to run")


def _first_word(sql: str, dialect: str) -> str:
    return next((t.text.upper() for t in sqlglot.tokenize(sql, read=dialect) if t.token_type != TokenType.L_PAREN), "")


def refuse_unless_it_reads(sql: str, dialect: str, reading: Sequence[str]) -> None:
    """Raises WarehouseError unless the statement begins with one of these words."""
    if (word := _first_word(sql, dialect)) not in reading:
        raise WarehouseError(f"the query begins with {word}; expected {', '.join(reading)}: {ONLY_READS}")
