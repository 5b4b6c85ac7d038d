"""Entry point of Dagster: assembles assets, checks, jobs, sensors and resources from the catalog and the settings.

Put here the assembly only.  Do not put here logic; it belongs in orchestration/.
"""

import warnings

import dagster as dg

import sparkify_assets.startup  # noqa: F401 - before the imports that it makes faster
from sparkify_assets.model import STAGING, Catalog, load_catalog
from sparkify_assets.orchestration.alerts.sensor import alerts
from sparkify_assets.orchestration.assets.dashboard import dashboard_asset
from sparkify_assets.orchestration.assets.derived import derived_assets, derived_tables
from sparkify_assets.orchestration.assets.lookups import lookup_asset
from sparkify_assets.orchestration.assets.sources import source_asset
from sparkify_assets.orchestration.assets.staging import staging_asset
from sparkify_assets.orchestration.checks.factory import check_ops
from sparkify_assets.orchestration.checks.job import run_checks_job
from sparkify_assets.orchestration.jobs import jobs, prune_schedule
from sparkify_assets.orchestration.resources import ReportRowsResource, lake_resource, warehouse_resource
from sparkify_assets.orchestration.sensors import sensors
from sparkify_assets.settings import Settings, read_settings

# single-run backfills and checks by partition are beta and preview features; Dagster's version is pinned, so this is no risk
warnings.filterwarnings("ignore", category=dg.BetaWarning)
warnings.filterwarnings("ignore", category=dg.PreviewWarning)


def build_defs(settings: Settings, catalog: Catalog | None = None) -> dg.Definitions:
    """The platform's definitions for these settings and the tables of ``catalog`` (default: all tables)."""
    catalog = catalog or load_catalog()
    staging, derived = catalog.layer(STAGING), derived_tables(catalog)
    built = dg.Definitions(
        assets=[
            *(source_asset(t, catalog, settings) for t in staging),
            *(staging_asset(t, catalog, settings) for t in staging),
            *(lookup_asset(x, catalog, settings) for x in catalog.lookups.values()),
            *derived_assets(catalog, settings),
            dashboard_asset(catalog, settings, lambda: built),
        ],
        asset_checks=check_ops([*staging, *(x.table for x in catalog.lookups.values()), *derived], catalog, settings),
        jobs=[*jobs(catalog, settings, lambda: built), run_checks_job(lambda: built)],
        sensors=[*sensors(catalog, settings), alerts(catalog, settings, lambda: built)],
        schedules=[prune_schedule(settings)],
        resources={
            "lake": lake_resource(settings),
            "warehouse": warehouse_resource(settings, catalog),
            "report_rows": ReportRowsResource(),
            "warehouse_nowait": warehouse_resource(settings, catalog, patient=False),
        },
        # steps run SQL in the warehouse: a process for each step would cost 4 s and gain nothing (docs/design/dagster-facts.md)
        executor=dg.in_process_executor,
    )
    return built


defs = build_defs(read_settings())
