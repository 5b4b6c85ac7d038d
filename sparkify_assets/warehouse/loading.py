"""Staging: partitions made to hold the records of exactly their files, by the fast way in or the one that explains."""

from collections.abc import Iterator, Mapping, Sequence

from sqlglot import exp

from sparkify_assets.errors import LakeError, RejectedRecordsError, WarehouseError
from sparkify_assets.lake import Entry, Lake
from sparkify_assets.model import Table
from sparkify_assets.model.refresh import CHANGED, concerned, within
from sparkify_assets.warehouse.asking import Asking
from sparkify_assets.warehouse.engine import Prepared, ReadFile, Refused, as_key
from sparkify_assets.warehouse.ledger import NO_PARTITION, SHOWN
from sparkify_assets.warehouse.protocol import Deliveries, Loaded, Refusal, Reject
from sparkify_assets.warehouse.trees import drop, insert
from sparkify_assets.words import counted

INCOMING = "incoming_rows"
"""temporary table: the partitions' records as rows"""
BATCH_BYTES = 256 << 20
"""of files in one transaction (a larger partition has its own): more days at once load faster, and lose more when killed"""


class Loading(Asking):
    """The verb ``load``."""

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
            why = "nothing was changed, since the engine does not read what our rules do"
            raise WarehouseError(f"{table.name} {partition}: {why}: {e}") from e

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
        concerns = {d.table.name: {as_key(r[0]) for r in self.run(concerned(d, table.name))} for d in lookers}
        self.run(exp.delete(table.name, where=mine), keys)
        self.run(insert(table.name, table.column_names, come))
        self.run(drop(CHANGED))
        self.run(drop(INCOMING))
        return concerns


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


def _refusal(table: Table, partition: str, rejects: Sequence[Reject], tolerated: int) -> str:
    shown = "\n".join(f"  {r}" for r in rejects[:SHOWN])
    more = f"\n  … and {len(rejects) - SHOWN} more" if len(rejects) > SHOWN else ""
    return (
        f"{table.name} {partition}: {counted(len(rejects), 'rejected record')}, {tolerated:,} tolerated; nothing of this partition was "
        "loaded, what was there stays. Mend the files, or raise SPARKIFY_MAX_REJECTED to load the good records and keep the rejected "
        f"ones:\n{shown}{more}"
    )
