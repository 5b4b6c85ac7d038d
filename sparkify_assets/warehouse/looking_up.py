"""Lookups: kept with staging, in the transaction that changes it, so that a refresh finds every text of its rows there.

A text is read when it first comes and forgotten when staging no longer has it; what is looked at is the partitions that change.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlglot import exp

from sparkify_assets.model import Table
from sparkify_assets.model.dialect import to_sql
from sparkify_assets.model.lookup import Lookup
from sparkify_assets.warehouse.asking import Asking
from sparkify_assets.warehouse.ledger import NO_PARTITION
from sparkify_assets.warehouse.protocol import Refreshed
from sparkify_assets.warehouse.trees import everything

Texts = Mapping[str, set[str]]
"""lookup → texts"""
LISTED = 1000
"""texts named in one statement"""


class LookingUp(Asking):
    """What ``load`` and ``rebuild`` do about lookups."""

    def _known_texts(self, staging: Table, partitions: Sequence[str]) -> Texts:
        """Texts of these partitions that the lookups have a row for."""
        lookups = self._catalog.lookups_of(staging.name)
        return {x.table.name: self._texts(x, staging, partitions, exp.intersect) for x in lookups}

    def _learn(self, staging: Table, partitions: Sequence[str]) -> None:
        """Read the texts of these partitions that no row is there for."""
        for lookup in self._catalog.lookups_of(staging.name):
            self._add(lookup, self._texts(lookup, staging, partitions, exp.except_))

    def _forget(self, staging: Table, partitions: Sequence[str], before: Texts) -> None:
        """Take away the rows of texts that these partitions had ``before`` and that are nowhere now."""
        if not any(before.values()):  # a first load: nothing to look for
            return
        now = self._known_texts(staging, partitions)
        for name, texts in before.items():
            lookup, gone = self._catalog.lookups[name], sorted(texts - now[name])
            for start in range(0, len(gone), LISTED):
                chosen = gone[start : start + LISTED]
                held = exp.select(exp.column(lookup.key)).from_(name).where(_among(lookup, len(chosen)))
                nowhere = exp.except_(held, _keys(lookup, lookup.texts), copy=False)
                self._remove(lookup, [r[0] for r in self.run(nowhere, chosen)])

    def _rebuild_lookup(self, lookup: Lookup) -> Refreshed:
        """Read every text anew; where that changes a row, what looks rows up is owed a refresh, whole."""
        table = lookup.table
        held = {row[0]: tuple(row) for row in self.run(everything(table.name, table.column_names))}
        given = {row[0]: row for row in _read(lookup, {r[0] for r in self.run(lookup.texts)})}
        changed = {text for text in held.keys() | given.keys() if held.get(text) != given.get(text)}
        self._remove(lookup, sorted(changed & held.keys()))
        self._add(lookup, sorted(changed & given.keys()))
        self.say("settle_all", table.name)
        if changed:
            for definition in self._catalog.dependents(table.name):
                root = self._catalog.root(definition.table)
                self._owe({definition.table.name: self._partitions(root) if root else {NO_PARTITION}})
        return Refreshed(len(changed & given.keys()), len(given), frozenset())

    def _texts(self, lookup: Lookup, staging: Table, partitions: Sequence[str], combined: Callable[..., exp.SetOperation]) -> set[str]:
        """Texts of these partitions, combined with those that the lookup has a row for."""
        told, times = _combined(lookup, staging, self._partition_column(staging), len(partitions), combined, self.dialect)
        return {r[0] for r in self.execute(told, [*partitions] * times)}

    def _add(self, lookup: Lookup, texts: Iterable[str]) -> None:
        if rows := _read(lookup, texts):
            self._insert(lookup.table, list(zip(*rows, strict=True)))

    def _remove(self, lookup: Lookup, texts: Sequence[str]) -> None:
        for start in range(0, len(texts), LISTED):
            chosen = texts[start : start + LISTED]
            self.run(exp.delete(lookup.table.name, where=_among(lookup, len(chosen))), chosen)


@lru_cache(200)  # to build and to translate it takes longer than the engine takes to answer it
def _combined(
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


def _among(lookup: Lookup, count: int) -> exp.In:
    return exp.In(this=exp.column(lookup.key), expressions=[exp.Placeholder() for _ in range(count)])
