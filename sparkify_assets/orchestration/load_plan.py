"""The load plan: partitions whose files in the lake differ from what the warehouse holds or Dagster's event log shows.

Put here what a load or refresh has to do. Do not put here how it is done (runner.py) or the file sensors' comparison (file_changes.py).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import dagster as dg

from sparkify_assets.lake import EMPTY_FINGERPRINT, Inventory, fingerprint
from sparkify_assets.model import STAGING, Catalog, Table
from sparkify_assets.orchestration.assets.staging import CODE_VERSION_LABEL, FINGERPRINT, REJECTS_CHECK
from sparkify_assets.orchestration.instance import (
    FAILED,
    SUCCEEDED,
    latest_check_states,
    latest_events,
    materialized_partitions,
    step_states,
)
from sparkify_assets.orchestration.metadata import CODE_VERSION
from sparkify_assets.orchestration.partitions import UNPARTITIONED, contiguous_ranges, in_window, partitions_of
from sparkify_assets.settings import Settings

RUNLESS = ""
"""Run id of an event that was reported outside any run."""


@dataclass(frozen=True)
class PartitionGroup:
    """A staging table and all tables with its partitions: what one run can load together."""

    staging: Table
    lookups: tuple[Table, ...]
    """Lookup tables of texts in the staging table; they have no partitions, and loads of staging update them."""
    derived: tuple[Table, ...]
    partitions: dg.PartitionsDefinition

    @property
    def tables(self) -> list[Table]:
        return [self.staging, *self.lookups, *self.derived]

    @property
    def partitioned_tables(self) -> list[Table]:
        return [self.staging, *self.derived]

    @property
    def assets(self) -> list[str]:
        """Names of the source and of the tables: what one run loads and refreshes."""
        assert self.staging.source is not None
        return [self.staging.source.asset, *(t.name for t in self.tables)]


@dataclass
class LoadPlan:
    """A group's partitions: to load, unchanged, and in the lake but outside the configured days."""

    load: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    not_asked_for: list[str] = field(default_factory=list)
    """Days before the first or after the last that the user named."""
    kept: list[str] = field(default_factory=list)
    """Partitions in the warehouse but outside the configured days: they stay as last loaded."""
    check: list[str] = field(default_factory=list)
    """Unchanged, but not checked since they were adopted."""


def partition_groups(catalog: Catalog, settings: Settings) -> list[PartitionGroup]:
    """All groups, each after those whose tables it joins (songs before plays)."""
    derived = [t for t in catalog if t.name in catalog.transforms]
    found = []
    for staging in catalog.layer(STAGING):
        partitions = partitions_of(staging, catalog, settings)
        assert partitions is not None
        found.append(
            PartitionGroup(
                staging,
                tuple(x.table for x in catalog.lookups_of(staging.name)),
                tuple(t for t in derived if catalog.root(t) is staging),
                partitions,
            )
        )
    looked_up = {d.table.name: d.joined_tables for d in catalog.transforms.values()}
    return sorted(found, key=lambda g: sum(len(looked_up[t.name]) for t in g.derived))


def plan_load(
    group: PartitionGroup,
    inventory: Inventory,
    held: Mapping[str, str],
    shown: Mapping[str, str],
    stale: Mapping[str, Collection[str]],
    instance: dg.DagsterInstance,
    first: date | None,
    last: date | None,
    force: bool,
) -> LoadPlan:
    """Compare the lake's listing with the fingerprints in the warehouse (``held``) and in the synchronized event log (``shown``).

    ``stale``: table → its stale partitions; those of a staging table follow an earlier code version.
    ``first``, ``last``: days, inclusive; None: no limit.
    """
    found = LoadPlan()
    days = isinstance(group.partitions, dg.TimeWindowPartitionsDefinition)
    force = force and (days or not (first or last))  # a range consists of days: it excludes groups without days
    known = set(group.partitions.get_partition_keys())
    keys = sorted({*inventory.partitions, *held})
    whole, adopted = _complete_and_adopted(group, stale, instance, [key for key in keys if key in shown])
    to_load_again = stale.get(group.staging.name, ())
    found.kept = [key for key in keys if key in held and key not in known]
    for key in keys:
        if key not in known:
            if key in inventory.partitions:
                found.outside.append(key)
        elif days and not in_window(key, first, last):
            found.not_asked_for.append(key)
        else:
            now = fingerprint(inventory.partitions.get(key, ()))
            up_to_date = not force and key not in to_load_again and held.get(key, EMPTY_FINGERPRINT) == now == shown.get(key)
            if up_to_date and key in adopted:
                found.check.append(key)
            else:
                (found.unchanged if up_to_date and key in whole else found.load).append(key)
    return found


