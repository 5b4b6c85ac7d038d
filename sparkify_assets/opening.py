"""The lake and the warehouse that the settings name, opened: for the command line and for Dagster's resources alike."""

from typing import TYPE_CHECKING

from sparkify_assets.lake import Lake
from sparkify_assets.lake import open_lake as open_lake_at
from sparkify_assets.model import Catalog, load_catalog
from sparkify_assets.settings import Settings
from sparkify_assets.warehouse import Warehouse
from sparkify_assets.warehouse.lock import Waiting

if TYPE_CHECKING:
    from sparkify_assets.warehouse.redshift import Target


def open_lake(settings: Settings) -> Lake:
    """Raises LakeError where the AWS settings cannot be used."""
    return open_lake_at(settings.lake, settings.s3_encryption, settings.s3_kms_key_id, settings.s3_requester_pays)


def open_warehouse(settings: Settings, waiting: Waiting, catalog: Catalog | None = None) -> Warehouse:
    """Nothing is asked of it yet.  ``waiting`` is told when it is another's turn; ``catalog``: its tables, by default all.

    Raises LakeError as open_lake does.
    """
    catalog = catalog or load_catalog()
    if settings.warehouse == "duckdb":
        from sparkify_assets.warehouse.duckdb import DuckDBWarehouse

        return DuckDBWarehouse(settings.duckdb_path, catalog, waiting, settings.refreshes_changed)
    from sparkify_assets.lake.s3 import S3Lake
    from sparkify_assets.warehouse.redshift import RedshiftWarehouse

    stage = open_lake(settings)
    assert isinstance(stage, S3Lake)  # as the settings have found
    return RedshiftWarehouse(redshift_target(settings), catalog, stage, waiting, settings.refreshes_changed)


def redshift_target(settings: Settings) -> "Target":
    """Where the settings SPARKIFY_REDSHIFT_… lead."""
    from sparkify_assets.warehouse.redshift import Target

    password = settings.redshift_password
    return Target(
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
