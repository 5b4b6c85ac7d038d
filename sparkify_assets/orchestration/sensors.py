"""Sensors that request runs: for new, changed and deleted files, and for stale partitions (days whose plays got their song later).

Reports follow by declarative automation (assets/derived.py). Requests have no run keys: Dagster keeps them forever, so a file restored to
an earlier version would count as a delivery already seen (docs/design/dagster-facts.md).

Put here what requests runs. Do not put here how files are compared (file_changes.py) or alerts (alerts/).
"""

import hashlib
import json
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta

import dagster as dg

from sparkify_assets.errors import WarehouseInUseError, WarehouseMissingError
from sparkify_assets.lake import Inventory, LakeSnapshot
from sparkify_assets.model import Catalog, Table
from sparkify_assets.orchestration.alerts.changed_tables import record_changed_tables
from sparkify_assets.orchestration.assets.dashboard import DASHBOARD
from sparkify_assets.orchestration.checks.factory import check_definitions
from sparkify_assets.orchestration.file_changes import FileChanges, detect_file_changes
from sparkify_assets.orchestration.history_sync import HistorySync, sync_history
from sparkify_assets.orchestration.load_plan import (
    PartitionGroup,
    partition_groups,
    partitions_without_checks,
    plan_refreshes,
    rejected_fingerprints,
)
from sparkify_assets.orchestration.partitions import KEY, RANGE_END, RANGE_START, contiguous_ranges, keys_in_range, run_partitions
from sparkify_assets.orchestration.priorities import RunKind, is_queued_backfill
from sparkify_assets.orchestration.recording import load_job_name
from sparkify_assets.settings import Settings
from sparkify_assets.text import listed, pluralized
from sparkify_assets.warehouse import ReadSession, Warehouse
from sparkify_assets.warehouse.load_metadata import NO_PARTITION

READ_SECONDS = 5
"""limit of a statement: a writer locks the tables"""
RETRY_SECONDS = 3600
"""Until stale partitions are requested again after their run failed."""
REPORTS_SECONDS = 5
"""Between two ticks of automation: reports wait for one after the run that they follow, and the dashboard for another."""
AUTOMATION_TICKS = 4
"""Sensor ticks without a run after which stale reports are requested here, not by automation."""
IN_PROGRESS = [dg.DagsterRunStatus(s) for s in ("QUEUED", "NOT_STARTED", "STARTING", "STARTED", "CANCELING")]
SHOWN = 3


def sensors(catalog: Catalog, settings: Settings) -> list[dg.SensorDefinition]:
    every = partition_groups(catalog, settings)
    synced_here: set[str] = set()
    files = [_files(group, catalog, settings, synced_here) for group in every]
    return [*files, _pending_refreshes(catalog, every, settings, synced_here), _reports(catalog, settings)]


def _files(group: PartitionGroup, catalog: Catalog, settings: Settings, synced_here: set[str]) -> dg.SensorDefinition:
    """``synced_here``: staging tables whose history this process has synchronized. One of a new process may have been restored."""
    source = group.staging.source
    assert source is not None
    checks = _check_keys(group.partitioned_tables, catalog, settings)

    @dg.sensor(
        name=source.asset,
        job_name=load_job_name(group),
        minimum_interval_seconds=settings.sensor_seconds,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=f"New, changed and deleted files below `{source.folder}/`: their partitions are loaded, and what follows from them.  "
        "What the warehouse holds already is not loaded again, whatever Dagster's history shows.",
    )
    def files(
        context: dg.SensorEvaluationContext, lake: dg.ResourceParam[LakeSnapshot], warehouse_nowait: dg.ResourceParam[Warehouse]
    ) -> dg.SensorResult:
        inventory = lake.inventory(source)
        busy = _partitions_in_progress(context.instance, group)
        found = detect_file_changes(group, inventory, context.instance, context.cursor, busy)
        told = _skip_message(found, inventory)
        if found.runs and (until := _earliest_run(context.instance, load_job_name(group), settings.run_distance_seconds)):
            told += f"; not before {until:%H:%M} UTC, SPARKIFY_RUN_MINUTES after the last one"
            context.log.info(told)
            return dg.SensorResult(skip_reason=told)  # the cursor stays, so that they are found again
        synced: HistorySync | None = None
        if found.runs:  # the warehouse may hold them, if Dagster's history was lost or restored
            try:
                with _read(warehouse_nowait, source.asset) as session:
                    # what an upgrade has to migrate first cannot be read: the run does that
                    synced = None if session and session.schema.is_outdated else sync_history(group, context.instance, session, busy)
            except WarehouseInUseError as e:
                if group.staging.name not in synced_here:
                    return dg.SensorResult(skip_reason=f"{told}; once load_history shows that they are not loaded yet: {e}")
        if synced:
            synced_here.add(group.staging.name)
            _warn_of_sync(context, [synced])
            found = detect_file_changes(group, inventory, context.instance, context.cursor, busy)
            told = _skip_message(found, inventory)
        requests = [_request(found.kind, first, last) for first, last in found.runs]
        requests += _check_requests(group, synced, checks) if synced else []
        context.log.info(told)
        return dg.SensorResult(run_requests=requests, cursor=found.cursor, skip_reason=None if requests else told)

    return files


