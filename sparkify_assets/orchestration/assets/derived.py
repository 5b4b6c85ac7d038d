"""Dimensions, facts and reports as assets: refreshes the run's partitions plus any recorded in `pending_refreshes`.

A table with partitions has a step of its own. Those without share one, and one transaction: they are many, and a step costs more than to
recompute most of them.

Put here the steps of derived tables. Do not put here its SQL (tables/) or how rows are refreshed (warehouse/refresher.py).
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from sparkify_assets.dashboard import in_report_order
from sparkify_assets.errors import SparkifyError
from sparkify_assets.model import REPORTS, STAGING, Catalog, Table
from sparkify_assets.orchestration.errors import failure_reason, may_be_retried, user_errors_as_failures
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
    step_of_tables,
    table_spec,
)
from sparkify_assets.orchestration.partitions import UNPARTITIONED, partitions_of
from sparkify_assets.orchestration.progress import report_step
from sparkify_assets.orchestration.query_tag import query_tag
from sparkify_assets.orchestration.resources import ReportRows
from sparkify_assets.settings import Settings
from sparkify_assets.warehouse import ReadSession, Warehouse

AFTER_DEPENDENCIES = (
    dg.AutomationCondition.any_deps_updated().since_last_handled()
    & ~dg.AutomationCondition.in_progress()
    & ~dg.AutomationCondition.any_deps_in_progress()
).with_label("recomputed after its inputs, once all runs on them have ended")
"""For a table without partitions; not eager(), which waits for every day that ever existed (docs/design/dagster-facts.md)."""
FAILED_TABLES = "failed_tables"
"""Metadata of a failed step of several tables: each that failed, and why."""


def derived_asset(table: Table, catalog: Catalog, settings: Settings) -> dg.AssetsDefinition:
    """A table with partitions."""
    partitions = partitions_of(table, catalog, settings)
    assert partitions is not None
    spec = table_spec(table, catalog, settings, "sql", _deps(table, catalog, settings, partitions), None)

    @step_of_tables(table.name, [spec], settings, partitions)
    def rows(context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[Warehouse]) -> dg.MaterializeResult:
        chosen, begun = list(context.partition_keys), time.monotonic()
        with user_errors_as_failures(), warehouse.session(query_tag(context, table.name, chosen)) as session:
            refreshed = session.refresher.refresh(table, chosen, with_stale=True)
            _log_partitions(context, session, table, refreshed.partitions, chosen, refreshed.stale, partitions)
            report_step(table.name, "")
            done = {"rows_written": refreshed.written, **duration_metadata(begun)}
            return dg.MaterializeResult(metadata=row_count_metadata(table, warehouse, refreshed.rows) | run_metadata(done))

    return rows


def unpartitioned_assets(catalog: Catalog, settings: Settings) -> dg.AssetsDefinition:
    """The tables without partitions that a run selects, recomputed in one transaction; if that fails, each in its own: one that fails
    stops only those that read it.
    """
    tables = [catalog[name] for name in catalog.unpartitioned]
    specs = [table_spec(t, catalog, settings, "sql", _deps(t, catalog, settings, None), AFTER_DEPENDENCIES) for t in tables]

    @step_of_tables(UNPARTITIONED, specs, settings, None)
    def rows(
        context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[Warehouse], report_rows: dg.ResourceParam[ReportRows]
    ) -> Iterator[dg.MaterializeResult]:
        chosen = [t for t in tables if dg.AssetKey(t.name) in context.selected_asset_keys]
        with user_errors_as_failures():
            results, failures, waiting = _together_or_each(context, chosen, catalog, warehouse, report_rows)
        yield from results
        if failures:
            raise _failure(failures, waiting) from next(iter(failures.values()))

    return rows


def _together_or_each(
    context: dg.AssetExecutionContext, tables: Sequence[Table], catalog: Catalog, warehouse: Warehouse, report_rows: ReportRows
) -> tuple[list[dg.MaterializeResult], dict[str, Exception], list[str]]:
    """The tables that were recomputed, those that failed, and those that were left out since they read one of the latter."""
    try:
        return _recomputed(tables, warehouse, query_tag(context, UNPARTITIONED, []), report_rows), {}, []
    except Exception as e:
        if isinstance(e, SparkifyError) and e.is_retryable:
            raise  # it is not about one table: the warehouse is away, or another process writes
        if len(tables) == 1:
            return [], {tables[0].name: e}, []
        context.log.info(f"a table cannot be recomputed, so each is tried in a transaction of its own: {failure_reason(e)}")
    results: list[dg.MaterializeResult] = []
    failures: dict[str, Exception] = {}
    waiting: list[str] = []
    for table in tables:
        if {*failures, *waiting}.intersection(catalog.transforms[table.name].reads):
            waiting.append(table.name)
            continue
        try:
            results += _recomputed([table], warehouse, query_tag(context, table.name, []), report_rows)
        except Exception as e:
            failures[table.name] = e
    return results, failures, waiting


def _recomputed(tables: Sequence[Table], warehouse: Warehouse, tag: str, report_rows: ReportRows) -> list[dg.MaterializeResult]:
    """Adds the rows of the reports to ``report_rows``.

    The charts are drawn when the session has ended: that takes longer, and nobody should wait for the warehouse meanwhile.
    """
    with warehouse.session(tag) as session:
        refreshed = session.refresher.recompute(tables)
        reports = {t.name: session.queries.fetch_all(t) for t in tables if t.layer == REPORTS}
        previews = {t.name: preview_metadata(session, t) for t in tables if t.name not in reports}
        with_rows = session.row_values.shown
    report_rows.update(reports)
    results = []
    for table, done in zip(tables, refreshed, strict=True):
        begun = time.monotonic() - done.seconds
        preview = previews[table.name] if table.name in previews else _report_metadata(table, reports[table.name]) if with_rows else {}
        shown = {"rows_written": done.written, **preview, **duration_metadata(begun)}
        results.append(dg.MaterializeResult(table.name, metadata=row_count_metadata(table, warehouse, done.rows) | shown))
        report_step(table.name, "")
    return results


def _failure(failures: Mapping[str, Exception], waiting: Sequence[str]) -> dg.Failure:
    reasons = {name: failure_reason(e) for name, e in failures.items()}
    lines = [f"{name}: {reason}" for name, reason in reasons.items()]
    if waiting:
        lines.append(f"not recomputed, since they read a table that failed: {', '.join(waiting)}")
    return dg.Failure(
        "\n".join(lines),
        metadata={FAILED_TABLES: reasons},
        allow_retries=any(may_be_retried(e) for e in failures.values()),
    )


def _deps(table: Table, catalog: Catalog, settings: Settings, mine: dg.PartitionsDefinition | None) -> list[dg.AssetDep]:
    return [_dep(catalog[name], catalog, settings, mine) for name in catalog.transforms[table.name].reads]


def _dep(other: Table, catalog: Catalog, settings: Settings, mine: dg.PartitionsDefinition | None) -> dg.AssetDep:
    """A table joined across all its partitions (songs, for a day's plays) affects every partition; others map one to one."""
    theirs = partitions_of(other, catalog, settings)
    mapping = None if theirs is None or theirs == mine else dg.AllPartitionMapping()
    return dg.AssetDep(other.name, partition_mapping=mapping)


def _log_partitions(
    context: dg.AssetExecutionContext,
    session: ReadSession,
    table: Table,
    counts: Mapping[str, int],
    chosen: Sequence[str],
    stale: Sequence[str],
    known: dg.PartitionsDefinition,
) -> None:
    """``counts``: partition → its rows."""
    previews = partition_previews(session, table, [*chosen, *stale])
    for key in chosen:
        context.add_asset_metadata({"dagster/partition_row_count": counts.get(key, 0), **previews[key]}, partition_key=key)
    for key in stale:
        if known.has_partition_key(key):
            found = {"dagster/partition_row_count": counts.get(key, 0), "refresh_reason": "one of its inputs had changed"}
            context.log_event(materialization(table, key, found | previews[key]))


def _report_metadata(table: Table, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The report's chart, and its first rows in report order."""
    first = [tuple(row.values()) for row in in_report_order(table, rows)[:PREVIEW_ROWS]]
    return {"preview": rows_table(table.column_names, first), **chart_metadata(table, rows)}


def derived_tables(catalog: Catalog) -> list[Table]:
    return [t for t in catalog if t.name in catalog.transforms and t.layer != STAGING]


def derived_assets(catalog: Catalog, settings: Settings) -> list[dg.AssetsDefinition]:
    others = [unpartitioned_assets(catalog, settings)] if catalog.unpartitioned else []
    return [*(derived_asset(t, catalog, settings) for t in derived_tables(catalog) if t.name not in catalog.unpartitioned), *others]
