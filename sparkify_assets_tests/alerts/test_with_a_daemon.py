"""Alerts as they happen: files arrive, a daemon and a code server that are killed, two real receivers, each message once."""

from pathlib import Path

from sparkify_assets_tests.alerts.servers import SECRET, HttpReceiver, MailReceiver, http_receiver, mail_receiver
from sparkify_assets_tests.live.platform import Live
from sparkify_assets_tests.support import event, milliseconds


def test_a_bad_file_is_told_once_over_kills_and_restarts_and_once_more_when_it_is_mended(tmp_path: Path) -> None:
    with http_receiver() as http, mail_receiver() as mail:
        settings = {"SPARKIFY_ALERT_URLS": f"{http.url},{mail.url}", "SPARKIFY_SENSOR_SECONDS": "5"}
        tell_and_mend(Live(tmp_path, **settings), http, mail)


def tell_and_mend(live: Live, http: HttpReceiver, mail: MailReceiver) -> None:
    bad, mended = (f"{mood} staging_events 2018-11-02: rejects_within_tolerance" for mood in ("ERROR", "MENDED"))
    with live:
        live.lake.events("2018-11-02", [event(ts=milliseconds("2018-11-02T12:00:00"))])
        key = live.lake.raw("log_data/2018/11/2018-11-02-b.json", b"[1, 2]\n")
        live.start()
        live.wait_until("the alert", lambda: bad in http.titles and len(mail.mails) > 0)
        live.kill("daemon", "code")
        live.start("code", "daemon")
        live.lake.remove(key)
        live.wait_until("the end of the problem", lambda: mended in http.titles and len(mail.mails) > 1, seconds=180)
        assert http.titles == [bad, mended]
        assert [m["subject"] for m in mail.mails] == [bad, mended]
        assert SECRET not in live.told()
        assert not any(SECRET.encode() in path.read_bytes() for path in live.home.rglob("*") if path.is_file())
