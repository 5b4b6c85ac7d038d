"""Invariant 1 with all that production runs: after any history of loads, runs and ticks, the tables match the lake.

Staging, dimensions and fact are compared with expected_rows.py, which shares no code with the loader; every table with a fresh load.
test_convergence.py tries far more histories, of the warehouse alone.

Put here what must hold. Do not put here what happens (load_history.py).
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from sparkify_assets.model import load_catalog
from sparkify_assets.orchestration.partitions import KEY, RANGE_END, RANGE_START
from sparkify_assets.warehouse.duckdb import DuckDBWarehouse
from sparkify_assets_tests.contracts.expected_rows import expected_rows
from sparkify_assets_tests.contracts.load_history import LoadHistory
from sparkify_assets_tests.contracts.tiny_lake import PARTITIONS, QUIET, File, Files, broken_in, key_of
from sparkify_assets_tests.support import LakeDirectory, derived_tables, in_order, load_all, tables

ACTS = 3
FEW, MANY = 3, 100
"""Histories in `make test` and in `make test-slow`; the latter begins after the few."""
ANY_NUMBER = 1 << 30


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrize tests by the numbers of the histories; --first-history sets the first one."""
    first = metafunc.config.getoption("first_history")
    assert isinstance(first, int)
    histories = range(first + FEW, first + FEW + MANY) if metafunc.definition.get_closest_marker("slow") else range(first, first + FEW)
    metafunc.parametrize("number", histories)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same for all histories of the process, so that they share one Definitions."""
    return tmp_path_factory.mktemp("histories")


@pytest.mark.integration
def test_every_history_of_loads_converges(folder: Path, number: int) -> None:
    live_and_check(folder, number)


@pytest.mark.slow
def test_a_hundred_histories_of_loads_converge(folder: Path, number: int) -> None:
    live_and_check(folder, number)


def live_and_check(folder: Path, number: int) -> None:
    history = LoadHistory(number, folder / "platform")
    try:
        history.live(ACTS)
        history.say("the last load, tolerance", history.tolerated)
        history.run_loader()
        check(history, folder)
    except BaseException as error:
        error.add_note(f"History {number}:\n  " + "\n  ".join(history.steps))
        raise
    finally:
        history.close()


def check(history: LoadHistory, folder: Path) -> None:
    found = tables(history.warehouse)
    held = {(table, p): held_by(history, table, p, found) for table, keys in PARTITIONS.items() for p in [*keys, QUIET[table]]}
    expected = expected_rows(contents(held, "staging_events"), contents(held, "staging_songs"))
    assert len(expected) == 10
    for table, rows in expected.items():
        assert found[table] == in_order(rows), table
    rejected = Counter((row[0], row[1]) for row in found["rejected_records"])
    assert rejected == Counter({key: broken_in(files) for key, files in held.items() if broken_in(files)})
    fresh = load_from_nothing(held, folder / "fresh")
    for table in derived_tables(load_catalog()):
        assert found[table.name] == fresh[table.name], table.name
    for lookup in load_catalog().lookups:
        assert found[lookup] == fresh[lookup], lookup
    with history.warehouse.session() as session:
        assert not session.metadata.stale_partitions()
    check_that_sensors_are_content(history)


def held_by(history: LoadHistory, table: str, partition: str, found: dict[str, list[tuple[object, ...]]]) -> Files:
    """The version of the partition that staging holds, rejected records included."""
    rejected = sum(row[:2] == (table, partition) for row in found["rejected_records"])
    rows = [row for row in found[table] if str(row[-1]) == partition]
    name = "logs" if table == "staging_events" else "catalogue"
    for files in reversed(history.may_be_held(table, partition)):
        told = {partition: [file.content for file in files.values()]}
        if broken_in(files) == rejected and in_order(expected_rows(**{"logs": {}, "catalogue": {}} | {name: told})[table]) == rows:
            return files
    raise AssertionError(f"{table} {partition} holds what was never to be there: {rows}, {rejected} rejected")


def contents(held: dict[tuple[str, str], Files], table: str) -> dict[str, Sequence[bytes]]:
    return {partition: [file.content for file in files.values()] for (name, partition), files in held.items() if name == table}


def load_from_nothing(held: dict[tuple[str, str], Files], folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every table of a new warehouse into which only these files are loaded."""
    number = sum(1 for _ in folder.parent.glob("fresh*"))
    folder = folder.with_name(f"fresh{number}")
    lake = LakeDirectory(folder / "lake")
    for (table, partition), files in held.items():
        for name, file in {**files}.items() or [("a", File([]))]:
            lake.raw(key_of((table, partition, name)), file.content)
    warehouse = DuckDBWarehouse(folder / "warehouse.duckdb", load_catalog(), on_wait=pytest.fail)
    load_all(warehouse, lake.root, ANY_NUMBER)
    return tables(warehouse)


def check_that_sensors_are_content(history: LoadHistory) -> None:
    """Sensors without a cursor, which then look at everything, request rejected partitions at most."""
    history.cursors.clear()
    refused = {partition for _, partition in history.refused()}
    for name in ("log_files", "song_files"):
        for request in history.look(name):
            ends = {request.tags.get(tag) for tag in (KEY, RANGE_START, RANGE_END)} - {None}
            assert ends <= refused, f"{name} asks for {sorted(map(str, ends))}"
    assert not history.look("pending_refreshes")
