"""The lake that a setting names, whatever kind it is."""

from pathlib import Path

from sparkify_assets.lake.base import Lake
from sparkify_assets.lake.local import LocalLake


def open_lake(where: Path | str, encryption: str | None = None, kms_key_id: str | None = None, requester_pays: bool = False) -> Lake:
    """The lake in a directory, or at s3://bucket/prefix by the standard AWS settings.

    The other arguments are those of the settings SPARKIFY_S3_…, and of no concern to a directory.  Raises LakeError where the AWS
    settings cannot be used; nothing is asked of S3 yet.
    """
    if isinstance(where, Path):
        return LocalLake(where)
    from sparkify_assets.lake.s3_bucket import Options  # boto3 takes half a second, which a directory need not pay
    from sparkify_assets.lake.s3_client import s3_lake

    return s3_lake(where, Options(encryption, kms_key_id, requester_pays))
