"""Inserts rows of the platform (load metadata, lookups): few by INSERT, many by COPY, since a statement costs more than its rows.

Put here rows that the platform computes.  Do not put here files of the lake (copy_loader.py).
"""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sparkify_assets.errors import WarehouseError
from sparkify_assets.lake.s3 import S3Lake
from sparkify_assets.model import Table
from sparkify_assets.warehouse.redshift.compaction import gzip_lines
from sparkify_assets.warehouse.redshift.connection import RedshiftConnection
from sparkify_assets.warehouse.redshift.copy_statement import CopyStatement, manifest, paths_as_json
from sparkify_assets.warehouse.redshift.staging_area import staging_area
from sparkify_assets.warehouse.sql_builder import insert_values_sql

ROWS_PER_INSERT = 100
"""rows in one INSERT"""
INSERT_ROWS_LIMIT = 500
"""number of rows up to which INSERT is faster than a file and a COPY"""


def insert_rows(sql: RedshiftConnection, stage: S3Lake, table: Table, columns: Sequence[Sequence[Any]]) -> None:
    """Append rows given column by column."""
    rows = list(zip(*columns, strict=True))
    if len(rows) > INSERT_ROWS_LIMIT:
        _copy(sql, stage, table, rows)
        return
    for start in range(0, len(rows), ROWS_PER_INSERT):
        some = rows[start : start + ROWS_PER_INSERT]
        sql.execute(insert_values_sql(table, len(some), sql.dialect), [value for row in some for value in row])


def _copy(sql: RedshiftConnection, stage: S3Lake, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    with staging_area(stage, str(sql.target), sql.notify) as area:
        lines = [json.dumps([_json_value(value) for value in row], ensure_ascii=False).encode() for row in rows]
        url, size = area.write("rows.json.gz", [gzip_lines(lines)])
        paths = paths_as_json([f"$[{n}]" for n in range(len(table.columns))])
        copy = CopyStatement(
            area.write("manifest.json", [manifest([(url, size)])])[0],
            area.write("jsonpaths.json", [paths])[0],
            sql.target.iam_role,
            stage.region,
            gzip=True,
        )
        sql.execute(copy.into(table.name, table.column_names))
        if (copied := sql.run_named("last_copy_count")[0][0]) != len(rows):
            raise WarehouseError(f"{sql.target}: {table.name}: COPY read {copied:,} rows of {len(rows):,}; nothing was changed")


def _json_value(value: Any) -> Any:
    return value.isoformat(sep=" ") if isinstance(value, datetime) else str(value) if isinstance(value, date) else value
