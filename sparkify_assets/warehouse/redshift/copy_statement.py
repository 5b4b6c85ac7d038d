"""SQL that copies files into the landing table and inserts its rows, each value by its column's rule, into the target.

Numbers are copied as text and converted by SQL with an explicit rule, since the guide does not document what COPY makes of " 15", true or
1e3.  A DOUBLE PRECISION is copied twice: as text, which is validated, and as a number, which is stored, since the text may have lost
digits.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sqlglot import exp

from sparkify_assets.ingest.field_rules import FieldRule, field_rules
from sparkify_assets.model import Column, Table
from sparkify_assets.model.incremental import TEMPORARY_PREFIX
from sparkify_assets.model.transpile import to_sql
from sparkify_assets.warehouse.sql_builder import insert

LANDING_TABLE = f"{TEMPORARY_PREFIX}landed_records"
"""temporary table: the records that COPY has read"""
PARTITION_COLUMN = "landed_partition"
NUMBER_BYTES = 64
"""limit of a number's text; a longer one sends its file to the slow path"""
MOST_DIGITS = 37
"""of a whole number that the fast path accepts: DECIMAL has 38; the slow path removes leading zeros"""
DIGITS = exp.DataType.build("DECIMAL(38, 0)", dialect="redshift")
KEY_OF_RECORD, KEY_OF_PARTITION = "r", "p"
"""keys of the objects that compaction.py writes: the record, and its partition"""
MOST_ERRORS = 100_000
"""the largest MAXERROR that Redshift allows"""


@dataclass(frozen=True)
class CopyStatement:
    """The parameters of a COPY statement besides its table."""

    manifest: str
    """URL"""
    jsonpaths: str
    role: str
    """ARN, or default"""
    region: str
    gzip: bool
    tolerant: bool = False
    """continue after records that COPY rejects; its error tables name them"""

    def into(self, table: str, columns: Sequence[str]) -> str:
        """COPY table (columns) FROM …, without placeholders, which Redshift does not allow here; the generator quotes all names."""
        text = exp.Literal.string
        options = [
            ("FORMAT JSON", text(self.jsonpaths)),
            ("REGION", text(self.region)),
            ("COMPUPDATE", exp.Var(this="OFF")),
            ("STATUPDATE", exp.Var(this="OFF")),
            *((("MAXERROR", exp.Literal.number(MOST_ERRORS)),) if self.tolerant else ()),
        ]
        flags = ["MANIFEST", *(["GZIP"] if self.gzip else [])]
        parameters = [exp.CopyParameter(this=exp.Var(this=name), expression=value) for name, value in options]
        copy = exp.Copy(
            this=exp.Schema(this=exp.to_table(table), expressions=[exp.to_identifier(c) for c in columns]),
            kind=True,
            credentials=exp.Credentials(iam_role=exp.Var(this="DEFAULT") if self.role == "default" else text(self.role)),
            files=[text(self.manifest)],
            params=[*parameters, *(exp.CopyParameter(this=exp.Var(this=flag)) for flag in flags)],
        )
        return to_sql(copy, "redshift")


def manifest(urls_and_bytes: Sequence[tuple[str, int]]) -> bytes:
    """A manifest by which COPY reads exactly these files, or fails."""
    entries = [{"url": url, "mandatory": True, "meta": {"content_length": size}} for url, size in urls_and_bytes]
    return json.dumps({"entries": entries}).encode()


def jsonpaths(table: Table, named: bool) -> bytes:
    """Path of each landing column in an object; ``named``: the object also holds the partition."""
    below = path(KEY_OF_RECORD) if named else ""
    paths = {name: f"${below}{path(key)}" for name, key in _landing_keys(table)}
    if named:
        paths[PARTITION_COLUMN] = f"${path(KEY_OF_PARTITION)}"
    return paths_as_json([paths[name] for name in landing_columns(table, named)])


def paths_as_json(paths: Sequence[str]) -> bytes:
    """The jsonpaths file; with any other key than this one COPY ignores it silently (docs/design/redshift-facts.md)."""
    return json.dumps({"jsonpaths": list(paths)}).encode()


def landing_columns(table: Table, named: bool) -> tuple[str, ...]:
    """Columns of the landing table that COPY loads."""
    return (*(name for name, _ in _landing_keys(table)), *((PARTITION_COLUMN,) if named else ()))


