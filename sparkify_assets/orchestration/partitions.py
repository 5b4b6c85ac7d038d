"""Partitions of each table: days for tables from the logs, the first letter of the track for the song catalogue.

Days are a DailyPartitionsDefinition from the settings, not dynamic partitions: those are ordered by insertion, so every range misses a late
day (docs/design/dagster-facts.md).

Put here functions of partition keys and ranges. Do not put here which partitions to load (load_plan.py).
"""

import string
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import dagster as dg

from sparkify_assets.model import Catalog, Table
from sparkify_assets.settings import Settings

KEY, RANGE_START, RANGE_END = "dagster/partition", "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
"""Tags that hold the partitions of a run."""
UNPARTITIONED = "unpartitioned_tables"
"""Name of the step of all tables without partitions, and beginning of the name of that of their checks."""
PREFIXES = dg.StaticPartitionsDefinition(list(string.ascii_uppercase))


class Days(dg.DailyPartitionsDefinition):
    """Days in UTC.  Dagster lists them by a cron schedule, 60 ms for eight years of days, and does so at each step that reads them."""

    def get_partition_keys(self, current_time: datetime | None = None, dynamic_partitions_store: Any = None) -> Sequence[str]:
        with dg.partition_loading_context(current_time, dynamic_partitions_store):
            last = self.get_last_partition_key()
        first = self.start.date()
        return [str(first + timedelta(days=n)) for n in range((date.fromisoformat(last) - first).days + 1)] if last else []


def daily_partitions(settings: Settings) -> Days:
    end = settings.log_end.isoformat() if settings.log_end else None
    # end_offset 1: today's file may arrive today; without it a day's partition exists only after its end
    return Days(start_date=settings.log_start.isoformat(), end_date=end, end_offset=0 if end else 1)


def partitions_of(table: Table, catalog: Catalog, settings: Settings) -> dg.PartitionsDefinition | None:
    """The table's partitions: those of the staging table that its rows come from; None for a table without."""
    root = catalog.root(table)
    if root is None or root.source is None:
        return None
    return daily_partitions(settings) if root.is_by_day else PREFIXES


def backfill_policy(settings: Settings, partitions: dg.PartitionsDefinition | None) -> dg.BackfillPolicy:
    """Runs of a backfill: of at most as many partitions as the settings say, since a fresh day waits for the current run to end. Not of
    one each: a run costs about 5 s, whatever it loads.
    """
    return dg.BackfillPolicy.multi_run(settings.partitions_a_run) if partitions else dg.BackfillPolicy.single_run()


def contiguous_ranges(keys: Iterable[str], known: dg.PartitionsDefinition, most: int | None = None) -> list[tuple[str, str]]:
    """The keys as few contiguous ranges, in order, each of at most ``most`` keys: each can be one run."""
    order = {key: n for n, key in enumerate(known.get_partition_keys())}
    found: list[list[str]] = []
    for key in sorted((k for k in keys if k in order), key=order.__getitem__):
        if found and order[key] - order[found[-1][1]] == 1 and (most is None or order[key] - order[found[-1][0]] < most):
            found[-1][1] = key
        else:
            found.append([key, key])
    return [(first, last) for first, last in found]


def run_partitions(run: dg.DagsterRun, partitions: dg.PartitionsDefinition) -> list[str] | None:
    """The run's partitions; None if it specifies none."""
    if RANGE_START in run.tags and RANGE_END in run.tags:
        return keys_in_range(run.tags[RANGE_START], run.tags[RANGE_END], partitions)
    return [run.tags[KEY]] if KEY in run.tags else None


def keys_in_range(first: str, last: str, partitions: dg.PartitionsDefinition) -> list[str]:
    """The keys between two keys, inclusive."""
    return list(partitions.get_partition_keys_in_range(dg.PartitionKeyRange(first, last)))


def newest_expected_day(settings: Settings, now: datetime) -> date | None:
    """The newest day whose log should have arrived by ``now`` (UTC); None if not even the first should, or nothing is expected."""
    if settings.due_hours is None:
        return None
    day = (now - timedelta(days=1, hours=settings.due_hours)).date()
    if settings.log_end:
        day = min(day, settings.log_end - timedelta(days=1))
    return day if day >= settings.log_start else None


def in_window(key: str, first: date | None, last: date | None) -> bool:
    """Whether a day lies between two days, inclusive; None: no limit."""
    day = date.fromisoformat(key)
    return (first is None or day >= first) and (last is None or day <= last)
