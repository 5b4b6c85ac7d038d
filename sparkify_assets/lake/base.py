"""Interface of a lake, and the description of its objects.

Put here what every lake provides.  Do not put here implementations (local.py, s3.py).
"""

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
    """POSIX-style path relative to the lake: log_data/2018/11/2018-11-01-events.json"""
    size: int
    """bytes as stored"""
    modified: datetime
    """UTC"""
    etag: str
    """changes whenever the content changes"""


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Bytes of an object as stored: from ``start`` up to ``end``, exclusive."""

    entry: ObjectInfo
    start: int
    end: int

    @classmethod
    def whole(cls, entry: ObjectInfo) -> "ByteRange":
        return cls(entry, 0, entry.size)

    @property
    def is_whole(self) -> bool:
        return self.size == self.entry.size

    @property
    def size(self) -> int:
        return self.end - self.start


class Lake(Protocol):
    """Objects with keys.  Methods raise only LakeError, whose text names the object."""

    def list(self, folder: str) -> list[ObjectInfo]:
        """All objects below folder/ at any depth, hidden ones included, sorted by key; empty if the folder does not exist."""
        ...

    def folders(self) -> Sequence[str]:
        """Sorted names of the top-level folders; empty if the lake does not exist."""
        ...

    def read(self, entries: Iterable[ObjectInfo]) -> Iterator[bytes]:
        """Yield contents as stored (compressed files stay compressed), in the order given.

        Raises LakeError if an object is missing or not the listed version: a load works on exactly the files of one listing.
        """
        ...

    def read_ranges(self, ranges: Iterable[ByteRange]) -> Iterator[bytes | LakeError]:
        """Like read(), of parts of objects; yields the error of a part that cannot be read and continues with the next."""
        ...

    def as_local_file(self, entry: ObjectInfo, folder: Path) -> Path | None:
        """Path of a file with the listed version's content: the lake's own, or a copy in ``folder`` (created if missing); None if there is
        none.  The content is never held in memory.

        Call verify_unchanged() after reading, since the file may be the lake's own.
        """
        ...

    def verify_unchanged(self, entry: ObjectInfo) -> None:
        """Raise LakeError if the object is no longer the listed version."""
        ...

    def ping(self) -> str:
        """Check that a remote lake responds, and return where; "" for a directory, whose listing shows enough."""
        ...

    def uri(self, key: str) -> str:
        """Location of the object, for messages."""
        ...
