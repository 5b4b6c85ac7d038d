"""Limits of the operating system, and streams that take no more: one message that says which, no traceback.  The limits are real ones."""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from sparkify_assets.limits import limit_in_text, limit_reached
from sparkify_assets_tests.cli.conftest import COMMAND, Folder
from sparkify_assets_tests.support import LakeDirectory, event, mentions, song

SOMETHING = "SELECT '♫ é' AS a"


def limited(folder: Folder, *arguments: str, **limits: int) -> subprocess.CompletedProcess[str]:
    """A command that may have no more than so much of each."""

    def set_limits() -> None:
        for name, most in limits.items():
            resource.setrlimit(getattr(resource, name), (most, most))

    done = subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder.path,
        env=folder.environment(),
        capture_output=True,
        text=True,
        preexec_fn=set_limits,
        timeout=300,
        check=False,
    )
    assert "Traceback" not in done.stdout + done.stderr
    return done


@pytest.mark.integration
@pytest.mark.parametrize(
    ("arguments", "limits", "told"),
    [
        (["load"], {"RLIMIT_NOFILE": 20}, ("open files", 20, "ulimit -n")),
        (["sample", "another"], {"RLIMIT_FSIZE": 2000}, ("another/", "2,000 bytes", "ulimit -f")),
        (["query", "SELECT range AS a FROM range(9999)", "--csv", "a.csv"], {"RLIMIT_FSIZE": 2000}, ("a.csv", "2,000 bytes", "ulimit -f")),
        (["query", "SELECT list(a.range) FROM range(99999) a, range(99999) b"], {"RLIMIT_AS": 900_000_000}, ("900,000,000", "ulimit -v")),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_limit_is_one_message(arguments: list[str], limits: dict[str, int], told: tuple[str, ...], folder: Folder) -> None:
    for made in (["sample", "--days", "1", "--songs", "1", "--events-per-day", "5"], ["reset", "--yes"]):
        assert folder.sparkify(*made).status == 0
    done = limited(folder, *arguments, **limits)
    assert done.returncode == 1
    mentions(done.stderr.strip().splitlines()[-1], *told)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Of 2 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", place], capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


@pytest.mark.integration
def test_a_full_disk_is_told_with_its_place(folder: Folder, small_disk: Path) -> None:
    assert folder.sparkify("sample", "--days", "5", "--songs", "2").status == 0
    said = folder.sparkify("load", SPARKIFY_DUCKDB_PATH="disk/w.duckdb")
    assert said.status == 1
    mentions(said.reason, "disk/w.duckdb", "no space is left", "bytes are free")
    assert "Traceback" not in said.out
    said = folder.sparkify("sample", "disk/lake")
    mentions(said.reason, "disk/lake/", "no space is left", "bytes are free")
    assert small_disk.is_dir()


@pytest.mark.integration
@pytest.mark.parametrize("arguments", [["query", SOMETHING], ["query", SOMETHING, "--csv", "-"], ["doctor"], ["tables"]])
def test_output_that_takes_no_more_is_told(arguments: list[str], empty: Folder) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*COMMAND, *arguments], cwd=empty.path, env=empty.environment(), stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "cannot be written: " in done.stderr.strip().splitlines()[-1]


LOCALES = {
    "ascii": {"PYTHONIOENCODING": "ascii"},
    "latin-1": {"PYTHONIOENCODING": "latin-1"},
    "C": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
}


@pytest.mark.integration
@pytest.mark.parametrize("locale", LOCALES)
def test_a_letter_that_the_terminal_has_not_is_spelt_out_there_only(locale: str, folder: Folder) -> None:
    settings = {**LOCALES[locale], "SPARKIFY_LAKE": "lake/é♫"}

    def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        done = subprocess.run(
            [*COMMAND, *arguments], cwd=folder.path, env=folder.environment(**settings), capture_output=True, timeout=300, check=False
        )
        assert b"Traceback" not in done.stdout + done.stderr, done.stderr.decode("utf-8", "replace")
        return done

    done = run("sample", "lake/é♫", "--days", "1", "--songs", "1", "--events-per-day", "5")
    assert done.returncode == 0
    assert rb"\u266b" in done.stdout or rb"\udce2" in done.stdout
    assert run("reset", "--yes").returncode == 0
    assert run("query", SOMETHING).stdout.splitlines()[1] == (b"\\u266b \xe9" if locale == "latin-1" else rb"\u266b \xe9")
    assert run("query", SOMETHING, "--csv", "kept.csv").returncode == 0
    assert (folder.path / "kept.csv").read_text(encoding="utf-8") == "a\n♫ é\n"
    assert run("query", SOMETHING, "--json", "-").stdout == '{"a":"♫ é"}\n'.encode()
    for command in ("doctor", "tables", *(["load"] if locale == "C" else [])):
        run(command)


@pytest.mark.integration
@pytest.mark.parametrize("arguments", [["doctor"], ["tables"], ["--help"]])
def test_a_reader_that_has_gone_is_no_error(arguments: list[str], empty: Folder) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*COMMAND, *arguments], cwd=empty.path, env=empty.environment(), stdout=writing, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.integration
def test_duckdb_has_the_memory_that_is_set(folder: Folder) -> None:
    LakeDirectory(folder.path / "data/lake").events("2018-11-01", [event()])
    LakeDirectory(folder.path / "data/lake").songs("A", [song()])
    said = folder.sparkify("load", SPARKIFY_DUCKDB_MEMORY="1MB")
    assert said.status == 1
    mentions(said.err + said.out, "not enough memory", "976.5 KiB (SPARKIFY_DUCKDB_MEMORY)")
    assert folder.sparkify("load", SPARKIFY_DUCKDB_MEMORY="500MB").status == 0


