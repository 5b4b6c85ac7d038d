"""Which days `sparkify dev` shows, and the page that it serves.  (As people start it: test_installed.py.)"""

import urllib.error
import urllib.request
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from sparkify_assets.cli.dev import end_of_the_days
from sparkify_assets.cli.page_server import serve_page
from sparkify_assets.settings import Settings, read_settings
from sparkify_assets_tests.support import LakeDirectory, event

YESTERDAY = datetime.now(UTC).date() - timedelta(days=1)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Those of somebody who has set none."""
    monkeypatch.chdir(tmp_path)
    return read_settings()


def deliver(*days: str) -> None:
    for day in days:
        LakeDirectory(Path("data/lake").absolute()).events(day, [event()])


def test_a_finished_lake_ends_with_its_last_day(settings: Settings) -> None:
    deliver("2018-11-01", "2018-12-07")
    assert end_of_the_days(settings) == date(2018, 12, 8)


def test_a_lake_that_still_grows_has_no_end(settings: Settings) -> None:
    deliver("2018-11-01", str(YESTERDAY))
    assert end_of_the_days(settings) is None


@pytest.mark.parametrize("chosen", [{"log_end": date(2019, 1, 1)}, {"log_start": date(2019, 1, 1)}, {"lake": "data/lake"}])
def test_what_somebody_has_set_stays(chosen: dict[str, object], settings: Settings) -> None:
    deliver("2018-11-01")
    assert end_of_the_days(read_settings(**chosen)) is None


def test_without_a_lake_there_is_no_end(settings: Settings) -> None:
    assert end_of_the_days(settings) is None


def test_the_page_is_served_as_it_then_is(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    url = serve_page(page, 0)
    with pytest.raises(urllib.error.HTTPError, match=r"404: page.html is not there yet"):
        urllib.request.urlopen(url, timeout=10)
    for content in (b"one", b"another"):
        page.write_bytes(content)
        with urllib.request.urlopen(url, timeout=10) as answer:
            assert answer.read() == content
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{url}etc/passwd", timeout=10)


def test_a_port_that_is_taken_is_left_to_whoever_has_it(tmp_path: Path) -> None:
    first = serve_page(tmp_path / "one", 0)
    port = int(first.rstrip("/").rsplit(":", 1)[1])
    assert serve_page(tmp_path / "two", port) != first
