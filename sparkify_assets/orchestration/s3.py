"""The lake in S3 as a Dagster resource, based on dagster-aws's S3Resource.

Put here what Dagster configures of S3. Do not put here access to S3 (lake/s3.py).
"""

import boto3
import dagster as dg
from dagster_aws.s3 import S3Resource

from sparkify_assets.lake import LakeSnapshot
from sparkify_assets.lake.aws import region
from sparkify_assets.lake.s3 import S3Lake, S3Location
from sparkify_assets.lake.s3_bucket import Options
from sparkify_assets.lake.s3_client import MAX_ATTEMPTS
from sparkify_assets.lake.s3_errors import aws_settings_errors
from sparkify_assets.settings import Settings


class S3LakeResource(dg.ConfigurableResource[LakeSnapshot]):
    """The lake at s3://bucket/prefix."""

    s3: S3Resource
    """Without values: the standard AWS settings (AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL_S3, a role …)."""
    url: str
    encryption: str | None = None
    kms_key_id: str | None = None
    requester_pays: bool = False

    def create_resource(self, context: dg.InitResourceContext) -> LakeSnapshot:
        return LakeSnapshot(self._opened)

    def _opened(self) -> S3Lake:
        options = Options(self.encryption, self.kms_key_id, self.requester_pays)
        with aws_settings_errors(self.url):
            return S3Lake(S3Location.of(self.url), self.s3.get_client(), self._signing(), options)

    def _signing(self) -> object | None:
        """The credentials that S3Resource's client signs with, for the faster reader beside it (lake/s3.py), which takes endpoint and
        region from that client. None where it cannot do as the client does: without signatures, or without verification of certificates.
        """
        s3 = self.s3
        if s3.use_unsigned_session or s3.verify is False:
            return None
        return boto3.Session(
            s3.aws_access_key_id, s3.aws_secret_access_key, s3.aws_session_token, profile_name=s3.profile_name
        ).get_credentials()


def s3_lake_resource(url: str, settings: Settings) -> S3LakeResource:
    return S3LakeResource(
        s3=S3Resource(region_name=region(), max_attempts=MAX_ATTEMPTS),
        url=url,
        encryption=settings.s3_encryption,
        kms_key_id=settings.s3_kms_key_id,
        requester_pays=settings.s3_requester_pays,
    )
