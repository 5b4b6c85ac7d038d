"""The figures at the top of the page and in its quality section.

Put here which figures there are and how they are computed. Do not put here the number formats (formatting.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sparkify_assets.dashboard.data import CheckResult, DashboardData, Quality, Rows
from sparkify_assets.dashboard.formatting import format_share
from sparkify_assets.text import pluralized


@dataclass(frozen=True)
class Kpi:
    """A figure, its name, and a note."""

    value: str
    name: str
    note: str = ""


def headline(data: DashboardData) -> list[Kpi]:
    """The headline figures. A report or table that is missing yields no figure."""
    rows, plays, matched = data.quality.rows, data.reports.get("plays_by_day_and_level"), data.reports.get("plays_matched_by_day")
    counts = [Kpi(f"{rows[table]:,}", name) for table, name in (("users", "users"), ("songs", "songs in the catalogue")) if table in rows]
    match = [Kpi(_share(_sum(matched, "matched"), _sum(matched, "plays")), "of the plays match a song")] if matched is not None else []
    if plays is None:
        return counts + match
    total, paid = _sum(plays, "plays"), _sum([r for r in plays if r["level"] == "paid"], "plays")
    days = {r["day"] for r in plays}
    when = Kpi(f"{len(days):,}", "days with plays", f"since {min(days)}" if days else "")
    return [
        Kpi(f"{total:,}", "plays"),
        *counts,
        when,
        Kpi(_share(paid, total), "of the plays paid for", pluralized(paid, "play")),
        *match,
    ]


def matching(matched: Rows) -> list[Kpi]:
    """Number and share of plays that match a song, as delivered and after the repair of names."""
    total, found, delivered = (_sum(matched, c) for c in ("plays", "matched", "matched_as_delivered"))
    return [
        Kpi(_share(delivered, total), "match as delivered", pluralized(delivered, "play")),
        Kpi(_share(found, total), "match after repair", pluralized(found, "play")),
        Kpi(f"{_sum(matched, 'names_repaired'):,}", "plays with a repaired name"),
        Kpi(f"{_sum(matched, 'names_broken'):,}", "plays with a name beyond repair"),
    ]


def quality(of: Quality) -> list[Kpi]:
    """Newest day, rejected records, outcomes of checks, repaired names."""
    outcomes: Mapping[str, int] = {o: sum(c.outcome == o for c in of.checks) for o in ("passed", "warned", "failed")}
    return [
        Kpi(of.newest_play.strftime("%Y-%m-%d") if of.newest_play else "none", "newest day (UTC)"),
        Kpi(f"{of.rejected_records:,}", "rejected records"),
        Kpi(f"{outcomes['passed']:,}", "checks passed", f"{outcomes['warned']:,} warned, {outcomes['failed']:,} failed"),
        Kpi(f"{of.repaired_names:,}", "names repaired", f"{of.uncertain_names:,} beyond repair"),
    ]


def not_passed(checks: Sequence[CheckResult]) -> list[CheckResult]:
    """Checks that did not pass: failures first, then by table and name."""
    return sorted((c for c in checks if c.outcome != "passed"), key=lambda c: (c.outcome != "failed", c.table, c.name))


def _sum(rows: Rows, column: str) -> int:
    return sum(int(r[column] or 0) for r in rows)


def _share(part: int, whole: int) -> str:
    return format_share(part / whole) if whole else "–"
