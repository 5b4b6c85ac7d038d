"""A lake in S3 by boto3's own rules: credentials, profile, role, region and endpoint from the standard AWS settings."""

import boto3
from botocore.config import Config

from sparkify_assets.lake.aws import region
from sparkify_assets.lake.s3 import Place, S3Lake
from sparkify_assets.lake.s3_bucket import Options
from sparkify_assets.lake.s3_errors import opening

ANSWERS = Config(retries={"mode": "standard", "max_attempts": 4}, connect_timeout=10, read_timeout=60, max_pool_connections=64)
"""boto3 waits 60 s for a connection, and keeps 10, if nobody says otherwise"""


def s3_lake(url: str, options: Options | None = None) -> S3Lake:
    """The lake at s3://bucket/prefix.  Raises LakeError where the AWS settings cannot be used; nothing is asked of S3 yet."""
    place = Place.of(url)
    with opening(url):
        session = boto3.Session(region_name=region())
        return S3Lake(place, session.client("s3", config=ANSWERS), session.get_credentials(), options)