def _pending_refreshes(catalog: Catalog, every: Sequence[PartitionGroup], settings: Settings, synced_here: set[str]) -> dg.SensorDefinition:
    assets = [name for group in every for name in group.assets]
    checks = {t.name: _check_keys([t], catalog, settings) for group in every for t in group.tables}
    looked_here: list[int] = []
    """Times at which this process read the warehouse. A new process always reads it: it may have been restored meanwhile."""

    @dg.sensor(
        name="pending_refreshes",
        asset_selection=dg.AssetSelection.assets(*assets, *catalog.unpartitioned),
        minimum_interval_seconds=settings.sensor_seconds,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Pending refreshes: days whose plays match songs that arrived after them, and other partitions that a change "
        "of a table, or of its SQL, has made stale, refreshed in one run.  "
        "Dagster's history is brought in line with what the warehouse holds.",
    )
    def pending_refreshes(
        context: dg.SensorEvaluationContext, warehouse_nowait: dg.ResourceParam[Warehouse]
    ) -> dg.SensorResult | dg.SkipReason:
        if any(_partitions_in_progress(context.instance, group) for group in every):
            return dg.SkipReason("a run is in progress; what it leaves stale is read after it")
        asked, now = json.loads(context.cursor or "{}"), int(time.time())
        runs = _latest_run(context.instance)
        is_quiet = asked.get("runs") == runs
        overdue = is_quiet and 0 < asked.get("behind", 0) <= now - AUTOMATION_TICKS * settings.sensor_seconds
        ask_again = asked.get("stale") != _digest_of({}) and now - asked.get("at", 0) >= RETRY_SECONDS
        is_recent = bool(looked_here) and now - asked.get("looked", 0) < settings.look_seconds
        if is_quiet and is_recent and not overdue and not ask_again:
            return dg.SkipReason("no run since the warehouse was read last")
        try:
            with _read(warehouse_nowait, "pending_refreshes") as session:
                if session and session.schema.is_outdated:
                    return _request_upgrade(catalog, asked, now)
                changed = session.metadata.changed_tables() if session else frozenset[str]()
                stale = _stale_partitions(catalog, session, changed if settings.refreshes_changed else ())
                for group in every:
                    stale[group.staging.name] = _loadable(group, context.instance, session, stale.get(group.staging.name, ()))
                stale = {name: keys for name, keys in stale.items() if keys}
                state = session.metadata.load_state() if session else ""
                differs = state != asked.get("state")
                found = [(group, sync_history(group, context.instance, session)) for group in every if differs]
        except WarehouseInUseError as e:
            return dg.SkipReason(f"{e}; read again in the next tick")
        looked_here[:] = [now]
        synced_here.update(group.staging.name for group in every)
        if not settings.refreshes_changed:
            record_changed_tables(context.instance, changed)
        _warn_of_sync(context, [synced for _, synced in found])
        after = {"stale": _digest_of(stale), "at": now, "looked": now, "runs": runs, "state": state}
        requests = []
        for group, synced in found:
            of_them = [key for table in group.partitioned_tables for key in checks[table.name]]
            requests += _check_requests(group, synced, of_them)
        # automation counts a report as handled if the report and what it reads end within one tick: reports still stale when no run is left
        # are requested here
        behind = catalog.unpartitioned_to_recompute(stale)
        if overdue and behind and not context.instance.get_runs(dg.RunsFilter(statuses=IN_PROGRESS), limit=1):
            requests.append(_report_request(behind))
            return dg.SensorResult(run_requests=requests, cursor=json.dumps(after))
        since = asked.get("behind", 0) if is_quiet else 0
        after["behind"] = (since or now) if behind else 0
        if asked.get("stale") == after["stale"] and not ask_again:
            nothing = "nothing new is stale" if stale else "nothing is stale"
            after["at"] = asked["at"]
            return dg.SensorResult(run_requests=requests, skip_reason=None if requests else nothing, cursor=json.dumps(after))
        for group in every:
            requests += _refresh_requests(group, catalog, context.instance, stale, checks)
        return dg.SensorResult(
            run_requests=requests,
            cursor=json.dumps(after),
            skip_reason=None if requests else "only reports are stale, which automation refreshes",
        )

    return pending_refreshes


