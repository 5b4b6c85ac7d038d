"""The check of how many rows find their counterpart in a table they look up: plays their song, in the real data one of 6,820.

No fixed rate could be expected of that; what is looked for is a rate that breaks down, as when a feed changes how it spells titles.
The rate is told as it would be by the names as delivered, too: what the repair of names (text_repairs) is worth.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from sparkify_assets.model import Table
from sparkify_assets.orchestration.checks.definition import CheckContext, CheckDefinition
from sparkify_assets.orchestration.checks.results import CheckOutcome, PartitionedOutcome, combine
from sparkify_assets.text import pluralized

MIN_EXPECTED = 10
"""matches: of fewer, half may be missing by chance"""
METHOD_COLUMN = "match_method"
"""the column that says how a row found its counterpart; null where it did not"""
AS_DELIVERED = "delivered names"
RowsByMethod = Mapping[str, Mapping[str | None, int]]
"""partition → how → rows"""


def match_rate_checks(table: Table) -> list[CheckDefinition]:
    """One, for a table that says how its rows found what they look up; for others none."""
    if METHOD_COLUMN not in table.column_names:
        return []
    return [
        CheckDefinition(
            "match_rate_anomaly",
            "Not significantly fewer rows find their counterpart than in the other partitions: at least half as many as their rate would "
            f"give, where it would give {MIN_EXPECTED} or more.  Told as well: the rate before and after the repair of names.",
            "warning",
            _evaluate,
        )
    ]


def _evaluate(scene: CheckContext, keys: Sequence[str] | None) -> PartitionedOutcome:
    tally = scene.session.count_by_value(scene.table, METHOD_COLUMN)
    whole = _outcome(tally, tally if keys is None else keys)
    return combine(whole, {} if keys is None else {key: _outcome(tally, [key]) for key in keys})


def _outcome(tally: RowsByMethod, keys: Iterable[str]) -> CheckOutcome:
    """The partitions against all others."""
    chosen = set(keys)
    rows, matched, before = _sum(tally[k] for k in tally if k in chosen)
    other_rows, other_matched, _ = _sum(tally[k] for k in tally if k not in chosen)
    expected = rows * other_matched / other_rows if other_rows else 0.0
    passed = expected < MIN_EXPECTED or 2 * matched >= expected
    return CheckOutcome(
        passed=passed,
        severity="warning",
        description=None
        if passed
        else f"{pluralized(matched, 'row')} of {rows:,} matched; at the rate of the other partitions there would be {expected:,.0f}",
        metadata={
            "rows": rows,
            "matched": matched,
            "matched_as_delivered": before,
            "rate_before_repair": round(before / rows, 6) if rows else 0.0,
            "rate": round(matched / rows, 6) if rows else 0.0,
            "rows_elsewhere": other_rows,
            "matched_elsewhere": other_matched,
            "rate_elsewhere": round(other_matched / other_rows, 6) if other_rows else 0.0,
        },
    )


def _sum(tallies: Iterable[Mapping[str | None, int]]) -> tuple[int, int, int]:
    """Rows, those that are matched, and of these those that would be without repair."""
    every: Counter[str | None] = Counter()
    for tally in tallies:
        every.update(tally)
    return every.total(), every.total() - every[None], every[AS_DELIVERED]
