"""Who is told: the services behind SPARKIFY_ALERT_URLS, through Apprise, or the log.

The URLs hold passwords and tokens.  They appear in no message, log or error: a receiver is named by its scheme and its place in the list.
Apprise is imported where it is used, since it takes a third of a second, and only where there is a URL.
"""

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

from sparkify_assets.errors import SettingsError
from sparkify_assets.notifications.state import Message
from sparkify_assets.text import pluralized

SECONDS_BETWEEN = 1.0
"""between two messages to a service of which Apprise knows no limit of its own; its default of 5.5 would let 5 a tick through"""
MAYBE_DUPLICATE = "(This may have come before: its sender was stopped while it was sent.)"
LOG = "log"
"""place of the log, beside the numbers of the URLs"""
EXPECTED = (
    "expected Apprise URLs, comma-separated (a comma inside one as %2C), such as mailto://user:password@example.com or json://host/path"
)


class Channel(Protocol):
    """Takes messages, one at a time."""

    id: str
    name: str

    def send(self, message: Message, repeated: bool) -> bool:
        """Whether it has taken the message; ``repeated``: it may have taken it before."""
        ...


class LogChannel:
    """Where nothing else is set."""

    id, name = LOG, "the log"

    def __init__(self, write: Callable[[str], Any]) -> None:
        self._write = write

    def send(self, message: Message, repeated: bool) -> bool:
        self._write(_message_text(message, repeated))
        return True


class AppriseChannel:
    """A service as Apprise knows it."""

    def __init__(self, service: Any, place: str, name: str) -> None:
        self._service, self.id, self.name = service, place, name

    def send(self, message: Message, repeated: bool) -> bool:
        body = f"{MAYBE_DUPLICATE}\n\n{message.body}" if repeated else message.body
        with _muted():
            try:
                return bool(
                    self._service.notify(title=message.title, body=body, notify_type=message.kind, body_format="text", overflow="truncate")
                )
            except Exception as e:
                # whatever goes wrong inside a service is that it has not taken the message; its own text may hold the URL
                _log.warning("%s failed by %s", self.name, type(e).__name__)
                return False


def parse_channels(urls: str, write: Callable[[str], Any]) -> list[Channel]:
    """The receivers behind the setting; without any, the log, which is ``write``.  Raises SettingsError."""
    return list(_apprise_channels(_split(urls))) or [LogChannel(write)]


def validate_alert_urls(urls: str) -> None:
    """Raise SettingsError where a URL is none that Apprise can use."""
    list(_apprise_channels(_split(urls)))


def describe_channels(urls: str) -> str:
    """For people: how many there are, and of which kind."""
    found = _split(urls)
    return f"{pluralized(len(found), 'URL')}: {', '.join(_scheme(url) or '?' for url in found)}" if found else "none: alerts go to the log"


def _apprise_channels(urls: Sequence[str]) -> Iterator[AppriseChannel]:
    for number, url in enumerate(urls, 1):
        which = f"the {_ordinal(number)} of {len(urls)}"
        yield AppriseChannel(_apprise_service(url, which), str(number), f"{_scheme(url)}, {which} of SPARKIFY_ALERT_URLS")


def _apprise_service(url: str, which: str) -> Any:
    from apprise import Apprise, NotifyBase
    from apprise.plugins import N_MGR

    scheme = _scheme(url)
    if not scheme:  # perhaps the rest of a password with a comma in it
        raise SettingsError(f"SPARKIFY_ALERT_URLS: {which} does not begin with a service, such as json://; {EXPECTED}")
    with _muted():
        if scheme.removesuffix("://") not in N_MGR:
            raise SettingsError(f"SPARKIFY_ALERT_URLS: no service answers to {scheme}, {which}; {EXPECTED}")
        service = Apprise.instantiate(url)
    if service is None:
        raise SettingsError(
            f"SPARKIFY_ALERT_URLS: {scheme}, {which}, is not as that service needs it (a part of the URL is missing or malformed, "
            f"or the Python package it uses is not installed); {EXPECTED}"
        )
    if service.request_rate_per_sec == NotifyBase.request_rate_per_sec:
        service.request_rate_per_sec = SECONDS_BETWEEN
    return service


def _split(urls: str) -> list[str]:
    return [url.strip() for url in urls.split(",") if url.strip()]


def _scheme(url: str) -> str:
    found = re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", url)
    return found[0].lower() if found else ""


def _ordinal(number: int) -> str:
    return f"{number}{'th' if 10 < number % 100 < 14 else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _message_text(message: Message, repeated: bool) -> str:
    return "\n".join([message.title, *([MAYBE_DUPLICATE] if repeated else []), message.body])


_log = logging.getLogger(__name__)
_is_muted = ContextVar("_silenced", default=False)


@contextmanager
def _muted() -> Iterator[None]:
    """Apprise and what it sends with log URLs, with their passwords at times: not a word of theirs while we work with them."""
    for name in ("apprise", "urllib3.connectionpool", "urllib3.util.retry", "requests_oauthlib.oauth2_session"):
        logging.getLogger(name).addFilter(_unless_muted)  # a filter that is there already is not added again
    token = _is_muted.set(True)
    try:
        yield
    finally:
        _is_muted.reset(token)


def _unless_muted(_record: logging.LogRecord) -> bool:
    return not _is_muted.get()
