"""The work in pieces, done in this process or in several. Each piece writes its own files and counts them.

Processes are spawned, not forked: a fork copies one thread of a process that may have many (such as a Dagster daemon) together with the
locks that the others hold, and is unsafe on macOS. A spawned process starts empty and rebuilds the catalogue from the spec, which is faster
than sending it. Calling scripts need the usual `if __name__ == "__main__":`.

Put here how work is distributed. Do not put here the content of files (catalogue.py, event_log.py).
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Generator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

from sparkify_assets.sample_data.catalogue import build_catalogue
from sparkify_assets.sample_data.event_log import DayCounts, day_log, day_path
from sparkify_assets.sample_data.playlist import Playlist
from sparkify_assets.sample_data.spec import SampleSpec
from sparkify_assets.sample_data.users import Audience

SONGS_AT_ONCE = 1000
PAYS_FROM = 150_000  # records; below, starting processes (about 0.3 s) costs more than they save
MOST_PROCESSES = 8  # each holds the catalogue and one day in memory


class Songs(NamedTuple):
    """The song files from `first` up to but excluding `end`."""

    first: int
    end: int


class Day(NamedTuple):
    number: int


@dataclass(frozen=True)
class SongCounts:
    songs: int
    artist_ids: set[str]
    bytes: int


@dataclass(frozen=True)
class DayResult:
    counts: DayCounts
    bytes: int


def work_of(spec: SampleSpec) -> list[Songs | Day]:
    starts = range(0, spec.songs, SONGS_AT_ONCE)
    songs = [Songs(first, min(first + SONGS_AT_ONCE, spec.songs)) for first in starts]
    return [*songs, *(Day(number) for number in range(spec.days))]


def results(
    spec: SampleSpec, folder: Path, pieces: list[Songs | Day], processes: int | None
) -> Generator[SongCounts | DayResult, None, None]:
    """Do the pieces and yield their results in order. Raises ChildProcessError if a process dies, and OSError."""
    count = min(processes or _processes_that_pay(spec), len(pieces))
    if count == 1:
        worker = Worker(spec, folder)
        yield from map(worker.do, pieces)
        return
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(count, mp_context=spawn, initializer=_begin, initargs=(spec, folder))
    try:
        yield from pool.map(_do, pieces)
    except BrokenProcessPool as error:
        raise ChildProcessError(f"a process that was writing the sample lake died (out of memory?): {error}") from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


class Worker:
    """The data that a process needs for any piece."""

    def __init__(self, spec: SampleSpec, folder: Path) -> None:
        self._spec, self._folder = spec, folder
        self._catalogue = build_catalogue(spec)
        self._audience = Audience(spec)
        self._playlist = Playlist(spec, self._catalogue)

    def do(self, piece: Songs | Day) -> SongCounts | DayResult:
        return self._songs(piece) if isinstance(piece, Songs) else self._day(piece.number)

    def _songs(self, piece: Songs) -> SongCounts:
        songs = self._catalogue[piece.first : piece.end]
        size = sum(_write_file(self._folder / song.path, song.as_json()) for song in songs)
        return SongCounts(len(songs), {song.artist.artist_id for song in songs}, size)

    def _day(self, number: int) -> DayResult:
        text, counts = day_log(self._spec, self._audience, self._playlist, number)
        return DayResult(counts, _write_file(self._folder / day_path(self._spec, number), text))


def _write_file(path: Path, text: str) -> int:
    """Write the file; returns its size in bytes. An OSError gets the path, which Python omits when a write fails."""
    data = text.encode("ascii")  # other characters have been escaped
    try:
        with _create(path) as file:
            file.write(data)
    except OSError as error:
        error.filename = error.filename or str(path)
        raise
    return len(data)


def _create(path: Path) -> BinaryIO:
    try:
        return path.open("wb")
    except FileNotFoundError:  # the first file of its folder
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("wb")


def _processes_that_pay(spec: SampleSpec) -> int:
    if spec.songs + spec.days * spec.events_per_day < PAYS_FROM or multiprocessing.current_process().daemon:
        return 1  # (a daemonic process may not have children)
    return min(_usable_cpus(), MOST_PROCESSES)


def _usable_cpus() -> int:
    try:
        return len(os.sched_getaffinity(0))  # respects the limit of a container, where the system supports it
    except AttributeError:
        return os.cpu_count() or 1


# in a process of the pool

_worker: Worker


def _begin(spec: SampleSpec, folder: Path) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is sent to all processes; the parent handles it
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    global _worker  # noqa: PLW0603 - an initializer can pass data to later calls only in a global
    _worker = Worker(spec, folder)


def _leave_with_parent() -> None:
    """Exit when the parent is killed: the pool's processes would wait for work forever."""
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)


def _do(piece: Songs | Day) -> SongCounts | DayResult:
    return _worker.do(piece)
