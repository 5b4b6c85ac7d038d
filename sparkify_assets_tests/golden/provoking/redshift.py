"""What Redshift refuses, without a server: the driver's own errors go through the code that puts them in our words."""

from pathlib import Path
from types import SimpleNamespace
from typing import cast
from unittest.mock import patch

import redshift_connector

from sparkify_assets.lake.s3 import S3Lake, S3Location
from sparkify_assets.warehouse.redshift import ConnectionConfig, load_errors
from sparkify_assets.warehouse.redshift.connection import RedshiftConnection
from sparkify_assets.warehouse.redshift.errors import driver_errors
from sparkify_assets.warehouse.redshift.login import connect
from sparkify_assets.warehouse.redshift.staging_area import StagingArea
from sparkify_assets_tests.golden.provoking.case import Case, Cases
from sparkify_assets_tests.golden.provoking.lake import s3_client

PLACE = "redshift://a-host/dev.sparkify"
SPECTRUM = "S3ServiceException:{},Status {},Error {},Rid 1,CanRetry 1"


def _driver(code: str, message: str, detail: str = "") -> Case:
    def case(_: Path) -> object:
        with driver_errors(PLACE):
            raise redshift_connector.ProgrammingError({"S": "ERROR", "C": code, "M": message, "D": detail})

    return case


def _lost(error: Exception) -> Case:
    def case(_: Path) -> object:
        with driver_errors(PLACE):
            raise error

    return case


def _area(prefix: str) -> Case:
    return lambda _: StagingArea(S3Lake(S3Location("bucket", prefix), s3_client()), PLACE, print)


def _error_tables_lag(_: Path) -> object:
    answers: dict[str, list[tuple[int, ...]]] = {"session_id": [(1,)]}
    lagging = SimpleNamespace(target=PLACE, run_named=lambda name, *_: answers.get(name, []))
    with patch.object(load_errors, "LOG_DELAY_SECONDS", 0):
        return load_errors.copy_errors(cast("RedshiftConnection", lagging), True, ["s3://lake/a.json"], 2)


REDSHIFT: Cases = {
    "nobody answers": lambda _: connect(ConnectionConfig("127.0.0.1", 9, "dev", user="loader", password="secret")),
    "the connection is lost": _lost(redshift_connector.InterfaceError("communication error")),
    "the connection is lost by the system": _lost(ConnectionResetError(104, "Connection reset by peer")),
    "the server shuts down": _driver("57P01", "terminating connection due to administrator command"),
    "a conflict": _driver("XX000", "1023", "Serializable isolation violation on table - 1, transactions forming the cycle are: 1, 2"),
    "a deadlock": _driver("40P01", "deadlock detected"),
    "a statement takes too long": _driver("57014", "Query (1) cancelled on user's request"),
    "no right": _driver("42501", "permission denied for relation users"),
    "a write in a READ ONLY transaction": _driver("25006", "transaction is read-only"),
    "a table that exists": _driver("42P07", 'relation "users" already exists'),
    "no table": _driver("42P01", 'relation "users" does not exist'),
    "anything else": _driver("42601", 'syntax error at or near "FROM"'),
    "COPY: no permission to read": _driver("XX000", SPECTRUM.format("Access Denied", 403, "AccessDenied"), "s3://lake/a.json"),
    "COPY: a role that is not attached": _driver("XX000", "User arn:x is not authorized to assume IAM Role arn:y"),
    "COPY: a file is gone": _driver("XX000", SPECTRUM.format("No such key", 404, "NoSuchKey"), "s3://lake/a.json"),
    "COPY: S3 is busy": _driver("XX000", SPECTRUM.format("Slow down", 503, "SlowDown"), "s3://lake/a.json"),
    "COPY: the error tables lag": _error_tables_lag,
    "COPY: a prefix that is too long": _area("x" * 300),
    "COPY: a prefix with a quote": _area("it's"),
}
