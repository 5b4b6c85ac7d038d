"""Invariant 1: after any history of deliveries, loads, refreshes, crashes and repairs, every table equals the result of one full load.

Hypothesis generates the histories. The domains are tiny, so that keys collide: the same event on two days, an artist under two prefixes.
Most histories end with a fast verification in the warehouse itself: staging holds the records of the accepted files, and each derived
table, in order, equals the result of its SELECT. Some end with a second warehouse, loaded from scratch, to compare with.

Put here histories of the warehouse alone. Do not put here Dagster (load_history.py).
"""

import random
import shutil
import sys
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlglot import exp

from sparkify_assets.errors import RejectedRecordsError
from sparkify_assets.lake import LocalLake, fingerprint, list_partitions
from sparkify_assets.model import LOAD_METADATA, REPORTS, STAGING, Catalog, Table, load_catalog
from sparkify_assets.model.lookup import Lookup
from sparkify_assets.model.transpile import to_sql
from sparkify_assets.warehouse import PartitionLoadFailure, PartitionLoadResult, Session, Warehouse
from sparkify_assets_tests.contracts.crash import crash_after
from sparkify_assets_tests.contracts.tiny_lake import (
    DAYS,
    EVENTS,
    ONES,
    PARTITIONS,
    PREFIXES,
    QUIET,
    RECORDS,
    SLOTS,
    SONGS,
    File,
    Files,
    Slot,
    broken_in,
    choice,
    is_refused,
    key_of,
    row_of,
)
from sparkify_assets_tests.support import RUN, LakeDirectory, Record, derived_tables, every_socket_closed, in_order, rows

PARTS = 2
"""Tests that share the histories, so that two processes can run them."""
SEEDS = st.integers(0, 999)
SHARES = {"duckdb": 1, "redshift": 4}
"""Engine → divisor of the number of histories: a statement over the network takes several times as long."""
MANY = {"duckdb": 2000, "redshift": 100}
"""Histories in `make test-slow`."""
ENOUGH = 100
"""Refreshes that complete all pending ones of so small a lake, one partition at a time."""


