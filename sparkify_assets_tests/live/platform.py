"""A platform as running processes: code server, web server and daemon, with its own lake, warehouse and Dagster history.

    with Live(tmp_path) as live:
        live.lake.events("2018-11-01", [event()])
        live.start()
        live.wait_for_run(live.launch(["log_files", "staging_events"], "2018-11-01"))

`make dev` starts the same three with one command; here each can be stopped, killed and started separately.

Put here the services together. Do not put here one process (processes.py) or queries through GraphQL (asking.py, seeing.py).
"""

import json
import shutil
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Self, TypeVar

import dagster as dg
import pytest

from sparkify_assets.cli.dagster_home import PACKAGED
from sparkify_assets.model import load_catalog
from sparkify_assets.warehouse.duckdb import DuckDBWarehouse
from sparkify_assets_tests.cli.conftest import Folder, Said
from sparkify_assets_tests.live.asking import LOCATION
from sparkify_assets_tests.live.processes import Service, free_port
from sparkify_assets_tests.live.seeing import Seeing
from sparkify_assets_tests.postgres_history import is_everywhere, new_database, packaged_config
from sparkify_assets_tests.support import LakeDirectory

Found = TypeVar("Found")
LONGEST_WAIT = 300
"""Seconds. A machine that is busy with other tests takes up to five times as long as an idle one (20 to 60 s)."""
POLL = 0.5
"""Seconds between two polls, each of which keeps a process busy for a tenth of that."""


