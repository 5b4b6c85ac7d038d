"""`sparkify load`: loads what the lake holds and the warehouse does not, run by run, through Dagster's own execution.

Runs are recorded in the instance's event log, so that the UI shows them like any other. There is no daemon and no queue: a load takes 12 s
where a backfill through them takes 150 (measured; docs/design/dagster-facts.md).

Put here the execution of plans. Do not put here the plans (load_plan.py), the counts (load_summary.py) or console output (cli/).
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import dagster as dg

from sparkify_assets.errors import LakeError, WarehouseError, WarehouseMissingError
from sparkify_assets.factories import open_lake
from sparkify_assets.lake import LakeSnapshot
from sparkify_assets.lake.inventory import RENAME_HINT, no_files_message
from sparkify_assets.limits import limit_in_text
from sparkify_assets.model import DIMENSIONS, FACTS, LOOKUPS, REPORTS, STAGING, Catalog, Table, load_catalog
from sparkify_assets.orchestration.assets.dashboard import DASHBOARD
from sparkify_assets.orchestration.assets.derived import FAILED_TABLES
from sparkify_assets.orchestration.assets.staging import REJECTED
from sparkify_assets.orchestration.errors import reasons_in
from sparkify_assets.orchestration.history_sync import sync_history
from sparkify_assets.orchestration.instance import events_of_run, open_instance
from sparkify_assets.orchestration.load_plan import LoadPlan, PartitionGroup, code_version, partition_groups, plan_load, plan_refreshes
from sparkify_assets.orchestration.load_summary import LoadSummary
from sparkify_assets.orchestration.orphaned_runs import fail_orphaned_runs
from sparkify_assets.orchestration.partitions import contiguous_ranges
from sparkify_assets.orchestration.recording import REPORTS_JOB, load_job_name, recorded_in_code_location, run_tags
from sparkify_assets.orchestration.resources import ReportRows
from sparkify_assets.orchestration.signals import interrupt_guard, raise_if_interrupted
from sparkify_assets.settings import Settings
from sparkify_assets.warehouse import Warehouse


def load(
    defs: dg.Definitions,
    settings: Settings,
    home: Path,
    warehouse: Warehouse,
    first: date | None = None,
    last: date | None = None,
    force: bool = False,
    planned: Callable[[int], None] | None = None,
) -> LoadSummary:
    """Load what has changed and record it in the Dagster instance of ``home``.

    ``first``, ``last``: days, inclusive. ``planned``: called with the number of steps (see progress.py). Raises LakeError if the lake is
    implausibly empty or no day is in the range.
    """
    with _loader(defs, settings, home, warehouse, command_text(first, last, force)) as loader:
        return loader.run(first, last, force, planned)


@contextmanager
def _loader(defs: dg.Definitions, settings: Settings, home: Path, warehouse: Warehouse, command: str) -> "Iterator[LoadRunner]":
    """A LoadRunner that the user can stop and that records in the Dagster instance of ``home``."""
    with open_instance(home) as instance, interrupt_guard() as check_interrupt, warehouse.kept_open():
        try:
            yield LoadRunner(defs, load_catalog(), settings, warehouse, instance, check_interrupt, command)
        except WarehouseMissingError as e:  # it was there: the first thing that a load does is to open it for writing
            raise WarehouseError(
                f"{warehouse.location} was removed while this load ran, and what it had loaded with it; run the load again"
            ) from e
        except dg.DagsterExecutionInterruptedError:  # how Dagster reports Ctrl-C, after it has closed the run
            raise KeyboardInterrupt from None


class LoadRunner:
    """One load: plans, runs, counts."""

    def __init__(
        self,
        defs: dg.Definitions,
        catalog: Catalog,
        settings: Settings,
        warehouse: Warehouse,
        instance: dg.DagsterInstance,
        check_interrupt: Callable[[], None] = lambda: None,
        command: str = "sparkify load",
    ) -> None:
        """``catalog``: the tables that ``defs`` are made of. ``check_interrupt``: called after each run; raises KeyboardInterrupt
        if the user has stopped the load. ``command``: the command that the tags of the runs show.
        """
        self._check_interrupt, self._command = check_interrupt, command
        self._graph = defs.resolve_asset_graph()
        self._settings, self._warehouse, self._instance = settings, warehouse, instance
        self._lake = LakeSnapshot(open_lake(settings))
        self._report_rows: ReportRows = {}
        self._catalog = catalog
        self._report = LoadSummary()
        self._failed: set[str] = set()
        """Tables without partitions that could not be recomputed; what they read has not changed since."""
        self._stale_partitions: Mapping[str, frozenset[str]] | None = None
        """As _stale() has read them since the last run; None: not yet."""

    def run(self, first: date | None, last: date | None, force: bool, planned: Callable[[int], None] | None = None) -> LoadSummary:
        """Load what has changed. ``planned``: called with the number of steps (partitions of staging, and tables)."""
        begun = time.monotonic()
        fail_orphaned_runs(self._instance)
        every = partition_groups(self._catalog, self._settings)
        plan = [(g, self._plan(g, first, last, force)) for g in every]
        self._refuse_an_empty_lake(plan)
        steps = sum(len(d.load) + len(g.derived) * len(contiguous_ranges(d.load, g.partitions)) for g, d in plan)
        if planned:
            planned(steps)
        for group, found in plan:
            self._report.unchanged += len(found.unchanged) + len(found.check)
            self._report.outside += found.outside
            self._report.kept += found.kept
            for start, end in contiguous_ranges(self._checkable(group, found.check), group.partitions):
                self._execute(load_job_name(group), [], start, end, checked=[t.name for t in group.partitioned_tables])
            for start, end in contiguous_ranges(found.load, group.partitions):
                last_run = group is every[-1] and end == found.load[-1]
                self._load_range(group, start, end, self._catalog.unpartitioned if last_run and start == end else [])
            self._refresh_stale(group)
        return self._finished(every, begun)

    def _checkable(self, group: PartitionGroup, adopted: Sequence[str]) -> Sequence[str]:
        """Those whose staging rows are there: checks have nothing to compare the others with."""
        if not adopted:
            return adopted
        with self._warehouse.read_session("sparkify load") as session:
            expired = session.metadata.refresh_state(group.staging).expired
        return [key for key in adopted if key not in expired]

    def rebuild(self, tables: Sequence[Table], planned: Callable[[int], None] | None = None) -> LoadSummary:
        """Fully refresh these tables and those derived from them; staging tables are loaded from the lake."""
        begun = time.monotonic()
        fail_orphaned_runs(self._instance)
        every = partition_groups(self._catalog, self._settings)
        self._warehouse.rebuild(tables)
        loads = {g.staging.name: contiguous_ranges(self._stale().get(g.staging.name, ()), g.partitions) for g in every}
        if planned:
            planned(sum(len(spans) * len(g.tables) for g, spans in zip(every, loads.values(), strict=True)) + len(tables))
        for group in every:
            for start, end in loads[group.staging.name]:
                self._load_range(group, start, end, [])
            self._refresh_stale(group)
        return self._finished(every, begun)

    def _finished(self, every: Sequence[PartitionGroup], begun: float) -> LoadSummary:
        self._make_reports()
        self._draw_dashboard()
        self._count(every)
        self._report.seconds = time.monotonic() - begun
        return self._report

    def _refuse_an_empty_lake(self, plan: Sequence[tuple[PartitionGroup, LoadPlan]]) -> None:
        """Raise LakeError if no source ever had files (most likely the folders have other names), or if one folder has another name."""
        sources = [s for group, found in plan if (s := group.staging.source) and found == LoadPlan()]
        empty = [no_files_message(self._lake.lake, source) for source in sources]
        misnamed = any(told.endswith(RENAME_HINT.format(s.folder)) for told, s in zip(empty, sources, strict=True))
        if len(empty) == len(plan) or misnamed:
            raise LakeError(f"{'; '.join(empty)}; nothing was loaded. `sparkify sample` writes a lake to try with")

    def _plan(self, group: PartitionGroup, first: date | None, last: date | None, force: bool) -> LoadPlan:
        assert group.staging.source is not None
        inventory = self._lake.inventory(group.staging.source)
        self._report.unmatched += inventory.unmatched
        with self._warehouse.session("sparkify load") as session:
            reconciled = sync_history(group, self._instance, session)
        held = reconciled.held
        self._report.adopted += len(reconciled.adopted)
        if len(held) > 1 and not inventory.partitions:
            raise LakeError(
                f"{self._lake.lake.uri(group.staging.source.folder)}: no file is there, and the warehouse was loaded from {len(held):,} "
                "partitions of such files; nothing was changed. See to SPARKIFY_LAKE; or, if they were all deleted on purpose, empty the "
                "warehouse by `sparkify reset`"
            )
        found = plan_load(group, inventory, held, reconciled.shown, self._stale(), self._instance, first, last, force)
        if found.not_asked_for and not found.load and not found.unchanged:
            asked = " ".join(f"{name} {day}" for name, day in (("from", first), ("to", last)) if day)
            raise LakeError(
                f"no day {asked} is there to load: {self._lake.lake.uri(group.staging.source.folder)} has days from "
                f"{found.not_asked_for[0]} to {found.not_asked_for[-1]}"
            )
        return found

    def _load_range(self, group: PartitionGroup, start: str, end: str, reports: list[str]) -> None:
        """One run for the range, with the reports if it is one partition: a separate run for them costs half a second, but in a run of many
        partitions Dagster plans each report and each of its checks once per partition.
        """
        assert group.staging.source is not None
        result = self._execute(load_job_name(group), [*group.assets, *reports], start, end)
        self._check_other_reports(result, reports)
        good = self._materialized(result.run_id, group.staging.name)
        self._report.loaded += len(good)
        self._report.emptied += sum(key not in self._lake.inventory(group.staging.source).partitions for key in good)
        if not result.success and good and not self._materialized(result.run_id, group.derived[0].name):
            # rejected partitions stopped the downstream steps; run these for the other partitions
            derived = [*(t.name for t in [*group.lookups, *group.derived]), *reports]
            for first, last in contiguous_ranges(good, group.partitions):
                self._execute(load_job_name(group), derived, first, last, checked=[group.staging.name])

    def _stale(self) -> Mapping[str, frozenset[str]]:
        if self._stale_partitions is None:
            with self._warehouse.session("sparkify load") as session:
                self._stale_partitions = session.metadata.stale_partitions()
        return self._stale_partitions

    def _refresh_stale(self, group: PartitionGroup) -> None:
        """Refresh partitions that are stale after a change elsewhere (songs that arrived late) and that no run has refreshed."""
        names, left = plan_refreshes(self._catalog, group, self._stale())
        if left:  # one run is enough: each table refreshes all its stale partitions
            self._failed.clear()
            self._execute(load_job_name(group), names, *left[0])

    def _make_reports(self) -> None:
        pending = self._stale()
        tables = [self._catalog[name] for name in self._catalog.unpartitioned]
        stale = [t.name for t in tables if t.name in pending or code_version(self._instance, t) != t.code_version]
        waiting = self._catalog.unpartitioned_to_recompute(self._failed)  # with those that read a table that failed
        if chosen := [name for name in self._catalog.unpartitioned_to_recompute(stale) if name not in waiting]:
            self._check_other_reports(self._execute(REPORTS_JOB, chosen), chosen)

    def _check_other_reports(self, result: dg.ExecuteInProcessResult, reports: Sequence[str]) -> None:
        """A report that failed has stopped the checks of all: evaluate those of the others."""
        if result.success or not reports:
            return
        refreshed = {e.asset_key for e in events_of_run(self._instance, result.run_id, dg.DagsterEventType.ASSET_MATERIALIZATION)}
        if good := [name for name in reports if dg.AssetKey(name) in refreshed]:
            self._execute(REPORTS_JOB, [], checked=good)

    def _draw_dashboard(self) -> None:
        """Draw the dashboard in a run of its own: together with the reports it would lack the outcomes of their checks."""
        if self._report.runs or not self._instance.get_latest_materialization_event(dg.AssetKey(DASHBOARD)):
            self._execute(REPORTS_JOB, [DASHBOARD])

    def _execute(
        self, job: str, assets: Sequence[str], start: str | None = None, end: str | None = None, checked: Sequence[str] = ()
    ) -> dg.ExecuteInProcessResult:
        """One run, under the name of a job: materializes the assets and evaluates their checks and those of ``checked``."""
        selection = dg.AssetSelection.assets(*assets)
        if checked:
            selection |= dg.AssetSelection.checks_for_assets(*(dg.AssetKey(name) for name in checked))
        self._stale_partitions = None
        run = dg.define_asset_job(job, selection).resolve(self._graph, dg.in_process_executor)
        with _quiet(), recorded_in_code_location(self._instance):
            result = run.execute_in_process(
                instance=self._instance,
                tags=run_tags(self._command, self._warehouse.engine, start, end),
                run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
                raise_on_error=False,
                # listed once, so that the plan and the load use the same listing; rows of reports read once, for charts and dashboard
                resources={"lake": self._lake, "warehouse": self._warehouse, "report_rows": self._report_rows},
            )
        self._check_interrupt()
        self._report.runs += 1
        for event in result.all_events:
            if event.is_step_failure:
                raise_if_interrupted(event)
                told = _failure_message(event)
                if told not in self._report.errors:  # a report that failed in its day's run is tried again if its inputs were refreshed
                    self._report.errors.append(told)
                self._report.rejected_partitions |= reasons_in(event, REJECTED).keys()
                self._failed |= reasons_in(event, FAILED_TABLES).keys()
        self._report.count(result.get_asset_check_evaluations())
        return result

    def _materialized(self, run_id: str, asset: str) -> list[str]:
        """Partitions of the asset that a run materialized; those that a failed run logged one by one are in the event log only."""
        events = events_of_run(self._instance, run_id, dg.DagsterEventType.ASSET_MATERIALIZATION)
        return [event.partition for event in events if event.partition and event.asset_key == dg.AssetKey(asset)]

    def _count(self, every: Sequence[PartitionGroup]) -> None:
        with self._warehouse.read_session("sparkify load") as session:
            self._report.rows |= session.queries.row_counts_of(self._catalog.layer(STAGING, LOOKUPS, DIMENSIONS, FACTS, REPORTS))
            loaded = session.metadata.all_load_stats()
            self._report.rejected_records = sum(stats.rejected for group in every for stats in loaded[group.staging.name].values())


def rebuild(
    defs: dg.Definitions,
    settings: Settings,
    home: Path,
    warehouse: Warehouse,
    tables: Sequence[Table],
    planned: Callable[[int], None] | None = None,
) -> LoadSummary:
    """Fully refresh these tables and those derived from them, recorded in the Dagster instance of ``home``."""
    command = " ".join(["sparkify rebuild", *(table.name for table in tables)])
    with _loader(defs, settings, home, warehouse, command) as loader:
        return loader.rebuild(tables, planned)


def clear_history(settings: Settings, home: Path) -> None:
    """Make the event log of ``home`` show an empty warehouse: `sparkify reset` has emptied it."""
    catalog = load_catalog()
    with open_instance(home) as instance:
        for group in partition_groups(catalog, settings):
            sync_history(group, instance, None)


def command_text(first: date | None, last: date | None, force: bool) -> str:
    """The command as a user would type it."""
    options = [f"--from {first}" if first else "", f"--to {last}" if last else "", "--force" if force else ""]
    return " ".join(["sparkify load", *filter(None, options)])


def _failure_message(event: dg.DagsterEvent) -> str:
    data = event.step_failure_data
    if data.user_failure_data and data.user_failure_data.description:
        return data.user_failure_data.description
    if data.error and (limit := limit_in_text(data.error.to_string())):
        return f"{event.step_key}: {limit}"
    cause = data.error.cause or data.error if data.error else None
    return f"{event.step_key}: {cause.to_string() if cause else event.message}"


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence Dagster, which prints every event: the load has its own output."""
    logger = logging.getLogger("dagster")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)
