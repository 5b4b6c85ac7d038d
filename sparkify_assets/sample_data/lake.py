"""Write the lake: which file goes where, locking, and atomic publication.

All files are written into one hidden folder inside the lake's directory (so that it is on the same disk) and moved to their place at the
end, the logs last. A killed run leaves that folder; the next run deletes it.

Put here the handling of folders and files. Do not put here the content of files (catalogue.py, event_log.py).
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from sparkify_assets.errors import SparkifyError
from sparkify_assets.sample_data.catalogue import build_catalogue
from sparkify_assets.sample_data.event_log import DayCounts, day_log, day_path
from sparkify_assets.sample_data.playlist import Playlist
from sparkify_assets.sample_data.spec import SampleSpec, SampleSummary
from sparkify_assets.sample_data.users import Audience

WORKSHOP = ".sparkify-sample-unfinished"
FOLDERS = ("song_data", "log_data")  # in order of publication: if there are logs, the lake is complete

Progress = Callable[[int, int], None]  # done, total


class SampleLakeExists(SparkifyError, FileExistsError):
    """The directory already holds a lake."""


class SampleLakeBusy(SparkifyError, BlockingIOError):
    """Another process is writing a sample lake into the directory."""


def write_sample_lake(
    root: Path,
    spec: SampleSpec,
    progress: Progress | None = None,
    *,
    overwrite: bool = False,
) -> SampleSummary:
    """Write ROOT/song_data and ROOT/log_data according to `spec`; returns counts of what was written.

    `progress(done, total)` counts days: (0, days) at the start, then after each day's log; the catalogue is written before the first.
    `overwrite` replaces exactly those two folders. Raises SampleLakeExists, SampleLakeBusy, and OSError with the path if the disk fails.
    """
    existed = root.is_dir()
    try:
        with _lock(root):
            _refuse_existing(root, overwrite)
            with _workshop(root) as workshop:
                summary = _write(workshop, spec, progress or _no_progress)
                _publish(workshop, root)
                return summary
    except BaseException:
        if not existed:
            with suppress(OSError):
                root.rmdir()  # only if it is empty
        raise


def _write(workshop: Path, spec: SampleSpec, report: Progress) -> SampleSummary:
    report(0, spec.days)
    catalogue = build_catalogue(spec)
    audience, playlist = Audience(spec), Playlist(spec, catalogue)
    size = sum(_write_file(workshop / song.path, song.as_json()) for song in catalogue)
    days, users, players = list[DayCounts](), set[int](), set[int]()
    for number in range(spec.days):
        text, counts = day_log(spec, audience, playlist, number)
        size += _write_file(workshop / day_path(spec, number), text)
        days.append(counts)
        users |= counts.tally.users
        players |= counts.tally.players
        report(len(days), spec.days)
    return SampleSummary(
        songs=len(catalogue),
        artists=len({song.artist.artist_id for song in catalogue}),
        days=len(days),
        events=sum(day.events for day in days),
        plays=sum(day.tally.plays for day in days),
        matched_plays=sum(day.tally.matched for day in days),
        garbled_matches=sum(day.tally.garbled_matches for day in days),
        users=len(users),
        players=len(players),
        play_times=sum(day.play_times for day in days),
        files=len(catalogue) + len(days),
        bytes=size,
    )


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


@contextmanager
def _lock(root: Path) -> Iterator[None]:
    """Allow one run at a time per directory. The lock is released when the process ends, however it ends."""
    root.mkdir(parents=True, exist_ok=True)
    handle = os.open(root, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SampleLakeBusy(f"another process is writing a sample lake into {root}; wait for it to end") from None
        except OSError:
            pass  # some network disks have no locks; concurrent runs are not detected there
        yield
    finally:
        os.close(handle)


@contextmanager
def _workshop(root: Path) -> Iterator[Path]:
    """Create the hidden folder; delete it afterwards. The caller holds the lock, so an existing folder is a killed run's."""
    workshop = root / WORKSHOP
    if workshop.exists():
        shutil.rmtree(workshop)
    workshop.mkdir()
    try:
        yield workshop
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def _refuse_existing(root: Path, overwrite: bool) -> None:
    found = [name for name in FOLDERS if os.path.lexists(root / name)]
    if found and not overwrite:
        raise SampleLakeExists(
            f"{root} already holds {' and '.join(found)}; expected a directory without a lake "
            f"(or --overwrite, which replaces {' and '.join(FOLDERS)} there and touches nothing else)"
        )


def _publish(workshop: Path, root: Path) -> None:
    replaced = workshop / "replaced"
    replaced.mkdir()
    old = [(root / name, replaced / name) for name in reversed(FOLDERS) if os.path.lexists(root / name)]
    new = [(workshop / name, root / name) for name in FOLDERS]
    moved: list[tuple[Path, Path]] = []
    try:
        for source, target in old + new:
            source.rename(target)
            moved.append((source, target))
    except BaseException:
        for source, target in reversed(moved):
            target.rename(source)
        raise


def _no_progress(done: int, total: int) -> None:
    pass
