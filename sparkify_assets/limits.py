"""Messages for limits of the operating system: which limit was reached, its value where known, and what to do.

Call this module first when turning an error into a message.  Put here errors that a limit causes (open files, disk space, memory,
processes).  Do not put here other errors (a missing file, a bug).
"""

import errno
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

try:
    import resource
except ImportError:  # Windows has no such module
    resource = None

KINDS: dict[str, tuple[int, re.Pattern[str]]] = {
    "open files": (errno.EMFILE, re.compile(r"Too many open files(?! in system)")),
    "open files of all": (errno.ENFILE, re.compile(r"Too many open files in system")),
    "space": (errno.ENOSPC, re.compile(r"No space left on device|database or disk is full")),
    "quota": (errno.EDQUOT, re.compile(r"Disk quota exceeded")),
    "file size": (errno.EFBIG, re.compile(r"File too large")),
    "memory": (errno.ENOMEM, re.compile(r"Cannot allocate memory|Out of Memory Error|out of memory|bad_alloc|failed to map segment")),
    "processes": (errno.EAGAIN, re.compile(r"can't start new thread|Resource temporarily unavailable|spawn worker thread")),
}
"""limit → errno of the error, and a pattern for its message where only text is available"""
SQLITE = "unable to open database file"
"""SQLite's message when no more files can be opened (it has other causes, too)"""
OF_DUCKDB = ("Error", "FatalException", "InternalException", "IOException", "OutOfMemoryException", "TransactionException")
"""DuckDB errors that are not about the SQL or the values"""
NO_LIMIT = "without blocking"
"""in the message of EAGAIN for a full pipe, which is not a limit"""
FEW_FILES = 256
IN_TEXT = re.compile(r"""(?:file|path|directory) ["']([^"']+)["']""")


def reason_of(error: OSError, place: Path | str | None = None) -> str:
    """The reason of an OSError, for a message; for a limit, its value and what to do."""
    return limit_reached(error, place) or error.strerror or str(error)


def limit_reached(error: BaseException, place: Path | str | None = None) -> str | None:
    """Describe the limit that caused an error or an error in its chain; None if no limit did.

    ``place``: the path being written, used if the error does not name one.
    """
    return next((told for one in _chain(error) if (told := _describe(one, place))), None)


def limit_in_text(text: str, place: Path | str | None = None) -> str | None:
    """Like ``limit_reached``, for an error of which only the text is available."""
    if SQLITE in text and _files_may_be_used_up():
        return _open_files()
    kind = next((kind for kind, (_, said) in KINDS.items() if said.search(text)), None)
    return _message_for(kind, text, place) if kind and NO_LIMIT not in text else None


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        one = waiting.pop()
        if isinstance(one, BaseException) and not any(one is other for other in seen):
            seen.append(one)
            yield one
            waiting += [None if one.__suppress_context__ else one.__context__, one.__cause__, *one.args[:1]]


def _describe(error: BaseException, place: Path | str | None) -> str | None:
    if isinstance(error, MemoryError):
        return _memory("")
    if isinstance(error, OSError) and error.errno is not None:
        kind = next((kind for kind, (code, _) in KINDS.items() if code == error.errno), None)
        named = os.fsdecode(error.filename) if isinstance(error.filename, (str, bytes, os.PathLike)) else None
        return _message_for(kind, str(error), named or place) if kind and NO_LIMIT not in str(error) else None
    module = type(error).__module__
    if module.startswith("sparkify_assets") or ("duckdb" in module and type(error).__name__ not in OF_DUCKDB):
        return None  # its text is already a message, or is about the SQL, and may quote any text
    return limit_in_text(str(error), place)


def _message_for(kind: str, text: str, place: Path | str | None) -> str:
    if kind == "open files":
        return _open_files()
    if kind == "open files of all":
        return "too many files are open in the whole system (fs.file-max); end what holds them, or allow more"
    if kind in ("space", "quota"):
        found = IN_TEXT.search(text)
        return _space("no space is left" if kind == "space" else "the disk quota is used up", place or (found[1] if found else None))
    if kind == "file size":
        return f"a file may not be larger{_allowed('RLIMIT_FSIZE', ' than {} bytes')} (ulimit -f); allow more, or do less at once"
    if kind == "memory":
        return _memory(text)
    return (
        f"no further process or thread can be started: this user may have{_allowed('RLIMIT_NPROC', ' {}') or ' no more'} (ulimit -u), and "
        "each takes memory (ulimit -v); end others, or allow more"
    )


def _open_files() -> str:
    return f"too many open files: this process may have{_allowed('RLIMIT_NOFILE', ' {}')} (ulimit -n); allow more, as ulimit -n 4096"


def _files_may_be_used_up() -> bool:
    """Whether the limit is below FEW_FILES.  Open files cannot be counted: the caller has closed some since.  A load needs some 40."""
    return resource is not None and resource.getrlimit(resource.RLIMIT_NOFILE)[0] < FEW_FILES


def _space(told: str, place: Path | str | None) -> str:
    if place is None:
        return f"{told} on the disk that is written to; make room there"
    path = Path(place).absolute()
    there = next((p for p in (path, *path.parents) if p.exists()), path)
    try:
        free = f" ({shutil.disk_usage(there).free:,} bytes are free)"
    except OSError:
        free = ""
    return f"{told} for {place}{free}; make room there"


def _memory(text: str) -> str:
    used = re.search(r"\([\d.]+ \w+/([\d.]+ \w+) used\)", text)
    of_duckdb = f": DuckDB may use {used[1]} (SPARKIFY_DUCKDB_MEMORY)" if used else ""
    allowed = of_duckdb or _allowed("RLIMIT_AS", ": this process may use {} bytes (ulimit -v)")
    return f"not enough memory{allowed or _of_the_machine()}; end other programs, allow more, or ask for less at once (fewer days or rows)"


def _of_the_machine() -> str:
    try:
        return f": the machine has {os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES'):,} bytes"
    except (ValueError, OSError, AttributeError):
        return ""


def _allowed(name: str, told: str) -> str:
    """The soft limit of this process, formatted with ``told``; "" if unlimited."""
    if resource is None:
        return ""
    most = resource.getrlimit(getattr(resource, name))[0]
    return "" if most == resource.RLIM_INFINITY else told.format(f"{most:,}")
