"""Notes of the statements of a session, which sys_query_history reads: label, text, beginning, duration, whether it succeeded.

Put here what the proxy notes. Do not put here the view (system_tables.sql).
"""

import json
import re
import time
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

LABELLED = re.compile(r"\s*(?:SET\s+(?:SESSION\s+|LOCAL\s+)?query_group\s*(?:TO|=)\s*'((?:[^']|'')*)'|RESET\s+query_group)", re.IGNORECASE)
SECRET = re.compile(r"(PASSWORD\s+)'(?:[^']|'')*'", re.IGNORECASE)
NUMBERS = count(1)
DEFAULT = "default"
"""The label of a session that has set none."""


class Notes:
    """One session's. A statement is noted when it has ended."""

    def __init__(self, path: Path, user: str, session: int) -> None:
        self._path = path
        path.touch()
        path.chmod(0o644)  # PostgreSQL's user reads it, whatever our umask
        self._about = {"user": user, "session": session}
        self._label = DEFAULT
        self._open: tuple[str, str, str, datetime, float] | None = None

    def began(self, kind: str, sql: str) -> None:
        self.ended()
        self._open = kind, sql, self._label, datetime.now(UTC), time.perf_counter()

    def ended(self, sound: bool = True) -> None:
        """Note the statement that has begun, if there is one."""
        if self._open is None:
            return
        kind, sql, label, start, clock = self._open
        self._open = None
        if sound and (found := LABELLED.match(sql)):
            self._label = (found[1] or DEFAULT).replace("''", "'")
        note = self._about | {
            "id": next(NUMBERS),
            "label": label,
            "type": kind.upper(),
            "status": "success" if sound else "failed",
            "start": start.replace(tzinfo=None).isoformat(),
            "elapsed": int((time.perf_counter() - clock) * 1_000_000),
            "sql": SECRET.sub(r"\1'***'", sql),
        }
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(note) + "\n")
