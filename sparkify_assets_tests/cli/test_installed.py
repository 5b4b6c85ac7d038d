"""What somebody has who installs the package and works in an empty folder: the same commands, the same UI."""

import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sparkify_assets.model import load_catalog
from sparkify_assets.model.unit_tests import unit_test_files
from sparkify_assets.warehouse.redshift.probe import probes
from sparkify_assets_tests.cli.findings import findings
from sparkify_assets_tests.cli.installed import Installed, install
from sparkify_assets_tests.live.processes import Service, free_port
from sparkify_assets_tests.support import mentions

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("installed")]

DAYS = ["2018-11-01", "2018-11-02", "2018-11-03"]
PATIENCE = 180
"""seconds until the UI is there, on a busy machine"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return install(tmp_path_factory.mktemp("installed"))


@pytest.fixture(scope="module")
def folder(installed: Installed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample of three days."""
    folder = tmp_path_factory.mktemp("folder")
    said = installed.sparkify(folder, "sample", "--days", f"{len(DAYS)}", "--songs", "30", "--events-per-day", "60")
    assert said.status == 0, said.err
    return folder


@pytest.fixture(scope="module")
def loaded(installed: Installed, folder: Path) -> Path:
    said = installed.sparkify(folder, "load")
    assert said.status == 0, said.err
    assert said.rows["staging_events"] == 180
    return folder


@pytest.fixture(scope="module")
def ui(installed: Installed, loaded: Path) -> Iterator["Ui"]:
    """`sparkify dev`, for the first time in this folder."""
    port = free_port()
    service = Service("dev", [str(installed.command), "dev", "--port", f"{port}"], loaded, installed.variables(PYTHONUNBUFFERED="1"))
    service.start()
    ui = Ui(service, f"http://localhost:{port}")
    try:
        ui.wait()
        yield ui
    finally:
        service.kill()


class Ui:
    """The web server of `sparkify dev`, and what its terminal shows."""

    def __init__(self, service: Service, url: str) -> None:
        self._service, self._url = service, url

    def wait(self) -> None:
        """Until the code is loaded and the daemon has looked once."""
        end = time.monotonic() + PATIENCE
        while not (self._answers() and "Checking for new runs for sensor" in self.terminal):
            assert time.monotonic() < end, self._service.told()
            assert self._service.runs, self._service.told()
            time.sleep(1)

    def _answers(self) -> bool:
        try:
            return "assetNodes" in self.ask("{assetNodes{id}}")
        except (urllib.error.URLError, ConnectionError):
            return False

    def ask(self, query: str) -> Any:
        body = json.dumps({"query": query}).encode()
        request = urllib.request.Request(f"{self._url}/graphql", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.load(response)["data"]

    @property
    def terminal(self) -> str:
        return re.sub(r"\x1b\[\d+m", "", self._service.log.read_text(encoding="utf-8", errors="replace"))


def test_a_query_is_answered(installed: Installed, loaded: Path) -> None:
    said = installed.sparkify(loaded, "query", "SELECT COUNT(*) AS days FROM plays_matched_by_day", "--json", "-")
    assert (said.status, json.loads(said.out)) == (0, {"days": len(DAYS)})


def test_the_doctor_finds_nothing_wrong(installed: Installed, loaded: Path) -> None:
    said = installed.sparkify(loaded, "doctor")
    assert said.status == 0, said.out
    found = findings(said)
    assert found["DAGSTER_HOME"] == ("ok", str(loaded / "data/dagster"))
    assert "dagster.yaml" not in found
    assert re.fullmatch(r"\d+\.\d MB", found["Dagster's history"][1])
    assert {t.name for t in load_catalog().layer("reports")} <= found.keys()


def test_the_unit_tests_are_there_and_pass(installed: Installed, tmp_path: Path) -> None:
    said = installed.sparkify(tmp_path, "test")
    assert said.status == 0, said.out
    cases = sum(len(unit_test_files(table)) for table in load_catalog())
    mentions(said.out.splitlines()[-1], f"{cases} cases", f"{cases} passed")
    assert list(tmp_path.iterdir()) == []


def test_the_probes_of_redshift_are_there(installed: Installed, tmp_path: Path) -> None:
    lake = {"SPARKIFY_LAKE": "s3://somebodys-lake/lake", "SPARKIFY_WAREHOUSE": "redshift", "AWS_DEFAULT_REGION": "us-west-2"}
    nobody = {"HOST": "localhost", "PORT": f"{free_port()}", "USER": "nobody", "PASSWORD": "none"}
    settings = lake | {f"SPARKIFY_REDSHIFT_{name}": value for name, value in nobody.items()}
    said = installed.sparkify(tmp_path, "doctor", "--redshift-probe", **settings)
    assert (said.status, said.out) == (1, "")
    mentions(said.err.splitlines()[0], f"{len(probes())} probes")
    mentions(said.reason, "nobody answers at localhost")


def test_the_ui_starts_without_a_warning(ui: Ui) -> None:
    assert not re.findall(r".*(?:WARNING|ERROR|Warning|deprecated|superseded).*", ui.terminal)


def test_the_ui_ends_with_the_last_day_of_the_sample(ui: Ui) -> None:
    assert "SPARKIFY_LOG_END=2018-11-04" in ui.terminal
    node = ui.ask('{assetNodeOrError(assetKey: {path: ["staging_events"]}) {... on AssetNode {partitionKeysByDimension {partitionKeys}}}}')
    assert node["assetNodeOrError"]["partitionKeysByDimension"][0]["partitionKeys"] == DAYS


def test_the_link_of_the_dashboard_opens_it(ui: Ui) -> None:
    query = '{assetNodeOrError(assetKey: {path: ["dashboard"]}) {... on AssetNode {metadataEntries {label ... on UrlMetadataEntry {url}}}}}'
    entries = ui.ask(query)["assetNodeOrError"]["metadataEntries"]
    (url,) = (e["url"] for e in entries if e["label"] == "page")
    with urllib.request.urlopen(url, timeout=30) as page:
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"
        assert b"<title>" in page.read()
