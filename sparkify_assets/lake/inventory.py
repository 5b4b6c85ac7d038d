"""Listing of a source → its partitions and unmatched files, and the fingerprint of a partition.

Put here what follows from names, sizes and etags.  Do not put here the listing itself (local.py, s3_listing.py) or contents (ingest/).
"""

import difflib
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sparkify_assets.lake.base import Lake, ObjectInfo
from sparkify_assets.model.table import PartitionKind, Source

SIMILARITY = 0.85
"""minimum similarity of a folder's name to a source's folder: includes log-data, logdata and Log_Data, but not song_data for log_data"""
RENAME_HINT = "expected {0}: rename it"


@dataclass(frozen=True)
class Inventory:
    """A source's files at the time of the listing."""

    source: Source
    partitions: Mapping[str, tuple[ObjectInfo, ...]]
    """partition key → its objects; both sorted"""
    unmatched: tuple[str, ...]
    """keys that do not match the pattern (hidden folders, checkpoints, _SUCCESS): reported, never loaded, never an error"""


def list_partitions(lake: Lake, source: Source) -> Inventory:
    """List a source's files and group them by partition.  Raises LakeError."""
    pattern = re.compile(source.pattern, re.ASCII)  # a date in Arabic digits is no partition key
    below = len(source.folder) + 1
    partitions: dict[str, list[ObjectInfo]] = {}
    not_matching: list[str] = []
    for entry in lake.list(source.folder):
        if (partition := _partition(pattern, source.partition_kind, entry.key[below:])) is None:
            not_matching.append(entry.key)
        else:
            partitions.setdefault(partition, []).append(entry)
    return Inventory(source, {p: tuple(partitions[p]) for p in sorted(partitions)}, tuple(not_matching))


class LakeSnapshot:
    """A lake during one run: each source is listed once, so that all steps of the run work on the same files."""

    def __init__(self, lake: Lake | Callable[[], Lake]) -> None:
        """``lake`` may be a function that opens the lake; if it fails, the step that needs the lake raises the error."""
        self._lake = lake
        self._inventories: dict[str, Inventory] = {}

    @cached_property
    def lake(self) -> Lake:
        return self._lake() if callable(self._lake) else self._lake

    def inventory(self, source: Source) -> Inventory:
        if source.asset not in self._inventories:
            self._inventories[source.asset] = list_partitions(self.lake, source)
        return self._inventories[source.asset]


def no_files_message(lake: Lake, source: Source) -> str:
    """Message that a source has no files; it names an existing folder of a similar name, as many lakes have one."""
    told = f"no file is there as {lake.uri(f'{source.folder}/{source.example}')}"
    others = {name.lower(): name for name in lake.folders() if name != source.folder}
    near = difflib.get_close_matches(source.folder, others, n=1, cutoff=SIMILARITY)
    return f"{told}, but the folder {lake.uri(others[near[0]])} is; {RENAME_HINT.format(source.folder)}" if near else told


def fingerprint(entries: Sequence[ObjectInfo]) -> str:
    """Digest of a partition's listing: changes when a file is added, changed or deleted, whatever the order of ``entries``."""
    lines = sorted(f"{e.key}\0{e.etag}\0{e.size}\n" for e in entries)
    return hashlib.sha256("".join(lines).encode()).hexdigest()[:16]


EMPTY_FINGERPRINT = fingerprint(())
"""of a partition without files"""


def _partition(pattern: re.Pattern[str], kind: PartitionKind, key: str) -> str | None:
    match = pattern.fullmatch(key)
    if match is None or "\\" in key:  # a backslash marks a name that is not UTF-8 and cannot be read
        return None
    partition = match["partition"]
    return partition if kind != "day" or _is_date(partition) else None


def _is_date(text: str) -> bool:
    """The pattern accepts 2018-02-31; the calendar does not."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