def _request_upgrade(catalog: Catalog, asked: Mapping[str, object], now: int) -> dg.SensorResult | dg.SkipReason:
    """A run that writes, of the reports, after an upgrade that changes the load metadata: its session migrates them."""
    told = "the load metadata are of an earlier version of the platform; the next run migrates them"
    requested = asked.get("upgrade", 0)
    if isinstance(requested, int) and now - requested < RETRY_SECONDS:
        return dg.SkipReason(told)
    return dg.SensorResult(run_requests=[_report_request(catalog.unpartitioned)], cursor=json.dumps({**asked, "upgrade": now}))


def _refresh_requests(
    group: PartitionGroup,
    catalog: Catalog,
    instance: dg.DagsterInstance,
    stale: Mapping[str, Collection[str]],
    checks: Mapping[str, Sequence[dg.AssetCheckKey]],
) -> list[dg.RunRequest]:
    """Runs that refresh what is stale of a group. ``checks``: table → its checks."""
    if to_load := contiguous_ranges(stale.get(group.staging.name, ()), group.partitions):
        # this also refreshes stale partitions of derived tables
        return [_request(RunKind.STALE, *span, group.assets) for span in to_load]
    names, spans = plan_refreshes(catalog, group, stale)
    keys = [key for first, last in spans for key in keys_in_range(first, last, group.partitions)]
    if left := partitions_without_checks(group, instance, keys):
        of_them = [key for name in (group.staging.name, *names) for key in checks[name]]
        return [_request(RunKind.STALE, *span, names, of_them) for span in contiguous_ranges(left, group.partitions)]
    # one run is enough: each table refreshes all its stale partitions
    return [_request(RunKind.STALE, *spans[0], names)] if spans else []


def _reports(catalog: Catalog, settings: Settings) -> dg.AutomationConditionSensorDefinition:
    return dg.AutomationConditionSensorDefinition(
        "reports",
        target=dg.AssetSelection.assets(*catalog.unpartitioned, DASHBOARD),
        minimum_interval_seconds=min(settings.sensor_seconds, REPORTS_SECONDS),
        default_status=dg.DefaultSensorStatus.RUNNING,
        run_tags=RunKind.REPORTS.tags,
        description="Reports and other tables without partitions are recomputed after any change of their inputs, "
        "once all runs on these have ended; the dashboard after them.",
    )


def _partitions_in_progress(instance: dg.DagsterInstance, group: PartitionGroup) -> dict[str, bool]:
    """Partitions of the group in current or queued runs → whether all these are backfills that wait in the queue."""
    runs = instance.get_runs(dg.RunsFilter(statuses=IN_PROGRESS))
    known = set(group.partitions.get_partition_keys())
    found: dict[str, bool] = {}
    for run in runs:
        if known >= set(_partition_tags(run)):
            for key in run_partitions(run, group.partitions) or ():
                found[key] = found.get(key, True) and is_queued_backfill(run)
    return found


def _earliest_run(instance: dg.DagsterInstance, job: str, distance: int) -> datetime | None:
    """When the job may run again, ``distance`` seconds after its last run began (UTC); None: now."""
    records = instance.get_run_records(dg.RunsFilter(job_name=job), limit=1) if distance else []
    earliest = records[0].create_timestamp.astimezone(UTC) + timedelta(seconds=distance) if records else None
    return earliest if earliest and earliest > datetime.now(UTC) else None


def _warn_of_sync(context: dg.SensorEvaluationContext, found: Sequence[HistorySync]) -> None:
    adopted, lost = sum(len(synced.adopted) for synced in found), sum(len(synced.lost) for synced in found)
    if adopted or lost:
        context.log.warning(
            f"Dagster's history did not show what the warehouse holds: {pluralized(adopted, 'partition')} adopted, {lost:,} lost"
        )


