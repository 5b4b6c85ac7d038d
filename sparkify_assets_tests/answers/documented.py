"""docs/answers.md: its questions' SQL, and the tables that answer it.  `python -m sparkify_assets_tests.answers.documented` writes the
tables anew, from the real data; the words between them are people's own.
"""

import os
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from sparkify_assets.cli.output import cell_text
from sparkify_assets.model import load_catalog
from sparkify_assets.warehouse.duckdb import DuckDBWarehouse
from sparkify_assets.warehouse.query_result import QueryResult
from sparkify_assets_tests.support import load_all

PAGE = Path(__file__).parents[2] / "docs" / "answers.md"
QUESTION = re.compile(r"```sql\n(.*?)\n```\n\n((?:\|[^\n]*\n)+(?:\n_[^\n]*_\n)?)?", re.DOTALL)
SHOWN = 10


def loaded(folder: Path, root: Path) -> DuckDBWarehouse:
    warehouse = DuckDBWarehouse(folder / "warehouse.duckdb", load_catalog(), pytest.fail)
    load_all(warehouse, root)
    return warehouse


def rewritten(page: str, ask: Callable[[str], QueryResult]) -> str:
    """The page with every table as the answer to the SQL before it is now."""
    return QUESTION.sub(lambda found: f"```sql\n{found[1]}\n```\n\n{_table(ask(found[1]))}", page)


def _table(answer: QueryResult) -> str:
    cells = [answer.columns, ["---"] * len(answer.columns), *([cell_text(v) for v in row] for row in answer.rows[:SHOWN])]
    lines = [f"| {' | '.join(c.replace('|', chr(92) + '|') for c in row)} |" for row in cells]
    more = ["", f"_The first {SHOWN} of {len(answer.rows)} rows._"] if len(answer.rows) > SHOWN else []
    return "\n".join([*lines, *more]) + "\n"


if __name__ == "__main__":
    real = os.environ.get("SPARKIFY_REAL_DATA") or sys.exit("SPARKIFY_REAL_DATA does not name the folder of the real data set")
    with tempfile.TemporaryDirectory() as made:
        PAGE.write_text(rewritten(PAGE.read_text(encoding="utf-8"), loaded(Path(made), Path(real)).query), encoding="utf-8")
