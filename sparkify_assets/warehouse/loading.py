"""Staging: partitions made to hold the records of exactly their files, by the fast way in or the one that explains."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from sqlglot import exp

from sparkify_assets.errors import LakeError, RejectedRecordsError, WarehouseError
from sparkify_assets.lake import Entry, Lake
from sparkify_assets.model import Table
from sparkify_assets.model.refresh import CHANGED, TEMPORARY, within
from sparkify_assets.warehouse.engine import Prepared, ReadFile, Refused, as_key
from sparkify_assets.warehouse.ledger import NO_PARTITION, SHOWN
from sparkify_assets.warehouse.looking_up import LookingUp
from sparkify_assets.warehouse.protocol import Deliveries, Loaded, Refusal, Reject
from sparkify_assets.warehouse.translated import concerned
from sparkify_assets.warehouse.trees import everything, insert
from sparkify_assets.words import counted

INCOMING = f"{TEMPORARY}incoming_rows"
"""temporary table: the partitions' records as rows"""
BATCH_BYTES = 256 << 20
"""of files in one transaction (a larger partition has its own): more days at once load faster, and lose more when killed"""


class Loading(LookingUp):
    """The verb ``load``."""

    def load(self, table: Table, deliveries: Deliveries, lake: Lake, run_id: str, max_rejected: int) -> Iterator[Loaded | Refusal]:
        self.usable(table.name, *(x.table.name for x in self._catalog.lookups_of(table.name)))
        for batch in _batches(deliveries):
            yield from self._load(table, batch, lake, run_id, max_rejected)

    def _load(self, table: Table, batch: Deliveries, lake: Lake, run_id: str, max_rejected: int) -> Iterator[Loaded | Refusal]:
        """All partitions of the batch in one transaction; where that fails, each by itself; where that fails, record by record."""
        partition = next(iter(batch))
        try:
            with self._prepare(table, batch, lake) as prepared:
                yield from self.whole(partial(self._commit, table, batch, prepared, run_id, max_rejected))
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
                _refuse_beyond(max_rejected, table, partition, prepared.judged)
                yield from self.whole(partial(self._commit, table, batch, prepared, run_id, max_rejected))
        except (RejectedRecordsError, LakeError) as e:
            yield Refusal(partition, e)
        except Refused as e:
            why = "nothing was changed, since the engine does not read what our rules do"
            raise WarehouseError(f"{table.name} {partition}: {why}: {e}") from e

    def _commit(self, table: Table, batch: Deliveries, prepared: Prepared, run_id: str, max_rejected: int) -> list[Loaded]:
        """To be done in one transaction."""
        keys = list(batch)
        texts = self._known_texts(table, keys)
        files, concerns = self._replace(table, keys, prepared)
        self._forget(table, keys, texts)
        prepared.confirm()
        counts = self.counts(table, keys)
        by_partition = _grouped(files, keys)
        loaded = [_loaded(key, by_partition[key], counts.get(key, 0), concerns) for key in keys]
        for part in loaded:
            _refuse_beyond(max_rejected, table, part.partition, by_partition[part.partition])  # the engine may reject what our rules do not
            if part.records != part.rows + len(part.rejects):
                # DuckDB passes over a last line that is cut short, without a word
                raise Refused(f"{part.records} records in the files, {part.rows} rows read, {len(part.rejects)} rejected")
        self._write_ledger(table, keys, files, run_id)
        owed = {d.table.name: set(keys) for d in self._followers(table)}
        for name, others in concerns.items():
            owed.setdefault(name, set()).update(others)
        owed |= {d.table.name: {NO_PARTITION} for d in self._catalog.dependents(table.name) if d.primary is None}
        if not self._owe(owed).get(table.name, frozenset()).isdisjoint(keys):
            self.say("settle", table.name, listed=keys)
        return loaded

    def _replace(self, table: Table, keys: list[str], prepared: Prepared) -> tuple[Sequence[ReadFile], dict[str, set[str]]]:
        """Put the files' records in the partitions' place.

        Returns what was read and, for tables that look rows up here, the partitions concerned.
        """
        mine = within(exp.column(self._partition_column(table)), table, len(keys))
        lookers = [d for d in self._catalog.dependents(table.name) if table.name in d.secondary]
        if not lookers:
            self.run(exp.delete(table.name, where=mine), keys)
            files = prepared.fill(table.name)
            self._learn(table, keys)
            return files, {}
        self._make_temporary(INCOMING, exp.select("*").from_(table.name).limit(0), [])
        files = prepared.fill(INCOMING)
        held = everything(table.name, table.column_names).where(mine)
        come = everything(INCOMING, table.column_names)
        gone = exp.select("*").from_(exp.except_(held, come).subquery("gone"))
        new = exp.select("*").from_(exp.except_(come, held).subquery("new"))
        self._make_temporary(CHANGED, exp.union(gone, new, distinct=False), keys + keys)
        self.run(exp.delete(table.name, where=mine), keys)
        self.run(insert(table.name, table.column_names, come))
        self._learn(table, keys)
        concerns = {d.table.name: self._concerned(d.table, table.name) for d in lookers}
        self.drop_temporary(CHANGED)
        self.drop_temporary(INCOMING)
        return files, concerns

    def _concerned(self, table: Table, other: str) -> set[str]:
        return {as_key(r[0]) for r in self.execute(concerned(self._catalog, table, other, self.dialect))}


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


