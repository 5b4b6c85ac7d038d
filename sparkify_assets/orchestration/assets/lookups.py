"""Lookup tables as assets.

Loads of staging update their rows, so a run that includes a load only records them; a run without one recomputes the table.

Put here the step of a lookup table. Do not put here the functions that compute its rows (tables/lookups/*/lookup.py).
"""

import time

import dagster as dg

from sparkify_assets.model import Catalog
from sparkify_assets.model.lookup import Lookup
from sparkify_assets.orchestration.errors import user_errors_as_failures
from sparkify_assets.orchestration.load_plan import code_version
from sparkify_assets.orchestration.metadata import (
    duration_metadata,
    preview_metadata,
    row_count_metadata,
    step_of_tables,
    table_spec,
)
from sparkify_assets.orchestration.query_tag import query_tag
from sparkify_assets.settings import Settings
from sparkify_assets.warehouse import Warehouse


def lookup_asset(lookup: Lookup, catalog: Catalog, settings: Settings) -> dg.AssetsDefinition:
    table = lookup.table

    deps = [dg.AssetDep(name, partition_mapping=dg.AllPartitionMapping()) for name in lookup.sources]

    @step_of_tables(table.name, [table_spec(table, catalog, settings, "python", deps)], settings, None)
    def rows(context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[Warehouse]) -> dg.MaterializeResult:
        begun = time.monotonic()
        # not the run's own asset_selection: a run of a named job has none
        is_kept = not lookup.sources.keys().isdisjoint(k.to_user_string() for k in context.job_def.asset_layer.selected_asset_keys)
        is_read_so = code_version(context.instance, table) == table.code_version
        with user_errors_as_failures(), warehouse.session(query_tag(context, table.name, [])) as session:
            refreshed = session.refresher.refresh(table, []) if is_kept and is_read_so else session.refresher.rebuild(table)
            done = {"rows_written": refreshed.written, **duration_metadata(begun)}
            return dg.MaterializeResult(
                metadata=row_count_metadata(table, warehouse, refreshed.rows) | done | preview_metadata(session, table)
            )

    return rows
