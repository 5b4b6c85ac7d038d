"""The proxy of the deployment, a real Caddy where one is installed: TLS, a log-in, and who reaches what.

Put here what Caddy does with deploy/Caddyfile. Do not put here what stands behind it (test_running.py).
"""

import http.server
import re
import shutil
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from sparkify_assets_tests.deploy.composed import DEPLOY, composed
from sparkify_assets_tests.live.processes import Service, free_port

CADDY = shutil.which("caddy")
pytestmark = [pytest.mark.integration, pytest.mark.skipif(CADDY is None, reason="no caddy is installed (Debian: apt-get install caddy)")]
USERS = {"operators": "olga", "viewers": "vera"}


class Proxy(NamedTuple):
    """Addresses of the two sites."""

    operators: str
    viewers: str


class Named(http.server.BaseHTTPRequestHandler):
    """Answers with the name of its server."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.server.name.encode())  # type: ignore[attr-defined]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the base class
        pass


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    folder = tmp_path_factory.mktemp("proxy")
    with running(folder, USERS) as found:
        yield found


@contextmanager
def running(folder: Path, users: Mapping[str, str]) -> Iterator[Proxy]:
    """Behind it, two servers that answer with their name; ``users`` are added to the files that make-secrets creates."""
    assert CADDY
    script = (DEPLOY / "make-secrets").read_text(encoding="utf-8").replace("chown 10001:10001", "true")
    (folder / "make-secrets").write_text(script, encoding="utf-8")
    subprocess.run(["sh", folder / "make-secrets"], check=True)
    secrets = folder / "secrets"
    text = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    for upstream in ("webserver", "viewer"):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Named)
        server.name = upstream  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        text = text.replace(f"{upstream}:3000", f"127.0.0.1:{server.server_port}")
    for file, user in users.items():
        hashed = subprocess.run([CADDY, "hash-password", "--plaintext", f"word-of-{user}"], capture_output=True, text=True, check=True)
        (secrets / file).chmod(0o600)
        with (secrets / file).open("a", encoding="utf-8") as lines:
            lines.write(f"{user} {hashed.stdout.strip()}\n")
    (folder / "dashboard.html").write_text("the dashboard", encoding="utf-8")
    (folder / "sparkify.duckdb").write_text("not for a browser", encoding="utf-8")
    text = text.replace("/run/secrets/", f"{secrets}/").replace("root * /pages", f"root * {folder}")
    text = text.replace("admin off", f"admin off\n\thttp_port {free_port()}")
    if _version() < (2, 8):
        text = text.replace("basic_auth", "basicauth")  # Debian's Caddy is older than the new name
    (folder / "Caddyfile").write_text(text, encoding="utf-8")
    given = composed()["proxy"].environment
    sites = {name: f"localhost:{free_port()}" for name in given}
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "XDG_DATA_HOME": str(folder), **sites}
    caddy = Service("proxy", [CADDY, "run", "--config", "Caddyfile", "--adapter", "caddyfile"], folder, environment)
    caddy.start()
    try:
        found = Proxy(*(f"https://{sites[name]}" for name in ("OPERATORS_SITE", "VIEWERS_SITE")))
        for _ in range(100):
            if asked(found.operators) is not None:
                break
            assert caddy.runs, caddy.told()
            time.sleep(0.1)
        yield found
    finally:
        caddy.kill()


def _version() -> tuple[int, ...]:
    said = subprocess.run([str(CADDY), "version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"(\d+)\.(\d+)", said)
    assert found, said
    return int(found[1]), int(found[2])


def asked(url: str, user: str = "", password: str | None = None) -> tuple[int, str] | None:
    """Status and text of the answer; None while nothing listens. The certificate is the proxy's own, so it is not verified."""
    request = urllib.request.Request(url)
    if user:
        word = f"word-of-{user}" if password is None else password
        request.add_header("Authorization", f"Basic {b64encode(f'{user}:{word}'.encode()).decode()}")
    try:
        with urllib.request.urlopen(request, timeout=10, context=ssl._create_unverified_context()) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as e:
        return e.code, ""
    except (urllib.error.URLError, ConnectionError):
        return None


def test_each_site_asks_for_a_log_in(proxy: Proxy) -> None:
    for site in proxy:
        for path in ("/", "/graphql", "/dashboard.html"):
            assert asked(site + path) == (401, "")


def test_operators_reach_the_webserver_and_viewers_the_one_that_only_shows(proxy: Proxy) -> None:
    assert asked(proxy.operators, "olga") == (200, "webserver")
    assert asked(proxy.viewers, "vera") == (200, "viewer")


@pytest.mark.parametrize(("user", "password"), [("vera", None), ("olga", ""), ("olga", "another"), ("nobody", "word-of-olga")])
def test_others_do_not_reach_the_operators_site(user: str, password: str | None, proxy: Proxy) -> None:
    assert asked(proxy.operators, user, password) == (401, "")


def test_the_dashboard_is_served_and_nothing_beside_it(proxy: Proxy) -> None:
    assert asked(f"{proxy.viewers}/dashboard.html", "vera") == (200, "the dashboard")
    assert asked(f"{proxy.viewers}/sparkify.duckdb", "vera") == (200, "viewer"), "a path of Dagster's, not a file"


def test_nobody_gets_in_where_no_user_is_named_yet(tmp_path: Path) -> None:
    with running(tmp_path, {}) as proxy:
        assert [asked(site, "olga") for site in proxy] == [(401, ""), (401, "")]