def _grouped(files: Sequence[ReadFile], keys: Sequence[str]) -> dict[str, list[ReadFile]]:
    groups: dict[str, list[ReadFile]] = {key: [] for key in keys}
    for file in files:
        groups[file.partition].append(file)
    return groups


def _loaded(key: str, files: Sequence[ReadFile], rows: int, concerns: Mapping[str, set[str]]) -> Loaded:
    rejects = tuple(r for f in files for r in f.rejects)
    concerned_by = {name: frozenset(keys) for name, keys in concerns.items() if keys}
    return Loaded(key, len(files), sum(f.entry.size for f in files), sum(f.records for f in files), rows, rejects, concerned_by)


def _refuse_beyond(tolerated: int, table: Table, partition: str, files: Sequence[ReadFile]) -> None:
    """Raises RejectedRecordsError for more rejected records than are tolerated, and for a file that is no file of records at all.

    Of such a file nobody knows how many records are missing, so that a number tolerated says nothing about it."""
    rejects = [r for file in files for r in file.rejects]
    unsound = [why for file in files if (why := _no_file_of_records(table, file)) is not None]
    if len(rejects) > tolerated or unsound:
        raise RejectedRecordsError(_refusal(table, partition, rejects, tolerated, unsound), rejects)


def _no_file_of_records(table: Table, file: ReadFile) -> str | None:
    """Why the file's rejected records cannot be counted, if so."""
    if file.may_be_many is not None:
        return f"{file.entry.key}:{file.may_be_many.line}: it may stand for many records, of which nobody knows the number"
    assert table.source is not None
    if not file.rejects or file.records > len(file.rejects) or (file.records == 1 and table.source.one_record_a_file):
        return None
    return f"{file.entry.key}: found no sound record in it ({counted(file.records, 'rejected record')})"


def _refusal(table: Table, partition: str, rejects: Sequence[Reject], tolerated: int, unsound: Sequence[str]) -> str:
    if unsound:
        todo = f"Whatever SPARKIFY_MAX_REJECTED tolerates, {counted(len(unsound), 'file')} must be delivered again, one record a line:"
    else:
        todo = "Mend the files, or raise SPARKIFY_MAX_REJECTED to load the good records and keep the rejected ones:"
    return (
        f"{table.name} {partition}: {counted(len(rejects), 'rejected record')}, {tolerated:,} tolerated; nothing of this partition was "
        f"loaded, what was there stays. {todo}{_shown(unsound)}{_shown(rejects)}"
    )


def _shown(found: Sequence[object]) -> str:
    more = f"\n  … and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return "".join(f"\n  {one}" for one in found[:SHOWN]) + more
