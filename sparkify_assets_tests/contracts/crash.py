"""A session that breaks off between two of its statements, like a process that is killed there.

Put here simulated crashes. Do not put here processes that are really killed (live/).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from sparkify_assets.warehouse import Session


class Crash(Exception):
    """Stands for the end of the process."""


@contextmanager
def crash_after(session: Session, statements: int) -> Iterator[None]:
    """Let the session execute this number of statements and no more."""
    execute, left = session.sql.execute, statements

    def counted(sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        nonlocal left
        left -= 1
        if left < 0:
            raise Crash
        return execute(sql, parameters)

    session.sql.execute = counted
    try:
        with suppress(Crash):
            yield
    finally:
        session.sql.execute = execute
