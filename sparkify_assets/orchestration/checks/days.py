"""Checks that set a day of logs beside others: as many rows as its neighbours have, and the newest day there when it is due.

Rows are counted from load_history, not from the table: records_accounted_for holds the two together.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from statistics import median

from sparkify_assets.orchestration.checks.answers import Answer, Answers, together
from sparkify_assets.orchestration.checks.questions import Question, Scene
from sparkify_assets.orchestration.metadata import rows_as_table
from sparkify_assets.orchestration.partitions import newest_due
from sparkify_assets.settings import Settings
from sparkify_assets.words import counted

NEIGHBOURS, FEWEST_NEIGHBOURS = 7, 3
"""days with rows before, and as many after; with fewer in all nothing is said"""
TIMES = 5
SHOWN = 10


def day_checks(settings: Settings) -> list[Question]:
    checks = [
        Question(
            "day_is_of_usual_size",
            f"A day that has files has between a fifth of and {TIMES} times the rows of its neighbours: of the median of the up to "
            f"{NEIGHBOURS} nearest days with rows on each side.  With fewer than {FEWEST_NEIGHBOURS} of these nothing is said.",
            "warning",
            _size,
        )
    ]
    if settings.due_hours is not None:
        checks.append(_newest_day(settings, settings.due_hours))
    return checks


def _rows_by_day(scene: Scene) -> dict[str, int]:
    return {day: h.records - h.rejected for day, h in sorted(scene.session.history(scene.table).items())}


def _size(scene: Scene, keys: Sequence[str] | None) -> Answers:
    rows = _rows_by_day(scene)
    each = {day: _size_of(day, rows) for day in (rows if keys is None else keys)}
    off = [(day, a) for day, a in each.items() if not a.passed]
    whole = Answer(
        passed=not off,
        severity="warning",
        description="; ".join(a.description or "" for _, a in off[:SHOWN]) or None,
        metadata={"sample": rows_as_table(("day", "rows", "median"), [(d, rows[d], a.metadata["median"]) for d, a in off[:SHOWN]])}
        if off
        else {},
    )
    return together(whole, {} if keys is None else each)


def _size_of(day: str, rows: Mapping[str, int]) -> Answer:
    before = [n for other, n in rows.items() if n and other < day][-NEIGHBOURS:]
    after = [n for other, n in rows.items() if n and other > day][:NEIGHBOURS]
    if day not in rows or len(before) + len(after) < FEWEST_NEIGHBOURS:
        return Answer(True, metadata={"rows": rows.get(day, 0), "neighbours": len(before) + len(after)})
    found, usual = rows[day], median(before + after)
    passed = usual <= found * TIMES and found <= usual * TIMES
    return Answer(
        passed=passed,
        severity="warning",
        description=None if passed else f"{day} has {counted(found, 'row')}; the median of its neighbours is {usual:,g}",
        metadata={"rows": found, "median": usual, "neighbours": len(before) + len(after), "times_the_median": round(found / usual, 2)},
    )


def _newest_day(settings: Settings, hours: int) -> Question:
    def ask(scene: Scene, keys: Sequence[str] | None) -> Answers:
        due = newest_due(settings, datetime.now(UTC))
        return _newest(_rows_by_day(scene), due.isoformat() if due else None, keys)

    return Question(
        "newest_day_is_there",
        f"The newest day that is due has rows, or a later one has: the log of a day should be there {counted(hours, 'hour')} after its end "
        "(SPARKIFY_DUE_HOURS).  The day that is missing is the one that fails.",
        "warning",
        ask,
    )


def _newest(rows: Mapping[str, int], due: str | None, keys: Sequence[str] | None) -> Answers:
    newest = max((day for day, n in rows.items() if n), default=None)
    numbers = {"newest_day_with_rows": newest or "none", "newest_day_due": due or "none"}
    each = dict.fromkeys(keys or (), Answer(True, metadata=numbers))
    if due is None or (newest is not None and newest >= due):
        return Answers(Answer(True, metadata=numbers), each)
    late = f"; it is {counted((date.fromisoformat(due) - date.fromisoformat(newest)).days, 'day')} later" if newest else ""
    missing = Answer(False, "warning", f"The newest day with rows is {newest or 'none'}, the newest due is {due}{late}", numbers)
    return Answers(missing, each if keys is None else {**each, due: missing})
