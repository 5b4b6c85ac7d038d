"""Lake files into DuckDB: one strict scan that refuses anything doubtful, and, only where it refuses, the sifting that explains.

Measured (100,000 one-record files, 2 cores): DuckDB reading them one by one takes 29 to 42 s and 8 GB; joined into a few files
first, 1 s.  So small files are joined; large plain ones on a local disk are read where they lie.  Every value is read as text and
converted by a rule, since read_json would turn 1.5 into 2, true into 1 and 0x10 into 16 without a word.
"""

import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
from sqlglot import exp

from sparkify_assets.errors import LakeError, WarehouseError
from sparkify_assets.lake import Entry, Lake, sift, unpack
from sparkify_assets.lake.records import MAX_RECORD_BYTES
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

WHOLE = "-?[0-9]+"
FRACTION = r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?"
REFUSALS = (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.ConstraintException)

GLOB = re.compile(r"[*?\[]")
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

    def fill(target: str) -> None:
        try:
            _scan(session, table, target, parts)
        except duckdb.IOException:
            confirm()  # a file that has gone meanwhile is the lake's fault, and its partition's alone
            raise

    return Prepared([f for p in parts for f in p.files], fill, confirm)


@contextmanager
def _scratch() -> Iterator[Path]:
    try:
        scratch = tempfile.TemporaryDirectory(prefix="sparkify-")
    except OSError as e:
        raise WarehouseError(
            f"{tempfile.tempdir or 'TMPDIR'}: no folder can be made in it: {e.strerror}; make room there or set TMPDIR"
        ) from e
    with scratch as folder:
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
        if path is not None and GLOB.search(str(path)):
            path = None  # DuckDB would take it for a pattern, and read whatever fits
        if path is None:
            small.append(entry)
            continue
        lake.confirm(entry)  # before it is opened: a file that has gone is told as such
        records, doubtful = _look_through(path, entry, lake)
        yield Part(path, (ReadFile(partition, entry, records),), doubtful)
    yield from _joined(partition, small, lake.read(small), folder)


def _joined(partition: str, entries: Sequence[Entry], contents: Iterable[bytes], folder: Path) -> Iterator[Part]:
    """Files written one after another, each ending its line, into parts of about PART_BYTES."""
    files: list[ReadFile] = []
    lines: list[bytes] = []
    size, number = 0, 0
    for entry, stored in zip(entries, contents, strict=True):
        here = _lines(unpack(entry.key, stored))
        files.append(ReadFile(partition, entry, sum(1 for line in here if not line.isspace())))
        lines += here
        size += sum(map(len, here))
        if size >= PART_BYTES:
            yield _joined_part(folder / f"{number}.json", lines, files)
            files, lines, size, number = [], [], 0, number + 1
    if files:
        yield _joined_part(folder / f"{number}.json", lines, files)


def _joined_part(path: Path, lines: Sequence[bytes], files: Sequence[ReadFile]) -> Part:
    return Part(_write(path, b"".join(lines)), tuple(files), look_through(lines)[1])


def _lines(data: bytes) -> list[bytes]:
    """Each with its newline, the last one too."""
    if not data.endswith(b"\n"):
        data += b"\n"
    return io.BytesIO(data).readlines() if data.count(b"\n") > 1 else [data]


def _write(path: Path, content: bytes) -> Path:
    try:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    except OSError as e:
        raise WarehouseError(f"{path} cannot be written: {e.strerror}; make room there or set TMPDIR") from e
    return path


def _look_through(path: Path, entry: Entry, lake: Lake) -> tuple[int, bool]:
    """The records of a file read in place, and whether it is doubtful."""
    records, doubtful = 0, False
    try:
        with path.open("rb") as file:
            while lines := file.readlines(BLOCK_BYTES):
                here, odd = look_through(lines)
                records, doubtful = records + here, doubtful or odd
    except OSError as e:
        raise _unreadable(entry, lake, e) from e
    return records, doubtful


def _unreadable(entry: Entry, lake: Lake, error: OSError) -> LakeError:
    try:
        lake.confirm(entry)
    except LakeError as e:
        return e
    return LakeError(f"{lake.uri(entry.key)}: cannot be read: {error.strerror}; mend that, then run the load again")


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