@contextmanager
def _read(warehouse: Warehouse, sensor: str) -> Iterator[ReadSession | None]:
    """A read session; None where the warehouse has no table yet."""
    with ExitStack() as stack:
        try:
            session = stack.enter_context(warehouse.read_session(f"sensor {sensor}", READ_SECONDS))
        except WarehouseMissingError:
            session = None
        yield session


def _stale_partitions(catalog: Catalog, session: ReadSession | None, changed: Collection[str]) -> dict[str, frozenset[str]]:
    """Stale partitions by table, with those of tables whose code has ``changed``: the next run records these, too."""
    stale = dict(session.metadata.stale_partitions()) if session else {}
    for name in changed:
        root = catalog.root(catalog[name])
        stale[name] = frozenset(session.metadata.fingerprints(root)) if root and session else frozenset({NO_PARTITION})
    return stale


def _loadable(group: PartitionGroup, instance: dg.DagsterInstance, session: ReadSession | None, stale: Collection[str]) -> frozenset[str]:
    """Partitions to load again, without those that the current rules have rejected: like delivered ones, they wait for other files."""
    rejected = rejected_fingerprints(group.staging, instance, sorted(stale)) if stale else {}
    held = session.metadata.fingerprints(group.staging) if session and rejected else {}
    return frozenset(key for key in stale if key not in rejected or rejected[key] != held.get(key))


def _latest_run(instance: dg.DagsterInstance) -> str:
    """A value that changes whenever a run is created, continues or ends."""
    records = instance.get_run_records(limit=1, order_by="update_timestamp")
    return f"{records[0].dagster_run.run_id} {records[0].update_timestamp.timestamp()}" if records else ""


def _partition_tags(run: dg.DagsterRun) -> list[str]:
    return [run.tags[tag] for tag in (KEY, RANGE_START, RANGE_END) if tag in run.tags]


def _request(
    kind: RunKind, first: str, last: str, assets: Sequence[str] | None = None, checks: Sequence[dg.AssetCheckKey] | None = None
) -> dg.RunRequest:
    """``checks``: all checks that the run evaluates; None: those of the assets."""
    tags = kind.tags | ({KEY: first} if first == last else {RANGE_START: first, RANGE_END: last})
    return dg.RunRequest(
        tags=tags, asset_selection=None if assets is None else [dg.AssetKey(name) for name in assets], asset_check_keys=checks
    )


def _report_request(names: Iterable[str]) -> dg.RunRequest:
    return dg.RunRequest(asset_selection=[dg.AssetKey(name) for name in names], tags=RunKind.REPORTS.tags)


def _check_requests(group: PartitionGroup, synced: HistorySync, checks: Sequence[dg.AssetCheckKey]) -> list[dg.RunRequest]:
    """Runs that evaluate the checks of adopted partitions."""
    return [_request(RunKind.STALE, *span, [], checks) for span in contiguous_ranges(synced.checkable, group.partitions)]


def _check_keys(tables: Iterable[Table], catalog: Catalog, settings: Settings) -> list[dg.AssetCheckKey]:
    return [dg.AssetCheckKey(dg.AssetKey(t.name), q.name) for t in tables for q in check_definitions(t, catalog, settings)]


def _digest_of(stale: Mapping[str, Collection[str]]) -> str:
    told = json.dumps({name: sorted(keys) for name, keys in sorted(stale.items())})
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def _skip_message(found: FileChanges, inventory: Inventory) -> str:
    files = sum(len(entries) for entries in inventory.partitions.values())
    told = (
        f"{pluralized(files, 'file')} in {pluralized(len(inventory.partitions), 'partition')}; {pluralized(len(found.runs), 'run')} to make"
    )
    if inventory.unmatched:
        told += f"; not loaded, since the name fits no pattern: {listed(inventory.unmatched, SHOWN)}"
    if found.waiting:
        told += f"; changed while a run is in progress: {listed(found.waiting, SHOWN)}"
    if found.rejected:
        told += f"; rejected, and requested again when their files change: {listed(found.rejected, SHOWN)}"
    if found.outside:
        told += f"; left out by SPARKIFY_LOG_START and SPARKIFY_LOG_END: {listed(found.outside, SHOWN)}"
    return told
