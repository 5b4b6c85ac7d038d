"""The architecture: which package may import which, which modules import one another in a cycle, and where Dagster's internals are used.

DAGSTER_INTERNALS lists what still stands and should not.  It may only shrink: what is new makes a test fail, and so does an entry that is
no longer true.
"""

import ast
from collections.abc import Collection
from pathlib import Path

import pytest

from sparkify_assets_tests.imports import Imports, among, cycles, imports_of, modules_of, parsed

pytestmark = pytest.mark.xdist_group("architecture")  # one process reads all files

PROJECT = Path(__file__).parents[1]
PLATFORM, TESTS = PROJECT / "sparkify_assets", PROJECT / "sparkify_assets_tests"
MODULES = {name: path for root in (PLATFORM, TESTS) for name, path in modules_of(root).items()}
OF_PLATFORM = [name for name in MODULES if name.split(".")[0] == "sparkify_assets"]

MAY_IMPORT = {
    "tables": set(),
    "text": set(),
    "errors": set(),
    "limits": set(),
    "startup": set(),
    "notifications": {"errors", "text"},
    "settings": {"notifications", "errors"},
    "factories": {"lake", "model", "settings", "warehouse"},
    "model": {"tables", "errors"},
    "dashboard": {"model", "errors", "lake", "limits", "settings", "text"},
    "sample_data": {"errors"},
    "aws": {"errors"},
    "lake": {"model", "errors", "limits"},
    "ingest": {"lake", "model", "errors"},
    "warehouse": {"lake", "ingest", "limits", "model", "errors", "text"},
    "orchestration": {"notifications", "dashboard", "limits", "factories", "warehouse", "lake", "ingest"}
    | {"model", "errors", "settings", "text"},
    "definitions": {"orchestration", "model", "settings", "startup"},
    "cli": {"notifications", "aws", "definitions", "factories", "orchestration", "warehouse", "lake", "model", "ingest"}
    | {"sample_data", "errors", "limits", "settings", "startup", "text"},
}
"""package (or module) of sparkify_assets → the others that it may import"""

DAGSTER_INTERNALS: dict[str, set[str]] = {
    "sparkify_assets.orchestration.instance": {
        "dagster._core.definitions.asset_checks.asset_check_evaluation",
        "dagster._core.errors",
        "dagster._core.execution.stats",
        "dagster._core.remote_origin",
        "dagster._core.storage.asset_check_execution_record",
        "dagster._core.storage.tags",
    },
    "sparkify_assets.orchestration.history": {
        "dagster._core.events",
        "dagster._core.storage.asset_check_execution_record",
        "dagster._core.storage.event_log.schema",
        "dagster._core.storage.event_log.sql_event_log",
        "dagster._core.storage.event_log.sqlite.sqlite_event_log",
        "dagster._core.storage.sql",
        "dagster._core.storage.sqlite",
        "dagster._core.storage.sqlite_storage",
        "dagster._serdes",
    },
    "sparkify_assets.orchestration.history_prune": {
        "dagster._core.events",
        "dagster._core.execution.backfill",
        "dagster._core.scheduler.instigation",
        "dagster._core.storage.event_log.schema",
        "dagster._core.storage.event_log.sql_event_log",
        "dagster._core.storage.event_log.sqlite.sqlite_event_log",
        "dagster._core.storage.local_compute_log_manager",
        "dagster._core.storage.runs.schema",
        "dagster._core.storage.runs.sql_run_storage",
        "dagster._core.storage.schedules.schema",
        "dagster._core.storage.schedules.sql_schedule_storage",
        "dagster._core.storage.tags",
    },
    "sparkify_assets_tests.live.test_year": {"dagster._core.scheduler.instigation"},
    "sparkify_assets.orchestration.run_launcher": {
        "dagster._core.errors",
        "dagster._core.launcher.base",
        "dagster._grpc.client",
        "dagster._grpc.types",
        "dagster._serdes",
    },
    "sparkify_assets_tests.deploy.test_files": {
        "dagster._cli",
        "dagster._core.instance.config",
        "dagster._core.workspace.load",
        "dagster._daemon.cli",
    },
    "sparkify_assets.orchestration.metrics": {
        "dagster._core.storage.runs.schema",
        "dagster._core.storage.runs.sql_run_storage",
    },
    "sparkify_assets.orchestration.platform_state": {
        "dagster._core.scheduler.instigation",
        "dagster._core.storage.runs.schema",
        "dagster._core.storage.runs.sql_run_storage",
        "dagster._core.storage.schedules.schema",
        "dagster._core.storage.schedules.sql_schedule_storage",
    },
    "sparkify_assets_tests.live.daemon": {"dagster._daemon.cli", "dagster._daemon.daemon"},
    "sparkify_assets_tests.orchestration.conftest": {"dagster._core.storage.event_log"},
    "sparkify_assets_tests.orchestration.test_history_prune": {"dagster._core.execution.backfill", "dagster._core.scheduler.instigation"},
    "sparkify_assets_tests.orchestration.test_alerts": {"dagster._core.storage.tags"},
    "sparkify_assets_tests.orchestration.test_metrics": {
        "dagster._core.scheduler.instigation",
        "dagster._core.storage.runs.schema",
        "dagster._core.storage.schedules.schema",
    },
    "sparkify_assets_tests.orchestration.test_platform_health": {
        "dagster._core.definitions.run_request",
        "dagster._core.remote_origin",
        "dagster._core.scheduler.instigation",
        "dagster._core.storage.runs.schema",
        "dagster._daemon.types",
    },
    "sparkify_assets_tests.orchestration.test_interrupts": {"dagster._utils.interrupts"},
    "sparkify_assets_tests.orchestration.test_run_launcher": {"dagster._core.launcher.base", "dagster._core.storage.tags"},
}
"""module → what it imports from Dagster that is not public"""


