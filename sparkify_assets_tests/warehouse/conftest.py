"""A warehouse that the tests of a file share, each with a lake of its own; and what a warehouse needs to be opened by others."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sparkify_assets.warehouse import Session
from sparkify_assets_tests.support import new_warehouse
from sparkify_assets_tests.warehouse.opened import CATALOG, Opened


@pytest.fixture(scope="module")
def shared_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """To open a warehouse takes longer than most tests."""
    with new_warehouse("duckdb", tmp_path_factory.mktemp("warehouse")).session() as session:
        yield session


@pytest.fixture
def opened(shared_session: Session, tmp_path: Path) -> Opened:
    """The shared warehouse, empty."""
    with shared_session.sql.transaction():
        for table in CATALOG:
            shared_session.sql.execute(f"DELETE FROM {table.name}")
    return Opened(shared_session, tmp_path / "lake")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that anybody may write to: pytest's own are closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="sparkify-warehouse-"))
    folder.chmod(0o777)
    yield folder
    for path in folder.rglob("*"):
        path.chmod(0o755)
    shutil.rmtree(folder)
