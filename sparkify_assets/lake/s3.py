"""A bucket, or a prefix of one, as a lake.

The client is passed in: s3_client.py and orchestration/s3.py choose credentials, region and endpoint.  Put here the lake's methods.  Do
not put here fast reading (s3_reading.py) or uploads (s3_upload.py).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sparkify_assets.errors import LakeError
from sparkify_assets.lake import s3_upload
from sparkify_assets.lake.base import ByteRange, ObjectInfo
from sparkify_assets.lake.s3_bucket import Bucket, Options
from sparkify_assets.lake.s3_errors import changed
from sparkify_assets.lake.s3_listing import etag, folders, listing, speed_up_timestamps
from sparkify_assets.lake.s3_reading import Reader, download

SCHEME = "s3://"
STAGING_PREFIX = "_work"
"""the stage: the folder for what the platform writes; not part of the data"""


@dataclass(frozen=True)
class S3Location:
    """Location of a lake, as in SPARKIFY_LAKE."""

    bucket: str
    prefix: str
    """without leading or trailing /; "" for the entire bucket"""

    @classmethod
    def of(cls, url: str) -> "S3Location":
        """Parse s3://bucket/a/prefix, which the settings have validated."""
        bucket, _, prefix = url.removeprefix(SCHEME).partition("/")
        return cls(bucket, prefix.strip("/"))

    def __str__(self) -> str:
        return f"{SCHEME}{self.bucket}/{self.prefix}".rstrip("/")


class S3Lake:
    """The objects below a location.  Keys are exactly S3's: an object named a//b or ../x is that object and no other.

    Thread-safe; methods block until S3 responds.  They raise LakeError if S3 rejects the request, LakeUnavailableError if it does not
    respond after several attempts.
    """

    def __init__(self, place: S3Location, client: Any, credentials: Any = None, options: Options | None = None) -> None:
        """``client`` is boto3's S3 client.  ``credentials`` are the botocore credentials it signs with, for the fast reader (obstore);
        None: read with the client only.
        """
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
        """The bucket's region, requested from S3 once (needs s3:ListBucket)."""
        return self._bucket.region()

    def list(self, folder: str) -> list[ObjectInfo]:
        below = f"{folder.strip('/')}/" if folder.strip("/") else ""
        found = listing(self._bucket, self._prefix, below)
        return found if below else [e for e in found if not e.key.startswith(f"{STAGING_PREFIX}/")]

    def folders(self) -> Sequence[str]:
        return [name for name in folders(self._bucket, self._prefix) if name != STAGING_PREFIX]

    def read(self, entries: Iterable[ObjectInfo]) -> Iterator[bytes]:
        return self._reader.read((self.object_key(e.key), ByteRange.whole(e)) for e in entries)

    def read_ranges(self, ranges: Iterable[ByteRange]) -> Iterator[bytes | LakeError]:
        return self._reader.read_each((self.object_key(r.entry.key), r) for r in ranges)

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
        """Key in the lake → key in the bucket."""
        return self._prefix + key

    # the stage (_work/)

    def list_staged(self, folder: str = "") -> Sequence[ObjectInfo]:
        """Objects below _work/folder/."""
        return listing(self._bucket, self._prefix, f"{STAGING_PREFIX}/{folder.strip('/')}/" if folder.strip("/") else f"{STAGING_PREFIX}/")

    def write(self, key: str, data: bytes) -> ObjectInfo:
        """Write an object below _work/; returns it as stored."""
        return self.upload(key, [data])

    def upload(self, key: str, chunks: Iterable[bytes]) -> ObjectInfo:
        """Write an object of any size below _work/ from chunks, holding some 16 MiB at most; returns it as stored.

        The object becomes visible only when complete; if ``chunks`` or S3 raises, nothing is left.
        """
        size, tag, modified = s3_upload.upload(self._bucket, self.object_key(_below_staging_prefix(key)), chunks)
        return ObjectInfo(key, size, modified, tag)

    def delete(self, keys: Sequence[str]) -> None:
        """Delete objects below _work/; missing ones are ignored."""
        s3_upload.delete(self._bucket, [self.object_key(_below_staging_prefix(key)) for key in keys])


def _below_staging_prefix(key: str) -> str:
    if not key.startswith(f"{STAGING_PREFIX}/"):
        raise ValueError(f"{key!r} lies outside {STAGING_PREFIX}/, and all else in the lake is the app's")
    return key
