"""The dashboard's file over HTTP, on this machine: a browser does not follow a link from the UI to a file.

Put here this server. Do not put here the page's content (dashboard/).
"""

import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"  # not reachable from other machines


def serve_page(path: Path, port: int) -> str:
    """Serve the file's current content until the process ends, at this port or, if it is in use, at any free one. Returns the URL."""
    try:
        server = ThreadingHTTPServer((HOST, port), _handler(path))
    except OSError:
        server = ThreadingHTTPServer((HOST, 0), _handler(path))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://localhost:{server.server_port}/"


def _handler(path: Path) -> Callable[..., BaseHTTPRequestHandler]:
    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.partition("?")[0] != "/":
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            try:
                page = path.read_bytes()
            except OSError:
                self.send_error(
                    HTTPStatus.NOT_FOUND, f"{path.name} is not there yet", "Materialize the asset dashboard; it draws the page."
                )
                return
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.send_header("Cache-Control", "no-cache")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
            """Log nothing: Dagster uses the terminal."""

    return Page
