"""Lake files as files of JSON lines that DuckDB can scan: large plain ones where they lie, small and packed ones joined.

Measured (100,000 one-record files, 2 cores): DuckDB reading them one by one takes 29 to 42 s and 8 GB; joined into a few files
first, 1 s.
"""

import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from sparkify_assets.errors import LakeError, WarehouseError
from sparkify_assets.lake import Entry, Lake, unpack
from sparkify_assets.limits import why
from sparkify_assets.warehouse.doubts import BLOCK_BYTES, look_through
from sparkify_assets.warehouse.engine import IN_PLACE_BYTES, ReadFile, Refused

PART_BYTES = 64 << 20

GLOB = re.compile(r"[*?\[]")


@dataclass(frozen=True)
class Part:
    """A file that DuckDB can scan, and how its bytes are looked through for what DuckDB would let pass."""

    path: Path
    partition: str
    look: Callable[[Event], Sequence[ReadFile]]
    """the lake's files in it with the records each should give; ends early when the event is set.  Raises Refused, LakeError"""
    in_place: Entry | None = None
    """the lake's own file"""


def parts(partition: str, entries: Sequence[Entry], lake: Lake, folder: Path) -> Iterator[Part]:
    """A partition's files; those that are joined go into the folder, and are looked through at once: they are in memory."""
    small: list[Entry] = []
    for entry in entries:
        path = lake.local(entry, folder) if entry.size >= IN_PLACE_BYTES and not entry.key.endswith(".gz") else None
        if path is None or GLOB.search(str(path)):  # DuckDB would take it for a pattern, and read whatever fits
            small.append(entry)
        else:
            yield Part(path, partition, _looking(path, partition, entry, lake), entry)
    yield from _joined(partition, small, lake.read(small), folder)


def as_read(path: Path, partition: str, files: Sequence[ReadFile]) -> Part:
    """A part whose records are known."""
    return Part(path, partition, lambda _: files)


def write(path: Path, content: bytes) -> Path:
    try:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    except OSError as e:
        raise WarehouseError(f"{path} cannot be written: {why(e, path)}; TMPDIR names another place") from e
    return path


def refuse_doubtful(doubtful: bool) -> None:
    if doubtful:
        raise Refused("a record that must be judged one by one")


def _looking(path: Path, partition: str, entry: Entry, lake: Lake) -> Callable[[Event], Sequence[ReadFile]]:
    def look(stop: Event) -> Sequence[ReadFile]:
        records = 0
        try:
            with path.open("rb") as file:
                while not stop.is_set() and (lines := file.readlines(BLOCK_BYTES)):
                    here, doubtful = look_through(lines)
                    refuse_doubtful(doubtful)
                    records += here
        except OSError as e:
            raise _unreadable(entry, lake, e) from e
        return [ReadFile(partition, entry, records)]

    return look


def _unreadable(entry: Entry, lake: Lake, error: OSError) -> LakeError:
    try:
        lake.confirm(entry)
    except LakeError as e:
        return e
    return LakeError(f"{lake.uri(entry.key)}: cannot be read: {why(error)}; mend that, then run the load again")


def _joined(partition: str, entries: Sequence[Entry], contents: Iterable[bytes], folder: Path) -> Iterator[Part]:
    """Files written one after another, each ending its line, into parts of about PART_BYTES."""
    files: list[ReadFile] = []
    lines: list[bytes] = []
    size, number = 0, 0
    for entry, stored in zip(entries, contents, strict=True):
        here = _lines(unpack(entry.key, stored))
        files.append(ReadFile(partition, entry, sum(1 for line in here if not line.isspace())))
        lines += here
        size += sum(map(len, here))
        if size >= PART_BYTES:
            yield _joined_part(folder / f"{number}.json", partition, lines, files)
            files, lines, size, number = [], [], 0, number + 1
    if files:
        yield _joined_part(folder / f"{number}.json", partition, lines, files)


def _joined_part(path: Path, partition: str, lines: Sequence[bytes], files: Sequence[ReadFile]) -> Part:
    refuse_doubtful(look_through(lines)[1])
    return as_read(write(path, b"".join(lines)), partition, files)


def _lines(data: bytes) -> list[bytes]:
    """Each with its newline, the last one too."""
    if not data.endswith(b"\n"):
        data += b"\n"
    return io.BytesIO(data).readlines() if data.count(b"\n") > 1 else [data]
