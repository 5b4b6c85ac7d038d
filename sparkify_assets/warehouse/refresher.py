"""Derived tables: refresh of some partitions or days (model/incremental.py builds it), full refresh, and what these make stale.

Put here how a derived table's rows are recomputed.  Do not put here how the SELECT is restricted to affected keys.
"""

import time
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, TypeVar

from sqlglot import exp

from sparkify_assets.errors import WarehouseError
from sparkify_assets.model import Catalog, Table
from sparkify_assets.model.incremental import (
    AFFECTED_KEYS,
    affected_rows,
    delete_affected,
    in_list,
    range_of_keys,
    times_of_key,
    times_read,
)
from sparkify_assets.model.transform import DaySource
from sparkify_assets.text import pluralized
from sparkify_assets.warehouse.connection import SqlConnection, partition_key
from sparkify_assets.warehouse.load_metadata import NO_PARTITION, LoadMetadata, RefreshState
from sparkify_assets.warehouse.lookup_sync import LookupSync
from sparkify_assets.warehouse.queries import Queries
from sparkify_assets.warehouse.results import RefreshResult
from sparkify_assets.warehouse.schema_state import SchemaState
from sparkify_assets.warehouse.sql_builder import (
    affected_groups_sql,
    affected_keys_sql,
    insert_affected_sql,
    insert_sql,
    replace_days_sql,
    types_of,
)

_Value = TypeVar("_Value")
MOST_RANGES = 32
"""Ranges of days that are recomputed by themselves; for more, a table is recomputed in full."""


