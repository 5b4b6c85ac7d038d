"""A warehouse that the tests of a file share; each test works in a transaction that is rolled back."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from functools import cache
from pathlib import Path

import pytest

from sparkify_assets.warehouse import Session
from sparkify_assets_tests.support import ENGINES, event, song, warehouses_of_a_file
from sparkify_assets_tests.tables.given import Given


class RolledBack(Exception):
    """Ends the transaction of a test."""


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def sessions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Session]]:
    """Of each engine one for the file."""
    with ExitStack() as stack:
        warehouse = stack.enter_context(warehouses_of_a_file(tmp_path_factory))

        @cache
        def opened(engine: str) -> Session:
            session = stack.enter_context(warehouse(engine).session())
            assert isinstance(session, Session)
            _load_once(session, tmp_path_factory.mktemp("first"))
            return session

        yield opened


@pytest.fixture
def opened(engine: str, sessions: Callable[[str], Session]) -> Session:
    return sessions(engine)


def _load_once(session: Session, folder: Path) -> None:
    """The first load of a process translates its statements, which is no test's own time."""
    if session.sql.dialect not in _translated:
        _translated.add(session.sql.dialect)
        with suppress(RolledBack), session.sql.transaction():
            given = Given(session, folder / "lake")
            given.events(event())
            given.songs(song())
            given.load()
            given.build()
            raise RolledBack


_translated: set[str] = set()


@pytest.fixture
def given(opened: Session, tmp_path: Path) -> Iterator[Given]:
    with suppress(RolledBack), opened.sql.transaction():
        yield Given(opened, tmp_path / "lake")
        raise RolledBack
