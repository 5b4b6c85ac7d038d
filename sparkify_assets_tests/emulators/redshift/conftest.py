"""The server, an S3 for its COPY to read from, and a client of it."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
import redshift_connector

from sparkify_assets_tests.emulators.redshift.fixtures import redshift_database, redshift_server  # noqa: F401 - fixtures
from sparkify_assets_tests.emulators.redshift.running import RedshiftDatabase
from sparkify_assets_tests.emulators.redshift.trying import Trial
from sparkify_assets_tests.emulators.s3.server import S3Server, s3  # noqa: F401 - a fixture


@pytest.fixture
def trial(redshift_database: RedshiftDatabase, s3: S3Server) -> Iterator[Trial]:  # noqa: F811 - the fixture
    """A client of a fresh database, with a fresh bucket to copy from."""
    trial = Trial(redshift_database, s3, s3.bucket())
    yield trial
    with suppress(redshift_connector.InterfaceError):  # one that a test has lost
        trial.connection.close()
