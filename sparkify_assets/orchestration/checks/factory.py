"""Checks as Dagster runs them: one op per table; each check can be selected alone and runs for the run's partitions only.

Put here which checks a table has and how they run. Do not put here single checks (the other modules) or the form of results (results.py).
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import dagster as dg

from sparkify_assets.lake import LakeSnapshot
from sparkify_assets.model import STAGING, Catalog, Table
from sparkify_assets.orchestration.checks.definition import CheckContext, CheckDefinition, check_spec
from sparkify_assets.orchestration.checks.match_rate import match_rate_checks
from sparkify_assets.orchestration.checks.reconciliation import reconciliation_checks
from sparkify_assets.orchestration.checks.results import emit_results, latest_materializations
from sparkify_assets.orchestration.checks.schema_drift import schema_drift_check
from sparkify_assets.orchestration.checks.sql_checks import sql_checks
from sparkify_assets.orchestration.checks.volume import volume_checks
from sparkify_assets.orchestration.errors import user_errors_as_failures
from sparkify_assets.orchestration.partitions import partitions_of, run_partitions
from sparkify_assets.settings import Settings
from sparkify_assets.warehouse import Warehouse


def check_definitions(table: Table, catalog: Catalog, settings: Settings) -> list[CheckDefinition]:
    """All checks of a table."""
    questions = sql_checks(table, catalog)
    if table.layer == STAGING:
        questions += [*reconciliation_checks(settings), schema_drift_check(table)]
        if isinstance(partitions_of(table, catalog, settings), dg.TimeWindowPartitionsDefinition):
            questions += volume_checks(settings)
    return questions + match_rate_checks(table)


def check_ops(tables: Iterable[Table], catalog: Catalog, settings: Settings) -> list[dg.AssetChecksDefinition]:
    """The op of each table that has checks."""
    return [_check_op(t, found, catalog, settings) for t in tables if (found := check_definitions(t, catalog, settings))]


def _check_op(table: Table, questions: Sequence[CheckDefinition], catalog: Catalog, settings: Settings) -> dg.AssetChecksDefinition:
    partitions = partitions_of(table, catalog, settings)
    specs = {q.name: check_spec(q, table, catalog, settings) for q in questions}

    @dg.multi_asset_check(name=f"{table.name}_checks", specs=list(specs.values()), can_subset=True)
    def run(
        context: dg.AssetCheckExecutionContext, lake: dg.ResourceParam[LakeSnapshot], warehouse: dg.ResourceParam[Warehouse]
    ) -> Iterator[Any]:
        wanted = {k.name for k in context.selected_asset_check_keys}
        with user_errors_as_failures(), warehouse.read_session(f"checks of {table.name} run {context.run.run_id}") as session:
            root = catalog.root(table)
            loaded = frozenset(session.metadata.partitions(root)) if root else frozenset()
            keys = checked_partitions(context.run, partitions, loaded)
            targets = dict(latest_materializations(context.instance, dg.AssetKey(table.name), keys)) if keys else {}
            for question in questions:
                if question.name in wanted:
                    answers = question.evaluate(CheckContext(table, session, lake, loaded), keys)
                    yield from emit_results(context, specs[question.name], answers, keys, targets)

    return run


def checked_partitions(run: dg.DagsterRun, partitions: dg.PartitionsDefinition | None, loaded: Collection[str]) -> list[str] | None:
    """The run's partitions; all loaded ones if the run specifies none; None for a table without partitions."""
    if partitions is None:
        return None
    keys = run_partitions(run, partitions)
    return sorted(key for key in loaded if partitions.has_partition_key(key)) if keys is None else keys
