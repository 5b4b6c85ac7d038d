"""Compacts small files into few gzip parts of JSON lines: COPY reads some 50–80 tiny objects a second (docs/design/redshift-facts.md).

Each line is {"p": the partition, "r": the record as delivered}, so one COPY loads any number of partitions.  At most about three parts are
in memory, whatever the size of the lake.
"""

import gzip
import io
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from sparkify_assets.ingest import decompress
from sparkify_assets.lake import Lake, ObjectInfo
from sparkify_assets.warehouse.bulk_loader import FastPathRejected, FileLoad
from sparkify_assets.warehouse.redshift.copy_prescan import CopyPrescan
from sparkify_assets.warehouse.redshift.copy_statement import KEY_OF_PARTITION, KEY_OF_RECORD
from sparkify_assets.warehouse.redshift.staging_area import StagingArea

PART_BYTES = 16 << 20
"""bytes of lines in a part: some 2 MB compressed, so that 100,000 songs make enough parts for every slice of a small cluster"""
PARTS_IN_FLIGHT = 2
"""parts that are compressed and uploaded while the next one is read"""
GZIP_LEVEL = 1


@dataclass(frozen=True)
class CompactedPart:
    """An uploaded part, and the files whose records it holds, in order."""

    url: str
    size: int
    files: Sequence[FileLoad]


def compact(area: StagingArea, prescan: CopyPrescan, wanted: Sequence[tuple[str, ObjectInfo]], lake: Lake) -> Iterator[CompactedPart]:
    """Compact the files (each with its partition).  Raises FastPathRejected for records that must be validated, LakeError."""
    under_way: list[Future[CompactedPart]] = []
    with ThreadPoolExecutor(PARTS_IN_FLIGHT) as pool:
        for files, lines in _parts(wanted, lake):
            if len(under_way) > PARTS_IN_FLIGHT:
                yield under_way.pop(0).result()
            under_way.append(pool.submit(_write, area, prescan, files, lines))
        for part in under_way:
            yield part.result()


def line_prefix(partition: str) -> bytes:
    """The beginning of a line; the record and a } follow."""
    return f'{{"{KEY_OF_PARTITION}":{json.dumps(partition)},"{KEY_OF_RECORD}":'.encode()


def gzip_lines(lines: Iterable[bytes]) -> bytes:
    return gzip.compress(b"\n".join(lines), GZIP_LEVEL, mtime=0)


def _parts(wanted: Sequence[tuple[str, ObjectInfo]], lake: Lake) -> Iterator[tuple[list[FileLoad], list[tuple[bytes, list[bytes]]]]]:
    """The files of each part, and their lines, grouped by line prefix."""
    files: list[FileLoad] = []
    groups: list[tuple[bytes, list[bytes]]] = []
    size = 0
    for (partition, entry), stored in zip(wanted, lake.read(entry for _, entry in wanted), strict=True):
        lines = [line for line in io.BytesIO(decompress(entry.key, stored)) if not line.isspace()]
        files.append(FileLoad(partition, entry, len(lines)))
        start = line_prefix(partition)
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


def _write(
    area: StagingArea, prescan: CopyPrescan, files: Sequence[FileLoad], groups: Sequence[tuple[bytes, list[bytes]]]
) -> CompactedPart:
    with tempfile.NamedTemporaryFile(prefix="sparkify-", suffix=".json") as joined:
        joined.writelines(line.rstrip(b"\r\n") + b"\n" for _, lines in groups for line in lines)
        joined.flush()
        objects = prescan.count(Path(joined.name))
    if objects != (records := sum(file.records for file in files)):
        raise FastPathRejected(f"{records} lines, {objects} of them objects")
    url, size = area.write("part.json.gz", [gzip_lines(start + line.strip() + b"}" for start, lines in groups for line in lines)])
    return CompactedPart(url, size, files)
