"""Lake and warehouse as Dagster resources. Each creates a plain object, so that the code that uses it does not depend on Dagster.

Put here resources and their configuration. Do not put here S3 (s3.py) or what opens a lake or warehouse (sparkify_assets/factories.py).
"""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg

from sparkify_assets.errors import WarehouseInUseError
from sparkify_assets.factories import open_warehouse
from sparkify_assets.lake import LakeSnapshot, LocalLake
from sparkify_assets.model import Catalog
from sparkify_assets.settings import Settings
from sparkify_assets.warehouse import Warehouse


class LocalLakeResource(dg.ConfigurableResource[LakeSnapshot]):
    """The lake in a directory."""

    root: str

    def create_resource(self, context: dg.InitResourceContext) -> LakeSnapshot:
        return LakeSnapshot(LocalLake(Path(self.root)))


def lake_resource(settings: Settings) -> dg.ConfigurableResource[LakeSnapshot]:
    """The lake that SPARKIFY_LAKE names."""
    if isinstance(settings.lake, Path):
        return LocalLakeResource(root=str(settings.lake))
    from sparkify_assets.orchestration.s3 import s3_lake_resource  # importing dagster-aws takes 0.7 s; a directory does not need it

    return s3_lake_resource(settings.lake, settings)


ReportRows = dict[str, list[dict[str, Any]]]
"""report → its rows, of the reports that a run has recomputed: the dashboard, drawn by the same run, need not read them again"""


class ReportRowsResource(dg.ConfigurableResource[ReportRows]):
    """What the steps of a run share, one for each run; empty where a step has a process of its own."""

    def create_resource(self, context: dg.InitResourceContext) -> ReportRows:
        return {}


def warehouse_resource(settings: Settings, catalog: Catalog, patient: bool = True) -> dg.ConfigurableResource[Warehouse]:
    """The warehouse that SPARKIFY_WAREHOUSE names. If not ``patient``, DuckDB raises WarehouseInUseError instead of waiting."""
    if settings.warehouse == "duckdb":
        return duckdb_resource(settings, catalog, patient)
    return redshift_resource(settings, catalog)


class WarehouseResource(dg.ConfigurableResource[Warehouse]):
    """A warehouse whose connection the steps of a run share."""

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Generator[Warehouse, None, None]:
        warehouse = self.create_resource(context)
        with warehouse.kept_open():
            yield warehouse


def redshift_resource(settings: Settings, catalog: Catalog) -> dg.ConfigurableResource[Warehouse]:
    """The resource's configuration is visible in the UI, so credentials stay in the settings."""

    class RedshiftResource(WarehouseResource):
        """The warehouse in Amazon Redshift."""

        place: str
        database: str
        schema_name: str
        iam_role: str

        def create_resource(self, context: dg.InitResourceContext) -> Warehouse:
            return open_warehouse(settings, context.log.info if context.log else print, catalog)

    return RedshiftResource(
        place=settings.redshift_host or settings.redshift_workgroup or settings.redshift_cluster_identifier or "",
        database=settings.redshift_database,
        schema_name=settings.redshift_schema,
        iam_role=settings.redshift_iam_role,
    )


def duckdb_resource(settings: Settings, catalog: Catalog, patient: bool) -> dg.ConfigurableResource[Warehouse]:
    """The steps of a run share the open file; other processes that wait for it get in between two steps."""

    class DuckDBResource(WarehouseResource):
        """The warehouse in a DuckDB file."""

        path: str
        patient: bool
        """Wait for the write lock; sensors do not wait (WarehouseInUseError)."""

        def create_resource(self, context: dg.InitResourceContext) -> Warehouse:
            on_wait = (context.log.info if context.log else print) if self.patient else _raise_in_use
            return open_warehouse(settings, on_wait, catalog)

    return DuckDBResource(path=str(settings.duckdb_path), patient=patient)


def _raise_in_use(told: str) -> None:
    raise WarehouseInUseError(told)