def package(name: str) -> str:
    """The part of sparkify_assets that a module belongs to."""
    return [*name.split("."), ""][1]


def internal(name: str) -> bool:
    """Whether a module belongs to Dagster (or an integration of it) and is not public."""
    first, *others = name.split(".")
    return first.startswith("dagster") and any(part.startswith("_") for part in others)


def assert_only_listed(found: Collection[object], listed: Collection[object], of: str) -> None:
    """Fails for what is found and not listed, and for what is listed and no longer found."""
    new = [each for each in found if each not in listed]
    gone = [each for each in listed if each not in found]
    assert not new, f"new in {of}: {new}; remove it from the code, the list may only shrink"
    assert not gone, f"no longer there: {gone}; remove it from {of}"


@pytest.fixture(scope="module")
def imports() -> Imports:
    """What every module imports, Dagster and other libraries included."""
    return {name: imports_of(name, path, MODULES) for name, path in MODULES.items()}


@pytest.mark.usefixtures("imports")  # which has parsed every file
def test_every_module_says_what_it_contains() -> None:
    assert not [name for name, path in MODULES.items() if not ast.get_docstring(parsed(path))]


def test_imports_between_packages_go_one_way(imports: Imports) -> None:
    pairs = {(name, i) for name in OF_PLATFORM for i in imports[name] if package(name)}
    between = {(name, i) for name, i in pairs if i.startswith("sparkify_assets") and package(i) not in ("", package(name))}
    assert not [(name, i) for name, i in sorted(between) if package(i) not in MAY_IMPORT[package(name)] or i not in OF_PLATFORM]


def test_dagster_is_imported_by_orchestration_and_definitions_only(imports: Imports) -> None:
    others = [name for name in OF_PLATFORM if package(name) not in ("orchestration", "definitions")]
    assert not [(name, i) for name in others for i in imports[name] if i.startswith("dagster")]


def test_no_modules_import_one_another_in_a_cycle(imports: Imports) -> None:
    assert cycles(among(imports)) == set()


def test_dagsters_internals_are_used_where_they_are_listed_only(imports: Imports) -> None:
    found = {(name, i) for name in MODULES for i in imports[name] if internal(i)}
    listed = {(name, i) for name, internals in DAGSTER_INTERNALS.items() for i in internals}
    assert_only_listed(sorted(found), sorted(listed), "DAGSTER_INTERNALS")


# the guards themselves

CYCLE = {
    "a/__init__.py": "from a.b import B",
    "a/b.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a import c",
    "a/c.py": "def late() -> None:\n    from .d.e import E",
    "a/d/__init__.py": "",
    "a/d/e.py": "from .. import b",
    "a/f.py": "import dagster._core\nfrom dagster import _utils, Definitions\nfrom a import B\nimport a.c",
}


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A package with one cycle, of which each import is written in another way."""
    for name, text in CYCLE.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path / "a"


def test_a_cycle_is_found_however_the_imports_are_written(written: Path) -> None:
    known = modules_of(written)
    graph = among({name: imports_of(name, path, known) for name, path in known.items()})
    assert graph["a.f"] == {"a", "a.c"}
    assert cycles(graph) == {("a.b", "a.c", "a.d.e")}


def test_internals_of_dagster_are_found_however_they_are_imported(written: Path) -> None:
    found = imports_of("a.f", written / "f.py", modules_of(written))
    assert {i for i in found if internal(i)} == {"dagster._core", "dagster._utils"}


@pytest.mark.parametrize(("found", "listed", "told"), [([1, 2], [1], "new in X: .2."), ([1], [1, 2], "no longer there: .2.; remove it")])
def test_the_lists_may_only_shrink(found: list[object], listed: list[object], told: str) -> None:
    with pytest.raises(AssertionError, match=told):
        assert_only_listed(found, listed, "X")
