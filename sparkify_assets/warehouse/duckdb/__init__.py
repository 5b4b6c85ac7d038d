"""DuckDB as the warehouse: a file; one strict scan reads the files of the lake in place."""

from sparkify_assets.warehouse.duckdb.warehouse import DuckDBWarehouse

__all__ = ["DuckDBWarehouse"]
