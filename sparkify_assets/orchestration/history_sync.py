"""Dagster's history held against load_history, which is the truth of what was loaded.

They differ after `sparkify reset`, where the warehouse was lost or restored from a backup, and where Dagster's history was.  What the
warehouse holds and the history does not show is adopted: it is told, not loaded again.  What the history shows and the warehouse does not
hold is forgotten, so that it is missing, and is loaded again by whoever looks for what is missing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dagster as dg

from sparkify_assets.lake import fingerprint
from sparkify_assets.model import Catalog, Table
from sparkify_assets.orchestration.assets.staging import FINGERPRINT
from sparkify_assets.orchestration.load_plan import PartitionGroup, loaded_fingerprints
from sparkify_assets.orchestration.metadata import materialization
from sparkify_assets.warehouse import LoadStats, Session

EMPTY_FINGERPRINT = fingerprint(())
ADOPTED = {"adopted": "found in the warehouse, where Dagster's history did not show it"}
LOST = {"lost": "Dagster's history showed it, and the warehouse does not hold it"}


@dataclass(frozen=True)
class HistorySync:
    """What a comparison has changed in Dagster's history, and what that shows now."""

    adopted: Sequence[str]
    lost: Sequence[str]
    held: Mapping[str, str]
    """partition of the staging table → fingerprint of the files that the warehouse holds"""
    shown: Mapping[str, str]
    """the same, as the history shows it now"""


def sync_history(group: PartitionGroup, catalog: Catalog, instance: dg.DagsterInstance, session: Session | None) -> HistorySync:
    """Make the history show what the warehouse holds of the group; ``session`` None: there is no warehouse."""
    held = session.fingerprints(group.staging) if session else {}
    known = set(group.partitions.get_partition_keys())
    materialized = instance.get_materialized_partitions(dg.AssetKey(group.staging.name)) & known
    shown = loaded_fingerprints(group.staging, instance, sorted(materialized))
    lost = sorted(key for key in materialized if key not in held and shown.get(key, EMPTY_FINGERPRINT) != EMPTY_FINGERPRINT)
    adopted = sorted(key for key, text in held.items() if key in known and shown.get(key) != text)
    for table in (group.staging, *group.derived) if lost else ():
        _forget(instance, table, lost)
    for key in lost:  # for people, and for the sensor of the files, which looks at what has events since its last look
        instance.report_runless_asset_event(dg.AssetObservation(group.staging.name, partition=key, metadata=LOST))
    if session and adopted:
        _adopt(group, instance, session, {key: held[key] for key in adopted})
    left = {key: text for key, text in shown.items() if key not in lost}
    return HistorySync(adopted, lost, held, left | {key: held[key] for key in adopted})


def _adopt(group: PartitionGroup, instance: dg.DagsterInstance, session: Session, fingerprints: Mapping[str, str]) -> None:
    source = group.staging.source
    assert source is not None
    history, owed, keys = session.load_stats(group.staging), session.stale_partitions(), list(fingerprints)
    for key in keys:
        files = {"files": history[key].files, "dagster/size_bytes": history[key].bytes, **ADOPTED}
        instance.report_runless_asset_event(dg.AssetMaterialization(source.asset, partition=key, metadata=files))
        instance.report_runless_asset_event(materialization(group.staging, key, _loaded(history[key], fingerprints[key])))
    for table in group.derived:
        rows = session.row_counts(table, keys)
        for key in keys:
            if key not in owed.get(table.name, ()):
                found = {"dagster/partition_row_count": rows.get(key, 0), **ADOPTED}
                instance.report_runless_asset_event(materialization(table, key, found))


def _loaded(history: LoadStats, text: str) -> dict[str, Any]:
    return {
        "dagster/partition_row_count": history.records - history.rejected,
        "files": history.files,
        "bytes": history.bytes,
        "rejected": history.rejected,
        FINGERPRINT: text,
        **ADOPTED,
    }


def _forget(instance: dg.DagsterInstance, table: Table, keys: Sequence[str]) -> None:
    try:
        instance.event_log_storage.wipe_asset_partitions(dg.AssetKey(table.name), keys)
    except NotImplementedError:  # a storage that is not ours (history.py) can only add: the partition is shown as empty
        for key in keys:
            empty = {"dagster/partition_row_count": 0, FINGERPRINT: EMPTY_FINGERPRINT, **LOST}
            instance.report_runless_asset_event(materialization(table, key, empty))
