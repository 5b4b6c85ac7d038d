"""Lakes to test: the S3 server of this process, and a lake of either kind that a test can deliver to."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sparkify_assets.lake import Lake, LocalLake
from sparkify_assets.lake.s3 import S3Lake, S3Location
from sparkify_assets.lake.s3_bucket import Options
from sparkify_assets_tests.emulators.s3.server import S3Server, s3
from sparkify_assets_tests.support import LakeDirectory

__all__ = ["s3"]


@dataclass(frozen=True)
class Delivered:
    """A lake, and how objects get into it and out of it."""

    lake: Lake
    put: Callable[[str, bytes], object]
    remove: Callable[[str], object]
    where: str
    """as its messages begin"""


@dataclass(frozen=True)
class Bucket:
    """A lake in S3 below a prefix, with the client that a test looks at it with."""

    server: S3Server
    name: str
    prefix: str = "lake/of"

    def put(self, key: str, content: bytes) -> None:
        self.server.client().put_object(Bucket=self.name, Key=f"{self.prefix}/{key}", Body=content)

    def remove(self, key: str) -> None:
        self.server.client().delete_object(Bucket=self.name, Key=f"{self.prefix}/{key}")

    def lake(self, options: Options | None = None, fast: bool = True, prefix: str | None = None) -> S3Lake:
        """``fast``: by obstore where it serves; else by boto3 alone.  It asks twice, so that what fails fails soon."""
        client = self.server.client(retries={"mode": "standard", "max_attempts": 1})
        place = S3Location(self.name, self.prefix if prefix is None else prefix)
        return S3Lake(place, client, self.server.session().get_credentials() if fast else None, options)


@pytest.fixture
def bucket(s3: S3Server) -> Iterator[Bucket]:
    s3.calm()
    yield Bucket(s3, s3.bucket())
    s3.calm()  # what was ordered and has not struck would strike the next test of this process


@pytest.fixture(params=["directory", *(pytest.param(kind, marks=pytest.mark.integration) for kind in ("s3", "s3 by boto3 alone"))])
def delivered(request: pytest.FixtureRequest, tmp_path: Path) -> Delivered:
    """An empty lake of either kind."""
    if request.param == "directory":
        directory = LakeDirectory(tmp_path / "lake")
        return Delivered(LocalLake(directory.root), directory.raw, directory.remove, f"{directory.root}/")
    bucket: Bucket = request.getfixturevalue("bucket")
    lake = bucket.lake(fast=request.param == "s3")
    return Delivered(lake, bucket.put, bucket.remove, f"s3://{bucket.name}/{bucket.prefix}/")
