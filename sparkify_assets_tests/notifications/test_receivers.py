"""Who is told: services that are known, others refused, and no secret of theirs anywhere."""

import logging

import pytest
from click.testing import CliRunner

from sparkify_assets.cli import sparkify
from sparkify_assets.errors import SettingsError
from sparkify_assets.notifications.channels import Channel, describe_channels, parse_channels
from sparkify_assets.notifications.state import DeliveryState, Message
from sparkify_assets.settings import Settings, read_settings
from sparkify_assets_tests.notifications.servers import SECRET, http_receiver, mail_receiver
from sparkify_assets_tests.support import mentions, raises

MESSAGE = Message(number=1, identity="x", kind="failure", title="ERROR songplays: primary_key", body="3 rows", to={"1": DeliveryState()})


def receivers(*urls: str) -> list[Channel]:
    return parse_channels(",".join(urls), pytest.fail)


def test_an_http_receiver_and_a_mail_receiver_get_title_and_text() -> None:
    with http_receiver() as http, mail_receiver() as mail:
        assert [r.send(MESSAGE, repeated=False) for r in receivers(http.url, mail.url)] == [True, True]
        assert [(m["title"], m["message"], m["type"]) for m in http.taken] == [(MESSAGE.title, MESSAGE.body, "failure")]
        (letter,) = mail.mails
        assert letter["subject"] == MESSAGE.title
        assert MESSAGE.body in letter.get_body(("plain",)).get_content()


def test_a_message_that_may_have_come_before_says_so() -> None:
    with http_receiver() as http:
        assert receivers(http.url)[0].send(MESSAGE, repeated=True)
        told = http.taken[0]["message"]
        assert told.endswith(MESSAGE.body)
        assert told != MESSAGE.body


def test_without_a_url_the_log_is_told() -> None:
    told: list[str] = []
    (log,) = parse_channels("", told.append)
    assert log.send(MESSAGE, repeated=False)
    assert told == ["ERROR songplays: primary_key\n3 rows"]


@pytest.mark.parametrize("refuses", ["connection", "answer", "mail"])
def test_a_receiver_that_takes_nothing_is_told_by_no_log_with_its_secret(refuses: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("apprise").setLevel(1)
    with http_receiver(up=refuses == "answer") as http:
        http.status = lambda _: 500
        port = http.url.split(":")[-1].split("/")[0]
        url = (
            http.url if refuses != "mail" else f"mailto://user:{SECRET}@127.0.0.1:{port}?from=a@example.com&to=b@example.com&mode=insecure"
        )
        (receiver,) = receivers(url)
        assert not receiver.send(MESSAGE, repeated=False)
        assert SECRET not in caplog.text
        mentions(receiver.name, f"{url.split('://')[0]}://", "1st of 1", "SPARKIFY_ALERT_URLS")
        assert SECRET not in receiver.name


@pytest.mark.parametrize(
    ("urls", "told"),
    [
        (f"json://localhost,foo://{SECRET}", ("foo://", "2nd of 2")),
        (f"slack://{SECRET}", ("slack://", "1st of 1")),
        (f"mailto://me:pass,{SECRET}@example.com", ("mailto://", "1st of 2")),
        (f"json://localhost,{SECRET}", ("2nd of 2",)),
    ],
)
def test_a_url_that_cannot_be_used_is_refused_by_its_kind_and_place(
    urls: str, told: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("SPARKIFY_ALERT_URLS", urls)
    with raises(SettingsError, "SPARKIFY_ALERT_URLS", *told) as error:
        read_settings()
    assert SECRET not in str(error.value) + caplog.text


def test_settings_do_not_show_the_urls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPARKIFY_ALERT_URLS", f"json://localhost/{SECRET}, mailto://me:{SECRET}@example.com")
    settings = read_settings()
    assert SECRET not in repr(settings) + str(settings) + str(settings.model_dump()) + settings.model_dump_json()
    assert len(receivers(settings.alert_urls.get_secret_value())) == 2


def test_doctor_says_how_many_there_are_and_of_which_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPARKIFY_ALERT_URLS", f"json://localhost/{SECRET},mailto://me:{SECRET}@example.com")
    told = CliRunner().invoke(sparkify, ["doctor"]).output
    mentions(told, " 2 ", "json://, mailto://")
    assert SECRET not in told


def test_none_set_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert describe_channels("")
    assert describe_channels("") == describe_channels(" , ")
    assert "://" not in describe_channels("")


@pytest.mark.parametrize("url", ["localhost:3000", "ftp://localhost"])
def test_an_address_of_the_ui_that_is_none_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPARKIFY_UI_URL", url)
    with raises(SettingsError, "SPARKIFY_UI_URL", repr(url), "http://localhost:3000"):
        read_settings()


def test_links_have_one_slash() -> None:
    assert Settings(ui_url="https://dagster.example.com/").ui_url == "https://dagster.example.com"
