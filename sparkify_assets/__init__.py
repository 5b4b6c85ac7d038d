"""The Sparkify data platform: Dagster assets that load a lake of JSON files into a star schema and keep it up to date.

``tables``         the tables: a folder each, SQL only (lookup functions excepted)
``model``          a folder → a Table; SQL for each engine; data tests; incremental refresh
``lake``           object stores: a directory, S3; listing by partition
``ingest``         bytes → valid records
``warehouse``      sessions: load, refresh, query; DuckDB and Redshift
``orchestration``  everything that imports Dagster: assets, checks, sensors, jobs
``notifications``  incidents, outbox, channels
``dashboard``      the reports as one HTML page
``cli``            the command ``sparkify``
``aws``            the AWS side: a CloudFormation template
``sample_data``    a generated lake

In Python, for notebooks:

    import sparkify_assets
    sparkify_assets.query("SELECT * FROM songplays LIMIT 10")
"""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas


def query(sql: str) -> "pandas.DataFrame":
    """The rows of a SELECT from the configured warehouse, read-only, with types that are the same on every engine.

    Those are pandas' nullable types; dates and decimals are Python objects (dtype object), since pandas has no exact type for them.
    The settings come from the environment or .env, as for `sparkify query`.  Raises SettingsError, WarehouseError.
    """
    from sparkify_assets.factories import open_warehouse  # nothing is imported before it is used
    from sparkify_assets.settings import read_settings

    warehouse = open_warehouse(read_settings(), lambda message: print(message, file=sys.stderr))  # noqa: T201 - a wait for the warehouse
    return warehouse.query(sql).to_frame()
