"""Object storage: listing objects, grouping them by partition, reading them, and writing to the stage (``_work/``).

Put here what accesses object storage.  Do not put here validation of records (ingest/), loading (warehouse/) or Dagster.
"""

from sparkify_assets.lake.base import ByteRange, Lake, ObjectInfo
from sparkify_assets.lake.inventory import EMPTY_FINGERPRINT, Inventory, LakeSnapshot, fingerprint, list_partitions, no_files_message
from sparkify_assets.lake.local import LocalLake

__all__ = [
    "EMPTY_FINGERPRINT",
    "ByteRange",
    "Inventory",
    "Lake",
    "LakeSnapshot",
    "LocalLake",
    "ObjectInfo",
    "fingerprint",
    "list_partitions",
    "no_files_message",
]
