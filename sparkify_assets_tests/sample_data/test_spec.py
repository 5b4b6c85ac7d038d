"""What is asked for is what is written: the same for the same spec, everywhere; and what cannot be asked for."""

import math
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sparkify_assets.sample_data import SampleSpec, write_sample_lake
from sparkify_assets_tests.sample_data.reading import SPEC, TINY, Lake, digest
from sparkify_assets_tests.support import raises


@pytest.mark.integration
def test_the_same_spec_gives_the_same_bytes(tmp_path: Path, lake: Lake) -> None:
    assert write_sample_lake(tmp_path / "again", SPEC) == lake.summary
    assert digest(tmp_path / "again") == digest(lake.root)


def test_the_bytes_do_not_depend_on_the_machine_or_the_python(tmp_path: Path) -> None:
    """Pinned: if it changes, every sample lake changes. Do so on purpose, and say so in the release's notes."""
    write_sample_lake(tmp_path, SampleSpec(songs=50, days=3, events_per_day=200))
    assert digest(tmp_path) == "2b81589e48d153c418e0c30c794ae2ed56b43643592e314cf7254d09467bacb7"


def test_another_seed_gives_another_lake(tmp_path: Path) -> None:
    write_sample_lake(tmp_path / "one", TINY)
    write_sample_lake(tmp_path / "two", SampleSpec(songs=3, days=2, events_per_day=5, seed=2))
    assert digest(tmp_path / "one") != digest(tmp_path / "two")


@pytest.mark.parametrize("share", [0, 0.5, 1])
def test_any_share_can_be_asked_for(tmp_path: Path, share: float) -> None:
    spec = SampleSpec(songs=20, days=2, events_per_day=1000, match=share, double_encoded=0)
    summary = write_sample_lake(tmp_path, spec)
    assert math.isclose(summary.matched_plays / summary.plays, share, abs_tol=0.05 if share == 0.5 else 0)


@pytest.mark.parametrize(
    ("option", "wrong", "expected"),
    [
        ("songs", 0, ["--songs", 0, 1]),
        ("songs", 1.5, ["--songs", 1.5, 1]),
        ("days", -1, ["--days", -1, 1]),
        ("events_per_day", 0, ["--events-per-day", 0, 1]),
        ("events_per_day", True, ["--events-per-day", True, 1]),
        ("seed", "one", ["--seed", "'one'", "number"]),
        ("match", 1.01, ["--match", 1.01, 0, 1, 0.25]),
        ("match", float("nan"), ["--match", "nan", 0, 1, 0.25]),
        ("double_encoded", -0.1, ["--double-encoded", -0.1, 0, 1, 0.25]),
        ("start", "2018-11-01", ["--start", "'2018-11-01'", " 2018-11-01"]),
        ("start", date(1969, 7, 20), ["--start", "1969-07-20", "1971-01-01"]),
        ("start", date(9999, 12, 31), ["--start", "9999-12-31", "--days", 30, "before 9999-12-31"]),
    ],
)
def test_a_bad_spec_is_refused_in_the_words_of_the_command(option: str, wrong: Any, expected: list[object]) -> None:
    """The option's name, what was found, and the limits."""
    with raises(ValueError, *expected):
        SampleSpec(**{option: wrong})
