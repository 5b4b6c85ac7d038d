"""``sparkify forget`` as its user sees it.  What is found and what is deleted is tested in orchestration/test_forgetting.py."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from sparkify_assets_tests.cli.conftest import Folder
from sparkify_assets_tests.support import LakeDirectory, event, mentions, milliseconds, song

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("cli-forget")]

DAY = "2018-11-01"
KEY = f"log_data/2018/11/{DAY}-events.json"


def deliver(folder: Folder, *users: str) -> None:
    lake = LakeDirectory(folder.path / "data/lake")
    names = {"15": "Qname"}
    lake.events(
        DAY,
        [
            event(userId=user, sessionId=n, firstName=names.get(user, "Anna"), ts=milliseconds(f"{DAY}T10:00:00") + n)
            for n, user in enumerate(users)
        ],
    )
    lake.songs("A", [song()])


@pytest.fixture(scope="module")
def loaded(new_folder: Callable[[], Folder]) -> Folder:
    folder = new_folder()
    deliver(folder, "8", "15", "150")
    assert folder.afresh("load").status == 0
    return folder


def test_the_list_has_three_forms(loaded: Folder) -> None:
    text, as_json, as_csv = (loaded.sparkify("forget", "15", *options) for options in ([], ["--as", "json"], ["--as", "csv"]))
    assert (text.status, text.out) == (0, f"{KEY}:2\n")
    mentions(text.err, "1 record", "--done")
    expected = {"file": KEY, "line": 2, "last_line": 2, "number": 1, "of": 1, "is_certain": True}
    assert json.loads(as_json.out) == expected
    assert list(csv.DictReader(as_csv.out.splitlines())) == [{name: str(value) for name, value in expected.items()}]


def test_what_is_no_id_is_told(loaded: Folder) -> None:
    said = loaded.sparkify("forget", "Lily")
    assert said.status == 1
    mentions(said.reason, "'Lily'", "user_id", "whole number")


def test_a_user_is_forgotten_when_the_lake_has_none_of_the_records(loaded: Folder) -> None:
    early = loaded.sparkify("forget", "15", "--done", "--yes")
    assert early.status == 1
    mentions(early.reason, 1, f"{KEY}:2")
    assert any(b"Qname" in content for content in all_files(loaded.path / "data/dagster"))
    deliver(loaded, "8", "150")
    assert loaded.sparkify("forget", "15", "--done", answer="n\n").status == 1
    said = loaded.afresh("forget", "15", "--done", answer="y\n")
    assert said.status == 0, said.err
    assert (said.rows["staging_events"], said.rows["users"], said.rows["songplays"]) == (2, 2, 2)
    assert not any(b"Qname" in content for content in all_files(loaded.path / "data/dagster"))
    none = loaded.sparkify("forget", "15")
    assert none.status == 0
    mentions(none.err, "0 records", "Nothing is to be removed")
    mistaken = loaded.sparkify("forget", "424242", "--done", "--yes")
    assert mistaken.status == 1
    mentions(mistaken.reason, "no table has a row of user 424242", "id is wrong", "nothing was done")
    (loaded.path / "data/lake/log_data/2018/11/bad.json.gz").write_bytes(b"no gzip")
    unread = loaded.sparkify("forget", "15")
    assert unread.status == 1
    mentions(unread.reason, "not complete", "1 file")
    (loaded.path / "data/lake/log_data/2018/11/bad.json.gz").unlink()
    assert b"Qname" not in (loaded.path / "data/dashboard.html").read_bytes()
    again = loaded.sparkify("load")
    mentions(again.out, "0 partitions")
    assert again.status == 0


def all_files(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
