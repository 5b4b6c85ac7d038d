"""Lookups: kept with staging, in the transaction that changes it, so that a refresh finds every text of its rows there.

A text is read when it first comes and forgotten when staging no longer has it; what is looked at is the partitions that change.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlglot import exp

from sparkify_assets.model import Table
from sparkify_assets.model.lookup import Lookup
from sparkify_assets.model.transpile import to_sql
from sparkify_assets.warehouse.base import RefreshResult
from sparkify_assets.warehouse.load_metadata import NO_PARTITION
from sparkify_assets.warehouse.queries import Queries
from sparkify_assets.warehouse.sql_builder import select_columns

Texts = Mapping[str, set[str]]
"""lookup → texts"""
TEXTS_PER_STATEMENT = 1000
"""texts named in one statement"""


class LookupSync(Queries):
    """What ``load`` and ``rebuild`` do about lookups."""

    def _known_texts(self, staging: Table, partitions: Sequence[str]) -> Texts:
        """Texts of these partitions that the lookups have a row for."""
        lookups = self._catalog.lookups_of(staging.name)
        return {x.table.name: self._texts_of(x, staging, partitions, exp.intersect) for x in lookups}

    def _add_new_texts(self, staging: Table, partitions: Sequence[str]) -> None:
        """Read the texts of these partitions that no row is there for."""
        for lookup in self._catalog.lookups_of(staging.name):
            self._add(lookup, self._texts_of(lookup, staging, partitions, exp.except_))

    def _remove_gone_texts(self, staging: Table, partitions: Sequence[str], before: Texts) -> None:
        """Take away the rows of texts that these partitions had ``before`` and that are nowhere now."""
        if not any(before.values()):  # a first load: nothing to look for
            return
        now = self._known_texts(staging, partitions)
        for name, texts in before.items():
            lookup, gone = self._catalog.lookups[name], sorted(texts - now[name])
            for start in range(0, len(gone), TEXTS_PER_STATEMENT):
                chosen = gone[start : start + TEXTS_PER_STATEMENT]
                held = exp.select(exp.column(lookup.key)).from_(name).where(_in_texts(lookup, len(chosen)))
                nowhere = exp.except_(held, _keys(lookup, lookup.texts), copy=False)
                self._remove(lookup, [r[0] for r in self.run(nowhere, chosen)])

    def _rebuild_lookup(self, lookup: Lookup) -> RefreshResult:
        """Read every text anew; where that changes a row, what looks rows up is owed a refresh, whole."""
        table = lookup.table
        held = {row[0]: tuple(row) for row in self.run(select_columns(table.name, table.column_names))}
        given = {row[0]: row for row in _read(lookup, {r[0] for r in self.run(lookup.texts)})}
        changed = {text for text in held.keys() | given.keys() if held.get(text) != given.get(text)}
        self._remove(lookup, sorted(changed & held.keys()))
        self._add(lookup, sorted(changed & given.keys()))
        self.run_named("clear_all_stale", table.name)
        if changed:
            for definition in self._catalog.dependents(table.name):
                root = self._catalog.root(definition.table)
                self._mark_stale({definition.table.name: self._partitions(root) if root else {NO_PARTITION}})
        return RefreshResult(len(changed & given.keys()), len(given), frozenset())

    def _texts_of(self, lookup: Lookup, staging: Table, partitions: Sequence[str], combined: Callable[..., exp.SetOperation]) -> set[str]:
        """Texts of these partitions, combined with those that the lookup has a row for."""
        told, times = _texts_sql(lookup, staging, self._partition_column(staging), len(partitions), combined, self.dialect)
        return {r[0] for r in self.execute(told, [*partitions] * times)}

    def _add(self, lookup: Lookup, texts: Iterable[str]) -> None:
        if rows := _read(lookup, texts):
            self._insert(lookup.table, list(zip(*rows, strict=True)))

    def _remove(self, lookup: Lookup, texts: Sequence[str]) -> None:
        for start in range(0, len(texts), TEXTS_PER_STATEMENT):
            chosen = texts[start : start + TEXTS_PER_STATEMENT]
            self.run(exp.delete(lookup.table.name, where=_in_texts(lookup, len(chosen))), chosen)


@lru_cache(200)  # to build and to translate it takes longer than the engine takes to answer it
def _texts_sql(
    lookup: Lookup, staging: Table, column: str, count: int, combined: Callable[..., exp.SetOperation], dialect: str
) -> tuple[str, int]:
    """Texts of so many partitions, combined with those there is a row for; and how many times its parameters repeat."""
    texts, times = lookup.texts_in(staging, column, count)
    known = exp.select(exp.column(lookup.key)).from_(lookup.table.name)
    return to_sql(combined(_keys(lookup, texts), known), dialect), times


def _keys(lookup: Lookup, texts: exp.Query) -> exp.Select:
    """In a subquery: of ``a EXCEPT b UNION ALL c``, c would not be taken away but put in."""
    return exp.select(exp.column(lookup.key)).from_(texts.subquery("texts"))


def _read(lookup: Lookup, texts: Iterable[str]) -> list[tuple[Any, ...]]:
    """Rows for those of the texts that there is something to say of."""
    return [(text, *said) for text in sorted(texts) if (said := lookup.read(text)) is not None]


def _in_texts(lookup: Lookup, count: int) -> exp.In:
    return exp.In(this=exp.column(lookup.key), expressions=[exp.Placeholder() for _ in range(count)])
