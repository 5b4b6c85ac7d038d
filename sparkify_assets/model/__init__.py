"""The drawing: a folder read as a Table, Redshift's SQL told to another engine, promises made checks.

No dagster and no connection here; every function is pure but for reading the files under ``tables/``.
"""

from sparkify_assets.model.catalog import Catalog, load_catalog
from sparkify_assets.model.table import LOAD_METADATA, LOOKUPS, REPORTS, STAGING, Check, Column, Source, Table

__all__ = ["LOAD_METADATA", "LOOKUPS", "REPORTS", "STAGING", "Catalog", "Check", "Column", "Source", "Table", "load_catalog"]
