"""The database user of the platform: its schema, its rights and its password, through the Redshift Data API.

The Data API needs no network path to the warehouse. It runs statements as the administrator, whose secret it reads; it takes no parameters
in DDL. The password that it receives is a hash: the platform's password is in no statement, so in no log of statements.

Put here what the administrator does in the database for the platform. Do not put here what the platform does as its own user (the package
warehouse).
"""

import hashlib
import json
import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from importlib import resources
from typing import Any

from sparkify_assets.aws.account import Account
from sparkify_assets.aws.errors import CloudError, aws_errors
from sparkify_assets.aws.warehouse import SERVERLESS, WarehouseState

USER = "sparkify_loader"
"""The user's name in sql/ and in the template's secret."""
CREATED_TABLES = "created_tables"
BATCH = 40
"""Statements that BatchExecuteStatement takes, in one transaction (API: BatchExecuteStatement)."""
UNFINISHED = ("SUBMITTED", "PICKED", "STARTED")
PLACEHOLDER = re.compile(r":[a-z]+")


def create_or_update(account: Account, kind: str, name: str, warehouse: WarehouseState, secret: str) -> Iterator[str]:
    """Make the schema and the user what the platform needs, whatever they are now; yields a status at each step, for the caller to wait.

    The user's password becomes the one in ``secret``, so the two never differ after this. Tables that the platform has created as the
    administrator become the user's. Raises CloudError.
    """
    if warehouse.secret is None:
        raise CloudError(f"Redshift manages no password for the administrator of {name}; expected one, as the template asks for")
    hashed = _hash_of(_password(account, secret))
    place = {"WorkgroupName" if kind == SERVERLESS else "ClusterIdentifier": name}
    api = _DataApi(account, {**place, "Database": warehouse.database, "SecretArn": warehouse.secret}, name)
    exists = yield from api.names("loader_exists")
    tables = yield from _tables_to_hand_over(api)
    statements = [
        _sql("create_schema"),
        _sql("set_password" if exists else "create_user", password=hashed),
        _sql("grant_schema"),
        _sql("grant_temp", database=_quoted(warehouse.database)),
        *(_sql("change_owner", table=_quoted(table)) for table in tables),
    ]
    for start in range(0, len(statements), BATCH):
        yield from api.run(statements[start : start + BATCH])


def _tables_to_hand_over(api: "_DataApi") -> Generator[str, None, list[str]]:
    owned = yield from api.names("administrators_tables")
    if CREATED_TABLES not in owned:
        return []
    recorded = yield from api.names("recorded_tables")
    return sorted(owned & {*recorded, CREATED_TABLES})


def _password(account: Account, secret: str) -> str:
    with aws_errors(f"reading the password of {USER}", "secretsmanager"):
        kept = account.client("secretsmanager").get_secret_value(SecretId=secret)
    try:
        found = json.loads(kept["SecretString"])
        user, password = found["username"], found["password"]
    except (KeyError, TypeError, ValueError):
        user = password = None
    if user != USER or not isinstance(password, str) or not password:  # without the content and the cause: both hold the password
        raise CloudError(f"the secret {secret} holds no log-in of {USER}; expected JSON with username ({USER}) and password")
    return password


def _hash_of(password: str) -> str:
    """The password as CREATE USER takes it instead of plain text: a literal with "md5" and the MD5 of password and name (DG: CREATE USER).

    Redshift keeps a plain password in the same form. 48 random characters cannot be found from it.
    """
    return f"'md5{hashlib.md5(f'{password}{USER}'.encode(), usedforsecurity=False).hexdigest()}'"


def _sql(name: str, **values: str) -> str:
    """A statement of sql/ with its placeholders replaced. sqlglot parses neither CREATE USER nor OWNER TO."""
    text = resources.files("sparkify_assets.aws").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
    body = " ".join(line for line in text.splitlines() if not line.startswith("--"))
    return PLACEHOLDER.sub(lambda found: values[found[0][1:]], body)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


class _DataApi:
    """Statements of the administrator, one after the other."""

    def __init__(self, account: Account, place: Mapping[str, str], name: str) -> None:
        self._client = account.client("redshift-data")
        self._place, self._name = place, name

    def names(self, query: str) -> Generator[str, None, set[str]]:
        """The first column of a query of sql/."""
        with self._errors():
            started = self._client.execute_statement(**self._place, Sql=_sql(query))["Id"]
        yield from self._finish(started)
        found: set[str] = set()
        with self._errors():
            for page in self._client.get_paginator("get_statement_result").paginate(Id=started):
                found |= {row[0]["stringValue"] for row in page["Records"]}
        return found

    def run(self, statements: Sequence[str]) -> Generator[str, None, None]:
        """Run statements in one transaction."""
        with self._errors():
            started = self._client.batch_execute_statement(**self._place, Sqls=list(statements))["Id"]
        yield from self._finish(started)

    def _finish(self, statement: str) -> Generator[str, None, None]:
        while True:
            with self._errors():
                now: dict[str, Any] = self._client.describe_statement(Id=statement)
            if now["Status"] == "FINISHED":
                return
            if now["Status"] not in UNFINISHED:
                raise CloudError(
                    f"making the user {USER} in {self._name}: Redshift answers {now['Status']}: {now.get('Error') or 'without a reason'}; "
                    "the permissions that are needed (redshift-data, and secretsmanager:GetSecretValue on the administrator's secret) are "
                    "in docs/redshift.md. Run `sparkify cluster up` again after that"
                )
            yield now["Status"]

    def _errors(self) -> Any:
        return aws_errors(f"making the user {USER} in {self._name}", "redshift-data")
