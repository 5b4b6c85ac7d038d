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

from sparkify_assets.alerts.state import Message
from sparkify_assets.errors import SettingsError
from sparkify_assets.words import counted

SECONDS_BETWEEN = 1.0
"""between two messages to a service of which Apprise knows no limit of its own; its default of 5.5 would let 5 a tick through"""
REPEATED = "(This may have come before: its sender was stopped while it was sent.)"
LOG = "log"
"""place of the log, beside the numbers of the URLs"""
EXPECTED = (
    "expected Apprise URLs, comma-separated (a comma inside one as %2C), such as mailto://user:password@example.com or json://host/path"
)


class Receiver(Protocol):
    """Takes messages, one at a time."""

    place: str
    name: str

    def send(self, message: Message, repeated: bool) -> bool:
        """Whether it has taken the message; ``repeated``: it may have taken it before."""
        ...


class ToLog:
    """Where nothing else is set."""

    place, name = LOG, "the log"

    def __init__(self, write: Callable[[str], Any]) -> None:
        self._write = write

    def send(self, message: Message, repeated: bool) -> bool:
        self._write(_told(message, repeated))
        return True


class ToService:
    """A service as Apprise knows it."""

    def __init__(self, service: Any, place: str, name: str) -> None:
        self._service, self.place, self.name = service, place, name

    def send(self, message: Message, repeated: bool) -> bool:
        body = f"{REPEATED}\n\n{message.body}" if repeated else message.body
        with _silent():
            try:
                return bool(
                    self._service.notify(title=message.title, body=body, notify_type=message.mood, body_format="text", overflow="truncate")
                )
            except Exception as e:
                # whatever goes wrong inside a service is that it has not taken the message; its own text may hold the URL
                _log.warning("%s failed by %s", self.name, type(e).__name__)
                return False


def receivers_of(urls: str, write: Callable[[str], Any]) -> list[Receiver]:
    """The receivers behind the setting; without any, the log, which is ``write``.  Raises SettingsError."""
    return list(_services(_split(urls))) or [ToLog(write)]


def refuse_unknown(urls: str) -> None:
    """Raise SettingsError where a URL is none that Apprise can use."""
    list(_services(_split(urls)))


def kinds_of(urls: str) -> str:
    """For people: how many there are, and of which kind."""
    found = _split(urls)
    return f"{counted(len(found), 'URL')}: {', '.join(_scheme(url) or '?' for url in found)}" if found else "none: alerts go to the log"


def _services(urls: Sequence[str]) -> Iterator[ToService]:
    for number, url in enumerate(urls, 1):
        which = f"the {_ordinal(number)} of {len(urls)}"
        yield ToService(_service(url, which), str(number), f"{_scheme(url)}, {which} of SPARKIFY_ALERT_URLS")


def _service(url: str, which: str) -> Any:
    from apprise import Apprise, NotifyBase
    from apprise.plugins import N_MGR

    scheme = _scheme(url)
    if not scheme:  # perhaps the rest of a password with a comma in it
        raise SettingsError(f"SPARKIFY_ALERT_URLS: {which} does not begin with a service, such as json://; {EXPECTED}")
    with _silent():
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


def _told(message: Message, repeated: bool) -> str:
    return "\n".join([message.title, *([REPEATED] if repeated else []), message.body])


_log = logging.getLogger(__name__)
_silenced = ContextVar("_silenced", default=False)


@contextmanager
def _silent() -> Iterator[None]:
    """Apprise and what it sends with log URLs, with their passwords at times: not a word of theirs while we work with them."""
    for name in ("apprise", "urllib3.connectionpool", "urllib3.util.retry", "requests_oauthlib.oauth2_session"):
        logging.getLogger(name).addFilter(_unless_silenced)  # a filter that is there already is not added again
    token = _silenced.set(True)
    try:
        yield
    finally:
        _silenced.reset(token)


def _unless_silenced(_record: logging.LogRecord) -> bool:
    return not _silenced.get()
