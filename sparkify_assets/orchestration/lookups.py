"""Lookups as assets: loads of staging keep their rows true, so that a run with a load only says what there is; alone, all is read anew."""

import time

import dagster as dg

from sparkify_assets.model import Catalog
from sparkify_assets.model.lookup import Lookup
from sparkify_assets.orchestration.due import code_version
from sparkify_assets.orchestration.errors import RETRIES, told_plainly
from sparkify_assets.orchestration.metadata import as_it_stands, of_table, owned_by, preview_of, seconds_since, tags_of
from sparkify_assets.orchestration.partitions import backfills
from sparkify_assets.orchestration.purpose import purpose
from sparkify_assets.settings import Settings
from sparkify_assets.warehouse import Warehouse


def lookup_asset(lookup: Lookup, catalog: Catalog, settings: Settings) -> dg.AssetsDefinition:
    table = lookup.table

    @dg.asset(
        name=table.name,
        deps=[dg.AssetDep(name, partition_mapping=dg.AllPartitionMapping()) for name in lookup.sources],
        group_name=table.layer,
        description=table.comment,
        kinds={settings.warehouse, "python"},
        owners=owned_by(table.layer),
        tags=tags_of(table, catalog),
        code_version=table.code_version,
        backfill_policy=backfills(settings, None),
        retry_policy=RETRIES,
        metadata=of_table(table, catalog),
    )
    def rows(context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[Warehouse]) -> dg.MaterializeResult:
        begun = time.monotonic()
        # not the run's own asset_selection: a run of a named job has none
        is_kept = not lookup.sources.keys().isdisjoint(k.to_user_string() for k in context.job_def.asset_layer.selected_asset_keys)
        is_read_so = code_version(context.instance, table) == table.code_version
        with told_plainly(), warehouse.session(purpose(context, table.name, [])) as session:
            refreshed = session.refresh(table, []) if is_kept and is_read_so else session.rebuild(table)
            done = {"rows_written": refreshed.written, **seconds_since(begun)}
            return dg.MaterializeResult(metadata=as_it_stands(table, warehouse, refreshed.rows) | done | preview_of(session, table))

    return rows
