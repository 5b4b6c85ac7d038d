"""DuckDB as the warehouse: a file, whose lake files are scanned where they lie by one strict statement."""

from sparkify_assets.warehouse.duckdb.session import DuckDBSession
from sparkify_assets.warehouse.duckdb.warehouse import DuckDBWarehouse

__all__ = ["DuckDBSession", "DuckDBWarehouse"]
