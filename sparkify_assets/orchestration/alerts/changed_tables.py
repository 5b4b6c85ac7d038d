"""Changed SQL as problems: tables whose rows follow an earlier version of it, where nothing refreshes them by itself.

Whoever looks at the warehouse notes them in Dagster's key-value store (sensors.py); a look for alerts alone would wake it.
"""

import json
from collections.abc import Iterable

import dagster as dg

from sparkify_assets.notifications import WARNING, Incident, IncidentTracker
from sparkify_assets.settings import Settings

CHANGED_TABLES = "sparkify/changed_tables"


def record_changed_tables(instance: dg.DagsterInstance, names: Iterable[str]) -> None:
    instance.run_storage.set_cursor_values({CHANGED_TABLES: json.dumps(sorted(names))})


def find_changed_tables(board: IncidentTracker, instance: dg.DagsterInstance, settings: Settings, now: float) -> None:
    """Compare what was noted with the board."""
    noted = instance.run_storage.get_cursor_values({CHANGED_TABLES}).get(CHANGED_TABLES)
    names = [] if noted is None or settings.refreshes_changed else json.loads(noted)
    for problem in board.open_incidents("changed"):
        if problem.subject_key not in names:
            board.resolve("changed", problem.subject_key, None, now)
    for name in names:
        board.open(
            Incident(
                kind="changed",
                subject_key=name,
                severity=WARNING,
                subject=f"{name}: its SQL has changed since its rows were made",
                text=f"Nothing refreshes it by itself (SPARKIFY_REFRESH_CHANGED): `sparkify rebuild {name}` makes its rows anew, and those "
                "that follow from it.",
                link=f"{settings.ui_url}/assets/{name}",
                opened_at=now,
            )
        )
