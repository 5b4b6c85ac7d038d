"""What the steps of a load's runs took, read from Dagster's history (DAGSTER_HOME), as JSON.  A process of its own, as rows.py is."""

import json

import dagster as dg

from sparkify_assets.orchestration.partitions import UNPARTITIONED

STEPS = {UNPARTITIONED, f"{UNPARTITIONED}_checks", "dashboard"}


def main() -> None:
    """Wall seconds of the steps of the tables without partitions (mostly reports), of their checks and of the dashboard."""
    seconds = 0.0
    with dg.DagsterInstance.get() as instance:
        for record in instance.get_run_records():
            for step in instance.get_run_step_stats(record.dagster_run.run_id):
                if step.start_time and step.end_time and step.step_key in STEPS:
                    seconds += step.end_time - step.start_time
    print(json.dumps(seconds))


if __name__ == "__main__":
    main()