def staging_column(table: Table, column: str) -> str | None:
    """The staging column of a landing column; None for a landing column without one, such as the partition's."""
    return next((c.name for c in _record_columns(table) if column in (c.name, _number(c))), None)


def create_landing(table: Table) -> str:
    """CREATE TEMPORARY TABLE: texts as declared, numbers as text, doubles also as numbers."""
    columns: list[exp.Expr] = []
    for column in _record_columns(table):
        kind = column.type if column.max_bytes else exp.DataType.build(f"VARCHAR({NUMBER_BYTES})")
        columns.append(exp.ColumnDef(this=exp.to_identifier(column.name), kind=kind.copy()))
        if _is_double(column):
            columns.append(exp.ColumnDef(this=exp.to_identifier(_number(column)), kind=column.type.copy()))
    columns.append(exp.ColumnDef(this=exp.to_identifier(PARTITION_COLUMN), kind=exp.DataType.build("VARCHAR(32)")))
    temporary = exp.Properties(expressions=[exp.TemporaryProperty()])
    create = exp.Create(this=exp.Schema(this=exp.to_table(LANDING_TABLE), expressions=columns), kind="TABLE", properties=temporary)
    return to_sql(create, "redshift")


@cache
def count_invalid(table: Table) -> str:
    """SELECT the number of landed records that do not fit the rules of ingest/field_rules.py."""
    valid = exp.and_(*map(_valid, field_rules(table)))
    return to_sql(exp.select("COUNT(*)").from_(LANDING_TABLE).where(exp.Case().when(valid, exp.false()).else_(exp.true())), "redshift")


@cache
def insert_landed(table: Table, target: str, named: bool) -> str:
    """INSERT the landed records INTO target; a parameter holds the partition if the records do not (``named``)."""
    source = table.source
    assert source is not None
    of = exp.column(PARTITION_COLUMN) if named else exp.Placeholder()
    values = [exp.cast(of, c.type.copy()) if c.name == source.partition else _value(c) for c in table.columns]
    return to_sql(insert(target, table.column_names, exp.select(*values).from_(LANDING_TABLE)), "redshift")


def _valid(rule: FieldRule) -> exp.Expr:
    column, text = rule.column, exp.column(rule.column.name)
    absent = text.copy().is_(exp.null())
    if rule.limits is None:  # COPY rejects longer texts
        return exp.true() if column.nullable else absent.not_()
    nothing = exp.or_(absent, _byte_length(text).eq(0))
    number = exp.cast(text.copy(), DIGITS.copy()) if rule.is_integer else exp.column(_number(column))
    case = exp.Case().when(nothing, exp.true() if column.nullable else exp.false())
    return case.when(rule.has_form(text, MOST_DIGITS), rule.is_within_limits(number)).else_(exp.false())


def _value(column: Column) -> exp.Expr:
    text = exp.column(column.name)
    if column.max_bytes:
        return text
    if _is_double(column):
        return exp.column(_number(column))
    whole = exp.cast(exp.cast(text.copy(), DIGITS.copy()), column.type.copy())
    return exp.Case().when(_byte_length(text) > 0, whole)


def _byte_length(text: exp.Expr) -> exp.Expr:
    """Length in bytes, with trailing blanks: on Redshift a VARCHAR of blanks equals ''."""
    return exp.Anonymous(this="OCTET_LENGTH", expressions=[text.copy()])


def _record_columns(table: Table) -> list[Column]:
    assert table.source is not None
    return [c for c in table.columns if c.name != table.source.partition]


def _landing_keys(table: Table) -> list[tuple[str, str]]:
    """Column of the landing table → key of the record."""
    assert table.source is not None
    keys = table.source.keys
    return [
        pair for c in _record_columns(table) for pair in ((c.name, keys[c.name]), *(((_number(c), keys[c.name]),) if _is_double(c) else ()))
    ]


def _number(column: Column) -> str:
    return f"{column.name}_number"


def _is_double(column: Column) -> bool:
    return column.type.is_type(exp.DType.DOUBLE)


def path(key: str) -> str:
    if "'" in key or "]" in key:
        raise ValueError(f"the key {key!r} cannot be named in a jsonpath")
    return f"['{key}']"
