"""Query results as files for other programs: CSV, JSON, Parquet. A value that the format cannot hold exactly is an error.

Put here file formats. Do not put here output for people (output.py).
"""

import json
import math
import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sparkify_assets.cli.streams import is_terminal
from sparkify_assets.limits import limit_reached
from sparkify_assets.warehouse.query_result import NATIVE, NUMBERS, QueryResult, as_text

if TYPE_CHECKING:
    import duckdb

COPIES = {"csv": "COPY answer TO ? (FORMAT csv, HEADER)", "parquet": "COPY answer TO ? (FORMAT parquet)"}
ELSE = "expected CAST({} AS VARCHAR), --csv or --json"
NESTED = re.compile(r".*\[\d*\]|(STRUCT|MAP|TUPLE|UNION)\(.*", re.DOTALL)
"""Types that JSON can represent as structure instead of text."""
KEPT = re.compile(rf"{NATIVE.pattern}|FLOAT|DATE|TIME|TIME_NS|TIMESTAMP(_S|_MS|_NS)?|TIMESTAMP WITH TIME ZONE|UUID|BLOB|JSON|ENUM\(.*")
"""Types that Parquet holds exactly. Of any other type, the written values are compared with the intended ones."""
ZONE = re.compile(r"(?<=\d)([+-]\d\d)$")
"""A time zone as the engines write it; many readers of ISO 8601 require its minutes, too."""
NO_NUMBER = re.compile(r'"(?:[^"\\]|\\.)*"|-?Infinity|NaN')
"""Matches in DuckDB's JSON: numbers that JSON does not have, and strings, which may contain the same words."""


def write_file(answer: QueryResult, kind: str, place: Path) -> None:
    """Write the result to a file, which replaces the previous one, or to standard output (-).

    Raises ClickException; the previous file then remains.
    """
    import duckdb

    if str(place) == "-" and kind == "parquet" and is_terminal():
        raise click.ClickException("--parquet - writes bytes that no terminal can show; expected a file, or | another program")
    twice = sorted({c for c in answer.columns if [x.lower() for x in answer.columns].count(c.lower()) > 1})
    if twice or not answer.columns:
        found = f"two columns are called {twice[0]}" if twice else "the answer has no columns"
        raise click.ClickException(f"{found}; expected columns with names of their own (SELECT … AS …)")
    if str(place) == "-" and sys.stdout is None:
        raise click.ClickException("standard output is closed; expected a file, or | another program")
    flows = str(place) == "-" or (place.exists() and not place.is_file())  # a pipe or a device is written into, not replaced
    try:
        folder = None if flows else place.resolve().parent
        with tempfile.TemporaryDirectory(prefix=".sparkify-", dir=folder) as beside, duckdb.connect() as connection:
            whole = Path(beside) / "answer"
            if kind == "json":
                _write_json(connection, answer, whole)
            else:
                _hold(connection, answer, kind)
                connection.execute(COPIES[kind], [str(whole)])
            if kind == "parquet":
                _refuse_what_changed(connection, answer, whole)
            if folder:
                whole.replace(place.resolve())
            else:
                _pour(whole, place)
    except BrokenPipeError:
        raise  # the reader has exited (| head): main() handles it
    except (OSError, duckdb.Error) as e:
        reason = limit_reached(e, place) or (e.strerror if isinstance(e, OSError) else str(e).splitlines()[0])
        other = f"; {ELSE.format('the column')}" if kind == "parquet" and isinstance(e, duckdb.Error) else ""
        raise click.ClickException(f"{place} cannot be written: {reason}{other}") from e


def _pour(whole: Path, place: Path) -> None:
    with whole.open("rb") as file:
        if str(place) == "-":
            shutil.copyfileobj(file, sys.stdout.buffer)
            sys.stdout.buffer.flush()
        else:
            with place.open("wb") as pipe:
                shutil.copyfileobj(file, pipe)


def _hold(connection: "duckdb.DuckDBPyConnection", answer: QueryResult, kind: str) -> None:
    """Load the result into a DuckDB table. Columns keep their types; for CSV, which has only text, they get the text that is displayed."""
    from sqlglot import exp

    from sparkify_assets.model.transpile import to_sql
    from sparkify_assets.warehouse.sql_builder import select_from_lists

    given = {n: "VARCHAR" if not NATIVE.fullmatch(t) else t for n, t in zip(answer.columns, answer.types, strict=True)}
    values = [_column(answer, place) for place in range(len(given))]
    rows = select_from_lists({name: _type(t) for name, t in given.items()})
    if kind == "parquet":
        casts = [exp.cast(exp.column(n, quoted=True), _type(_kept_as(t))) for n, t in zip(answer.columns, answer.types, strict=True)]
        named = [exp.alias_(cast, name, quoted=True) for cast, name in zip(casts, answer.columns, strict=True)]
        rows = exp.select(*named).from_(rows.subquery("given"))
    held = exp.Create(this=exp.to_table("answer"), kind="TABLE", expression=rows)
    connection.execute(to_sql(held, "duckdb"), values)


