"""From a listing to partitions: which file belongs to which, which to none, and what makes one listing differ from another."""

import difflib
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sparkify_assets.lake.base import Lake, ObjectInfo
from sparkify_assets.model.table import Source

SIMILARITY = 0.85
"""how like a source's folder another one's name is, to be taken for it: log-data, logdata, Log_Data, but not song_data for log_data"""
RENAME_HINT = "expected {0}: rename it"


@dataclass(frozen=True)
class Inventory:
    """What a source held when it was listed."""

    source: Source
    partitions: Mapping[str, tuple[ObjectInfo, ...]]
    """partition key → its entries; keys and entries sorted"""
    unmatched: tuple[str, ...]
    """keys that do not fit the pattern (hidden folders, checkpoints, _SUCCESS): reported, never loaded, never fatal"""


def list_partitions(lake: Lake, source: Source) -> Inventory:
    pattern = re.compile(source.pattern, re.ASCII)  # a day in Arabic digits is no key of ours
    below = len(source.folder) + 1
    partitions: dict[str, list[ObjectInfo]] = {}
    strangers: list[str] = []
    for entry in lake.list(source.folder):
        if (partition := _partition(pattern, entry.key[below:])) is None:
            strangers.append(entry.key)
        else:
            partitions.setdefault(partition, []).append(entry)
    return Inventory(source, {p: tuple(partitions[p]) for p in sorted(partitions)}, tuple(strangers))


class LakeSnapshot:
    """A lake as one run sees it: each source is listed once, so that all steps of the run work on the same files."""

    def __init__(self, lake: Lake | Callable[[], Lake]) -> None:
        """``lake`` may be a function that opens it: where that fails, the step that needs the lake raises the error."""
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
    """That a lake holds no file of a source, for people; and where they may be: in a folder of nearly that name, which many use."""
    told = f"no file is there as {lake.uri(f'{source.folder}/{source.example}')}"
    others = {name.lower(): name for name in lake.folders() if name != source.folder}
    near = difflib.get_close_matches(source.folder, others, n=1, cutoff=SIMILARITY)
    return f"{told}, but the folder {lake.uri(others[near[0]])} is; {RENAME_HINT.format(source.folder)}" if near else told


def fingerprint(entries: Sequence[ObjectInfo]) -> str:
    """A digest of a partition's listing: changes when a file comes, goes or changes, whatever the order."""
    lines = sorted(f"{e.key}\0{e.etag}\0{e.size}\n" for e in entries)
    return hashlib.sha256("".join(lines).encode()).hexdigest()[:16]


def _partition(pattern: re.Pattern[str], key: str) -> str | None:
    match = pattern.fullmatch(key)
    if match is None or "\\" in key:  # a backslash is how a lake shows a name that is not UTF-8 and cannot be asked for
        return None
    partition = match["partition"]
    return partition if "year" not in pattern.groupindex or _is_date(partition) else None


def _is_date(text: str) -> bool:
    """The pattern lets 2018-02-31 pass; the calendar does not."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
