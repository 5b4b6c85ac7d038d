"""The incident tracker: opens, escalates and resolves incidents, and creates a message for each change that people do not know yet.

Put here when a message is created. Do not put here how it is sent (outbox.py, channels.py).
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

from sparkify_assets.notifications.incident import ERROR, RANK, Incident, Severity, identity
from sparkify_assets.notifications.state import AlertState, DeliveryState, Message
from sparkify_assets.text import pluralized

LONGEST_TITLE, LONGEST_TEXT = 200, 1500
"""Characters; most services accept at least 2,000."""
DIGEST = "digest"
"""Identity of the digests' messages."""


class IncidentTracker:
    """Adds to the state's outbox a message for each incident that is opened, escalated or resolved."""

    def __init__(self, state: AlertState, places: Sequence[str]) -> None:
        self.state, self._places = state, places

    def open(self, incident: Incident) -> None:
        """Record that it is wrong (still, or again)."""
        known = self.state.incidents.get(incident.identity)
        if known is None:
            known = self.state.incidents[incident.identity] = incident.model_copy(update={"text": truncate(incident.text, LONGEST_TEXT)})
        elif RANK[incident.severity] > RANK[known.severity] or known.notified_severity is None:
            worst = max(incident.severity, known.severity, key=RANK.__getitem__)
            update = {"severity": worst, "text": truncate(incident.text, LONGEST_TEXT), "link": incident.link, "subject": incident.subject}
            known = self.state.incidents[incident.identity] = known.model_copy(update=update)
        known.open_partitions = incident.open_partitions
        if self.state.caught_up:
            self._notify(known)

    def resolve(self, kind: str, of: str, partition: str | None, at: float) -> None:
        """Record that it is right now. No message if it was not wrong, or not reported."""
        incident = self.state.incidents.pop(identity(kind, of, partition), None)
        if incident and incident.notified_severity:
            body = f"Opened {utc_minute(incident.opened_at)} as {_severity_noun(incident.notified_severity)}; resolved {utc_minute(at)}."
            self._enqueue(incident.identity, "success", f"RESOLVED {incident.subject}", body, incident.link)

    def open_incidents(self, kind: str, of: str | None = None) -> list[Incident]:
        """Open incidents of a kind."""
        return [p for p in self.state.incidents.values() if p.kind == kind and (of is None or p.subject_key == of)]

    def discard(self, incident: Incident) -> None:
        """Remove an incident that no longer applies: neither wrong nor resolved."""
        del self.state.incidents[incident.identity]

    def finish_backlog(self) -> None:
        """The history has been read: create messages for the incidents that are still open."""
        if not self.state.caught_up:
            self.state.caught_up = True
            for incident in self.state.incidents.values():
                self._notify(incident)

    def add_digest(self, hour: int, now: float, link: str) -> None:
        """Create the day's message with all open incidents, unless it is before that hour (UTC) or the day has its message.

        A digest that still waits is replaced: it is out of date. ``now``: seconds of Unix time.
        """
        moment = datetime.fromtimestamp(now, UTC)
        today = moment.date().isoformat()
        if not self.state.caught_up or moment.hour < hour or self.state.digest_day >= today:
            return
        self.state.digest_day = today
        self.state.outbox = [message for message in self.state.outbox if message.identity != DIGEST]
        incidents = sorted(self.state.incidents.values(), key=lambda p: p.opened_at)
        lines = [f"{p.severity.upper()} {p.subject}, {age_text(now - p.opened_at)}" for p in incidents]
        title = f"DIGEST {today}: {pluralized(len(lines), 'open incident')}" if lines else f"DIGEST {today}: nothing is open"
        self._enqueue(DIGEST, "info", title, _as_many_as_fit(lines) or "No incident is open.", link)

    def _notify(self, incident: Incident) -> None:
        if RANK[incident.severity] <= RANK[incident.notified_severity]:
            return
        before = f"It was {_severity_noun(incident.notified_severity)} before.\n" if incident.notified_severity else ""
        mood = "failure" if incident.severity == ERROR else "warning"
        self._enqueue(incident.identity, mood, f"{incident.severity.upper()} {incident.subject}", before + incident.text, incident.link)
        incident.notified_severity, incident.text = incident.severity, ""

    def _enqueue(self, of: str, mood: Literal["warning", "failure", "success", "info"], title: str, body: str, link: str) -> None:
        self.state.numbered += 1
        number = self.state.numbered
        told = "\n\n".join(part for part in (body, link, f"Message {number:,} of the Sparkify platform.") if part)
        to = {place: DeliveryState() for place in self._places}
        self.state.outbox.append(Message(number=number, identity=of, kind=mood, title=truncate(title, LONGEST_TITLE), body=told, to=to))


def truncate(text: str, longest: int) -> str:
    """The text, cut to ``longest`` characters."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def utc_minute(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


def age_text(seconds: float) -> str:
    """As "for 3 days", in the largest unit of which there are two."""
    for size, noun in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= 2 * size:
            return f"for {pluralized(int(seconds // size), noun)}"
    return f"for {pluralized(max(0, int(seconds)), 'second')}"


def _as_many_as_fit(lines: Sequence[str]) -> str:
    """The lines within LONGEST_TEXT characters, and the number of the others."""
    shown: list[str] = []
    for line in lines:
        if sum(map(len, shown)) + len(shown) + len(line) > LONGEST_TEXT - 50:
            return "\n".join([*shown, f"… and {len(lines) - len(shown):,} more"])
        shown.append(line)
    return "\n".join(shown)


def _severity_noun(severity: Severity) -> str:
    return "an error" if severity == ERROR else "a warning"
