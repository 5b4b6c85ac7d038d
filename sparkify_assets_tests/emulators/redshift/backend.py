"""A connection to PostgreSQL over its Unix socket: log in as anybody (the proxy has checked), simple queries, rows copied in."""

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
"""bytes that a stream reads ahead"""
Rows = list[list[str | None]]


class BackendError(Exception):
    """PostgreSQL's ErrorResponse."""

    def __init__(self, body: bytes) -> None:
        super().__init__(fields(body).get("M", ""))
        self.body = body


class Backend:
    """One backend.  ``status`` is what the last ReadyForQuery said of the transaction; ``hello`` what came before the first."""

    def __init__(self, socket: Path, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._socket = socket
        self.reader = reader
        self.writer = writer
        self.status = IDLE
        self.hello: list[Frame] = []

    @classmethod
    async def connect(cls, socket: Path, user: str, database: str, **parameters: str) -> "Backend":
        """Raises BackendError with PostgreSQL's refusal (no such user or database)."""
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
        """Run it as a simple query.  Raises BackendError, once the backend is ready again."""
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
        """COPY … FROM STDIN.  What the chunks raise ends the COPY as failed, and is raised once the backend is ready again."""
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
        """Ask PostgreSQL to end what this backend is doing."""
        key = next((body for kind, body in self.hello if kind == KEY_DATA), b"")
        await send_cancel(self._socket, key)

    def close(self) -> None:
        with suppress(OSError):
            self.writer.close()


async def send_cancel(socket: Path, key: bytes) -> None:
    """A CancelRequest for the backend of that key."""
    with suppress(OSError):
        reader, writer = await asyncio.open_unix_connection(str(socket))
        writer.write(struct.pack("!ii", 8 + len(key), 80877102) + key)
        await reader.read()
        writer.close()
