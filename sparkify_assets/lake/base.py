"""What every lake can do, and what it says of an object.  Interface only: the directory is in local.py, other stores beside it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sparkify_assets.errors import LakeError


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """One object, in the version that was listed."""

    key: str
    """POSIX-like, inside the lake: log_data/2018/11/2018-11-01-events.json"""
    size: int
    """bytes as stored"""
    modified: datetime
    """UTC"""
    etag: str
    """changes whenever the content does"""


class Lake(Protocol):
    """Objects with keys.  Every method raises LakeError, whose text names the object, and nothing else."""

    def list(self, folder: str) -> list[ObjectInfo]:
        """Every object below folder/, at any depth, hidden ones too, sorted by key; none where there is no such folder."""
        ...

    def folders(self) -> Sequence[str]:
        """Names of the folders that the lake itself holds, sorted; none where there is no lake."""
        ...

    def read(self, entries: Iterable[ObjectInfo]) -> Iterator[bytes]:
        """Contents as stored (compressed stays compressed), in the order given.

        A load works on exactly the files of one listing: an object that is gone, or another version than the one listed, is an error.
        """
        ...

    def read_each(self, entries: Iterable[ObjectInfo]) -> Iterator[bytes | LakeError]:
        """As read(), but an object that cannot be read is its error, and the next ones follow."""
        ...

    def as_local_file(self, entry: ObjectInfo, folder: Path) -> Path | None:
        """A file with the object's content, found to be the version listed: its own, or a copy in the folder (which need not exist);
        None where there is none.  It is never held in memory.  After reading it, confirm(), as it may be the lake's own."""
        ...

    def verify_unchanged(self, entry: ObjectInfo) -> None:
        """Raise LakeError if the object is no longer the version that was listed."""
        ...

    def ping(self) -> str:
        """Ask a lake across a network whether it is there, and say where; "" for a directory, which its listing says enough of."""
        ...

    def uri(self, key: str) -> str:
        """Where the object lies, for people."""
        ...
