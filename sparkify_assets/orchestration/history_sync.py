"""Synchronization of Dagster's event log with load_history, the source of truth for what was loaded.

They differ after `sparkify reset`, and after the warehouse or the event log was lost or restored from a backup. A partition that only the
warehouse holds is adopted: recorded in the event log, not loaded again. A partition that only the event log shows is removed from it, so
that sensors and loads find it missing and load it again.

Put here corrections of the event log. Do not put here what to load (load_plan.py, file_changes.py).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

import dagster as dg

from sparkify_assets.lake import EMPTY_FINGERPRINT
from sparkify_assets.model import Table
from sparkify_assets.orchestration.assets.staging import FINGERPRINT
from sparkify_assets.orchestration.instance import forget_partitions, materialized_partitions
from sparkify_assets.orchestration.load_plan import PartitionGroup, loaded_fingerprints
from sparkify_assets.orchestration.metadata import materialization
from sparkify_assets.warehouse import LoadStats, ReadSession

ADOPTED = {"adopted": "found in the warehouse, where Dagster's history did not show it"}
LOST = {"lost": "Dagster's history showed it, and the warehouse does not hold it"}
_ONE_AT_A_TIME = Lock()
"""sensors are threads of one process: two of them that find the same difference would record, and check, each partition twice"""


@dataclass(frozen=True)
class HistorySync:
    """What a synchronization changed in the event log, and the state after it."""

    adopted: Sequence[str]
    checkable: Sequence[str]
    """Those of them whose staging rows are there: checks have nothing to compare the others with."""
    lost: Sequence[str]
    held: Mapping[str, str]
    """Partition of the staging table → fingerprint of the files that the warehouse holds."""
    shown: Mapping[str, str]
    """The same in the event log, after the synchronization."""


def sync_history(
    group: PartitionGroup, instance: dg.DagsterInstance, session: ReadSession | None, busy: Collection[str] = ()
) -> HistorySync:
    """Make the event log show what the warehouse holds of the group. ``session``: None if there is no warehouse.

    ``busy``: partitions of current runs, which are left as they are: what a run has written to the warehouse it records itself.
    """
    with _ONE_AT_A_TIME:
        return _sync(group, instance, session, busy)


def _sync(group: PartitionGroup, instance: dg.DagsterInstance, session: ReadSession | None, busy: Collection[str]) -> HistorySync:
    held = session.metadata.fingerprints(group.staging) if session else {}
    known = set(group.partitions.get_partition_keys()) - set(busy)
    materialized = materialized_partitions(instance, dg.AssetKey(group.staging.name)) & known
    shown = loaded_fingerprints(group.staging, instance, sorted(materialized))
    lost = sorted(key for key in materialized if key not in held and shown.get(key, EMPTY_FINGERPRINT) != EMPTY_FINGERPRINT)
    adopted = sorted(key for key, text in held.items() if key in known and shown.get(key) != text)
    for table in group.partitioned_tables if lost else ():
        _forget(instance, table, lost)
    for key in lost:  # for people, and for the file sensor, which compares partitions that have new events
        instance.report_runless_asset_event(dg.AssetObservation(group.staging.name, partition=key, metadata=LOST))
    expired = _adopt(group, instance, session, {key: held[key] for key in adopted}) if session and adopted else frozenset[str]()
    left = {key: text for key, text in shown.items() if key not in lost}
    return HistorySync(adopted, [key for key in adopted if key not in expired], lost, held, left | {key: held[key] for key in adopted})


def _adopt(group: PartitionGroup, instance: dg.DagsterInstance, session: ReadSession, fingerprints: Mapping[str, str]) -> frozenset[str]:
    """Record these partitions; returns those of the group whose staging rows have expired."""
    source = group.staging.source
    assert source is not None
    history, state, keys = session.metadata.load_stats(group.staging), session.metadata.refresh_state(group.staging), list(fingerprints)
    for key in keys:
        files = {"files": history[key].files, "dagster/size_bytes": history[key].bytes, **ADOPTED}
        instance.report_runless_asset_event(dg.AssetMaterialization(source.asset, partition=key, metadata=files))
        instance.report_runless_asset_event(materialization(group.staging, key, _loaded(history[key], fingerprints[key])))
    for table in group.derived:
        rows = session.queries.row_counts(table, keys)
        for key in keys:
            if key not in state.stale.get(table.name, ()):
                found = {"dagster/partition_row_count": rows.get(key, 0), **ADOPTED}
                instance.report_runless_asset_event(materialization(table, key, found))
    return state.expired


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
    if not forget_partitions(instance, dg.AssetKey(table.name), keys):
        for key in keys:  # the storage can only add events: show the partition as empty
            empty = {"dagster/partition_row_count": 0, FINGERPRINT: EMPTY_FINGERPRINT, **LOST}
            instance.report_runless_asset_event(materialization(table, key, empty))
