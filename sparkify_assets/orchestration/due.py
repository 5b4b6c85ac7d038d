"""What a load has to do: which partitions are not yet in the warehouse, and in Dagster's history, as the lake now has them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import dagster as dg

from sparkify_assets.lake import Inventory, fingerprint
from sparkify_assets.model import STAGING, Catalog, Table
from sparkify_assets.orchestration.metadata import CODE_VERSION
from sparkify_assets.orchestration.partitions import in_window, partitions_of, ranges
from sparkify_assets.orchestration.staging import FINGERPRINT
from sparkify_assets.settings import Settings


@dataclass(frozen=True)
class Group:
    """A staging table and everything that has its partitions: what one run can do together."""

    staging: Table
    lookups: tuple[Table, ...]
    """of texts in that staging table; without partitions, but kept true by its loads"""
    derived: tuple[Table, ...]
    partitions: dg.PartitionsDefinition

    @property
    def tables(self) -> list[Table]:
        return [self.staging, *self.lookups, *self.derived]


@dataclass
class Due:
    """A group's partitions: to load, up to date already, and found in the lake though outside the configured days."""

    load: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    not_asked_for: list[str] = field(default_factory=list)
    """days before the first or after the last that the user named"""


def groups(catalog: Catalog, settings: Settings) -> list[Group]:
    """Every group, each after those whose tables it looks things up in (songs before plays)."""
    derived = [t for t in catalog if t.name in catalog.definitions]
    found = []
    for staging in catalog.layer(STAGING):
        partitions = partitions_of(staging, catalog, settings)
        assert partitions is not None
        found.append(
            Group(
                staging,
                tuple(x.table for x in catalog.lookups_of(staging.name)),
                tuple(t for t in derived if catalog.root(t) is staging),
                partitions,
            )
        )
    looked_up = {d.table.name: d.secondary for d in catalog.definitions.values()}
    return sorted(found, key=lambda g: sum(len(looked_up[t.name]) for t in g.derived))


def due(
    group: Group,
    inventory: Inventory,
    held: Mapping[str, str],
    instance: dg.DagsterInstance,
    first: date | None,
    last: date | None,
    again: bool,
) -> Due:
    """Compare the lake's listing with what the warehouse holds (fingerprints) and with what Dagster's history shows."""
    found = Due()
    days = isinstance(group.partitions, dg.TimeWindowPartitionsDefinition)
    again = again and (days or not (first or last))  # a range names days; what has none of them is not meant
    known = set(group.partitions.get_partition_keys())
    nothing = fingerprint(())
    # what only Dagster's history knows was loaded into another warehouse: until it shows them empty, the sensors take them for lost files
    stale = set(instance.get_materialized_partitions(dg.AssetKey(group.staging.name))) - {*inventory.partitions, *held}
    stale = {key for key, text in loaded_fingerprints(group.staging, instance, sorted(stale)).items() if text != nothing}
    keys = sorted({*inventory.partitions, *held, *stale})
    shown = {} if again else _shown(group, instance, keys)
    for key in keys:
        if key not in known:
            found.outside.append(key)
        elif days and not in_window(key, first, last):
            found.not_asked_for.append(key)
        else:
            now = fingerprint(inventory.partitions.get(key, ()))
            up_to_date = not again and held.get(key, nothing) == now == shown.get(key)
            (found.unchanged if up_to_date else found.load).append(key)
    return found


def _shown(group: Group, instance: dg.DagsterInstance, keys: Sequence[str]) -> dict[str, str]:
    """Partition → the fingerprint Dagster's history shows, where every asset of the group is materialized by today's code."""
    if any(code_version(instance, t) != t.code_version for t in group.tables):
        return {}
    shown = loaded_fingerprints(group.staging, instance, keys)
    for table in group.derived:
        materialized = instance.get_materialized_partitions(dg.AssetKey(table.name))
        shown = {key: text for key, text in shown.items() if key in materialized}
    whole = _partitions_of_whole_runs(group, instance, list(shown))
    return {key: text for key, text in shown.items() if key in whole}


