"""Checks as Dagster runs them: one op per table, and one for all tables without partitions; each check can be selected alone and runs for
the run's partitions only.

Put here which checks a table has and how they run. Do not put here single checks (the other modules) or the form of results (results.py).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from sparkify_assets.lake import LakeSnapshot
from sparkify_assets.model import STAGING, Catalog, Table
from sparkify_assets.orchestration.checks.definition import CheckContext, CheckDefinition, check_spec
from sparkify_assets.orchestration.checks.match_rate import match_rate_checks
from sparkify_assets.orchestration.checks.reconciliation import reconciliation_checks
from sparkify_assets.orchestration.checks.results import emit_results, targets_of
from sparkify_assets.orchestration.checks.schema_drift import schema_drift_check
from sparkify_assets.orchestration.checks.sql_checks import filtered, sql_checks
from sparkify_assets.orchestration.checks.volume import volume_checks
from sparkify_assets.orchestration.errors import user_errors_as_failures
from sparkify_assets.orchestration.instance import CheckTarget, latest_events, materializations_of_run
from sparkify_assets.orchestration.partitions import UNPARTITIONED, partitions_of, run_partitions
from sparkify_assets.settings import Settings
from sparkify_assets.text import pluralized
from sparkify_assets.warehouse import Warehouse
from sparkify_assets.warehouse.load_metadata import RefreshState

NO_STATE = RefreshState({}, frozenset(), frozenset())
"""of tables without partitions"""


def check_definitions(table: Table, catalog: Catalog, settings: Settings) -> list[CheckDefinition]:
    """All checks of a table."""
    found = sql_checks(table, catalog)
    if table.layer == STAGING:
        found += [*reconciliation_checks(settings), schema_drift_check(table)]
        if isinstance(partitions_of(table, catalog, settings), dg.TimeWindowPartitionsDefinition):
            found += volume_checks(settings)
    return found + match_rate_checks(table)


def check_ops(tables: Iterable[Table], catalog: Catalog, settings: Settings) -> list[dg.AssetChecksDefinition]:
    """The op of each table that has checks; tables without partitions share one, as they share the step that recomputes them."""
    groups: dict[str, list[tuple[Table, CheckDefinition]]] = {}
    for table in tables:
        for check in check_definitions(table, catalog, settings):
            groups.setdefault(UNPARTITIONED if table.name in catalog.unpartitioned else table.name, []).append((table, check))
    return [_check_op(name, checks, catalog, settings) for name, checks in groups.items()]


def _check_op(name: str, checks: Sequence[tuple[Table, CheckDefinition]], catalog: Catalog, settings: Settings) -> dg.AssetChecksDefinition:
    """``checks``: of tables with the same partitions."""
    root, partitions = catalog.root(checks[0][0]), partitions_of(checks[0][0], catalog, settings)
    specs = [check_spec(check, table, catalog, settings) for table, check in checks]

    @dg.multi_asset_check(name=f"{name}_checks", specs=specs, can_subset=True)
    def run(
        context: dg.AssetCheckExecutionContext, lake: dg.ResourceParam[LakeSnapshot], warehouse: dg.ResourceParam[Warehouse]
    ) -> Iterator[Any]:
        with user_errors_as_failures(), warehouse.read_session(f"checks of {name} run {context.run.run_id}") as session:
            state = session.metadata.refresh_state(root) if root else NO_STATE
            keys, targets = checked_partitions(context, specs[0].asset_key, partitions, state.loaded)
            keys = _without_expired(context, name, keys, state.expired)
            loaded = state.loaded | state.expired  # a derived table holds rows of the expired ones, which are not checked
            chosen = [(t, c, s) for (t, c), s in zip(checks, specs, strict=True) if s.key in context.selected_asset_check_keys]
            tests = [(check.test, table) for table, check, _ in chosen if check.test]
            failing = session.queries.count_failing_rows(tests, filtered(keys, loaded))
            contexts = {table.name: CheckContext(table, session, lake, loaded, failing) for table, _, _ in chosen}
            for table, check, spec in chosen:
                outcome = check.evaluate(contexts[table.name], keys)
                yield from emit_results(context, spec, outcome, keys, targets)

    return run


def _without_expired(
    context: dg.AssetCheckExecutionContext, name: str, keys: list[str] | None, expired: Collection[str]
) -> list[str] | None:
    """The partitions whose staging rows are there: the others cannot be compared with them.  Raises dg.Failure if none is left."""
    left = [key for key in keys or () if key not in expired]
    if keys is None or len(left) == len(keys):
        return keys
    told = f"{pluralized(len(keys) - len(left), 'partition')} of {name}: the staging rows have expired (SPARKIFY_STAGING_DAYS), so they "
    if not left:
        todo = f"`sparkify load --force --from {keys[0]} --to {keys[-1]}` loads them again, and checks them"
        raise dg.Failure(f"{told}cannot be checked. {todo}")
    context.log.warning(f"{told}are not checked")
    return left


def checked_partitions(
    context: dg.AssetCheckExecutionContext, asset: dg.AssetKey, partitions: dg.PartitionsDefinition | None, loaded: Collection[str]
) -> tuple[list[str] | None, Mapping[str, CheckTarget]]:
    """The run's partitions, and those that it has refreshed beside them since they were stale; all loaded ones if the run specifies none;
    None for a table without partitions. With them, the materialization of each that the check is about.
    """
    if partitions is None:
        return None, {}
    keys = run_partitions(context.run, partitions)
    if keys is None:
        keys = sorted(key for key in loaded if partitions.has_partition_key(key))
    refreshed = materializations_of_run(context.instance, asset, context.run.run_id)
    keys += sorted(key for key in refreshed.keys() - set(keys) if partitions.has_partition_key(key))
    others = [key for key in keys if key not in refreshed]  # those that an earlier run has materialized
    return keys, targets_of(refreshed | latest_events(context.instance, asset, others))
