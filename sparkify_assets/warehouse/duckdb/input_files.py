"""Input files of DuckDB's scan (JSON lines): large uncompressed files of the lake in place, small and compressed ones joined.

Measured (100,000 one-record files, 2 cores): DuckDB takes 29 to 42 s and 8 GB to read them one by one, and 1 s if they are first joined
into a few files.

Put here which files are scanned.  Do not put here the SQL of the scan (json_scan.py).
"""

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sparkify_assets.errors import LakeError, WarehouseError
from sparkify_assets.ingest import decompress
from sparkify_assets.lake import Lake, ObjectInfo
from sparkify_assets.limits import reason_of
from sparkify_assets.warehouse.bulk_loader import LARGE_FILE_BYTES, FileLoad

JOINED_FILE_BYTES = 64 << 20

GLOB = re.compile(r"[*?\[]")


@dataclass(frozen=True)
class InputFile:
    """A file that DuckDB can scan: a large one of the lake where it lies, or one that holds the records of several."""

    path: Path
    partition: str
    in_place: ObjectInfo | None = None
    """the lake's file, if it is scanned where it is: the prescan counts its records"""
    files: Sequence[FileLoad] = ()
    """the lake's files in it, if it is another"""

    def loads(self, records: Mapping[Path, int]) -> Sequence[FileLoad]:
        """The lake's files in it; ``records``: of the files in place."""
        return [FileLoad(self.partition, self.in_place, records.get(self.path, 0))] if self.in_place else self.files


def input_files(partition: str, entries: Sequence[ObjectInfo], lake: Lake, folder: Path) -> Iterator[InputFile]:
    """A partition's input files.  Joined files are written to the folder."""
    small: list[ObjectInfo] = []
    for entry in entries:
        path = lake.as_local_file(entry, folder) if entry.size >= LARGE_FILE_BYTES and not entry.key.endswith(".gz") else None
        if path is None or GLOB.search(str(path)):  # DuckDB would read it as a glob pattern
            small.append(entry)
        else:
            yield InputFile(path, partition, entry)
    yield from _joined_files(partition, small, lake.read(small), folder)


def verify_readable(file: InputFile, lake: Lake) -> None:
    """Raises LakeError for a file in place that has changed, or that this process may not read."""
    if file.in_place is None:
        return
    lake.verify_unchanged(file.in_place)
    try:
        with file.path.open("rb") as opened:
            opened.read(1)
    except OSError as e:
        raise LakeError(f"{lake.uri(file.in_place.key)}: cannot be read: {reason_of(e)}; fix that, then run the load again") from e


def write(path: Path, content: bytes) -> Path:
    try:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    except OSError as e:
        raise WarehouseError(f"{path} cannot be written: {reason_of(e, path)}; TMPDIR names another place") from e
    return path


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
    return InputFile(write(path, b"".join(lines)), partition, files=files)


def _lines(data: bytes) -> list[bytes]:
    """The lines, each with its newline; one is added to the last line if it has none.  The prescan fails where line ends differ."""
    if not data.endswith(b"\n"):
        data += b"\n"
    if b"\r\n" in data:
        data = data.replace(b"\r\n", b"\n")
    return io.BytesIO(data).readlines() if data.count(b"\n") > 1 else [data]
