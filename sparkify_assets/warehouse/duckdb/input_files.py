"""Input files of DuckDB's scan (JSON lines): large uncompressed files of the lake in place, small and compressed ones joined.

Measured (100,000 one-record files, 2 cores): DuckDB takes 29 to 42 s and 8 GB to read them one by one, and 1 s if they are first joined
into a few files.

Put here which files are scanned.  Do not put here the SQL of the scan (json_scan.py).
"""

import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from sparkify_assets.errors import LakeError, WarehouseError
from sparkify_assets.ingest import decompress
from sparkify_assets.lake import Lake, ObjectInfo
from sparkify_assets.limits import reason_of
from sparkify_assets.warehouse.bulk_loader import LARGE_FILE_BYTES, FastPathRejected, FileLoad
from sparkify_assets.warehouse.json_prescan import BLOCK_BYTES, prescan

JOINED_FILE_BYTES = 64 << 20

GLOB = re.compile(r"[*?\[]")


@dataclass(frozen=True)
class InputFile:
    """A file that DuckDB can scan, and the prescan of its bytes for what DuckDB accepts and our validation rejects."""

    path: Path
    partition: str
    prescan: Callable[[Event], Sequence[FileLoad]]
    """returns the lake's files in it with their record counts; stops early when the event is set; raises FastPathRejected, LakeError"""
    in_place: ObjectInfo | None = None
    """the lake's file, if it is scanned where it is"""


def input_files(partition: str, entries: Sequence[ObjectInfo], lake: Lake, folder: Path) -> Iterator[InputFile]:
    """A partition's input files.  Joined files are written to the folder, and prescanned while they are in memory."""
    small: list[ObjectInfo] = []
    for entry in entries:
        path = lake.as_local_file(entry, folder) if entry.size >= LARGE_FILE_BYTES and not entry.key.endswith(".gz") else None
        if path is None or GLOB.search(str(path)):  # DuckDB would read it as a glob pattern
            small.append(entry)
        else:
            yield InputFile(path, partition, _prescanning(path, partition, entry, lake), entry)
    yield from _joined_files(partition, small, lake.read(small), folder)


def counted_file(path: Path, partition: str, files: Sequence[FileLoad]) -> InputFile:
    """An input file whose records are already counted."""
    return InputFile(path, partition, lambda _: files)


def write(path: Path, content: bytes) -> Path:
    try:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    except OSError as e:
        raise WarehouseError(f"{path} cannot be written: {reason_of(e, path)}; TMPDIR names another place") from e
    return path


def require_fast_path(doubtful: bool) -> None:
    if doubtful:
        raise FastPathRejected("a record that must be validated")


def _prescanning(path: Path, partition: str, entry: ObjectInfo, lake: Lake) -> Callable[[Event], Sequence[FileLoad]]:
    def look(stop: Event) -> Sequence[FileLoad]:
        records = 0
        try:
            with path.open("rb") as file:
                while not stop.is_set() and (lines := file.readlines(BLOCK_BYTES)):
                    here, doubtful = prescan(lines)
                    require_fast_path(doubtful)
                    records += here
        except OSError as e:
            raise _unreadable(entry, lake, e) from e
        return [FileLoad(partition, entry, records)]

    return look


def _unreadable(entry: ObjectInfo, lake: Lake, error: OSError) -> LakeError:
    try:
        lake.verify_unchanged(entry)
    except LakeError as e:
        return e
    return LakeError(f"{lake.uri(entry.key)}: cannot be read: {reason_of(error)}; fix that, then run the load again")


def _joined_files(partition: str, entries: Sequence[ObjectInfo], contents: Iterable[bytes], folder: Path) -> Iterator[InputFile]:
    """Concatenate small files, each ended by a newline, into files of about JOINED_FILE_BYTES."""
    files: list[FileLoad] = []
    lines: list[bytes] = []
    size, number = 0, 0
    for entry, stored in zip(entries, contents, strict=True):
        here = _lines(decompress(entry.key, stored))
        files.append(FileLoad(partition, entry, sum(1 for line in here if not line.isspace())))
        lines += here
        size += sum(map(len, here))
        if size >= JOINED_FILE_BYTES:
            yield _joined_file(folder / f"{number}.json", partition, lines, files)
            files, lines, size, number = [], [], 0, number + 1
    if files:
        yield _joined_file(folder / f"{number}.json", partition, lines, files)


def _joined_file(path: Path, partition: str, lines: Sequence[bytes], files: Sequence[FileLoad]) -> InputFile:
    require_fast_path(prescan(lines)[1])
    return counted_file(write(path, b"".join(lines)), partition, files)


def _lines(data: bytes) -> list[bytes]:
    """The lines, each with its newline; one is added to the last line if it has none."""
    if not data.endswith(b"\n"):
        data += b"\n"
    return io.BytesIO(data).readlines() if data.count(b"\n") > 1 else [data]
