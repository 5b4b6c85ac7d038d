"""For the tests beside it: an open DuckDB warehouse, the lake it loads from, and everything that it holds."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from sparkify_assets.errors import SparkifyError
from sparkify_assets.lake import LocalLake, ObjectInfo, list_partitions
from sparkify_assets.model import Table, load_catalog
from sparkify_assets.warehouse import PartitionLoadFailure, PartitionLoadResult, Session
from sparkify_assets_tests.support import RUN, LakeDirectory, event, in_order, rows, song

CATALOG = load_catalog()
EVENTS, SONGS = CATALOG["staging_events"], CATALOG["staging_songs"]
DAY, PREFIX = "2018-11-01", "A"
SOUND = {EVENTS.name: event(), SONGS.name: song()}
Row = tuple[Any, ...]


class Opened:
    """A session, and a lake of one's own to load from."""

    def __init__(self, session: Session, root: Path) -> None:
        self.session = session
        self.lake = LakeDirectory(root)

    def deliver(self, table: Table, content: bytes, name: str = "EVENTS", kind: str = "json", partition: str | None = None) -> str:
        """A file of a partition (the one most tests use, if none is named); in place of the one of that name.  Returns its key."""
        return self.lake.raw(key_of(table, partition or partition_of(table), name, kind), content)

    def deliveries(self, table: Table) -> Mapping[str, Sequence[ObjectInfo]]:
        """Every partition that the lake holds, as it lists them now."""
        assert table.source is not None
        return list_partitions(LocalLake(self.lake.root), table.source).partitions

    def load(
        self, table: Table, tolerated: int = 0, deliveries: Mapping[str, Sequence[ObjectInfo]] | None = None
    ) -> list[PartitionLoadResult | PartitionLoadFailure]:
        chosen = self.deliveries(table) if deliveries is None else deliveries
        return list(self.session.loader.load(table, chosen, LocalLake(self.lake.root), RUN, tolerated))

    def load_one(self, table: Table, tolerated: int = 0) -> PartitionLoadResult:
        """The lake's only partition, which loads."""
        (answer,) = self.load(table, tolerated)
        assert isinstance(answer, PartitionLoadResult), answer
        return answer

    def refusal(self, table: Table, tolerated: int = 0, deliveries: Mapping[str, Sequence[ObjectInfo]] | None = None) -> SparkifyError:
        """Why the lake's only partition does not load.  Nothing may have changed."""
        before = self.everything()
        (answer,) = self.load(table, tolerated, deliveries)
        assert isinstance(answer, PartitionLoadFailure), answer
        assert self.everything() == before
        return answer.error

    def everything(self) -> dict[str, list[Row]]:
        """All rows of all tables, load metadata included."""
        return {t.name: rows(self.session, t) for t in CATALOG}

    def rows(self, table: Table) -> list[Row]:
        return rows(self.session, table)

    def query(self, sql: str) -> list[Row]:
        return self.session.sql.execute(sql)

    def rejected(self) -> list[Row]:
        """File, line, column, reason and text of every rejected record."""
        return self.query("SELECT file_key, line, column_name, reason, raw_text FROM rejected_records ORDER BY ALL")

    def counted(self) -> dict[str, tuple[int, int]]:
        """File → its records and, among them, the rejected ones, as load_history has them."""
        return {key: (records, rejected) for key, records, rejected in self.query("SELECT file_key, records, rejected FROM load_history")}


def partition_of(table: Table) -> str:
    return DAY if table is EVENTS else PREFIX


def key_of(table: Table, partition: str, name: str, kind: str = "json") -> str:
    if table is SONGS:
        return f"song_data/{partition}/A/A/TR{name}.{kind}"
    return f"log_data/{partition[:4]}/{partition[5:7]}/{partition}-{name}.{kind}"


# a record's row, worked out without the warehouse


def expected_rows(table: Table, records: Sequence[bytes], partition: str | None = None) -> list[Row]:
    return in_order([expected_row(table, record, partition or partition_of(table)) for record in records])


def expected_row(table: Table, record: bytes, partition: str) -> Row:
    """What staging should hold of a sound record."""
    assert table.source is not None
    found = texts_of(record)
    values: list[object] = []
    for column in table.columns:
        if column.name == table.source.partition:
            values.append(date.fromisoformat(partition) if column.type.is_type("DATE") else partition)
            continue
        text = found.get(table.source.keys[column.name], "null")
        value = None if text == "null" else json.loads(text) if text.startswith('"') else text
        if column.max_bytes:
            values.append(value)  # what is no string there is its JSON text
        else:
            number = None if value in (None, "") else Decimal(value)  # int() refuses 5,000 digits, leading zeros or not
            values.append(number if number is None else float(number) if column.type.is_type("DOUBLE") else int(number))
    return tuple(values)


TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"|[ \t\r\n]+|-?\b(?:nan|inf(?:inity)?)\b', re.DOTALL | re.IGNORECASE)
MEMBER = json.JSONDecoder(parse_int=Decimal, parse_float=Decimal)


def texts_of(record: bytes) -> dict[str, str]:
    """Key → its value's JSON text, numbers as written, no white space; of a key that is there twice, the last.

    This uses nothing of sparkify_assets, whose own reading of JSON these tests judge.
    """
    text = TOKEN.sub(_compact, record.decode())
    found: dict[str, str] = {}
    at = 1
    while text[at] != "}":
        key, end = MEMBER.raw_decode(text, at)
        _, stop = MEMBER.raw_decode(text, end + 1)
        found[key] = text[end + 1 : stop]
        at = stop + (text[stop] == ",")
    return found


def _compact(token: re.Match[str]) -> str:
    """A string with as few escapes as it needs, nothing for white space, null for NaN and the like (which only unknown keys may hold)."""
    if token[0].startswith('"'):
        return json.dumps(json.loads(token[0]), ensure_ascii=False)
    return "" if token[0].isspace() else "null"