def _partitions_of_whole_runs(group: Group, instance: dg.DagsterInstance, keys: Sequence[str]) -> set[str]:
    """Those whose last run came to its end: of one that was stopped after its tables, checks have not been asked."""
    runs = {key: run for key, (_, run) in _latest(group.derived[-1], instance, keys).items()}
    ended = instance.get_runs(dg.RunsFilter(run_ids=list(set(runs.values())), statuses=[dg.DagsterRunStatus.SUCCESS])) if runs else []
    successful = {run.run_id for run in ended}
    return {key for key, run in runs.items() if run in successful}


def loaded_fingerprints(staging: Table, instance: dg.DagsterInstance, keys: Sequence[str]) -> dict[str, str]:
    """Partition → the fingerprint of the files it was last loaded from, as Dagster's history shows it."""
    return {key: text for key, (text, _) in _latest(staging, instance, keys).items() if text is not None}


def refused_fingerprints(staging: Table, instance: dg.DagsterInstance, keys: Sequence[str]) -> dict[str, str]:
    """Partition → the fingerprint of the files it was last refused for."""
    found = _latest(staging, instance, keys, dg.DagsterEventType.ASSET_OBSERVATION)
    return {key: text for key, (text, _) in found.items() if text is not None}


def unchecked(group: Group, instance: dg.DagsterInstance, keys: Sequence[str]) -> list[str]:
    """Those loaded last by a run that failed then, since another of its partitions was refused: their checks were not asked."""
    runs = {key: run for key, (_, run) in _latest(group.staging, instance, keys).items()}
    ended = [dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
    failed = instance.get_runs(dg.RunsFilter(run_ids=list(set(runs.values())), statuses=ended)) if runs else []
    ids = {run.run_id for run in failed}
    return [key for key in keys if runs.get(key) in ids]


def owed_by(catalog: Catalog, group: Group, owed: Mapping[str, Collection[str]]) -> tuple[list[str], list[tuple[str, str]]]:
    """Tables of the group that owe a refresh, with those that follow from them; the partitions they owe, as ranges."""
    names: list[str] = []
    for table in group.derived:
        if table.name in owed or any(other in names for other in catalog.definitions[table.name].reads):
            names.append(table.name)
    return names, ranges({key for name in names for key in owed.get(name, ())}, group.partitions)


def code_version(instance: dg.DagsterInstance, table: Table) -> str | None:
    """Version of the SQL that the asset was last materialized by."""
    event = instance.get_latest_materialization_event(dg.AssetKey(table.name))
    found = event.asset_materialization if event else None
    return (found.tags or {}).get(CODE_VERSION) if found else None


def _latest(
    table: Table,
    instance: dg.DagsterInstance,
    keys: Sequence[str],
    kind: dg.DagsterEventType = dg.DagsterEventType.ASSET_MATERIALIZATION,
) -> dict[str, tuple[str | None, str]]:
    """Partition → the fingerprint its latest materialization or observation shows (staging has one), and the run that made it."""
    asset = dg.AssetKey(table.name)
    ids = instance.get_latest_storage_id_by_partition(asset, kind, set(keys))
    if not ids:
        return {}
    fetch = instance.fetch_materializations if kind == dg.DagsterEventType.ASSET_MATERIALIZATION else instance.fetch_observations
    records = fetch(dg.AssetRecordsFilter(asset_key=asset, storage_ids=list(ids.values())), limit=len(ids)).records
    found: dict[str, tuple[str | None, str]] = {}
    for record in records:
        if record.partition_key and (told := record.asset_materialization or record.asset_observation):
            value = told.metadata.get(FINGERPRINT)
            found[record.partition_key] = (str(value.value) if value else None, record.run_id)
    return found
