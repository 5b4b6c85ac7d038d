"""Lookup tables: kept in step with staging in the transaction that changes it, so that a refresh finds every text of its rows.

A text gets a row when it first appears in staging and loses it when no partition of staging has it any more.  Only the texts of the
partitions that change are read.

Put here how lookup rows are added, removed and recomputed.  Do not put here what a row says: that is in lookups/.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlglot import exp

from sparkify_assets.model import Catalog, Table
from sparkify_assets.model.lookup import Lookup
from sparkify_assets.model.transpile import to_sql
from sparkify_assets.warehouse.connection import SqlConnection
from sparkify_assets.warehouse.load_metadata import InsertRows, LoadMetadata
from sparkify_assets.warehouse.results import RefreshResult
from sparkify_assets.warehouse.sql_builder import select_columns

Texts = Mapping[str, set[str]]
"""lookup table → texts"""
TEXTS_PER_STATEMENT = 1000


class LookupSync:
    """The lookup tables, through one connection."""

    def __init__(self, sql: SqlConnection, catalog: Catalog, metadata: LoadMetadata, insert_rows: InsertRows) -> None:
        self._sql, self._catalog, self._metadata, self._insert_rows = sql, catalog, metadata, insert_rows

    def known_texts(self, staging: Table, partitions: Sequence[str]) -> Texts:
        """Texts of these partitions that have a lookup row."""
        lookups = self._catalog.lookups_of(staging.name)
        return {x.table.name: self._texts_of(x, staging, partitions, exp.intersect) for x in lookups}

    def add_new_texts(self, staging: Table, partitions: Sequence[str]) -> None:
        """Add rows for the texts of these partitions that have none."""
        for lookup in self._catalog.lookups_of(staging.name):
            self._add(lookup, self._texts_of(lookup, staging, partitions, exp.except_))

    def remove_gone_texts(self, staging: Table, partitions: Sequence[str], before: Texts) -> None:
        """Delete the rows of texts that these partitions had ``before`` and that no partition has now.

        None is deleted where staging rows have expired: which texts they had is unknown, and rows derived from them stay.
        """
        if not any(before.values()):  # a first load
            return
        now = self.known_texts(staging, partitions)
        for name, texts in before.items():
            lookup, gone = self._catalog.lookups[name], sorted(texts - now[name])
            if gone and self._has_expired(lookup):
                continue
            for start in range(0, len(gone), TEXTS_PER_STATEMENT):
                chosen = gone[start : start + TEXTS_PER_STATEMENT]
                held = exp.select(exp.column(lookup.key)).from_(name).where(_in_texts(lookup, len(chosen)))
                nowhere = exp.except_(held, _keys(lookup, lookup.texts), copy=False)
                self._remove(lookup, [r[0] for r in self._sql.run(nowhere, chosen)])

    def rebuild(self, lookup: Lookup) -> RefreshResult:
        """Recompute the row of every text; where a row changes, every table that joins the lookup table is stale."""
        table = lookup.table
        held = {row[0]: tuple(row) for row in self._sql.run(select_columns(table.name, table.column_names))}
        texts = {r[0] for r in self._sql.run(lookup.texts)} | (held.keys() if self._has_expired(lookup) else set())
        computed = {row[0]: row for row in _rows(lookup, texts)}
        changed = {text for text in held.keys() | computed.keys() if held.get(text) != computed.get(text)}
        self._remove(lookup, sorted(changed & held.keys()))
        self._add(lookup, sorted(changed & computed.keys()))
        self._metadata.clear_stale_tables([table])
        if changed:
            for transform in self._catalog.dependents(table.name):
                self._metadata.mark_all_stale(transform.table)
        return RefreshResult(len(changed & computed.keys()), len(computed))

    def _has_expired(self, lookup: Lookup) -> bool:
        """Whether a staging table that it has texts of lacks rows that have expired."""
        return any(self._metadata.refresh_state(self._catalog[name]).expired for name in lookup.sources)

    def _texts_of(self, lookup: Lookup, staging: Table, partitions: Sequence[str], combined: Callable[..., exp.SetOperation]) -> set[str]:
        """Texts of these partitions, combined with those that have a lookup row."""
        column = self._catalog.required_partition_column(staging)
        statement, times = _texts_sql(lookup, staging, column, len(partitions), combined, self._sql.dialect)
        return {r[0] for r in self._sql.execute(statement, [*partitions] * times)}

    def _add(self, lookup: Lookup, texts: Iterable[str]) -> None:
        if rows := _rows(lookup, texts):
            self._insert_rows(lookup.table, list(zip(*rows, strict=True)))

    def _remove(self, lookup: Lookup, texts: Sequence[str]) -> None:
        for start in range(0, len(texts), TEXTS_PER_STATEMENT):
            chosen = texts[start : start + TEXTS_PER_STATEMENT]
            self._sql.run(exp.delete(lookup.table.name, where=_in_texts(lookup, len(chosen))), chosen)


@lru_cache(200)  # building and transpiling it takes longer than running it
def _texts_sql(
    lookup: Lookup, staging: Table, column: str, count: int, combined: Callable[..., exp.SetOperation], dialect: str
) -> tuple[str, int]:
    """Texts of ``count`` partitions, combined with those that have a row; and how many times the parameters repeat."""
    texts, times = lookup.texts_in(staging, column, count)
    known = exp.select(exp.column(lookup.key)).from_(lookup.table.name)
    return to_sql(combined(_keys(lookup, texts), known), dialect), times


def _keys(lookup: Lookup, texts: exp.Query) -> exp.Select:
    """A subquery: in ``a EXCEPT b UNION ALL c`` the rows of c would be added, not excluded."""
    return exp.select(exp.column(lookup.key)).from_(texts.subquery("texts"))


def _rows(lookup: Lookup, texts: Iterable[str]) -> list[tuple[Any, ...]]:
    """Lookup rows of those texts that have one."""
    return [(text, *columns) for text in sorted(texts) if (columns := lookup.read(text)) is not None]


def _in_texts(lookup: Lookup, count: int) -> exp.In:
    return exp.In(this=exp.column(lookup.key), expressions=[exp.Placeholder() for _ in range(count)])
