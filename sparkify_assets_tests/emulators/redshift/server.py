"""The proxy's process: it starts PostgreSQL, creates the templates, accepts clients, and serves the control port until its parent ends.

Put here what exists once per server. Do not put here what belongs to one connection (startup.py, session.py).
"""

import asyncio
import json
import os
import ssl
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import trustme

from sparkify_assets_tests.emulators.redshift.backend import LIMIT, Backend, BackendError, send_cancel
from sparkify_assets_tests.emulators.redshift.deeds import Shared
from sparkify_assets_tests.emulators.redshift.errors import ServerError
from sparkify_assets_tests.emulators.redshift.faults import FaultBook
from sparkify_assets_tests.emulators.redshift.notes import Notes
from sparkify_assets_tests.emulators.redshift.postgres import Postgres
from sparkify_assets_tests.emulators.redshift.session import Session
from sparkify_assets_tests.emulators.redshift.startup import Cancel, authenticate, greet, open_backend
from sparkify_assets_tests.emulators.redshift.tokens import literal, quoted
from sparkify_assets_tests.emulators.redshift.wire import KEY_DATA, PARAMETER_STATUS, READY, frame, status

HERE = Path(__file__).parent
VERSION = "8.0.2"
TEMPLATES = {"provisioned": "template_provisioned", "serverless": "template_serverless"}
STL = "stl_load_errors, stl_load_commits"


@dataclass(frozen=True)
class Configured:
    """The proxy's options."""

    user: str
    password: str
    s3_endpoint: str
    region: str
    roles: Sequence[str]
    """Roles that COPY may assume; the first is the default."""


