"""The platform's database user: what `sparkify cluster up` sends through the Data API runs on the Redshift test server."""

import json
import re
from collections.abc import Callable, Iterator
from itertools import count

import pytest
import redshift_connector

from sparkify_assets.aws import PROVISIONED, SERVERLESS, Account, CloudError, loader
from sparkify_assets.aws.warehouse import WarehouseState
from sparkify_assets.lake.s3 import S3Lake, S3Location
from sparkify_assets.model import load_catalog
from sparkify_assets.warehouse.redshift import ConnectionConfig, RedshiftWarehouse
from sparkify_assets_tests.aws.conftest import ADMINISTRATORS_SECRET, DOCS
from sparkify_assets_tests.emulators.redshift.data_api import BATCH, DataApi
from sparkify_assets_tests.emulators.redshift.running import RedshiftDatabase
from sparkify_assets_tests.emulators.s3.server import REGION, S3Server
from sparkify_assets_tests.support import raises

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("cloud")]

NUMBERS = count(1)
PASSWORD = "Loader" + "0123456789abcdef" * 2
(SQL,) = re.findall(r"```sql\n(CREATE SCHEMA.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def secret(aws: S3Server) -> Iterator[str]:
    secrets = aws.client("secretsmanager")
    content = json.dumps({"username": loader.USER, "password": PASSWORD})
    arn = secrets.create_secret(Name=f"SparkifyLoaderSecret-{next(NUMBERS)}", SecretString=content)["ARN"]
    yield arn
    secrets.delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)


@pytest.fixture
def update(data_api: DataApi, database: RedshiftDatabase, secret: str) -> Callable[..., list[str]]:
    """Make the user what it should be; returns the statuses that were waited for."""

    def run(kind: str = SERVERLESS, secret: str = secret, managed: str | None = ADMINISTRATORS_SECRET) -> list[str]:
        state = WarehouseState("available", "localhost", 5439, database.name, managed, None)
        return list(loader.create_or_update(Account(REGION), kind, "sparkify", state, secret))

    return run


def log_in(database: RedshiftDatabase, password: str = PASSWORD) -> redshift_connector.Connection:
    return database.connect(user=loader.USER, password=password)


def denied(connection: redshift_connector.Connection, statement: str) -> str:
    """Its SQLSTATE."""
    with connection.cursor() as cursor, pytest.raises(redshift_connector.ProgrammingError) as error:
        cursor.execute(statement)
    connection.rollback()
    return error.value.args[0]["C"]


@pytest.mark.parametrize("kind", [SERVERLESS, PROVISIONED])
def test_the_user_has_a_schema_temporary_tables_and_no_other_right(
    kind: str, update: Callable[..., list[str]], database: RedshiftDatabase
) -> None:
    with database.connect() as administrator, administrator.cursor() as cursor:
        cursor.execute("CREATE TABLE public.of_others (id INTEGER)")
        administrator.commit()
    assert set(update(kind)) == {"STARTED"}
    with log_in(database) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE sparkify.mine (id INTEGER)")
        cursor.execute("CREATE TEMPORARY TABLE passing (id INTEGER)")
        connection.commit()
        statements = ("CREATE SCHEMA another", "SELECT * FROM public.of_others", "CREATE USER another PASSWORD 'Another-1'")
        assert [denied(connection, statement) for statement in statements] == ["42501"] * 3


def test_it_gets_what_the_docs_tell_an_administrator_to_grant_by_hand(
    update: Callable[..., list[str]], data_api: DataApi, database: RedshiftDatabase
) -> None:
    def plain(statement: str) -> str:
        return re.sub(r"\s+", " ", re.sub(r"PASSWORD '[^']*'", "PASSWORD ''", statement.replace(" IF NOT EXISTS", ""))).strip()

    update()
    by_hand = {plain(s) for s in re.sub(r"--.*", "", SQL).split(";") if s.strip() and "ASSUMEROLE" not in s}
    sent = {plain(s).replace(f'"{database.name}"', "dev") for s in data_api.statements if not s.lstrip().startswith("SELECT")}
    assert sent == by_hand


def test_a_second_time_nothing_changes(update: Callable[..., list[str]], data_api: DataApi, database: RedshiftDatabase) -> None:
    update()
    with log_in(database) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE sparkify.mine AS SELECT 1 AS one")
        connection.commit()
    update()
    with log_in(database) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT one FROM sparkify.mine")
        assert cursor.fetchone() == [1]
    assert len([s for s in data_api.statements if s.startswith("CREATE USER")]) == 1


