"""File changes: compares the whole listing of the lake with Dagster's event log, partition by partition.

The event log is the source of truth, not the cursor: restarts and lost or copied cursors trigger no load, and a file restored to an earlier
version does. The cursor only tells a tick which listings it can skip: one digest per month (or letter), since every tick stores a copy of
it. A rejected partition is requested again when its own files change: the event log holds the version that was rejected.

Put here what a file sensor compares. Do not put here run requests (sensors.py) or the plan of `sparkify load` (load_plan.py).
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import dagster as dg

from sparkify_assets.errors import LakeError
from sparkify_assets.lake import EMPTY_FINGERPRINT, Inventory, fingerprint
from sparkify_assets.orchestration.instance import latest_event_ids
from sparkify_assets.orchestration.load_plan import PartitionGroup, loaded_fingerprints, rejected_fingerprints
from sparkify_assets.orchestration.partitions import contiguous_ranges, keys_in_range
from sparkify_assets.orchestration.priorities import MOST_FRESH, RunKind, kind_of_files
from sparkify_assets.text import pluralized

MAX_RUNS_PER_TICK = 10
"""The daemon takes 0.2 s to submit each (docs/design/dagster-facts.md)."""
MAX_PARTITIONS_PER_RUN = 31
"""A month of days."""


@dataclass
class FileChanges:
    """The result of one tick."""

    runs: list[tuple[str, str]] = field(default_factory=list)
    """First and last partition of each run to request."""
    kind: RunKind = RunKind.FRESH
    """The kind of these runs."""
    cursor: str = ""
    outside: list[str] = field(default_factory=list)
    """Partitions of the lake that the settings exclude."""
    waiting: list[str] = field(default_factory=list)
    """Changed partitions that a current run covers; the next tick compares them again."""
    rejected: list[str] = field(default_factory=list)
    """Partitions already rejected with the files that the lake holds now."""


def detect_file_changes(
    group: PartitionGroup, inventory: Inventory, instance: dg.DagsterInstance, cursor: str | None, busy: Mapping[str, bool]
) -> FileChanges:
    """Find the partitions to load. ``busy``: partitions of current runs → whether all these are backfills that wait in the queue, which
    fresh files need not wait for. Raises LakeError if the listing is implausible.
    """
    known = set(group.partitions.get_partition_keys())
    listed = {key: fingerprint(entries) for key, entries in inventory.partitions.items()}
    found = FileChanges(outside=sorted(set(listed) - known))
    # with the ids of its last events: a partition loaded, lost or adopted since (history_sync.py) is compared again
    staging = dg.AssetKey(group.staging.name)
    loads = latest_event_ids(instance, staging, dg.DagsterEventType.ASSET_MATERIALIZATION)
    told = latest_event_ids(instance, staging, dg.DagsterEventType.ASSET_OBSERVATION)
    digests = _digests(group, {key: f"{text} {loads.get(key)} {told.get(key)}" for key, text in listed.items() if key in known})
    seen = _parse_cursor(cursor)
    held = set(loads) & known
    if held and not inventory.partitions:
        _require_files(group, instance, held)
    new = {bucket for bucket in {*digests, *seen} if seen.get(bucket) != digests.get(bucket)}
    looked_at = sorted(key for key in {*listed, *held} & known if _bucket(group, key) in new)
    loaded = loaded_fingerprints(group.staging, instance, looked_at)
    changed = [key for key in looked_at if listed.get(key, EMPTY_FINGERPRINT) != loaded.get(key, EMPTY_FINGERPRINT)]
    _refuse_mass_deletion(group, [key for key in changed if key not in listed], len(held))
    rejected = rejected_fingerprints(group.staging, instance, changed)
    found.rejected = [key for key in changed if key in listed and rejected.get(key) == listed[key]]
    changed = sorted(set(changed) - set(found.rejected))
    ready = {key for key in changed if busy.get(key, True)}
    if len(ready) > MOST_FRESH:  # a backfill loads a backlog as soon as runs of its own would
        ready -= busy.keys()
    found.kind = kind_of_files(len(ready))
    found.waiting = sorted(set(changed) - ready)
    todo = contiguous_ranges(ready, group.partitions, MAX_PARTITIONS_PER_RUN)
    found.runs = todo[:MAX_RUNS_PER_TICK]
    asked = {key for first, last in found.runs for key in keys_in_range(first, last, group.partitions)}
    later = {_bucket(group, key) for key in changed if key not in asked}
    found.cursor = json.dumps({**{b: d for b, d in digests.items() if b not in later}, **{b: seen[b] for b in later if b in seen}})
    return found


def _bucket(group: PartitionGroup, key: str) -> str:
    """The month of a day; a letter itself."""
    return key[:7] if group.staging.is_by_day else key


def _digests(group: PartitionGroup, listed: Mapping[str, str]) -> dict[str, str]:
    lines: dict[str, list[str]] = defaultdict(list)
    for key in sorted(listed):
        lines[_bucket(group, key)].append(f"{key}={listed[key]}")
    return {bucket: hashlib.sha256("\n".join(told).encode()).hexdigest()[:12] for bucket, told in lines.items()}


def _parse_cursor(cursor: str | None) -> dict[str, str]:
    """Parse the cursor. A cursor of another format (edited by hand, for example) counts as none: everything is compared again."""
    try:
        found = json.loads(cursor or "{}")
    except json.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _require_files(group: PartitionGroup, instance: dg.DagsterInstance, held: Iterable[str]) -> None:
    loaded = [key for key, text in loaded_fingerprints(group.staging, instance, sorted(held)).items() if text != EMPTY_FINGERPRINT]
    if loaded:
        raise LakeError(_implausible_listing(group, f"there is no file at all, where {pluralized(len(loaded), 'partition')} had some"))


def _refuse_mass_deletion(group: PartitionGroup, gone: Sequence[str], held: int) -> None:
    if len(gone) > 1 and 2 * len(gone) > held:
        raise LakeError(
            _implausible_listing(group, f"the files of {len(gone):,} of {held:,} loaded partitions have gone ({gone[0]} … {gone[-1]})")
        )


def _implausible_listing(group: PartitionGroup, what: str) -> str:
    assert group.staging.source is not None
    return (
        f"{group.staging.source.folder}/: {what}; this looks like a lake that is not whole (not mounted, half copied), so nothing was "
        "changed. Fix the lake; or, if they were deleted on purpose, run `sparkify load`, which empties those partitions"
    )
