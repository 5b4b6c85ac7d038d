"""One bucket asked through boto3: what goes with every call (who pays, how it is encrypted), and errors in our words."""

from dataclasses import dataclass
from typing import Any

from sparkify_assets.lake.s3_errors import s3_errors


@dataclass(frozen=True)
class Options:
    """What is asked along with each call; from the settings SPARKIFY_S3_…"""

    encryption: str | None = None
    """of what is written: AES256 or aws:kms; None: as the bucket does by itself"""
    kms_key_id: str | None = None
    """id or ARN of the KMS key, with aws:kms; None: the account's own for S3"""
    requester_pays: bool = False
    """whoever asks pays: the buckets of some public data want that"""

    @property
    def payer(self) -> dict[str, str]:
        return {"RequestPayer": "requester"} if self.requester_pays else {}

    @property
    def encrypted(self) -> dict[str, str]:
        given = {"ServerSideEncryption": self.encryption, "SSEKMSKeyId": self.kms_key_id}
        return {name: value for name, value in given.items() if value}


class Bucket:
    """Calls of the S3 API on one bucket."""

    def __init__(self, name: str, client: Any, options: Options) -> None:
        self.name, self.client, self.options = name, client, options

    def call(self, operation: str, doing: str, key: str | None = None, **parameters: Any) -> dict[str, Any]:
        """The answer to an operation of boto3's client; ``doing`` is a key of s3_errors.ACTIONS."""
        named = {"Key": key} if key is not None else {}
        uri = self.uri(key if key is not None else parameters.get("Prefix", ""))
        with self.errors(uri, doing):
            return getattr(self.client, operation)(Bucket=self.name, **named, **self.options.payer, **parameters)

    def errors(self, uri: str, doing: str) -> Any:
        """A context that turns what boto3 raises into LakeError."""
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
