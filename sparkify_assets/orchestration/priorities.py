"""Which run goes first: the priorities of runs in Dagster's queue, one for each kind of run.

The queue starts the waiting run with the highest `dagster/priority`; among equals, the oldest. It interrupts no run, so a run of many
partitions delays all others: backfills are split (SPARKIFY_PARTITIONS_A_RUN).

Put here the kinds of runs and how a run is told from another. Do not put here what requests runs (sensors.py).
"""

from enum import Enum

import dagster as dg

PRIORITY, BACKFILL = "dagster/priority", "dagster/backfill"
"""Tags of Dagster: the priority of a run (none: 0), and the backfill that it belongs to."""
KIND = "sparkify/kind"
"""Tag that tells people why a run goes before another, or waits for it."""
MOST_FRESH = 7
"""Partitions. A tick of a file sensor that finds at most these has found fresh deliveries; one that finds more, a backlog: the first load
of a lake, or what arrived while the daemon was down for over a week. A week of days is loaded in some 3 s, so it delays nobody."""


class RunKind(Enum):
    """Kinds of runs with their priorities and the reasons for them, highest first.

    A run that people launch has the priority that they give it; without one, Dagster's 0, as a backfill: Dagster copies no tag of a job or
    an asset to the runs of a backfill.
    """

    FRESH = "fresh files", 40, "people wait for the newest day, and its run is short"
    STALE = "stale partitions", 30, "rows are there but incomplete: plays whose song arrived late, days that a failed run held up"
    REPORTS = "reports", 20, "they show what the runs before have loaded"
    BACKLOG = "backlog of files", 10, "the first load of a lake, or of more than a week: long, and nobody waits for one of its days"
    BY_HAND = "backfills, and runs by hand", 0, "a backfill repeats what is there; another priority can be set at its launch"

    def __init__(self, title: str, priority: int, reason: str) -> None:
        self.title, self.priority, self.reason = title, priority, reason

    @property
    def tags(self) -> dict[str, str]:
        """Tags of a run of this kind."""
        return {PRIORITY: str(self.priority), KIND: self.title}


def kind_of_files(partitions: int) -> RunKind:
    """The kind of the runs that a file sensor requests in a tick that found ``partitions`` to load."""
    return RunKind.FRESH if partitions <= MOST_FRESH else RunKind.BACKLOG


def is_queued_backfill(run: dg.DagsterRun) -> bool:
    """Whether the run belongs to a backfill and has not begun, so that a fresh file of one of its partitions need not wait for it."""
    return run.status == dg.DagsterRunStatus.QUEUED and BACKFILL in run.tags
