"""Channels: the services of SPARKIFY_ALERT_URLS, through Apprise, or the log.

The URLs hold passwords and tokens. They appear in no message, log or error: a channel is named by its scheme and its position in the list.
Apprise is imported where it is used, since it takes a third of a second, and only if there is a URL.

Put here how one message is sent. Do not put here when and how often (outbox.py).
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
"""Between two messages to a service for which Apprise has no specific limit; its default of 5.5 would allow 5 per tick."""
MAYBE_DUPLICATE = "(Possible duplicate: its sender was stopped while it was sent.)"
LOG = "log"
"""Id of the log's channel; the others have the number of their URL."""
EXPECTED = (
    "expected Apprise URLs, comma-separated (a comma inside one as %2C), such as mailto://user:password@example.com or json://host/path"
)


class Channel(Protocol):
    """Accepts messages, one at a time."""

    id: str
    name: str

    def send(self, message: Message, repeated: bool) -> bool:
        """Whether the message was accepted; ``repeated``: it may have been accepted before."""
        ...


class LogChannel:
    """The channel if no URL is set."""

    id, name = LOG, "the log"

    def __init__(self, write: Callable[[str], Any]) -> None:
        self._write = write

    def send(self, message: Message, repeated: bool) -> bool:
        self._write(_message_text(message, repeated))
        return True


class AppriseChannel:
    """A service that Apprise supports."""

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
                # any error in a service means that it did not accept the message; the error's text may contain the URL
                _log.warning("%s failed by %s", self.name, type(e).__name__)
                return False


def parse_channels(urls: str, write: Callable[[str], Any]) -> list[Channel]:
    """The channels of the setting; without URLs, the log, which is ``write``. Raises SettingsError."""
    return list(_apprise_channels(_split(urls))) or [LogChannel(write)]


def validate_alert_urls(urls: str) -> None:
    """Raise SettingsError if Apprise cannot use one of the URLs, and if there is text without one."""
    if urls.strip() and not _split(urls):
        raise SettingsError(f"SPARKIFY_ALERT_URLS has commas and no URL; {EXPECTED}")
    list(_apprise_channels(_split(urls)))


def describe_channels(urls: str) -> str:
    """Number and kinds of the channels, for people."""
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
    if not scheme:  # perhaps the rest of a password that contains a comma
        raise SettingsError(f"SPARKIFY_ALERT_URLS: {which} does not begin with a service, such as json://; {EXPECTED}")
    with _muted():
        if scheme.removesuffix("://") not in N_MGR:
            raise SettingsError(f"SPARKIFY_ALERT_URLS: there is no service of the kind {scheme}, {which}; {EXPECTED}")
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
    """Silence Apprise and its HTTP libraries in the block: they log URLs, sometimes with passwords."""
    for name in ("apprise", "urllib3.connectionpool", "urllib3.util.retry", "requests_oauthlib.oauth2_session"):
        logging.getLogger(name).addFilter(_unless_muted)  # a filter that exists already is not added again
    token = _is_muted.set(True)
    try:
        yield
    finally:
        _is_muted.reset(token)


def _unless_muted(_record: logging.LogRecord) -> bool:
    return not _is_muted.get()