class Opened:
    """A warehouse kept open from history to history, because opening costs as much as a refresh."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._stack = ExitStack()
        self.session: Session
        self.open()

    def open(self) -> None:
        session = self._stack.enter_context(self._warehouse.session())
        assert isinstance(session, Session)
        if session.sql.dialect == "duckdb":
            session.sql.execute("SET threads = 1")  # a second one has no work with a dozen rows, and costs a tenth of the time
        self.session = session

    def close(self) -> None:
        self._stack.close()

    def empty(self, catalog: Catalog) -> None:
        with self.session.sql.transaction():
            for table in catalog:
                self.session.sql.execute(emptying(table, self.session.sql.dialect))


class History(RuleBasedStateMachine):
    """A lake, the warehouse that follows it step by step, and another, loaded from scratch, to compare with."""

    def __init__(self, followed: Opened, pristine: Opened, folder: Path) -> None:
        super().__init__()
        self.catalog = load_catalog()
        self.followed, self.pristine = followed, pristine
        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        self.lake = LakeDirectory(folder / "lake")
        self.delivered: dict[tuple[str, str], Files] = defaultdict(dict)
        """By staging table and partition."""
        self.accepted: dict[tuple[str, str], Files] = defaultdict(dict)
        self.tolerated = 0
        self.compared = False
        followed.empty(self.catalog)
        for name, partition in QUIET.items():
            self.put((name, partition, "a"), File([]))

    @property
    def session(self) -> Session:
        return self.followed.session

    @initialize(
        days=st.tuples(*[st.lists(EVENTS, max_size=3)] * 3),
        prefixes=st.tuples(*[st.lists(SONGS, max_size=3)] * 3),
        built=choice(True, True, True, False),
        tolerated=choice(0, 0, 1, 2),
        broken=st.integers(0, 1),
        compared=choice(False, False, False, True),
    )
    def begin(
        self,
        days: tuple[list[Record], ...],
        prefixes: tuple[list[Record], ...],
        built: bool,
        tolerated: int,
        broken: int,
        compared: bool,
    ) -> None:
        self.tolerated, self.compared = tolerated, compared
        broken = min(broken, tolerated)
        for day, events in zip(DAYS, days, strict=True):
            self.put(("staging_events", day, "a"), File(events, broken))
        for prefix, songs in zip(PREFIXES, prefixes, strict=True):
            self.put(("staging_songs", prefix, "a"), File(songs, broken))
        for name, partition in QUIET.items():
            self.load(self.catalog[name], [*PARTITIONS[name], partition])
        if built:
            for table in derived_tables(self.catalog):
                self.session.refresher.rebuild(table)

    # the lake changes

    def put(self, slot: Slot, file: File) -> None:
        table, partition, name = slot
        self.delivered[table, partition][name] = file
        self.lake.raw(key_of(slot), file.content)

    def found(self, slot: Slot) -> File | None:
        return self.delivered[slot[0], slot[1]].get(slot[2])

    @rule(slot=SLOTS.filter(lambda s: s[0] == "staging_events"), events=st.lists(EVENTS, max_size=4), broken=choice(0, 0, 1, 2))
    def deliver_events(self, slot: Slot, events: list[Record], broken: int) -> None:
        self.put(slot, File(events, broken))

    @rule(slot=SLOTS.filter(lambda s: s[0] == "staging_songs"), songs=st.lists(SONGS, max_size=4), broken=choice(0, 0, 1, 2))
    def deliver_songs(self, slot: Slot, songs: list[Record], broken: int) -> None:
        self.put(slot, File(songs, broken))

    @rule(slot=SLOTS.filter(lambda s: s[0] == "staging_songs"), late=SONGS, number=st.integers(0, 9))
    def deliver_a_late_song(self, slot: Slot, late: Record, number: int) -> None:
        """A song that matches a play delivered earlier."""
        logs = [file for (table, _), files in self.delivered.items() if table == "staging_events" for file in files.values()]
        plays = [r for file in logs for r in file.records]
        if plays:
            play = plays[number % len(plays)]
            before = self.found(slot) or File([])
            self.put(slot, File([*before.records[:4], late | {"title": play["song"], "artist_name": play["artist"]}], before.broken))

    @rule(slot=SLOTS, other=SLOTS)
    def deliver_a_copy(self, slot: Slot, other: Slot) -> None:
        """Copy a file; onto itself: every record twice."""
        if (file := self.found(slot)) and slot[0] == other[0]:
            self.put(other, File([*file.records, *file.records][:8], file.broken) if slot == other else file)

    @rule(slot=SLOTS, data=st.data())
    def correct_a_field(self, slot: Slot, data: st.DataObject) -> None:
        if (file := self.found(slot)) and file.records:
            records = list(file.records)
            n = data.draw(st.integers(0, len(records) - 1))
            another = data.draw(RECORDS[slot[0]])
            field = data.draw(choice(*another))
            records[n] = records[n] | {field: another[field]}
            self.put(slot, File(records, file.broken))

    @rule(slot=SLOTS)
    def take_a_file_away(self, slot: Slot) -> None:
        if self.delivered[slot[0], slot[1]].pop(slot[2], None):
            self.lake.remove(key_of(slot))

    # the warehouse follows

    def load(self, table: Table, partitions: Sequence[str]) -> None:
        """Load as the asset does; what is accepted and what is rejected must agree with the tolerance."""
        assert table.source is not None
        lake = LocalLake(self.lake.root)
        found = list_partitions(lake, table.source).partitions
        deliveries = {p: found.get(p, ()) for p in partitions}
        for answer in self.session.loader.load(table, deliveries, lake, RUN, self.tolerated):
            files = self.delivered[table.name, answer.partition]
            assert isinstance(answer, PartitionLoadFailure) == is_refused(table.name, files, self.tolerated)
            if isinstance(answer, PartitionLoadResult):
                assert len(answer.rejects) == broken_in(files)
                self.accepted[table.name, answer.partition] = dict(files)
            else:
                assert isinstance(answer.error, RejectedRecordsError)
                assert len(answer.error.rejects) == broken_in(files)

    @rule(tolerated=st.integers(0, 2))
    def set_the_tolerance(self, tolerated: int) -> None:
        self.tolerated = tolerated

    @rule(one=ONES)
    def load_only(self, one: tuple[str, str]) -> None:
        """Load without the refreshes that follow."""
        self.load(self.catalog[one[0]], [one[1]])

    @rule(one=ONES)
    def load_and_refresh(self, one: tuple[str, str]) -> None:
        """A run of a group's assets for one partition."""
        self.load_only(one)
        for table in derived_tables(self.catalog):
            if (root := self.catalog.root(table)) and root.name == one[0]:
                self.session.refresher.refresh(table, [one[1]])

    @rule(one=ONES, statements=st.integers(0, 60))
    def crash(self, one: tuple[str, str], statements: int) -> None:
        """The next process opens what this one left."""
        with crash_after(self.session, statements):
            self.load_and_refresh(one)
        self.followed.close()
        self.followed.open()

    @rule(one=ONES, number=st.integers(0, 2))
    def refresh_one(self, one: tuple[str, str], number: int) -> None:
        """Refresh one partition, pending or not, in any order."""
        tables = [t for t in derived_tables(self.catalog) if (root := self.catalog.root(t)) and root.name == one[0]]
        self.session.refresher.refresh(tables[number % len(tables)], [one[1]])

    @rule(number=st.integers(0, 99))
    def refresh_all(self, number: int) -> None:
        """Refresh all existing partitions, which is a full refresh."""
        tables = derived_tables(self.catalog)
        table = tables[number % len(tables)]
        root = self.catalog.root(table)
        self.session.refresher.refresh(table, sorted(self.session.metadata.load_stats(root)) if root else [])

    @rule(seed=SEEDS)
    def refresh_some_that_are_owed(self, seed: int) -> None:
        """Has no precondition, because that would query the warehouse before each rule."""
        if owed := self.session.metadata.stale_partitions():
            self.refresh_some_of(owed, random.Random(seed))

    def refresh_some_of(self, owed: Mapping[str, Collection[str]], order: random.Random) -> None:
        name = order.choice(self.first(owed) or sorted(owed))
        keys = sorted(owed[name])
        chosen = keys if order.random() < 0.5 else [order.choice(keys)]
        self.session.refresher.refresh(self.catalog[name], [] if chosen == [""] else chosen)

    def first(self, owed: Collection[str]) -> list[str]:
        """Tables that are not reports.

        Nothing depends on reports and their refresh is always the same, so they are included one time in ten.
        """
        return sorted(name for name in owed if self.catalog[name].layer != REPORTS)

    @rule(seed=SEEDS)
    def settle(self, seed: int, reports: bool = False) -> None:
        """Load what has changed, then complete pending refreshes, in any order; then every table without one must be right."""
        order = random.Random(seed)
        for table in order.sample(self.catalog.layer(STAGING), 2):
            due = self.due(table)
            for some in [due] if order.random() < 0.5 else [[p] for p in order.sample(due, len(due))]:
                self.load(table, some)
        reports = reports or order.random() < 0.1
        for _ in range(ENOUGH):
            owed = self.session.metadata.stale_partitions()
            if not (owed if reports else self.first(owed)):
                break
            self.refresh_some_of(owed, order)
        self.check()

    @rule(seed=SEEDS)
    def settle_again(self, seed: int) -> None:
        """Doubles the probability of settle: a defect is easier to see before another one hides it."""
        self.settle(seed)

    def due(self, table: Table) -> list[str]:
        assert table.source is not None
        listed = list_partitions(LocalLake(self.lake.root), table.source).partitions
        known = self.session.metadata.fingerprints(table)
        return sorted(p for p in {*listed, *known} if p not in known or known[p] != fingerprint(listed.get(p, ())))

    def teardown(self) -> None:
        if sys.exception() is None:
            self.settle(0, reports=True)
            assert not self.session.metadata.stale_partitions()
            if self.compared:
                self.compare()

    # what must hold

    def check(self) -> None:
        for key, files in self.delivered.items():
            if not is_refused(key[0], files, self.tolerated):
                assert self.accepted[key] == files
        for table in self.catalog.layer(STAGING):
            assert self.rows(table) == in_order(self.accepted_rows(table)), table.name
            self.check_that_every_record_is_accounted_for(table)
        for lookup in self.catalog.lookups.values():
            texts = {row[0] for row in self.session.sql.execute(texts_of(lookup, self.session.sql.dialect))}
            assert self.rows(lookup.table) == in_order((t, *said) for t in texts if (said := lookup.read(t))), lookup.table.name
        owed = self.session.metadata.stale_partitions()
        assert not self.first(owed)
        for table in [t for t in derived_tables(self.catalog) if t.name not in owed]:
            assert self.rows(table) == in_order(self.session.sql.execute(definition_of(table, self.session.sql.dialect))), table.name

    def compare(self) -> None:
        self.load_from_nothing()
        for table in [t for t in self.catalog if t.layer != LOAD_METADATA] + [self.catalog["rejected_records"]]:
            assert self.rows(table) == rows(self.pristine.session, table), table.name

    def rows(self, table: Table) -> list[tuple[Any, ...]]:
        return rows(self.session, table)

    def accepted_rows(self, table: Table) -> Iterator[tuple[object, ...]]:
        for (name, partition), files in self.accepted.items():
            if name == table.name:
                yield from (row_of(table, partition, r) for file in files.values() for r in file.records)

    def load_from_nothing(self) -> None:
        """Load the lake's content; for rejected partitions, the version that was accepted last."""
        self.pristine.empty(self.catalog)
        root = self.folder / "accepted"
        shutil.rmtree(root, ignore_errors=True)
        accepted = LakeDirectory(root)
        for (table, partition), files in self.accepted.items():
            for name, file in files.items():
                accepted.raw(key_of((table, partition, name)), file.content)
        lake = LocalLake(root)
        for table in self.catalog.layer(STAGING):
            assert table.source is not None
            answers = self.pristine.session.loader.load(table, list_partitions(lake, table.source).partitions, lake, RUN, sys.maxsize)
            assert all(isinstance(a, PartitionLoadResult) for a in answers)
        for table in derived_tables(self.catalog):
            self.pristine.session.refresher.rebuild(table)

    def check_that_every_record_is_accounted_for(self, table: Table) -> None:
        history = self.session.metadata.load_stats(table)
        counts = self.session.queries.row_counts(table, list(history))
        kept: dict[str, int] = defaultdict(int)
        for name, partition, *_ in self.rows(self.catalog["rejected_records"]):
            kept[partition] += name == table.name
        for partition, found in history.items():
            assert found.records == sum(file.count for file in self.accepted[table.name, partition].values())
            assert found.records == counts.get(partition, 0) + found.rejected
            assert found.rejected == kept[partition]


