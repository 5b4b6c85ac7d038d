"""The alerts' state between ticks: the position in the event log, open incidents, waiting messages.

It is one JSON text, saved as a whole. It holds no URL of a channel: a channel is identified by its position in SPARKIFY_ALERT_URLS.

Put here what is saved. Do not put here where it is saved (orchestration/alerts/store.py).
"""

from typing import Literal

from pydantic import BaseModel

from sparkify_assets.notifications.incident import Incident


class DeliveryState(BaseModel):
    """Delivery of one message to one channel; removed after success."""

    status: Literal["waiting", "sending", "unsure"] = "waiting"
    """sending: saved before the attempt. If a later tick finds it, the sender was stopped, and it is unsure whether the message arrived."""
    failures: int = 0


class Message(BaseModel):
    """A message to be sent once to each channel."""

    number: int
    identity: str
    """Identity of the incident: messages about one incident arrive in order."""
    kind: Literal["warning", "failure", "success", "info"]
    title: str
    body: str
    to: dict[str, DeliveryState]
    """Id of the channel → delivery."""


class Backoff(BaseModel):
    """When to retry a channel that did not accept a message."""

    failures: int
    next_try: float
    only: int | None
    """Number of the message that failed, if only one did."""
    process: str
    """The process that recorded it: another process does not wait, since its settings may differ."""


class AlertState(BaseModel):
    """The whole state."""

    position: int = -1
    """Id of the last event that was read."""
    caught_up: bool = False
    """The history has been read once to its end; no messages before, since later events may resolve incidents."""
    incidents: dict[str, Incident] = {}
    outbox: list[Message] = []
    backoffs: dict[str, Backoff] = {}
    numbered: int = 0
    last_tick: float = 0.0
    """When the last tick began, in seconds of Unix time."""
    watched_since: float = 0.0
    """Since when ticks have followed each other without a gap: before, the machine may have slept."""
    digest_day: str = ""
    """The last day (UTC) whose digest is in the outbox, or was."""

    def waiting_for(self, place: str) -> list[Message]:
        return [message for message in self.outbox if place in message.to]
