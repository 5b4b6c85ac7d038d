"""Staging: partitions made to hold the records of exactly their files, by the fast way in or the one that explains."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from sqlglot import exp

from sparkify_assets.errors import LakeError, RejectedRecordsError, WarehouseError
from sparkify_assets.lake import Lake, ObjectInfo
from sparkify_assets.model import Table
from sparkify_assets.model.incremental import CHANGED_ROWS, TEMPORARY_PREFIX, in_list
from sparkify_assets.text import pluralized
from sparkify_assets.warehouse.base import FilesByPartition, PartitionLoadFailure, PartitionLoadResult, RejectedRecord
from sparkify_assets.warehouse.connection import FastPathRejected, FileLoad, PreparedFiles, partition_key
from sparkify_assets.warehouse.incremental_sql import affected_partitions_sql
from sparkify_assets.warehouse.load_metadata import NO_PARTITION, SAMPLE_ROWS
from sparkify_assets.warehouse.lookup_sync import LookupSync
from sparkify_assets.warehouse.sql_builder import insert, select_columns

INCOMING_ROWS = f"{TEMPORARY_PREFIX}incoming_rows"
"""temporary table: the partitions' records as rows"""
BATCH_BYTES = 256 << 20
"""of files in one transaction (a larger partition has its own): more days at once load faster, and lose more when killed"""


class StagingLoader(LookupSync):
    """The verb ``load``."""

    def load(
        self, table: Table, deliveries: FilesByPartition, lake: Lake, run_id: str, max_rejected: int
    ) -> Iterator[PartitionLoadResult | PartitionLoadFailure]:
        self.require_usable(table.name, *(x.table.name for x in self._catalog.lookups_of(table.name)))
        for batch in _batches(deliveries):
            yield from self._load(table, batch, lake, run_id, max_rejected)

    def _load(
        self, table: Table, batch: FilesByPartition, lake: Lake, run_id: str, max_rejected: int
    ) -> Iterator[PartitionLoadResult | PartitionLoadFailure]:
        """All partitions of the batch in one transaction; where that fails, each by itself; where that fails, record by record."""
        partition = next(iter(batch))
        try:
            with self._prepare_files(table, batch, lake) as prepared:
                yield from self.run_in_transaction(partial(self._commit, table, batch, prepared, run_id, max_rejected))
                return
        except (FastPathRejected, LakeError) as e:
            if len(batch) == 1 and isinstance(e, LakeError):
                yield PartitionLoadFailure(partition, e)
                return
        if len(batch) > 1:
            for key, entries in batch.items():
                yield from self._load(table, {key: entries}, lake, run_id, max_rejected)
            return
        try:
            with self._validate_files(table, batch, lake) as prepared:
                _reject_beyond_limit(max_rejected, table, partition, prepared.validated)
                yield from self.run_in_transaction(partial(self._commit, table, batch, prepared, run_id, max_rejected))
        except (RejectedRecordsError, LakeError) as e:
            yield PartitionLoadFailure(partition, e)
        except FastPathRejected as e:
            why = "nothing was changed, since the engine does not read what our rules do"
            raise WarehouseError(f"{table.name} {partition}: {why}: {e}") from e

    def _commit(
        self, table: Table, batch: FilesByPartition, prepared: PreparedFiles, run_id: str, max_rejected: int
    ) -> list[PartitionLoadResult]:
        """To be done in one transaction."""
        keys = list(batch)
        texts = self._known_texts(table, keys)
        files, concerns = self._replace(table, keys, prepared)
        self._remove_gone_texts(table, keys, texts)
        prepared.verify_unchanged()
        counts = self.row_counts(table, keys)
        by_partition = _by_partition(files, keys)
        loaded = [_load_result(key, by_partition[key], counts.get(key, 0), concerns) for key in keys]
        for part in loaded:
            _reject_beyond_limit(
                max_rejected, table, part.partition, by_partition[part.partition]
            )  # the engine may reject what our rules do not
            if part.records != part.rows + len(part.rejects):
                # DuckDB passes over a last line that is cut short, without a word
                raise FastPathRejected(f"{part.records} records in the files, {part.rows} rows read, {len(part.rejects)} rejected")
        self._write_load_metadata(table, keys, files, run_id)
        owed = {d.table.name: set(keys) for d in self._incremental_dependents(table)}
        for name, others in concerns.items():
            owed.setdefault(name, set()).update(others)
        owed |= {d.table.name: {NO_PARTITION} for d in self._catalog.dependents(table.name) if d.incremental_source is None}
        if not self._mark_stale(owed).get(table.name, frozenset()).isdisjoint(keys):
            self.run_named("clear_stale", table.name, listed=keys)
        return loaded

    def _replace(self, table: Table, keys: list[str], prepared: PreparedFiles) -> tuple[Sequence[FileLoad], dict[str, set[str]]]:
        """Put the files' records in the partitions' place.

        Returns what was read and, for tables that look rows up here, the partitions concerned.
        """
        mine = in_list(exp.column(self._partition_column(table)), table, len(keys))
        lookers = [d for d in self._catalog.dependents(table.name) if table.name in d.joined_tables]
        if not lookers:
            self.run(exp.delete(table.name, where=mine), keys)
            files = prepared.insert(table.name)
            self._add_new_texts(table, keys)
            return files, {}
        self._make_temporary(INCOMING_ROWS, exp.select("*").from_(table.name).limit(0), [])
        files = prepared.insert(INCOMING_ROWS)
        held = select_columns(table.name, table.column_names).where(mine)
        come = select_columns(INCOMING_ROWS, table.column_names)
        gone = exp.select("*").from_(exp.except_(held, come).subquery("gone"))
        new = exp.select("*").from_(exp.except_(come, held).subquery("new"))
        self._make_temporary(CHANGED_ROWS, exp.union(gone, new, distinct=False), keys + keys)
        self.run(exp.delete(table.name, where=mine), keys)
        self.run(insert(table.name, table.column_names, come))
        self._add_new_texts(table, keys)
        concerns = {d.table.name: self._affected_partitions(d.table, table.name) for d in lookers}
        self.drop_temporary(CHANGED_ROWS)
        self.drop_temporary(INCOMING_ROWS)
        return files, concerns

    def _affected_partitions(self, table: Table, other: str) -> set[str]:
        return {partition_key(r[0]) for r in self.execute(affected_partitions_sql(self._catalog, table, other, self.dialect))}


