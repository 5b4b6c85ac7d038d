"""The heartbeat to a service outside: what it requests, how often, and what it says of a failure."""

import socket
from collections.abc import Iterator

import pytest

from sparkify_assets.notifications import Heartbeat
from sparkify_assets_tests.notifications.servers import SECRET, HttpReceiver, http_receiver


@pytest.fixture
def receiver() -> Iterator[HttpReceiver]:
    with http_receiver() as http:
        yield http


def test_it_is_requested_once_a_minute(receiver: HttpReceiver) -> None:
    heartbeat = Heartbeat(f"http://127.0.0.1:{receiver.port}/{SECRET}")
    assert [heartbeat.beat() for _ in range(3)] == [None, None, None]
    assert receiver.requested == [f"/{SECRET}"]


def test_without_a_url_nothing_is_sent() -> None:
    assert Heartbeat("").beat() is None


def test_a_refusal_is_told_by_its_status(receiver: HttpReceiver) -> None:
    receiver.status = lambda _: 503
    assert Heartbeat(f"http://127.0.0.1:{receiver.port}/{SECRET}").beat() == "status 503"


def test_a_service_that_is_not_there_is_told_without_the_url() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert Heartbeat(f"http://127.0.0.1:{port}/{SECRET}").beat() == "Connection refused"


@pytest.mark.parametrize("url", [f"http://[{SECRET}/", f"http://127.0.0.1:{SECRET}/", f"http://a b/{SECRET}"])
def test_a_url_that_cannot_be_requested_is_told_by_the_kind_of_error(url: str) -> None:
    told = Heartbeat(url).beat()
    assert told
    assert SECRET not in told
