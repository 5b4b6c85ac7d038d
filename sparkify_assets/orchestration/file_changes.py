"""What has arrived in the lake since it was last loaded: the whole listing against what Dagster's history shows, partition by partition.

The history is the truth, so that a restart, a lost cursor or a copy of one is no delivery, and a file that comes back as it once was
is one.  The cursor only says which listings need no second look: a digest a month (or letter), since every tick keeps a copy of it.
A partition that was refused is asked for again when its own files change: the history holds for which version of them it was refused.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import dagster as dg

from sparkify_assets.errors import LakeError
from sparkify_assets.lake import Inventory, fingerprint
from sparkify_assets.orchestration.load_plan import PartitionGroup, loaded_fingerprints, rejected_fingerprints
from sparkify_assets.orchestration.partitions import contiguous_ranges, keys_in_range
from sparkify_assets.text import pluralized

EMPTY_FINGERPRINT = fingerprint(())
MAX_RUNS_PER_TICK = 10
"""of one tick: the daemon takes 0.2 s to submit each (DAGSTER.md §2)"""
MAX_PARTITIONS_PER_RUN = 31
"""of one run: a month"""


@dataclass
class FileChanges:
    """What a tick has found."""

    runs: list[tuple[str, str]] = field(default_factory=list)
    """first and last partition of each run to make"""
    cursor: str = ""
    outside: list[str] = field(default_factory=list)
    """partitions in the lake that the settings leave out"""
    waiting: list[str] = field(default_factory=list)
    """changed, though a run for them is under way: looked at again in the next tick"""
    refused: list[str] = field(default_factory=list)
    """refused already, for the files that the lake holds now"""


def detect_file_changes(
    group: PartitionGroup, inventory: Inventory, instance: dg.DagsterInstance, cursor: str | None, busy: Iterable[str]
) -> FileChanges:
    """Which partitions to load.  ``busy``: those of runs under way.  Raises LakeError where the listing cannot be believed."""
    known = set(group.partitions.get_partition_keys())
    listed = {key: fingerprint(entries) for key, entries in inventory.partitions.items()}
    found = FileChanges(outside=sorted(set(listed) - known))
    # with the numbers of its last events: what was loaded, lost or adopted since (reconciliation.py) is looked at once more
    staging = dg.AssetKey(group.staging.name)
    loads = instance.get_latest_storage_id_by_partition(staging, dg.DagsterEventType.ASSET_MATERIALIZATION)
    told = instance.get_latest_storage_id_by_partition(staging, dg.DagsterEventType.ASSET_OBSERVATION)
    digests = _digests({key: f"{text} {loads.get(key)} {told.get(key)}" for key, text in listed.items() if key in known})
    seen = _parse_cursor(cursor)
    held = set(loads) & known
    if held and not inventory.partitions:
        _require_files(group, instance, held)
    new = {bucket for bucket in {*digests, *seen} if seen.get(bucket) != digests.get(bucket)}
    looked_at = sorted(key for key in {*listed, *held} & known if _bucket(key) in new)
    loaded = loaded_fingerprints(group.staging, instance, looked_at)
    changed = [key for key in looked_at if listed.get(key, EMPTY_FINGERPRINT) != loaded.get(key, EMPTY_FINGERPRINT)]
    _refuse_mass_deletion(group, [key for key in changed if key not in listed], len(held))
    refused = rejected_fingerprints(group.staging, instance, changed)
    found.refused = [key for key in changed if key in listed and refused.get(key) == listed[key]]
    changed = sorted(set(changed) - set(found.refused))
    found.waiting = sorted(set(changed) & set(busy))
    todo = contiguous_ranges(set(changed) - set(busy), group.partitions, MAX_PARTITIONS_PER_RUN)
    found.runs = todo[:MAX_RUNS_PER_TICK]
    asked = {key for first, last in found.runs for key in keys_in_range(first, last, group.partitions)}
    later = {_bucket(key) for key in changed if key not in asked}
    found.cursor = json.dumps({**{b: d for b, d in digests.items() if b not in later}, **{b: seen[b] for b in later if b in seen}})
    return found


def _bucket(key: str) -> str:
    """The month of a day; a letter."""
    return key[:7]


def _digests(listed: Mapping[str, str]) -> dict[str, str]:
    lines: dict[str, list[str]] = defaultdict(list)
    for key in sorted(listed):
        lines[_bucket(key)].append(f"{key}={listed[key]}")
    return {bucket: hashlib.sha256("\n".join(told).encode()).hexdigest()[:12] for bucket, told in lines.items()}


def _parse_cursor(cursor: str | None) -> dict[str, str]:
    """A cursor that is not ours (edited by hand, say) is as good as none: all is looked at again."""
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
        "changed. Mend the lake; or, if they were deleted on purpose, run `sparkify load`, which empties those partitions"
    )
