"""Fixtures of the emulator's own tests: the server, an S3 for its COPY, and a client.

Put here what only these tests need. Do not put here what other packages use, too (fixtures.py).
"""

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
    with suppress(redshift_connector.InterfaceError):  # a test may have lost the connection
        trial.connection.close()
