"""The check of the match rate: how many rows find their counterpart in a table that they join (plays their song).

In the real data, one of 6,820 plays does, so no fixed rate can be expected. The check detects a rate that breaks down, as when a feed
changes how it spells titles. It also reports the rate by the names as delivered: the difference is what the repair of names (text_repairs)
is worth.

Put here checks of ``match_method``. Do not put here the matching itself (transform.sql of the table).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from sparkify_assets.model import Table
from sparkify_assets.model.table import MatchRate
from sparkify_assets.orchestration.checks.definition import CheckContext, CheckDefinition
from sparkify_assets.orchestration.checks.results import CheckOutcome, PartitionedOutcome, combine
from sparkify_assets.text import pluralized

MIN_EXPECTED = 10
"""Matches: with fewer expected, half may be missing by chance."""
RowsByMethod = Mapping[str, Mapping[str | None, int]]
"""Partition → method → rows."""


def match_rate_checks(table: Table) -> list[CheckDefinition]:
    """One check for a table with checks/match_rate.toml; none for others."""
    if (declared := table.match_rate) is None:
        return []
    return [
        CheckDefinition(
            "match_rate_anomaly",
            "Not significantly fewer rows find their counterpart than in the other partitions: at least half as many as their rate would "
            f"give, where it would give {MIN_EXPECTED} or more.  Told as well: the rate before and after the repair of names.",
            "warning",
            partial(_evaluate, declared),
        )
    ]


def _evaluate(declared: MatchRate, context: CheckContext, keys: Sequence[str] | None) -> PartitionedOutcome:
    tally = context.session.queries.count_by_value(context.table, declared.method_column)
    whole = _outcome(context.table, declared, tally, tally if keys is None else keys)
    return combine(whole, {} if keys is None else {key: _outcome(context.table, declared, tally, [key]) for key in keys})


def _outcome(table: Table, declared: MatchRate, tally: RowsByMethod, keys: Iterable[str]) -> CheckOutcome:
    """Compare the partitions with all others."""
    chosen = set(keys)
    rows, matched, before = _sum(declared, (tally[k] for k in tally if k in chosen))
    other_rows, other_matched, _ = _sum(declared, (tally[k] for k in tally if k not in chosen))
    expected = rows * other_matched / other_rows if other_rows else 0.0
    passed = expected < MIN_EXPECTED or 2 * matched >= expected
    return CheckOutcome(
        passed=passed,
        severity="warning",
        description=None
        if passed
        else f"{pluralized(matched, 'row')} of {rows:,} in {table.name} found their counterpart ({declared.method_column} is not null); "
        f"at the rate of the other partitions {expected:,.0f} would",
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


def _sum(declared: MatchRate, tallies: Iterable[Mapping[str | None, int]]) -> tuple[int, int, int]:
    """Rows, matched rows, and rows that match without repair."""
    every: Counter[str | None] = Counter()
    for tally in tallies:
        every.update(tally)
    return every.total(), every.total() - every[None], every[declared.as_delivered]
