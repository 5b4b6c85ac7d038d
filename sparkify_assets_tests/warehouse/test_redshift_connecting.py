"""Every way in: password, Secrets Manager, IAM for a cluster and for a workgroup; and what is said when the door stays shut.

The server and its TLS are real, and so are Secrets Manager and GetClusterCredentials, in moto.  What moto does not have (IAM roles as
users, serverless workgroups) is answered to order in AWS's words, so that botocore reads it as it would AWS's.
"""

import json
import os
import socket
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sparkify_assets.errors import SettingsError, WarehouseError, WarehouseUnavailableError
from sparkify_assets.model import load_catalog
from sparkify_assets.settings import read_settings
from sparkify_assets.warehouse.redshift import RedshiftWarehouse, login
from sparkify_assets.warehouse.redshift.login import ConnectionConfig, connect
from sparkify_assets_tests.emulators.redshift.fixtures import redshift_server
from sparkify_assets_tests.emulators.redshift.running import ROLE, RedshiftDatabase, RedshiftServer
from sparkify_assets_tests.emulators.redshift.warehouses import bucket_lake, redshift_warehouse, target
from sparkify_assets_tests.emulators.s3.server import Fault, S3Server, s3
from sparkify_assets_tests.support import mentions, raises

__all__ = ["redshift_server", "s3"]

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("redshift-connecting")]

REDSHIFT = '<{0}Response xmlns="http://redshift.amazonaws.com/doc/2012-12-01/"><{0}Result>{1}</{0}Result></{0}Response>'
REQUEST = "^POST /$"
"""to any service but S3"""


@pytest.fixture(scope="module")
def database(redshift_server: RedshiftServer) -> Iterator[RedshiftDatabase]:
    database = redshift_server.database()
    yield database
    redshift_server.drop(database)


@pytest.fixture
def there(database: RedshiftDatabase) -> ConnectionConfig:
    return target(database)


@pytest.fixture
def aws(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Server]:
    """AWS as the process's own environment names it."""
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    yield s3
    s3.calm()


def who(given: ConnectionConfig) -> str:
    connection = connect(given)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_setting('application_name')")
        ((user, application),) = cursor.fetchall()
    connection.close()
    assert application == "sparkify"
    return user


def refusal(given: ConnectionConfig) -> str:
    with raises(WarehouseError) as error:
        connect(given)
    assert given.password is None or given.password not in repr(error.value) + repr(error.value.__cause__)
    return str(error.value)


def keep(aws: S3Server, secret: str) -> str:
    name = f"sparkify/{uuid.uuid4().hex}"
    aws.client("secretsmanager").create_secret(Name=name, SecretString=secret)
    return name


def answer(aws: S3Server, action: str, result: str) -> None:
    aws.order(Fault(REQUEST, status=200, body=REDSHIFT.format(action, result), headers={"Content-Type": "text/xml"}))


def at_localhost(aws: S3Server, server: RedshiftServer) -> None:
    """DescribeClusters names localhost, for which the driver then seeks a custom domain, in vain, and twice."""
    endpoint = f"<Endpoint><Address>localhost</Address><Port>{server.port}</Port></Endpoint>"
    answer(aws, "DescribeClusters", f"<Clusters><Cluster>{endpoint}</Cluster></Clusters>")
    aws.order(Fault(REQUEST, 2, status=400, code="CustomCnameAssociationFault"))


# coming in


def test_by_password(there: ConnectionConfig) -> None:
    assert who(there) == "awsuser"


def test_by_a_secret_read_at_each_log_in(there: ConnectionConfig, aws: S3Server) -> None:
    name = keep(aws, json.dumps({"username": there.user, "password": "of yesterday"}))
    by_secret = replace(there, user=None, password=None, secret=name)
    mentions(refusal(by_secret), f'password authentication failed for user "{there.user}"')
    rotated = {"username": there.user, "password": there.password, "host": there.host, "engine": "redshift"}
    aws.client("secretsmanager").put_secret_value(SecretId=name, SecretString=json.dumps(rotated))
    assert who(by_secret) == "awsuser"


def test_by_iam_as_a_database_user_of_a_cluster(there: ConnectionConfig, aws: S3Server, redshift_server: RedshiftServer) -> None:
    cluster = f"cluster-{uuid.uuid4().hex[:8]}"
    aws.client("redshift").create_cluster(
        ClusterIdentifier=cluster, NodeType="ra3.xlplus", MasterUsername="awsuser", MasterUserPassword="Never-us3d"
    )
    at_localhost(aws, redshift_server)
    aws.order(Fault(REQUEST))  # GetClusterCredentials: moto's own answer
    assert who(replace(there, host=None, password=None, cluster_identifier=cluster)) == "awsuser"


