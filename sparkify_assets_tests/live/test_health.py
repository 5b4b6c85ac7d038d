"""``sparkify health`` against running processes: the daemon is killed and comes back.

Put here what needs running processes. Do not put here what is a fault (orchestration/test_platform_health.py).
"""

import pytest

from sparkify_assets_tests.cli.conftest import Said
from sparkify_assets_tests.live.platform import Live

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("live")]

SILENCE = "45"
"""Seconds: heartbeats are sent every 30."""


def test_a_killed_daemon_is_the_reason_until_it_is_back(live: Live) -> None:
    def asked() -> Said:
        return live.sparkify("health", "--silence", SILENCE)

    live.wait_until("all to be well", lambda: asked().status == 0)
    live.kill("daemon")
    said = live.wait_until("the dead daemon to be seen", lambda: found if (found := asked()).status else None)
    live.wait_until("all of it to be dead", lambda: asked().err.splitlines()[-1] == "1 wrong: daemon: no heartbeat")
    assert said.status == 1
    live.start("daemon")
    live.wait_until("all to be well again", lambda: asked().status == 0)
