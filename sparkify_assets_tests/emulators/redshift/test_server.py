"""The server's process, which leaves nothing behind however it or its parent ends; and the simple protocol, which psql uses.

Put here tests of processes and of the raw protocol. Do not put here tests that the driver can run.
"""

import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from sparkify_assets_tests.emulators.redshift.running import RedshiftDatabase
from sparkify_assets_tests.emulators.redshift.wire import fields, frame, startup_message

pytestmark = pytest.mark.integration

STARTED = """
import sys
from sparkify_assets_tests.emulators.redshift.running import RedshiftProcess
server = RedshiftProcess("http://127.0.0.1:1")
print(server.address.pid, server.address.port, flush=True)
sys.stdin.read()
server.stop()
"""


def children(pid: int) -> set[int]:
    """The ids of a process and of all its descendants."""
    found = {pid}
    with suppress(FileNotFoundError, ProcessLookupError):
        for path in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in path.read_text().split():
                found |= children(int(child))
    return found


def folder_of(pids: set[int]) -> Path:
    """The folder of this PostgreSQL's files."""
    lines = []
    for pid in pids:
        with suppress(FileNotFoundError, ProcessLookupError):  # PostgreSQL's helpers come and go
            lines.append(Path(f"/proc/{pid}/cmdline").read_text().split("\0"))
    return next(Path(line[line.index("-D") + 1]).parent for line in lines if "-D" in line)


def gone(what: Callable[[], bool]) -> bool:
    until = time.monotonic() + 20
    while what() and time.monotonic() < until:
        time.sleep(0.02)
    return not what()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at processes as Linux shows them")
@pytest.mark.parametrize("end", ["stopped", "parent killed", "proxy killed"])
def test_nothing_is_left_behind(end: str) -> None:
    parent = subprocess.Popen([sys.executable, "-c", STARTED], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert parent.stdout is not None
    proxy, port = map(int, parent.stdout.readline().split())
    family = children(proxy)
    folder = folder_of(family)
    assert len(family) > 3
    assert folder.exists()
    if end == "parent killed":
        parent.kill()
    elif end == "proxy killed":
        os.kill(proxy, signal.SIGKILL)
    parent.communicate()
    assert gone(lambda: any(map(alive, family)))
    assert gone(folder.exists)
    with socket.socket() as client, pytest.raises(ConnectionRefusedError):
        client.connect(("127.0.0.1", port))


def alive(pid: int) -> bool:
    """Whether it runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


class Simple:
    """A client of the simple protocol, over TLS, with temporary credentials."""

    def __init__(self, database: RedshiftDatabase) -> None:
        server = database.server
        plain = socket.create_connection(("127.0.0.1", server.port))
        plain.sendall(b"\0\0\0\x08\x04\xd2\x16\x2f")
        assert plain.recv(1) == b"S"
        self.socket = ssl.create_default_context(cafile=str(server.ca_file)).wrap_socket(plain, server_hostname="localhost")
        self.file = self.socket.makefile("rb")
        self.socket.sendall(startup_message({"user": "IAM:awsuser", "database": database.name}))
        assert self._read()[0] == b"R"
        self.socket.sendall(frame(b"p", b"any\0"))
        self.key = next(body for kind, body in self._to_ready() if kind == b"K")

    def _read(self) -> tuple[bytes, bytes]:
        head = self.file.read(5)
        return head[:1], self.file.read(int.from_bytes(head[1:], "big") - 4)

    def _to_ready(self) -> list[tuple[bytes, bytes]]:
        found = [self._read()]
        while found[-1][0] != b"Z":
            found.append(self._read())
        return found

    def say(self, sql: str) -> list[tuple[bytes, bytes]]:
        self.socket.sendall(frame(b"Q", sql.encode() + b"\0"))
        return self._to_ready()

    def close(self) -> None:
        self.file.close()
        self.socket.close()


def test_the_simple_protocol(redshift_database: RedshiftDatabase) -> None:
    client = Simple(redshift_database)
    told = client.say("CREATE TABLE t (a INTEGER PRIMARY KEY) SORTKEY (a); INSERT INTO t VALUES (1), (1); SELECT NVL(a, 2) FROM t")
    assert [kind for kind, _ in told] == [b"C", b"C", b"T", b"D", b"D", b"C", b"Z"]
    told = client.say("VACUUM; COPY t FROM 's3://x/y' JSON 'auto'; SELECT 1")
    assert [kind for kind, _ in told] == [b"C", b"E", b"Z"]
    assert fields(told[1][1])["C"] == "42601"
    assert client.say("SELECT 1")[-1] == (b"Z", b"I")
    client.close()


def test_a_cancel_request_ends_the_statement_of_its_key(redshift_database: RedshiftDatabase) -> None:
    client = Simple(redshift_database)
    endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n"
    client.socket.sendall(frame(b"Q", b"CREATE TABLE t AS " + endless.encode() + b"\0"))
    until = time.monotonic() + 20
    client.socket.settimeout(0.05)
    answer = b""
    while not answer and time.monotonic() < until:  # a request that arrives before the statement begins has no effect
        with socket.create_connection(("127.0.0.1", redshift_database.server.port)) as other:
            other.sendall(b"\0\0\0\x10\x04\xd2\x16\x2e" + client.key)
            assert other.recv(1) == b""
        try:
            answer = client.socket.recv(4096)
        except TimeoutError:
            continue
    assert fields(answer[5:])["C"] == "57014"
    client.close()
