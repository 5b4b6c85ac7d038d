"""Blocking checks of a staging load: few enough rejected records, and records in the files = rows + rejected records.

Put here checks based on load metadata. Do not put here comparisons of days (volume.py) or of keys (schema_drift.py).
"""

from collections.abc import Mapping, Sequence

from sparkify_assets.orchestration.assets.staging import REJECTS_CHECK
from sparkify_assets.orchestration.checks.definition import CheckContext, CheckDefinition
from sparkify_assets.orchestration.checks.results import CheckOutcome, evaluate_per_partition
from sparkify_assets.orchestration.metadata import rejected_records_table, rows_table
from sparkify_assets.settings import Settings
from sparkify_assets.text import pluralized
from sparkify_assets.warehouse import LoadStats

RECONCILES = "record_count_reconciles"
SHOWN = 10


def reconciliation_checks(settings: Settings) -> list[CheckDefinition]:
    tolerated = settings.max_rejected
    return [
        CheckDefinition(
            REJECTS_CHECK,
            f"No partition has more rejected records than SPARKIFY_MAX_REJECTED ({tolerated}); fewer are a warning.",
            "blocking",
            lambda context, keys: evaluate_per_partition(lambda some: _rejected_records(context, some, tolerated), keys),
        ),
        CheckDefinition(
            RECONCILES,
            "Records in the files = rows + rejected records.",
            "blocking",
            lambda context, keys: evaluate_per_partition(lambda some: _record_count(context, some), keys),
        ),
    ]


def load_stats_of(context: CheckContext, keys: Sequence[str] | None) -> Mapping[str, LoadStats]:
    """Load statistics of these partitions (None: all); partitions without files have none."""
    wanted = None if keys is None else set(keys)
    return {k: h for k, h in context.load_stats.items() if wanted is None or k in wanted}


def _rejected_records(context: CheckContext, keys: Sequence[str] | None, tolerated: int) -> CheckOutcome:
    rejected = {k: h.rejected for k, h in load_stats_of(context, keys).items() if h.rejected}
    total = sum(rejected.values())
    if not total:
        return CheckOutcome(True, metadata={"rejected": 0})
    beyond = any(n > tolerated for n in rejected.values())
    return CheckOutcome(
        passed=False,
        severity="blocking" if beyond else "warning",  # some, but tolerated: downstream steps run
        description=f"{pluralized(total, 'rejected record')} in {', '.join(sorted(rejected)[:SHOWN])}; {tolerated} a partition tolerated",
        metadata={
            "rejected": total,
            "rejected_records": rejected_records_table(context.session.metadata.rejected_records(context.table, sorted(rejected))),
        },
    )


def _record_count(context: CheckContext, keys: Sequence[str] | None) -> CheckOutcome:
    history = load_stats_of(context, keys)
    rows = context.session.queries.row_counts(context.table, list(history))
    off = [(k, h.records, rows.get(k, 0), h.rejected) for k, h in history.items() if h.records != rows.get(k, 0) + h.rejected]
    return CheckOutcome(
        passed=not off,
        severity="blocking",
        description=f"{pluralized(len(off), 'partition')} not accounted for" if off else None,
        metadata={
            "records": sum(h.records for h in history.values()),
            "rows": sum(rows.values()),
            "rejected": sum(h.rejected for h in history.values()),
            **({"sample": rows_table(("partition", "records", "rows", "rejected"), off[:SHOWN])} if off else {}),
        },
    )
