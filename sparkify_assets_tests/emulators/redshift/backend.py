"""A connection to PostgreSQL over its Unix socket: log-in as any user (the proxy has authenticated), simple queries, rows for COPY.

Put here the client of PostgreSQL. Do not put here what differs in Redshift.
"""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

from sparkify_assets_tests.emulators.redshift.errors import ServerError
from sparkify_assets_tests.emulators.redshift.wire import (
    AUTHENTICATION,
    COPY_DATA,
    COPY_DONE,
    COPY_FAIL,
    COPY_IN,
    DATA_ROW,
    ERROR,
    IDLE,
    KEY_DATA,
    QUERY,
    READY,
    Frame,
    fields,
    frame,
    read_frame,
    row_values,
    startup_message,
)

LIMIT = 1 << 22
"""Bytes that a stream reads ahead."""
Rows = list[list[str | None]]


class BackendError(Exception):
    """PostgreSQL's ErrorResponse."""

    def __init__(self, body: bytes) -> None:
        super().__init__(fields(body).get("M", ""))
        self.body = body


class Backend:
    """One backend. ``status``: the transaction status of the last ReadyForQuery; ``hello``: the frames before the first one."""

    def __init__(self, socket: Path, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._socket = socket
        self.reader = reader
        self.writer = writer
        self.status = IDLE
        self.hello: list[Frame] = []

    @classmethod
    async def connect(cls, socket: Path, user: str, database: str, **parameters: str) -> "Backend":
        """Connect and log in. Raises BackendError with PostgreSQL's refusal (no such user or database)."""
        backend = cls(socket, *await asyncio.open_unix_connection(str(socket), limit=LIMIT))
        backend.writer.write(startup_message({"user": user, "database": database, **parameters}))
        while True:
            kind, body = await read_frame(backend.reader)
            if kind == ERROR:
                backend.close()
                raise BackendError(body)
            if kind == READY:
                return backend
            if kind != AUTHENTICATION:  # trust: always "ok"
                backend.hello.append((kind, body))

    async def query(self, sql: str) -> Rows:
        """Run a simple query. Raises BackendError, after the backend is ready again."""
        self.writer.write(frame(QUERY, sql.encode() + b"\0"))
        rows: Rows = []
        error: bytes | None = None
        while True:
            kind, body = await read_frame(self.reader)
            if kind == DATA_ROW:
                rows.append(row_values(body))
            elif kind == ERROR:
                error = error or body
            elif kind == READY:
                self.status = body
                if error is not None:
                    raise BackendError(error)
                return rows

    async def copy_in(self, sql: str, chunks: AsyncIterator[bytes]) -> None:
        """Run COPY … FROM STDIN. A ServerError from ``chunks`` aborts the COPY and is raised after the backend is ready again.

        Raises BackendError if PostgreSQL fails.
        """
        self.writer.write(frame(QUERY, sql.encode() + b"\0"))
        kind, body = await read_frame(self.reader)
        if kind != COPY_IN:
            raise BackendError(await self._to_ready(body if kind == ERROR else b"") or b"")
        try:
            async for chunk in chunks:
                self.writer.write(frame(COPY_DATA, chunk))
                await self.writer.drain()
        except ServerError as e:
            self.writer.write(frame(COPY_FAIL, e.message.encode() + b"\0"))
            await self._to_ready()
            raise
        self.writer.write(frame(COPY_DONE))
        if error := await self._to_ready():
            raise BackendError(error)

    async def _to_ready(self, error: bytes = b"") -> bytes:
        while True:
            kind, body = await read_frame(self.reader)
            if kind == ERROR:
                error = error or body
            elif kind == READY:
                self.status = body
                return error

    async def cancel(self) -> None:
        """Request that PostgreSQL cancels the backend's statement."""
        key = next((body for kind, body in self.hello if kind == KEY_DATA), b"")
        await send_cancel(self._socket, key)

    def close(self) -> None:
        with suppress(OSError):
            self.writer.close()


async def send_cancel(socket: Path, key: bytes) -> None:
    """Send a CancelRequest for the backend with this key."""
    with suppress(OSError):
        reader, writer = await asyncio.open_unix_connection(str(socket))
        writer.write(struct.pack("!ii", 8 + len(key), 80877102) + key)
        await reader.read()
        writer.close()
