"""Table folders parsed into Table objects, and what follows from them: transforms, data tests, SQL for each engine.

Functions are pure except for reading the files below ``tables/``.  Put here what these files determine.  Do not put here Dagster
(orchestration/) or connections (warehouse/).
"""

from sparkify_assets.model.catalog import Catalog, load_catalog
from sparkify_assets.model.table import (
    DIMENSIONS,
    FACTS,
    LOAD_METADATA,
    LOOKUPS,
    REPORTS,
    STAGING,
    Check,
    Column,
    Layout,
    LayoutStyle,
    Source,
    Table,
)

__all__ = [
    "DIMENSIONS",
    "FACTS",
    "LOAD_METADATA",
    "LOOKUPS",
    "REPORTS",
    "STAGING",
    "Catalog",
    "Check",
    "Column",
    "Layout",
    "LayoutStyle",
    "Source",
    "Table",
    "load_catalog",
]
