"""A directory as a lake: what it lists, what it reads, and what it says when a file is not what it was or may not be read."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sparkify_assets.errors import LakeError
from sparkify_assets.lake import Lake, LocalLake, ObjectInfo, local
from sparkify_assets_tests.support import mentions, raises

PROJECT = Path(__file__).parents[2]
NOBODY = 65534


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for key, text in {"log_data/2018/11/a.json": "one", "log_data/2018/b.json": "two!", "song_data/A/c.json": ""}.items():
        write(tmp_path / key, text)
    return tmp_path


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def keys(lake: Lake, folder: str) -> list[str]:
    return [e.key for e in lake.list(folder)]


def entry_of(root: Path, key: str = "log_data/2018/b.json") -> ObjectInfo:
    return next(e for e in LocalLake(root).list("log_data") if e.key == key)


def refusal(root: Path, entry: ObjectInfo) -> str:
    """What read() and confirm() say of an entry that is not as listed; they must agree."""
    with raises(LakeError) as reading:
        list(LocalLake(root).read([entry]))
    with raises(LakeError) as confirming:
        LocalLake(root).verify_unchanged(entry)
    assert str(reading.value) == str(confirming.value)
    return str(reading.value)


# listing


def test_entries_tell_key_size_time_and_version(root: Path) -> None:
    moment = 1_541_106_106_796_000_001  # nanoseconds
    os.utime(root / "log_data/2018/b.json", ns=(0, moment))
    assert entry_of(root) == ObjectInfo("log_data/2018/b.json", 4, datetime(2018, 11, 1, 21, 1, 46, 796000, UTC), f"4-{moment:x}")
    assert LocalLake(root).uri("log_data/2018/b.json") == f"{root}/log_data/2018/b.json"


def test_keys_are_sorted_and_below_the_folder_only(root: Path) -> None:
    write(root / "log_data.json", "beside")
    write(root / "log_data2/x.json", "a longer name")
    assert keys(LocalLake(root), "log_data") == ["log_data/2018/11/a.json", "log_data/2018/b.json"]
    assert keys(LocalLake(root), "log_data/2018/11/") == ["log_data/2018/11/a.json"]


def test_hidden_files_are_listed(root: Path) -> None:
    write(root / "song_data/.ipynb_checkpoints/x-checkpoint.json", "")
    write(root / "song_data/.hidden", "")
    assert keys(LocalLake(root), "song_data") == [
        "song_data/.hidden",
        "song_data/.ipynb_checkpoints/x-checkpoint.json",
        "song_data/A/c.json",
    ]


def test_a_missing_folder_is_empty(root: Path) -> None:
    assert LocalLake(root).list("nothing/here") == []


@pytest.mark.parametrize(("name", "found"), [("missing", "exist"), ("log_data/2018/b.json", "a directory")])
def test_a_lake_that_is_none_is_named(root: Path, name: str, found: str) -> None:
    with raises(LakeError, found, root / name, "SPARKIFY_LAKE"):
        LocalLake(root / name).list("log_data")


def test_a_folder_that_is_a_file_is_named(root: Path) -> None:
    with raises(LakeError, "log_data/2018/b.json", "directory", "file"):
        LocalLake(root).list("log_data/2018/b.json")


def test_what_is_no_regular_file_is_no_object(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(root / "log_data/pipe.json")
    monkeypatch.chdir(root / "log_data")  # a socket's path may not be long
    with socket.socket(socket.AF_UNIX) as s:
        s.bind("socket.json")
        assert keys(LocalLake(root), "log_data") == ["log_data/2018/11/a.json", "log_data/2018/b.json"]


def test_a_time_no_calendar_holds_is_an_error() -> None:
    """Few file systems take such a time, so the status is made up."""
    status = os.stat_result((0o100644, 0, 0, 1, 0, 0, 4, 0, 10**12, 0))
    with raises(LakeError, "b.json", 1_000_000_000_000, 1970, "touch"):
        local._entry("b.json", status)


# links


def test_links_are_followed(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    write(elsewhere / "d.json", "there")
    (root / "log_data/2019").symlink_to(elsewhere)
    (root / "log_data/e.json").symlink_to(elsewhere / "d.json")
    entries = LocalLake(root).list("log_data")
    assert [e.key for e in entries] == ["log_data/2018/11/a.json", "log_data/2018/b.json", "log_data/2019/d.json", "log_data/e.json"]
    assert list(LocalLake(root).read(entries[2:])) == [b"there", b"there"]


def test_the_folder_itself_may_be_a_link(root: Path) -> None:
    (root / "events").symlink_to("log_data")
    assert keys(LocalLake(root), "events") == ["events/2018/11/a.json", "events/2018/b.json"]


@pytest.mark.parametrize("name", ["0-first", "zz-last"])
def test_a_loop_of_links_ends_and_real_places_keep_their_keys(root: Path, name: str) -> None:
    """Whatever comes first in the directory: a link to a place inside the lake adds nothing."""
    (root / "log_data" / name).symlink_to(root / "log_data")
    (root / "log_data/2018" / name).symlink_to("..")
    (root / "log_data/2018/11" / name).symlink_to(root / "log_data/2018")
    assert keys(LocalLake(root), "log_data") == ["log_data/2018/11/a.json", "log_data/2018/b.json"]


def test_links_to_nothing_or_themselves_are_no_objects(root: Path) -> None:
    (root / "log_data/gone.json").symlink_to("nowhere")
    (root / "log_data/self.json").symlink_to("self.json")
    assert keys(LocalLake(root), "log_data") == ["log_data/2018/11/a.json", "log_data/2018/b.json"]


def test_a_name_that_is_not_utf8_is_shown_and_cannot_be_read(root: Path) -> None:
    try:
        Path(os.fsdecode(os.fsencode(root) + b"/log_data/caf\xe9.json")).touch()
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    entry = entry_of(root, r"log_data/caf\xe9.json")
    mentions(refusal(root, entry), r"log_data/caf\xe9.json", "UTF-8")


# reading


def test_contents_come_as_stored_and_in_the_order_given(root: Path) -> None:
    (root / "log_data/z.json.gz").write_bytes(b"\x1f\x8b not unpacked")
    large = os.urandom(3_000_000)
    (root / "log_data/large").write_bytes(large)
    entries = [*reversed(LocalLake(root).list("log_data")), *LocalLake(root).list("song_data")]
    assert list(LocalLake(root).read(entries)) == [b"\x1f\x8b not unpacked", large, b"two!", b"one", b""]


def test_reading_in_place(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    lake, entry = LocalLake(root), entry_of(root)
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    path = lake.as_local_file(entry, elsewhere)
    assert path is not None
    assert path == root / entry.key
    assert list(elsewhere.iterdir()) == []
    assert path.read_bytes() == b"two!"
    lake.verify_unchanged(entry)


@pytest.mark.parametrize(("text", "found"), [("longer text", 11), ("", 0), ("2wo?", 4)])
def test_a_file_changed_since_the_listing_is_refused(root: Path, text: str, found: int) -> None:
    path = root / "log_data/2018/b.json"
    os.utime(path, (0, 1_000_000))
    entry = entry_of(root)
    path.write_text(text)
    os.utime(path, (0, 2_000_000))
    message = refusal(root, entry)
    mentions(message, path, 4, "1970-01-12T13:46:40+00:00", found, "1970-01-24T03:33:20+00:00", "again")
    assert message.index("1970-01-12") < message.index("1970-01-24"), "what was listed comes first"


@pytest.mark.parametrize("change", ["grows", "shrinks"])
def test_a_file_that_changes_while_it_is_read_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    entry = entry_of(root)
    read = os.read

    def disturbed(file: int, size: int) -> bytes:
        os.truncate(root / entry.key, 2 if change == "shrinks" else 100)
        return read(file, size)

    monkeypatch.setattr(local.os, "read", disturbed)
    with raises(LakeError, root / entry.key, "changed"):
        list(LocalLake(root).read([entry]))


def test_a_file_gone_since_the_listing_is_named(root: Path) -> None:
    entry = entry_of(root)
    (root / entry.key).unlink()
    mentions(refusal(root, entry), f"{root}/{entry.key}", "gone", "again")


@pytest.mark.parametrize("thing", ["directory", "pipe"])
def test_something_else_in_the_place_of_a_file_is_refused_without_waiting_for_it(root: Path, thing: str) -> None:
    entry = entry_of(root)
    (root / entry.key).unlink()
    if thing == "pipe":
        os.mkfifo(root / entry.key)
    else:
        (root / entry.key).mkdir()
    mentions(refusal(root, entry), f"{root}/{entry.key}", "something else", "again")


def test_reading_goes_file_by_file(root: Path) -> None:
    """The first contents come before the second file is looked at."""
    first, second = LocalLake(root).list("log_data")
    contents = LocalLake(root).read([first, second])
    assert next(contents) == b"one"
    (root / second.key).unlink()
    with raises(LakeError, root / second.key, "gone"):
        next(contents)


def test_no_file_stays_open(root: Path) -> None:
    entry = entry_of(root)
    before = len(os.listdir("/dev/fd"))  # noqa: PTH208
    list(LocalLake(root).read([entry] * 10))
    (root / entry.key).write_text("changed")
    refusal(root, entry)
    assert len(os.listdir("/dev/fd")) == before  # noqa: PTH208


# permissions, tried as somebody who is not root

ASK = """
import json, os, sys
from pathlib import Path
from sparkify_assets.errors import LakeError
from sparkify_assets.lake import LocalLake

