"""A platform that runs for one test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sparkify_assets_tests.live.platform import Live


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Live]:
    """Not started yet, with an empty lake; nothing of it outlives the test."""
    with Live(tmp_path) as live:
        yield live
