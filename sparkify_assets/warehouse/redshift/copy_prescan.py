"""Prescan for COPY: counts a local file's records, and finds those that COPY may accept and our validation rejects, or read differently.

This was written without access to a cluster, so everything that the guide leaves open is treated as a difference: numbers and brackets in
text columns, keys written with escapes, a byte order mark, any fault of syntax.  The values of numbers are left to count_invalid()
(copy_statement.py).

Put here what only COPY needs.  Do not put here what the engines share (warehouse/prescan.py).
"""

import gzip
from functools import cache
from pathlib import Path

import duckdb
from sqlglot import exp

from sparkify_assets.model import Table
from sparkify_assets.model.transpile import to_sql
from sparkify_assets.warehouse.bulk_loader import FastPathRejected
from sparkify_assets.warehouse.prescan import SCAN_ERRORS, prescan, read_json_lines

BOM = b"\xef\xbb\xbf"


class CopyPrescan:
    """Prescans files of a table; several threads may call it."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._engine = duckdb.connect(config={"preserve_insertion_order": False})

    def close(self) -> None:
        self._engine.close()

    def count(self, path: Path, packed: bool = False) -> int:
        """The file's records.  Raises FastPathRejected for a record that must be validated, and for a file that gunzip rejects."""
        connection = self._engine.cursor()
        compression = "gzip" if packed else "none"
        try:
            with gzip.open(path) if packed else path.open("rb") as file:
                if file.read(len(BOM)) == BOM:
                    raise FastPathRejected("a byte order mark")
            records = sum(prescan(connection, [path], compression).values())
            objects, not_text, *_ = connection.execute(_tokens_sql(self._table, compression), [[str(path)]]).fetchall()[0]
        except (*SCAN_ERRORS, duckdb.IOException, gzip.BadGzipFile, EOFError) as e:
            raise FastPathRejected(str(e)[:300]) from e
        finally:
            connection.close()
        if not_text or objects != records:
            raise FastPathRejected(
                f"{records} lines, {objects} objects, {not_text} with other values than texts where the column is a text"
            )
        return records


@cache
def _tokens_sql(table: Table, compression: str) -> str:
    """SELECT the number of objects, and of those with a value for a text column that is neither string nor null.

    Every declared key is read, as the token that was delivered: DuckDB notices a key that is there twice only if it is read.
    """
    assert table.source is not None
    keys = {key: exp.column(exp.to_identifier(key, quoted=True)) for key in table.source.keys.values()}
    texts = [keys[key] for column, key in table.source.keys.items() if table.column(column).max_bytes]
    numbers = [exp.Count(this=keys[key].copy()) for column, key in table.source.keys.items() if not table.column(column).max_bytes]
    not_text = exp.Filter(this=exp.Count(this=exp.Star()), expression=exp.Where(this=exp.or_(*map(_is_no_text, texts))))
    return to_sql(exp.select("COUNT(*)", not_text, *numbers).from_(read_json_lines(dict.fromkeys(keys, "JSON"), compression)), "duckdb")


def _is_no_text(token: exp.Expr) -> exp.Expr:
    text = exp.cast(token.copy(), exp.DType.VARCHAR)
    is_text = exp.or_(exp.func("STARTS_WITH", text, exp.Literal.string('"')), text.copy().eq(exp.Literal.string("null")))
    return exp.and_(token.copy().is_(exp.null()).not_(), is_text.not_())
