"""Jobs: the logs with their derived tables, the song catalogue with its derived tables, the reports, everything; pruning with its schedule.

The first two are partitioned asset jobs; the job of the reports has no partitions. Assets with different partitions cannot share a job, so
``load_everything`` is one op that does what ``sparkify load`` does, run by run, in its own process.

Put here definitions of jobs and schedules. Do not put here the load itself (runner.py), what is pruned (history_prune.py) or the job of the
checks (checks/job.py).
"""

from collections.abc import Callable
from typing import Any

import dagster as dg
from pydantic import Field

from sparkify_assets.model import Catalog
from sparkify_assets.orchestration.assets.dashboard import DASHBOARD
from sparkify_assets.orchestration.errors import user_errors_as_failures
from sparkify_assets.orchestration.load_plan import PartitionGroup, partition_groups
from sparkify_assets.orchestration.recording import REPORTS_JOB, load_job_name
from sparkify_assets.orchestration.runner import LoadRunner
from sparkify_assets.settings import DEFAULT_HISTORY_DAYS, SHORTEST_HISTORY_DAYS, Settings
from sparkify_assets.warehouse import Warehouse

# Dagster does not export the return type of define_asset_job
Job = Any

PRUNE_JOB = "prune_history"
NIGHTLY = "40 2 * * *"
"""In UTC; not on the hour, at which others begin."""


def jobs(catalog: Catalog, settings: Settings, platform: Callable[[], dg.Definitions]) -> list[Job]:
    return [*(_group_job(g) for g in partition_groups(catalog, settings)), _reports_job(catalog), _everything(catalog, settings, platform)]


def prune_schedule(settings: Settings) -> dg.ScheduleDefinition:
    """Each night, by the job ``prune_history``. Off unless SPARKIFY_HISTORY_DAYS is set: nobody's history is deleted unasked."""

    class Retention(dg.Config):
        keep_days: int = Field(
            default=settings.history_days or DEFAULT_HISTORY_DAYS, ge=SHORTEST_HISTORY_DAYS, description="days that stay"
        )

    @dg.op(description="Deletes what is older and read by nothing, as `sparkify history prune` does.")
    def prune(context: dg.OpExecutionContext, config: Retention) -> None:
        from sparkify_assets.orchestration.history_prune import HistoryPruner, amounts_text, days_ago  # here, as in alerts/sensor.py

        with user_errors_as_failures():
            pruner = HistoryPruner(context.instance, days_ago(config.keep_days))
            before, deleted = pruner.size(), pruner.prune()
            left = pruner.rewrite()
            context.log.info(
                f"deleted: {amounts_text(deleted)}; the history took {before / 1e6:,.1f} MB, now {pruner.size() / 1e6:,.1f} MB"
            )
        for line in left:
            context.log.warning(line)

    @dg.job(name=PRUNE_JOB, description="Dagster's history: deletes what is older than keep_days and read by nothing (docs/operations.md).")
    def prune_history() -> None:
        prune()

    on = dg.DefaultScheduleStatus.RUNNING if settings.history_days else dg.DefaultScheduleStatus.STOPPED
    return dg.ScheduleDefinition(name=PRUNE_JOB, job=prune_history, cron_schedule=NIGHTLY, default_status=on)


def _group_job(group: PartitionGroup) -> Job:
    source = group.staging.source
    assert source is not None
    return dg.define_asset_job(
        load_job_name(group),
        selection=dg.AssetSelection.assets(source.asset, *(t.name for t in group.tables)),
        description=f"{source.title}  From the lake to {', '.join(t.name for t in group.derived)}, for the chosen partitions.",
    )


def _reports_job(catalog: Catalog) -> Job:
    return dg.define_asset_job(
        REPORTS_JOB,
        selection=dg.AssetSelection.assets(*catalog.unpartitioned, DASHBOARD),
        description="The reports and the dashboard, from what the warehouse holds.",
    )


def _everything(catalog: Catalog, settings: Settings, platform: Callable[[], dg.Definitions]) -> dg.JobDefinition:
    @dg.op(description="Loads what the lake holds and the warehouse does not, in runs of its own, as `sparkify load` does.")
    def load_all(context: dg.OpExecutionContext, warehouse: dg.ResourceParam[Warehouse]) -> None:
        command = f"job load_everything, run {context.run_id}"
        report = LoadRunner(platform(), catalog, settings, warehouse, context.instance, command=command).run(None, None, force=False)
        context.log.info(report.summary())
        if report.reason:
            raise dg.Failure(report.reason, allow_retries=False)

    @dg.job(description="Everything the lake holds: songs, logs, dimensions, fact and reports; what is up to date already is left alone.")
    def load_everything() -> None:
        load_all()

    return load_everything
