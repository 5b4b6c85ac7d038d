"""What lies in object storage: listing it, sorting it into partitions, reading it, and telling sound records from broken ones.

No Dagster here, and no warehouse: a lake knows its files and what their records must be, not where they go.
"""

from sparkify_assets.lake.base import Lake, ObjectInfo
from sparkify_assets.lake.inventory import Inventory, LakeSnapshot, fingerprint, list_partitions, no_files_message
from sparkify_assets.lake.local import LocalLake

__all__ = [
    "Inventory",
    "Lake",
    "LakeSnapshot",
    "LocalLake",
    "ObjectInfo",
    "fingerprint",
    "list_partitions",
    "no_files_message",
]
