"""What holds for the whole suite: its options, its tiers, its golden files.

Put here: what every package of tests needs.  Do not put here: fixtures of one package; they belong to its own conftest.py.
"""

import gc
import os
import signal
import sys
import time
from collections.abc import Generator
from pathlib import Path

import pytest
from _pytest.nodeid import coerce_node_id
from hypothesis import settings as hypothesis_settings

import sparkify_assets.startup  # noqa: F401 - before the imports that it makes faster
from sparkify_assets.settings import Settings
from sparkify_assets_tests.golden.files import Golden
from sparkify_assets_tests.shared import TestRun

# A developer's own settings are not the tests': each names what it needs.  With --redshift, those of the cluster are.
CLUSTER = ("SPARKIFY_REDSHIFT_", "SPARKIFY_LAKE", "SPARKIFY_S3_", "SPARKIFY_TEST_ON_REDSHIFT")
if "--redshift" in sys.argv:
    os.environ["SPARKIFY_TEST_ON_REDSHIFT"] = "1"  # in the environment: the processes of `pytest -n` have no such argument
if "--postgresql" in sys.argv:
    os.environ["SPARKIFY_TEST_ON_POSTGRESQL"] = "1"
KEPT = ("SPARKIFY_REAL_DATA", "SPARKIFY_TEST_ON_POSTGRESQL", *(CLUSTER if os.environ.get("SPARKIFY_TEST_ON_REDSHIFT") else ()))
for name in [n for n in os.environ if n.startswith("SPARKIFY_") and not n.startswith(KEPT)]:
    del os.environ[name]
Settings.model_config["env_file"] = None

# Started in the background by a script, Python ignores Ctrl-C, and so does all that the tests start, which then cannot be stopped by it;
# Dagster's code server takes no SIGTERM either, as it treats both alike: each that is to end is waited for 30 s.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Random tests.  In CI (CI=true) every run tries the same examples, so that a failure there fails here too; elsewhere each run tries others.
# No deadline, since other work shares the machine.
IN_CI = os.environ.get("CI", "").lower() not in ("", "0", "false")
ANYWHERE = hypothesis_settings(hypothesis_settings.get_profile("default"), deadline=None, print_blob=True)
hypothesis_settings.register_profile("ci", ANYWHERE, derandomize=True, database=None)
hypothesis_settings.register_profile("local", ANYWHERE)
hypothesis_settings.load_profile("ci" if IN_CI else "local")
REPRODUCE = "To reproduce, run\n    {}\n{}\n"
AGAIN = {
    True: "In CI the examples are the same in every run of the same code.",
    False: "Each run tries other examples: paste the @reproduce_failure(...) that is printed above over the test, or over the class of a "
    "state machine, and take it away when the test passes.",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--histories", type=int, default=8, help="how many random histories the test of convergence tries (default: 8)")
    parser.addoption("--first-history", type=int, default=0, help="number of the first random history of loads; the others follow it")
    parser.addoption("--backfill-runs", type=int, default=2, help="how many runs a backfill at once with others has (default: 2)")
    parser.addoption("--redshift", action="store_true", help="hold the cluster of SPARKIFY_REDSHIFT_… to the contracts, not a test server")
    parser.addoption("--postgresql", action="store_true", help="Dagster's history of orchestration/ and live/ in PostgreSQL, not in SQLite")
    parser.addoption("--at-most", type=float, default=None, metavar="SECONDS", help="a test whose call takes longer fails")
    parser.addoption("--update-golden", action="store_true", help="write the golden files; then review the diff")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # the process that was called, not one of those of `pytest -n`
        run = TestRun()
        config.add_cleanup(run.stop)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Write the group of a test (xdist_group) into its id, where ``--dist loadgroup`` looks for it.

    pytest-xdist 3.8 does so itself, but sets an attribute that pytest 9.2 no longer reads, so that nothing is grouped.
    """
    if not getattr(config.option, "loadgroup", False):
        return
    for item in items:
        mark = item.get_closest_marker("xdist_group")
        if mark and not item.nodeid.endswith(f"@{mark.args[0]}"):
            item._id = coerce_node_id(f"{item.nodeid}@{mark.args[0]}")


def pytest_collection_finish() -> None:
    """What was imported and collected stays: the garbage collector need not look through it again, half a second each time."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """With --at-most, which `make test-fast` has, a test that takes longer fails: it belongs to another tier."""
    at_most: float | None = item.config.getoption("--at-most")  # type: ignore[assignment]
    begun = _own_seconds()
    yield
    if at_most is not None and (took := _own_seconds() - begun) > at_most:
        pytest.fail(f"took {took:.1f} s; a fast test takes {at_most:g} s at most: make it faster, or mark it `integration`")


def _own_seconds() -> float:
    """A clock that stands still while other processes have the processor, where Linux says how long this thread waited for it."""
    try:
        waited = int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError):
        waited = 0.0
    return time.monotonic() - waited


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Say under a failure of a random test how to see it again."""
    report = yield
    if report.failed and report.when == "call" and item.get_closest_marker("hypothesis"):
        options = [f"--histories {item.config.getoption('histories')}"] if "histor" in item.nodeid else []
        command = " ".join([*(["CI=true"] if IN_CI else []), "pytest", "-m ''", f"'{item.nodeid}'", *options])
        report.sections.append(("How to reproduce", REPRODUCE.format(command, AGAIN[IN_CI])))
    return report


@pytest.fixture(scope="session")
def golden(pytestconfig: pytest.Config) -> Golden:
    """The golden files."""
    return Golden(bool(pytestconfig.getoption("--update-golden")))
