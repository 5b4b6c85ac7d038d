"""The path between a client and its backend: frames are batched for PostgreSQL, answers are translated, connections are dropped.

Put here the forwarding of frames. Do not put here decisions about statements (session.py, deeds.py).
"""

import asyncio
from contextlib import suppress

from sparkify_assets_tests.emulators.redshift.backend import Backend, BackendError
from sparkify_assets_tests.emulators.redshift.errors import ServerError, translated
from sparkify_assets_tests.emulators.redshift.wire import (
    BIND_COMPLETE,
    CLOSE_COMPLETE,
    COMMAND_COMPLETE,
    EMPTY_QUERY,
    ERROR,
    FLUSH,
    IN_TRANSACTION,
    NO_DATA,
    PARAMETER_STATUS,
    PARSE_COMPLETE,
    READY,
    ROW_DESCRIPTION,
    SUSPENDED,
    frame,
    read_frame,
    with_types,
)

ENDS_AN_ANSWER = {PARSE_COMPLETE, BIND_COMPLETE, CLOSE_COMPLETE, ROW_DESCRIPTION, NO_DATA, COMMAND_COMPLETE, EMPTY_QUERY, SUSPENDED}
TYPES = {3802: 4000}
"""SUPER is stored as jsonb."""


class Relay:
    """A client and its backend."""

    def __init__(self, writer: asyncio.StreamWriter, backend: Backend) -> None:
        self._writer = writer
        self.backend = backend
        self._pending: list[bytes] = []
        self._expected = 0
        self._skipping = False
        self._gone = False

    def _forward(self, kind: bytes, body: bytes) -> None:
        self._pending.append(frame(kind, body))
        self._expected += 1

    async def _flush(self, last: bytes = b"", until_ready: bool = False) -> None:
        """Send the batched frames and forward the answers."""
        if not self._pending and not last:
            return
        self.backend.writer.write(b"".join(self._pending) + (last or frame(FLUSH)))
        expected, self._expected = self._expected, 0
        self._pending.clear()
        if not await self._relay(expected, until_ready):
            self._skipping = True

    async def _relay(self, expected: int, until_ready: bool, tell_ready: bool = True) -> bool:
        """Forward answers, up to ``expected`` or to ReadyForQuery; returns whether none was an error."""
        sound = True
        while until_ready or (expected and sound):
            kind, body = await read_frame(self.backend.reader)
            if kind == ERROR:
                body = translated(body)
                sound = False
            elif kind == ROW_DESCRIPTION:
                body = with_types(body, TYPES)
            elif kind == READY:
                self.backend.status = body
                if tell_ready:
                    self._tell(frame(READY, body))
                return sound
            elif kind == PARAMETER_STATUS and body.startswith(b"server_version\0"):
                continue
            expected -= kind in ENDS_AN_ANSWER
            self._tell(frame(kind, body))
            if self._writer.transport.get_write_buffer_size() > 1 << 20:
                await self._drain()
        return sound

    def _tell(self, data: bytes) -> None:
        if not self._gone:
            self._writer.write(data)

    async def _drain(self) -> None:
        with suppress(ConnectionError):
            if not self._gone:
                await self._writer.drain()

    async def _fail(self, error: ServerError) -> None:
        """Send the error to the client; fail the open transaction in PostgreSQL, too."""
        self._pending.clear()
        self._expected = 0
        if self.backend.status == IN_TRANSACTION:
            with suppress(BackendError):
                await self.backend.query("this fails the transaction")
        self._tell(error.frame())

    def _refused(self, body: bytes) -> None:
        self._tell(frame(ERROR, body))
        self._skipping = True

    def _drop(self) -> None:
        """Drop the connection to the client."""
        self._gone = True
        self._writer.transport.abort()
