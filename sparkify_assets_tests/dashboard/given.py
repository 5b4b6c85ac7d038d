"""Rows of every report, made up: enough of each to be drawn, with names that would break a page that does not escape them."""

from datetime import date, datetime, timedelta
from typing import Any

from sparkify_assets.dashboard import CheckResult, DashboardData, Quality
from sparkify_assets.model import load_catalog

SCRIPT = "</script><script>alert(1)</script>"
NAMES = (SCRIPT, "\"Quotes\" & 'Co' <b>", "سلام – שלום", "🎵 \N{PILE OF POO}\x0b\x00", "=HYPERLINK(1)", "a, b\r\nc", "x" * 1000)
FIRST, MONDAY = date(2018, 11, 1), date(2018, 10, 29)
Reports = dict[str, list[dict[str, Any]]]


def reports(days: int = 4, names: tuple[str, ...] = NAMES, plays: int = 1200) -> Reports:
    """Every report's rows, over that many days."""
    dates = [FIRST + timedelta(n) for n in range(days)]
    ranked = [(name, plays - n // 2) for n, name in enumerate(names)]  # two and two are equal
    counts = {"plays": plays, "users": 7}
    match = {
        "plays": plays,
        "matched": 30,
        "matched_as_delivered": 20,
        "names_repaired": 12,
        "names_broken": 1,
        "share_matched": 30 / plays,
    }
    session = {"sessions": 3, "plays": plays, "plays_per_session": plays / 3, "minutes_per_session": 12.25, "longest_minutes": 60.0}
    active = {"dau": 3, "wau": 5, "mau": 7, "stickiness": 3 / 7}
    heard = {"plays_of_known_length": plays, "plays_under_30_seconds": 9, "plays_to_the_end": 30}
    listening = {"listeners": 7, "plays": plays, "minutes": 61.5, "minutes_per_listener": 61.5 / 7, **heard}
    weeks = [MONDAY + timedelta(7 * n) for n in range(days // 7 + 3)] if days else []
    return {
        "active_listeners": [{"day": d, **active} for d in dates],
        "active_users": [{"day": d, **active} for d in dates],
        "downgrade_funnel": [row for week in weeks for row in _funnel(week, "free")],
        "errors_by_day_and_page": [
            {"day": d, "page": SCRIPT if n % 2 else "Error", "errors": 3, "server_errors": n % 2, "users": 2} for n, d in enumerate(dates)
        ],
        "level_changes": [_change(n, d) for n, d in enumerate(dates)],
        "listening_by_day": [{"day": d, **listening, "share_under_30_seconds": None, "share_to_the_end": 30 / plays} for d in dates],
        "most_active_users": [{"first_name": None if n else name, "last_name": name, "plays": p} for n, (name, p) in enumerate(ranked[:5])],
        "new_and_returning_users": [{"day": d, "new_users": 1, "returning_users": n} for n, d in enumerate(dates)],
        "plays_by_browser": [{"browser": name, "os": "Linux", "device": "Other", "plays": p, "users": 1} for name, p in ranked],
        "plays_by_day_and_level": [{"day": d, "level": level, **counts} for d in dates for level in ("free", "paid")],
        "plays_by_location": [{"location": name, "plays": p, "users": 1} for name, p in ranked],
        "plays_by_weekday_and_hour": [{"weekday": n % 7, "hour": n % 24, "plays": plays - n} for n in range(40)] if days else [],
        "plays_matched_by_day": [{"day": d, **match} for d in dates],
        "popular_hours": [{"hour": n, "plays": plays - n} for n in range(5, 20)] if days else [],
        "retention_by_cohort": [
            {"cohort_week": week, "weeks_since": n, "users": 4, "retained": 4 - n % 4, "share_retained": 1 - n % 4 / 4}
            for first, week in enumerate(weeks)
            for n in range(len(weeks) - first)
        ],
        "sessions_by_day": [{"day": d, **session} for d in dates],
        "top_artist_names": [{"artist": name, "plays": p} for name, p in ranked],
        "top_artists": [{"artist_id": f"A{n}", "name": name, "plays": p} for n, (name, p) in enumerate(ranked)],
        "top_song_names": [{"song": name, "artist": name, "plays": p} for name, p in ranked],
        "top_songs": [{"song_id": f"S{n}", "title": name, "artist": SCRIPT, "plays": p} for n, (name, p) in enumerate(ranked)],
        "upgrade_funnel": [row for week in weeks for row in _funnel(week, "paid")],
        "users_at_risk": [_at_risk(n, name, p) for n, (name, p) in enumerate(ranked)],
    }


def data(of: Reports) -> DashboardData:
    """With two checks that did not pass."""
    checks = [
        CheckResult("page_views", "no_conflicting_duplicates", "warned", "2 rows"),
        CheckResult("staging_events", "rejected_records_within_limit", "failed", f"1 rejected record: {SCRIPT}"),
        CheckResult("users", "primary_key", "passed"),
    ]
    newest = datetime(2018, 11, 4, 23, 59, 30) if of["popular_hours"] else None  # noqa: DTZ001 - as a warehouse gives it: UTC, unsaid
    quality = Quality(
        rows={"staging_events": 8056, "songs": 71, "users": 96} if newest else {},
        rejected_records=1,
        checks=checks if newest else [],
        newest_play=newest,
        files={"log files": 4, "song files": 1} if newest else {},
        repaired_names=412,
        uncertain_names=3,
    )
    return DashboardData(load_catalog().layer("reports"), of, quality)


def nothing() -> DashboardData:
    """Before the first load."""
    return data(reports(days=0, names=()))


def _funnel(week: date, level: str) -> list[dict[str, Any]]:
    steps = (("saw the page", 8, None), ("submitted", 2, 0.25), (f"played at level {level}", 0, 0.0))
    return [
        {"week": week, "step": n, "step_name": name, "users": users, "share_of_step_before": share}
        for n, (name, users, share) in enumerate(steps, 1)
    ]


def _at_risk(n: int, name: str, plays: int) -> dict[str, Any]:
    known = {"user_id": n, "first_name": None if n else name, "last_name": name, "level": None if n else "paid"}
    return known | {"days_since_last_play": n, "plays_last_7_days": 3, "plays_7_days_before": plays + 3, "plays_lost": plays}


def _change(n: int, day: date) -> dict[str, Any]:
    levels = ("free", "paid") if n % 3 else ("paid", None)
    at = datetime(day.year, day.month, day.day, 12, n % 60)  # noqa: DTZ001
    return {"user_id": 1000 + n, "changed_at": at, "from_level": levels[0], "to_level": levels[1], "plays_before": 3, "plays_after": 9}
