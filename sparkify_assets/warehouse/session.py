"""The verbs of a Session, said once for every engine in SQL trees.  An engine adds how to run one, stage files and bulk insert."""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlglot import exp

from sparkify_assets.errors import LakeError, RejectedRecordsError, WarehouseError
from sparkify_assets.lake import Entry, Lake, fingerprint
from sparkify_assets.model import Catalog, Check, Table
from sparkify_assets.model.definition import Definition
from sparkify_assets.model.dialect import to_sql
from sparkify_assets.model.promises import narrowed
from sparkify_assets.model.refresh import CHANGED, TOUCHED, concerned, restricted, touched, within
from sparkify_assets.warehouse.protocol import Broken, Deliveries, History, Loaded, Refreshed, Refusal, Reject
from sparkify_assets.warehouse.statements import statement
from sparkify_assets.warehouse.trees import create_temporary, drop, insert

INCOMING = "incoming_rows"
"""temporary table: the partition's records as rows"""
SHOWN = 10
BATCH_BYTES = 256 << 20
"""of files in one transaction (a larger partition has its own): more days at once load faster, and lose more when killed"""
NO_PARTITION = ""
UNKNOWN = datetime.fromtimestamp(0, UTC)
"""load_history does not keep when a file was modified; a fingerprint does not ask"""


class Refused(Exception):
    """The engine's strict scan met a record it does not take.  It does not say which well enough; sifting does."""


@dataclass(frozen=True)
class ReadFile:
    """A file of the lake, ready to be scanned: which partition it belongs to, and its records, sound or not."""

    partition: str
    entry: Entry
    records: int
    rejects: tuple[Reject, ...] = ()


@dataclass(frozen=True)
class Prepared:
    """Files made ready for one scan."""

    files: Sequence[ReadFile]
    fill: Callable[[str], None]
    """insert their sound records into a table (with its partition column); raises Refused"""
    confirm: Callable[[], None]
    """raises LakeError when a file is no longer what was listed"""