class Live(Seeing):
    """Everything is below ``folder``; ``settings`` are variables of the environment (``SPARKIFY_MAX_REJECTED="1"``)."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.home = folder / "dagster"
        self.home.mkdir()
        self._stack = ExitStack()
        self.history_url = self._stack.enter_context(new_database()) if is_everywhere() else None
        """of its PostgreSQL; None: it is in SQLite, below ``home``"""
        if self.history_url:
            (self.home / PACKAGED.name).write_text(packaged_config(self.history_url), encoding="utf-8")
        else:
            shutil.copy(PACKAGED, self.home)
        self.lake = LakeDirectory(folder / "lake")
        self.duckdb_path = folder / "warehouse.duckdb"
        self.settings = {
            "DAGSTER_HOME": str(self.home),
            "DAGSTER_SENSOR_GRPC_TIMEOUT_SECONDS": "20",  # a sensor that was killed in a tick continues after it, not after 60 s
            "SPARKIFY_LAKE": str(self.lake.root),
            "SPARKIFY_DUCKDB_PATH": str(self.duckdb_path),
            "SPARKIFY_DASHBOARD": str(folder / "dashboard.html"),
            "SPARKIFY_LOG_END": "2018-12-01",
            "SPARKIFY_SENSOR_SECONDS": "5",
            **settings,
        }
        self.port, self.code_port = free_port(), free_port()
        self.services = self._services()

    def _services(self) -> dict[str, Service]:
        """In the order of their start: the others connect to the code server."""
        workspace = self.folder / "workspace.yaml"
        server = {"host": "127.0.0.1", "port": self.code_port, "location_name": LOCATION}
        workspace.write_text(json.dumps({"load_from": [{"grpc_server": server}]}), encoding="utf-8")
        commands = {
            "code": ["dagster", "api", "grpc", "-m", "sparkify_assets.definitions", "-h", "127.0.0.1", "-p", str(self.code_port)],
            "webserver": ["dagster_webserver", "-w", str(workspace), "-h", "127.0.0.1", "-p", str(self.port)],
            "daemon": ["sparkify_assets_tests.live.daemon", "run", "-w", str(workspace)],
        }
        environment = {**Folder(self.folder).environment(**self.settings), "PYTHONUNBUFFERED": "1"}
        return {name: Service(name, [sys.executable, "-m", *command], self.folder, environment) for name, command in commands.items()}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._stack.close()

    def start(self, *names: str) -> Self:
        """Start these services (default: all that are not running) and wait until the platform's code is loaded."""
        for name in names or [n for n, service in self.services.items() if not service.runs]:
            self.services[name].start()
            if name == "code":  # the others would first report that there is none
                self.wait_until("the code server to listen", lambda: _listens(self.code_port))
        if self.services["webserver"].runs and self.services["code"].runs:
            self.wait_until("the code to be loaded", self._is_loaded)
        return self

    @contextmanager
    def configured(self, **settings: str) -> Iterator[Self]:
        """Use other settings inside the block. The code server and the daemon are restarted before and after it."""
        services = [self.services[name] for name in ("code", "daemon")]
        usual = [service.environment for service in services]
        try:
            for service in services:
                service.environment = {**service.environment, **settings}
            self._restart("code", "daemon")
            yield self
        finally:
            for service, environment in zip(services, usual, strict=True):
                service.environment = environment
            self._restart("code", "daemon")

    def _restart(self, *names: str) -> None:
        self.stop(*reversed(names))
        self.start(*names)

    def stop(self, *names: str) -> None:
        """Stop these services (default: all) as Ctrl-C would."""
        for name in names or reversed(self.services):
            self.services[name].stop()

    def kill(self, *names: str) -> None:
        """Kill these services (default: all) with SIGKILL. The code server's runs are killed with it."""
        for name in names or reversed(self.services):
            self.services[name].kill()

    @property
    def is_up(self) -> bool:
        """Whether a process listens at the port of the web server or of the code server."""
        return _listens(self.port) or _listens(self.code_port)

    def _is_loaded(self) -> bool:
        try:
            (entry,) = self.graphql("{workspaceOrError{... on Workspace{locationEntries{loadStatus locationOrLoadError{__typename}}}}}")[
                "workspaceOrError"
            ]["locationEntries"]
        except (urllib.error.URLError, ConnectionError):  # it does not listen yet
            return False
        return entry["loadStatus"] == "LOADED" and entry["locationOrLoadError"]["__typename"] == "RepositoryLocation"

    def graphql(self, query: str, **variables: Any) -> Any:
        """The web server's answer; an answer with errors fails the test."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(f"{self.url}/graphql", body, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                answer = json.load(response)
        except urllib.error.HTTPError as e:
            pytest.fail(f"{e}: {e.read().decode(errors='replace')}\n{self.told()}")
        if answer.get("errors"):
            pytest.fail(f"{answer['errors']}\n{self.told()}")
        return answer["data"]

    def wait_until(self, what: str, question: Callable[[], Found | None]) -> Found:
        """The first result that is not None or False. After LONGEST_WAIT without one, the test fails and shows the services' logs."""
        end = time.monotonic() + LONGEST_WAIT
        while (answer := question()) is None or answer is False:
            if dead := [name for name, service in self.services.items() if service.has_died]:
                pytest.fail(f"waited for {what}, but {' and '.join(dead)} ended\n{self.told()}")
            if time.monotonic() > end:
                pytest.fail(f"waited {LONGEST_WAIT} s for {what}\n{self.told()}")
            time.sleep(POLL)
        return answer

    def told(self) -> str:
        """The last lines of all logs."""
        return "\n".join(service.told() for service in self.services.values())

    @contextmanager
    def instance(self) -> Iterator[dg.DagsterInstance]:
        """The Dagster instance, for data that the tests do not query through the web server; the services may be down."""
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("DAGSTER_HOME", str(self.home))  # dagster.yaml may refer to it
            with dg.DagsterInstance.get() as instance:
                yield instance

    def sparkify(self, *arguments: str) -> Said:
        """Run the command on the same lake, warehouse and history."""
        return Folder(self.folder).sparkify(*arguments, **self.settings)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The result of a query on the warehouse; waits while a run writes."""
        warehouse = DuckDBWarehouse(self.duckdb_path, load_catalog(), on_wait=lambda _: None)
        return [tuple(row) for row in warehouse.query(sql).rows]


def _listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0
