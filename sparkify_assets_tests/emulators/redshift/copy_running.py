"""The execution of one COPY inside the client's session, with Redshift's order of steps and messages (docs/design/redshift-facts.md).

Put here the steps. Do not put here parsing: of the statement (copy_statement.py), of files (copy_rows.py).
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from sparkify_assets_tests.emulators.redshift.backend import Backend, BackendError
from sparkify_assets_tests.emulators.redshift.copy_files import File, Reading
from sparkify_assets_tests.emulators.redshift.copy_plain import Target, Unfit
from sparkify_assets_tests.emulators.redshift.copy_rows import Maker, Rows
from sparkify_assets_tests.emulators.redshift.copy_statement import CopyStatement
from sparkify_assets_tests.emulators.redshift.errors import ServerError, cancelled, translated
from sparkify_assets_tests.emulators.redshift.tokens import literal, quoted
from sparkify_assets_tests.emulators.redshift.wire import IDLE, IN_TRANSACTION, KEY_DATA, fields

AT_ONCE = 8
"""Files that are read concurrently and held in memory."""
COLUMNS = """
SELECT a.attname, t.typname, a.atttypmod, a.attnotnull, a.attidentity, a.attrelid
FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
WHERE a.attrelid = {}::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
HALF = re.compile("[\0\ud800-\udfff]")
"""Characters that PostgreSQL cannot store."""
T = TypeVar("T")


