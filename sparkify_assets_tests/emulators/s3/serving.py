"""The process behind server.py: moto's server on a free port of loopback, with faults. It ends when its standard input ends.

    python -m sparkify_assets_tests.emulators.s3.serving < a pipe that its parent holds

When the parent ends, however it ends, the pipe is closed; so no server is left behind.

Put here the server. Do not put here what tests import (server.py).
"""

import json
import logging
import os
import re
import socket
import struct
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from moto.moto_server.utilities import RegexConverter
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

CONTROL = "/_faults"
SCOPE = re.compile(r"(?:akiatest|lake-)(t\d+t)")
"""A client's name, as server.py creates it."""
REMEMBERED = 10_000
"""Maximum number of recorded requests."""
NOW = struct.pack("ii", 1, 0)
"""SO_LINGER: closing a socket with it resets the connection, and nothing more is sent."""


@dataclass
class Ordered:
    """A fault, with the fields of server.Fault."""

    pattern: str
    times: int
    status: int
    code: str
    headers: dict[str, str]
    seconds: float
    reset: bool
    cut: bool
    body: str


class Scope:
    """The faults of one client of the tests, and its requests."""

    def __init__(self) -> None:
        self.ordered: list[Ordered] = []
        self.seen: deque[tuple[str, dict[str, str]]] = deque(maxlen=REMEMBERED)

    def next(self, told: str, headers: dict[str, str]) -> Ordered | None:
        self.seen.append((told, headers))
        fault = next((f for f in self.ordered if f.times and re.search(f.pattern, told, re.DOTALL)), None)
        if fault:
            fault.times -= 1
        return fault


class Faulty:
    """Moto, with faults. A request is "GET /bucket/key?query", decoded.

    It belongs to the scope whose name is in its signature's key or in its path (a bucket's name contains that of its scope).
    """

    def __init__(self) -> None:
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._scopes: dict[str, Scope] = {}
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == CONTROL:
            return self._control(environ, start_response)
        told = f"{environ['REQUEST_METHOD']} {unquote(environ.get('RAW_URI') or environ['REQUEST_URI'])}"
        fault = self._next(told, {n[5:].replace("_", "-").lower(): v for n, v in environ.items() if n.startswith("HTTP_")})
        if fault is None:
            return self._moto(environ, start_response)
        time.sleep(fault.seconds)
        if fault.reset:
            return _reset(environ["werkzeug.socket"])
        if fault.cut:
            return _cut(self._moto(environ, start_response), environ["werkzeug.socket"])
        if not fault.status:
            return self._moto(environ, start_response)
        body = (fault.body or f"<Error><Code>{fault.code}</Code><Message>ordered by a test</Message></Error>").encode()
        given = {"Content-Type": "application/xml", "Content-Length": str(len(body)), **fault.headers}
        start_response(f"{fault.status} Ordered", list(given.items()))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _next(self, told: str, headers: dict[str, str]) -> Ordered | None:
        found = SCOPE.search(f"{told} {headers.get('authorization', '')}".lower())
        with self._lock:
            return self._scopes[found[1]].next(told, headers) if found and found[1] in self._scopes else None

    def _control(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        name = environ["QUERY_STRING"]
        with self._lock:
            scope = self._scopes.setdefault(name, Scope())
            match environ["REQUEST_METHOD"]:
                case "POST":
                    scope.ordered.append(Ordered(**json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))))
                case "DELETE":
                    self._scopes[name] = scope = Scope()
            body = json.dumps(list(scope.seen)).encode()
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]


def _reset(connection: socket.socket) -> Iterable[bytes]:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NOW)
    os.close(connection.detach())  # close() would wait for the handler's own files on it
    raise ConnectionResetError("ordered by a test")


def _cut(answer: Iterable[bytes], connection: socket.socket) -> Iterable[bytes]:
    """Send half of the body, then end the connection. A reset instead would discard what has not been read yet."""
    body = b"".join(answer)
    yield body[: len(body) // 2]
    connection.shutdown(socket.SHUT_RDWR)
    os.close(connection.detach())
    raise ConnectionResetError("ordered by a test")


class Kept(MotoRequestHandler):
    """Connections are kept open: a new one for each request takes twice as long."""

    protocol_version = "HTTP/1.1"

    def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
        self.close_connection = True  # a fault closed it: there is no next request


def _end_with_the_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


def _take_newlines() -> None:
    """Let moto's routes match a key with a newline, which S3 accepts: the dot of their patterns does not."""
    begin = RegexConverter.__init__

    def through(self: Any, url_map: Any, *items: str) -> None:
        begin(self, url_map, *items)
        self.regex = f"(?s:{self.regex})"

    RegexConverter.__init__ = through


if __name__ == "__main__":
    _take_newlines()
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    server = make_server("127.0.0.1", 0, Faulty(), threaded=True, request_handler=Kept)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    print(server.server_port, flush=True)  # noqa: T201
    server.serve_forever()
