"""A directory as a lake, with the same keys as a bucket.

Paths are bytes, not Path objects: a lake holds 100,000 files, a file name need not be text, and creating a Path costs more than the
call that it is for.  Put here all access to the lake's file system.  Do not put here other stores (s3.py).
"""

import errno
import heapq
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from sparkify_assets.errors import LakeError, LakeUnavailableError
from sparkify_assets.lake.base import ByteRange, ObjectInfo
from sparkify_assets.limits import reason_of

# O_NONBLOCK: if a pipe has replaced a file, opening it must not wait for a writer.  Regular files are not affected.
OPEN_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK
LIST_AGAIN = "list the lake again (run the load again)"
TRANSIENT_ERRNOS = (errno.ETIMEDOUT, errno.ESTALE, errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.ENETDOWN, errno.ENETUNREACH, errno.ECONNRESET)
"""errors of a network disk that is temporarily unavailable"""


class LocalLake:
    """The regular files below a directory.  Symbolic links are followed; each directory is listed once.

    A name that is not UTF-8 is listed with its bytes as \\xNN, so that messages can show it; such a file cannot be read.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._prefix = os.fsencode(root) + b"/"

    def list(self, folder: str) -> list[ObjectInfo]:
        root = _status(os.fsencode(self.root))
        if root is None or not stat.S_ISDIR(root.st_mode):
            found = "does not exist" if root is None else "is not a directory"
            raise LakeError(
                f"the lake {self.root} {found}; let SPARKIFY_LAKE name the directory that holds the files, or make one to try with: "
                "`sparkify sample`"
            )
        entries: list[ObjectInfo] = []
        seen: set[tuple[int, int]] = set()
        # Links are followed after all real directories: a link to a directory inside the lake (its own parent, say) then leads to
        # files that already have keys, whatever order the file system lists names in.
        directories, links = [folder.strip("/").encode()], []
        while directories or links:
            place = directories.pop() if directories else heapq.heappop(links)
            if (there := _status(self._prefix + place)) is None or (there.st_dev, there.st_ino) in seen:
                continue
            seen.add((there.st_dev, there.st_ino))
            inside = place + b"/" if place else b""
            for path, name, is_directory in _items(self._prefix + place):
                if is_directory:
                    directories.append(inside + name)
                elif (status := _status(path)) is None:
                    continue
                elif stat.S_ISREG(status.st_mode):
                    entries.append(_entry((inside + name).decode("utf-8", "backslashreplace"), status))
                elif stat.S_ISDIR(status.st_mode):
                    heapq.heappush(links, inside + name)
        entries.sort(key=lambda e: e.key)
        return entries

    def folders(self) -> Sequence[str]:
        try:
            names = [name for _, name, _ in _items(os.fsencode(self.root))]
        except LakeError:
            return []  # list() raises the error
        return sorted(os.fsdecode(n) for n in names if (there := _status(self._prefix + n)) and stat.S_ISDIR(there.st_mode))

    def read(self, entries: Iterable[ObjectInfo]) -> Iterator[bytes]:
        for entry in entries:
            yield self._read(ByteRange.whole(entry))

    def read_ranges(self, ranges: Iterable[ByteRange]) -> Iterator[bytes | LakeError]:
        for part in ranges:
            try:
                yield self._read(part)
            except LakeError as e:
                yield e

    def _read(self, part: ByteRange) -> bytes:
        entry = part.entry
        try:
            file = os.open(self._prefix + entry.key.encode(), OPEN_FLAGS)
        except OSError as e:
            raise _read_error(self.uri(entry.key), e) from e
        try:
            self._compare(entry, os.fstat(file))
            content = _content(file, entry.size) if part.is_whole else os.pread(file, part.size, part.start)
            self._compare(entry, os.fstat(file))
        except OSError as e:
            raise _read_error(self.uri(entry.key), e) from e
        finally:
            os.close(file)
        return content

    def as_local_file(self, entry: ObjectInfo, folder: Path) -> Path | None:
        self.verify_unchanged(entry)  # before the file is opened, so that a deleted file is reported as deleted
        return self.root / entry.key

    def verify_unchanged(self, entry: ObjectInfo) -> None:
        try:
            status = (self.root / entry.key).stat()
        except OSError as e:
            raise _read_error(self.uri(entry.key), e) from e
        self._compare(entry, status)

    def ping(self) -> str:
        return ""

    def uri(self, key: str) -> str:
        return str(self.root / key)

    def _compare(self, entry: ObjectInfo, status: os.stat_result) -> None:
        if not stat.S_ISREG(status.st_mode):
            raise LakeError(f"{self.uri(entry.key)}: listed as a file, found something else in its place; {LIST_AGAIN}")
        if _etag(status) != entry.etag:
            listed, found = (f"{e.size} bytes of {e.modified.isoformat()}" for e in (entry, _entry(entry.key, status)))
            raise LakeError(f"{self.uri(entry.key)}: changed since it was listed: listed {listed}, found {found}; {LIST_AGAIN}")


def _items(directory: bytes) -> list[tuple[bytes, bytes, bool]]:
    """Path and name of each entry of a directory, and whether it is a directory (a link to a directory is not)."""
    try:
        with os.scandir(directory) as items:
            return [(item.path, item.name, item.is_dir(follow_symlinks=False)) for item in items]
    except FileNotFoundError:
        return []  # deleted since its parent was listed: it has no entries
    except OSError as e:
        raise _read_error(os.fsdecode(directory), e) from e


def _status(path: bytes) -> os.stat_result | None:
    """Status of the path's target; None if the path was deleted since its directory was listed, or is a dangling or circular link."""
    try:
        return os.stat(path)  # noqa: PTH116 - see the module docstring
    except OSError as e:
        if e.errno in (errno.ENOENT, errno.ELOOP):
            return None
        raise _read_error(os.fsdecode(path), e) from e


