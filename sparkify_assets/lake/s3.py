"""A bucket, or what lies below a prefix of one, as a lake.  How it is read fast is in s3_reading.py, what is written in s3_upload.py.

The client is handed in: whose credentials, which region and which endpoint are its maker's business (s3_client.py, and the resource
in orchestration/).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sparkify_assets.errors import LakeError
from sparkify_assets.lake import s3_upload
from sparkify_assets.lake.base import ObjectInfo
from sparkify_assets.lake.s3_bucket import Bucket, Options
from sparkify_assets.lake.s3_errors import changed
from sparkify_assets.lake.s3_listing import etag, folders, listing, speed_up_timestamps
from sparkify_assets.lake.s3_reading import Reader, download

SCHEME = "s3://"
STAGING_PREFIX = "_work"
"""what the platform writes lies below this folder, and is no data"""


@dataclass(frozen=True)
class S3Location:
    """Where a lake lies, as SPARKIFY_LAKE says."""

    bucket: str
    prefix: str
    """without a / at its ends; "" for the whole bucket"""

    @classmethod
    def of(cls, url: str) -> "S3Location":
        """s3://bucket/a/prefix, which the settings have found to be sound."""
        bucket, _, prefix = url.removeprefix(SCHEME).partition("/")
        return cls(bucket, prefix.strip("/"))

    def __str__(self) -> str:
        return f"{SCHEME}{self.bucket}/{self.prefix}".rstrip("/")


class S3Lake:
    """The objects below a place.  Keys are as S3 has them: an object named a//b or ../x is that object and no other.

    Safe to use from several threads; each method waits for S3, and raises LakeError with one message where it refuses, or
    LakeUnavailableError where it does not answer though asked several times.
    """

    def __init__(self, place: S3Location, client: Any, credentials: Any = None, options: Options | None = None) -> None:
        """``client`` is boto3's, of S3.  ``credentials`` are botocore's that it signs with, for the faster way to read; None: by the
        client alone."""
        self.location = place
        self.client = client
        speed_up_timestamps(client)
        self._prefix = f"{place.prefix}/" if place.prefix else ""
        self._bucket = Bucket(place.bucket, client, options or Options())
        self._reader = Reader(self._bucket, credentials)

    @property
    def bucket(self) -> str:
        return self.location.bucket

    @cached_property
    def region(self) -> str:
        """Where the bucket lies, asked of S3 once (which takes s3:ListBucket)."""
        return self._bucket.region()

    def list(self, folder: str) -> list[ObjectInfo]:
        below = f"{folder.strip('/')}/" if folder.strip("/") else ""
        found = listing(self._bucket, self._prefix, below)
        return found if below else [e for e in found if not e.key.startswith(f"{STAGING_PREFIX}/")]

    def folders(self) -> Sequence[str]:
        return [name for name in folders(self._bucket, self._prefix) if name != STAGING_PREFIX]

    def read(self, entries: Iterable[ObjectInfo]) -> Iterator[bytes]:
        return self._reader.read((self.object_key(e.key), e) for e in entries)

    def read_each(self, entries: Iterable[ObjectInfo]) -> Iterator[bytes | LakeError]:
        return self._reader.read_each((self.object_key(e.key), e) for e in entries)

    def as_local_file(self, entry: ObjectInfo, folder: Path) -> Path | None:
        return download(self._bucket, self.object_key(entry.key), entry, folder)

    def verify_unchanged(self, entry: ObjectInfo) -> None:
        found = self._bucket.call("head_object", "read", self.object_key(entry.key))
        if etag(found) != entry.etag:
            raise changed(self.uri(entry.key))

    def ping(self) -> str:
        return f"bucket {self.bucket} in {self.region} answers at {self.client.meta.endpoint_url}"

    def uri(self, key: str) -> str:
        return self._bucket.uri(self.object_key(key))

    def object_key(self, key: str) -> str:
        """A lake's key → the object's key in the bucket."""
        return self._prefix + key

    # what the platform writes, below _work/

    def list_staged(self, folder: str = "") -> Sequence[ObjectInfo]:
        """What lies below _work/folder/."""
        return listing(self._bucket, self._prefix, f"{STAGING_PREFIX}/{folder.strip('/')}/" if folder.strip("/") else f"{STAGING_PREFIX}/")

    def write(self, key: str, data: bytes) -> ObjectInfo:
        """An object below _work/, whole; returned as it then lies there."""
        return self.upload(key, [data])

    def upload(self, key: str, chunks: Iterable[bytes]) -> ObjectInfo:
        """An object below _work/ of any size, from chunks as they come; no more than some 16 MiB are held.

        Nothing is to be seen of it until it is whole; where ``chunks`` raises, or S3 does, nothing is left."""
        size, tag, modified = s3_upload.upload(self._bucket, self.object_key(_below_staging_prefix(key)), chunks)
        return ObjectInfo(key, size, modified, tag)

    def delete(self, keys: Sequence[str]) -> None:
        """Delete objects below _work/; one that is not there is no error."""
        s3_upload.delete(self._bucket, [self.object_key(_below_staging_prefix(key)) for key in keys])


def _below_staging_prefix(key: str) -> str:
    if not key.startswith(f"{STAGING_PREFIX}/"):
        raise ValueError(f"{key!r} lies outside {STAGING_PREFIX}/, and all else in the lake is the app's")
    return key
