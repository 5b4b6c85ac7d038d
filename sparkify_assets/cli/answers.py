"""An answer for people, as a table on the terminal; and for other programs, as a file."""

import math
import os
import re
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

ESCAPES = {code: repr(chr(code))[1:-1] for code in (*range(32), *range(127, 160))}
"""what would move a terminal's cursor or colour it, and what it is shown as"""
NUMBERS = re.compile(r"(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(\d+, ?\d+\)|DECIMAL)")
COPIES = {
    "csv": "COPY answer TO ? (FORMAT csv, HEADER)",
    "json": "COPY answer TO ? (FORMAT json)",
    "parquet": "COPY answer TO ? (FORMAT parquet)",
}


def show(answer: "Answer") -> None:
    """A line a row, however long, so that it can be searched and cut; NULL is NULL, and what a terminal would obey is spelt out."""
    from rich.cells import cell_len

    if "explain_value" in answer.columns:  # DuckDB's plan, drawn in several lines
        click.echo("\n".join(str(row[-1]).rstrip("\n") for row in answer.rows))
        return
    shown: list[list[str]] = []
    for place, (name, kind) in enumerate(zip(answer.columns, answer.types, strict=True)):
        texts = [name.translate(ESCAPES), *(told_as(row[place]).translate(ESCAPES) for row in answer.rows)]
        widths = [len(t) if t.isascii() else cell_len(t) for t in texts]
        widest, right, last = max(widths), NUMBERS.fullmatch(kind), place == len(answer.columns) - 1
        blanks = [" " * (widest - width) for width in widths]
        styles = [{"bold": True}, *({"dim": True} if row[place] is None else {} for row in answer.rows)]
        styled = [click.style(t, **s) if s else t for t, s in zip(texts, styles, strict=True)]
        shown.append([b + t if right else t if last else t + b for t, b in zip(styled, blanks, strict=True)])
    if shown:
        click.echo("\n".join("  ".join(line) for line in zip(*shown, strict=True)))


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
    flows = str(place) == "-" or (place.exists() and not place.is_file())  # a pipe or a device is written into, not replaced
    try:
        folder = None if flows else place.resolve().parent
        with tempfile.TemporaryDirectory(prefix=".sparkify-", dir=folder) as beside, duckdb.connect() as connection:
            whole = Path(beside) / "answer"
            _hold(connection, answer, kind)
            connection.execute(COPIES[kind], [str(whole)])
            if folder:
                whole.replace(place.resolve())
            else:
                _pour(whole, place)
    except BrokenPipeError:
        raise  # whoever read has gone (| head): main knows what to do
    except (OSError, duckdb.Error) as e:
        reason = os.strerror(e.errno) if isinstance(e, OSError) and e.errno else str(e).splitlines()[0]
        raise click.ClickException(f"{place} cannot be written: {reason}") from None


def _pour(whole: Path, place: Path) -> None:
    with whole.open("rb") as file:
        if str(place) == "-":
            shutil.copyfileobj(file, sys.stdout.buffer)
            sys.stdout.buffer.flush()
        else:
            with place.open("wb") as pipe:
                shutil.copyfileobj(file, pipe)


def _hold(connection: "duckdb.DuckDBPyConnection", answer: "Answer", kind: str) -> None:
    """The answer as a table of DuckDB's, each column of its own type."""
    from sqlglot import exp

    from sparkify_assets.model.dialect import to_sql
    from sparkify_assets.warehouse.trees import unnested

    types = [exp.DataType.build(_kept_as(t, kind), dialect="duckdb") for t in answer.types]
    held = exp.Create(this=exp.to_table("answer"), kind="TABLE", expression=unnested(dict(zip(answer.columns, types, strict=True))))
    values = [list(column) for column in zip(*answer.rows, strict=True)] or [[] for _ in types]
    connection.execute(to_sql(held, "duckdb"), [[_for_json(v) for v in c] for c in values] if kind == "json" else values)


def _kept_as(type_: str, kind: str) -> str:
    if kind == "json" and type_.startswith("TIMESTAMP") and not type_.endswith("]"):
        return "VARCHAR"
    if kind == "parquet" and type_ in ("HUGEINT", "UHUGEINT"):
        return "DECIMAL(38, 0)"  # Parquet has no integers of 128 bits: DuckDB would write doubles
    return re.sub(r'"NULL"(?! )', "INTEGER", type_)


def _for_json(value: Any) -> Any:
    """Moments as ISO 8601 has them; JSON has no number for what is none (NaN) or infinite."""
    if isinstance(value, datetime):
        return told_as(value).replace(" ", "T")
    return None if isinstance(value, float) and not math.isfinite(value) else value
