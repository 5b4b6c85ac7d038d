"""What lies below a prefix of a bucket: every page, or an error; never a part of it."""

import re
from datetime import UTC, datetime
from typing import Any

from sparkify_assets.errors import LakeError
from sparkify_assets.lake.base import ObjectInfo
from sparkify_assets.lake.s3_bucket import Bucket
from sparkify_assets.lake.s3_errors import wrong_region

TIME = re.compile(rb"(?<=<LastModified>)[^<]+Z(?=</LastModified>)")


def speed_up_timestamps(client: Any) -> None:
    """Let a client read a listing's times quickly: botocore guesses at each one's format.  Measured: 50 µs a key, which were 85.

    Where a time is spelt otherwise, botocore goes on guessing.
    """
    client.meta.events.register("before-parse.s3.ListObjectsV2", _as_seconds, unique_id="sparkify-times")


def _as_seconds(response_dict: dict[str, Any], **_: Any) -> None:
    """Times of the form 2018-11-01T12:00:00.000Z as seconds after 1970, which botocore takes, too, and at once."""
    response_dict["body"] = TIME.sub(lambda time: b"%.3f" % datetime.fromisoformat(time[0].decode()).timestamp(), response_dict["body"])


def listing(bucket: Bucket, prefix: str, below: str) -> list[ObjectInfo]:
    """Entries of what lies below prefix + below, keys without the prefix, sorted.

    An empty object whose key ends in "/" is a folder that a console has drawn, and no object.
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
            # boto3's own paginator would end here, and a listing cut short reads as files deleted
            raise LakeError(f"{bucket.uri(prefix + below)}: S3 says that its listing goes on, and not where; run it again")
        token = following


def folders(bucket: Bucket, prefix: str) -> list[str]:
    """Names of what S3 shows as folders right below a prefix; of a bucket's first thousand."""
    page = bucket.call("list_objects_v2", "list", Prefix=prefix, Delimiter="/")
    return sorted(found["Prefix"][len(prefix) :].rstrip("/") for found in page.get("CommonPrefixes", ()))


def etag(answer: dict[str, Any]) -> str:
    return str(answer["ETag"]).strip('"')


def _entry(found: dict[str, Any], prefix: int) -> ObjectInfo:
    return ObjectInfo(found["Key"][prefix:], found["Size"], found["LastModified"].astimezone(UTC), etag(found))


def _require_region(bucket: Bucket, answer: dict[str, Any]) -> None:
    """boto3 follows a bucket to its region without a word; whoever signs for one region (COPY, the faster reader) cannot."""
    there = answer["ResponseMetadata"]["HTTPHeaders"].get("x-amz-bucket-region")
    region = bucket.client.meta.region_name
    if there and there != region and (region, there) != ("aws-global", "us-east-1"):
        raise wrong_region(f"s3://{bucket.name}", region, there)