class SqlSession(ABC):
    """Every verb in terms of four primitives.  See protocol.Session for what the verbs promise."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    dialect: str
    """the engine's name in sqlglot"""

    @abstractmethod
    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement in the engine's words; its rows, or none."""

    @abstractmethod
    def _prepare(self, table: Table, deliveries: Deliveries, lake: Lake) -> AbstractContextManager[Prepared]:
        """Files for the fast way in: one strict scan, all or nothing."""

    @abstractmethod
    def _sift(self, table: Table, deliveries: Deliveries, lake: Lake) -> AbstractContextManager[Prepared]:
        """Files for the way that explains: each record judged, the sound ones to be scanned, the others in ``rejects``."""

    @abstractmethod
    def _insert(self, table: Table, columns: Sequence[Sequence[Any]]) -> None:
        """Append rows, given column by column in the table's order."""

    @abstractmethod
    def _transaction(self) -> AbstractContextManager[None]: ...

    def run(self, tree: exp.Expr, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement; its rows, or none."""
        return self.execute(to_sql(tree, self.dialect), parameters)

    def _say(self, name: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Run one of the machinery's own statements."""
        return self.execute(statement(name, self.dialect), parameters)

    # staging

    def load(self, table: Table, deliveries: Deliveries, lake: Lake, run_id: str, max_rejected: int) -> Iterator[Loaded | Refusal]:
        for batch in _batches(deliveries):
            yield from self._load(table, batch, lake, run_id, max_rejected)

    def _load(self, table: Table, batch: Deliveries, lake: Lake, run_id: str, max_rejected: int) -> Iterator[Loaded | Refusal]:
        """All partitions of the batch in one transaction; where that fails, each by itself; where that fails, record by record."""
        partition = next(iter(batch))
        try:
            with self._prepare(table, batch, lake) as prepared:
                yield from self._commit(table, batch, prepared, run_id)
                return
        except (Refused, LakeError) as e:
            if len(batch) == 1 and isinstance(e, LakeError):
                yield Refusal(partition, e)
                return
        if len(batch) > 1:
            for key, entries in batch.items():
                yield from self._load(table, {key: entries}, lake, run_id, max_rejected)
            return
        try:
            with self._sift(table, batch, lake) as prepared:
                rejects = [r for f in prepared.files for r in f.rejects]
                if len(rejects) > max_rejected:
                    raise RejectedRecordsError(_refusal(table, partition, rejects, max_rejected), rejects)
                yield from self._commit(table, batch, prepared, run_id)
        except (RejectedRecordsError, LakeError) as e:
            yield Refusal(partition, e)
        except Refused as e:
            raise WarehouseError(f"{table.name} {partition}: nothing was changed, since the engine does not read what our rules do: {e}") from e

    def _commit(self, table: Table, batch: Deliveries, prepared: Prepared, run_id: str) -> list[Loaded]:
        keys = list(batch)
        with self._transaction():
            concerns = self._replace(table, keys, prepared)
            prepared.confirm()
            counts = self.counts(table, keys)
            loaded = [_loaded(key, [f for f in prepared.files if f.partition == key], counts.get(key, 0), concerns) for key in keys]
            for part in loaded:
                if part.records != part.rows + len(part.rejects):
                    # DuckDB passes over a last line that is cut short, without a word
                    raise Refused(f"{part.records} records in the files, {part.rows} rows read, {len(part.rejects)} rejected")
            self._write_ledger(table, keys, prepared.files, run_id)
            self._owe({d.table.name: set(keys) for d in self._followers(table)})
            self._owe(concerns)
            self._owe({d.table.name: {NO_PARTITION} for d in self._catalog.dependents(table.name) if d.primary is None})
        return loaded

    def _replace(self, table: Table, keys: list[str], prepared: Prepared) -> dict[str, set[str]]:
        """Put the files' records in the partitions' place.  Returns, for tables that look rows up here, the partitions concerned."""
        mine = within(exp.column(self._partition_column(table)), table, len(keys))
        lookers = [d for d in self._catalog.dependents(table.name) if table.name in d.secondary]
        if not lookers:
            self.run(exp.delete(table.name, where=mine), keys)
            prepared.fill(table.name)
            return {}
        self._make_temporary(INCOMING, exp.select("*").from_(table.name).limit(0), [])
        prepared.fill(INCOMING)
        columns = [exp.column(c) for c in table.column_names]
        held = exp.select(*columns).from_(table.name).where(mine)
        come = exp.select(*columns).from_(INCOMING)
        gone = exp.select("*").from_(exp.except_(held, come).subquery("gone"))
        new = exp.select("*").from_(exp.except_(come, held).subquery("new"))
        self._make_temporary(CHANGED, exp.union(gone, new, distinct=False), keys + keys)
        concerns = {d.table.name: {_key(r[0]) for r in self.run(concerned(d, table.name))} for d in lookers}
        self.run(exp.delete(table.name, where=mine), keys)
        self.run(insert(table.name, table.column_names, come))
        self.run(drop(CHANGED))
        self.run(drop(INCOMING))
        return concerns

    def _write_ledger(self, table: Table, keys: Sequence[str], files: Sequence[ReadFile], run_id: str) -> None:
        for key in keys:
            self._say("forget_history", table.name, key)
            self._say("forget_rejects", table.name, key)
        n, entries = len(files), [f.entry for f in files]
        about = [
            [table.name] * n,
            [f.partition for f in files],
            [e.key for e in entries],
            [e.etag for e in entries],
            [e.size for e in entries],
        ]
        counts = [[f.records for f in files], [len(f.rejects) for f in files]]
        self._insert(self._catalog["load_history"], [*about, *counts, [run_id] * n, [self._now()] * n])
        kept = [(table.name, f.partition, r.file_key, r.line, r.column, r.reason, r.raw) for f in files for r in f.rejects]
        if kept:
            self._insert(self._catalog["rejected_records"], list(zip(*kept, strict=True)))

    @abstractmethod
    def _now(self) -> Any:
        """UTC, as the engine takes a TIMESTAMP."""

    # derived tables

    def refresh(self, table: Table, partitions: Sequence[str]) -> Refreshed:
        definition = self._catalog.definitions[table.name]
        root = self._catalog.root(table)
        if root is None or self._partitions(root) <= set(partitions):
            return self.rebuild(table)
        keys = list(partitions)
        with self._transaction():
            self._make_temporary(TOUCHED, touched(definition, len(keys)), keys + keys)
            key = table.primary_key[0]
            mine = exp.In(this=exp.column(key), query=exp.Subquery(this=exp.select(exp.column(key)).from_(TOUCHED)))
            column = self._partition_column(table)
            where = exp.select(exp.column(column)).distinct().from_(table.name).where(mine)
            before = {_key(r[0]) for r in self.run(where)}
            self.run(exp.delete(table.name, where=mine))
            self.run(insert(table.name, table.column_names, restricted(definition)))
            written = self.run(exp.select("COUNT(*)").from_(table.name).where(mine))[0][0]
            after = {_key(r[0]) for r in self.run(where)}
            self.run(drop(TOUCHED))
            for partition in keys:
                self._say("settle", table.name, partition)
            changed = frozenset(before | after)
            self._owe_dependents(table, changed)
            rows = self.rows(table)
        return Refreshed(written, rows, changed)

    def rebuild(self, table: Table) -> Refreshed:
        definition = self._catalog.definitions[table.name]
        column = self._catalog.partition_column(table)
        with self._transaction():
            before = self._distinct(table, column) if column else set()
            self.run(exp.delete(table.name))
            self.run(insert(table.name, table.column_names, definition.select))
            self._say("settle_all", table.name)
            changed = frozenset(before | (self._distinct(table, column) if column else set()))
            self._owe_dependents(table, changed)
            rows = self.rows(table)
        return Refreshed(rows, rows, changed)

    def _distinct(self, table: Table, column: str) -> set[str]:
        return {_key(r[0]) for r in self.run(exp.select(exp.column(column)).distinct().from_(table.name))}

    # what is owed

    def pending(self) -> Mapping[str, frozenset[str]]:
        owed: dict[str, set[str]] = defaultdict(set)
        for name, partition in self._say("pending"):
            owed[name].add(partition)
        return {name: frozenset(keys) for name, keys in owed.items()}

    def _owe_dependents(self, table: Table, partitions: Iterable[str]) -> None:
        for d in self._catalog.dependents(table.name):
            self._owe({d.table.name: set(partitions) if d.primary else {NO_PARTITION}})

    def _owe(self, owed: Mapping[str, set[str]]) -> None:
        known = self.pending()
        new = [(name, p) for name, keys in owed.items() for p in sorted(keys - known.get(name, frozenset()))]
        if new:
            self._insert(self._catalog["pending_refreshes"], list(zip(*new, strict=True)))

    def _followers(self, table: Table) -> list[Definition]:
        return [d for d in self._catalog.dependents(table.name) if d.primary and d.primary.table == table.name]

    # questions

    def breaking(self, check: Check, table: Table, partitions: Sequence[str] | None = None) -> Broken:
        query, parameters = check.select, []
        column, root = self._catalog.partition_column(table), self._catalog.root(table)
        if partitions is not None and column and root and not self._partitions(root) <= set(partitions):
            query, times = narrowed(check, table, column, len(partitions))
            parameters = list(partitions) * times
        rows = exp.Subquery(this=query.copy(), alias=exp.TableAlias(this=exp.to_identifier("breaking")))
        count = self.run(exp.select("COUNT(*)").from_(rows), parameters)[0][0]
        sample = self.run(exp.select("*").from_(rows.copy()).limit(SHOWN), parameters) if count else []
        return Broken(count, tuple(query.named_selects), tuple(sample), to_sql(query, self.dialect))

    def rows(self, table: Table) -> int:
        return self.run(exp.select("COUNT(*)").from_(table.name))[0][0]

    def counts(self, table: Table, partitions: Sequence[str]) -> Mapping[str, int]:
        if not partitions:
            return {}
        column = exp.column(self._partition_column(table))
        query = (
            exp.select(column, "COUNT(*)").from_(table.name).where(within(column.copy(), table, len(partitions))).group_by(column.copy())
        )
        return {_key(key): count for key, count in self.run(query, list(partitions))}

    def preview(self, table: Table, limit: int) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
        columns = [exp.column(c) for c in table.column_names]
        return table.column_names, self.run(exp.select(*columns).from_(table.name).limit(limit))

    def history(self, table: Table) -> Mapping[str, History]:
        files: dict[str, list[tuple[Entry, int, int]]] = defaultdict(list)
        for partition, key, etag, size, records, rejected in self._say("history", table.name):
            files[partition].append((Entry(key, size, UNKNOWN, etag), records, rejected))
        return {
            partition: History(
                fingerprint([entry for entry, _, _ in rows]),
                len(rows),
                sum(entry.size for entry, _, _ in rows),
                sum(records for _, records, _ in rows),
                sum(rejected for _, _, rejected in rows),
            )
            for partition, rows in files.items()
        }

    def rejects(self, table: Table, partitions: Sequence[str]) -> Sequence[Reject]:
        chosen = set(partitions)
        return [Reject(*rest) for key, *rest in self._say("rejects", table.name) if key in chosen][:SHOWN]

    def _partitions(self, root: Table) -> set[str]:
        return {r[0] for r in self._say("partitions", root.name)}

    def _partition_column(self, table: Table) -> str:
        column = self._catalog.partition_column(table)
        if column is None:
            raise ValueError(f"{table.name} has no partitions")
        return column

    def _make_temporary(self, name: str, query: exp.Query, parameters: Sequence[Any]) -> None:
        self.run(drop(name))
        self.run(create_temporary(name, query), parameters)


def _batches(deliveries: Deliveries) -> Iterator[Deliveries]:
    """Partitions in order, as many together as BATCH_BYTES holds."""
    batch: dict[str, Sequence[Entry]] = {}
    size = 0
    for key, entries in deliveries.items():
        coming = sum(e.size for e in entries)
        if batch and size + coming > BATCH_BYTES:
            yield batch
            batch, size = {}, 0
        batch[key] = entries
        size += coming
    if batch:
        yield batch


def _loaded(key: str, files: Sequence[ReadFile], rows: int, concerns: Mapping[str, set[str]]) -> Loaded:
    rejects = tuple(r for f in files for r in f.rejects)
    concerned_by = {name: frozenset(keys) for name, keys in concerns.items() if keys}
    return Loaded(key, len(files), sum(f.entry.size for f in files), sum(f.records for f in files), rows, rejects, concerned_by)


def _key(value: Any) -> str:
    """A partition key as text: a DATE reads as 2018-11-01."""
    return str(value)


def _refusal(table: Table, partition: str, rejects: Sequence[Reject], tolerated: int) -> str:
    shown = "\n".join(f"  {r}" for r in rejects[:SHOWN])
    more = f"\n  … and {len(rejects) - SHOWN} more" if len(rejects) > SHOWN else ""
    noun = "record" if len(rejects) == 1 else "records"
    return (
        f"{table.name} {partition}: {len(rejects)} rejected {noun}, {tolerated} tolerated; nothing of this partition was loaded, "
        f"what was there stays. Mend the files, or raise SPARKIFY_MAX_REJECTED to load the good records and keep the rejected ones:\n{shown}{more}"
    )
