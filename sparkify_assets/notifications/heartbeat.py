"""The heartbeat to a service outside (a dead man's switch, such as Healthchecks or Uptime Kuma), which alerts when it ends.

The URL is a secret: whoever knows it can keep the service quiet. It appears in no message, log or error.

Put here how it is sent. Do not put here when a tick has finished (orchestration/alerts/sensor.py).
"""

import time
import urllib.error
import urllib.request

SECONDS_BETWEEN = 60.0
TIMEOUT = 5.0
"""Seconds for each step of a request: a tick must not wait for a service that hangs."""


class Heartbeat:
    """At most one request a minute; a new process begins with one."""

    def __init__(self, url: str) -> None:
        """``url``: empty: nothing is sent."""
        self._url, self._sent_at = url, float("-inf")

    def beat(self) -> str | None:
        """Send it if it is due. Returns why it was not accepted; None if it was, or was not due."""
        if not self._url or time.monotonic() < self._sent_at + SECONDS_BETWEEN:
            return None
        self._sent_at = time.monotonic()
        try:
            with urllib.request.urlopen(self._url, timeout=TIMEOUT):
                return None
        except urllib.error.HTTPError as e:
            return f"status {e.code}"
        except urllib.error.URLError as e:
            return _reason(e.reason)
        except Exception as e:  # an error's text may contain the URL
            return _reason(e)


def _reason(error: object) -> str:
    """Without the URL: of the system's errors the words, of others the class."""
    return error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
