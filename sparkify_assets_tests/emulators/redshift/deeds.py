"""Statements that the proxy executes itself, above all COPY; and faults, which come before or instead of a statement.

Put here the execution. Do not put here what a statement becomes (statements.py) or the protocol (session.py).
"""

import asyncio
import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sparkify_assets_tests.emulators.redshift.backend import Backend, BackendError
from sparkify_assets_tests.emulators.redshift.copy_files import Reading
from sparkify_assets_tests.emulators.redshift.copy_running import CopyRun
from sparkify_assets_tests.emulators.redshift.errors import ServerError, cancelled, translated
from sparkify_assets_tests.emulators.redshift.faults import Fault, FaultBook
from sparkify_assets_tests.emulators.redshift.relay import Relay
from sparkify_assets_tests.emulators.redshift.statements import Copy, Plan, Run
from sparkify_assets_tests.emulators.redshift.wire import COMMAND_COMPLETE, IN_TRANSACTION, NOTICE, SYNC, frame, from_fields

QUERIES = itertools.count(1001)


@dataclass(frozen=True)
class Shared:
    """What the sessions of a server share."""

    postgres: Path
    """the socket of PostgreSQL"""
    s3: Callable[[], Any]
    """the client with which COPY reads"""
    threads: ThreadPoolExecutor
    roles: frozenset[str]
    """that COPY may assume"""


class Doing(Relay):
    """A client for which the proxy executes some statements."""

    def __init__(self, shared: Shared, faults: FaultBook, writer: asyncio.StreamWriter, backend: Backend, database: str) -> None:
        super().__init__(writer, backend)
        self._shared, self._faults = shared, faults
        self._database = database
        self._admin: Backend | None = None
        self._copy_failed = False
        self.stop = asyncio.Event()
        """Set by a cancel request."""

    async def _do(self, told: Plan, fault: Fault | None) -> None:
        match told.deed:
            case Copy(statement):
                await self._copy(
                    CopyRun(
                        statement,
                        self.backend,
                        Reading(self._shared.s3(), query := next(QUERIES), self._faults.next),
                        self._shared.threads,
                        self._shared.roles,
                        self.stop,
                        query,
                        self._drop if fault and fault.do == "drop_during" else lambda: None,
                    )
                )
            case Run() as run:
                await self._run(run)

    async def _run(self, run: Run) -> None:
        if run.outside and self.backend.status == IN_TRANSACTION:
            raise ServerError(f"{run.outside} cannot run inside a transaction block", "25001")
        try:
            if run.commits and self.backend.status == IN_TRANSACTION:
                await self.backend.query("COMMIT")
            for step in [";".join(run.steps)] if len(run.steps) > 1 else run.steps:
                await self.backend.query(step)
        except BackendError as e:
            self._refused(translated(e.body))
        else:
            self._tell(frame(COMMAND_COMPLETE, run.tag.encode() + b"\0"))

    async def _copy(self, run: CopyRun) -> None:
        self.stop.clear()
        try:
            await run.run()
        except ServerError as e:
            self._copy_failed = True
            admin = await self._system()
            await run.log(admin, "aborted")
            stl = (await admin.query("SELECT to_regclass('pg_catalog.stl_load_errors')"))[0][0]
            words = e.message.replace("{}", "stl_load_errors" if stl else "sys_load_error_detail", 1) if e.more else e.message
            raise ServerError(words, e.code, e.detail, **e.more) from None
        await run.log(await self._system(), "completed")
        text = f"Load into table '{run.table}' completed, {run.loaded} record(s) loaded successfully."
        self._tell(frame(NOTICE, from_fields({"S": "INFO", "C": "00000", "M": text})))
        self._tell(frame(COMMAND_COMPLETE, b"COPY\0"))

    async def _system(self) -> Backend:
        """A connection beside the client's, which no rollback of the client affects."""
        if self._admin is None:
            self._admin = await Backend.connect(self._shared.postgres, "postgres", self._database)
        return self._admin

    async def _before(self, fault: Fault) -> None:
        match fault.do:
            case "error":
                raise fault.error()
            case "drop_before":
                self._drop()
                raise asyncio.CancelledError
            case "hang":
                await self._hang()

    async def _lose_during(self, fault: Fault) -> None:
        """PostgreSQL executes the statement, but the client gets no answer. What runs outside a transaction, or commits, takes effect."""
        self._gone = self._gone or fault.do == "drop_after"
        if fault.do == "drop_during":
            for part in self._pending:
                self.backend.writer.write(part)
            self._pending.clear()
            self._drop()
        await self._flush(frame(SYNC), until_ready=True)
        self._drop()

    async def _hang(self) -> None:
        """Wait. Raises ServerError when statement_timeout or a cancel request ends the statement."""
        timeout = int((await self.backend.query("SELECT setting FROM pg_catalog.pg_settings WHERE name = 'statement_timeout'"))[0][0] or 0)
        self.stop.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self.stop.wait(), timeout / 1000 or None)
        raise cancelled(150)
