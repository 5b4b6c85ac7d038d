"""Incidents for the platform itself: failing or silent sensors, a daemon without heartbeat, a queue that does not move.

What the sensor ``alerts`` cannot see, since it does not run then, is seen from outside (`sparkify health`, SPARKIFY_HEARTBEAT_URL).

Put here incidents of kind "platform". Do not put here what is a fault (platform_health.py).
"""

import dagster as dg

from sparkify_assets.notifications import ERROR, Incident, IncidentTracker
from sparkify_assets.orchestration.platform_health import declared, platform_faults
from sparkify_assets.orchestration.platform_state import read_platform_state
from sparkify_assets.settings import Settings

UNSEEN = ("sensor alerts", "daemon SENSOR")
"""Where these are at fault, no tick of alerts is there to say so; while it is, they are not."""
LONGEST_GAP = 180
"""Seconds between two ticks of alerts, besides its interval, after which silence counts anew: the machine may have slept, or the daemon
have been stopped."""


def find_platform_faults(
    tracker: IncidentTracker, instance: dg.DagsterInstance, defs: dg.Definitions, settings: Settings, now: float
) -> None:
    """Open and resolve incidents. ``now``: seconds of Unix time."""
    watch = tracker.state
    if not 0 <= now - watch.last_tick <= LONGEST_GAP + settings.sensor_seconds:
        watch.watched_since = now
    watch.last_tick = now
    found = platform_faults(read_platform_state(instance), declared(defs), now, watch.watched_since)
    faults = {f"{fault.subject_key}: {fault.kind}": fault for fault in found if fault.subject_key not in UNSEEN}
    for incident in tracker.open_incidents("platform"):
        if incident.subject_key not in faults:
            tracker.resolve("platform", incident.subject_key, None, now)
    for key, fault in faults.items():
        tracker.open(
            Incident(
                kind="platform",
                subject_key=key,
                severity=ERROR,
                subject=fault.title,
                text=fault.text,
                link=f"{settings.ui_url}{fault.page}",
                opened_at=now,
            )
        )
