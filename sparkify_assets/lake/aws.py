"""What is the same wherever AWS is asked."""

import os


def region() -> str | None:
    """AWS_REGION, which every other SDK of AWS reads and botocore does not; None: as botocore finds it (AWS_DEFAULT_REGION, profile)."""
    return os.environ.get("AWS_REGION") or None
