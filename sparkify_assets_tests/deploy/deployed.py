"""The services of deploy/compose.yaml as processes of this machine, with the commands and variables that the file gives them.

What differs from containers: folders below the test's stand for the volumes, free ports of 127.0.0.1 for the services' own, and PostgreSQL
is the one that the tests have. Waits are shorter: the lake is looked at each 5 s, killed runs are looked for each 2 s.

Put here starting and ending. Do not put here reading the files (composed.py).
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import psycopg2
import pytest

from sparkify_assets_tests.cli.conftest import Folder
from sparkify_assets_tests.deploy.composed import DEPLOY, ComposedService, composed, image_environment
from sparkify_assets_tests.emulators.redshift.postgres import Postgres
from sparkify_assets_tests.live.platform import Live
from sparkify_assets_tests.live.processes import Service, free_port

Found = TypeVar("Found")
COMMIT = "0123abc"
TRUSTED = "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
PLACES = re.compile(r"(?<![\w.])(/opt/dagster|/run/secrets|/etc/caddy|/lake|/data|/pages)(?=/|$)", re.MULTILINE)
STARTED = ("code", "webserver", "viewer", "daemon")
"""services that run on, the code server before those that connect to it"""


class Deployed(Live):
    """Everything is below ``folder``. A service that ends by itself is started again, as compose.yaml asks for."""

    def __init__(self, folder: Path, code: Path | None = None, **variables: str) -> None:
        """``code``: the folder of the platform's code, as the image has it; None: as installed."""
        self.code = code
        self.composed = composed(**variables)
        self.places = {place: folder / place.strip("/").replace("/", "-") for place in ("/run/secrets", "/etc/caddy", "/data", "/pages")}
        self.places |= {"/opt/dagster": folder / "dagster", "/lake": folder / "lake"}
        for place in self.places.values():
            if place.name not in ("dagster", "lake"):  # which Live makes
                place.mkdir()
        self.postgres_port, self.viewer_port = free_port(), free_port()
        self._make_secrets()
        super().__init__(folder)
        self.duckdb_path = self.places["/data"] / "sparkify.duckdb"
        self.postgres = _postgres(self.postgres_port, self.secret("postgres_password"), self.composed["postgres"].health_command)
        self.settings = dict(self.services["code"].environment)
        self.run("migrate")

    def _make_secrets(self) -> None:
        """By the script, in a copy of deploy/, as somebody other than root for somebody who is not."""
        copy = self.places["/run/secrets"].parent / "deploy"
        copy.mkdir()
        script = (DEPLOY / "make-secrets").read_text(encoding="utf-8")
        if os.getuid():
            script = script.replace("10001:10001", f"{os.getuid()}:{os.getgid()}")
        (copy / "make-secrets").write_text(script, encoding="utf-8")
        subprocess.run(["sh", str(copy / "make-secrets")], check=True)
        self.places["/run/secrets"].rmdir()
        (copy / "secrets").rename(self.places["/run/secrets"])

    def secret(self, name: str) -> str:
        return (self.places["/run/secrets"] / name).read_text(encoding="utf-8")

    def here(self, text: str, name: str) -> str:
        """A text of the deployment's files, with this machine's folders, hosts and ports for those of the service ``name``."""
        text = PLACES.sub(lambda found: str(self.places[found[1]]), text)
        own = {"4000": self.code_port, "3000": self.viewer_port if name == "viewer" else self.port}
        hosts = {"postgres:5432": self.postgres_port, "code:4000": self.code_port}
        hosts |= {"webserver:3000": self.port, "viewer:3000": self.viewer_port}
        for host, port in hosts.items():
            text = text.replace(host, f"127.0.0.1:{port}")
        for port, ours in own.items():
            text = re.sub(rf"(?<=127\.0\.0\.1:){port}\b|^{port}$", str(ours), text)
        return text.replace("0.0.0.0", "127.0.0.1")

    def environment(self, service: ComposedService) -> dict[str, str]:
        """Of the image, of the file, and what makes the test quick."""
        given = {**image_environment(COMMIT), **service.environment}
        ours = {name: self.here(value, service.name) for name, value in given.items() if name not in ("PATH", "LANG")}
        quick = {"SPARKIFY_SENSOR_SECONDS": "5", "SPARKIFY_LOG_END": "2019-12-01", "DAGSTER_SENSOR_GRPC_TIMEOUT_SECONDS": "10"}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        code = {"PYTHONPATH": str(self.code)} if self.code else {}
        return {**Folder(self.folder).environment(**quick), "PATH": path, **ours, **code}

    def upgrade(self) -> None:
        """What `docker compose up` does with a new image: services end as they are asked to, the migration runs.  They are not started."""
        self.stop("daemon", "viewer", "webserver", "code")
        self.code = None
        for name, service in self.services.items():
            service.environment = self.environment(self.composed[name])
        self.run("migrate")

    def command(self, words: list[str], name: str) -> list[str]:
        return [self.here(word, name) for word in words]

    def _services(self) -> dict[str, Service]:
        instance = (DEPLOY / "dagster.yaml").read_text(encoding="utf-8").replace("poll_interval_seconds: 30", "poll_interval_seconds: 2")
        (self.home / "dagster.yaml").write_text(self.here_in_lines(instance), encoding="utf-8")
        workspace = (DEPLOY / "workspace.yaml").read_text(encoding="utf-8")
        workspace = workspace.replace("host: code", "host: 127.0.0.1").replace("port: 4000", f"port: {self.code_port}")
        (self.home / "workspace.yaml").write_text(workspace, encoding="utf-8")
        found = {name: self.composed[name] for name in STARTED}
        return {
            name: Service(name, self.command(service.command, name), self.folder, self.environment(service))
            for name, service in found.items()
        }

    def here_in_lines(self, text: str) -> str:
        return PLACES.sub(lambda found: str(self.places[found[1]]), text)

    def run(self, name: str, *words: str) -> str:
        """Run a service's command, or another one in its place, to its end; returns its output."""
        service = self.composed[name]
        done = subprocess.run(
            self.command(list(words) or service.command, name),
            cwd=self.folder,
            env=self.environment(service),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"{name}: {done.stdout}\n{done.stderr}"
        return done.stdout

    def in_postgres(self, words: Sequence[str], **streams: Any) -> None:
        """Run a command as in PostgreSQL's container, where the server is at its socket."""
        environment = {"PATH": os.defpath, "PGHOST": str(self.postgres.folder), "PGPORT": str(self.postgres_port)}
        subprocess.run([self.postgres.programs / words[0], *words[1:]], env=environment, check=True, timeout=120, **streams)

    def is_healthy(self, name: str) -> bool:
        service = self.composed[name]
        command = self.command(service.health_command, name)
        return not subprocess.run(command, cwd=self.folder, env=self.environment(service), capture_output=True, check=False).returncode

    def wait_until(self, what: str, question: Callable[[], Found | None]) -> Found:
        def asked() -> Found | None:
            for name, service in self.services.items():
                if service.has_died and self.composed[name].definition["restart"] == "unless-stopped":
                    service.start()
            return question()

        return super().wait_until(what, asked)

    def crash_postgres(self) -> None:
        """Kill PostgreSQL, and start it again as Docker does.

        The webserver's first answer after it was an error three times of four (2026-12-01, not explained: its pool tests connections before
        it gives them out), so that a user has to reload the page.
        """
        self.postgres.crash()
        self.postgres.start()
        _wait_for(self.postgres, self.postgres_port, self.composed["postgres"].health_command)
        if self.services["webserver"].runs:
            with suppress(pytest.fail.Exception):
                self.runs()

    def graphql_of(self, port: int, query: str, **variables: Any) -> Any:
        """Ask another webserver than the operators'."""
        usual, self.port = self.port, port
        try:
            return self.graphql(query, **variables)
        finally:
            self.port = usual

    def __exit__(self, *_: object) -> None:
        self.kill()
        self.postgres.stop()


def _postgres(port: int, password: str, ready: Sequence[str]) -> Postgres:
    """A server as the image of compose.yaml makes it: a user and a database `dagster`, with a password on the network."""
    server = Postgres(TRUSTED, port=str(port), listen_addresses="127.0.0.1", password_encryption="scram-sha-256")
    _wait_for(server, port, ready)
    connection = psycopg2.connect(host=str(server.folder), port=port, user="postgres", dbname="postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE dagster LOGIN SUPERUSER PASSWORD %s", (password,))
        cursor.execute("CREATE DATABASE dagster OWNER dagster")
    connection.close()
    return server


def _wait_for(server: Postgres, port: int, ready: Sequence[str]) -> None:
    """By the health check of compose.yaml."""
    program, *options = ready
    command = [server.programs / program, *options]
    environment = {**os.environ, "PGHOST": "127.0.0.1", "PGPORT": str(port)}
    for _ in range(300):
        if not subprocess.run(command, env=environment, capture_output=True, check=False).returncode:
            return
        time.sleep(0.1)
    raise AssertionError(f"{command} did not succeed within 30 s: {(server.folder / 'log').read_text()}")
