"""The way that explains: every record judged here, the sound ones spelt so that COPY can read them in one way only.

Each value goes as text (a JSON string) or null, numbers in their shortest spelling, one record a line.  What COPY refuses all the same
it names by part and line; which file and record that was is found by judging the file once more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from sparkify_assets.lake import Entry, Lake, sift, unpack
from sparkify_assets.lake.records import sound
from sparkify_assets.lake.values import DECODER, Members, constants_as_python_has_them, json_text
from sparkify_assets.model import Column, Table
from sparkify_assets.warehouse.engine import ReadFile
from sparkify_assets.warehouse.redshift.compaction import PART_BYTES, before, packed


@dataclass(frozen=True)
class SiftedPart:
    """A part on this machine, and the files whose sound records it holds, in order."""

    path: Path
    files: Sequence[ReadFile]

    def place(self, line: int) -> tuple[ReadFile, int]:
        """The file that a line of the part (from 1) came from, and the how-manieth of its sound records it is (from 0)."""
        left = line - 1
        for file in self.files:
            sound = file.records - len(file.rejects)
            if left < sound:
                return file, left
            left -= sound
        raise ValueError(f"line {line} lies beyond the end of {self.path.name}")


def sifted(table: Table, partition: str, entries: Sequence[Entry], lake: Lake, folder: Path) -> Iterator[SiftedPart]:
    """The sound records of a partition's files, in parts; the others are in their files' rejects."""
    files: list[ReadFile] = []
    lines: list[bytes] = []
    size, number = 0, 0
    start = before(partition)
    for entry, stored in zip(entries, lake.read(entries), strict=True):
        found = sift(unpack(entry.key, stored), table)
        files.append(ReadFile.judged(partition, entry, found))
        spelt = [start + spelt_out(record, table) + b"}" for record in found.good]
        lines += spelt
        size += sum(map(len, spelt))
        if size >= PART_BYTES:
            yield _kept(folder / f"{number}.json.gz", lines, files)
            files, lines, size, number = [], [], 0, number + 1
    if files:
        yield _kept(folder / f"{number}.json.gz", lines, files)


def spelt_out(record: bytes, table: Table) -> bytes:
    """A sound record with the declared keys only."""
    members = DECODER.decode(constants_as_python_has_them(record.decode()))
    assert isinstance(members, Members)
    assert table.source is not None
    values = dict(members)
    return json_text(Members((key, _told(values.get(key), table.column(name))) for name, key in table.source.keys.items())).encode()


def original(lake: Lake, entry: Entry, table: Table, number: int) -> tuple[int, str]:
    """Line (from 1) and text of a file's sound record, by its number (from 0)."""
    (stored,) = lake.read([entry])
    piece = next(islice(sound(unpack(entry.key, stored), table), number, None))
    return piece.line, piece.data.decode("utf-8", "backslashreplace")


def _told(value: object, column: Column) -> str | None:
    if value is None or (value == "" and not column.max_bytes):
        return None
    if column.max_bytes:
        return value if type(value) is str else json_text(value)
    return repr(float(str(value))) if column.type.is_type("DOUBLE") else str(_whole(str(value)))


def _whole(digits: str) -> int:
    """int() refuses more than 4,300 digits, which may be zeros before a number that fits."""
    sign, digits = ("-", digits[1:]) if digits.startswith("-") else ("", digits)
    return int(sign + (digits.lstrip("0") or "0"))


def _kept(path: Path, lines: Sequence[bytes], files: Sequence[ReadFile]) -> SiftedPart:
    path.write_bytes(packed(lines))
    return SiftedPart(path, files)
