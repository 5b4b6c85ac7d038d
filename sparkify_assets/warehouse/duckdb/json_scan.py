"""DuckDB's strict scan: every value of a file of JSON lines is read as text and converted by its column's rule, or the whole scan fails.

Values are read as text, since read_json would silently turn 1.5 into 2, true into 1 and 0x10 into 16.  DuckDB reformats a value that is
not a JSON string when it reads it as text; where a text column may hold such a value, the scan fails and the slow path writes it as a
string.

Put here the SQL of the scan.  Do not put here which files are scanned (input_files.py).
"""

import re
from collections.abc import Sequence
from functools import cache

from sqlglot import exp

from sparkify_assets.ingest.field_rules import FieldRule, field_rules
from sparkify_assets.ingest.json_values import DECODER, JsonObject, json_text, normalize_constants
from sparkify_assets.model import Table
from sparkify_assets.model.incremental import TEMPORARY_PREFIX
from sparkify_assets.model.transpile import to_sql
from sparkify_assets.warehouse.bulk_loader import FastPathRejected
from sparkify_assets.warehouse.duckdb.connection import DuckDBConnection
from sparkify_assets.warehouse.duckdb.input_files import InputFile
from sparkify_assets.warehouse.prescan import SCAN_ERRORS, read_json_lines
from sparkify_assets.warehouse.sql_builder import insert, select_from_lists

INPUT_FILES = f"{TEMPORARY_PREFIX}incoming_parts"
"""temporary table: path of a scanned file → its partition"""


def scan(sql: DuckDBConnection, table: Table, target: str, inputs: Sequence[InputFile], validated: bool) -> None:
    """Insert every record of the files into the target, each value by its column's rule.  Raises FastPathRejected.

    ``validated`` files hold valid records only, with every text as a JSON string.
    """
    if not inputs:
        return
    paths = [str(file.path) for file in inputs]
    columns = {name: exp.DataType.build("VARCHAR") for name in ("path", "partition")}
    with sql.temporary(INPUT_FILES, columns):
        sql.run(insert(INPUT_FILES, columns, select_from_lists(columns)), [paths, [file.partition for file in inputs]])
        try:
            sql.execute(_insert(table, target, validated), [paths])
        except SCAN_ERRORS as e:
            raise FastPathRejected(str(e)[:300]) from e


@cache
def _insert(table: Table, target: str, validated: bool) -> str:
    """INSERT INTO target SELECT each column by its rule FROM read_json(paths, every key as text), the partition by the file's path."""
    source = table.source
    assert source is not None
    scan = read_json_lines(dict.fromkeys(source.keys.values(), "VARCHAR"))
    rules = {rule.column.name: rule for rule in field_rules(table)}
    values = [
        exp.cast(exp.column("partition", INPUT_FILES), column.type.copy())
        if column.name == source.partition
        else _value(rules[column.name], validated)
        for column in table.columns
    ]
    scanned = exp.Table(this=scan, alias=exp.TableAlias(this=exp.to_identifier("scanned")))
    select = exp.select(*values).from_(scanned).join(INPUT_FILES, on=exp.column("filename", "scanned").eq(exp.column("path", INPUT_FILES)))
    return to_sql(insert(target, table.column_names, select), "duckdb")


