"""Lock on a file that one process at a time may write: the other processes wait, and report which process holds the lock.

The lock is the system's (flock) on ``<file>.lock``; it ends with the process that holds it, however that process ends.  DuckDB's own lock
fails instead of waiting, even for a process that only reads.  Other programs use only DuckDB's lock; duckdb/warehouse.py waits for that
with ``wait_until``.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sparkify_assets.errors import WarehouseError
from sparkify_assets.limits import reason_of

OnWait = Callable[[str], None]

POLL_SECONDS = 0.05
NOTIFY_SECONDS = 10.0
"""seconds between messages; the first comes after one second, since most waits are shorter"""


@contextmanager
def file_lock(path: Path, on_wait: OnWait, exclusive: bool) -> Iterator[None]:
    """Hold the file's lock: exclusive to write, shared to read.  Raises WarehouseError if the lock file cannot be opened to write."""
    lock = path.with_name(path.name + ".lock")
    try:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as e:
        if exclusive:
            raise WarehouseError(f"{path} cannot be written: {lock} cannot be opened: {reason_of(e)}") from e
        yield  # the folder is read-only, so none of our processes writes
        return
    try:
        wait_until(lambda: _try(handle, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH), lambda: _lock_holder(handle), path, on_wait)
        if exclusive:
            with suppress(OSError):  # shown to waiting processes; may fail on a full disk
                os.pwrite(handle, f"{os.getpid():<10}".encode(), 0)
        yield
    finally:
        os.close(handle)


def wait_until(attempt: Callable[[], bool], holder: Callable[[], str], path: Path, on_wait: OnWait) -> None:
    """Call ``attempt`` until it succeeds; report every NOTIFY_SECONDS which process holds the file."""
    begun = time.monotonic()
    tell_at = begun + 1
    while not attempt():
        now = time.monotonic()
        if now >= tell_at:
            on_wait(f"{path.name} is in use by another process ({holder()}); waiting for its turn, {now - begun:.0f} s so far")
            tell_at = now + NOTIFY_SECONDS
        time.sleep(POLL_SECONDS)


def _try(handle: int, kind: int) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lock_holder(handle: int) -> str:
    return f"pid {os.pread(handle, 10, 0).decode('ascii', 'replace').strip() or 'unknown'}"