def test_the_users_password_becomes_what_the_secret_holds(
    update: Callable[..., list[str]], database: RedshiftDatabase, aws: S3Server, secret: str
) -> None:
    update()
    content = json.dumps({"username": loader.USER, "password": f"{PASSWORD}2"})
    aws.client("secretsmanager").put_secret_value(SecretId=secret, SecretString=content)
    update()
    log_in(database, f"{PASSWORD}2").close()
    with pytest.raises(redshift_connector.InterfaceError):
        log_in(database)


def test_no_statement_holds_the_password(update: Callable[..., list[str]], data_api: DataApi) -> None:
    update()
    assert not [s for s in data_api.statements if PASSWORD in s]
    (creating,) = [s for s in data_api.statements if s.startswith("CREATE USER")]
    assert re.search(r"PASSWORD 'md5[0-9a-f]{32}'$", creating.strip())


def test_what_the_platform_made_as_the_administrator_becomes_the_users_and_nothing_else(
    update: Callable[..., list[str]], data_api: DataApi, database: RedshiftDatabase, aws: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = database.server
    monkeypatch.setenv("SSL_CERT_FILE", str(server.ca_file))
    stage = S3Lake(S3Location(aws.bucket(), "lake"), aws.client())
    before = RedshiftWarehouse(
        ConnectionConfig(server.host, server.port, database.name, user=server.user, password=server.password), load_catalog(), stage
    )
    with before.session():
        pass
    before.close()
    with database.connect() as administrator, administrator.cursor() as cursor:
        cursor.execute("CREATE TABLE sparkify.of_others (id INTEGER)")
        administrator.commit()
    update()
    handed_over = [s for s in data_api.statements if s.startswith("ALTER TABLE")]
    assert len(handed_over) == len(list(load_catalog()))
    after = RedshiftWarehouse(
        ConnectionConfig(server.host, server.port, database.name, user=loader.USER, password=PASSWORD), load_catalog(), stage
    )
    after.reset()
    after.close()
    with database.connect() as administrator, administrator.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'sparkify' AND tableowner = CURRENT_USER")
        assert cursor.fetchall() == (["of_others"],)


def test_a_batch_has_no_more_statements_than_the_api_takes(
    update: Callable[..., list[str]], data_api: DataApi, database: RedshiftDatabase
) -> None:
    with database.connect() as administrator, administrator.cursor() as cursor:
        cursor.execute("CREATE SCHEMA sparkify")
        cursor.execute("CREATE TABLE sparkify.created_tables (table_name VARCHAR(127))")
        for number in range(BATCH + 5):
            cursor.execute(f"CREATE TABLE sparkify.t{number} (id INTEGER)")
            cursor.execute(f"INSERT INTO sparkify.created_tables VALUES ('t{number}')")
        administrator.commit()
    update()
    assert len([s for s in data_api.statements if s.startswith("ALTER TABLE")]) == BATCH + 6


def test_what_redshift_refuses_is_told(update: Callable[..., list[str]], database: RedshiftDatabase) -> None:
    with database.connect() as administrator, administrator.cursor() as cursor:
        administrator.autocommit = True
        cursor.execute(f"CREATE ROLE {loader.USER}")  # so there can be no user of this name
        try:
            with raises(CloudError, loader.USER, "FAILED", "already exists", "docs/redshift.md", "`sparkify cluster up`") as error:
                update()
            assert "md5" not in str(error.value)
        finally:
            cursor.execute(f"DROP ROLE {loader.USER}")


@pytest.mark.parametrize("content", ["no JSON", "{}", '{"username": "a", "password": "Wrong-user-1"}', '{"username": "sparkify_loader"}'])
def test_a_secret_of_something_else_is_refused_without_its_content(
    content: str, update: Callable[..., list[str]], aws: S3Server, secret: str, data_api: DataApi
) -> None:
    aws.client("secretsmanager").put_secret_value(SecretId=secret, SecretString=content)
    with raises(CloudError, secret, loader.USER, "username", "password") as error:
        update()
    assert "Wrong-user-1" not in str(error.value)
    assert data_api.statements == []


def test_a_secret_that_is_gone_is_told(update: Callable[..., list[str]]) -> None:
    with raises(CloudError, loader.USER, "ResourceNotFoundException", "GetSecretValue"):
        update(secret="another")


def test_without_a_password_of_the_administrator_nothing_is_sent(update: Callable[..., list[str]], data_api: DataApi) -> None:
    with raises(CloudError, "sparkify", "administrator"):
        update(managed=None)
    assert data_api.statements == []