def _complete_and_adopted(
    group: PartitionGroup, stale: Mapping[str, Collection[str]], instance: dg.DagsterInstance, keys: Sequence[str]
) -> tuple[set[str], set[str]]:
    """Two sets of partitions of which every asset of the group is materialized, or stale, as those of a new table are: checked ones, and
    adopted ones, which no run has loaded or checked.

    A run that was stopped after its tables has not evaluated its checks, so only runs count that succeeded, or failed by tables without
    partitions alone.
    """
    materialized = set(keys)
    for table in group.derived:
        materialized &= materialized_partitions(instance, dg.AssetKey(table.name)) | set(stale.get(table.name, ()))
    runs = {
        key: record.run_id for key, record in latest_events(instance, dg.AssetKey(group.derived[-1].name), sorted(materialized)).items()
    }
    ended = _ended(instance, runs, dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE)
    complete = {run.run_id for run in ended if run.is_success or _only_unpartitioned_tables_failed(instance, run.run_id, group)}
    runless = {key for key, run in runs.items() if run == RUNLESS}
    checked = _checked(group.staging, instance) if runless else set()
    return {key for key, run in runs.items() if run in complete} | (runless & checked), runless - checked


def _only_unpartitioned_tables_failed(instance: dg.DagsterInstance, run_id: str, group: PartitionGroup) -> bool:
    """Whether the run has done, and checked, all that it had to do for partitions: a report that fails makes no day due again."""
    states = step_states(instance, run_id)
    if states.pop(UNPARTITIONED, None) != FAILED or any(state != SUCCEEDED for state in states.values()):
        return False
    return all(f"{table.name}_checks" in states for table in group.derived if table.name in states)


def _checked(staging: Table, instance: dg.DagsterInstance) -> set[str]:
    """Partitions checked since they were loaded or adopted."""
    states = latest_check_states(instance, [dg.AssetCheckKey(dg.AssetKey(staging.name), REJECTS_CHECK)])
    return {state.partition for state in states if state.partition and state.is_newer_than_data}


def loaded_fingerprints(staging: Table, instance: dg.DagsterInstance, keys: Sequence[str]) -> dict[str, str]:
    """Partition → fingerprint of the files it was last loaded from, according to Dagster's event log."""
    found = {key: _text(record, FINGERPRINT) for key, record in latest_events(instance, dg.AssetKey(staging.name), keys).items()}
    return {key: text for key, text in found.items() if text is not None}


def rejected_fingerprints(staging: Table, instance: dg.DagsterInstance, keys: Sequence[str]) -> dict[str, str]:
    """Partition → fingerprint of the files it was last rejected with, by the table's current code version."""
    records = latest_events(instance, dg.AssetKey(staging.name), keys, dg.DagsterEventType.ASSET_OBSERVATION)
    found = {
        key: _text(record, FINGERPRINT) for key, record in records.items() if _text(record, CODE_VERSION_LABEL) == staging.code_version
    }
    return {key: text for key, text in found.items() if text is not None}


def partitions_without_checks(group: PartitionGroup, instance: dg.DagsterInstance, keys: Sequence[str]) -> list[str]:
    """Partitions last loaded by a run that then failed because another partition was rejected: they were not checked."""
    runs = {key: record.run_id for key, record in latest_events(instance, dg.AssetKey(group.staging.name), keys).items()}
    ended = _ended(instance, runs, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)
    failed = {run.run_id for run in ended}
    return [key for key in keys if runs.get(key) in failed]


def _ended(instance: dg.DagsterInstance, runs: Mapping[str, str], *statuses: dg.DagsterRunStatus) -> Sequence[dg.DagsterRun]:
    """Those of the runs, given by partition, that ended with one of the statuses."""
    ids = sorted({run for run in runs.values() if run != RUNLESS})
    return instance.get_runs(dg.RunsFilter(run_ids=ids, statuses=list(statuses))) if ids else []


def plan_refreshes(
    catalog: Catalog, group: PartitionGroup, stale: Mapping[str, Collection[str]]
) -> tuple[list[str], list[tuple[str, str]]]:
    """Derived tables of the group with pending refreshes, and those that read them; the stale partitions, as ranges."""
    names: list[str] = []
    for table in group.derived:
        if table.name in stale or any(other in names for other in catalog.transforms[table.name].reads):
            names.append(table.name)
    return names, contiguous_ranges({key for name in names for key in stale.get(name, ())}, group.partitions)


def code_version(instance: dg.DagsterInstance, table: Table) -> str | None:
    """Version of the SQL of the asset's last materialization; None if there is none."""
    event = instance.get_latest_materialization_event(dg.AssetKey(table.name))
    found = event.asset_materialization if event else None
    return (found.tags or {}).get(CODE_VERSION) if found else None


def _text(record: dg.EventLogRecord, label: str) -> str | None:
    """The event's metadata under this label (staging writes it); None if there is none."""
    event = record.asset_materialization or record.asset_observation
    value = event.metadata.get(label) if event else None
    return str(value.value) if value else None
