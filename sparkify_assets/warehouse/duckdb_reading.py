"""Lake files into DuckDB: one strict scan that refuses anything doubtful, and, only where it refuses, the sifting that explains.

Measured (100,000 one-record files, 2 cores): DuckDB reading them one by one takes 29 to 42 s and 8 GB; joined into a few files
first, 1 s.  So small files are joined; large plain ones on a local disk are read where they lie.  Every value is read as text and
converted by a rule, since read_json would turn 1.5 into 2, true into 1 and 0x10 into 16 without a word.
"""

import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
from sqlglot import exp

from sparkify_assets.errors import WarehouseError
from sparkify_assets.lake import Entry, Lake, sift, unpack
from sparkify_assets.model import Column, Source, Table
from sparkify_assets.model.dialect import to_sql
from sparkify_assets.warehouse.duckdb_doubts import look_through, may_be_respelt, spelt_out
from sparkify_assets.warehouse.engine import Prepared, ReadFile, Refused
from sparkify_assets.warehouse.protocol import Deliveries, Reject
from sparkify_assets.warehouse.trees import drop, insert

if TYPE_CHECKING:
    from sparkify_assets.warehouse.duckdb import DuckDBSession

IN_PLACE_BYTES = 1 << 20
"""from this size on a plain local file is read where it lies"""
PART_BYTES = 64 << 20
BLOCK_BYTES = 16 << 20
"""of a file read in place that are looked at together"""
RECORD_BYTES = 4 << 20
"""the largest record, COPY's limit (REDSHIFT.md §1.2); also the unit in which DuckDB shares a file out to its threads"""

WHOLE = "-?[0-9]+"
FRACTION = r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?"
REFUSALS = (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.ConstraintException)


PARTS = "incoming_parts"
"""temporary table: path of a scanned file → its partition"""


@dataclass(frozen=True)
class Part:
    """A file of JSON lines that DuckDB can scan, and the lake's files in it with the records each should give."""

    path: Path
    files: tuple[ReadFile, ...]
    doubtful: bool
    """see duckdb_doubts.py"""
    sifted: bool = False
    """holds sound records only, their texts spelt out"""


@contextmanager
def prepare(session: "DuckDBSession", table: Table, deliveries: Deliveries, lake: Lake) -> Iterator[Prepared]:
    """The files as they are, small ones joined."""
    with _scratch() as folder:
        parts = [p for n, (key, entries) in enumerate(deliveries.items()) for p in _parts(key, entries, lake, folder / str(n))]
        yield _prepared(session, table, parts, lake, folder)


@contextmanager
def sift_files(session: "DuckDBSession", table: Table, deliveries: Deliveries, lake: Lake) -> Iterator[Prepared]:
    """The sound records of each file; the others come as rejects."""
    with _scratch() as folder:
        parts = []
        for partition, entries in deliveries.items():
            for number, (entry, stored) in enumerate(zip(entries, lake.read(entries), strict=True)):
                sifted = sift(unpack(entry.key, stored), table)
                path = _write(folder / f"sifted-{number:06d}.json", b"\n".join(spelt_out(record, table) for record in sifted.good))
                rejects = tuple(Reject(entry.key, r.line, r.column, r.reason, r.raw) for r in sifted.rejected)
                parts.append(Part(path, (ReadFile(partition, entry, sifted.records, rejects),), doubtful=False, sifted=True))
        yield _prepared(session, table, parts, lake, folder)


def _prepared(session: "DuckDBSession", table: Table, parts: Sequence[Part], lake: Lake, folder: Path) -> Prepared:
    in_place = [p.files[0].entry for p in parts if folder not in p.path.parents]

    def confirm() -> None:
        for entry in in_place:  # was it the same file all along?
            lake.confirm(entry)

    return Prepared([f for p in parts for f in p.files], lambda target: _scan(session, table, target, parts), confirm)


@contextmanager
def _scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="sparkify-") as folder:
        yield Path(folder)


def _scan(session: "DuckDBSession", table: Table, target: str, parts: Sequence[Part]) -> None:
    """Insert every record of the parts into the target, each by its column's rule.  Raises Refused."""
    if any(p.doubtful for p in parts):
        raise Refused("a record that must be judged one by one")
    if not parts:
        return
    paths = [str(p.path) for p in parts]
    session.run(drop(PARTS))
    session.execute(
        f"CREATE TEMPORARY TABLE {PARTS} AS SELECT UNNEST(?) AS path, UNNEST(?) AS partition",
        [paths, [p.files[0].partition for p in parts]],
    )
    try:
        session.execute(_insert(table, target, all(p.sifted for p in parts)), [paths])
    except REFUSALS as e:
        raise Refused(str(e)[:300]) from e
    session.run(drop(PARTS))


