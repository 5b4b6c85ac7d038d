"""Lock on a file that one process at a time may write: the other processes wait, and report which process holds the lock.

The lock is the system's (flock) on ``<file>.lock``; it ends with the process that holds it, however that process ends.  DuckDB's own lock
fails instead of waiting, even for a process that only reads.  Other programs use only DuckDB's lock; duckdb/warehouse.py waits for that
with ``wait_until``.

A process that waits touches the lock file, so that the holder sees that somebody waits, and can release the lock between two sessions.
"""

import fcntl
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from sparkify_assets.errors import WarehouseError
from sparkify_assets.limits import reason_of

OnWait = Callable[[str], None]

POLL_SECONDS = 0.05
NOTIFY_SECONDS = 10.0
"""seconds between messages; the first comes after one second, since most waits are shorter"""


class FileLock:
    """The file's lock, held from its creation until ``release``: exclusive to write, shared to read.

    Raises WarehouseError if the lock file cannot be opened to write.
    """

    def __init__(self, path: Path, on_wait: OnWait, exclusive: bool) -> None:
        self.is_exclusive = exclusive
        lock = path.with_name(path.name + ".lock")
        try:
            self._handle: int | None = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except OSError as e:
            if exclusive:
                raise WarehouseError(f"{path} cannot be written: {lock} cannot be opened: {reason_of(e)}") from e
            self._handle = None  # the folder is read-only, so none of our processes writes
            return
        try:
            handle = self._handle
            kind = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
            wait_until(lambda: _try(handle, kind), lambda: _lock_holder(handle), path, on_wait)
            if exclusive:
                with suppress(OSError):  # shown to waiting processes; may fail on a full disk
                    os.pwrite(handle, f"{os.getpid():<10}".encode(), 0)
            self._touched = os.fstat(handle).st_mtime_ns
        except BaseException:
            self.release()
            raise

    def is_wanted(self) -> bool:
        """Whether another process has waited for the lock since this one got it."""
        return self._handle is not None and os.fstat(self._handle).st_mtime_ns != self._touched

    def release(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


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
        with suppress(OSError):  # as on a full disk; the holder then keeps the lock until it is done
            os.utime(handle)
        return False
    return True


def _lock_holder(handle: int) -> str:
    return f"pid {os.pread(handle, 10, 0).decode('ascii', 'replace').strip() or 'unknown'}"
