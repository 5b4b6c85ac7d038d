"""Events of the instance that alerts use, of all runs (daemon, UI and command line), in the order in which they were written.

Put here how events are read. Do not put here what follows from them (checks.py, runs.py).
"""

from collections.abc import Iterator

import dagster as dg

from sparkify_assets.orchestration.instance import events_after, newest_event_id

TYPES = (dg.DagsterEventType.ASSET_CHECK_EVALUATION, dg.DagsterEventType.RUN_FAILURE, dg.DagsterEventType.RUN_SUCCESS)
PAGE = 200
COMMIT_SECONDS = 3
"""On Postgres an event may become visible after one with a greater id, but not later than this."""
SKEW_SECONDS = 60
"""An event further in the future comes from a machine with a wrong clock and is not waited for."""

Numbered = tuple[int, dg.EventLogEntry]


def committed_events(instance: dg.DagsterInstance, after: int, now: float) -> Iterator[list[Numbered]]:
    """Yield pages of events after a position, up to the first event that is too recent."""
    while page := _page(instance, after):
        young = (n for n, (_, e) in enumerate(page) if now - COMMIT_SECONDS < e.timestamp < now + SKEW_SECONDS)
        end = next(young, len(page))
        if end:
            after = page[end - 1][0]
            yield page[:end]
        if end < len(page):
            return


def log_was_wiped(instance: dg.DagsterInstance, position: int) -> bool:
    """Whether the event log ends before the position: its events were deleted, and ids start again."""
    return position > (newest_event_id(instance) or -1)


def _page(instance: dg.DagsterInstance, after: int) -> list[Numbered]:
    """One type per call: several at once are deprecated. A full page of one type ends the page for the other types as well."""
    found: dict[int, dg.EventLogEntry] = {}
    ends: list[int] = []
    for kind in TYPES:
        page = events_after(instance, after, kind, PAGE)
        found.update(page)
        if len(page) == PAGE:
            ends.append(max(page))
    return sorted((number, entry) for number, entry in found.items() if not ends or number <= min(ends))
