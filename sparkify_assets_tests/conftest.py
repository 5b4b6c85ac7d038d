"""Flags of the whole suite.  Fixtures belong to the rooms that use them."""

import os

import pytest

from sparkify_assets.settings import Settings

# A developer's own settings are not the tests': each names what it needs.
for name in [n for n in os.environ if n.startswith("SPARKIFY_") and n != "SPARKIFY_REAL_DATA"]:
    del os.environ[name]
Settings.model_config["env_file"] = None



def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--histories", type=int, default=200, help="how many random histories the test of convergence tries (default: 200)")
    parser.addoption("--snapshot", action="store_true", help="write what is photographed anew instead of comparing it; then read the diff")
