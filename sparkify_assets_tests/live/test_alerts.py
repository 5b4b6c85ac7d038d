"""Alerts end to end: files arrive, the daemon and the code server are killed, two real receivers get each message once.

Put here what needs running processes. Do not put here the rules of alerts (orchestration/test_alerts.py).
"""

import pytest

from sparkify_assets_tests.live.conftest import Receivers, deliver
from sparkify_assets_tests.live.platform import Live
from sparkify_assets_tests.notifications.servers import SECRET

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("live")]

DAY = "2019-05-02"


def test_a_bad_file_is_told_once_over_kills_and_restarts_and_once_more_when_it_is_resolved(live: Live, receivers: Receivers) -> None:
    bad, resolved = (f"{mood} staging_events {DAY}: rejected_records_within_limit" for mood in ("ERROR", "RESOLVED"))

    def titles() -> list[str]:
        return [title for title in receivers.http.titles if DAY in title]

    def subjects() -> list[str]:
        return [mail["subject"] for mail in receivers.mail.mails if DAY in mail["subject"]]

    deliver(live, DAY)
    key = live.lake.raw(f"log_data/2019/05/{DAY}-b.json", b"[1, 2]\n")
    live.wait_until("the alert", lambda: bad in titles() and len(subjects()) > 0)
    live.kill("daemon", "code")
    live.start("code", "daemon")
    live.lake.remove(key)
    live.wait_until("the end of the problem", lambda: resolved in titles() and len(subjects()) > 1)
    assert titles() == [bad, resolved]
    assert subjects() == [bad, resolved]
    assert SECRET not in live.told()
    assert not any(SECRET.encode() in path.read_bytes() for path in live.home.rglob("*") if path.is_file())
