"""Slow path: validates every record, and writes the valid ones so that COPY can read them in only one way.

Each value is written as a JSON string or null, numbers in their shortest form, one record a line.  If COPY still rejects a record, its
error tables name part and line; validating the file again finds the record's line and text.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from sparkify_assets.ingest import decompress, validate_records
from sparkify_assets.ingest.json_values import DECODER, JsonObject, json_text, normalize_constants
from sparkify_assets.ingest.validation import valid_records
from sparkify_assets.lake import Lake, ObjectInfo
from sparkify_assets.model import Column, Table
from sparkify_assets.warehouse.bulk_loader import FileLoad
from sparkify_assets.warehouse.redshift.compaction import PART_BYTES, gzip_lines, line_prefix


@dataclass(frozen=True)
class ValidatedPart:
    """A local part, and the files whose valid records it holds, in order."""

    path: Path
    files: Sequence[FileLoad]

    def locate(self, line: int) -> tuple[FileLoad, int]:
        """Map a line of the part (1-based) to its source file and the index of the valid record in that file (0-based)."""
        left = line - 1
        for file in self.files:
            valid_count = file.records - len(file.rejects)
            if left < valid_count:
                return file, left
            left -= valid_count
        raise ValueError(f"line {line} lies beyond the end of {self.path.name}")


def validated_parts(table: Table, partition: str, entries: Sequence[ObjectInfo], lake: Lake, folder: Path) -> Iterator[ValidatedPart]:
    """Write the valid records of a partition's files to parts; the others are in the ``rejects`` of their files."""
    files: list[FileLoad] = []
    lines: list[bytes] = []
    size, number = 0, 0
    start = line_prefix(partition)
    for entry, stored in zip(entries, lake.read(entries), strict=True):
        found = validate_records(decompress(entry.key, stored), table)
        files.append(FileLoad.from_validation(partition, entry, found))
        lines_of_file = [start + normalized_record(record, table) + b"}" for record in found.valid]
        lines += lines_of_file
        size += sum(map(len, lines_of_file))
        if size >= PART_BYTES:
            yield _written_part(folder / f"{number}.json.gz", lines, files)
            files, lines, size, number = [], [], 0, number + 1
    if files:
        yield _written_part(folder / f"{number}.json.gz", lines, files)


def normalized_record(record: bytes, table: Table) -> bytes:
    """A valid record with only the declared keys."""
    members = DECODER.decode(normalize_constants(record.decode()))
    assert isinstance(members, JsonObject)
    assert table.source is not None
    values = dict(members)
    return json_text(
        JsonObject((key, _text_value(values.get(key), table.column(name))) for name, key in table.source.keys.items())
    ).encode()


def source_record(lake: Lake, entry: ObjectInfo, table: Table, number: int) -> tuple[int, str]:
    """Line (1-based) and text of a file's valid record, by its index (0-based)."""
    (stored,) = lake.read([entry])
    piece = next(islice(valid_records(decompress(entry.key, stored), table), number, None))
    return piece.line, piece.data.decode("utf-8", "backslashreplace")


def _text_value(value: object, column: Column) -> str | None:
    if value is None or (value == "" and not column.max_bytes):
        return None
    if column.max_bytes:
        return value if type(value) is str else json_text(value)
    return repr(float(str(value))) if column.type.is_type("DOUBLE") else str(_whole(str(value)))


def _whole(digits: str) -> int:
    """Convert without leading zeros: int() fails for more than 4,300 digits, even if the number is small."""
    sign, digits = ("-", digits[1:]) if digits.startswith("-") else ("", digits)
    return int(sign + (digits.lstrip("0") or "0"))


def _written_part(path: Path, lines: Sequence[bytes], files: Sequence[FileLoad]) -> ValidatedPart:
    path.write_bytes(gzip_lines(lines))
    return ValidatedPart(path, files)
