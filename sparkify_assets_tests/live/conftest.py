"""One platform of running processes for all tests here. Each test uses its own days and songs, and leaves a lake without invalid files.

Put here the platform and deliveries. Do not put here access to it (platform.py, asking.py, seeing.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sparkify_assets.model import load_catalog
from sparkify_assets_tests.live.platform import Live
from sparkify_assets_tests.notifications.servers import HttpReceiver, MailReceiver, http_receiver, mail_receiver
from sparkify_assets_tests.support import Record, event, load_all, milliseconds, new_warehouse, song

REPORT = "SELECT COALESCE(SUM(plays), 0)::INT FROM popular_hours"


@dataclass
class Receivers:
    """The services that get alerts."""

    http: HttpReceiver
    mail: MailReceiver


@pytest.fixture(scope="session")
def receivers() -> Iterator[Receivers]:
    with http_receiver() as http, mail_receiver() as mail:
        yield Receivers(http, mail)


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory, receivers: Receivers) -> Iterator[Live]:
    """Started, with a song and a day loaded before, so that its sensors have nothing to do."""
    urls = f"{receivers.http.url},{receivers.mail.url}"
    with Live(tmp_path_factory.mktemp("platform"), SPARKIFY_LOG_END="2019-12-01", SPARKIFY_ALERT_URLS=urls) as live:
        live.lake.songs("A", [song()])
        deliver(live, "2018-11-01")
        assert live.sparkify("load").status == 0
        yield live.start()


@pytest.fixture
def live(platform: Live, tmp_path: Path) -> Iterator[Live]:
    """The platform with all services running. After the test, every table must equal a load of the lake from scratch."""
    yield platform.start()
    platform.start()
    wait_for_plays(platform, plays_of(platform))
    assert_as_from_nothing(platform, tmp_path)


def deliver(live: Live, day: str, plays: int = 1, name: str = "events", **overrides: object) -> str:
    """Deliver ``plays`` plays of a day, in a session of their own; returns the file's key."""
    return live.lake.events(day, [play(day, item, **overrides) for item in range(plays)], name)


def play(day: str, item: int, **overrides: object) -> Record:
    about = {"ts": milliseconds(f"{day}T12:00:00.000") + item, "sessionId": int(day.replace("-", "")), "itemInSession": item}
    return event(**about | overrides)


def plays_of(live: Live) -> int:
    """The number of plays in the report."""
    return live.rows(REPORT)[0][0]


def wait_for_plays(live: Live, plays: int) -> None:
    """Wait until the report counts this number of plays, no refresh is pending and no run is left.

    One report may be ahead of another: a run that is launched again computes only what the killed one had left.
    """
    live.wait_until(f"the report to count {plays} plays", lambda: plays_of(live) == plays)
    live.wait_until("all that follows to be made", lambda: live.rows("SELECT DISTINCT table_name FROM pending_refreshes") == [])
    live.wait_for_quiet()


def assert_as_from_nothing(live: Live, folder: Path) -> None:
    warehouse = new_warehouse("duckdb", folder)
    load_all(warehouse, live.lake.root)
    for table in load_catalog().layer("staging", "dimensions", "facts", "reports"):
        rows = f"SELECT COALESCE(CAST(COLUMNS(*) AS VARCHAR), 'null') FROM {table.name} ORDER BY ALL"
        expected = [tuple(row) for row in warehouse.query(rows).rows]
        assert live.rows(rows) == expected, table.name
