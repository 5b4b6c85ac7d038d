"""A process of somebody who is not root, for the tests beside it: it imports what it needs first, since root's folders may be closed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
HEAD = """
import os, sys
from pathlib import Path
from sparkify_assets_tests.support import *
from sparkify_assets_tests.warehouse.opened import *
from sparkify_assets.warehouse.duckdb import DuckDBWarehouse

def become_nobody():
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
"""


def answer(script: str, *arguments: object) -> str:
    """What a script (after HEAD) prints; skips the test where root may not become somebody else."""
    command = [sys.executable, "-c", HEAD + script, *map(str, arguments)]
    run = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(PROJECT)}, capture_output=True, text=True, timeout=60, check=False)
    if "Operation not permitted" in run.stderr:
        pytest.skip("root may not become somebody else here")
    assert run.returncode == 0, run.stderr
    return run.stdout
