"""Dimensions, facts and reports as assets: refreshes the run's partitions plus any recorded in `pending_refreshes`.

Put here the step of a derived table. Do not put here its SQL (tables/) or how rows are refreshed (warehouse/refresher.py).
"""

import time
from collections.abc import Sequence
from typing import Any

import dagster as dg

from sparkify_assets.dashboard import in_report_order
from sparkify_assets.model import REPORTS, STAGING, Catalog, Table
from sparkify_assets.orchestration.errors import user_errors_as_failures
from sparkify_assets.orchestration.metadata import (
    PREVIEW_ROWS,
    chart_metadata,
    duration_metadata,
    materialization,
    partition_previews,
    preview_metadata,
    row_count_metadata,
    rows_table,
    run_metadata,
    table_asset,
)
from sparkify_assets.orchestration.partitions import partitions_of
from sparkify_assets.orchestration.progress import report_step
from sparkify_assets.orchestration.query_tag import query_tag
from sparkify_assets.settings import Settings
from sparkify_assets.warehouse import ReadSession, Warehouse

AFTER_DEPENDENCIES = (
    dg.AutomationCondition.any_deps_updated().since_last_handled()
    & ~dg.AutomationCondition.in_progress()
    & ~dg.AutomationCondition.any_deps_in_progress()
).with_label("recomputed after its inputs, once all runs on them have ended")
"""For a table without partitions; not eager(), which waits for every day that ever existed (docs/design/dagster-facts.md)."""


def derived_asset(table: Table, catalog: Catalog, settings: Settings) -> dg.AssetsDefinition:
    definition = catalog.transforms[table.name]
    partitions = partitions_of(table, catalog, settings)

    @table_asset(
        table,
        catalog,
        settings,
        "sql",
        deps=[_dep(catalog[name], catalog, settings, partitions) for name in definition.reads],
        automation_condition=None if partitions else AFTER_DEPENDENCIES,
    )
    def rows(context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[Warehouse]) -> dg.MaterializeResult:
        chosen, begun = list(context.partition_keys) if partitions else [], time.monotonic()
        with user_errors_as_failures(), warehouse.session(query_tag(context, table.name, chosen)) as session:
            stale = sorted(session.metadata.stale_partitions().get(table.name, frozenset()) - set(chosen)) if partitions else []
            refreshed = session.refresher.refresh(table, chosen + stale)
            if partitions:
                _log_partitions(context, session, table, chosen, stale, partitions)
            report_step(table.name, "")
            done = {"rows_written": refreshed.written, **duration_metadata(begun)}
            if partitions:
                return dg.MaterializeResult(metadata=row_count_metadata(table, warehouse, refreshed.rows) | run_metadata(done))
            shown = _report_metadata(session, table) if table.layer == REPORTS else preview_metadata(session, table)
            return dg.MaterializeResult(metadata=row_count_metadata(table, warehouse, refreshed.rows) | done | shown)

    return rows


def _dep(other: Table, catalog: Catalog, settings: Settings, mine: dg.PartitionsDefinition | None) -> dg.AssetDep:
    """A table joined across all its partitions (songs, for a day's plays) affects every partition; others map one to one."""
    theirs = partitions_of(other, catalog, settings)
    mapping = None if theirs is None or theirs == mine else dg.AllPartitionMapping()
    return dg.AssetDep(other.name, partition_mapping=mapping)


def _log_partitions(
    context: dg.AssetExecutionContext,
    session: ReadSession,
    table: Table,
    chosen: Sequence[str],
    stale: Sequence[str],
    known: dg.PartitionsDefinition,
) -> None:
    counts = session.queries.row_counts(table, [*chosen, *stale])
    previews = partition_previews(session, table, [*chosen, *stale])
    for key in chosen:
        context.add_asset_metadata({"dagster/partition_row_count": counts.get(key, 0), **previews[key]}, partition_key=key)
    for key in stale:
        if known.has_partition_key(key):
            found = {"dagster/partition_row_count": counts.get(key, 0), "refresh_reason": "one of its inputs had changed"}
            context.log_event(materialization(table, key, found | previews[key]))


def _report_metadata(session: ReadSession, table: Table) -> dict[str, Any]:
    """The report's chart, and its first rows in report order."""
    rows = session.queries.fetch_all(table)
    first = [tuple(row.values()) for row in in_report_order(table, rows)[:PREVIEW_ROWS]]
    return {"preview": rows_table(table.column_names, first), **chart_metadata(table, rows)}


def derived_tables(catalog: Catalog) -> list[Table]:
    return [t for t in catalog if t.name in catalog.transforms and t.layer != STAGING]