def _entry(key: str, status: os.stat_result) -> ObjectInfo:
    try:
        modified = datetime.fromtimestamp(status.st_mtime, UTC)
    except (ValueError, OverflowError) as e:
        raise LakeError(f"{key}: found a time of change that no calendar holds ({status.st_mtime:.0f} s after 1970); touch the file") from e
    return ObjectInfo(key, status.st_size, modified, _etag(status))


def _etag(status: os.stat_result) -> str:
    return f"{status.st_size:x}-{status.st_mtime_ns:x}"


def _content(file: int, size: int) -> bytes:
    """Content of a file listed with ``size`` bytes.  Requesting one byte more detects growth, and shows in one call where others end."""
    content = os.read(file, size + 1)
    while 0 < len(content) < size and (more := os.read(file, size + 1 - len(content))):
        content += more
    return content


def _read_error(name: str, error: OSError) -> LakeError:
    name = os.fsencode(name).decode("utf-8", "backslashreplace")
    match error:
        case FileNotFoundError() if "\\" in name:
            return LakeError(f"{name}: cannot be read: its name is not UTF-8 (shown with \\xNN), or it is gone; rename it and {LIST_AGAIN}")
        case FileNotFoundError():
            return LakeError(f"{name}: was listed, but is gone; {LIST_AGAIN}")
        case PermissionError():
            return LakeError(f"{name}: cannot be read: user {os.geteuid()} has no permission; allow it, then {LIST_AGAIN}")
        case OSError(errno=e) if e in TRANSIENT_ERRNOS:
            return LakeUnavailableError(f"{name}: cannot be read now: {os.strerror(e or 0)}; {LIST_AGAIN} when the disk or network answers")
        case NotADirectoryError():
            return LakeError(f"{name}: expected a directory, found a file")
        case _:
            return LakeError(f"{name}: cannot be read: {reason_of(error)}; fix that, then {LIST_AGAIN}")
