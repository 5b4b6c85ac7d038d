"""Listing of a prefix of a bucket: all pages, or an error; never a part.

Put here what lists objects.  Do not put here reading them (s3_reading.py).
"""

import re
from datetime import UTC, datetime
from typing import Any

from sparkify_assets.errors import LakeError
from sparkify_assets.lake.base import ObjectInfo
from sparkify_assets.lake.s3_bucket import Bucket
from sparkify_assets.lake.s3_errors import wrong_region

TIME = re.compile(rb"(?<=<LastModified>)[^<]+Z(?=</LastModified>)")


def speed_up_timestamps(client: Any) -> None:
    """Make a client parse a listing's times fast: botocore guesses the format of each.  Measured: 50 µs a key instead of 85.

    Times in another format are left to botocore.
    """
    client.meta.events.register("before-parse.s3.ListObjectsV2", _as_seconds, unique_id="sparkify-times")


def _as_seconds(response_dict: dict[str, Any], **_: Any) -> None:
    """Replace times such as 2018-11-01T12:00:00.000Z by seconds since 1970, which botocore parses without guessing."""
    response_dict["body"] = TIME.sub(lambda time: b"%.3f" % datetime.fromisoformat(time[0].decode()).timestamp(), response_dict["body"])


def listing(bucket: Bucket, prefix: str, below: str) -> list[ObjectInfo]:
    """Objects below ``prefix + below``, sorted, with keys relative to ``prefix``.  Raises LakeError.

    An empty object whose key ends in "/" is a folder created in a console, and is omitted.
    """
    found: list[ObjectInfo] = []
    token: str | None = None
    while True:
        more = {"ContinuationToken": token} if token else {}
        page = bucket.call("list_objects_v2", "list", Prefix=prefix + below, **more)
        _require_region(bucket, page)
        found += [_entry(o, len(prefix)) for o in page.get("Contents", ()) if o["Size"] or not o["Key"].endswith("/")]
        if not page.get("IsTruncated"):
            found.sort(key=lambda e: e.key)
            return found
        if not (following := page.get("NextContinuationToken")) or following == token:
            # boto3's own paginator would stop here, and a truncated listing looks like deleted files
            raise LakeError(f"{bucket.uri(prefix + below)}: S3 says that its listing goes on, and not where; run it again")
        token = following


def folders(bucket: Bucket, prefix: str) -> list[str]:
    """Names of the folders directly below a prefix, sorted; from the first page (1,000 entries)."""
    page = bucket.call("list_objects_v2", "list", Prefix=prefix, Delimiter="/")
    return sorted(found["Prefix"][len(prefix) :].rstrip("/") for found in page.get("CommonPrefixes", ()))


def etag(answer: dict[str, Any]) -> str:
    return str(answer["ETag"]).strip('"')


def _entry(found: dict[str, Any], prefix: int) -> ObjectInfo:
    return ObjectInfo(found["Key"][prefix:], found["Size"], found["LastModified"].astimezone(UTC), etag(found))


def _require_region(bucket: Bucket, answer: dict[str, Any]) -> None:
    """Raise LakeError if the bucket is in another region: boto3 follows silently, but COPY and the fast reader sign for one region."""
    there = answer["ResponseMetadata"]["HTTPHeaders"].get("x-amz-bucket-region")
    region = bucket.client.meta.region_name
    if there and there != region and (region, there) != ("aws-global", "us-east-1"):
        raise wrong_region(f"s3://{bucket.name}", region, there)