def _type(text: str) -> Any:
    from sqlglot import exp

    return exp.DataType.build(text, dialect="duckdb", udt=True)


def _column(answer: QueryResult, place: int) -> list[Any]:
    values = [row[place] for row in answer.rows]
    kind = answer.types[place]
    return values if NATIVE.fullmatch(kind) and kind != "VARCHAR" else [None if v is None else as_text(v) for v in values]


def _kept_as(type_: str) -> str:
    if type_ in ("HUGEINT", "UHUGEINT"):
        return "DECIMAL(38, 0)"  # Parquet has no 128-bit integers: DuckDB would write doubles
    return re.sub(r'"NULL"(?! )', "INTEGER", type_)


def _refuse_what_changed(connection: "duckdb.DuckDBPyConnection", answer: QueryResult, whole: Path) -> None:
    """Raise ClickException if Parquet holds other values: parts of a millisecond, a time zone, a year that no reader supports."""
    import duckdb
    from sqlglot import exp

    from sparkify_assets.model.transpile import to_sql

    for place, (name, kind) in enumerate(zip(answer.columns, answer.types, strict=True)):
        infinite = ("DATE" in kind or "TIMESTAMP" in kind) and any("infinity" in text for text in _column(answer, place) if text)
        changed = False
        if not KEPT.fullmatch(kind) and not infinite:
            column = exp.column(name, quoted=True)
            meant = exp.select(column.copy()).from_("answer")
            found = exp.select(exp.cast(column.copy(), _type(_kept_as(kind)))).from_(exp.func("READ_PARQUET", exp.Placeholder()))
            try:
                changed = bool(connection.execute(to_sql(exp.except_(meant, found, distinct=False), "duckdb"), [str(whole)]).fetchone())
            except duckdb.ConversionException:
                changed = True
        if infinite or changed:
            raise click.ClickException(f"column {name} ({kind}) has values that Parquet cannot hold exactly; {ELSE.format(name)}")


def _write_json(connection: "duckdb.DuckDBPyConnection", answer: QueryResult, whole: Path) -> None:
    """Write one object per line.

    Times follow ISO 8601; numbers have every digit, and those that JSON does not have are strings: "NaN", "Infinity".
    """
    columns = [_as_json(connection, kind, _column(answer, place)) for place, kind in enumerate(answer.types)]
    names = [json.dumps(name, ensure_ascii=False) for name in answer.columns]
    with whole.open("w", encoding="utf-8", newline="\n") as file:
        for row in zip(*columns, strict=True):
            file.write("{" + ",".join(f"{name}:{text}" for name, text in zip(names, row, strict=True)) + "}\n")


def _as_json(connection: "duckdb.DuckDBPyConnection", kind: str, values: Sequence[Any]) -> list[str]:
    if NESTED.fullmatch(kind):
        made = connection.execute(_to_json(kind), [list(values)]).fetchall()
        return [NO_NUMBER.sub(lambda m: m[0] if m[0][0] == '"' else f'"{m[0]}"', text or "null") for (text,) in made]
    return ["null" if v is None else _in_json(v, kind) for v in values]


def _to_json(kind: str) -> str:
    from sqlglot import exp

    from sparkify_assets.model.transpile import to_sql
    from sparkify_assets.warehouse.sql_builder import select_from_lists

    texts = select_from_lists({"text": _type("VARCHAR")}).subquery("given")
    made = exp.func("TO_JSON", exp.cast(exp.column("text", quoted=True), _type(_kept_as(kind))))
    return to_sql(exp.select(exp.cast(made, "VARCHAR")).from_(texts), "duckdb")


def _in_json(value: Any, kind: str) -> str:
    if kind == "JSON":
        return str(value).replace("\n", " ").replace("\r", " ")  # they occur only between tokens; each object is one line
    if not NUMBERS.fullmatch(kind) and kind not in ("BOOLEAN", "BIGNUM"):
        text = as_text(value)
        return json.dumps(ZONE.sub(r"\1:00", text.replace(" ", "T", 1)) if kind.startswith("TIMESTAMP") else text, ensure_ascii=False)
    if kind in ("FLOAT", "DOUBLE") and not math.isfinite(float(value)):
        return {"nan": '"NaN"', "inf": '"Infinity"', "-inf": '"-Infinity"'}[str(float(value))]
    return as_text(value)
