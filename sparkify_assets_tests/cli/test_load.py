"""``sparkify load`` as its user sees it: the table, the reason, the exit status.  What it does within is tested in orchestration/."""

import signal
import subprocess
import time
from collections.abc import Callable

import pytest

from sparkify_assets_tests.cli.conftest import COMMAND, Folder
from sparkify_assets_tests.cli.findings import findings
from sparkify_assets_tests.support import LakeDirectory, event, json_lines, mentions, milliseconds, song

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("cli-load")]


@pytest.fixture(scope="module")
def loaded(new_folder: Callable[[], Folder]) -> Folder:
    """A sample lake, loaded."""
    folder = new_folder()
    assert folder.afresh("sample", "--days", "3", "--songs", "40", "--events-per-day", "200").status == 0
    said = folder.afresh("load")
    assert (said.status, said.err.strip()) == (0, "")
    assert (said.rows["staging_events"], said.rows["staging_songs"]) == (600, 40)
    mentions(said.out, "0 rejected records", "0 warned", "0 failed")
    return folder


def test_what_was_loaded_can_be_asked(loaded: Folder) -> None:
    said = loaded.afresh("query", "SELECT COUNT(*) AS plays, COUNT(song_id) AS matched FROM songplays")
    assert said.status == 0
    header, row = said.out.strip().splitlines()
    assert header.split() == ["plays", "matched"]
    plays, matched = map(int, row.split())
    assert plays > 400
    assert matched > 50


def test_a_second_load_has_nothing_to_do(loaded: Folder) -> None:
    said = loaded.sparkify("load")
    assert said.status == 0
    mentions(said.out, "0 partitions", "29 unchanged")  # three days and every letter


def test_the_doctor_finds_nothing_wrong(loaded: Folder) -> None:
    said = loaded.afresh("doctor")
    assert said.status == 0
    assert "FAIL" not in said.out
    state, text = findings(said)["log_files"]
    assert (state, text.split()[0]) == ("ok", "3")


def test_a_bad_day_is_the_reason_and_the_others_are_loaded(folder: Folder) -> None:
    lake = LakeDirectory(folder.path / "data/lake")
    for number, day in enumerate(("2018-11-01", "2018-11-02", "2018-11-03")):
        lake.events(day, [event(sessionId=number, ts=milliseconds(f"{day}T10:00"))])
    lake.songs("A", [song()])
    other = json_lines([event(page="Home", ts=milliseconds("2018-11-02T11:00"))])
    lake.raw("log_data/2018/11/2018-11-02-late.json", b'{"ts": 12,\n' + other)
    lake.raw("log_data/_SUCCESS", b"")
    said = folder.sparkify("load")
    assert said.status == 1
    assert said.rows["songplays"] == 2
    mentions(said.out, "log_data/_SUCCESS")
    mentions(said.err, "staging_events 2018-11-02", " 1 ", " 0 ", "log_data/2018/11/2018-11-02-late.json:1")
    mentions(said.err.strip().splitlines()[-1], "log_data/2018/11/2018-11-02-late.json:1")
    mentions(said.out, "1 rejected")
    state, text = findings(folder.sparkify("doctor"))["to load"]
    assert state == "note"
    mentions(text, "staging_events", "2018-11-02", "`sparkify load`")
    said = folder.sparkify("load", SPARKIFY_MAX_REJECTED="1")
    assert said.status == 0
    mentions(said.out, "1 rejected record", "1 warned", "staging_events.rejected_records_within_limit (2018-11-02)")


@pytest.mark.parametrize(
    ("arguments", "settings", "told"),
    [
        (["load"], {}, ("data/lake", "SPARKIFY_LAKE")),
        (["load", "--from", "2018-11-05", "--to", "2018-11-01"], {}, ("--to", "2018-11-01", "--from", "2018-11-05")),
        (["load", "--from", "tomorrow"], {}, ("--from", "'tomorrow'", "'%Y-%m-%d'")),
        (["load"], {"SPARKIFY_LOG_START": "first"}, ("SPARKIFY_LOG_START", "'first'")),
        (["query", "SELECT 1"], {}, ("sparkify.duckdb", "`sparkify load`")),
        (["nonsense"], {}, ("'nonsense'",)),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_mistake_is_one_message_and_status_1(
    arguments: list[str], settings: dict[str, str], told: tuple[str, ...], folder: Folder
) -> None:
    said = folder.sparkify(*arguments, **settings)
    assert said.status == 1
    mentions(said.reason, *told)


def test_an_interrupted_load_ends_plainly_and_the_next_does_the_rest(folder: Folder) -> None:
    assert folder.sparkify("sample", "--days", "3", "--songs", "4", "--events-per-day", "100").status == 0
    process = subprocess.Popen(
        [*COMMAND, "load"], cwd=folder.path, env=folder.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    give_up = time.monotonic() + 60
    while not (folder.path / "data/sparkify.duckdb").exists():
        assert time.monotonic() < give_up
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Traceback" not in err
    mentions(err.strip().splitlines()[-1], "stopped", "again")
    said = folder.sparkify("load")
    assert said.status == 0
    assert said.rows["staging_events"] == 300
