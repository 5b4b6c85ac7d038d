"""A warehouse that the tests of a file share; each test works in a transaction that is rolled back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sparkify_assets.warehouse.session import SqlSession
from sparkify_assets_tests.support import ENGINES, new_warehouse
from sparkify_assets_tests.tables.given import Given


class RolledBack(Exception):
    """Ends the transaction of a test."""


@pytest.fixture(scope="module", params=ENGINES)
def opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlSession]:
    with new_warehouse(request.param, tmp_path_factory.mktemp("warehouse")).session() as session:
        assert isinstance(session, SqlSession)
        yield session


@pytest.fixture
def given(opened: SqlSession, tmp_path: Path) -> Iterator[Given]:
    try:
        with opened.transaction():
            yield Given(opened, tmp_path / "lake")
            raise RolledBack
    except RolledBack:
        pass
