"""The deployment's services, started as processes from compose.yaml on a real PostgreSQL: they work together, and survive being killed.

Put here what needs all of them. Do not put here the files alone (test_files.py) or the image (test_image.py).
"""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from sparkify_assets_tests.deploy.deployed import COMMIT, Deployed
from sparkify_assets_tests.live.conftest import assert_as_from_nothing, deliver, plays_of, wait_for_plays
from sparkify_assets_tests.support import song

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("deploy")]

LOCATION = "{workspaceOrError{... on Workspace{locationEntries{loadStatus displayMetadata{key value}}}}}"
PLAYS = 100
"""a day: enough for a load of seconds"""


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    with Deployed(tmp_path_factory.mktemp("deployed")) as made:
        made.lake.songs("A", [song()])
        deliver(made, "2018-11-01")
        yield made.start()


def test_a_file_that_arrives_reaches_the_report(deployed: Deployed, tmp_path: Path) -> None:
    deployed.wait_until("the first load", deployed.duckdb_path.exists)
    wait_for_plays(deployed, 1)
    (entry,) = deployed.graphql(LOCATION)["workspaceOrError"]["locationEntries"]
    assert entry["loadStatus"] == "LOADED"
    assert {"key": "image", "value": f"sparkify:{COMMIT}"} in entry["displayMetadata"], "the commit, in the UI"
    assert {run.tags.get("dagster/image") for run in deployed.runs()} == {f"sparkify:{COMMIT}"}
    assert (deployed.places["/pages"] / "dashboard.html").exists()
    assert_as_from_nothing(deployed, tmp_path)


@pytest.mark.parametrize("name", ["code", "daemon", "webserver", "viewer"])
def test_the_health_check_of_a_running_service_passes(name: str, deployed: Deployed) -> None:
    deployed.wait_until(f"{name} to be healthy", lambda: deployed.is_healthy(name))


def test_a_read_only_webserver_shows_runs_and_starts_none(deployed: Deployed) -> None:
    launch = (
        "mutation{launchRun(executionParams: {selector: {repositoryLocationName: \"sparkify_assets\", repositoryName: \"__repository__\", "
        "pipelineName: \"make_reports\"}}){__typename}}"
    )
    assert deployed.graphql_of(deployed.viewer_port, "{runsOrError{... on Runs{results{id}}}}")["runsOrError"]["results"]
    assert deployed.graphql_of(deployed.viewer_port, launch)["launchRun"]["__typename"] == "UnauthorizedError"


KILLS = [("daemon", "webserver", "viewer"), ("code",), ("postgres",)]
"""killed together; every service but the proxy, which holds nothing"""


@pytest.mark.parametrize("number", range(len(KILLS)), ids=["-".join(names) for names in KILLS])
def test_services_that_are_killed_in_the_middle_of_a_load_lose_nothing(number: int, deployed: Deployed, tmp_path: Path) -> None:
    deployed.wait_until("the first load", deployed.duckdb_path.exists)
    kill_in_a_load(deployed, KILLS[number], month=number + 1)
    assert_as_from_nothing(deployed, tmp_path)


def kill_in_a_load(deployed: Deployed, names: Sequence[str], month: int, after: float = 0) -> None:
    """Deliver a month, kill the services ``after`` seconds of its load, start them again, and wait for what follows."""
    plays = plays_of(deployed)
    loads = {run.id for run in deployed.runs()}
    for day in range(1, 29):
        deliver(deployed, f"2019-{month:02d}-{day:02d}", plays=PLAYS)
    deployed.wait_until(
        "a load to begin", lambda: any(r.status == "STARTED" and r.job == "load_log_files" for r in deployed.runs() if r.id not in loads)
    )
    time.sleep(after)
    for name in names:
        if name == "postgres":
            deployed.crash_postgres()
        else:
            deployed.kill(name)
    deployed.start()
    wait_for_plays(deployed, plays + 28 * PLAYS)