def test_by_iam_as_the_role_one_has(there: ConnectionConfig, aws: S3Server, redshift_server: RedshiftServer) -> None:
    cluster = f"cluster-{uuid.uuid4().hex[:8]}"
    given = "<DbUser>IAM:awsuser</DbUser><DbPassword>what AWS gave</DbPassword><Expiration>2099-01-01T00:00:00Z</Expiration>"
    at_localhost(aws, redshift_server)
    answer(aws, "GetClusterCredentialsWithIAM", given)
    assert who(replace(there, host=None, user=None, password=None, cluster_identifier=cluster)) == "awsuser"


@pytest.mark.parametrize("host_is_told", [True, False])
def test_by_iam_to_a_workgroup(there: ConnectionConfig, aws: S3Server, redshift_server: RedshiftServer, host_is_told: bool) -> None:
    workgroup = f"workgroup-{uuid.uuid4().hex[:8]}"
    given = {"dbUser": "IAM:awsuser", "dbPassword": "what AWS gave", "expiration": 4_070_908_800}
    endpoint = {"workgroup": {"endpoint": {"address": "localhost", "port": redshift_server.port}}}
    for body in (given, endpoint)[: 1 if host_is_told else 2]:
        aws.order(Fault(REQUEST, status=200, body=json.dumps(body), headers={"Content-Type": "application/x-amz-json-1.1"}))
    host = there.host if host_is_told else None
    assert who(replace(there, host=host, user=None, password=None, workgroup=workgroup)) == "awsuser"
    assert [h["x-amz-target"].split(".")[1] for h in aws.headers(REQUEST)] == ["GetCredentials", "GetWorkgroup"][: 1 if host_is_told else 2]


# staying outside


def test_a_wrong_password_or_user(there: ConnectionConfig) -> None:
    for wrong in (replace(there, password="not this one"), replace(there, user="nobody")):
        mentions(refusal(wrong), wrong, f'password authentication failed for user "{wrong.user}"', "SPARKIFY_REDSHIFT_USER")


def test_no_such_database(there: ConnectionConfig) -> None:
    said = refusal(replace(there, database="nowhere"))
    mentions(said, "redshift://localhost/nowhere.sparkify", 'database "nowhere" does not exist', "SPARKIFY_REDSHIFT_DATABASE")


def test_nobody_listens(there: ConnectionConfig) -> None:
    with socket.socket() as taken:  # bound, and not listening
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with raises(WarehouseUnavailableError, f"localhost:{port} ", "host", "port", "security group"):
            connect(replace(there, port=port))


