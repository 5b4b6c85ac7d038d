"""A lake is whole or not there: refusals, failures half-way, killed runs, two runs at once."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sparkify_assets.errors import SparkifyError
from sparkify_assets.sample_data import SampleLakeBusy, SampleLakeExists, SampleSpec, write_sample_lake
from sparkify_assets.sample_data.lake import WORKSHOP
from sparkify_assets_tests.sample_data.reading import TINY, contents, digest
from sparkify_assets_tests.support import raises

PROJECT = Path(__file__).parents[2]


def test_progress_counts_days(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    write_sample_lake(tmp_path / "lake", SampleSpec(songs=5, days=3, events_per_day=20), lambda *step: seen.append(step))
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize("there", ["log_data", "song_data"])
def test_a_lake_that_is_there_is_refused_and_left_alone(tmp_path: Path, there: str) -> None:
    (tmp_path / there).mkdir()
    with raises(SampleLakeExists, f"{tmp_path} ", f" {there};", "--overwrite") as refusal:
        write_sample_lake(tmp_path, TINY)
    assert isinstance(refusal.value, FileExistsError)
    assert isinstance(refusal.value, SparkifyError)
    assert contents(tmp_path) == {there}


def test_overwrite_replaces_the_two_folders_and_nothing_else(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious.json").write_text("{}")
    root = tmp_path / "lake"
    (root / "log_data/2017").mkdir(parents=True)
    (root / "log_data/2017/old.json").write_text("old")
    (root / "song_data").symlink_to(elsewhere)
    (root / "notes.txt").write_text("mine")
    write_sample_lake(root, TINY, overwrite=True)
    fresh = tmp_path / "fresh"
    write_sample_lake(fresh, TINY)
    (fresh / "notes.txt").write_text("mine")
    assert digest(root) == digest(fresh)
    assert (elsewhere / "precious.json").exists()  # a link is replaced, not what it leads to


def test_a_failure_leaves_nothing(tmp_path: Path) -> None:
    def interrupt(done: int, total: int) -> None:
        if done == 1:
            raise KeyboardInterrupt

    root = tmp_path / "new"
    with pytest.raises(KeyboardInterrupt):
        write_sample_lake(root, SampleSpec(songs=50, days=20, events_per_day=500), interrupt)
    assert contents(tmp_path) == set()


def test_a_failure_leaves_the_lake_that_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_sample_lake(tmp_path, TINY)
    before = digest(tmp_path)
    rename = Path.rename

    def fail_at_the_last(self: Path, target: Path) -> Path:
        if self.parent.name == WORKSHOP and target == tmp_path / "log_data":
            raise OSError(5, "Input/output error", str(self))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail_at_the_last)
    with pytest.raises(OSError, match="Input/output error"):
        write_sample_lake(tmp_path, SampleSpec(songs=9, days=1, events_per_day=9), overwrite=True)
    assert digest(tmp_path) == before
    assert contents(tmp_path) == {"log_data", "song_data"}


@pytest.mark.integration
def test_a_full_disk_is_reported_with_the_path(tmp_path: Path) -> None:
    """The system's limit on the size of a file stands in for the disk's: the write fails in the same place."""
    script = """
import resource, sys
from pathlib import Path
from sparkify_assets.sample_data import SampleSpec, write_sample_lake
if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
    try:
        write_sample_lake(Path(sys.argv[1]), SampleSpec(songs=5, days=3, events_per_day=500))
    except OSError as error:
        print(error.filename)
"""
    (tmp_path / "script.py").write_text(script)
    run = python(tmp_path / "script.py", tmp_path / "lake")
    output, _ = run.communicate(timeout=60)
    assert output.strip() == f"{tmp_path}/lake/{WORKSHOP}/log_data/2018/11/2018-11-01-events.json"
    assert contents(tmp_path) == {"script.py"}


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError) as failure:
        write_sample_lake(tmp_path / "file", TINY)
    assert failure.value.filename == str(tmp_path / "file")
    with pytest.raises(OSError) as failure:
        write_sample_lake(tmp_path / "file" / "below", TINY)
    assert str(failure.value.filename).startswith(str(tmp_path / "file"))


def python(*arguments: object) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    command = [sys.executable, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


@pytest.fixture
def unfinished(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A run well on its way and far from its end."""
    script = """
import sys
from pathlib import Path
from sparkify_assets.sample_data import SampleSpec, write_sample_lake
if __name__ == "__main__":
    write_sample_lake(Path(sys.argv[1]), SampleSpec(songs=5, days=1000, events_per_day=5000))
"""
    (tmp_path / "script.py").write_text(script)
    root = tmp_path / "lake"
    run = python(tmp_path / "script.py", root)
    give_up = time.monotonic() + 30
    while len(list((root / WORKSHOP).glob("log_data/*/*/*.json"))) < 3:
        assert run.poll() is None
        assert time.monotonic() < give_up
        time.sleep(0.02)
    yield run, root
    run.kill()
    run.communicate()


def test_a_second_run_in_the_same_place_is_refused(unfinished: tuple[subprocess.Popen[str], Path]) -> None:
    _, root = unfinished
    with raises(SampleLakeBusy, root):
        write_sample_lake(root, TINY)


def test_a_killed_run_leaves_no_lake_and_the_next_clears_up(unfinished: tuple[subprocess.Popen[str], Path], tmp_path: Path) -> None:
    run, root = unfinished
    run.send_signal(signal.SIGKILL)
    run.communicate(timeout=20)
    assert contents(root) == {WORKSHOP}
    write_sample_lake(root, TINY)
    write_sample_lake(tmp_path / "fresh", TINY)
    assert digest(root) == digest(tmp_path / "fresh")
    assert contents(root) == {"log_data", "song_data"}
