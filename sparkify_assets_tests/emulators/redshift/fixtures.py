"""Fixtures of the server for the tests of any package.

    from sparkify_assets_tests.emulators.redshift.fixtures import redshift_database, redshift_server  # noqa: F401 - for a conftest.py

Put here fixtures without knowledge of the platform. Do not put here its warehouses (warehouses.py).
"""

from collections.abc import Iterator
from functools import cache

import pytest

from sparkify_assets_tests.emulators.redshift.running import RedshiftDatabase, RedshiftProcess, RedshiftServer
from sparkify_assets_tests.emulators.s3.server import S3Process
from sparkify_assets_tests.shared import address_of


@cache
def running() -> RedshiftServer:
    """This process's client of the test run's only server. Its COPY reads from the test run's S3."""
    return RedshiftServer(address_of(start))


def start() -> RedshiftProcess:
    return RedshiftProcess(address_of(S3Process))


@pytest.fixture(scope="session")
def redshift_server() -> RedshiftServer:
    """The server. A test that creates databases without redshift_database must drop them."""
    return running()


@pytest.fixture
def redshift_database(redshift_server: RedshiftServer) -> Iterator[RedshiftDatabase]:
    """A fresh database of a provisioned cluster; afterwards it is dropped and pending faults are removed."""
    database = redshift_server.database()
    yield database
    redshift_server.faults.calm()
    redshift_server.drop(database)