def test_somebody_listens_who_says_nothing(there: ConnectionConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(login, "LOG_IN_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with raises(WarehouseUnavailableError, f"localhost:{port} "):
            connect(replace(there, port=port))


def test_no_such_host(there: ConnectionConfig) -> None:
    with raises(WarehouseUnavailableError, f"there.invalid:{there.port} "):
        connect(replace(there, host="there.invalid"))


def test_the_name_in_the_certificate_counts_unless_verify_ca_says_otherwise(there: ConnectionConfig) -> None:
    elsewhere = replace(there, host="127.0.0.1")
    said = refusal(elsewhere)
    mentions(said, "certificate", "127.0.0.1 ", "SPARKIFY_REDSHIFT_HOST")
    assert who(replace(elsewhere, sslmode="verify-ca")) == "awsuser"


@pytest.mark.parametrize("sslmode", ["verify-full", "verify-ca"])
def test_an_authority_nobody_knows(there: ConnectionConfig, monkeypatch: pytest.MonkeyPatch, sslmode: str) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    said = refusal(replace(there, sslmode=sslmode))
    mentions(said, "certificate", f"{there.host} ", "SSL_CERT_FILE")


def test_a_secret_that_cannot_be_used(there: ConnectionConfig, aws: S3Server) -> None:
    nowhere = refusal(replace(there, password=None, secret="there/is/none"))
    mentions(nowhere, "SPARKIFY_REDSHIFT_SECRET", "there/is/none", "ResourceNotFoundException")
    for kept in ("s3cret-text", '{"username": "awsuser"}', '["s3cret-text"]', '{"username": "awsuser", "pass": "s3cret-text"}'):
        name = keep(aws, kept)
        with raises(WarehouseError, "SPARKIFY_REDSHIFT_SECRET", name, "JSON", "username", "password") as error:
            connect(replace(there, password=None, secret=name))
        assert "s3cret-text" not in str(error.value)
        assert error.value.__cause__ is None
        assert error.value.__suppress_context__


def test_a_secret_that_may_not_be_read(there: ConnectionConfig, aws: S3Server) -> None:
    body = json.dumps({"__type": "AccessDeniedException", "message": "not authorized to perform secretsmanager:GetSecretValue"})
    aws.order(Fault(REQUEST, status=400, body=body, headers={"Content-Type": "application/x-amz-json-1.1"}))
    said = refusal(replace(there, password=None, secret="ours"))
    mentions(said, "SPARKIFY_REDSHIFT_SECRET", "ours", "not authorized to perform secretsmanager:GetSecretValue")


def test_iam_refuses(there: ConnectionConfig, aws: S3Server) -> None:
    cluster = replace(there, host=None, password=None, cluster_identifier="no-such-cluster")
    said = refusal(cluster)
    mentions(said, "redshift://no-such-cluster/", "SPARKIFY_REDSHIFT_CLUSTER_IDENTIFIER", " no-such-cluster;", "IAM")
    denied = json.dumps({"__type": "AccessDeniedException", "message": "not authorized to perform redshift-serverless:GetCredentials"})
    aws.order(Fault(REQUEST, status=400, body=denied, headers={"Content-Type": "application/x-amz-json-1.1"}))
    said = refusal(replace(there, host=None, user=None, password=None, workgroup="ours"))
    mentions(said, "SPARKIFY_REDSHIFT_WORKGROUP", " ours;", "IAM", "redshift-serverless:GetCredentials")


def test_a_cluster_that_has_no_endpoint_yet(there: ConnectionConfig, aws: S3Server) -> None:
    answer(aws, "DescribeClusters", "<Clusters><Cluster><ClusterStatus>creating</ClusterStatus></Cluster></Clusters>")
    with raises(WarehouseUnavailableError, "redshift://ours/", "endpoint", "creating", "available"):
        connect(replace(there, host=None, password=None, cluster_identifier="ours"))


def test_iam_without_credentials(there: ConnectionConfig, aws: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    said = refusal(replace(there, host=None, password=None, cluster_identifier="whoever-asks"))
    mentions(said, "IAM", "whoever-asks", "Unable to locate credentials")


# what a query is for


def test_a_session_says_what_it_is_for(database: RedshiftDatabase) -> None:
    warehouse = redshift_warehouse(database)
    asked = ("SHOW query_group", "SELECT current_setting('application_name')", "SHOW statement_timeout")
    for purpose, label in (
        ("staging_events 2018-11-01..2018-11-30 run 1c3f", "staging_events 2018-11-01..2018-11-30 run 1c3f"),
        ("'; DROP TABLE users; -- \\' $1 ? %s ü\n", "?; DROP TABLE users; -- ?? $1 ? %s ??"),
        ("x" * 1000, "x" * 320),
        ("", "sparkify"),
    ):
        with warehouse.session(purpose) as session:
            assert [session.sql.execute(sql)[0][0] for sql in asked] == [label, "sparkify", "1h"]
    warehouse.close()


# settings that would be something else in SQL


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("redshift_schema", 'public"; DROP SCHEMA public; --'),
        ("redshift_schema", "a.b"),
        ("redshift_schema", ""),
        ("redshift_iam_role", "default' MANIFEST --"),
        ("redshift_iam_role", "arn:aws:iam::123456789012:role/x' --"),
        ("redshift_iam_role", "arn:aws:iam::123456789012:role/x,arn:aws:iam::123456789012:role/y\n"),
        ("redshift_sslmode", "prefer"),
        ("redshift_port", "5439; --"),
        ("redshift_statement_timeout", "1; DROP TABLE users"),
    ],
)
def test_hostile_settings_are_refused(name: str, value: str) -> None:
    ours: dict[str, Any] = {"warehouse": "redshift", "lake": "s3://bucket", "redshift_host": "h", "redshift_user": "u"}
    ours |= {"redshift_password": "p", "redshift_iam_role": ROLE}
    assert read_settings(**ours).redshift_schema == "sparkify"
    with raises(SettingsError, f"SPARKIFY_{name.upper()} "):
        read_settings(**ours | {name: value})


def test_a_databases_name_is_no_sql(there: ConnectionConfig) -> None:
    name = "\"; DROP TABLE users; --' %s é"
    mentions(refusal(replace(there, database=name)), f'database "{name}" does not exist')


def test_a_schema_with_a_dollar_and_a_keyword_are_quoted(database: RedshiftDatabase) -> None:
    for schema in ("select", "a$1"):
        warehouse = RedshiftWarehouse(replace(target(database), schema=schema), load_catalog(), bucket_lake())
        with warehouse.session() as session:
            assert session.sql.execute("SELECT current_schema()") == [(schema,)]
            assert session.metadata.stale_partitions() == {}
        warehouse.close()


def test_the_driver_is_told_where_the_authority_is_by_the_environment(redshift_server: RedshiftServer) -> None:
    assert Path(os.environ["SSL_CERT_FILE"]) == redshift_server.ca_file