def _batches(deliveries: FilesByPartition) -> Iterator[FilesByPartition]:
    """Partitions in order, as many together as BATCH_BYTES holds."""
    batch: dict[str, Sequence[ObjectInfo]] = {}
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


def _by_partition(files: Sequence[FileLoad], keys: Sequence[str]) -> dict[str, list[FileLoad]]:
    groups: dict[str, list[FileLoad]] = {key: [] for key in keys}
    for file in files:
        groups[file.partition].append(file)
    return groups


def _load_result(key: str, files: Sequence[FileLoad], rows: int, concerns: Mapping[str, set[str]]) -> PartitionLoadResult:
    rejects = tuple(r for f in files for r in f.rejects)
    concerned_by = {name: frozenset(keys) for name, keys in concerns.items() if keys}
    return PartitionLoadResult(
        key, len(files), sum(f.entry.size for f in files), sum(f.records for f in files), rows, rejects, concerned_by
    )


def _reject_beyond_limit(tolerated: int, table: Table, partition: str, files: Sequence[FileLoad]) -> None:
    """Raises RejectedRecordsError for more rejected records than are tolerated, and for a file that is no file of records at all.

    Of such a file nobody knows how many records are missing, so that a number tolerated says nothing about it."""
    rejects = [r for file in files for r in file.rejects]
    unsound = [why for file in files if (why := _uncountable(table, file)) is not None]
    if len(rejects) > tolerated or unsound:
        raise RejectedRecordsError(_rejection_message(table, partition, rejects, tolerated, unsound), rejects)


def _uncountable(table: Table, file: FileLoad) -> str | None:
    """Why the file's rejected records cannot be counted, if so."""
    if file.may_be_many is not None:
        return f"{file.entry.key}:{file.may_be_many.line}: it may stand for many records, of which nobody knows the number"
    assert table.source is not None
    if not file.rejects or file.records > len(file.rejects) or (file.records == 1 and table.source.one_record_a_file):
        return None
    return f"{file.entry.key}: found no sound record in it ({pluralized(file.records, 'rejected record')})"


def _rejection_message(table: Table, partition: str, rejects: Sequence[RejectedRecord], tolerated: int, unsound: Sequence[str]) -> str:
    if unsound:
        todo = f"Whatever SPARKIFY_MAX_REJECTED tolerates, {pluralized(len(unsound), 'file')} must be delivered again, one record a line:"
    else:
        todo = "Mend the files, or raise SPARKIFY_MAX_REJECTED to load the good records and keep the rejected ones:"
    return (
        f"{table.name} {partition}: {pluralized(len(rejects), 'rejected record')}, {tolerated:,} tolerated; nothing of this partition was "
        f"loaded, what was there stays. {todo}{_bullets(unsound)}{_bullets(rejects)}"
    )


def _bullets(found: Sequence[object]) -> str:
    more = f"\n  … and {len(found) - SAMPLE_ROWS} more" if len(found) > SAMPLE_ROWS else ""
    return "".join(f"\n  {one}" for one in found[:SAMPLE_ROWS]) + more
