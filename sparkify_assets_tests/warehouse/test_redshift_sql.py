"""All SQL that Redshift is sent, and all that the tables are made of, is Redshift's own: sqlfluff, which knows its grammar, reads it."""

import gzip
from pathlib import Path
from typing import Any

import pytest
from sqlfluff.core import Linter

from sparkify_assets import tables as rooms
from sparkify_assets.model.table_parser import ACCEPTED_VALUES
from sparkify_assets.warehouse.redshift import copy_loader, driver, insert_rows
from sparkify_assets_tests.support import event, json_lines, song
from sparkify_assets_tests.warehouse.both import both_in

pytestmark = pytest.mark.integration

FILES = sorted(Path(rooms.__file__).parent.rglob("*.sql"))
OURS = sorted((Path(driver.__file__).parents[1] / "sql").glob("*.sql"))


@pytest.fixture(scope="module")
def linter() -> Linter:
    return Linter(dialect="redshift")


def wrong(linter: Linter, sql: str) -> list[str]:
    """Parameters it does not know; a number stands for each."""
    return [str(v) for v in linter.parse_string(sql.replace("?", "1")).violations]


def test_every_file(linter: Linter) -> None:
    assert len(FILES) > 20
    assert wrong(linter, "SELECT 1 FROM WHERE 2")
    written = {
        path: ACCEPTED_VALUES.sub("", path.read_text().replace(" -- noqa: PRS", "")) for path in FILES + OURS
    }  # no engine is sent these
    assert {str(path): found for path, sql in written.items() if (found := wrong(linter, sql))} == {}


def test_every_statement_of_loads_and_refreshes(linter: Linter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: dict[str, None] = {}
    executed = driver.execute

    def listened(connection: Any, sql: str, parameters: Any = ()) -> Any:
        sent[sql] = None
        return executed(connection, sql, parameters)

    monkeypatch.setattr(driver, "execute", listened)
    with both_in(tmp_path) as both:
        both.deliver("log_data/2018/11/2018-11-01-events.json", json_lines([event(), event(sessionId="x")]))
        both.deliver("log_data/2018/11/2018-11-02-events.json", json_lines([event(sessionId=2)]))
        both.deliver("song_data/A/A/A/TRA.json", json_lines([song()]))
        both.load(1)
        monkeypatch.setattr(copy_loader, "LARGE_FILE_BYTES", 1)
        monkeypatch.setattr(insert_rows, "INSERT_ROWS_LIMIT", 0)
        both.deliver("song_data/B/A/A/TRB.json.gz", gzip.compress(json_lines([song(song_id="SO2")])))
        both.deliver("log_data/2018/11/2018-11-02-events.json", json_lines([event(sessionId=3)]))
        both.load(1)
    kinds = {sql.split(None, 1)[0] for sql in sent}
    assert kinds >= {"BEGIN", "COMMIT", "SET", "LOCK", "CREATE", "COMMENT", "COPY", "DELETE", "INSERT", "SELECT", "DROP"}
    assert {sql: found for sql in sent if (found := wrong(linter, sql))} == {}
