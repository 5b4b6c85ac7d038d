"""What an entry point costs before it does anything: counts, no times."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.integration  # a process that imports everything

COUNTED = """
import gc
collections = []
gc.callbacks.append(lambda phase, info: collections.append(phase) if phase == "start" else None)
import {module}
print(len(collections))
"""


def collections(module: str) -> int:
    """Runs of the garbage collector while the module is imported."""
    done = subprocess.run([sys.executable, "-c", COUNTED.format(module=module)], capture_output=True, text=True, check=True)
    return int(done.stdout)


def test_the_garbage_collector_seldom_runs() -> None:
    """At Python's own thresholds: 79 times for the command, and 231 for the definitions after Dagster itself."""
    assert collections("sparkify_assets.cli") <= 25
    assert collections("sparkify_assets.definitions") - collections("dagster") <= 15


def test_the_definitions_import_no_database() -> None:
    """Dagster's storages, with SQLAlchemy and Alembic, take a third of the definitions' own time; only what opens a history needs them."""
    code = "import sys, sparkify_assets.definitions; print([name for name in ('sqlalchemy', 'alembic') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
