"""What Dagster's history (DAGSTER_HOME) holds, as JSON.  A process of its own, as rows.py is."""

import json
import os
import sqlite3
from pathlib import Path


def main() -> None:
    """Events, evaluations of checks that are planned and never came, and bytes of all its files."""
    home = Path(os.environ["DAGSTER_HOME"])
    found = {"events": 0, "planned": 0, "bytes": sum(f.stat().st_size for f in home.rglob("*.db"))}
    for file in home.rglob("*.db"):
        with sqlite3.connect(file) as database:
            tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if "event_logs" in tables and file.stem != "index":
                found["events"] += database.execute("SELECT COUNT(*) FROM event_logs").fetchone()[0]
            if "asset_check_executions" in tables:
                planned = "SELECT COUNT(*) FROM asset_check_executions WHERE execution_status = 'PLANNED'"
                found["planned"] += database.execute(planned).fetchone()[0]
    print(json.dumps(found))


if __name__ == "__main__":
    main()