def test_what_duckdb_may_not_have_is_told() -> None:
    with duckdb.connect(config={"memory_limit": "10MB", "temp_directory": ""}) as connection:
        with pytest.raises(duckdb.OutOfMemoryException) as found:
            connection.execute("SELECT list(a.range) FROM range(9999) a, range(9999) b")
        mentions(str(limit_reached(found.value)), "9.5 MiB", "SPARKIFY_DUCKDB_MEMORY")


def test_a_limit_is_found_in_what_an_error_follows_from() -> None:
    def fails() -> None:
        try:
            raise OSError(24, "Too many open files", "here")
        except OSError as e:
            raise RuntimeError("the step failed") from e

    with pytest.raises(RuntimeError) as found:
        fails()
    mentions(str(limit_reached(found.value)), "ulimit -n", f"{resource.getrlimit(resource.RLIMIT_NOFILE)[0]:,}")


@pytest.mark.parametrize(
    "error",
    [
        ValueError("a text"),
        FileNotFoundError(2, "No such file or directory", "here"),
        BlockingIOError(11, "write could not complete without blocking"),
        duckdb.ConversionException("Could not convert string 'out of memory' to INT32"),
    ],
    ids=repr,
)
def test_what_is_no_limit_is_not_told_as_one(error: Exception) -> None:
    assert limit_reached(error) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sqlite3.OperationalError: database or disk is full", "no space is left"),
        ('IO Error: Could not write file "/nowhere/else/w.duckdb": No space left on device', "/nowhere/else/w.duckdb"),
        ("RuntimeError: can't start new thread", "ulimit -u"),
    ],
)
def test_a_limit_is_found_in_a_text(text: str, told: str) -> None:
    assert told in str(limit_in_text(text))


@pytest.mark.integration
def test_no_further_thread_is_told() -> None:
    """Really: of a user who may have one process."""
    code = (
        "import os, resource, threading\n"
        "from sparkify_assets.limits import limit_reached\n"
        "resource.setrlimit(resource.RLIMIT_NPROC, (1, 1))\n"
        "if os.getuid() == 0: os.setuid(65534)\n"
        "try: threading.Thread(target=print).start()\n"
        "except RuntimeError as e: print(limit_reached(e))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    mentions(done.stdout, "may have 1 ", "ulimit -u")
