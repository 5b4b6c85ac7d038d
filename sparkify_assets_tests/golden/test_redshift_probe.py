"""What the Redshift test server answers to each probe of ``sparkify doctor --redshift-probe``, asked as the documented user.

Where a verdict is not "as assumed", the test server differs from what is known of Redshift, or has no such system view.
"""

from collections.abc import Iterator

import pytest

from sparkify_assets.warehouse.redshift import RedshiftWarehouse
from sparkify_assets.warehouse.redshift.probe import Result, Verdict, ask
from sparkify_assets_tests.emulators.redshift.fixtures import running
from sparkify_assets_tests.emulators.redshift.warehouses import redshift_warehouse
from sparkify_assets_tests.golden.files import Golden

pytestmark = pytest.mark.integration


@pytest.fixture
def warehouse() -> Iterator[RedshiftWarehouse]:
    server = running()
    database = server.database()
    yield redshift_warehouse(database)
    server.drop(database)


def test_the_answers_of_the_test_server(warehouse: RedshiftWarehouse, golden: Golden) -> None:
    told: list[str] = []
    results = list(ask(warehouse.target, warehouse._stage, told.append))
    golden("redshift_probe.txt", "".join(map(_text, results)))
    assert told == []
    assert warehouse._stage.list_staged() == []


def _text(result: Result) -> str:
    """The verdict, and below it what was found instead of what is assumed."""
    found: list[str] = []
    for answer in result.answers:
        if answer.verdict in (Verdict.DIFFERS, Verdict.NOT_ASKED):
            found += [answer.error or " // ".join(answer.rows or ("no rows",))]
    return "\n".join([f"{result.probe.name}: {result.verdict}", *(f"    {line}" for line in found), ""])
