"""A real S3 over HTTP (and the rest of AWS that moto has): one server for all processes of a test run.

    from sparkify_assets_tests.emulators.s3.server import s3  # noqa: F401 - a fixture, for a conftest.py

Nothing global is set: a test passes the client, or the environment to a child process.

Put here the client of the server. Do not put here the server itself (serving.py).
"""

import itertools
import json
import os
import re
import subprocess
import sys
import urllib.request
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from sparkify_assets_tests.emulators.s3.serving import CONTROL
from sparkify_assets_tests.shared import address_of

PROJECT = Path(__file__).parents[3]
SCOPE = f"t{os.getpid()}t"
"""Identifies what belongs to this process: requests signed with its key, and requests about its buckets."""
KEY_ID = f"AKIATEST{SCOPE.upper()}"
SECRET = "a-secret-that-no-log-may-show"
TOKEN = "a-token-that-no-log-may-show"
REGION = "us-west-2"
PAGE = 50
"""Keys per page of a listing; S3 has 1,000."""


@dataclass(frozen=True)
class Fault:
    """How the next requests of a pattern are answered: with a status, with a delay, or not at all."""

    pattern: str
    """Regular expression, searched for in "GET /bucket/key?query", decoded. It should contain the bucket."""
    times: int = 1
    status: int = 0
    """0: the true answer."""
    code: str = "InternalError"
    """S3's error code, such as SlowDown, AccessDenied, ExpiredToken."""
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0
    """Delay before the answer."""
    reset: bool = False
    """The connection is reset without an answer."""
    cut: bool = False
    """The connection ends after half of the true answer."""
    body: str = ""
    """Sent with the status, instead of S3's XML error."""


class S3Process:
    """The server in its own process, which ends with the process that started it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "sparkify_assets_tests.emulators.s3.serving"],
            cwd=PROJECT,
            env={**os.environ, "MOTO_S3_DEFAULT_MAX_KEYS": str(PAGE)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the tests; this ends with them
        )
        assert self._process.stdout is not None
        self.address = f"http://127.0.0.1:{int(self._process.stdout.readline())}"

    def stop(self) -> None:
        self._process.kill()
        self._process.communicate()


class S3Server:
    """A client of the server. Each test creates its own buckets; they are never shared.

    Faults and recorded requests are those of this process.
    """

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self._numbers = itertools.count(1)
        self._session = boto3.Session(KEY_ID, SECRET, TOKEN, REGION)
        self._clients: dict[str, Any] = {}

    @property
    def environment(self) -> dict[str, str]:
        """Variables for a child process: the endpoint, credentials, and none of the developer's own settings."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": KEY_ID,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_SESSION_TOKEN": TOKEN,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }

    def session(self) -> boto3.Session:
        return self._session

    def client(self, service: str = "s3", **config: Any) -> Any:
        """A boto3 client of the server, one per set of arguments. ``config``: arguments of botocore's Config."""
        asked = f"{service} {config}"
        if asked not in self._clients:  # creating one takes 50 ms
            self._clients[asked] = self._session.client(service, endpoint_url=self.endpoint, config=Config(**config))
        return self._clients[asked]

    def bucket(self) -> str:
        """Create an empty bucket; returns its name."""
        name = f"lake-{SCOPE}-{next(self._numbers)}"
        self.client().create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        return name

    def order(self, fault: Fault) -> None:
        self._control("POST", json.dumps(asdict(fault)).encode())

    def seen(self) -> list[str]:
        """Requests since the last calm(), decoded, such as "GET /bucket/key?query"."""
        return [told for told, _ in self._control("GET")]

    def headers(self, pattern: str) -> list[dict[str, str]]:
        """The headers, with lower-case names, of the recorded requests that match a regular expression."""
        return [headers for told, headers in self._control("GET") if re.search(pattern, told, re.DOTALL)]

    def calm(self) -> None:
        """Remove pending faults, and forget recorded requests."""
        self._control("DELETE")

    def _control(self, method: str, data: bytes | None = None) -> list[tuple[str, dict[str, str]]]:
        url = f"{self.endpoint}{CONTROL}?{SCOPE}"
        with urllib.request.urlopen(urllib.request.Request(url, data, method=method)) as answer:
            return json.loads(answer.read())


@cache
def running() -> S3Server:
    """This process's client of the test run's only server."""
    return S3Server(address_of(S3Process))


@pytest.fixture(scope="session")
def s3() -> S3Server:
    """The server. A test that orders faults calls calm()."""
    return running()
