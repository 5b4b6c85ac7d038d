"""What a load costs, as counts that do not depend on the machine: one more day, into a warehouse that holds three.

A budget is what was counted when it was written, with a little room.  A change that needs more says why in its commit; one that needs
less lowers the budget.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import redshift_connector.core
import sqlglot
from sqlglot import exp

from sparkify_assets.model import load_catalog
from sparkify_assets.orchestration.runner import LoadRunner
from sparkify_assets.warehouse import Warehouse
from sparkify_assets.warehouse.duckdb import DuckDBWarehouse
from sparkify_assets.warehouse.duckdb import warehouse as duckdb_warehouse
from sparkify_assets.warehouse.duckdb.connection import DuckDBConnection
from sparkify_assets.warehouse.redshift import driver
from sparkify_assets_tests.orchestration.conftest import DAYS, Platform, new_platform
from sparkify_assets_tests.support import ENGINES, event, milliseconds, opened_warehouse, song

pytestmark = pytest.mark.integration

NEXT_DAY = "2018-11-04"
BUDGETS = {
    "duckdb": {"statements": 185, "texts": 155, "whole scans": 13, "openings": 1},
    "redshift": {"statements": 227, "texts": 162, "whole scans": 13, "COMMIT": 6, "SET": 22, "round trips": 454},
}
"""engine → what one more day may need of all tables: statements, distinct texts to compile, statements that read all plays or events; how
often DuckDB's file is opened, and Redshift waited for"""


def deliver(platform: Platform, day: str, session: int) -> None:
    platform.lake.events(day, [event(sessionId=session, ts=milliseconds(f"{day}T12:00:00.796"))])


@contextmanager
def counted(engine: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """Statements by their first word, and in all; each text; openings of the file."""
    counts: Counter[str] = Counter()
    texts: set[str] = set()

    def counting(run: Callable[..., Any]) -> Callable[..., Any]:
        def counted_run(connection: Any, sql: str, *rest: Any) -> Any:
            verb = sql.split(maxsplit=1)[0].upper()
            counts.update(["statements", verb])
            if verb != "SET":  # which Redshift does not compile
                texts.add(sql)
                counts.update(["whole scans"] * scans_all(sql, engine))
            return run(connection, sql, *rest)

        return counted_run

    attach = DuckDBWarehouse._attach

    def opening(self: DuckDBWarehouse, exclusive: bool) -> Any:
        counts.update(["openings"])
        return attach(self, exclusive)

    with monkeypatch.context() as patched:
        if engine == "redshift":
            patched.setattr(driver, "execute", counting(driver.execute))
            wait = redshift_connector.core.Connection.handle_messages

            def waiting(self: redshift_connector.core.Connection, *arguments: Any, **named: Any) -> Any:
                counts.update(["round trips"])
                return wait(self, *arguments, **named)

            patched.setattr(redshift_connector.core.Connection, "handle_messages", waiting)
        else:
            patched.setattr(DuckDBConnection, "execute", counting(DuckDBConnection.execute))
            patched.setattr(DuckDBWarehouse, "_attach", opening)
            patched.setattr(duckdb_warehouse, "IDLE_SECONDS", 60.0)  # to draw takes longer on a busy machine
        yield counts
    counts["texts"] = len(texts)


LARGE, BY = {"songplays", "page_views", "staging_events"}, {"log_date", "start_time", "event_time", "ts"}


@cache
def scans_all(sql: str, engine: str) -> bool:
    """Whether a statement reads a table of plays or events without saying which partitions, or times, of it.

    A scan is restricted by a condition of its own SELECT or DELETE that compares a column of it with a parameter.
    """
    if not any(f'"{name}"' in sql for name in LARGE) or sql.startswith("COPY"):
        return False
    tree = sqlglot.parse_one(sql, read=engine)
    target = tree.this.find(exp.Table) if isinstance(tree, exp.Insert) else None
    return any(scan.name in LARGE and scan is not target and not _is_restricted(scan) for scan in tree.find_all(exp.Table))


def _is_restricted(scan: exp.Table) -> bool:
    inner = scan.find_ancestor(exp.Select, exp.Delete)
    where = inner.args.get("where") if inner else None
    if where is None:
        return False
    conditions = where.find_all(exp.In, exp.Between, exp.GTE)
    return any(c.find(exp.Placeholder) and {column.name for column in c.find_all(exp.Column)} & BY for c in conditions)


@pytest.fixture(params=ENGINES)
def warehouse(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Warehouse]:
    with opened_warehouse(request.param, tmp_path) as opened:
        yield opened


def test_one_more_day_costs_no_more_than_its_budget(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    with new_platform(load_catalog()) as platform:

        def load() -> None:
            runner = LoadRunner(platform.defs, platform.catalog, platform.settings, warehouse, platform.instance)
            with warehouse.kept_open():
                assert runner.run(None, None, force=False).reason is None

        platform.lake.songs("A", [song()])
        for session, day in enumerate(DAYS):
            deliver(platform, day, session)
        load()
        deliver(platform, NEXT_DAY, 9)
        with counted(warehouse.engine, monkeypatch) as counts:
            load()
        budget = BUDGETS[warehouse.engine]
        assert {name: counts[name] for name in budget if counts[name] > budget[name]} == {}
        assert {name: counts[name] for name in budget if counts[name] < 0.9 * budget[name]} == {}, "it needs less: lower the budget"
