"""What a check answers, for all partitions of a run together and for each by itself, and how that is told to Dagster.

A run of one partition has one result, which is that partition's.  Of a run over a range Dagster keeps one result without a partition
and shows every partition as skipped; so each partition's own is logged beside it (DAGSTER.md §5).  The result of the whole then says
how many partitions it stands for and which of them fail: ``checked_partitions`` and ``failing_partitions``.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import dagster as dg
from dagster import AssetCheckEvaluation
from dagster._core.definitions.asset_checks.asset_check_evaluation import AssetCheckEvaluationTargetMaterializationData as Target

from sparkify_assets.orchestration.partitions import KEY

CHECKED, FAILING = "checked_partitions", "failing_partitions"
SEVERITY = {"blocking": dg.AssetCheckSeverity.ERROR, "error": dg.AssetCheckSeverity.ERROR, "warning": dg.AssetCheckSeverity.WARN}


@dataclass(frozen=True)
class CheckOutcome:
    """Whether a claim holds; if not, what that costs, what was found, and what a person wants to see of it."""

    passed: bool
    severity: str = "error"
    description: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PartitionedOutcome:
    """A check's answer for the whole of what was asked about, and partition by partition."""

    whole: CheckOutcome
    by_partition: Mapping[str, CheckOutcome] = field(default_factory=dict)


def evaluate_per_partition(ask: Callable[[Sequence[str] | None], CheckOutcome], keys: Sequence[str] | None) -> PartitionedOutcome:
    """Ask about all together first: where that passes every partition does; only where it fails is each asked by itself."""
    whole = ask(keys)
    if keys is None:
        return PartitionedOutcome(whole)
    if len(keys) == 1:
        return PartitionedOutcome(whole, {keys[0]: whole})
    if whole.passed:
        return PartitionedOutcome(whole, {key: CheckOutcome(True) for key in keys})
    return combine(whole, {key: ask([key]) for key in keys})


def combine(whole: CheckOutcome, each: Mapping[str, CheckOutcome]) -> PartitionedOutcome:
    """The whole fails where a partition does.  Where it fails and none does by itself, all share in it: none may pass for sound."""
    bad = [a for a in each.values() if not a.passed]
    if whole.passed and bad:
        severe = any(a.severity != "warning" for a in bad)
        return PartitionedOutcome(replace(whole, passed=False, severity="error" if severe else "warning"), each)
    if not whole.passed and not bad:
        return PartitionedOutcome(whole, dict.fromkeys(each, whole))
    return PartitionedOutcome(whole, each)


def emit_results(
    context: dg.AssetCheckExecutionContext,
    spec: dg.AssetCheckSpec,
    answers: PartitionedOutcome,
    keys: Sequence[str] | None,
    targets: Mapping[str, Target],
) -> Iterator[dg.AssetCheckResult | AssetCheckEvaluation | dg.Output[None]]:
    """Log what Dagster will not say by itself, and give it the result that it takes from here."""
    alone = context.run.tags.get(KEY) if keys is not None and len(keys) == 1 else None
    for key, answer in answers.by_partition.items():
        if key != alone:
            # it is taken, though the annotation leaves it out
            context.op_execution_context.log_event(_evaluation(spec, answer, key, targets.get(key)))  # type: ignore[arg-type]
    whole = answers.by_partition[alone] if alone else answers.whole
    if keys is not None and not alone:
        failing = [key for key, answer in answers.by_partition.items() if not answer.passed]
        whole = replace(whole, metadata={**whole.metadata, CHECKED: len(keys), FAILING: failing})
    if spec.partitions_def and not (context.has_partition_key or context.has_partition_key_range):
        # asked about no partition in particular: Dagster would look for the materialization of one, and fail
        yield dg.Output(None, output_name=spec.get_python_identifier())
        yield _evaluation(spec, whole)
        return
    yield dg.AssetCheckResult(
        check_name=spec.name,
        asset_key=spec.asset_key,
        passed=whole.passed,
        severity=SEVERITY[whole.severity],
        description=whole.description,
        metadata=whole.metadata,
    )


def _evaluation(
    spec: dg.AssetCheckSpec, answer: CheckOutcome, partition: str | None = None, target: Target | None = None
) -> AssetCheckEvaluation:
    return AssetCheckEvaluation(
        asset_key=spec.asset_key,
        check_name=spec.name,
        passed=answer.passed,
        severity=SEVERITY[answer.severity],
        description=answer.description,
        metadata=answer.metadata,
        partition=partition,
        blocking=spec.blocking,
        target_materialization_data=target,
    )


def latest_materializations(instance: dg.DagsterInstance, asset: dg.AssetKey, keys: Sequence[str]) -> Iterator[tuple[str, Target]]:
    """The latest materialization of each partition: without it the UI does not draw the partition's result."""
    ids = instance.get_latest_storage_id_by_partition(asset, dg.DagsterEventType.ASSET_MATERIALIZATION, set(keys))
    if ids:
        wanted = dg.AssetRecordsFilter(asset_key=asset, storage_ids=list(ids.values()))
        for record in instance.fetch_materializations(wanted, limit=len(ids)).records:
            if record.partition_key:
                yield record.partition_key, Target(storage_id=record.storage_id, run_id=record.run_id, timestamp=record.timestamp)
