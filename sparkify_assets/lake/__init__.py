"""What lies in object storage: listing it, sorting it into partitions, reading it, and telling sound records from broken ones.

No Dagster here, and no warehouse: a lake knows its files and what their records must be, not where they go.
"""

from sparkify_assets.lake.base import Entry, Lake
from sparkify_assets.lake.inventory import Inventory, fingerprint, nothing_found, take_inventory
from sparkify_assets.lake.local import LocalLake
from sparkify_assets.lake.opening import open_lake
from sparkify_assets.lake.records import Rejected, Sifted, sift, unpack

__all__ = [
    "Entry",
    "Inventory",
    "Lake",
    "LocalLake",
    "Rejected",
    "Sifted",
    "fingerprint",
    "nothing_found",
    "open_lake",
    "sift",
    "take_inventory",
    "unpack",
]
