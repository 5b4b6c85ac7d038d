"""A session that breaks off between two of its statements, as a process does that is killed there."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from sparkify_assets.warehouse.session import SqlSession


class Crash(Exception):
    """The process ends here, were this a process."""


@contextmanager
def crash_after(session: SqlSession, statements: int) -> Iterator[None]:
    """Let the session run that many statements and no more."""
    execute, left = session.execute, statements

    def counted(sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        nonlocal left
        left -= 1
        if left < 0:
            raise Crash
        return execute(sql, parameters)

    session.execute = counted
    try:
        with suppress(Crash):
            yield
    finally:
        session.execute = execute
