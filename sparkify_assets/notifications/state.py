"""What the alerts remember from one tick to the next: how far the events were read, which problems are open, which messages wait.

It is one JSON text, saved whole.  No URL of a receiver is in it: a receiver is known by its place in SPARKIFY_ALERT_URLS.
"""

from typing import Literal

from pydantic import BaseModel

from sparkify_assets.notifications.incident import Incident


class DeliveryState(BaseModel):
    """One message on its way to one receiver; gone when it is there."""

    status: Literal["waiting", "sending", "unsure"] = "waiting"
    """sending: noted before it is tried; found so later, whoever sent it was stopped, and it is unsure whether it arrived"""
    failures: int = 0


class Message(BaseModel):
    """What is said once, to each receiver."""

    number: int
    identity: str
    """identity of the problem: what is said of one problem arrives in order"""
    kind: Literal["warning", "failure", "success"]
    title: str
    body: str
    to: dict[str, DeliveryState]
    """place of the receiver → its delivery"""


class Backoff(BaseModel):
    """A receiver that did not take a message: when it is asked again."""

    failures: int
    next_try: float
    only: int | None
    """number of the one message that it did not take, where it is one only"""
    process: str
    """who noted it: another process does not wait, since its settings may be other ones"""


class AlertState(BaseModel):
    """All of it."""

    position: int = -1
    """the last event that was read"""
    caught_up: bool = False
    """the history has been read once to its end; until then nothing is told, since it may be mended further on"""
    incidents: dict[str, Incident] = {}
    outbox: list[Message] = []
    backoffs: dict[str, Backoff] = {}
    numbered: int = 0

    def waiting_for(self, place: str) -> list[Message]:
        return [message for message in self.outbox if place in message.to]
