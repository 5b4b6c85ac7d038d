"""One client's statements, in the extended and the simple protocol, executed by its backend or by the proxy.

Frames are processed one by one up to Sync. Those for PostgreSQL are batched; before the proxy answers one itself, all previous ones are
answered, so that the client gets answers in the order of its requests.

Put here the protocol. Do not put here what the proxy executes (deeds.py).
"""

import asyncio
from contextlib import suppress

from sparkify_assets_tests.emulators.redshift.backend import Backend, BackendError
from sparkify_assets_tests.emulators.redshift.deeds import Doing, Shared
from sparkify_assets_tests.emulators.redshift.errors import ServerError, aborted
from sparkify_assets_tests.emulators.redshift.faults import FaultBook
from sparkify_assets_tests.emulators.redshift.notes import Notes
from sparkify_assets_tests.emulators.redshift.statements import PassOn, Plan, kind_of, plan, statements
from sparkify_assets_tests.emulators.redshift.wire import (
    BIND,
    BIND_COMPLETE,
    CLOSE,
    CLOSE_COMPLETE,
    DESCRIBE,
    EXECUTE,
    FAILED,
    FLUSH,
    IDLE,
    IN_TRANSACTION,
    NO_DATA,
    PARAMETER_DESCRIPTION,
    PARSE,
    PARSE_COMPLETE,
    QUERY,
    READY,
    SYNC,
    TERMINATE,
    Frame,
    frame,
    read_frame,
)


class Session(Doing):
    """A client that has logged in, and its backend."""

    def __init__(
        self,
        shared: Shared,
        faults: FaultBook,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        backend: Backend,
        database: str,
        notes: Notes,
    ) -> None:
        super().__init__(shared, faults, writer, backend, database)
        self._reader = reader
        self._notes = notes
        self._plans: dict[bytes, Plan] = {}
        self._portals: dict[bytes, Plan] = {}
        self._in_block = False
        self._working: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Serve until the client terminates or disconnects; an open transaction is then rolled back."""
        frames: asyncio.Queue[Frame | None] = asyncio.Queue(1000)
        pump = asyncio.create_task(self._pump(frames))
        try:
            while not self._gone and (got := await frames.get()) is not None:
                self._in_block = self.backend.status != IDLE  # a COPY outside a transaction has its own while it runs
                self._working = asyncio.create_task(self._take(*got))
                with suppress(asyncio.CancelledError):
                    await self._working
                self._working = None
        except (BackendError, asyncio.IncompleteReadError, ConnectionError):
            self._drop()  # PostgreSQL ended it
        finally:
            pump.cancel()
            if self.backend.status == IN_TRANSACTION:
                await self.backend.cancel()
            self.backend.close()
            if self._admin:
                self._admin.close()

    async def _pump(self, frames: "asyncio.Queue[Frame | None]") -> None:
        """Queue frames as they come. After a disconnect, a statement in a transaction is cancelled; one outside a transaction continues."""
        try:
            while True:
                got = await read_frame(self._reader)
                if got[0] == TERMINATE:
                    break
                await frames.put(got)
        except (asyncio.IncompleteReadError, ConnectionError, OSError):
            pass
        self._gone = True
        if self._working and self._in_block:
            self._working.cancel()
        await frames.put(None)

    async def _take(self, kind: bytes, body: bytes) -> None:
        if self._copy_failed and self.backend.status == IDLE:  # until then the transaction accepts no statement
            self._copy_failed = False
            await self.backend.query("SELECT pg_catalog.set_config('redshift.last_copy_count', '0', false)")
        if kind == SYNC:
            await self._flush(frame(SYNC), until_ready=True)
            self._notes.ended(sound=not self._skipping)
            self._skipping = False
        elif kind == FLUSH or self._skipping:
            pass
        elif kind == QUERY:
            await self._simple(body[:-1].decode())
        else:
            try:
                await self._extended(kind, body)
            except ServerError as e:
                await self._fail(e)
                self._skipping = True
        await self._drain()

    # The extended protocol

    async def _extended(self, kind: bytes, body: bytes) -> None:
        match kind:
            case b"P":
                name, sql, rest = body.split(b"\0", 2)
                self._check_aborted(sql.decode())
                told = plan(sql.decode())
                self._plans[name] = told
                if isinstance(told.deed, PassOn):
                    self._forward(PARSE, name + b"\0" + told.deed.sql.encode() + b"\0" + rest)
                else:
                    await self._answer(PARSE_COMPLETE)
            case b"B":
                portal, name, _ = body.split(b"\0", 2)
                told = self._plans.get(name)
                if told is None:
                    raise ServerError(f'prepared statement "{name.decode()}" does not exist', "26000")
                self._portals[portal] = told
                await self._forward_or_answer(told, BIND, body, frame(BIND_COMPLETE))
            case b"D":
                told = (self._plans if body[:1] == b"S" else self._portals).get(body[1:-1])
                described = frame(PARAMETER_DESCRIPTION, b"\0\0") + frame(NO_DATA)
                await self._forward_or_answer(told, DESCRIBE, body, described if body[:1] == b"S" else frame(NO_DATA))
            case b"C":
                told = (self._plans if body[:1] == b"S" else self._portals).pop(body[1:-1], None)
                await self._forward_or_answer(told, CLOSE, body, frame(CLOSE_COMPLETE))
            case b"E":
                told = self._portals.get(body.split(b"\0", 1)[0])
                if told is None:
                    raise ServerError("portal does not exist", "34000")
                await self._execute(told, body)
            case _:
                raise ServerError(f"unexpected message {kind!r}", "08P01")

    async def _forward_or_answer(self, told: Plan | None, kind: bytes, body: bytes, answer: bytes) -> None:
        if told is None or isinstance(told.deed, PassOn):
            self._forward(kind, body)
        else:
            await self._flush()
            self._tell(answer)

    async def _answer(self, kind: bytes) -> None:
        await self._flush()
        self._tell(frame(kind))

    async def _execute(self, told: Plan, body: bytes) -> None:
        self._notes.began(told.kind, told.sql)
        fault = self._faults.next(told.kind, told.sql)
        if fault or not isinstance(told.deed, PassOn):
            await self._flush()
            if self._skipping:  # an earlier answer was an error
                return
        if fault:
            await self._before(fault)
        if isinstance(told.deed, PassOn):
            self._forward(EXECUTE, body)
            if fault and fault.do.startswith("drop"):
                await self._lose_during(fault)
        else:
            await self._do(told, fault)
            if fault and fault.do == "drop_after":
                self._drop()

    def _check_aborted(self, sql: str) -> None:
        if self.backend.status == FAILED and kind_of(sql) not in ("rollback", "abort", "commit", "end", ""):
            raise aborted()

    # The simple protocol

    async def _simple(self, sql: str) -> None:
        try:
            for statement in list(statements(sql)) or [""]:
                self._check_aborted(statement)
                told = plan(statement)
                self._notes.began(told.kind, told.sql)
                fault = self._faults.next(told.kind, told.sql)
                if fault:
                    await self._before(fault)
                if isinstance(told.deed, PassOn):
                    self.backend.writer.write(frame(QUERY, told.deed.sql.encode() + b"\0"))
                    sound = await self._relay(1 << 60, until_ready=True, tell_ready=False)
                    self._notes.ended(sound)
                    if not sound:
                        break
                else:
                    await self._do(told, fault)
                    self._notes.ended()
                if fault and fault.do.startswith("drop"):
                    self._drop()
        except ServerError as e:
            self._notes.ended(sound=False)
            await self._fail(e)
        self._tell(frame(READY, self.backend.status))
