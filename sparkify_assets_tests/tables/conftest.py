"""A warehouse that the tests of a file share; each test works in a transaction that is rolled back."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from sparkify_assets.warehouse.session import SqlSession
from sparkify_assets_tests.support import ENGINES, event, new_warehouse, song
from sparkify_assets_tests.tables.given import Given


class RolledBack(Exception):
    """Ends the transaction of a test."""


@pytest.fixture(scope="module", params=ENGINES)
def opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlSession]:
    with new_warehouse(request.param, tmp_path_factory.mktemp("warehouse")).session() as session:
        assert isinstance(session, SqlSession)
        _load_once(session, tmp_path_factory.mktemp("first"))
        yield session


def _load_once(session: SqlSession, folder: Path) -> None:
    """The first load of a process translates its statements, which is no test's own time."""
    if session.dialect not in _translated:
        _translated.add(session.dialect)
        with suppress(RolledBack), session.transaction():
            given = Given(session, folder / "lake")
            given.events(event())
            given.songs(song())
            given.load()
            given.build()
            raise RolledBack


_translated: set[str] = set()


@pytest.fixture
def given(opened: SqlSession, tmp_path: Path) -> Iterator[Given]:
    with suppress(RolledBack), opened.transaction():
        yield Given(opened, tmp_path / "lake")
        raise RolledBack
