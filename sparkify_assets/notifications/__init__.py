"""Notifications: incidents, messages, channels, and what was sent already.

Put here what works without Dagster. Do not put here how incidents are found (orchestration/alerts/).
"""

from sparkify_assets.notifications.channels import Channel, LogChannel, describe_channels, parse_channels, validate_alert_urls
from sparkify_assets.notifications.heartbeat import Heartbeat
from sparkify_assets.notifications.incident import ERROR, WARNING, Incident
from sparkify_assets.notifications.incidents import IncidentTracker, age_text, truncate
from sparkify_assets.notifications.outbox import deliver, resume
from sparkify_assets.notifications.state import AlertState

__all__ = [
    "ERROR",
    "WARNING",
    "AlertState",
    "Channel",
    "Heartbeat",
    "Incident",
    "IncidentTracker",
    "LogChannel",
    "age_text",
    "deliver",
    "describe_channels",
    "parse_channels",
    "resume",
    "truncate",
    "validate_alert_urls",
]
