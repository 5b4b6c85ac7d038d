"""The server for tests of any room.

from sparkify_assets_tests.redshift.fixtures import redshift_database, redshift_server  # noqa: F401 - for a conftest.py
"""

import atexit
from collections.abc import Iterator
from functools import cache

import pytest

from sparkify_assets_tests.redshift.running import RedshiftDatabase, RedshiftServer
from sparkify_assets_tests.s3.server import running as running_s3


@cache
def running() -> RedshiftServer:
    """This process's server; one, however many conftest.py files name the fixture.  Its COPY reads from this process's S3."""
    server = RedshiftServer(running_s3().endpoint)
    atexit.register(server.stop)
    return server


@pytest.fixture(scope="session")
def redshift_server() -> RedshiftServer:
    """The server; a test that takes no database of redshift_database's drops what it makes."""
    return running()


@pytest.fixture
def redshift_database(redshift_server: RedshiftServer) -> Iterator[RedshiftDatabase]:
    """A fresh database of a provisioned cluster; afterwards it is dropped, and no fault is left."""
    database = redshift_server.database()
    yield database
    redshift_server.faults.calm()
    redshift_server.drop(database)
