"""A warehouse that the tests of a file share, emptied for each: to make one takes longer than to ask it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlglot import exp

from sparkify_assets.warehouse.session import SqlSession
from sparkify_assets_tests.support import ENGINES, new_warehouse
from sparkify_assets_tests.tables.given import CATALOG, Given


@pytest.fixture(scope="module", params=ENGINES)
def opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlSession]:
    with new_warehouse(request.param, tmp_path_factory.mktemp("warehouse")).session() as session:
        assert isinstance(session, SqlSession)
        yield session


@pytest.fixture
def given(opened: SqlSession, tmp_path: Path) -> Given:
    with opened.transaction():
        for table in CATALOG:
            opened.run(exp.delete(table.name))
    return Given(opened, tmp_path / "lake")
