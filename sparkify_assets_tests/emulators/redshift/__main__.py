"""The proxy's command: ``python -m sparkify_assets_tests.emulators.redshift OPTIONS < a pipe``.

It prints its ports and its CA file, and ends when the pipe ends.

Put here the options. Do not put here the server (server.py).
"""

import argparse
import asyncio
import os

from sparkify_assets_tests.emulators.redshift.control import control
from sparkify_assets_tests.emulators.redshift.server import Configured, serve

if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--user", required=True)
    options.add_argument("--s3", required=True)
    options.add_argument("--region", required=True)
    options.add_argument("--role", action="append", required=True)
    given = options.parse_args()
    password = os.environ["REDSHIFT_TEST_PASSWORD"]
    asyncio.run(serve(Configured(given.user, password, given.s3, given.region, given.role), control))
