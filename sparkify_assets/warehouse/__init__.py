"""Pipes out: how rows are loaded, refreshed and queried.  The protocol, the verbs in SQL trees, and the engines."""

from sparkify_assets.warehouse.base import (
    FailingRows,
    FilesByPartition,
    LoadStats,
    PartitionLoadFailure,
    PartitionLoadResult,
    RefreshResult,
    RejectedRecord,
    Session,
    Warehouse,
)

__all__ = [
    "FailingRows",
    "FilesByPartition",
    "LoadStats",
    "PartitionLoadFailure",
    "PartitionLoadResult",
    "RefreshResult",
    "RejectedRecord",
    "Session",
    "Warehouse",
]