class Refresher:
    """Recomputes derived tables through one connection."""

    def __init__(
        self, sql: SqlConnection, catalog: Catalog, metadata: LoadMetadata, queries: Queries, lookups: LookupSync, schema: SchemaState
    ) -> None:
        self._sql, self._catalog, self._metadata = sql, catalog, metadata
        self._queries, self._lookups, self._schema = queries, lookups, schema

    def refresh(self, table: Table, partitions: Sequence[str], with_stale: bool = False) -> RefreshResult:
        """Recompute the keys that these partitions affect; a table without partitions as recompute() does.  One transaction.

        ``with_stale``: also those of its stale partitions.
        """
        self._require_usable_inputs(table)
        if table.name in self._catalog.lookups:  # loads keep it in step
            return RefreshResult(0, self._queries.row_count(table))
        root = self._catalog.root(table)
        if root is None:
            return self.recompute([table])[0]
        return self._sql.run_in_transaction(lambda: self._refresh_or_rebuild(table, root, partitions, with_stale))

    def rebuild(self, table: Table) -> RefreshResult:
        """Recompute the whole table.  One transaction."""
        self._require_usable_inputs(table)
        if lookup := self._catalog.lookups.get(table.name):
            return self._sql.run_in_transaction(lambda: self._lookups.rebuild(lookup))
        root = self._catalog.root(table)
        return self._sql.run_in_transaction(lambda: self._rebuild(table, root, self._metadata.refresh_state(root) if root else None))

    def recompute(self, tables: Sequence[Table]) -> list[RefreshResult]:
        """Recompute tables without partitions: the days that are stale where these are recorded, else every row.

        A table that reads another must come after it.  One transaction for all.
        """
        for table in tables:
            self._require_usable_inputs(table)
        return self._sql.run_in_transaction(lambda: self._recompute(tables))

    def _recompute(self, tables: Sequence[Table]) -> list[RefreshResult]:
        known = self._metadata.stale_partitions()
        pending = {name: set(keys) for name, keys in known.items()}
        later, others = [t.name for t in tables], dict[str, set[str]]()
        written: dict[str, tuple[int, float]] = {}
        for table in tables:
            begun = time.monotonic()
            source, ranges = self._catalog.transforms[table.name].day_source, self._ranges_to_recompute(table, pending.get(table.name))
            days = None
            if source and ranges:
                rows, replaced = self._replace_days(table, source, pending[table.name], ranges)
                days = {source.column: replaced}
            else:
                rows = self._replace_rows(table)
            written[table.name] = rows, time.monotonic() - begun
            later.remove(table.name)
            for name, keys in self._metadata.stale_dependents(table, (), days).items():
                (pending if name in later else others).setdefault(name, set()).update(keys)
        if others:
            self._metadata.mark_stale(others, known)
        self._metadata.clear_stale_tables(tables)
        counts = self._queries.row_counts_of(tables)
        return [RefreshResult(written[t.name][0], counts[t.name], seconds=written[t.name][1]) for t in tables]

    def _ranges_to_recompute(self, table: Table, stale: Collection[str] | None) -> list[str]:
        """First day and the day after the last of each range of days, one after the other; empty: every row is to be recomputed."""
        if not stale or NO_PARTITION in stale or table.name in self._schema.stale:
            return []
        ranges = day_ranges(stale)
        return _flat(ranges) if len(ranges) <= MOST_RANGES else []

    def _replace_days(self, table: Table, source: DaySource, stale: Collection[str], ranges: Sequence[str]) -> tuple[int, set[str]]:
        """Rows written, and the days whose rows may have changed: those that are stale, and the other days of their groups."""
        if not source.group:
            return self._replace_rows_of_days(table, ranges), set(stale)
        with self._sql.temporary(AFFECTED_KEYS, types_of(table, source.group)):
            add, days_of_groups = affected_groups_sql(self._catalog, table, self._sql.dialect, len(ranges) // 2)
            self._sql.execute(add, [*ranges, *ranges])
            days = {*stale, *(partition_key(day) for (day,) in self._sql.execute(days_of_groups))}
            of_groups = day_ranges(days)
            if len(of_groups) > MOST_RANGES:
                of_groups = [(of_groups[0][0], of_groups[-1][1])]
            return self._replace_rows_of_days(table, _flat(of_groups)), days

    def _replace_rows_of_days(self, table: Table, ranges: Sequence[str]) -> int:
        delete, add = replace_days_sql(self._catalog, table, self._sql.dialect, len(ranges) // 2)
        self._sql.execute(delete, ranges)
        ((rows,),) = self._sql.execute(add, ranges)
        return rows

    def _require_usable_inputs(self, table: Table) -> None:
        self._schema.require_usable(table.name, *self._catalog.inputs(table))

    def _refresh_or_rebuild(self, table: Table, root: Table, partitions: Sequence[str], with_stale: bool) -> RefreshResult:
        state = self._metadata.refresh_state(root)
        stale = sorted(state.stale.get(table.name, frozenset()).difference(partitions)) if with_stale else []
        if (reads_staging := root.name in self._catalog.inputs(table)) and state.expired:
            stale = [key for key in stale if key > max(state.expired)]  # the others wait until what has expired is loaded again
        keys = [*partitions, *stale]
        if gone := sorted(self._expired_at_source(table, root, state.expired.intersection(keys))):
            raise WarehouseError(
                f"{table.name}: the rows of {', '.join(gone[:5])}{' …' if len(gone) > 5 else ''} are no longer in {root.name} "
                f"(SPARKIFY_STAGING_DAYS), so they cannot be computed again; nothing was changed. Load {root.name} for "
                f"{pluralized(len(gone), 'partition')} as well: `sparkify load --force --from {gone[0]} --to {gone[-1]}`"
            )
        if reads_staging and partitions and (later := sorted(key for key in state.expired if key > min(partitions))):
            raise WarehouseError(
                f"{table.name}: {pluralized(len(later), 'partition')} after {min(partitions)} are no longer in {root.name} "
                "(SPARKIFY_STAGING_DAYS), so a newer row may be chosen from them that is not there to compare with; "
                f"{table.name} stays as it was. Load them again as well: "
                f"`sparkify load --force --from {min(partitions)} --to {later[-1]}`"
            )
        if state.loaded <= set(keys):
            done = self._rebuild(table, root, state)
        else:
            done = self._refresh(table, keys, state) if keys else RefreshResult(0, self._queries.row_count(table))
        return replace(done, stale=tuple(stale))

    def _refresh(self, table: Table, keys: list[str], state: RefreshState) -> RefreshResult:
        column, transform, dialect = self._catalog.required_partition_column(table), self._catalog.transforms[table.name], self._sql.dialect
        with self._sql.temporary(AFFECTED_KEYS, types_of(table, table.key)):
            self._sql.execute(affected_keys_sql(self._catalog, table, dialect, len(keys)), keys + keys)
            times = self._times_of_keys(table)
            before = self._affected_counts(table, column, times.values())
            self._sql.run(delete_affected(table), _flat(times.values()))
            held = {partition for partition, *_ in before}
            # a stale partition may have lost the row that was chosen from it, and then any other may hold the next; so has an expired one,
            # and so may any if the rows were chosen by other code
            unsettled = {*keys, *state.stale.get(table.name, ()), *state.expired}
            is_settled = held.isdisjoint(unsettled) and table.name not in self._schema.stale
            read = _padded(sorted({*keys, *held})) if transform.chooses_a_row and is_settled else []
            add = insert_affected_sql(self._catalog, table, dialect, len(read))
            self._sql.execute(add, [*_flat(times[name] for name in times_read(transform)), *read])
            after = self._affected_counts(table, column, times.values())
        self._metadata.clear_stale(table, keys)
        groups, written = [*before, *after], Counter[str]()
        for (partition, *_), rows in after.items():
            written[partition] += rows
        changed = {partition: written[partition] for partition, *_ in groups}
        followed = self._catalog.days_followed(table.name)
        days = {name: {day for _, *found in groups if (day := found[n])} for n, name in enumerate(followed)}
        self._metadata.mark_dependents_stale(table, changed, days, state.stale)
        return RefreshResult(written.total(), self._queries.row_count(table), changed)

    def _rebuild(self, table: Table, root: Table | None, state: RefreshState | None) -> RefreshResult:
        """Recompute every row; where the staging rows of some partitions have expired, every row that can be."""
        if root and state and (gone := self._expired_at_source(table, root, state.expired)):
            keys = sorted(state.loaded | state.expired.difference(gone))
            done = self._refresh(table, keys, state) if keys else RefreshResult(0, self._queries.row_count(table))
            self._record_version(table)
            return done
        column = self._catalog.partition_column(table)
        before = self._rows_by_partition(table, column) if column else {}
        rows = self._replace_rows(table)
        self._metadata.clear_stale_tables([table])
        after = self._rows_by_partition(table, column) if column else {}
        changed = dict.fromkeys(before, 0) | after
        self._metadata.mark_dependents_stale(table, changed)
        return RefreshResult(rows, rows, changed)

    def _expired_at_source(self, table: Table, root: Table, expired: Collection[str]) -> Collection[str]:
        """Those of these expired partitions that the table cannot be computed for.

        A table that reads another keeps what was computed before, but the other has no rows that expired before it was created.
        """
        source = self._catalog.transforms[table.name].incremental_source
        if not expired or source is None or source.table == root.name:
            return expired
        column, keys = self._catalog.required_partition_column(table), sorted(expired)
        held = exp.select(exp.column(column)).distinct().from_(source.table).where(in_list(exp.column(column), root, len(keys)))
        return set(keys).difference(partition_key(key) for (key,) in self._sql.run(held, keys))

    def _replace_rows(self, table: Table) -> int:
        self._sql.run(exp.delete(table.name))
        ((rows,),) = self._sql.execute(insert_sql(self._catalog, table, self._sql.dialect, self._sql.rereads_for_windows))
        self._record_version(table)
        return rows

    def _record_version(self, table: Table) -> None:
        """Record that the present code has computed the rows, where another had."""
        if table.name in self._schema.stale:
            self._metadata.record_version(table)
            self._schema.stale.discard(table.name)

    def _times_of_keys(self, table: Table) -> dict[str, tuple[Any, Any]]:
        """Column of the key → first and last value among the affected keys (None: there is no key)."""
        names = times_of_key(table)
        if not names:
            return {}
        (found,) = self._sql.run(range_of_keys(table))
        return {name: (found[2 * n], found[2 * n + 1]) for n, name in enumerate(names)}

    def _affected_counts(self, table: Table, column: str, times: Iterable[tuple[Any, Any]]) -> dict[tuple[str, ...], int]:
        """Partition, and the day by each column whose days other tables follow ("" for null) → rows with affected keys."""
        days = [exp.cast(exp.column(name, table.name), exp.DType.DATE) for name in self._catalog.days_followed(table.name)]
        by = [exp.column(column, table.name), *days]
        counts = affected_rows(table).select(*by, "COUNT(*)").group_by(*(e.copy() for e in by))
        return {tuple("" if k is None else partition_key(k) for k in keys): rows for *keys, rows in self._sql.run(counts, _flat(times))}

    def _rows_by_partition(self, table: Table, column: str) -> dict[str, int]:
        query = exp.select(exp.column(column), "COUNT(*)").from_(table.name).group_by(exp.column(column))
        return {partition_key(key): rows for key, rows in self._sql.run(query)}


def day_ranges(days: Iterable[str]) -> list[tuple[str, str]]:
    """Days as ranges without gaps: the first, and the day after the last; padded."""
    ranges: list[tuple[date, date]] = []
    for day in sorted(map(date.fromisoformat, days)):
        first = ranges.pop()[0] if ranges and ranges[-1][1] == day else day
        ranges.append((first, day + timedelta(days=1)))
    return _padded([(str(first), str(after)) for first, after in ranges])


def _padded(values: list[_Value]) -> list[_Value]:
    """The last one repeated until their number is a power of two: each number is another statement, which Redshift compiles anew."""
    return values + values[-1:] * ((1 << (len(values) - 1).bit_length()) - len(values))


def _flat(pairs: Iterable[tuple[_Value, _Value]]) -> list[_Value]:
    return [value for pair in pairs for value in pair]
