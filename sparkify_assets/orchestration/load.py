"""`sparkify load`: everything the lake holds and the warehouse does not, run by run, through Dagster's own machinery.

Runs go into the instance's event log, so that the UI shows them like any other.  No daemon and no queue: DAGSTER.md §8 measured
12 s where a backfill through them takes 150.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import dagster as dg

from sparkify_assets.lake import LocalLake
from sparkify_assets.model import STAGING, Catalog, load_catalog
from sparkify_assets.orchestration.abandoned import close_abandoned, mine
from sparkify_assets.orchestration.due import Due, Group, code_version, due, groups
from sparkify_assets.orchestration.partitions import RANGE_END, RANGE_START, ranges
from sparkify_assets.orchestration.resources import ListedLake
from sparkify_assets.settings import Settings
from sparkify_assets.warehouse import Warehouse
from sparkify_assets.warehouse.ledger import NO_PARTITION
from sparkify_assets.words import counted


@dataclass
class Report:
    """What a load did."""

    rows: dict[str, int] = field(default_factory=dict)
    rejected: int = 0
    passed: int = 0
    warned: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    loaded: int = 0
    unchanged: int = 0
    strangers: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    runs: int = 0
    seconds: float = 0.0

    @property
    def reason(self) -> str | None:
        """Why it was not a success; None where it was."""
        if self.errors:
            return self.errors[-1]
        return f"{counted(len(self.failed), 'check')} failed: {', '.join(self.failed)}" if self.failed else None

    def summary(self) -> str:
        return (
            f"{counted(self.loaded, 'partition')} loaded, {self.unchanged:,} unchanged; {counted(self.rejected, 'record')} rejected; "
            f"checks: {self.passed:,} passed, {len(self.warned):,} warned, {len(self.failed):,} failed; {self.seconds:.1f} s"
        )


def load(
    defs: dg.Definitions,
    settings: Settings,
    home: Path,
    warehouse: Warehouse,
    first: date | None = None,
    last: date | None = None,
    again: bool = False,
    planned: Callable[[int], None] | None = None,
) -> Report:
    """Load what is due, recorded in the Dagster instance of ``home``; ``planned`` is told the number of steps (see progress.py)."""
    with dg.DagsterInstance.from_config(str(home)) as instance:
        try:
            return Loader(defs, settings, warehouse, instance).run(first, last, again, planned)
        except dg.DagsterExecutionInterruptedError:  # how Dagster passes on Ctrl-C, after it has closed the run
            raise KeyboardInterrupt from None


class Loader:
    """One load: plans, runs, counts."""

    def __init__(self, defs: dg.Definitions, settings: Settings, warehouse: Warehouse, instance: dg.DagsterInstance) -> None:
        self._job = defs.resolve_implicit_global_asset_job_def()
        self._settings, self._warehouse, self._instance = settings, warehouse, instance
        self._catalog: Catalog = load_catalog()
        self._report = Report()

    def run(self, first: date | None, last: date | None, again: bool, planned: Callable[[int], None] | None = None) -> Report:
        """Load what is due; ``planned`` is told how many steps that will be (partitions of staging, and tables)."""
        begun = time.monotonic()
        close_abandoned(self._instance)
        lake = ListedLake(LocalLake(self._settings.lake))
        every = groups(self._catalog, self._settings)
        plan = [(g, self._due(g, lake, first, last, again)) for g in every]
        steps = sum(len(d.load) + len(g.derived) * len(ranges(d.load, g.partitions)) for g, d in plan)
        if planned:
            planned(steps)
        for group, found in plan:
            self._report.unchanged += len(found.unchanged)
            self._report.outside += found.outside
            for start, end in ranges(found.load, group.partitions):
                last_run = group is every[-1] and end == found.load[-1]
                self._load_range(group, start, end, self._reports() if last_run else [])
            self._settle(group)
        self._make_reports()
        self._count(every)
        self._report.seconds = time.monotonic() - begun
        return self._report

    def _due(self, group: Group, lake: ListedLake, first: date | None, last: date | None, again: bool) -> Due:
        assert group.staging.source is not None
        inventory = lake.inventory(group.staging.source)
        self._report.strangers += inventory.strangers
        with self._warehouse.session() as session:
            history = session.history(group.staging)
        return due(group, inventory, history, self._instance, first, last, again)

    def _load_range(self, group: Group, start: str, end: str, reports: list[str]) -> None:
        """One run for the range; the reports ride in the last one, since a run of their own costs half a second."""
        assert group.staging.source is not None
        derived = [*(t.name for t in group.derived), *reports]
        result = self._execute([group.staging.source.asset, group.staging.name, *derived], start, end)
        good = self._materialized(result.run_id, group.staging.name)
        self._report.loaded += len(good)
        if not result.success and good and not self._materialized(result.run_id, derived[0]):
            # some partitions were refused, which stopped what follows; for the others it goes on
            for first, last in ranges(good, group.partitions):
                self._execute(derived, first, last, checked=[group.staging.name])

    def _settle(self, group: Group) -> None:
        """Partitions that a change elsewhere concerns (songs that came late) and that no run has taken care of."""
        names = [t.name for t in group.derived]
        with self._warehouse.session() as session:
            owed = {name: keys for name, keys in session.pending().items() if name in names}
        left = ranges({key for keys in owed.values() for key in keys}, group.partitions)
        if left:
            self._execute([n for n in names if n in owed or self._follows(n, owed)], *left[0])

    def _follows(self, name: str, owed: Iterable[str]) -> bool:
        return any(other in owed for other in self._catalog.definitions[name].reads)

    def _reports(self) -> list[str]:
        return [name for name, d in self._catalog.definitions.items() if d.primary is None]

    def _make_reports(self) -> None:
        with self._warehouse.session() as session:
            owed = {name for name, keys in session.pending().items() if NO_PARTITION in keys}
        stale = [n for n in self._reports() if n in owed or code_version(self._instance, self._catalog[n]) != self._catalog[n].code_version]
        if stale:
            self._execute(stale)

    def _execute(
        self, assets: Sequence[str], start: str | None = None, end: str | None = None, checked: Sequence[str] = ()
    ) -> dg.ExecuteInProcessResult:
        """One run that materializes the assets and asks their checks, and those of ``checked``."""
        wanted = {dg.AssetKey(a) for a in assets}
        asked = wanted | {dg.AssetKey(a) for a in checked}
        checks = {k for k in self._job.asset_layer.asset_graph.asset_check_keys if k.asset_key in asked}
        with _quiet():
            result = self._job.get_subset(asset_selection=wanted, asset_check_selection=checks).execute_in_process(
                instance=self._instance,
                tags={**mine(), **({RANGE_START: start, RANGE_END: end} if start and end else {})},
                run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
                raise_on_error=False,
            )
        self._report.runs += 1
        for event in result.all_events:
            if event.is_step_failure:
                _stop_if_interrupted(event)
                self._report.errors.append(_message(event))
        for check in result.get_asset_check_evaluations():
            name = f"{check.asset_key.to_user_string()}.{check.check_name}"
            if check.passed:
                self._report.passed += 1
            else:
                (self._report.warned if check.severity == dg.AssetCheckSeverity.WARN else self._report.failed).append(name)
        return result

    def _materialized(self, run_id: str, asset: str) -> list[str]:
        """Partitions of the asset that a run has materialized; those a failed run has said one by one are in the event log only."""
        events = self._instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION)
        found = [e.dagster_event for e in events if e.dagster_event and e.dagster_event.asset_key == dg.AssetKey(asset)]
        return [e.partition for e in found if e.partition]

    def _count(self, every: Sequence[Group]) -> None:
        with self._warehouse.session() as session:
            for table in self._catalog.layer(STAGING, "dimensions", "facts", "reports"):
                self._report.rows[table.name] = session.rows(table)
            self._report.rejected = sum(h.rejected for g in every for h in session.history(g.staging).values())


def _stop_if_interrupted(event: dg.DagsterEvent) -> None:
    """Ctrl-C in the middle of a step is told as that step's failure; a user who stops the load means all of it."""
    error = event.step_failure_data.error
    if error and dg.DagsterExecutionInterruptedError.__name__ in (error.cls_name, error.cause.cls_name if error.cause else None):
        raise KeyboardInterrupt


def _message(event: dg.DagsterEvent) -> str:
    data = event.step_failure_data
    if data.user_failure_data and data.user_failure_data.description:
        return data.user_failure_data.description
    cause = data.error.cause or data.error if data.error else None
    return f"{event.step_key}: {cause.to_string() if cause else event.message}"


@contextmanager
def _quiet() -> Iterator[None]:
    """Dagster prints every event; the load has its own words."""
    logger = logging.getLogger("dagster")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)
