"""The tests' client of the server: a fresh database for each test, and faults.

Put here what starts and controls the server. Do not put here fixtures (fixtures.py) or the platform's warehouses (warehouses.py).
"""

import itertools
import json
import os
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redshift_connector

from sparkify_assets_tests.emulators.redshift.faults import Fault, as_order

PROJECT = Path(__file__).parents[3]
ROLE = "arn:aws:iam::123456789012:role/sparkify-copy"
"""Attached to the cluster; the default role."""
OTHER_ROLE = "arn:aws:iam::123456789012:role/also-attached"
USER, PASSWORD = "awsuser", "A-passw0rd-that-no-log-may-show"
CONNECTING = threading.Lock()
"""All threads share the environment, in which the driver finds the CA's file."""


@dataclass(frozen=True)
class RedshiftAddress:
    """A server's address: its clients' port and its control port on localhost, and its CA's certificate."""

    port: int
    control: int
    ca_file: Path
    pid: int


class RedshiftProcess:
    """A server in its own process, which ends with the process that started it, however that ends."""

    def __init__(self, s3_endpoint: str, region: str = "us-west-2") -> None:
        options = ["--user", USER, "--s3", s3_endpoint, "--region", region, "--role", ROLE, "--role", OTHER_ROLE]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "sparkify_assets_tests.emulators.redshift", *options],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"REDSHIFT_TEST_PASSWORD": PASSWORD},
            start_new_session=True,  # Ctrl-C is for the tests; this ends with them
        )
        assert self._process.stdout is not None
        told = self._process.stdout.readline()
        if not told:
            raise RuntimeError("the Redshift test server did not start; what it wrote to standard error says why")
        port, control, ca_file = json.loads(told)
        self.address = RedshiftAddress(port, control, Path(ca_file), self._process.pid)

    def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)
        assert self._process.stdout is not None
        self._process.stdout.close()


class RedshiftServer:
    """A client of a server. Databases and faults belong to this client.

    Connections need SSL_CERT_FILE = ``ca_file`` in the environment; the host must be ``localhost``, as in the certificate.
    """

    host = "localhost"
    user = USER
    password = PASSWORD
    iam_role = ROLE

    def __init__(self, address: RedshiftAddress) -> None:
        self.port, self.ca_file = address.port, address.ca_file
        self.faults = Faults(address.control)
        self._numbers = itertools.count(1)

    def database(self, kind: str = "provisioned", isolation: str = "snapshot") -> "RedshiftDatabase":
        """Create a database.

        ``kind``: provisioned, serverless (which has no STL tables), or the name of a database to copy, which must have no connections.
        ``isolation``: snapshot or serializable.
        """
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        self.faults.say("create", name=name, kind=kind, isolation=isolation)
        return RedshiftDatabase(self, name)

    def drop(self, database: "RedshiftDatabase") -> None:
        """Drop the database; end its connections."""
        self.faults.say("drop", name=database.name)


@dataclass(frozen=True)
class RedshiftDatabase:
    """A database of the server, and how to connect to it."""

    server: RedshiftServer
    name: str

    @property
    def settings(self) -> dict[str, str]:
        """Variables of the environment: the platform's settings, and the CA's file."""
        server = self.server
        return {
            "SPARKIFY_REDSHIFT_HOST": server.host,
            "SPARKIFY_REDSHIFT_PORT": str(server.port),
            "SPARKIFY_REDSHIFT_DATABASE": self.name,
            "SPARKIFY_REDSHIFT_USER": server.user,
            "SPARKIFY_REDSHIFT_PASSWORD": server.password,
            "SPARKIFY_REDSHIFT_IAM_ROLE": server.iam_role,
            "SSL_CERT_FILE": str(server.ca_file),
        }

    def connect(self, **more: Any) -> "redshift_connector.Connection":
        """Connect with the real driver, over TLS with verify-full. ``more``: arguments of its connect()."""
        server = self.server
        given: dict[str, Any] = {
            "host": server.host,
            "user": server.user,
            "password": server.password,
            "database": self.name,
            "sslmode": "verify-full",
        } | more
        with CONNECTING:
            before = os.environ.get("SSL_CERT_FILE")
            os.environ["SSL_CERT_FILE"] = str(server.ca_file)  # read while connecting
            try:
                return redshift_connector.connect(port=server.port, **given)
            finally:
                if before is None:
                    del os.environ["SSL_CERT_FILE"]
                else:
                    os.environ["SSL_CERT_FILE"] = before


class Faults:
    """The server's control port. Faults affect only databases that were created through this connection."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._file = self._socket.makefile("rwb")

    def order(self, fault: Fault) -> None:
        self.say("fault", **as_order(fault))

    def fired(self) -> list[str]:
        """The faults that occurred since the last calm(), such as "copy: drop_during"."""
        return self.say("fired")

    def calm(self) -> None:
        """Remove pending faults, and forget those that occurred."""
        self.say("calm")

    def say(self, order: str, **given: Any) -> Any:
        self._file.write(json.dumps({"do_": order, **given}).encode() + b"\n")
        self._file.flush()
        answer = self._file.readline()
        if not answer:
            raise RuntimeError(f"the Redshift test server did not obey: {order}; what it wrote to standard error says why")
        return json.loads(answer)
