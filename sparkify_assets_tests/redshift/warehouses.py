"""The platform's Redshift warehouse: on the test server, with a bucket of its own for what it stages, or (--redshift) on a real cluster.

On a real one, the settings SPARKIFY_LAKE and SPARKIFY_REDSHIFT_… say where; each warehouse is a schema of its own there, dropped at the
end, and stages below a prefix of its own, so that neither the cluster's tables nor the lake's data are touched.
"""

import atexit
import os
import uuid
from dataclasses import replace
from pathlib import Path

from sparkify_assets.lake.s3 import Place, S3Lake
from sparkify_assets.model import Catalog, load_catalog
from sparkify_assets.opening import open_lake, redshift_target
from sparkify_assets.settings import read_settings
from sparkify_assets.warehouse import Warehouse
from sparkify_assets.warehouse.lock import Waiting
from sparkify_assets.warehouse.redshift import RedshiftWarehouse, Target
from sparkify_assets.warehouse.redshift.connecting import connect
from sparkify_assets_tests.redshift.fixtures import running
from sparkify_assets_tests.redshift.running import RedshiftDatabase
from sparkify_assets_tests.s3.server import running as running_s3
from sparkify_assets_tests.shared import built

REAL = "SPARKIFY_TEST_ON_REDSHIFT"
"""set by --redshift"""


def new_redshift(waiting: Waiting = print) -> RedshiftWarehouse:
    """An empty one: on the test server, a copy of a database whose tables were made once."""
    if is_real():
        return _on_a_real_cluster(waiting)
    return copy_of((built("empty-redshift", _make_empty) / "name").read_text(encoding="utf-8"), waiting)


def is_real() -> bool:
    """Whether warehouses are on a real cluster, where no database can be copied."""
    return bool(os.environ.get(REAL))


def _make_empty(folder: Path) -> None:
    warehouse = redshift_warehouse(running().database())
    with warehouse.session():
        pass
    (folder / "name").write_text(close_for_copies(warehouse), encoding="utf-8")


def close_for_copies(warehouse: Warehouse) -> str:
    """The name of its database, for copy_of(): nobody is connected to it any more."""
    assert isinstance(warehouse, RedshiftWarehouse)
    warehouse.close()
    return warehouse.target.database


def copy_of(database: str, waiting: Waiting = print) -> RedshiftWarehouse:
    """On a database of its own, with all that is in the one of this name."""
    return redshift_warehouse(running().database(database), waiting=waiting)


def redshift_warehouse(
    database: RedshiftDatabase, stage: S3Lake | None = None, catalog: Catalog | None = None, waiting: Waiting = print
) -> RedshiftWarehouse:
    return RedshiftWarehouse(target(database), catalog or load_catalog(), stage or bucket_lake(), waiting)


def bucket_lake(prefix: str = "lake") -> S3Lake:
    """A lake in a fresh bucket."""
    s3 = running_s3()
    return S3Lake(Place(s3.bucket(), prefix), s3.client(), s3.session().get_credentials())


def target(database: RedshiftDatabase) -> Target:
    server = database.server
    os.environ["SSL_CERT_FILE"] = str(server.ca_file)  # the driver knows no other way to trust it; each process has one server
    return Target(server.host, server.port, database.name, user=server.user, password=server.password, iam_role=server.iam_role)


def _on_a_real_cluster(waiting: Waiting) -> RedshiftWarehouse:
    settings = read_settings(warehouse="redshift")
    name = f"sparkify_test_{uuid.uuid4().hex[:12]}"
    lake = open_lake(settings)
    assert isinstance(lake, S3Lake)
    stage = S3Lake(Place(lake.place.bucket, lake.name(f"_work/{name}")), lake.client)
    there = replace(redshift_target(settings), schema=name)
    atexit.register(_drop, there)
    return RedshiftWarehouse(there, load_catalog(), stage, waiting)


def _drop(there: Target) -> None:
    connection = connect(there)
    connection.cursor().execute(f'DROP SCHEMA IF EXISTS "{there.schema}" CASCADE')
    connection.close()
