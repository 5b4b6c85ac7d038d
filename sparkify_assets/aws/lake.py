"""The lake's bucket, which outlives the stack: its name, its creator, its deletion.

Put here the bucket as a resource. Do not put here access to its files (the package lake).
"""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from sparkify_assets.aws.account import Account
from sparkify_assets.aws.errors import CloudError, aws_errors, code_of
from sparkify_assets.aws.stack import MARK

ABSENT = {"404", "NoSuchBucket"}


def usual_name(account: Account, stack: str) -> str:
    """The default name of a stack's lake. It is the same each time the stack is created, so a kept lake is found again."""
    return f"{stack}-lake-{account.number}-{account.region}"


def exists(account: Account, bucket: str) -> bool:
    """Whether the bucket exists and is accessible. Raises CloudError if it is another account's, or in another region."""
    with aws_errors(f"looking for the bucket {bucket}"):
        try:
            answer = account.client("s3").head_bucket(Bucket=bucket)
        except ClientError as e:
            if code_of(e) in ABSENT:
                return False
            if code_of(e) == "403":
                raise CloudError(f"the bucket {bucket} is there, but not yours to look at; name another with --lake") from e
            if code_of(e) == "301":
                raise CloudError(f"the bucket {bucket} lies in another region than {account.region}; COPY wants both in one") from e
            raise
    if (region := answer.get("BucketRegion")) not in (None, account.region):
        raise CloudError(f"the bucket {bucket} lies in {region}, the warehouse in {account.region}; COPY wants both in one")
    return True


def maker(account: Account, bucket: str) -> str | None:
    """The stack that created the bucket; None if none of ours did. Raises CloudError."""
    with aws_errors(f"asking who made the bucket {bucket}"):
        try:
            tags = account.client("s3").get_bucket_tagging(Bucket=bucket)["TagSet"]
        except ClientError as e:
            if code_of(e) == "NoSuchTagSet":
                return None
            raise
    return next((t["Value"] for t in tags if t["Key"] == MARK), None)


def delete(account: Account, bucket: str) -> Iterator[int]:
    """Delete every version of every object, incomplete uploads, and the bucket; yields the number of deleted versions per batch.

    Raises CloudError.
    """
    client = account.client("s3")
    with aws_errors(f"emptying the bucket {bucket}"):
        for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket):
            found = [{"Key": v["Key"], "VersionId": v["VersionId"]} for v in (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))]
            if found:
                _refuse(bucket, client.delete_objects(Bucket=bucket, Delete={"Objects": found, "Quiet": True}).get("Errors", []))
                yield len(found)
        for page in client.get_paginator("list_multipart_uploads").paginate(Bucket=bucket):
            for upload in page.get("Uploads", ()):
                client.abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])
    with aws_errors(f"deleting the bucket {bucket}"):
        client.delete_bucket(Bucket=bucket)


def _refuse(bucket: str, errors: list[dict[str, Any]]) -> None:
    if errors:
        first = errors[0]
        raise CloudError(
            f"the bucket {bucket} cannot be emptied: {first.get('Key')!r} stays, since {first.get('Message') or first.get('Code')} "
            f"({len(errors):,} such in this batch); fix that and run the command again"
        )
