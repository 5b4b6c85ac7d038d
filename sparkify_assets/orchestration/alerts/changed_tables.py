"""Incidents for changed SQL: tables whose rows follow an earlier version of it and that nothing refreshes automatically.

The sensor that reads the warehouse stores them in Dagster's key-value store (sensors.py): a query for alerts alone would wake the
warehouse.

Put here incidents of kind "changed". Do not put here how a change is detected (warehouse/).
"""

import json
from collections.abc import Iterable

import dagster as dg

from sparkify_assets.notifications import WARNING, Incident, IncidentTracker
from sparkify_assets.orchestration.instance import keep_value, kept_value
from sparkify_assets.settings import Settings

CHANGED_TABLES = "sparkify/changed_tables"


def record_changed_tables(instance: dg.DagsterInstance, names: Iterable[str]) -> None:
    keep_value(instance, CHANGED_TABLES, json.dumps(sorted(names)))


def find_changed_tables(tracker: IncidentTracker, instance: dg.DagsterInstance, settings: Settings, now: float) -> None:
    """Open and resolve incidents as recorded."""
    noted = kept_value(instance, CHANGED_TABLES)
    names = [] if noted is None or settings.refreshes_changed else json.loads(noted)
    for incident in tracker.open_incidents("changed"):
        if incident.subject_key not in names:
            tracker.resolve("changed", incident.subject_key, None, now)
    for name in names:
        tracker.open(
            Incident(
                kind="changed",
                subject_key=name,
                severity=WARNING,
                subject=f"{name}: its SQL has changed since its rows were computed",
                text=f"Nothing refreshes it by itself (SPARKIFY_REFRESH_CHANGED): `sparkify rebuild {name}` recomputes its rows, and those "
                "that follow from it.",
                link=f"{settings.ui_url}/assets/{name}",
                opened_at=now,
            )
        )
