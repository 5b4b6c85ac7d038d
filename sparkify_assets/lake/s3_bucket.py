"""S3 API calls on one bucket by boto3, with the options of every call (payer, encryption) and errors as LakeError.

Put here what all calls share.  Do not put here operations (s3_listing.py, s3_reading.py, s3_upload.py).
"""

from dataclasses import dataclass
from typing import Any

from sparkify_assets.lake.s3_errors import s3_errors


@dataclass(frozen=True)
class Options:
    """Parameters of every call, from the settings SPARKIFY_S3_…"""

    encryption: str | None = None
    """of written objects: AES256 or aws:kms; None: the bucket's default"""
    kms_key_id: str | None = None
    """id or ARN of the KMS key for aws:kms; None: the account's default key for S3"""
    requester_pays: bool = False
    """the caller pays for requests, as buckets of some public data require"""

    @property
    def payer(self) -> dict[str, str]:
        return {"RequestPayer": "requester"} if self.requester_pays else {}

    @property
    def encrypted(self) -> dict[str, str]:
        given = {"ServerSideEncryption": self.encryption, "SSEKMSKeyId": self.kms_key_id}
        return {name: value for name, value in given.items() if value}


class Bucket:
    """S3 API calls on one bucket."""

    def __init__(self, name: str, client: Any, options: Options) -> None:
        self.name, self.client, self.options = name, client, options

    def call(self, operation: str, doing: str, key: str | None = None, **parameters: Any) -> dict[str, Any]:
        """Response of an operation of boto3's client; ``doing`` is a key of s3_errors.ACTIONS.  Raises LakeError."""
        named = {"Key": key} if key is not None else {}
        uri = self.uri(key if key is not None else parameters.get("Prefix", ""))
        with self.errors(uri, doing):
            return getattr(self.client, operation)(Bucket=self.name, **named, **self.options.payer, **parameters)

    def errors(self, uri: str, doing: str) -> Any:
        """Context manager that converts boto3's exceptions to LakeError."""
        meta = self.client.meta
        return s3_errors(uri, doing, meta.endpoint_url, meta.region_name, self.options.requester_pays)

    def region(self) -> str:
        with self.errors(f"s3://{self.name}", "list"):
            answer = self.client.head_bucket(Bucket=self.name)
        return (
            answer.get("BucketRegion")
            or answer["ResponseMetadata"]["HTTPHeaders"].get("x-amz-bucket-region")
            or self.client.meta.region_name
        )

    def uri(self, key: str) -> str:
        return f"s3://{self.name}/{key}"
