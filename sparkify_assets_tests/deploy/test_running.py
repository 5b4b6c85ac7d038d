"""The deployment's services, started as processes from compose.yaml on a real PostgreSQL: they work together, and survive being killed.

Put here what needs all of them. Do not put here the files alone (test_files.py) or the image (test_image.py).
"""

import re
import shlex
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from sparkify_assets_tests.cli.conftest import PROJECT
from sparkify_assets_tests.deploy.deployed import COMMIT, Deployed
from sparkify_assets_tests.live.conftest import assert_as_from_nothing, deliver, plays_of, wait_for_plays
from sparkify_assets_tests.support import song

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("deploy")]

PAGE = (PROJECT / "docs" / "deployment.md").read_text(encoding="utf-8")
LOCATION = "{workspaceOrError{... on Workspace{locationEntries{loadStatus displayMetadata{key value}}}}}"
PLAYS = 100
"""a day: enough for a load of seconds"""


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    with Deployed(tmp_path_factory.mktemp("deployed")) as made:
        fill(made)
        yield made.start()


def fill(deployed: Deployed) -> None:
    deployed.lake.songs("A", [song()])
    deliver(deployed, "2018-11-01")
    deployed.run("code", "sparkify", "load")  # otherwise the first minute is the daemon's, which looks at each table alone


def test_the_ui_shows_the_commit_and_the_proxys_folder_has_the_dashboard(deployed: Deployed) -> None:
    (entry,) = deployed.graphql(LOCATION)["workspaceOrError"]["locationEntries"]
    assert entry["loadStatus"] == "LOADED"
    assert {"key": "image", "value": f"sparkify:{COMMIT}"} in entry["displayMetadata"], "the commit, in the UI"
    assert (deployed.places["/pages"] / "dashboard.html").exists()


@pytest.mark.parametrize("name", ["code", "daemon", "webserver", "viewer"])
def test_the_health_check_of_a_running_service_passes(name: str, deployed: Deployed) -> None:
    deployed.wait_until(f"{name} to be healthy", lambda: deployed.is_healthy(name))


def test_a_read_only_webserver_shows_runs_and_starts_none(deployed: Deployed) -> None:
    launch = (
        'mutation{launchRun(executionParams: {selector: {repositoryLocationName: "sparkify_assets", repositoryName: "__repository__", '
        'pipelineName: "make_reports"}}){__typename}}'
    )
    assert deployed.graphql_of(deployed.viewer_port, "{runsOrError{... on Runs{results{id}}}}")["runsOrError"]["results"]
    assert deployed.graphql_of(deployed.viewer_port, launch)["launchRun"]["__typename"] == "UnauthorizedError"


ALL = ("daemon", "webserver", "viewer", "code", "postgres")
"""every service but the proxy, which holds nothing"""


@pytest.mark.slow
def test_files_that_arrive_reach_the_report_through_a_power_cut_in_the_middle_of_their_load(deployed: Deployed, tmp_path: Path) -> None:
    kill_in_a_load(deployed, ALL, month=1)
    assert_as_from_nothing(deployed, tmp_path)


@pytest.mark.slow
def test_an_upgrade_from_the_commit_before_in_the_middle_of_a_load_loses_nothing(before: Path, tmp_path: Path) -> None:
    with Deployed(tmp_path, before) as deployed:
        fill(deployed)
        assert deployed.run("code", "python", "-c", "import sparkify_assets; print(sparkify_assets.__file__)").startswith(str(before))
        deployed.start()
        kill_in_a_load(deployed, ["upgrade"], month=9)
        (tmp_path / "anew").mkdir()
        assert_as_from_nothing(deployed, tmp_path / "anew")


@pytest.fixture
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code of the commit before."""
    folder = tmp_path_factory.mktemp("before")
    archive = subprocess.run(["git", "archive", "HEAD^", "sparkify_assets"], cwd=PROJECT, capture_output=True, check=False)
    if archive.returncode:
        pytest.skip(f"git knows no commit before this one here: {archive.stderr.decode().strip()}")
    subprocess.run(["tar", "-x", "-C", str(folder)], input=archive.stdout, check=True)
    return folder


def documented(program: str) -> list[str]:
    """The program's command in docs/deployment.md, as it runs in the container of PostgreSQL."""
    found = re.search(rf"docker compose exec (?:-T )?postgres ({program} [^<>\n]*) [<>] dagster\.dump", PAGE)
    assert found
    return shlex.split(found[1])


def arrive(deployed: Deployed, day: str) -> None:
    plays = plays_of(deployed)
    deliver(deployed, day)
    wait_for_plays(deployed, plays + 1)


@pytest.mark.slow
def test_a_restored_dump_loads_nothing_again_and_forgets_nothing(deployed: Deployed, tmp_path: Path) -> None:
    arrive(deployed, "2019-10-01")
    dump = tmp_path / "dagster.dump"
    with dump.open("wb") as file:
        deployed.in_postgres(documented("pg_dump"), stdout=file)
    arrive(deployed, "2019-10-02")
    loaded = deployed.rows("SELECT MAX(loaded_at) FROM load_history")
    deployed.stop("daemon", "viewer", "webserver", "code")
    with dump.open("rb") as file:
        deployed.in_postgres(documented("pg_restore"), stdin=file)
    deployed.start()
    known = {run.id for run in deployed.runs()}
    deployed.wait_until("the day after the dump to be adopted", lambda: "2019-10-02" in deployed.materialized("staging_events"))
    deployed.wait_for_quiet()
    assert deployed.rows("SELECT MAX(loaded_at) FROM load_history") == loaded, "nothing is loaded again"
    assert not [run for run in deployed.runs() if run.id not in known and run.job.startswith("load_")]
    arrive(deployed, "2019-10-03")
    assert_as_from_nothing(deployed, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", ALL)
def test_each_service_is_killed_at_five_moments_of_a_load(name: str, deployed: Deployed, tmp_path: Path) -> None:
    for number in range(5):
        kill_in_a_load(deployed, [name], month=3 + number, after=0.7 * number)
        assert_as_from_nothing(deployed, tmp_path)


def kill_in_a_load(deployed: Deployed, names: Sequence[str], month: int, after: float = 0) -> None:
    """Deliver a month (again: other plays), kill the services ``after`` seconds of its load, start them, and wait for what follows."""
    first = f"2019-{month:02d}-01"
    (before,) = deployed.rows(f"SELECT COUNT(*)::INT FROM songplays WHERE start_time::DATE = '{first}'")[0]
    expected = plays_of(deployed) + 28 * PLAYS
    loads = {run.id for run in deployed.runs()}
    for day in range(1, 29):
        deliver(deployed, f"2019-{month:02d}-{day:02d}", plays=before + PLAYS)
    deployed.wait_until(
        "a load to begin", lambda: any(r.status == "STARTED" and r.job == "load_log_files" for r in deployed.runs() if r.id not in loads)
    )
    time.sleep(after)
    for name in names:
        if name == "postgres":
            deployed.crash_postgres()
        elif name == "upgrade":
            deployed.upgrade()
        else:
            deployed.kill(name)
    deployed.start()
    wait_for_plays(deployed, expected)
