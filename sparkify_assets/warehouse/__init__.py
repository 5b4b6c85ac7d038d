"""Warehouses: how rows are loaded, refreshed and queried, on any engine (duckdb/, redshift/).

base.py is the interface; session.py shows of which objects a session is made.
"""

from sparkify_assets.warehouse.base import Warehouse
from sparkify_assets.warehouse.results import (
    FailingRows,
    FilesByPartition,
    LoadStats,
    PartitionLoadFailure,
    PartitionLoadResult,
    RefreshResult,
    RejectedRecord,
    TableStatus,
)
from sparkify_assets.warehouse.session import ReadSession, Session

__all__ = [
    "FailingRows",
    "FilesByPartition",
    "LoadStats",
    "PartitionLoadFailure",
    "PartitionLoadResult",
    "ReadSession",
    "RefreshResult",
    "RejectedRecord",
    "Session",
    "TableStatus",
    "Warehouse",
]
