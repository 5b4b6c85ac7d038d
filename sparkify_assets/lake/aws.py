"""AWS configuration that clients of all services share.

Put here what does not depend on the service.  Do not put here S3 (s3_client.py) or Redshift (warehouse/redshift/).
"""

import os


def region() -> str | None:
    """AWS_REGION, which every AWS SDK but botocore reads; None: botocore's own lookup applies (AWS_DEFAULT_REGION, profile)."""
    return os.environ.get("AWS_REGION") or None
