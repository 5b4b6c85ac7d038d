"""The check of how many rows find their counterpart in a table they look up: plays their song, in the real data one of 6,820.

No fixed rate could be expected of that; what is looked for is a rate that breaks down, as when a feed changes how it spells titles.
The rate is told as it would be by the names as delivered, too: what the repair of names (text_repairs) is worth.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from sparkify_assets.model import Table
from sparkify_assets.orchestration.checks.answers import Answer, Answers, together
from sparkify_assets.orchestration.checks.questions import Question, Scene
from sparkify_assets.words import counted

LEAST_EXPECTED = 10
"""matches: of fewer, half may be missing by chance"""
HOW = "matched_by"
"""the column that says how a row found its counterpart; null where it did not"""
AS_DELIVERED = "delivered names"
Tally = Mapping[str, Mapping[str | None, int]]
"""partition → how → rows"""


def match_checks(table: Table) -> list[Question]:
    """One, for a table that says how its rows found what they look up; for others none."""
    if HOW not in table.column_names:
        return []
    return [
        Question(
            "match_rate_is_usual",
            "Not significantly fewer rows find their counterpart than in the other partitions: at least half as many as their rate would "
            f"give, where it would give {LEAST_EXPECTED} or more.  Told as well: the rate before and after the repair of names.",
            "warning",
            _ask,
        )
    ]


def _ask(scene: Scene, keys: Sequence[str] | None) -> Answers:
    tally = scene.session.tally(scene.table, HOW)
    whole = _answer(tally, tally if keys is None else keys)
    return together(whole, {} if keys is None else {key: _answer(tally, [key]) for key in keys})


def _answer(tally: Tally, keys: Iterable[str]) -> Answer:
    """The partitions against all others."""
    chosen = set(keys)
    rows, matched, before = _sum(tally[k] for k in tally if k in chosen)
    other_rows, other_matched, _ = _sum(tally[k] for k in tally if k not in chosen)
    expected = rows * other_matched / other_rows if other_rows else 0.0
    passed = expected < LEAST_EXPECTED or 2 * matched >= expected
    return Answer(
        passed=passed,
        severity="warning",
        description=None
        if passed
        else f"{counted(matched, 'row')} of {rows:,} matched; at the rate of the other partitions there would be {expected:,.0f}",
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
