"""The only constructors of a lake and a warehouse, from the settings: the command line and Dagster's resources open both here.

Put here what a setting decides about how something is opened.  Do not put here what is done with it.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from sparkify_assets.lake import Lake, LocalLake
from sparkify_assets.model import Catalog, load_catalog
from sparkify_assets.settings import Settings
from sparkify_assets.warehouse import Warehouse
from sparkify_assets.warehouse.file_lock import OnWait
from sparkify_assets.warehouse.row_values import RowValues

if TYPE_CHECKING:
    from sparkify_assets.warehouse.redshift import ConnectionConfig


def open_lake(settings: Settings) -> Lake:
    """The lake in a directory, or at s3://bucket/prefix by the standard AWS settings.

    Nothing is asked of S3 yet.  Raises LakeError where the AWS settings cannot be used.
    """
    if isinstance(settings.lake, Path):
        return LocalLake(settings.lake)
    from sparkify_assets.lake.s3_bucket import Options  # boto3 takes half a second to import, which a directory need not pay
    from sparkify_assets.lake.s3_client import s3_lake

    return s3_lake(settings.lake, Options(settings.s3_encryption, settings.s3_kms_key_id, settings.s3_requester_pays))


def open_warehouse(settings: Settings, on_wait: OnWait, catalog: Catalog | None = None) -> Warehouse:
    """The warehouse of SPARKIFY_WAREHOUSE, with the tables of ``catalog`` (default: all).  Nothing is asked of it yet.

    ``on_wait`` receives a message while another process writes.  Raises LakeError as open_lake does.
    """
    catalog, row_values = catalog or load_catalog(), RowValues(settings.show_rows)
    if settings.warehouse == "duckdb":
        from sparkify_assets.warehouse.duckdb import DuckDBWarehouse

        return DuckDBWarehouse(settings.duckdb_path, catalog, on_wait, settings.refreshes_changed, settings.duckdb_memory, row_values)
    from sparkify_assets.lake.s3 import S3Lake
    from sparkify_assets.warehouse.redshift import RedshiftWarehouse

    stage = open_lake(settings)
    assert isinstance(stage, S3Lake)  # read_settings() has checked it
    return RedshiftWarehouse(redshift_config(settings), catalog, stage, on_wait, settings.refreshes_changed, row_values)


def redshift_config(settings: Settings) -> "ConnectionConfig":
    """Host, database and login of the SPARKIFY_REDSHIFT_… settings."""
    from sparkify_assets.warehouse.redshift import ConnectionConfig

    password = settings.redshift_password
    return ConnectionConfig(
        settings.redshift_host,
        settings.redshift_port,
        settings.redshift_database,
        settings.redshift_schema,
        settings.redshift_user,
        password.get_secret_value() if password else None,
        settings.redshift_secret,
        settings.redshift_cluster_identifier,
        settings.redshift_workgroup,
        settings.redshift_iam_role,
        settings.redshift_statement_timeout,
        settings.redshift_sslmode,
        settings.redshift_readers,
    )