# files into parts


def _parts(partition: str, entries: Sequence[Entry], lake: Lake, folder: Path) -> Iterator[Part]:
    small: list[Entry] = []
    for entry in entries:
        path = lake.path(entry) if entry.size >= IN_PLACE_BYTES and not entry.key.endswith(".gz") else None
        if path is None:
            small.append(entry)
            continue
        lake.confirm(entry)  # before it is opened: a file that has gone is told as such
        records, doubtful = _look_through(path)
        yield Part(path, (ReadFile(partition, entry, records),), doubtful)
    yield from _joined(partition, small, lake.read(small), folder)


def _joined(partition: str, entries: Sequence[Entry], contents: Iterable[bytes], folder: Path) -> Iterator[Part]:
    """Files written one after another, each ending its line, into parts of about PART_BYTES."""
    files: list[ReadFile] = []
    chunks: list[bytes] = []
    size, number, doubtful = 0, 0, False
    for entry, stored in zip(entries, contents, strict=True):
        data = unpack(entry.key, stored)
        if not data.endswith(b"\n"):
            data += b"\n"
        records, odd = look_through(io.BytesIO(data).readlines() if data.count(b"\n") > 1 else [data])
        files.append(ReadFile(partition, entry, records))
        doubtful = doubtful or odd
        chunks.append(data)
        size += len(data)
        if size >= PART_BYTES:
            yield Part(_write(folder / f"{number}.json", b"".join(chunks)), tuple(files), doubtful)
            files, chunks, size, number, doubtful = [], [], 0, number + 1, False
    if files:
        yield Part(_write(folder / f"{number}.json", b"".join(chunks)), tuple(files), doubtful)


def _write(path: Path, content: bytes) -> Path:
    try:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    except OSError as e:
        raise WarehouseError(f"{path} cannot be written: {e.strerror}; make room there or set TMPDIR") from e
    return path


def _look_through(path: Path) -> tuple[int, bool]:
    """The records of a file read in place, and whether it is doubtful."""
    records, doubtful = 0, False
    with path.open("rb") as file:
        while lines := file.readlines(BLOCK_BYTES):
            here, odd = look_through(lines)
            records, doubtful = records + here, doubtful or odd
    return records, doubtful


# the scan


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
    options = {"format": exp.Literal.string("newline_delimited"), "columns": keys, "maximum_object_size": exp.Literal.number(RECORD_BYTES)}
    scan = exp.Anonymous(
        this="read_json", expressions=[exp.Placeholder(), *(exp.EQ(this=exp.column(k), expression=v) for k, v in options.items())]
    )
    values = [
        exp.cast(exp.column("partition", PARTS), column.type.copy()) if column.name == source.partition else _rule(column, source, sifted)
        for column in table.columns
    ]
    scanned = exp.Table(this=scan, alias=exp.TableAlias(this=exp.to_identifier("scanned")))
    select = exp.select(*values).from_(scanned).join(PARTS, on=exp.column("filename", "scanned").eq(exp.column("path", PARTS)))
    return to_sql(insert(target, table.column_names, select), "duckdb")


def _rule(column: Column, source: Source, sifted: bool) -> exp.Expr:
    """The column's value, or an error that ends the scan: its text must fit as lake/records.py says."""
    text = exp.column(exp.to_identifier(source.keys[column.name], quoted=True))
    absent = text.copy().is_(exp.null())
    refuse = exp.func("ERROR", exp.func("COALESCE", text.copy(), exp.Literal.string("null")))
    if column.max_bytes:
        good = exp.LTE(this=exp.func("STRLEN", text.copy()), expression=exp.Literal.number(column.max_bytes))
        value: exp.Expr = text
    else:
        absent = exp.or_(absent, text.copy().eq(exp.Literal.string("")))
        value = exp.TryCast(this=text.copy(), to=column.type.copy())
        whole = column.type.is_type(*exp.DataType.INTEGER_TYPES)
        shape = exp.func("REGEXP_FULL_MATCH", text.copy(), exp.Literal.string(WHOLE if whole else FRACTION), dialect="duckdb")
        fits = value.copy().is_(exp.null()).not_() if whole else exp.func("ISFINITE", value.copy())
        low, high = source.ranges.get(column.name, (None, None))
        ranged = exp.Between(this=value.copy(), low=exp.convert(low), high=exp.convert(high)) if low is not None else exp.true()
        good = exp.and_(shape, fits, ranged)
    rule = exp.Case().when(absent, exp.null() if column.nullable else refuse.copy())
    if column.max_bytes and not sifted:
        rule = rule.when(may_be_respelt(text), refuse.copy())
    return rule.when(good, value).else_(refuse)
