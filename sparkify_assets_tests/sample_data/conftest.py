"""One lake, read by many tests and changed by none."""

import pytest

from sparkify_assets.sample_data import write_sample_lake
from sparkify_assets_tests.sample_data.reading import SPEC, Lake, read_lake


@pytest.fixture(scope="session")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    root = tmp_path_factory.mktemp("sample") / "lake"
    return read_lake(root, write_sample_lake(root, SPEC))
