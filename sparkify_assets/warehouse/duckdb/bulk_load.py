"""DuckDB's bulk loader: files of the lake by one strict scan (fast path) or record by record (slow path); rows from lists.

Put here how files become rows on DuckDB.  Do not put here which partitions are replaced, or what is recorded of a load (staging_loader.py).
"""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from sparkify_assets.errors import WarehouseError
from sparkify_assets.ingest import decompress, validate_records
from sparkify_assets.lake import Lake
from sparkify_assets.limits import reason_of
from sparkify_assets.model import Table
from sparkify_assets.model.transpile import to_sql
from sparkify_assets.warehouse.bulk_loader import FileLoad, PreparedFiles
from sparkify_assets.warehouse.duckdb.connection import DuckDBConnection
from sparkify_assets.warehouse.duckdb.input_files import InputFile, input_files, verify_readable, write
from sparkify_assets.warehouse.duckdb.json_scan import scan, with_text_as_strings
from sparkify_assets.warehouse.prescan import prescan
from sparkify_assets.warehouse.results import FilesByPartition
from sparkify_assets.warehouse.sql_builder import insert, select_from_lists


class DuckDBBulkLoader:
    """Loads files and rows through one connection."""

    def __init__(self, sql: DuckDBConnection) -> None:
        self._sql = sql

    def insert_rows(self, table: Table, columns: Sequence[Sequence[Any]]) -> None:
        self._sql.execute(_insert_sql(table), columns)

    @contextmanager
    def prepare_files(self, table: Table, files: FilesByPartition, lake: Lake) -> Iterator[PreparedFiles]:
        """Large files are scanned in place, small ones are joined first."""
        with _temporary_folder() as folder:
            inputs = [p for n, (key, entries) in enumerate(files.items()) for p in input_files(key, entries, lake, folder / str(n))]
            yield self._prepared(table, inputs, lake)

    @contextmanager
    def validate_files(self, table: Table, files: FilesByPartition, lake: Lake) -> Iterator[PreparedFiles]:
        """The valid records of each file are written anew and scanned; the others are the file's rejected records."""
        with _temporary_folder() as folder:
            inputs, validated = [], []
            for partition, entries in files.items():
                for number, (entry, stored) in enumerate(zip(entries, lake.read(entries), strict=True)):
                    result = validate_records(decompress(entry.key, stored), table)
                    lines = b"\n".join(with_text_as_strings(record, table) for record in result.valid)
                    path = write(folder / f"valid-{number:06d}.json", lines)
                    file = FileLoad.from_validation(partition, entry, result)
                    inputs.append(InputFile(path, partition, files=[file]))
                    validated.append(file)
            yield self._prepared(table, inputs, lake, validated)

    def _prepared(self, table: Table, inputs: Sequence[InputFile], lake: Lake, validated: Sequence[FileLoad] = ()) -> PreparedFiles:
        def verify_unchanged() -> None:
            for file in inputs:
                if file.in_place:
                    lake.verify_unchanged(file.in_place)

        def insert_into(target: str) -> Sequence[FileLoad]:
            try:
                records = {} if validated or not inputs else prescan(self._sql.connection, [file.path for file in inputs])
                scan(self._sql, table, target, inputs, validated=bool(validated))
            except duckdb.IOException:
                # a file that cannot be read, or is gone, is an error of the lake and of its partition alone
                for file in inputs:
                    verify_readable(file, lake)
                raise
            return [load for file in inputs for load in file.loads(records)]

        return PreparedFiles(insert_into, verify_unchanged, validated)


@cache
def _insert_sql(table: Table) -> str:
    return to_sql(insert(table.name, table.column_names, select_from_lists({c.name: c.type for c in table.columns})), "duckdb")


@contextmanager
def _temporary_folder() -> Iterator[Path]:
    try:
        scratch = tempfile.TemporaryDirectory(prefix="sparkify-")
    except OSError as e:
        raise WarehouseError(
            f"{tempfile.tempdir or 'TMPDIR'}: no folder can be made in it: {reason_of(e, tempfile.tempdir)}; TMPDIR names another place"
        ) from e
    with scratch as folder:
        yield Path(folder)
