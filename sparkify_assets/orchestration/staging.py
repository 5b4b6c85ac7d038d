"""Staging tables as assets: each partition loaded from the lake in a transaction of its own, so that one bad day stops no other."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import dagster as dg
from dagster import AssetCheckEvaluation

from sparkify_assets.errors import RejectedRecordsError, SparkifyError
from sparkify_assets.lake import fingerprint
from sparkify_assets.model import Catalog, Table
from sparkify_assets.orchestration.errors import RETRIES, told_plainly
from sparkify_assets.orchestration.metadata import (
    as_it_stands,
    materialization,
    of_table,
    of_the_run,
    owned_by,
    previews_of,
    rejects_as_table,
    seconds_since,
    tags_of,
)
from sparkify_assets.orchestration.partitions import backfills, partitions_of
from sparkify_assets.orchestration.progress import tell
from sparkify_assets.orchestration.purpose import purpose
from sparkify_assets.orchestration.resources import ListedLake
from sparkify_assets.orchestration.sources import without_files
from sparkify_assets.settings import Settings
from sparkify_assets.warehouse import Loaded, Warehouse
from sparkify_assets.words import counted

REJECTS = "rejects_within_tolerance"
"""the check that no partition has more rejected records than tolerated (checks.py asks it, a refused load answers it)"""
REFUSED, TOLD_BY_CHECKS = "refused", "told_by_checks"
"""metadata of a failure: partition → why it was refused; those of which the check tells it (alerts tell the others)"""
LONGEST_REASON = 2000
FINGERPRINT = "source_fingerprint"
"""metadata of a staging partition: which version of its files it holds, or was refused"""
RULES = "code_version"
"""metadata of a refusal: by which version of the table's code"""


@dataclass
class Outcome:
    """What became of the partitions of a run."""

    loaded: dict[str, Loaded] = field(default_factory=dict)
    refused: dict[str, SparkifyError] = field(default_factory=dict)


def staging_asset(table: Table, catalog: Catalog, settings: Settings) -> dg.AssetsDefinition:
    source = table.source
    assert source is not None

    @dg.asset(
        name=table.name,
        deps=[source.asset],
        group_name=table.layer,
        description=table.comment,
        kinds={settings.warehouse, "sql"},
        owners=owned_by(table.layer),
        tags=tags_of(table, catalog),
        code_version=table.code_version,
        partitions_def=partitions_of(table, catalog, settings),
        backfill_policy=backfills(settings, partitions_of(table, catalog, settings)),
        retry_policy=RETRIES,
        metadata=of_table(table, catalog),
    )
    def rows(
        context: dg.AssetExecutionContext, lake: dg.ResourceParam[ListedLake], warehouse: dg.ResourceParam[Warehouse]
    ) -> dg.MaterializeResult:
        outcome, begun = Outcome(), time.monotonic()
        with told_plainly(), warehouse.session(purpose(context, table.name, context.partition_keys)) as session:
            inventory = lake.inventory(source)
            deliveries = {key: inventory.partitions.get(key, ()) for key in context.partition_keys}
            for answer in session.load(table, deliveries, lake.lake, context.run.run_id, settings.max_rejected):
                if isinstance(answer, Loaded):
                    outcome.loaded[answer.partition] = answer
                else:
                    outcome.refused[answer.partition] = answer.error
                tell(table.name, answer.partition)
            looks = previews_of(session, table, list(outcome.loaded))
            metadata = {
                key: {**_of_partition(loaded), FINGERPRINT: fingerprint(deliveries[key]), **looks[key]}
                for key, loaded in outcome.loaded.items()
            }
            for key, told in without_files(context, source, inventory, lake).items():
                metadata.get(key, {}).update(told)
            if outcome.refused:
                _keep_the_good(context, table, metadata)
                _fail_the_check(context, table, outcome)
                _note_the_refused(context, table, outcome, {key: fingerprint(deliveries[key]) for key in outcome.refused})
                passes = all(error.passes_by_itself for error in outcome.refused.values())
                raise dg.Failure(_refusal(outcome), metadata=_who_tells(outcome), allow_retries=passes)
            for key, found in metadata.items():
                context.add_asset_metadata(found, partition_key=key)
            whole = as_it_stands(table, warehouse, session.rows(table))
            return dg.MaterializeResult(metadata=whole | of_the_run(seconds_since(begun)))

    return rows


def _of_partition(loaded: Loaded) -> dict[str, Any]:
    found: dict[str, Any] = {
        "dagster/partition_row_count": loaded.rows,
        "files": loaded.files,
        "bytes": loaded.bytes,
        "rejected": len(loaded.rejects),
    }
    if loaded.rejects:
        found["rejected_records"] = rejects_as_table(loaded.rejects)
    for name, keys in loaded.concerned.items():
        found[f"{name}_to_refresh"] = len(keys)
    return found


def _keep_the_good(context: dg.AssetExecutionContext, table: Table, metadata: dict[str, dict[str, Any]]) -> None:
    """A run that fails materializes nothing by itself; what was loaded is said one by one (DAGSTER.md §1)."""
    for key, found in metadata.items():
        context.log_event(materialization(table, key, found))


def _fail_the_check(context: dg.AssetExecutionContext, table: Table, outcome: Outcome) -> None:
    """The check on rejected records has not run, since the run ends here; that it fails is known, and for which partitions."""
    for key, error in outcome.refused.items():
        if isinstance(error, RejectedRecordsError):
            evaluation = AssetCheckEvaluation(
                asset_key=dg.AssetKey(table.name),
                check_name=REJECTS,
                passed=False,
                partition=key,
                blocking=True,
                description=str(error),
                metadata={"rejected": len(error.rejects), "rejected_records": rejects_as_table(error.rejects)},
            )
            context.log_event(evaluation)  # type: ignore[arg-type]  # it is taken, though the annotation leaves it out


def _note_the_refused(context: dg.AssetExecutionContext, table: Table, outcome: Outcome, fingerprints: Mapping[str, str]) -> None:
    """Which version of its files a partition was refused for, and by which rules: sensors ask for it again when either is another."""
    for key, error in outcome.refused.items():
        if not error.passes_by_itself:
            found = {FINGERPRINT: fingerprints[key], RULES: table.code_version, "refused_because": str(error)[:LONGEST_REASON]}
            context.log_event(dg.AssetObservation(table.name, partition=key, metadata=found))


def _who_tells(outcome: Outcome) -> dict[str, Any]:
    by_checks = [key for key, error in outcome.refused.items() if isinstance(error, RejectedRecordsError)]
    return {REFUSED: {key: str(error)[:LONGEST_REASON] for key, error in outcome.refused.items()}, TOLD_BY_CHECKS: by_checks}


def _refusal(outcome: Outcome) -> str:
    told = "\n".join(str(error) for error in outcome.refused.values())
    if not outcome.loaded:
        return told
    return f"Loaded all the same: {counted(len(outcome.loaded), 'other partition')} of this run.\n{told}"
