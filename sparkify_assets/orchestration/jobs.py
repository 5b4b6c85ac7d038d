"""Jobs: the logs with their derived tables, the song catalogue with its derived tables, the reports, and everything.

The first two are partitioned asset jobs; the job of the reports has no partitions. Assets with different partitions cannot share a job, so
``load_everything`` is one op that does what ``sparkify load`` does, run by run, in its own process.

Put here job definitions. Do not put here the load itself (runner.py) or the job of the checks (checks/job.py).
"""

from collections.abc import Callable
from typing import Any

import dagster as dg

from sparkify_assets.model import Catalog
from sparkify_assets.orchestration.assets.dashboard import DASHBOARD
from sparkify_assets.orchestration.load_plan import PartitionGroup, partition_groups
from sparkify_assets.orchestration.recording import REPORTS_JOB, load_job_name
from sparkify_assets.orchestration.runner import LoadRunner
from sparkify_assets.settings import Settings
from sparkify_assets.warehouse import Warehouse

# Dagster does not export the return type of define_asset_job
Job = Any


def jobs(catalog: Catalog, settings: Settings, platform: Callable[[], dg.Definitions]) -> list[Job]:
    return [*(_group_job(g) for g in partition_groups(catalog, settings)), _reports_job(catalog), _everything(catalog, settings, platform)]


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
