"""Prescan of files, by DuckDB: counts the records, and finds those that an engine's JSON reader may accept and our validation rejects.

Files with such records take the slow path (ingest/), which decides.  A false positive costs time (a text with a comma before a bracket:
such a day takes a few times as long); a false negative would cost correctness.  docs/design/validation.md: what it asks, and why so.

Put here what the engines share.  Do not put here what only COPY needs (redshift/copy_prescan.py).
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import duckdb
from sqlglot import exp

from sparkify_assets.ingest.json_values import MAX_DEPTH
from sparkify_assets.ingest.validation import MAX_RECORD_BYTES
from sparkify_assets.warehouse.bulk_loader import FastPathRejected

SCAN_ERRORS = (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.ConstraintException, UnicodeDecodeError)
"""what a scan raises for a record that it does not accept; UnicodeDecodeError: DuckDB cuts its message within a character"""


def prescan(connection: duckdb.DuckDBPyConnection, paths: Sequence[Path], compression: str = "none") -> Mapping[Path, int]:
    """File → its records; files of blanks are left out.  Raises FastPathRejected for a record that must be validated."""
    parameters = {
        "paths": [str(path) for path in paths],
        "compression": compression,
        "max_record_bytes": MAX_RECORD_BYTES,
        "max_line_bytes": MAX_RECORD_BYTES + 2,  # a longer line is an error
        "max_depth": MAX_DEPTH,
    }
    try:
        found = connection.execute(_statement(), parameters).fetchall()
    except SCAN_ERRORS as e:
        raise FastPathRejected(str(e)[:300]) from e
    for path, _, doubtful in found:
        if doubtful:
            raise FastPathRejected(f"{doubtful} records of {path} must be validated")
    return {Path(path): records for path, records, _ in found}


def read_json_lines(keys: Mapping[str, str], compression: str = "none") -> exp.Expr:
    """DuckDB's READ_JSON(paths) of one record a line; ``keys``: key of an object → the type as which it is read."""
    types = [exp.PropertyEQ(this=exp.to_identifier(key, quoted=True), expression=exp.Literal.string(t)) for key, t in keys.items()]
    # the size is also the unit in which DuckDB distributes a file over its threads
    options = {
        "format": exp.Literal.string("newline_delimited"),
        "columns": exp.Struct(expressions=types),
        "compression": exp.Literal.string(compression),
        "maximum_object_size": exp.Literal.number(MAX_RECORD_BYTES),
    }
    return exp.Anonymous(
        this="read_json", expressions=[exp.Placeholder(), *(exp.EQ(this=exp.column(k), expression=v) for k, v in options.items())]
    )


@cache
def _statement() -> str:
    return Path(__file__).with_name("prescan.sql").read_text(encoding="utf-8")