def _value(rule: FieldRule, validated: bool) -> exp.Expr:
    """The column's value, or an error that ends the scan if its text does not fit the rule."""
    column, text = rule.column, exp.column(exp.to_identifier(rule.key, quoted=True))
    refuse = exp.func("ERROR", exp.func("COALESCE", text.copy(), exp.Literal.string("null")))
    absent = exp.null() if column.nullable else refuse.copy()
    if rule.limits is None:
        case = exp.Case().when(text.copy().is_(exp.null()), absent)
        if not validated:
            case = case.when(may_be_reformatted(text), refuse.copy())
        fits = exp.LTE(this=exp.func("STRLEN", text.copy()), expression=exp.Literal.number(column.max_bytes))
        return case.when(fits, text).else_(refuse)
    value = exp.TryCast(this=text.copy(), to=column.type.copy())
    case = exp.Case()
    if rule.is_integer:
        # a number in DuckDB's own format needs no regular expression (saves 0.3 s of 2 for 600,000 events)
        same = exp.cast(value.copy(), exp.DType.VARCHAR).eq(text.copy())
        case = case.when(exp.and_(same, rule.is_within_limits(value)), value.copy())
    case = case.when(exp.or_(text.copy().is_(exp.null()), text.copy().eq(exp.Literal.string(""))), absent)
    return case.when(exp.and_(rule.has_form(text), rule.is_within_limits(value)), value).else_(refuse)


# values of text columns that are not JSON strings

REFORMATTED = r"(?s)0|-?[0-9]+[.eE].*|\[.*\]|\{.*\}"
NO_NUMBER_TEXT = "(?i)-?(nan|inf|infinity)"
FIRST_LETTERS = (("-", ":"), ("[", "\\"), ("{", "|"), *((two, two[0] + chr(ord(two[1]) + 1)) for two in "NA Na nA na IN In iN in".split()))
"""first letters of what REFORMATTED and NO_NUMBER_TEXT match, as ranges; two letters where one would include every NextSong"""

USUAL_LETTERS = (("O", "["), ("A", "I"), ("J", "N"))
"""ranges of the most common first letters; FIRST_LETTERS contains none of them"""


def may_be_reformatted(text: exp.Expr) -> exp.Expr:
    """Whether a text may differ from the value in the file: DuckDB writes 1.50 as 1.5, 1e6 as 1000000.0.

    The first letter is compared before the expression is evaluated: that costs a tenth, and few texts begin with one of these letters.
    The most common first letters are compared first (a twentieth of the scan).
    """
    usual = exp.or_(*(_between(text, low, high) for low, high in USUAL_LETTERS))
    first = exp.and_(usual.not_(), exp.or_(*(_between(text, low, high) for low, high in FIRST_LETTERS)))
    reformatted = exp.and_(_full_match(text, REFORMATTED), exp.func("JSON_VALID", text.copy()))
    return exp.and_(first, exp.or_(reformatted, _full_match(text, NO_NUMBER_TEXT)))


def _full_match(text: exp.Expr, pattern: str) -> exp.Expr:
    return exp.func("REGEXP_FULL_MATCH", text.copy(), exp.Literal.string(pattern), dialect="duckdb")


def _between(text: exp.Expr, low: str, high: str) -> exp.Expr:
    return exp.and_(text.copy() >= exp.Literal.string(low), text.copy() < exp.Literal.string(high))


def with_text_as_strings(record: bytes, table: Table) -> bytes:
    """A valid record whose text columns hold only strings: any other value becomes a string of its JSON text as delivered."""
    if b"\\u" not in record and _non_text_value(table).search(record) is None:
        return record
    members = DECODER.decode(normalize_constants(record.decode()))
    assert isinstance(members, JsonObject)
    keys = _text_keys(table)
    others = {key: json_text(v) for key, v in members if key in keys and v is not None and type(v) is not str}
    return json_text(JsonObject((key, others.get(key, v)) for key, v in members)).encode() if others else record


@cache
def _text_keys(table: Table) -> frozenset[str]:
    assert table.source is not None
    return frozenset(key for column, key in table.source.keys.items() if table.column(column).max_bytes)


@cache
def _non_text_value(table: Table) -> re.Pattern[bytes]:
    """Matches a text column's key before a value that is neither string nor null; does not match a key written with escapes."""
    keys = "|".join(re.escape(key) for key in sorted(_text_keys(table)))
    return re.compile(rf'"(?:{keys})"[ \t]*:[ \t]*[^"n \t]'.encode())
