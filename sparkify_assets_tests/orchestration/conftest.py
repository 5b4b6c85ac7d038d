"""A platform on a tiny lake of its own, with a Dagster instance in memory (cli/ and the browser use one on disk)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from sparkify_assets.definitions import build_defs
from sparkify_assets.model import load_catalog
from sparkify_assets.orchestration.load import Loader, Report
from sparkify_assets.settings import Settings
from sparkify_assets.warehouse.duckdb import DuckDBWarehouse
from sparkify_assets_tests.support import LakeDirectory


@dataclass
class Platform:
    """Everything a test of a run needs."""

    lake: LakeDirectory
    settings: Settings
    instance: dg.DagsterInstance

    @property
    def defs(self) -> dg.Definitions:
        return build_defs(self.settings)

    @property
    def warehouse(self) -> DuckDBWarehouse:
        return DuckDBWarehouse(self.settings.duckdb_path, load_catalog(), waiting=pytest.fail)

    def configured(self, **settings: Any) -> "Platform":
        return Platform(self.lake, self.settings.model_copy(update=settings), self.instance)

    def load(self, first: date | None = None, last: date | None = None, again: bool = False) -> Report:
        return Loader(self.defs, self.settings, self.warehouse, self.instance).run(first, last, again)

    def materialize(self, *assets: str, start: str | None = None, end: str | None = None) -> dg.ExecuteInProcessResult:
        """One run of these assets and their checks, as the UI would launch it."""
        ranged = {"dagster/asset_partition_range_start": start, "dagster/asset_partition_range_end": end or start} if start else {}
        return self.defs.resolve_implicit_global_asset_job_def().execute_in_process(
            instance=self.instance,
            asset_selection=[dg.AssetKey(a) for a in assets],
            tags={k: v for k, v in ranged.items() if v},
            raise_on_error=False,
        )

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return list(self.warehouse.query(sql).itertuples(index=False, name=None))

    def materialized(self, asset: str) -> set[str]:
        return self.instance.get_materialized_partitions(dg.AssetKey(asset))


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    lake = LakeDirectory(tmp_path / "lake")
    settings = Settings(lake=lake.root, duckdb_path=tmp_path / "warehouse.duckdb", log_end=date(2018, 12, 1))
    with dg.DagsterInstance.ephemeral() as instance:
        yield Platform(lake, settings, instance)
