"""Incidents for missing days: a log that should have arrived by now (SPARKIFY_DUE_HOURS) and has not; resolved when it arrives.

Put here incidents of kind "day". Do not put here which day is due (partitions.py).
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import dagster as dg

from sparkify_assets.lake import LakeSnapshot
from sparkify_assets.model import Source
from sparkify_assets.notifications import ERROR, Incident, IncidentTracker
from sparkify_assets.orchestration.load_plan import PartitionGroup
from sparkify_assets.orchestration.partitions import newest_expected_day
from sparkify_assets.settings import Settings
from sparkify_assets.text import pluralized

DAYS_BACK = 7
"""Days up to the newest one due: older gaps have been reported, or belong to a history that is no longer delivered."""


def find_missing_days(
    tracker: IncidentTracker, lake: LakeSnapshot, every: Iterable[PartitionGroup], settings: Settings, now: float
) -> None:
    """Compare the days due with the lake's listing. Raises LakeError. ``now``: seconds of Unix time."""
    if settings.due_hours is None:
        for incident in tracker.open_incidents("day"):
            tracker.discard(incident)
        return
    for group in every:
        source = group.staging.source
        if source is not None and isinstance(group.partitions, dg.TimeWindowPartitionsDefinition):
            there = lake.inventory(source).partitions
            for incident in tracker.open_incidents("day", source.asset):
                if incident.partition in there:
                    tracker.resolve("day", source.asset, incident.partition, now)
            for day in expected_days(settings, now):
                if day.isoformat() not in there:
                    tracker.open(_incident(source, day, settings, now))


def expected_days(settings: Settings, now: float) -> list[date]:
    """The last days whose log should have arrived, oldest first."""
    last = newest_expected_day(settings, datetime.fromtimestamp(now, UTC))
    if last is None:
        return []
    days = [last - timedelta(days=n) for n in reversed(range(DAYS_BACK))]
    return [day for day in days if day >= settings.log_start]


def _incident(source: Source, day: date, settings: Settings, now: float) -> Incident:
    assert settings.due_hours is not None
    return Incident(
        kind="day",
        subject_key=source.asset,
        partition=day.isoformat(),
        severity=ERROR,
        subject=f"{source.asset} {day}: has not arrived",
        text=f"The lake holds no file of {day}; it was due {pluralized(settings.due_hours, 'hour')} after the day's end in UTC "
        f"(SPARKIFY_DUE_HOURS). Files are named as {source.folder}/{source.example}.",
        link=f"{settings.ui_url}/assets/{source.asset}?view=partitions&partition={day}",
        opened_at=now,
    )
