"""Many small files → few gzip parts of JSON lines, since COPY reads some 50–80 tiny objects a second (REDSHIFT.md §2).

Each line is {"p": the partition, "r": the record as delivered}, so that one COPY loads any number of partitions.  What is in memory is
a part or three, whatever the lake holds.
"""

import gzip
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from sparkify_assets.lake import Entry, Lake, unpack
from sparkify_assets.model import Table
from sparkify_assets.warehouse.engine import ReadFile, Refused
from sparkify_assets.warehouse.redshift.area import Area
from sparkify_assets.warehouse.redshift.copying import KEY_OF_PARTITION, KEY_OF_RECORD
from sparkify_assets.warehouse.redshift.doubts import look, one_object_each

PART_BYTES = 16 << 20
"""of lines in a part: some 2 MB packed, so that 100,000 songs are enough parts for every slice of a small cluster"""
UNDER_WAY = 2
"""parts being packed and written while the next one is read"""
GZIP_LEVEL = 1


@dataclass(frozen=True)
class Part:
    """A part where COPY can read it, and the files whose records it holds, in order."""

    url: str
    size: int
    files: Sequence[ReadFile]


def compacted(area: Area, table: Table, wanted: Sequence[tuple[str, Entry]], lake: Lake) -> Iterator[Part]:
    """Parts of the files (each with its partition).  Raises Refused for records that had better be judged, LakeError."""
    under_way: list[Future[Part]] = []
    with ThreadPoolExecutor(UNDER_WAY) as pool:
        for files, lines in _filled(wanted, lake):
            if len(under_way) > UNDER_WAY:
                yield under_way.pop(0).result()
            under_way.append(pool.submit(_write, area, table, files, lines))
        for part in under_way:
            yield part.result()


def before(partition: str) -> bytes:
    """What a line begins with; the record and a } follow."""
    return f'{{"{KEY_OF_PARTITION}":{json.dumps(partition)},"{KEY_OF_RECORD}":'.encode()


def packed(lines: Iterable[bytes]) -> bytes:
    return gzip.compress(b"\n".join(lines), GZIP_LEVEL, mtime=0)


def _filled(wanted: Sequence[tuple[str, Entry]], lake: Lake) -> Iterator[tuple[list[ReadFile], list[tuple[bytes, list[bytes]]]]]:
    """As many files as make a part, and their lines, each group behind what they begin with."""
    files: list[ReadFile] = []
    groups: list[tuple[bytes, list[bytes]]] = []
    size = 0
    for (partition, entry), stored in zip(wanted, lake.read(entry for _, entry in wanted), strict=True):
        lines = [line for line in io.BytesIO(unpack(entry.key, stored)) if not line.isspace()]
        files.append(ReadFile(partition, entry, len(lines)))
        start = before(partition)
        if groups and groups[-1][0] == start:
            groups[-1][1].extend(lines)
        else:
            groups.append((start, lines))
        size += sum(map(len, lines))
        if size >= PART_BYTES:
            yield files, groups
            files, groups, size = [], [], 0
    if files:
        yield files, groups


def _write(area: Area, table: Table, files: Sequence[ReadFile], groups: Sequence[tuple[bytes, list[bytes]]]) -> Part:
    for _, lines in groups:
        ended = [line if line.endswith(b"\n") else line + b"\n" for line in lines]
        if lines and (look(ended, table)[1] or not one_object_each(lines)):
            raise Refused("a record that must be judged one by one")
    url, size = area.write("part.json.gz", [packed(start + line.strip() + b"}" for start, lines in groups for line in lines)])
    return Part(url, size, files)
