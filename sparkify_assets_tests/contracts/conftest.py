"""Fixtures: the warehouse of a contract. Every test here runs once for each engine.

Put here fixtures that do not depend on the engine. Do not put here records (tiny_lake.py).
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sparkify_assets.warehouse import Warehouse
from sparkify_assets_tests.support import ENGINES, LakeDirectory, opened_warehouse


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def make_warehouse(engine: str, tmp_path: Path) -> Iterator[Callable[[str], Warehouse]]:
    """Creates warehouses, for a test that needs more than one."""
    with ExitStack() as stack:

        def make(name: str) -> Warehouse:
            folder = tmp_path / name
            folder.mkdir()
            return stack.enter_context(opened_warehouse(engine, folder))

        yield make


@pytest.fixture
def warehouse(make_warehouse: Callable[[str], Warehouse]) -> Warehouse:
    return make_warehouse("warehouse")


@pytest.fixture
def lake(tmp_path: Path) -> LakeDirectory:
    return LakeDirectory(tmp_path / "lake")
