"""Checks as Dagster sees them: one op a table, each check selectable on its own, asked about the run's partitions only.

Which checks there are, and how they are asked, is in the modules beside this one; how their answers are told in answers.py.
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from sparkify_assets.model import STAGING, Catalog, Table
from sparkify_assets.orchestration.checks.answers import targets_of, told
from sparkify_assets.orchestration.checks.days import day_checks
from sparkify_assets.orchestration.checks.keys import keys_check
from sparkify_assets.orchestration.checks.loading import ACCOUNTED, loading_checks
from sparkify_assets.orchestration.checks.matches import match_checks
from sparkify_assets.orchestration.checks.promises import promises_of
from sparkify_assets.orchestration.checks.questions import Question, Scene, spec_of
from sparkify_assets.orchestration.errors import told_plainly
from sparkify_assets.orchestration.partitions import chosen, partitions_of
from sparkify_assets.orchestration.resources import ListedLake
from sparkify_assets.settings import Settings
from sparkify_assets.warehouse import Session, Warehouse

__all__ = ["ACCOUNTED", "checks_of", "questions_of"]


def questions_of(table: Table, catalog: Catalog, settings: Settings) -> list[Question]:
    """Every check of a table."""
    questions = promises_of(table, catalog)
    if table.layer == STAGING:
        questions += [*loading_checks(settings), keys_check(table)]
        if isinstance(partitions_of(table, catalog, settings), dg.TimeWindowPartitionsDefinition):
            questions += day_checks(settings)
    return questions + match_checks(table)


def checks_of(table: Table, catalog: Catalog, settings: Settings) -> dg.AssetChecksDefinition:
    partitions = partitions_of(table, catalog, settings)
    questions = questions_of(table, catalog, settings)
    specs = {q.name: spec_of(q, table, catalog, settings) for q in questions}

    @dg.multi_asset_check(name=f"{table.name}_checks", specs=list(specs.values()), can_subset=True)
    def run(
        context: dg.AssetCheckExecutionContext, lake: dg.ResourceParam[ListedLake], warehouse: dg.ResourceParam[Warehouse]
    ) -> Iterator[Any]:
        wanted = {k.name for k in context.selected_asset_check_keys}
        with told_plainly(), warehouse.session(f"checks of {table.name} run {context.run.run_id}") as session:
            keys = asked_about(context.run, partitions, session, catalog.root(table))
            targets = dict(targets_of(context.instance, dg.AssetKey(table.name), keys)) if keys else {}
            for question in questions:
                if question.name in wanted:
                    answers = question.ask(Scene(table, session, lake), keys)
                    yield from told(context, specs[question.name], answers, keys, targets)

    return run


def asked_about(run: dg.DagsterRun, partitions: dg.PartitionsDefinition | None, session: Session, root: Table | None) -> list[str] | None:
    """The run's partitions; every one that was loaded, where the run is about none in particular; None for a table without."""
    if partitions is None or root is None:
        return None
    keys = chosen(run, partitions)
    return sorted(key for key in session.history(root) if partitions.has_partition_key(key)) if keys is None else keys
