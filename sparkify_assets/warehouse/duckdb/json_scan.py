"""The strict scan: each value of a file of JSON lines read as text and converted by its column's rule, or the whole scan refused.

Every value is read as text since read_json would turn 1.5 into 2, true into 1 and 0x10 into 16 without a word.
"""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import duckdb
from sqlglot import exp

from sparkify_assets.ingest.validation import MAX_RECORD_BYTES
from sparkify_assets.model import Column, Source, Table
from sparkify_assets.model.incremental import TEMPORARY_PREFIX
from sparkify_assets.model.transpile import to_sql
from sparkify_assets.warehouse.connection import FastPathRejected
from sparkify_assets.warehouse.duckdb.input_files import InputFile
from sparkify_assets.warehouse.duckdb.text_values import may_be_reformatted
from sparkify_assets.warehouse.sql_builder import insert

if TYPE_CHECKING:
    from sparkify_assets.warehouse.duckdb import DuckDBSession

INTEGER = "-?[0-9]+"
NUMBER = r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?"
SCAN_ERRORS = (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.ConstraintException)

INPUT_FILES = f"{TEMPORARY_PREFIX}incoming_parts"
"""temporary table: path of a scanned file → its partition"""


def scan(session: "DuckDBSession", table: Table, target: str, parts: Sequence[InputFile], sifted: bool) -> None:
    """Insert every record of the parts into the target, each by its column's rule.  Raises Refused.

    ``sifted`` parts hold sound records only, their texts spelt out.
    """
    if not parts:
        return
    paths = [str(p.path) for p in parts]
    session.execute(
        f"CREATE TEMPORARY TABLE {INPUT_FILES} AS SELECT UNNEST(?) AS path, UNNEST(?) AS partition",
        [paths, [p.partition for p in parts]],
    )
    try:
        session.execute(_insert(table, target, sifted), [paths])
    except SCAN_ERRORS as e:
        raise FastPathRejected(str(e)[:300]) from e
    session.drop_temporary(INPUT_FILES)


@cache
def _insert(table: Table, target: str, sifted: bool) -> str:
    """INSERT INTO target SELECT each column by its rule FROM read_json(paths, every key as text), the partition by the file's path."""
    source = table.source
    assert source is not None
    keys = exp.Struct(
        expressions=[
            exp.PropertyEQ(this=exp.to_identifier(k, quoted=True), expression=exp.Literal.string("VARCHAR")) for k in source.keys.values()
        ]
    )
    # the size is also the unit in which DuckDB shares a file out to its threads
    options = {
        "format": exp.Literal.string("newline_delimited"),
        "columns": keys,
        "maximum_object_size": exp.Literal.number(MAX_RECORD_BYTES),
    }
    scan = exp.Anonymous(
        this="read_json", expressions=[exp.Placeholder(), *(exp.EQ(this=exp.column(k), expression=v) for k, v in options.items())]
    )
    values = [
        exp.cast(exp.column("partition", INPUT_FILES), column.type.copy())
        if column.name == source.partition
        else _column_rule(column, source, sifted)
        for column in table.columns
    ]
    scanned = exp.Table(this=scan, alias=exp.TableAlias(this=exp.to_identifier("scanned")))
    select = exp.select(*values).from_(scanned).join(INPUT_FILES, on=exp.column("filename", "scanned").eq(exp.column("path", INPUT_FILES)))
    return to_sql(insert(target, table.column_names, select), "duckdb")


def _column_rule(column: Column, source: Source, sifted: bool) -> exp.Expr:
    """The column's value, or an error that ends the scan: its text must fit as lake/records.py says."""
    text = exp.column(exp.to_identifier(source.keys[column.name], quoted=True))
    refuse = exp.func("ERROR", exp.func("COALESCE", text.copy(), exp.Literal.string("null")))
    absent = exp.null() if column.nullable else refuse.copy()
    if column.max_bytes:
        rule = exp.Case().when(text.copy().is_(exp.null()), absent)
        if not sifted:
            rule = rule.when(may_be_reformatted(text), refuse.copy())
        fits = exp.LTE(this=exp.func("STRLEN", text.copy()), expression=exp.Literal.number(column.max_bytes))
        return rule.when(fits, text).else_(refuse)
    value = exp.TryCast(this=text.copy(), to=column.type.copy())
    low, high = source.ranges.get(column.name, (None, None))
    ranged = exp.Between(this=value.copy(), low=exp.convert(low), high=exp.convert(high)) if low is not None else exp.true()
    rule = exp.Case()
    if column.type.is_type(*exp.DataType.INTEGER_TYPES):
        # what is spelt as the engine would spell it needs no regular expression (0.3 s of 2 for 600,000 events)
        rule = rule.when(exp.and_(exp.cast(value.copy(), exp.DType.VARCHAR).eq(text.copy()), ranged.copy()), value.copy())
        sound = exp.and_(_matches(text, INTEGER), value.copy().is_(exp.null()).not_())
    else:
        sound = exp.and_(_matches(text, NUMBER), exp.func("ISFINITE", value.copy()))
    rule = rule.when(exp.or_(text.copy().is_(exp.null()), text.copy().eq(exp.Literal.string(""))), absent)
    return rule.when(exp.and_(sound, ranged), value).else_(refuse)


def _matches(text: exp.Expr, shape: str) -> exp.Expr:
    return exp.func("REGEXP_FULL_MATCH", text.copy(), exp.Literal.string(shape), dialect="duckdb")
