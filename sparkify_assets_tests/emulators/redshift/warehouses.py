"""The platform's Redshift warehouse: on the emulator with its own bucket as stage, or (--redshift) on a real cluster.

On the emulator the platform is the user that docs/redshift.md creates, with exactly the rights listed there. On a real cluster the settings
SPARKIFY_LAKE and SPARKIFY_REDSHIFT_… give the address. There, each warehouse is a separate schema, dropped at the end, with a stage below
its own prefix, so that neither the cluster's tables nor the lake's data are changed.

Put here warehouses for tests of the platform. Do not put here the emulator's own tests.
"""

import atexit
import os
import re
import uuid
from dataclasses import replace
from pathlib import Path

import redshift_connector

from sparkify_assets.factories import open_lake, redshift_config
from sparkify_assets.lake.s3 import S3Lake, S3Location
from sparkify_assets.model import Catalog, load_catalog
from sparkify_assets.settings import read_settings
from sparkify_assets.warehouse import Warehouse
from sparkify_assets.warehouse.file_lock import OnWait
from sparkify_assets.warehouse.redshift import ConnectionConfig, RedshiftWarehouse
from sparkify_assets.warehouse.redshift.login import connect
from sparkify_assets_tests.emulators.redshift.fixtures import running
from sparkify_assets_tests.emulators.redshift.running import RedshiftDatabase
from sparkify_assets_tests.emulators.s3.server import running as running_s3
from sparkify_assets_tests.shared import built

REAL = "SPARKIFY_TEST_ON_REDSHIFT"
"""Set by --redshift."""
DOCS = Path(__file__).parents[3] / "docs" / "redshift.md"
(ADMINISTRATORS_SQL,) = re.findall(r"```sql\n(CREATE SCHEMA.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
(LOADER, LOADER_PASSWORD), *_ = re.findall(r"CREATE USER (\w+) PASSWORD '([^']*)'", ADMINISTRATORS_SQL)
ONLY_ON_AWS = "GRANT ASSUMEROLE"
"""According to docs/redshift.md it is rarely needed; the emulator has no such role."""
DUPLICATE_OBJECT = "42710"


def new_redshift(on_wait: OnWait = print) -> RedshiftWarehouse:
    """An empty warehouse: on the emulator, a copy of a database whose tables were created once."""
    if is_real():
        return _on_a_real_cluster(on_wait)
    return copy_of((built("empty-redshift", _make_empty) / "name").read_text(encoding="utf-8"), on_wait)


def is_real() -> bool:
    """Whether warehouses are on a real cluster, where no database can be copied."""
    return bool(os.environ.get(REAL))


def _make_empty(folder: Path) -> None:
    warehouse = redshift_warehouse(running().database())  # with the schema and the loader's rights, which copies inherit
    with warehouse.session():
        pass
    (folder / "name").write_text(close_for_copies(warehouse), encoding="utf-8")


def close_for_copies(warehouse: Warehouse) -> str:
    """End all connections to its database; returns the database's name, for copy_of()."""
    assert isinstance(warehouse, RedshiftWarehouse)
    warehouse.close()
    return warehouse.target.database


def copy_of(database: str, on_wait: OnWait = print) -> RedshiftWarehouse:
    """A warehouse on a new database, a copy of this one."""
    return RedshiftWarehouse(loader(running().database(database)), load_catalog(), bucket_lake(), on_wait)


def redshift_warehouse(
    database: RedshiftDatabase, stage: S3Lake | None = None, catalog: Catalog | None = None, on_wait: OnWait = print
) -> RedshiftWarehouse:
    """A warehouse on a database in which the schema and the loader's rights are created as in docs/redshift.md."""
    make_loader(database)
    return RedshiftWarehouse(loader(database), catalog or load_catalog(), stage or bucket_lake(), on_wait)


def bucket_lake(prefix: str = "lake") -> S3Lake:
    """A lake in a fresh bucket."""
    s3 = running_s3()
    return S3Lake(S3Location(s3.bucket(), prefix), s3.client(), s3.session().get_credentials())


def target(database: RedshiftDatabase) -> ConnectionConfig:
    server = database.server
    os.environ["SSL_CERT_FILE"] = str(server.ca_file)  # the driver has no other way to trust it; each process has one server
    return ConnectionConfig(server.host, server.port, database.name, user=server.user, password=server.password, iam_role=server.iam_role)


def make_loader(database: RedshiftDatabase) -> None:
    """Run the statements of docs/redshift.md, unchanged except for the database's name. A server's databases share the user."""
    with database.connect() as administrator, administrator.cursor() as cursor:
        administrator.autocommit = True
        for statement in filter(None, (s.strip() for s in re.sub(r"--.*", "", ADMINISTRATORS_SQL).split(";"))):
            if not statement.startswith(ONLY_ON_AWS):
                try:
                    cursor.execute(statement.replace("DATABASE dev", f"DATABASE {database.name}"))
                except redshift_connector.ProgrammingError as e:
                    if e.args[0]["C"] != DUPLICATE_OBJECT:
                        raise


def loader(database: RedshiftDatabase) -> ConnectionConfig:
    """The connection of the user that docs/redshift.md creates."""
    return replace(target(database), user=LOADER, password=LOADER_PASSWORD)


def loaders_settings(database: RedshiftDatabase) -> dict[str, str]:
    """The platform's settings, as variables of the environment."""
    return {**database.settings, "SPARKIFY_REDSHIFT_USER": LOADER, "SPARKIFY_REDSHIFT_PASSWORD": LOADER_PASSWORD}


def _on_a_real_cluster(on_wait: OnWait) -> RedshiftWarehouse:
    settings = read_settings(warehouse="redshift")
    name = f"sparkify_test_{uuid.uuid4().hex[:12]}"
    lake = open_lake(settings)
    assert isinstance(lake, S3Lake)
    stage = S3Lake(S3Location(lake.location.bucket, lake.object_key(f"_work/{name}")), lake.client)
    there = replace(redshift_config(settings), schema=name)
    atexit.register(_drop, there)
    return RedshiftWarehouse(there, load_catalog(), stage, on_wait)


def _drop(there: ConnectionConfig) -> None:
    connection = connect(there)
    connection.cursor().execute(f'DROP SCHEMA IF EXISTS "{there.schema}" CASCADE')
    connection.close()
