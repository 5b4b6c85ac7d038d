"""What the processes of one test run share: servers that are started once, and folders that are built once and copied.

The process in which pytest is called (with ``pytest -n``: the one that runs no tests) starts each server when a test first needs it and
stops it at the end.  Put here: how sharing works.  Do not put here: what is shared; that belongs to the package it is for.
"""

import os
import shutil
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

from filelock import FileLock

RUN = "TEST_RUN_FOLDER"
"""variable of the environment: the folder of this test run, which its processes find each other by"""
BUILT = "built"

Address_co = TypeVar("Address_co", covariant=True)


class Server(Protocol[Address_co]):
    """A process that answers until it is stopped; it also ends when the process that started it does."""

    @property
    def address(self) -> Address_co:
        """What a client in another process needs; picklable."""
        ...

    def stop(self) -> None: ...


class TestRun:
    """A test run's folder and servers; lives in the process in which pytest is called."""

    __test__ = False  # no class of tests

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="sparkify-tests-"))
        os.environ[RUN] = str(self._folder)  # the processes of `pytest -n` inherit it
        self._listener = Listener(str(self._folder / "socket"), backlog=100)
        self._servers: dict[str, Server[Any]] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                client = self._listener.accept()
            except OSError:  # closed
                return
            threading.Thread(target=self._answer, args=(client,), daemon=True).start()

    def _answer(self, client: Connection) -> None:
        with client, suppress(EOFError, OSError):  # the client is gone
            start: Callable[[], Server[Any]] = client.recv()
            try:
                client.send((self._address(start), None))
            except Exception as e:
                client.send((None, e))
                raise

    def _address(self, start: Callable[[], Server[Any]]) -> Any:
        name = f"{start.__module__}.{start.__qualname__}"
        with self._guard:
            lock = self._locks.setdefault(name, threading.Lock())
        with lock:
            if name not in self._servers:
                self._servers[name] = start()
            return self._servers[name].address

    def stop(self) -> None:
        self._listener.close()
        for server in reversed(self._servers.values()):
            server.stop()
        shutil.rmtree(self._folder, ignore_errors=True)
        del os.environ[RUN]


def address_of(start: Callable[[], Server[Address_co]]) -> Address_co:
    """Where the run's one server of this kind answers; ``start``, a function of a module, starts it where nobody asked before.

    Raises what ``start`` raises.
    """
    with Client(str(Path(os.environ[RUN]) / "socket")) as run:
        run.send(start)
        address, error = run.recv()
    if error is not None:
        raise error
    return cast(Address_co, address)


def built(name: str, build: Callable[[Path], object]) -> Path:
    """The run's one folder of this name, which ``build`` fills where nobody asked before.  Nobody changes it: tests copy it."""
    folder = Path(os.environ[RUN]) / BUILT / name
    folder.parent.mkdir(exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if not folder.exists():
            unfinished = folder.with_suffix(".unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)  # of a process that failed
            unfinished.mkdir()
            build(unfinished)
            unfinished.rename(folder)
    return folder
