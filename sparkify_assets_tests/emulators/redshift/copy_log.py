"""Write a COPY's outcome to the system tables behind the STL and SYS views (system_tables.sql).

The rows are written over a separate connection, so that they survive the client's rollback. In a transaction that continues they are also
written there, because its snapshot is older than they are; the views show each row once.

Put here the rows of the system tables. Do not put here the views (system_tables.sql).
"""

import re
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sparkify_assets_tests.emulators.redshift.backend import Backend
from sparkify_assets_tests.emulators.redshift.tokens import literal
from sparkify_assets_tests.emulators.redshift.wire import IN_TRANSACTION, KEY_DATA

if TYPE_CHECKING:
    from sparkify_assets_tests.emulators.redshift.copy_running import CopyRun

HALF = re.compile("[\0\ud800-\udfff]")


async def write(admin: Backend, run: "CopyRun", outcome: str) -> None:
    """Write the rows; ``outcome`` is completed or aborted."""
    sql = "".join(f"INSERT INTO redshift.{table} VALUES {', '.join(rows)};" for table, rows in _rows(run, outcome).items() if rows)
    await admin.query(sql)
    if run.backend.status == IN_TRANSACTION and outcome == "completed":
        await run.backend.query(sql)


def _rows(run: "CopyRun", outcome: str) -> dict[str, list[str]]:
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
