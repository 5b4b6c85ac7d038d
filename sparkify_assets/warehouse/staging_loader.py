"""Loads staging tables: a partition comes to hold the records of exactly its files, by the fast path or the slow path.

Put here what a load does on every engine.  Do not put here how an engine reads files (bulk_loader.py and the engines' loaders).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from sqlglot import exp

from sparkify_assets.errors import LakeError, RejectedRecordsError, WarehouseError
from sparkify_assets.lake import Lake, ObjectInfo
from sparkify_assets.model import Catalog, Table
from sparkify_assets.model.incremental import CHANGED_ROWS, TEMPORARY_PREFIX, in_list
from sparkify_assets.text import pluralized
from sparkify_assets.warehouse.bulk_loader import BulkLoader, FastPathRejected, FileLoad, PreparedFiles
from sparkify_assets.warehouse.connection import SqlConnection, partition_key
from sparkify_assets.warehouse.load_metadata import NO_PARTITION, SAMPLE_ROWS, LoadMetadata
from sparkify_assets.warehouse.lookup_sync import LookupSync
from sparkify_assets.warehouse.queries import Queries
from sparkify_assets.warehouse.results import FilesByPartition, PartitionLoadFailure, PartitionLoadResult, RejectedRecord
from sparkify_assets.warehouse.row_values import SHOWN, RowValues
from sparkify_assets.warehouse.schema_state import SchemaState
from sparkify_assets.warehouse.sql_builder import affected_partitions_sql, insert, select_columns, types_of

INCOMING_ROWS = f"{TEMPORARY_PREFIX}incoming_rows"
"""temporary table: the new rows of the partitions"""
BATCH_BYTES = 256 << 20
"""bytes of files in one transaction (a larger partition has its own): larger batches load faster, and a kill loses more of them"""


class StagingLoader:
    """Loads staging tables through one connection."""

    def __init__(
        self,
        sql: SqlConnection,
        catalog: Catalog,
        bulk: BulkLoader,
        metadata: LoadMetadata,
        queries: Queries,
        lookups: LookupSync,
        schema: SchemaState,
        row_values: RowValues = SHOWN,
    ) -> None:
        self._sql, self._catalog, self._bulk = sql, catalog, bulk
        self._metadata, self._queries, self._lookups, self._schema = metadata, queries, lookups, schema
        self._row_values = row_values

    def load(
        self, table: Table, files: FilesByPartition, lake: Lake, run_id: str, max_rejected: int
    ) -> Iterator[PartitionLoadResult | PartitionLoadFailure]:
        """Replace the rows of each partition by the records of its files, or leave the partition as it was.

        Yields one result per partition, in order, each after its transaction has ended.  A partition that fails stops no other.  Rejected
        records in results and errors are for people; the table rejected_records has them as they are.
        """
        self._schema.require_usable(table.name, *(x.table.name for x in self._catalog.lookups_of(table.name)))
        for batch in _batches(files):
            yield from self._load(table, batch, lake, run_id, max_rejected)

    def expire(self, table: Table, days: int) -> list[str]:
        """Delete the rows of days that lie ``days`` or more before the newest loaded one; returns these partitions.  One transaction.

        What is derived from them stays.  A day that something still has to be computed from is left until that is done.
        """
        state = self._metadata.refresh_state(table)
        readers = [t.table.name for t in self._catalog.dependents(table.name)]
        needed = set[str]().union(*(state.stale.get(name, ()) for name in [table.name, *readers]))
        if not state.loaded or NO_PARTITION in needed:
            return []
        first_kept = str(date.fromisoformat(max(state.loaded)) - timedelta(days=days - 1))
        expired = sorted(key for key in state.loaded - needed if key < first_kept)

        def work() -> None:
            in_partitions = in_list(exp.column(self._catalog.required_partition_column(table)), table, len(expired))
            self._sql.run(exp.delete(table.name, where=in_partitions), expired)
            self._metadata.expire(table, expired)

        if expired:
            self._sql.run_in_transaction(work)
        return expired

    def _load(
        self, table: Table, batch: FilesByPartition, lake: Lake, run_id: str, max_rejected: int
    ) -> Iterator[PartitionLoadResult | PartitionLoadFailure]:
        """All partitions of the batch in one transaction; if that fails, each in its own; if that fails, by the slow path."""
        partition = next(iter(batch))
        try:
            with self._bulk.prepare_files(table, batch, lake) as prepared:
                yield from self._sql.run_in_transaction(partial(self._commit, table, batch, prepared, run_id, max_rejected))
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
            with self._bulk.validate_files(table, batch, lake) as prepared:
                self._reject_beyond_limit(max_rejected, table, partition, prepared.validated)
                yield from self._sql.run_in_transaction(partial(self._commit, table, batch, prepared, run_id, max_rejected))
        except (RejectedRecordsError, LakeError) as e:
            yield PartitionLoadFailure(partition, e)
        except FastPathRejected as e:
            why = "nothing was changed, since the engine does not read what our rules do"
            told = self._row_values.of_error(e, str(e))
            raise WarehouseError(f"{table.name} {partition}: {why}: {told}") from self._row_values.cause(e)

    def _commit(
        self, table: Table, batch: FilesByPartition, prepared: PreparedFiles, run_id: str, max_rejected: int
    ) -> list[PartitionLoadResult]:
        """The work of one transaction."""
        keys = list(batch)
        texts = self._lookups.known_texts(table, keys)
        files, affected = self._replace(table, keys, prepared)
        self._lookups.remove_gone_texts(table, keys, texts)
        prepared.verify_unchanged()
        counts = self._queries.row_counts(table, keys)
        by_partition = _by_partition(files, keys)
        results = [_load_result(key, by_partition[key], counts.get(key, 0), affected) for key in keys]
        for result in results:
            # the engine may reject a record that our rules accept
            self._reject_beyond_limit(max_rejected, table, result.partition, by_partition[result.partition])
            if result.records != result.rows + len(result.rejects):
                # DuckDB skips a truncated last line without an error
                raise FastPathRejected(f"{result.records} records in the files, {result.rows} rows read, {len(result.rejects)} rejected")
        self._metadata.record_load(table, keys, files, run_id)
        stale = {t.table.name: set(keys) for t in self._metadata.incremental_dependents(table)}
        for name, others in affected.items():
            stale.setdefault(name, set()).update(others)
        stale |= {t.table.name: {NO_PARTITION} for t in self._catalog.dependents(table.name) if t.incremental_source is None}
        if not self._metadata.mark_stale(stale).get(table.name, frozenset()).isdisjoint(keys):
            self._metadata.clear_stale(table, keys)
        return [replace(result, rejects=tuple(self._row_values.of_records(result.rejects))) for result in results]

    def _reject_beyond_limit(self, tolerated: int, table: Table, partition: str, files: Sequence[FileLoad]) -> None:
        """Raises RejectedRecordsError for more rejected records than are tolerated, and for a file without a valid record.

        The number of records that such a file should hold is unknown, so no tolerance applies to it.
        """
        rejects = [r for file in files for r in file.rejects]
        uncountable = [why for file in files if (why := _uncountable(table, file)) is not None]
        if len(rejects) > tolerated or uncountable:
            told = self._row_values.of_records(rejects)
            raise RejectedRecordsError(_rejection_message(table, partition, told, tolerated, uncountable), told)

    def _replace(self, table: Table, keys: list[str], prepared: PreparedFiles) -> tuple[Sequence[FileLoad], dict[str, set[str]]]:
        """Replace the partitions' rows.

        Returns the files and, for each derived table that joins this one, its affected partitions.
        """
        in_partitions = in_list(exp.column(self._catalog.required_partition_column(table)), table, len(keys))
        joining = [t for t in self._catalog.dependents(table.name) if table.name in t.joined_tables]
        if not joining:
            self._sql.run(exp.delete(table.name, where=in_partitions), keys)
            files = prepared.insert(table.name)
            self._lookups.add_new_texts(table, keys)
            return files, {}
        with self._sql.temporary(INCOMING_ROWS, exp.select("*").from_(table.name).limit(0)):
            files = prepared.insert(INCOMING_ROWS)
            old = select_columns(table.name, table.column_names).where(in_partitions)
            new = select_columns(INCOMING_ROWS, table.column_names)
            removed = exp.select("*").from_(exp.except_(old, new).subquery("gone"))
            added = exp.select("*").from_(exp.except_(new, old).subquery("new"))
            changed = insert(CHANGED_ROWS, table.column_names, exp.union(removed, added, distinct=False))
            with self._sql.temporary(CHANGED_ROWS, types_of(table, table.column_names)):
                self._sql.run(changed, keys + keys)
                self._sql.run(exp.delete(table.name, where=in_partitions), keys)
                self._sql.run(insert(table.name, table.column_names, new))
                self._lookups.add_new_texts(table, keys)
                affected = {t.table.name: self._affected_partitions(t.table, table.name) for t in joining}
        return files, affected

    def _affected_partitions(self, table: Table, other: str) -> set[str]:
        return {partition_key(r[0]) for r in self._sql.execute(affected_partitions_sql(self._catalog, table, other, self._sql.dialect))}


def _batches(files: FilesByPartition) -> Iterator[FilesByPartition]:
    """Partitions in order, grouped into batches of BATCH_BYTES."""
    batch: dict[str, Sequence[ObjectInfo]] = {}
    size = 0
    for key, entries in files.items():
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


def _load_result(key: str, files: Sequence[FileLoad], rows: int, affected: Mapping[str, set[str]]) -> PartitionLoadResult:
    rejects = tuple(r for f in files for r in f.rejects)
    affected_partitions = {name: frozenset(keys) for name, keys in affected.items() if keys}
    return PartitionLoadResult(
        key, len(files), sum(f.entry.size for f in files), sum(f.records for f in files), rows, rejects, affected_partitions
    )


def _uncountable(table: Table, file: FileLoad) -> str | None:
    """Why the file's rejected records cannot be counted, if so."""
    if file.may_be_many is not None:
        return f"{file.entry.key}:{file.may_be_many.line}: it may stand for many records, of which nobody knows the number"
    assert table.source is not None
    if not file.rejects or file.records > len(file.rejects) or (file.records == 1 and table.source.one_record_a_file):
        return None
    return f"{file.entry.key}: found no valid record in it ({pluralized(file.records, 'rejected record')})"


def _rejection_message(table: Table, partition: str, rejects: Sequence[RejectedRecord], tolerated: int, uncountable: Sequence[str]) -> str:
    if uncountable:
        todo = (
            f"Whatever SPARKIFY_MAX_REJECTED tolerates, {pluralized(len(uncountable), 'file')} must be delivered again, one record a line:"
        )
    else:
        todo = "Fix the files, or raise SPARKIFY_MAX_REJECTED to load the valid records (the rejected ones are kept):"
    return (
        f"{table.name} {partition}: {pluralized(len(rejects), 'rejected record')}, {tolerated:,} tolerated; nothing of this partition was "
        f"loaded, what was there stays. {todo}{_bullets(uncountable)}{_bullets(rejects)}"
    )


def _bullets(found: Sequence[object]) -> str:
    more = f"\n  … and {len(found) - SAMPLE_ROWS} more" if len(found) > SAMPLE_ROWS else ""
    return "".join(f"\n  {one}" for one in found[:SAMPLE_ROWS]) + more