root, action, target, nobody = Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
entries = LocalLake(root).list("log_data")
(root / target).chmod(0)
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(nobody)
    os.setuid(nobody)
try:
    LocalLake(root).list("log_data") if action == "list" else list(LocalLake(root).read(entries))
    print(json.dumps(None))
except LakeError as e:
    print(json.dumps(str(e)))
"""


@pytest.fixture
def open_root() -> Iterator[Path]:
    """A lake that anybody may reach: pytest's own directories are closed to others."""
    root = Path(tempfile.mkdtemp(prefix="sparkify-lake-"))
    root.chmod(0o755)
    write(root / "log_data/2018/b.json", "two!")
    yield root
    for path in root.rglob("*"):
        path.chmod(0o755)
    shutil.rmtree(root)


@pytest.mark.integration
@pytest.mark.parametrize(
    ("action", "target", "named"),
    [
        ("list", "log_data/2018", "log_data/2018"),
        ("list", "log_data", "log_data"),
        ("read", "log_data/2018/b.json", "log_data/2018/b.json"),
        ("read", "log_data/2018", "log_data/2018/b.json"),
    ],
)
def test_what_may_not_be_read_is_named(open_root: Path, action: str, target: str, named: str) -> None:
    command = [sys.executable, "-c", ASK, str(open_root), action, target, str(NOBODY)]
    run = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    if "Operation not permitted" in run.stderr:
        pytest.skip("root may not become somebody else here")
    assert run.returncode == 0, run.stderr
    message = json.loads(run.stdout)
    assert message is not None
    mentions(message, f"{open_root}/{named}", os.geteuid() or NOBODY, "permission")
