"""Log-in to Redshift by password, by a secret of Secrets Manager, or by IAM (cluster or serverless workgroup); always with TLS."""

import json
import re
import ssl
import struct
from dataclasses import dataclass, field, replace
from typing import Any

import redshift_connector

from sparkify_assets.errors import WarehouseError, WarehouseUnavailableError
from sparkify_assets.lake.aws import region
from sparkify_assets.warehouse.redshift.errors import CONNECTION_LOST, ENDED_BY_SERVER, WRONG_LOGIN

APPLICATION = "sparkify"
"""application_name in STL_CONNECTION_LOG and SYS_CONNECTION_LOG"""
LOG_IN_SECONDS = 30
"""timeout of each response during the log-in: the server at the port may not be Redshift"""
TOO_MANY = "53300"
"""SQLSTATE of a server that has reached its limit of connections"""


@dataclass(frozen=True)
class ConnectionConfig:
    """A database of a cluster or workgroup, and the log-in."""

    host: str | None = None
    port: int = 5439
    database: str = "dev"
    schema: str = "sparkify"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    secret: str | None = None
    """name or ARN of a secret with username and password"""
    cluster_identifier: str | None = None
    workgroup: str | None = None
    iam_role: str = "default"
    """for COPY: the ARN of a role attached to the cluster, or "default" for its default role"""
    statement_timeout: int = 3600
    """seconds"""
    sslmode: str = "verify-full"
    readers: str | None = None
    """group or role that may read the tables: "group analysts", "role analysts" """

    def __str__(self) -> str:
        place = self.host or self.workgroup or self.cluster_identifier
        return f"redshift://{place}/{self.database}.{self.schema}"


def connect(target: ConnectionConfig) -> redshift_connector.Connection:
    """A connection in autocommit.  Raises WarehouseError, WarehouseUnavailableError."""
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    who = _credentials(target)
    try:
        connection = redshift_connector.connect(
            database=target.database,
            ssl=True,
            sslmode=target.sslmode,
            application_name=APPLICATION,
            timeout=LOG_IN_SECONDS,
            # after each CREATE and DROP the driver closes every prepared statement that it keeps, with a round trip for each: 94 of 439
            # for one more day, where the kept ones save 36
            max_prepared_statements=0,
            **who,
        )
        # the timeout is for the log-in only: the driver would apply it to every later response, and so abort a longer COPY
        # (docs/design/redshift-facts.md)
        connection._usock.settimeout(None)
    except (redshift_connector.Error, OSError, struct.error) as e:  # struct.error: a truncated response
        raise _login_error(replace(target, host=who.get("host"), port=who.get("port", target.port)), e) from e
    except (BotoCoreError, ClientError, ResponseParserError) as e:  # from the driver's requests to IAM
        raise _iam_error(target, e) from e
    connection.autocommit = True  # transactions are explicit: a forgotten implicit one would hold locks
    return connection


def _credentials(target: ConnectionConfig) -> dict[str, Any]:
    place = {"host": target.host, "port": target.port}
    if target.workgroup:  # without a host, the driver looks up the endpoint
        return {
            "iam": True,
            "is_serverless": True,
            "serverless_work_group": target.workgroup,
            **(place if target.host else {}),
            **_region(),
        }
    if target.cluster_identifier:
        who = {"db_user": target.user} if target.user else {"group_federation": True}
        return {
            "iam": True,
            "cluster_identifier": target.cluster_identifier,
            **who,
            **(place if target.host else _endpoint(target)),
            **_region(),
        }
    if target.secret:
        return _from_secret(target)
    return {**place, "user": target.user, "password": target.password}


def _endpoint(target: ConnectionConfig) -> dict[str, Any]:
    """Look up the endpoint: without a host, the driver (2.2) looks up the custom domain "", and uses any cluster that it receives."""
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    try:
        client = boto3.Session(region_name=region()).client("redshift")
        (found,) = client.describe_clusters(ClusterIdentifier=target.cluster_identifier)["Clusters"]
    except (BotoCoreError, ClientError, ResponseParserError) as e:
        raise _iam_error(target, e) from e
    if not (endpoint := found.get("Endpoint", {})).get("Address"):
        raise WarehouseUnavailableError(
            f"{target}: the cluster has no endpoint, its status is {found.get('ClusterStatus')}; wait until it is available"
        )
    return {"host": endpoint["Address"], "port": endpoint["Port"]}


def _region() -> dict[str, str]:
    import boto3

    found = boto3.Session(region_name=region()).region_name
    return {"region": found} if found else {}


def _from_secret(target: ConnectionConfig) -> dict[str, Any]:
    """Read the secret on every connection, so rotation needs no restart."""
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    try:
        kept = boto3.Session(region_name=region()).client("secretsmanager").get_secret_value(SecretId=target.secret)
        found = json.loads(kept["SecretString"])
        user, password = found["username"], found["password"]
    except (BotoCoreError, ClientError, ResponseParserError) as e:
        raise WarehouseError(f"SPARKIFY_REDSHIFT_SECRET is {target.secret}; it cannot be read: {e}") from e
    except (KeyError, TypeError, ValueError):
        # without text and cause: both hold the secret
        raise WarehouseError(f"SPARKIFY_REDSHIFT_SECRET is {target.secret}; expected JSON with username and password in it") from None
    return {"host": target.host or found.get("host"), "port": target.port, "user": user, "password": password}


def _iam_error(target: ConnectionConfig, error: Exception) -> WarehouseError:
    name, value = ("WORKGROUP", target.workgroup) if target.workgroup else ("CLUSTER_IDENTIFIER", target.cluster_identifier)
    return WarehouseError(f"{target}: SPARKIFY_REDSHIFT_{name} is {value}; IAM gives no log-in: {error}")


def _login_error(target: ConnectionConfig, error: BaseException) -> WarehouseError:
    given = error.args[0] if error.args and isinstance(error.args[0], dict) else None
    cause = next((e for e in (error, *error.args) if isinstance(e, ssl.SSLError)), None)
    if given:
        message = str(given.get("M", "")).strip()
        if given.get("C") == WRONG_LOGIN:
            return WarehouseError(f"{target}: the log-in is refused ({message}); see to SPARKIFY_REDSHIFT_USER and its password or secret")
        if given.get("C") in {*ENDED_BY_SERVER, TOO_MANY}:
            return WarehouseUnavailableError(f"{target}: nobody is let in now ({message}); try again later")
        return WarehouseError(f"{target}: {message}; see to SPARKIFY_REDSHIFT_DATABASE and the state of the cluster")
    if isinstance(cause, ssl.SSLCertVerificationError):
        return WarehouseError(
            f"{target}: the server's certificate does not prove that it is {target.host or target.workgroup} ({cause.verify_message}); "
            "let SPARKIFY_REDSHIFT_HOST be the name in the certificate, or SSL_CERT_FILE name the authority that signed it"
        )
    if isinstance(error, (*CONNECTION_LOST, struct.error)):
        why = _without_addresses(str(error))
        return WarehouseUnavailableError(
            f"{target}: nobody answers at {target.host or target.workgroup}:{target.port} ({why}); are host and port right, is the "
            "cluster running, and does its security group let this machine in?"
        )
    return WarehouseError(f"{target}: {error}")


def _without_addresses(text: str) -> str:
    """Unwrap the socket's error, which the driver nests in the text of a tuple."""
    return re.sub(r"^\('communication error', (.*)\)$", r"\1", text)