class Server:
    """PostgreSQL and the clients of this process."""

    def __init__(self, configured: Configured) -> None:
        self.configured = configured
        self.postgres = Postgres()
        self._faults: dict[str, FaultBook] = {}
        roles = frozenset({"default", *configured.roles})
        self._shared = Shared(self.postgres.socket, self.s3, ThreadPoolExecutor(8, "s3"), roles)
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority = trustme.CA()
        authority.issue_cert("localhost").configure_cert(self._tls)
        self.ca_file = self.postgres.folder / "ca.pem"
        authority.cert_pem.write_to_path(str(self.ca_file))
        self._sessions: dict[bytes, Session] = {}
        self._turn = asyncio.Lock()

    @cached_property
    def _client(self) -> Any:
        import boto3
        from botocore.config import Config

        return boto3.Session("REDSHIFT", "redshift", region_name=self.configured.region).client(
            "s3",
            endpoint_url=self.configured.s3_endpoint,
            config=Config(s3={"addressing_style": "path"}, max_pool_connections=8, retries={"mode": "standard", "max_attempts": 3}),
        )

    def s3(self) -> Any:
        """The client with which COPY reads; created on first use, because boto3 takes a while."""
        return self._client

    async def prepare(self) -> None:
        """Create the administrator (a superuser, as in Redshift) and the templates from which fresh databases are copied."""
        self._admin = await self._once_it_is_up()
        user = quoted(self.configured.user)
        await self._admin.query("ALTER SYSTEM SET default_transaction_isolation = 'repeatable read'")  # a snapshot for each transaction
        await self._admin.query("SELECT pg_reload_conf()")
        await self._admin.query(f"CREATE ROLE {user} LOGIN SUPERUSER PASSWORD {literal(self.configured.password)}")
        await self._admin.query(f"CREATE DATABASE {TEMPLATES['provisioned']}")
        await self._in_template(
            "provisioned", *(HERE.joinpath(name).read_text(encoding="utf-8") for name in ("functions.sql", "system_tables.sql"))
        )
        await self._admin.query(f"CREATE DATABASE {TEMPLATES['serverless']} TEMPLATE {TEMPLATES['provisioned']}")
        dropped = ", ".join(f"pg_catalog.{name.strip()}" for name in STL.split(","))
        await self._in_template("serverless", f"SET allow_system_table_mods = on; DROP VIEW {dropped}")

    async def _once_it_is_up(self) -> Backend:
        """Connect. PostgreSQL listens a moment before it accepts anybody (57P03, "the database system is starting up")."""
        for _ in range(600):
            try:
                return await Backend.connect(self.postgres.socket, "postgres", "postgres")
            except BackendError as e:
                if "starting up" not in str(e):
                    raise
                await asyncio.sleep(0.05)
        raise RuntimeError("PostgreSQL does not let anybody in after 30 s")

    async def _in_template(self, kind: str, *scripts: str) -> None:
        backend = await Backend.connect(self.postgres.socket, "postgres", TEMPLATES[kind])
        for script in scripts:
            await backend.query(script)
        backend.close()

    def faults_of(self, database: str) -> FaultBook:
        """The faults that the database's creator ordered."""
        return self._faults.get(database) or FaultBook()

    async def create_database(self, name: str, kind: str, isolation: str, faults: FaultBook) -> None:
        """Create a database owned by the user: of a kind, or a copy of another database."""
        self._faults[name] = faults
        async with self._turn:
            copied = f"TEMPLATE {quoted(TEMPLATES.get(kind, kind))} STRATEGY file_copy"  # half the time of WAL_LOG, as nothing is synced
            await self._admin.query(f"CREATE DATABASE {quoted(name)} {copied} OWNER {quoted(self.configured.user)}")
            if isolation == "serializable":
                await self._admin.query(f"ALTER DATABASE {quoted(name)} SET default_transaction_isolation = 'serializable'")

    async def drop_database(self, name: str) -> None:
        """Drop the database; end its connections."""
        self._faults.pop(name, None)
        (self.postgres.asked / name).unlink(missing_ok=True)
        async with self._turn:
            await self._admin.query(f"DROP DATABASE IF EXISTS {quoted(name)} WITH (FORCE)")

    async def _stored(self, role: str) -> str | None:
        """The stored password of a role that may log in; "" if it has none, None if there is no such role."""
        async with self._turn:
            rows = await self._admin.query(f"SELECT rolpassword FROM pg_catalog.pg_authid WHERE rolcanlogin AND rolname = {literal(role)}")
        return (rows[0][0] or "") if rows else None

    async def client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection from its beginning to its end."""
        try:
            await self._client_at_the_door(reader, writer)
        except ServerError as e:
            writer.write(e.frame("FATAL"))
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            pass
        except asyncio.CancelledError:
            return  # the server ends; asyncio (3.11) would print a traceback for each connected client
        finally:
            with suppress(OSError, RuntimeError):
                writer.close()

    async def _client_at_the_door(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        given = await greet(reader, writer, self._tls)
        if isinstance(given, Cancel):
            if session := self._sessions.get(given.key):
                session.stop.set()
            await send_cancel(self.postgres.socket, given.key)
            return
        fault = self.faults_of(given.get("database", "")).next("connect", given.get("user", ""))
        if fault and fault.do.startswith("drop"):
            writer.transport.abort()
            return
        role = await authenticate(given, reader, writer, self._stored)
        if fault:
            raise fault.error()
        backend = await open_backend(self.postgres.socket, role, given)
        key = next(body for kind, body in backend.hello if kind == KEY_DATA)
        database = given.get("database", role)
        notes = Notes(self.postgres.asked / database, role, int.from_bytes(key[:4], "big"))
        session = Session(self._shared, self.faults_of(database), reader, writer, backend, database, notes)
        self._sessions[key] = session
        try:
            writer.write(frame(b"R", b"\0\0\0\0") + _hello(backend))
            await writer.drain()
            await session.run()
        finally:
            del self._sessions[key]


def _hello(backend: Backend) -> bytes:
    """PostgreSQL's first frames, with Redshift's version. Without server_protocol_version, which would announce another RowDescription."""
    kept = [(k, b) for k, b in backend.hello if not (k == PARAMETER_STATUS and b.startswith((b"server_version\0", b"client_encoding\0")))]
    told = status("server_version", VERSION) + status("client_encoding", "UNICODE")
    return b"".join(frame(k, b) for k, b in kept) + told + frame(READY, backend.status)


def end_with_parent(loop: asyncio.AbstractEventLoop, ended: asyncio.Event) -> None:
    """End this process when its parent ends, however it ends, because standard input ends then."""

    def wait() -> None:
        while os.read(0, 1024):  # not sys.stdin, whose lock would be held when the interpreter ends
            pass
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=wait, daemon=True).start()


async def serve(configured: Configured, control: Any) -> None:
    """Serve until the parent ends. ``control(server)`` returns the handler of the control port."""
    ended = asyncio.Event()
    end_with_parent(asyncio.get_running_loop(), ended)
    server = Server(configured)
    try:
        await server.prepare()
        clients = await asyncio.start_server(server.client, "127.0.0.1", 0, limit=LIMIT)
        orders = await asyncio.start_server(control(server), "127.0.0.1", 0)
        ports = [s.sockets[0].getsockname()[1] for s in (clients, orders)]
        print(json.dumps([*ports, str(server.ca_file)]), flush=True)  # noqa: T201 - the parent reads it
        await ended.wait()
    finally:
        server.postgres.stop()
