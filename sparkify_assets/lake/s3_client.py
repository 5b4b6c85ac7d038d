"""Constructor of an S3 lake by boto3's own rules: credentials, profile, role, region and endpoint from the standard AWS settings.

Put here the client's configuration.  Do not put here S3 calls (s3.py).
"""

import boto3
from botocore.config import Config

from sparkify_assets.lake.aws import region
from sparkify_assets.lake.s3 import S3Lake, S3Location
from sparkify_assets.lake.s3_bucket import Options
from sparkify_assets.lake.s3_errors import aws_settings_errors

MAX_ATTEMPTS = 4
CLIENT_CONFIG = Config(
    retries={"mode": "standard", "max_attempts": MAX_ATTEMPTS}, connect_timeout=10, read_timeout=60, max_pool_connections=64
)
"""boto3's defaults are 60 s to connect and a pool of 10 connections"""


def s3_lake(url: str, options: Options | None = None) -> S3Lake:
    """The lake at s3://bucket/prefix.  Sends no request.  Raises LakeError if the AWS settings are unusable."""
    place = S3Location.of(url)
    with aws_settings_errors(url):
        session = boto3.Session(region_name=region())
        return S3Lake(place, session.client("s3", config=CLIENT_CONFIG), session.get_credentials(), options)
