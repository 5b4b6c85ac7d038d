"""The statements of a refresh by key, asked of DuckDB.  That the tables converge by them is tested in contracts/."""

from pathlib import Path

import duckdb

from sparkify_assets.model.incremental import AFFECTED_KEYS, affected_rows, delete_affected
from sparkify_assets.model.table import Table
from sparkify_assets.model.table_parser import read_table
from sparkify_assets.model.transpile import to_sql

DDL = """
CREATE TABLE pairs (a INTEGER, b INTEGER NOT NULL, PRIMARY KEY (a, b));
COMMENT ON TABLE pairs IS 'Rows of a key of two columns, one of which may be null.';
COMMENT ON COLUMN pairs.a IS 'The first.';
COMMENT ON COLUMN pairs.b IS 'The second.';
"""


def pairs(folder: Path) -> Table:
    path = folder / "load_metadata" / "pairs" / "table.sql"
    path.parent.mkdir(parents=True)
    path.write_text(DDL)
    return read_table(path.parent)


def test_a_key_of_several_columns_is_touched_as_a_whole_and_null_is_the_same_as_null(tmp_path: Path) -> None:
    table = pairs(tmp_path)
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE pairs (a INTEGER, b INTEGER)")
        connection.execute("INSERT INTO pairs VALUES (1, 1), (1, 2), (2, 1), (2, 2), (NULL, 1), (NULL, 2)")
        connection.execute(f"CREATE TABLE {AFFECTED_KEYS} AS SELECT * FROM (VALUES (1, 2), (2, 1), (NULL, 1), (9, 9)) AS t (a, b)")
        assert connection.execute(to_sql(affected_rows(table).select("COUNT(*)"), "duckdb")).fetchall() == [(3,)]
        connection.execute(to_sql(delete_affected(table), "duckdb"))
        assert connection.execute("SELECT a, b FROM pairs ORDER BY a NULLS LAST, b").fetchall() == [(1, 1), (2, 2), (None, 2)]
