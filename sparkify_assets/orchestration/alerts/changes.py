"""Changed SQL as problems: tables whose rows follow an earlier version of it, where nothing refreshes them by itself.

Whoever looks at the warehouse notes them in Dagster's key-value store (sensors.py); a look for alerts alone would wake it.
"""

import json
from collections.abc import Iterable

import dagster as dg

from sparkify_assets.alerts import WARNING, Board, Problem
from sparkify_assets.settings import Settings

CHANGED = "sparkify/changed_tables"


def note_changed(instance: dg.DagsterInstance, names: Iterable[str]) -> None:
    instance.run_storage.set_cursor_values({CHANGED: json.dumps(sorted(names))})


def look_for_changed(board: Board, instance: dg.DagsterInstance, settings: Settings, now: float) -> None:
    """Compare what was noted with the board."""
    noted = instance.run_storage.get_cursor_values({CHANGED}).get(CHANGED)
    names = [] if noted is None or settings.refreshes_changed else json.loads(noted)
    for problem in board.open("changed"):
        if problem.of not in names:
            board.mended("changed", problem.of, None, now)
    for name in names:
        board.found(
            Problem(
                kind="changed",
                of=name,
                severity=WARNING,
                subject=f"{name}: its SQL has changed since its rows were made",
                text=f"Nothing refreshes it by itself (SPARKIFY_REFRESH_CHANGED): `sparkify rebuild {name}` makes its rows anew, and those "
                "that follow from it.",
                link=f"{settings.ui_url}/assets/{name}",
                since=now,
            )
        )