@cache  # building and translating a statement takes longer than running it
def emptying(table: Table, dialect: str) -> str:
    return to_sql(exp.delete(table.name), dialect)


@cache
def definition_of(table: Table, dialect: str) -> str:
    return to_sql(load_catalog().transforms[table.name].select, dialect)


@cache
def texts_of(lookup: Lookup, dialect: str) -> str:
    return to_sql(lookup.texts, dialect)


def try_histories(histories: int, make_warehouse: Callable[[str], Warehouse], folder: Path, engine: str, part: int) -> None:
    """Try one part's share of the histories."""
    chosen = settings(
        max_examples=max(1, histories // PARTS + (part < histories % PARTS)),
        stateful_step_count=10,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    followed, pristine = Opened(make_warehouse("followed")), Opened(make_warehouse("pristine"))

    class HistoryHere(History):  # @reproduce_failure is pasted here
        def __init__(self) -> None:
            super().__init__(followed, pristine, folder / "history")

    if chosen.derandomize:
        seed(f"{engine} {part}")(HistoryHere)  # without it, all parts would try the same histories
    with every_socket_closed():
        try:
            run_state_machine_as_test(HistoryHere, settings=chosen)
        finally:
            followed.close()
            pristine.close()


@pytest.mark.hypothesis
@pytest.mark.integration
@pytest.mark.parametrize("part", range(PARTS))
def test_every_history_converges(
    make_warehouse: Callable[[str], Warehouse], tmp_path: Path, pytestconfig: pytest.Config, engine: str, part: int
) -> None:
    histories = pytestconfig.getoption("histories")
    assert isinstance(histories, int)
    try_histories(histories // SHARES[engine], make_warehouse, tmp_path, engine, part)


@pytest.mark.hypothesis
@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS, 2 * PARTS))
def test_thousands_of_histories_converge(make_warehouse: Callable[[str], Warehouse], tmp_path: Path, engine: str, part: int) -> None:
    try_histories(MANY[engine], make_warehouse, tmp_path, engine, part)
