"""Who receives alerts in tests: an HTTP server and an SMTP server, real ones, on ports of their own."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.smtp import SMTP

SECRET = "s3cr3t-t0ken"


class HttpReceiver:
    """Keeps what it is sent; down until up() is called, its port taken from the beginning, so that connections are refused."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.status: Callable[[dict[str, Any]], int] = lambda _: 200
        """what it answers to a message; it keeps those to which it answers 200"""
        self.requested: list[str] = []
        """paths of GET requests: heartbeats"""
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status = receiver.status(message)
                if status == 200:
                    receiver.taken.append(message)
                self.send_response(status)
                self.end_headers()

            def do_GET(self) -> None:
                receiver.requested.append(self.path)
                self.send_response(receiver.status({}))
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name is http.server's
                """Not on the terminal."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler, bind_and_activate=False)
        self._server.server_bind()
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        return self._server.server_port

    @property
    def url(self) -> str:
        return f"json://user:{SECRET}@127.0.0.1:{self._server.server_port}/{SECRET}"

    @property
    def titles(self) -> list[str]:
        return [message["title"] for message in self.taken]

    def up(self) -> None:
        self._server.server_activate()
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        if self._thread:
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


class MailReceiver:
    """Keeps the mails it is sent."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(self._loop.create_server(lambda: SMTP(self, loop=self._loop), "127.0.0.1", 0))
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        port = self._server.sockets[0].getsockname()[1]
        return f"mailto://127.0.0.1:{port}?from=sparkify@example.com&to=data@example.com&mode=insecure"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@contextmanager
def http_receiver(up: bool = True) -> Iterator[HttpReceiver]:
    receiver = HttpReceiver()
    if up:
        receiver.up()
    try:
        yield receiver
    finally:
        receiver.close()


@contextmanager
def mail_receiver() -> Iterator[MailReceiver]:
    receiver = MailReceiver()
    try:
        yield receiver
    finally:
        receiver.close()