@dataclass
class CopyRun:
    """The input and the state of one COPY."""

    statement: CopyStatement
    backend: Backend
    reading: Reading
    threads: Executor
    roles: frozenset[str]
    stop: asyncio.Event
    """Set by a cancel request."""
    query: int
    after_first_rows: Callable[[], None]
    """Called after the first rows have been sent to PostgreSQL."""
    started: float = field(default_factory=time.time)
    table_id: int = 0
    loaded: int = 0
    files: list[tuple[File, Rows]] = field(default_factory=list)

    @property
    def table(self) -> str:
        return self.statement.table[-1]

    @property
    def errors(self) -> int:
        return sum(len(rows.bad) for _, rows in self.files)

    async def run(self) -> None:
        """Run in the client's transaction, or in one of its own. Raises ServerError; the caller must then fail an enclosing transaction."""
        alone = self.backend.status == IDLE
        if alone:
            await self.backend.query("BEGIN")
        try:
            await self._load()
            if alone:
                await self.backend.query("COMMIT")
        except BackendError as e:
            told = fields(translated(e.body))
            raise ServerError(told.pop("M"), told.pop("C"), told.pop("D", "")) from e
        finally:
            if alone and self.backend.status != IDLE:
                await self.backend.query("ROLLBACK")

    async def _load(self) -> None:
        statement = self.statement
        self._check_role()
        targets = self._chosen(await self._targets())
        timeout = int((await self.backend.query("SELECT setting FROM pg_catalog.pg_settings WHERE name = 'statement_timeout'"))[0][0] or 0)
        deadline = time.time() + timeout / 1000 if timeout else None
        files = await self._in_thread(lambda: self.reading.files(statement), deadline)
        maker = await self._in_thread(lambda: self._maker(targets), deadline)
        await self.backend.query(f"SELECT pg_catalog.set_config('redshift.last_copy_id', '{self.query}', false)")
        into = f"COPY {statement.relation} ({', '.join(quoted(t.name) for t in targets)}) FROM STDIN"
        rows = self._rows(files, maker, deadline)
        if statement.on("noload"):
            async for _ in rows:
                pass
        else:
            await self.backend.copy_in(into, rows)
        await self.backend.query(f"SELECT pg_catalog.set_config('redshift.last_copy_count', '{self.loaded}', false)")

    def _check_role(self) -> None:
        named = self.statement.options.get("iam_role")
        for role in named.split(",") if named else ():
            if role not in self.roles:
                raise self.reading.failed(
                    f"User arn:aws:redshift:us-west-2:123456789012:dbuser:test/awsuser is not authorized to assume IAM Role {role}"
                )

    async def _targets(self) -> list[Target]:
        """The table's columns, read under a lock that excludes other writers."""
        relation = self.statement.relation
        try:
            await self.backend.query(f"LOCK TABLE {relation} IN SHARE ROW EXCLUSIVE MODE")
        except BackendError as e:
            if fields(e.body)["C"] in ("42P01", "3F000"):
                raise ServerError(f"Cannot COPY into nonexistent table {self.table}") from None
            raise
        rows = await self.backend.query(COLUMNS.format(literal(relation)))
        self.table_id = int(rows[0][5] or 0)
        return [Target(str(r[0]), str(r[1]), int(r[2] or -1), r[3] == "t", r[4] or "") for r in rows]

    def _chosen(self, targets: list[Target]) -> list[Target]:
        """IDENTITY columns are loaded only with EXPLICIT_IDS or, if BY DEFAULT, if they are listed (docs/design/redshift-facts.md)."""
        listed, explicit = self.statement.columns, self.statement.on("explicit_ids")
        if listed is None:
            return [t for t in targets if not t.identity or explicit]
        known = {t.name: t for t in targets}
        for name in listed:
            if name not in known:
                raise ServerError(f'column "{name}" of relation "{self.table}" does not exist', "42703")
            if known[name].identity == "a" and not explicit:
                raise ServerError(f'cannot set an identity column "{name}" without EXPLICIT_IDS')
        return [known[name] for name in listed]

    def _maker(self, targets: list[Target]) -> Maker:
        named = self.statement.json
        paths = self.reading.jsonpaths(named) if named.startswith("s3://") else None
        if paths is not None and len(paths) != len(targets):
            count = f"JSONPath size: {len(paths)}, Number of columns in table or column list: {len(targets)}"
            raise self.reading.failed(f"Number of jsonpaths and the number of columns should match. {count}")
        try:
            return Maker(targets, self.statement, paths)
        except Unfit as e:
            raise self.reading.failed(e.reason) from None
        except KeyError as e:
            raise ServerError(f"this test server does not load columns of type {e}", "0A000") from None

    async def _rows(self, files: list[File], maker: Maker, deadline: float | None) -> AsyncIterator[bytes]:
        """Yield rows for PostgreSQL, file by file in order; a few files are read ahead.

        Raises ServerError once too many records are rejected.
        """
        most = 1 << 60 if self.statement.on("ignoreallerrors") else max(self.statement.options.get("maxerror", 0), 1)
        loop = asyncio.get_running_loop()
        ahead = [loop.run_in_executor(self.threads, self._read, file, maker, most) for file in files[:AT_ONCE]]
        try:
            for number, file in enumerate(files):
                rows = await self._wait(ahead[0], deadline)
                ahead.pop(0)
                if number + AT_ONCE < len(files):
                    ahead.append(loop.run_in_executor(self.threads, self._read, files[number + AT_ONCE], maker, most))
                self.files.append((file, rows))
                self.loaded += len(rows.rows)
                text = rows.text
                rows.rows.clear()
                if self.errors >= most:
                    raise ServerError(
                        f"Load into table '{self.table}' failed.  Check '{{}}' system table for details.",
                        F="../src/pg/src/backend/commands/commands_copy.c",
                        L="718",
                        R="CheckMaxRowError",
                    )
                yield text
                if number == 0:
                    self.after_first_rows()
                    await asyncio.sleep(0)
        finally:
            for future in ahead:
                future.add_done_callback(lambda done: done.cancelled() or done.exception())  # nothing else retrieves it
                future.cancel()

    def _read(self, file: File, maker: Maker, most: int) -> Rows:
        return maker.rows(self.reading.content(file, self.statement.on("gzip")), most)

    async def _in_thread(self, work: Callable[[], T], deadline: float | None) -> T:
        return await self._wait(asyncio.get_running_loop().run_in_executor(self.threads, work), deadline)

    async def _wait(self, future: "asyncio.Future[T]", deadline: float | None) -> T:
        """The future's result. Raises ServerError if statement_timeout or a cancel request comes first."""
        stopped = asyncio.ensure_future(self.stop.wait())
        left = None if deadline is None else max(deadline - time.time(), 0)
        try:
            await asyncio.wait([future, stopped], timeout=left, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopped.cancel()
        if not future.done():
            raise cancelled(self.query)
        return future.result()

    async def log(self, admin: Backend, outcome: str) -> None:
        """Write the outcome to the system tables, over a connection that the client's rollback does not affect."""
        await _write_outcome(admin, self, outcome)


async def _write_outcome(admin: Backend, run: CopyRun, outcome: str) -> None:
    """Write the rows of the system tables behind the STL and SYS views; ``outcome`` is completed or aborted.

    They are written over a separate connection, so that they survive the client's rollback. In a transaction that continues they are also
    written there, because its snapshot is older than they are; the views show each row once.
    """
    sql = "".join(f"INSERT INTO redshift.{table} VALUES {', '.join(rows)};" for table, rows in _rows(run, outcome).items() if rows)
    await admin.query(sql)
    if run.backend.status == IN_TRANSACTION and outcome == "completed":
        await run.backend.query(sql)


def _rows(run: CopyRun, outcome: str) -> dict[str, list[str]]:
    """Table → rows, as SQL."""
    key = next(body for kind, body in run.backend.hello if kind == KEY_DATA)
    session, started, ended = int.from_bytes(key[:4], "big"), _moment(run.started), _moment(time.time())
    sums = (sum(r.size for _, r in run.files), len(run.files), run.errors)
    load = _values(run.query, session, run.table, started, outcome, run.statement.source, run.loaded, *sums, ended)
    files, errors = [], []
    for number, (file, rows) in enumerate(run.files):
        files.append(_values(run.query, number, file.uri, rows.size, rows.records, len(rows.bad), ended))
        for bad in rows.bad:
            column = (bad.column.name, bad.column.type, str(bad.column.length)) if bad.column else ("", "", "")
            where = (len(errors), session, run.table_id, started, file.uri, bad.line)
            errors.append(_values(run.query, *where, *column, bad.position, bad.raw, bad.value, bad.code, bad.reason))
    return {"load_statement": [load], "load_file": files, "load_error": errors}


def _moment(seconds: float) -> str:
    return str(datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None))


def _values(*values: str | int) -> str:
    return "(" + ", ".join(str(v) if isinstance(v, int) else literal(HALF.sub("?", v)) for v in values) + ")"
