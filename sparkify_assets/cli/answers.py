"""An answer for people, as a table on the terminal; and for other programs, as a file."""

import os
import shutil
import sys
import tempfile
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    import duckdb

    from sparkify_assets.warehouse.answer import Answer

WIDE = 100_000
"""characters a line may have: a row is a line, however long, so that it can be searched and cut"""
ESCAPES = {code: repr(chr(code))[1:-1] for code in (*range(32), *range(127, 160))}
"""what would move a terminal's cursor or colour it, and what it is shown as"""
NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UINTEGER", "UBIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL")
COPIES = {
    "csv": "COPY answer TO ? (FORMAT csv, HEADER)",
    "json": "COPY answer TO ? (FORMAT json)",
    "parquet": "COPY answer TO ? (FORMAT parquet)",
}


def show(answer: "Answer") -> None:
    """A line a row; NULL is NULL, and what a terminal would obey is spelt out."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for name, kind in zip(answer.columns, answer.types, strict=True):
        table.add_column(Text(name.translate(ESCAPES)), no_wrap=True, justify="right" if kind.startswith(NUMBERS) else "left")
    is_plan = "explain_value" in answer.columns  # drawn in several lines
    for row in answer.rows:
        told = [(told_as(v), v is None) for v in row]
        table.add_row(*(Text(t if is_plan else t.translate(ESCAPES), style="dim" if nothing else "") for t, nothing in told))
    if answer.columns:
        Console(highlight=False, width=WIDE).print(table)


def told_as(value: Any) -> str:
    """A value in the words of SQL; a moment without digits that are nought."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat(
            sep=" ", timespec="microseconds" if value.microsecond % 1000 else "milliseconds" if value.microsecond else "seconds"
        )
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def write_file(answer: "Answer", kind: str, place: Path) -> None:
    """The answer as a file, in the place of the last one, or on standard output (-).  Raises ClickException, and then the last is there."""
    import duckdb

    if str(place) == "-" and kind == "parquet" and sys.stdout.isatty():
        raise click.ClickException("--parquet - writes bytes that no terminal can show; expected a file, or | another program")
    twice = sorted({c for c in answer.columns if [x.lower() for x in answer.columns].count(c.lower()) > 1})
    if twice or not answer.columns:
        found = f"two columns are called {twice[0]}" if twice else "the answer has no columns"
        raise click.ClickException(f"{found}; expected columns with names of their own (SELECT … AS …)")
    try:
        folder = None if str(place) == "-" else place.absolute().parent
        with tempfile.TemporaryDirectory(prefix=".sparkify-", dir=folder) as beside, duckdb.connect() as connection:
            whole = Path(beside) / "answer"
            _hold(connection, answer)
            connection.execute(COPIES[kind], [str(whole)])
            if folder:
                whole.replace(place)
            else:
                with whole.open("rb") as file:
                    shutil.copyfileobj(file, sys.stdout.buffer)
    except (OSError, duckdb.IOException) as e:
        reason = os.strerror(e.errno) if isinstance(e, OSError) and e.errno else str(e)
        raise click.ClickException(f"{place} cannot be written: {reason}") from None


def _hold(connection: "duckdb.DuckDBPyConnection", answer: "Answer") -> None:
    """The answer as a table of DuckDB's, each column of its own type."""
    from sqlglot import exp

    from sparkify_assets.model.dialect import to_sql
    from sparkify_assets.warehouse.trees import unnested

    columns = {n: exp.DataType.build(_kept_as(kind), dialect="duckdb") for n, kind in zip(answer.columns, answer.types, strict=True)}
    held = exp.Create(this=exp.to_table("answer"), kind="TABLE", expression=unnested(columns))
    connection.execute(to_sql(held, "duckdb"), [list(values) for values in zip(*answer.rows, strict=True)] or [[] for _ in columns])


def _kept_as(kind: str) -> str:
    """Parquet has no integers of 128 bits: DuckDB would write doubles."""
    return {'"NULL"': "INTEGER", "HUGEINT": "DECIMAL(38, 0)", "UHUGEINT": "DECIMAL(38, 0)"}.get(kind, kind)
