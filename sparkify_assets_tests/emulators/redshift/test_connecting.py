"""Log-in with the real driver over TLS: what the server reports, what it rejects (docs/design/redshift-facts.md).

Put here tests of startup.py. Do not put here tests of statements.
"""

from typing import Any

import pytest
import redshift_connector

from sparkify_assets_tests.emulators.redshift.faults import Fault, log_in_fault
from sparkify_assets_tests.emulators.redshift.running import RedshiftDatabase

pytestmark = pytest.mark.integration

VERSION = "PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC gcc (GCC) 3.4.2 20041017 (Red Hat 3.4.2-6.fc3), Redshift 1.0.61687"


def test_the_driver_finds_a_redshift(redshift_database: RedshiftDatabase) -> None:
    with redshift_database.connect(application_name="a test") as connection, connection.cursor() as cursor:
        cursor.execute("SELECT version(), current_database(), current_user, current_setting('application_name')")
        assert cursor.fetchone() == [VERSION, redshift_database.name, "awsuser", "a test"]
        told = dict(connection.parameter_statuses)
    assert told[b"server_version"] == b"8.0.2"
    assert b"server_protocol_version" not in told


@pytest.mark.parametrize("given", [{"password": "another"}, {"user": "nobody-known"}])
def test_a_wrong_password_or_user_is_an_interface_error(redshift_database: RedshiftDatabase, given: dict[str, str]) -> None:
    with pytest.raises(redshift_connector.InterfaceError) as error:
        redshift_database.connect(**given)
    assert error.value.args[0]["C"] == "28000"


def test_a_database_that_is_not_there_is_refused(redshift_database: RedshiftDatabase) -> None:
    with pytest.raises(redshift_connector.ProgrammingError) as error:
        redshift_database.connect(database="nowhere")
    assert error.value.args[0]["C"] == "3D000"


def test_without_tls_nobody_comes_in(redshift_database: RedshiftDatabase) -> None:
    with pytest.raises(redshift_connector.InterfaceError, match="SSL off"):
        redshift_database.connect(ssl=False, sslmode="verify-ca")


def test_the_certificate_is_verified(redshift_database: RedshiftDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    server = redshift_database.server
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)  # other tests of the same process may have set it
    given: dict[str, Any] = {"user": server.user, "password": server.password, "database": redshift_database.name, "port": server.port}
    with pytest.raises(redshift_connector.InterfaceError, match="certificate verify failed"):
        redshift_connector.connect(host="localhost", sslmode="verify-full", **given)


def test_the_hosts_name_is_verified(redshift_database: RedshiftDatabase) -> None:
    with pytest.raises(redshift_connector.InterfaceError, match="not valid for '127"):
        redshift_database.connect(host="127.0.0.1")


def test_temporary_credentials_come_in_under_the_name_of_iam(redshift_database: RedshiftDatabase) -> None:
    with redshift_database.connect(user="IAM:awsuser", password="whatever AWS gave") as connection, connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ["awsuser"]


def test_a_second_user_has_a_password_and_no_more_rights_than_given(redshift_database: RedshiftDatabase) -> None:
    with redshift_database.connect() as owner, owner.cursor() as cursor:
        cursor.execute("CREATE TABLE t (a INTEGER)")
        cursor.execute("DROP USER IF EXISTS reader")
        cursor.execute("CREATE USER reader PASSWORD 'Reads-0nly'")
        owner.commit()
        with redshift_database.connect(user="reader", password="Reads-0nly") as reader, reader.cursor() as asking:
            with pytest.raises(redshift_connector.ProgrammingError) as error:
                asking.execute("SELECT * FROM t")
            assert error.value.args[0]["C"] == "42501"
        cursor.execute("DROP USER reader")
        owner.commit()


def test_the_log_in_fails_as_often_as_ordered(redshift_database: RedshiftDatabase) -> None:
    faults = redshift_database.server.faults
    faults.order(log_in_fault())
    faults.order(Fault("connect", "drop_before"))
    with pytest.raises(redshift_connector.InterfaceError) as error:
        redshift_database.connect()
    assert error.value.args[0]["C"] == "28000"
    with pytest.raises(redshift_connector.InterfaceError):
        redshift_database.connect()
    redshift_database.connect().close()
    assert faults.fired() == ["connect: error", "connect: drop_before"]
