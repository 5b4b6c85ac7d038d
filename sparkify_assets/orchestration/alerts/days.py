"""Days as problems: a log that should have arrived by now (SPARKIFY_DUE_HOURS) and has not; mended when it is there."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import dagster as dg

from sparkify_assets.alerts import ERROR, Board, Problem
from sparkify_assets.model import Source
from sparkify_assets.orchestration.due import Group
from sparkify_assets.orchestration.partitions import newest_due
from sparkify_assets.orchestration.resources import ListedLake
from sparkify_assets.settings import Settings
from sparkify_assets.words import counted

LOOKED_AT = 7
"""days back from the last one due: older gaps were told, or belong to a history that nobody delivers any more"""


def look_for_days(board: Board, lake: ListedLake, every: Iterable[Group], settings: Settings, now: float) -> None:
    """Compare the days due with the lake's listing.  Raises LakeError."""
    if settings.due_hours is None:
        for problem in board.open("day"):
            board.forget(problem)
        return
    for group in every:
        source = group.staging.source
        if source is not None and isinstance(group.partitions, dg.TimeWindowPartitionsDefinition):
            there = lake.inventory(source).partitions
            for problem in board.open("day", source.asset):
                if problem.partition in there:
                    board.mended("day", source.asset, problem.partition, now)
            for day in days_due(settings, now):
                if day.isoformat() not in there:
                    board.found(_problem(source, day, settings, now))


def days_due(settings: Settings, now: float) -> list[date]:
    """The last days whose log should be there, oldest first."""
    last = newest_due(settings, datetime.fromtimestamp(now, UTC))
    if last is None:
        return []
    days = [last - timedelta(days=n) for n in reversed(range(LOOKED_AT))]
    return [day for day in days if day >= settings.log_start]


def _problem(source: Source, day: date, settings: Settings, now: float) -> Problem:
    assert settings.due_hours is not None
    return Problem(
        kind="day",
        of=source.asset,
        partition=day.isoformat(),
        severity=ERROR,
        subject=f"{source.asset} {day}: has not arrived",
        text=f"The lake holds no file of {day}; it was due {counted(settings.due_hours, 'hour')} after the day's end in UTC "
        f"(SPARKIFY_DUE_HOURS). Files are named as {source.folder}/{source.example}.",
        link=f"{settings.ui_url}/assets/{source.asset}?view=partitions&partition={day}",
        since=now,
    )
