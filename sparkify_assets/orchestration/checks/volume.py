"""Checks that compare a day of logs with others: its rows with those of its neighbours, and the newest day with the day that is due.

Rows are counted from load_history, not from the table: record_count_reconciles ensures that both agree.

Put here checks of row counts by day. Do not put here notification of missing days (alerts/missing_days.py).
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from statistics import median

from sparkify_assets.orchestration.checks.definition import CheckContext, CheckDefinition
from sparkify_assets.orchestration.checks.results import CheckOutcome, PartitionedOutcome, combine
from sparkify_assets.orchestration.metadata import rows_table
from sparkify_assets.orchestration.partitions import newest_expected_day
from sparkify_assets.settings import Settings
from sparkify_assets.text import pluralized

NEIGHBOURS, FEWEST_NEIGHBOURS = 7, 3
"""Days with rows before, and as many after; with fewer than FEWEST_NEIGHBOURS in all, the check passes."""
TIMES = 5
SHOWN = 10


def volume_checks(settings: Settings) -> list[CheckDefinition]:
    checks = [
        CheckDefinition(
            "row_count_anomaly",
            f"A day that has files has between a fifth of and {TIMES} times the rows of its neighbours: of the median of the up to "
            f"{NEIGHBOURS} nearest days with rows on each side.  With fewer than {FEWEST_NEIGHBOURS} of these nothing is said.",
            "warning",
            _row_count_anomaly,
        )
    ]
    if settings.due_hours is not None:
        checks.append(_freshness_check(settings, settings.due_hours))
    return checks


def _rows_by_day(context: CheckContext) -> dict[str, int]:
    return {day: h.records - h.rejected for day, h in sorted(context.load_stats.items())}


def _row_count_anomaly(context: CheckContext, keys: Sequence[str] | None) -> PartitionedOutcome:
    rows = _rows_by_day(context)
    each = {day: _row_count_of(day, rows) for day in (rows if keys is None else keys)}
    off = [(day, a) for day, a in each.items() if not a.passed]
    whole = CheckOutcome(
        passed=not off,
        severity="warning",
        description="; ".join(a.description or "" for _, a in off[:SHOWN]) or None,
        metadata={"sample": rows_table(("day", "rows", "median"), [(d, rows[d], a.metadata["median"]) for d, a in off[:SHOWN]])}
        if off
        else {},
    )
    return combine(whole, {} if keys is None else each)


def _row_count_of(day: str, rows: Mapping[str, int]) -> CheckOutcome:
    before = [n for other, n in rows.items() if n and other < day][-NEIGHBOURS:]
    after = [n for other, n in rows.items() if n and other > day][:NEIGHBOURS]
    if day not in rows or len(before) + len(after) < FEWEST_NEIGHBOURS:
        return CheckOutcome(True, metadata={"rows": rows.get(day, 0), "neighbours": len(before) + len(after)})
    found, usual = rows[day], median(before + after)
    passed = usual <= found * TIMES and found <= usual * TIMES
    return CheckOutcome(
        passed=passed,
        severity="warning",
        description=None if passed else f"{day} has {pluralized(found, 'row')}; the median of its neighbours is {usual:,g}",
        metadata={"rows": found, "median": usual, "neighbours": len(before) + len(after), "times_the_median": round(found / usual, 2)},
    )


def _freshness_check(settings: Settings, hours: int) -> CheckDefinition:
    def ask(context: CheckContext, keys: Sequence[str] | None) -> PartitionedOutcome:
        due = newest_expected_day(settings, datetime.now(UTC))
        return _freshness(_rows_by_day(context), due.isoformat() if due else None, keys)

    return CheckDefinition(
        "data_is_fresh",
        "The newest day that is due has rows, or a later one has: the log of a day should be there "
        f"{pluralized(hours, 'hour')} after its end (SPARKIFY_DUE_HOURS).  The day that is missing is the one that fails.",
        "warning",
        ask,
    )


def _freshness(rows: Mapping[str, int], due: str | None, keys: Sequence[str] | None) -> PartitionedOutcome:
    newest = max((day for day, n in rows.items() if n), default=None)
    numbers = {"newest_day_with_rows": newest or "none", "newest_day_due": due or "none"}
    each = dict.fromkeys(keys or (), CheckOutcome(True, metadata=numbers))
    if due is None or (newest is not None and newest >= due):
        return PartitionedOutcome(CheckOutcome(True, metadata=numbers), each)
    late = f"; it is {pluralized((date.fromisoformat(due) - date.fromisoformat(newest)).days, 'day')} later" if newest else ""
    missing = CheckOutcome(False, "warning", f"The newest day with rows is {newest or 'none'}, the newest due is {due}{late}", numbers)
    return PartitionedOutcome(missing, each if keys is None else {**each, due: missing})
