"""Outcomes of a check, for all partitions of a run together and for each alone, and their conversion to Dagster's results.

A run of one partition has one result: that partition's. For a run over a range, Dagster keeps one result without a partition and shows
every partition as skipped, so each partition's result is logged as well (docs/design/dagster-facts.md). The overall result then holds the
number of its partitions and the failing ones: ``checked_partitions`` and ``failing_partitions``.

Put here what all outcomes have in common. Do not put here what a single check evaluates (the other modules).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import dagster as dg
from dagster import AssetCheckEvaluation

from sparkify_assets.orchestration.instance import CheckTarget, output_name
from sparkify_assets.orchestration.partitions import KEY

CHECKED, FAILING = "checked_partitions", "failing_partitions"
SEVERITY = {"blocking": dg.AssetCheckSeverity.ERROR, "error": dg.AssetCheckSeverity.ERROR, "warning": dg.AssetCheckSeverity.WARN}


@dataclass(frozen=True)
class CheckOutcome:
    """Whether a claim holds; if not, its severity, what was found, and metadata for people."""

    passed: bool
    severity: str = "error"
    description: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PartitionedOutcome:
    """The outcome of a check for all its partitions together, and for each."""

    whole: CheckOutcome
    by_partition: Mapping[str, CheckOutcome] = field(default_factory=dict)


def evaluate_per_partition(ask: Callable[[Sequence[str] | None], CheckOutcome], keys: Sequence[str] | None) -> PartitionedOutcome:
    """Evaluate all partitions together: if that passes, every partition passes; only if it fails, evaluate each alone."""
    whole = ask(keys)
    if keys is None:
        return PartitionedOutcome(whole)
    if len(keys) == 1:
        return PartitionedOutcome(whole, {keys[0]: whole})
    if whole.passed:
        return PartitionedOutcome(whole, {key: CheckOutcome(True) for key in keys})
    return combine(whole, {key: ask([key]) for key in keys})


def combine(whole: CheckOutcome, each: Mapping[str, CheckOutcome]) -> PartitionedOutcome:
    """The overall outcome fails if a partition fails. If it fails and no partition does alone, all fail: none may appear valid."""
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
    outcomes: PartitionedOutcome,
    keys: Sequence[str] | None,
    targets: Mapping[str, CheckTarget],
) -> Iterator[dg.AssetCheckResult | AssetCheckEvaluation | dg.Output[None]]:
    """Log the results that Dagster does not log itself, and yield the one that it expects."""
    alone = context.run.tags.get(KEY) if keys is not None else None
    for key, outcome in outcomes.by_partition.items():
        if key != alone:
            # accepted, though not annotated
            context.op_execution_context.log_event(_evaluation(spec, outcome, key, targets.get(key)))  # type: ignore[arg-type]
    whole = outcomes.by_partition[alone] if alone else outcomes.whole
    if keys is not None and not alone:
        failing = [key for key, outcome in outcomes.by_partition.items() if not outcome.passed]
        whole = replace(whole, metadata={**whole.metadata, CHECKED: len(keys), FAILING: failing})
    if spec.partitions_def and not (context.has_partition_key or context.has_partition_key_range):
        # a run without partitions: Dagster would look for the materialization of one, and fail
        yield dg.Output(None, output_name=output_name(spec))
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
    spec: dg.AssetCheckSpec, outcome: CheckOutcome, partition: str | None = None, target: CheckTarget | None = None
) -> AssetCheckEvaluation:
    return AssetCheckEvaluation(
        asset_key=spec.asset_key,
        check_name=spec.name,
        passed=outcome.passed,
        severity=SEVERITY[outcome.severity],
        description=outcome.description,
        metadata=outcome.metadata,
        partition=partition,
        blocking=spec.blocking,
        target_materialization_data=target,
    )


def targets_of(records: Mapping[str, dg.EventLogRecord]) -> dict[str, CheckTarget]:
    """Partition → the materialization that its result is about: without it the UI does not draw the partition's result."""
    return {key: CheckTarget(storage_id=r.storage_id, run_id=r.run_id, timestamp=r.timestamp) for key, r in records.items()}
