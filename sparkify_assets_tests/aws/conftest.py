"""Two kinds of AWS: moto's server, which really makes things (what it knows of), and answers that are written beforehand.

Stubber compares what is asked and what is answered with botocore's description of the service, so neither can be invented.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from cfnlint.decode import decode_str
from click.testing import CliRunner

import sparkify_assets.aws
from sparkify_assets.aws import Account, loader
from sparkify_assets.aws import stack as stacks
from sparkify_assets.cli import sparkify
from sparkify_assets.errors import SparkifyError
from sparkify_assets_tests.emulators.redshift.data_api import DataApi
from sparkify_assets_tests.emulators.redshift.running import RedshiftDatabase, RedshiftProcess, RedshiftServer
from sparkify_assets_tests.emulators.s3.server import REGION, S3Process, S3Server, s3  # noqa: F401 - a fixture
from sparkify_assets_tests.shared import address_of

Answer = tuple[str, Mapping[str, Any], Mapping[str, Any] | str]
"""method, what it must be asked (all of it), the answer; or AWS's word for an error, with a colon and its text"""


@dataclass(frozen=True)
class Said:
    """What a command left: whether it succeeded, what it printed, and its last word if it did not."""

    status: int
    out: str
    err: str
    reason: str


def say(*arguments: str, answer: str = "") -> Said:
    """Run ``sparkify cluster ...`` in this process; a traceback is no answer."""
    done = CliRunner().invoke(sparkify, ["cluster", *arguments], input=answer)
    match done.exception:
        case None | SystemExit():
            return Said(done.exit_code, done.stdout, done.stderr, done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "")
        case SparkifyError():
            return Said(1, done.stdout, done.stderr, str(done.exception))
        case _:
            raise done.exception


@cache
def parsed() -> dict[str, Any]:
    """The template with its tags (!Ref, !Sub ...) spelt out."""
    template, matches = decode_str(stacks.template())
    assert not matches
    return json.loads(json.dumps(template))


NO_VALUE = {"Ref": "AWS::NoValue"}


def resolved(value: Any, **conditions: bool) -> Any:
    """A part of the template in which these conditions hold or do not; the others stay as they are."""
    if isinstance(value, dict):
        match value.get("Fn::If"):
            case [str(name), yes, no] if name in conditions:
                return resolved(yes if conditions[name] else no, **conditions)
        inner = {key: resolved(one, **conditions) for key, one in value.items()}
        return {key: one for key, one in inner.items() if one != NO_VALUE}
    if isinstance(value, list):
        return [one for one in (resolved(one, **conditions) for one in value) if one != NO_VALUE]
    return value


class Stubbed(Account):
    """An account whose answers are written beforehand, service by service, in order."""

    def __init__(self, stubs: Mapping[str, Stubber]) -> None:
        self._stubs = stubs
        self.region = REGION
        self.number = "123456789012"

    def client(self, service: str) -> Any:
        return self._stubs[service].client


@pytest.fixture
def stubbed() -> Iterator[Callable[..., Stubbed]]:
    """``stubbed(cloudformation=[...], redshift_serverless=[...])``; what was written and not asked for is a failure."""
    opened: list[Stubber] = []
    with ExitStack() as stack:

        def make(**answers: list[Answer]) -> Stubbed:
            stubs = {name.replace("_", "-"): Stubber(_client(name.replace("_", "-"))) for name in answers}
            for stub, those in zip(stubs.values(), answers.values(), strict=True):
                for method, asked, answer in those:
                    if isinstance(answer, str):
                        code, _, words = answer.partition(": ")
                        stub.add_client_error(method, code, words, expected_params=dict(asked))
                    else:
                        stub.add_response(method, dict(answer), dict(asked))
                opened.append(stack.enter_context(stub))
            return Stubbed(stubs)

        yield make
        for stub in opened:
            stub.assert_no_pending_responses()


@pytest.fixture
def as_account(monkeypatch: pytest.MonkeyPatch) -> Callable[[Account], None]:
    """The commands find this account."""
    return lambda account: monkeypatch.setattr(sparkify_assets.aws, "Account", lambda _: account)


@pytest.fixture
def aws(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> S3Server:  # noqa: F811 - pytest's way to ask for a fixture
    """moto's server as the AWS of this process."""
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sparkify_assets.aws, "Account", _account)
    return s3


ADMINISTRATORS_SECRET = f"arn:aws:secretsmanager:{REGION}:123456789012:secret:redshift!test-admin-AbCdEf"


@pytest.fixture(scope="session")
def own_server() -> Iterator[RedshiftServer]:
    """A Redshift test server whose users belong to these tests: the databases of a server share them, and these set a user's password."""
    process = RedshiftProcess(address_of(S3Process))
    yield RedshiftServer(process.address)
    process.stop()


@pytest.fixture
def database(own_server: RedshiftServer) -> Iterator[RedshiftDatabase]:
    """A fresh database, of a server without the platform's user."""
    made = own_server.database()
    with made.connect() as administrator, administrator.cursor() as cursor:
        administrator.autocommit = True
        cursor.execute(f"DROP USER IF EXISTS {loader.USER}")
    yield made
    own_server.drop(made)


@pytest.fixture(scope="session")
def _data_api() -> Iterator[DataApi]:
    """One for all tests: a client keeps the address that it was made with."""
    api = DataApi(ADMINISTRATORS_SECRET)
    yield api
    api.close()


@pytest.fixture
def data_api(_data_api: DataApi, database: RedshiftDatabase, monkeypatch: pytest.MonkeyPatch) -> DataApi:
    """The Data API of this process's AWS, on this test's database."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_REDSHIFT_DATA", _data_api.endpoint)
    monkeypatch.setattr("sparkify_assets.cli.cluster_up.POLL_SECONDS", 0.0)
    _data_api.database = database
    _data_api.statements.clear()
    _data_api.forbidden.clear()
    return _data_api


@cache
def _account(region: str) -> Account:
    """Once for each region: a service's description takes boto3 up to half a second to read."""
    return Account(region)


@cache
def _client(service: str) -> Any:
    """Making one takes a tenth of a second: each test stubs the same one."""
    return boto3.Session("AKIATEST", "not a secret", region_name=REGION).client(service)


DOCS = Path(__file__).parents[2] / "docs" / "redshift.md"
