"""Staging tables as assets: loads each partition from the lake in a transaction of its own, so that an invalid day stops no other.

Put here the step of a staging table. Do not put here how files are loaded (warehouse/staging_loader.py) or checked (checks/).
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import dagster as dg
from dagster import AssetCheckEvaluation

from sparkify_assets.errors import RejectedRecordsError, SparkifyError
from sparkify_assets.lake import LakeSnapshot, fingerprint
from sparkify_assets.model import Catalog, Table
from sparkify_assets.orchestration.assets.sources import missing_files_metadata
from sparkify_assets.orchestration.errors import user_errors_as_failures
from sparkify_assets.orchestration.metadata import (
    duration_metadata,
    materialization,
    partition_previews,
    rejected_records_table,
    row_count_metadata,
    run_metadata,
    step_of_tables,
    table_spec,
)
from sparkify_assets.orchestration.partitions import partitions_of
from sparkify_assets.orchestration.progress import report_step
from sparkify_assets.orchestration.query_tag import query_tag
from sparkify_assets.settings import Settings
from sparkify_assets.text import pluralized
from sparkify_assets.warehouse import PartitionLoadResult, Warehouse

REJECTS_CHECK = "rejected_records_within_limit"
"""The check that no partition has too many rejected records (checks/reconciliation.py; a rejected load logs it as failed)."""
REJECTED, REPORTED_BY_CHECKS = "rejected", "reported_by_checks"
"""Metadata of a failure: partition → why it was rejected; partitions that the check reports (alerts report the others)."""
LONGEST_REASON = 2000
FINGERPRINT = "source_fingerprint"
"""Metadata of a staging partition: the version of its files that was loaded or rejected."""
CODE_VERSION_LABEL = "code_version"
"""Metadata of a rejection: the version of the table's code."""


@dataclass
class LoadOutcomes:
    """The outcome for each partition of a run."""

    loaded: dict[str, PartitionLoadResult] = field(default_factory=dict)
    rejected: dict[str, SparkifyError] = field(default_factory=dict)


def staging_asset(table: Table, catalog: Catalog, settings: Settings) -> dg.AssetsDefinition:
    source = table.source
    assert source is not None

    spec = table_spec(table, catalog, settings, "sql", [source.asset])

    @step_of_tables(table.name, [spec], settings, partitions_of(table, catalog, settings))
    def rows(
        context: dg.AssetExecutionContext, lake: dg.ResourceParam[LakeSnapshot], warehouse: dg.ResourceParam[Warehouse]
    ) -> dg.MaterializeResult:
        outcome, begun = LoadOutcomes(), time.monotonic()
        with user_errors_as_failures(), warehouse.session(query_tag(context, table.name, context.partition_keys)) as session:
            if table.is_by_day and settings.staging_days and (expired := session.loader.expire(table, settings.staging_days)):
                told = f"{pluralized(len(expired), 'day')} of {table.name} expired ({expired[0]} … {expired[-1]}): their rows were deleted"
                context.log.info(f"{told} (SPARKIFY_STAGING_DAYS); what is derived from them stays")
            inventory = lake.inventory(source)
            deliveries = {key: inventory.partitions.get(key, ()) for key in context.partition_keys}
            for answer in session.loader.load(table, deliveries, lake.lake, context.run.run_id, settings.max_rejected):
                if isinstance(answer, PartitionLoadResult):
                    outcome.loaded[answer.partition] = answer
                else:
                    outcome.rejected[answer.partition] = answer.error
                report_step(table.name, answer.partition)
            looks = partition_previews(session, table, list(outcome.loaded))
            metadata = {
                key: {**_of_partition(loaded), FINGERPRINT: fingerprint(deliveries[key]), **looks[key]}
                for key, loaded in outcome.loaded.items()
            }
            for key, told in missing_files_metadata(context, source, inventory, lake).items():
                metadata.get(key, {}).update(told)
            if outcome.rejected:
                _log_loaded(context, table, metadata)
                _log_failed_check(context, table, outcome)
                _log_rejected(context, table, outcome, {key: fingerprint(deliveries[key]) for key in outcome.rejected})
                passes = all(error.is_retryable for error in outcome.rejected.values())
                raise dg.Failure(_failure_text(outcome), metadata=_failure_metadata(outcome), allow_retries=passes)
            for key, found in metadata.items():
                context.add_asset_metadata(found, partition_key=key)
            whole = row_count_metadata(table, warehouse, session.queries.row_count(table))
            return dg.MaterializeResult(metadata=whole | run_metadata(duration_metadata(begun)))

    return rows


def _of_partition(loaded: PartitionLoadResult) -> dict[str, Any]:
    found: dict[str, Any] = {
        "dagster/partition_row_count": loaded.rows,
        "files": loaded.files,
        "bytes": loaded.bytes,
        "rejected": len(loaded.rejects),
    }
    if loaded.rejects:
        found["rejected_records"] = rejected_records_table(loaded.rejects)
    for name, keys in loaded.affected_partitions.items():
        found[f"{name}_stale_partitions"] = len(keys)
    return found


def _log_loaded(context: dg.AssetExecutionContext, table: Table, metadata: dict[str, dict[str, Any]]) -> None:
    """A failed run materializes nothing by itself: log the loaded partitions one by one (docs/design/dagster-facts.md)."""
    for key, found in metadata.items():
        context.log_event(materialization(table, key, found))


def _log_failed_check(context: dg.AssetExecutionContext, table: Table, outcome: LoadOutcomes) -> None:
    """Log the check on rejected records as failed: the run ends before it is evaluated, but the outcome and its partitions are known."""
    for key, error in outcome.rejected.items():
        if isinstance(error, RejectedRecordsError):
            evaluation = AssetCheckEvaluation(
                asset_key=dg.AssetKey(table.name),
                check_name=REJECTS_CHECK,
                passed=False,
                partition=key,
                blocking=True,
                description=str(error),
                metadata={"rejected": len(error.rejects), "rejected_records": rejected_records_table(error.rejects)},
            )
            context.log_event(evaluation)  # type: ignore[arg-type]  # accepted, though not annotated


def _log_rejected(context: dg.AssetExecutionContext, table: Table, outcome: LoadOutcomes, fingerprints: Mapping[str, str]) -> None:
    """Log the version of the files and of the rules that rejected a partition: sensors request it again when either changes."""
    for key, error in outcome.rejected.items():
        if not error.is_retryable:
            found = {
                FINGERPRINT: fingerprints[key],
                CODE_VERSION_LABEL: table.code_version,
                "rejection_reason": str(error)[:LONGEST_REASON],
            }
            context.log_event(dg.AssetObservation(table.name, partition=key, metadata=found))


def _failure_metadata(outcome: LoadOutcomes) -> dict[str, Any]:
    by_checks = [key for key, error in outcome.rejected.items() if isinstance(error, RejectedRecordsError)]
    return {REJECTED: {key: str(error)[:LONGEST_REASON] for key, error in outcome.rejected.items()}, REPORTED_BY_CHECKS: by_checks}


def _failure_text(outcome: LoadOutcomes) -> str:
    told = "\n".join(str(error) for error in outcome.rejected.values())
    if not outcome.loaded:
        return told
    return f"Loaded all the same: {pluralized(len(outcome.loaded), 'other partition')} of this run.\n{told}"
