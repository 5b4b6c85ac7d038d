"""Publish the page atomically: to a file of this machine, or to an object in S3.

Put here the destinations. Do not put here the page's content (page.py).
"""

import os
from pathlib import Path

from sparkify_assets.errors import SettingsError
from sparkify_assets.limits import reason_of
from sparkify_assets.settings import Settings

SETTING = "SPARKIFY_DASHBOARD"


def publish(page: str, settings: Settings) -> str:
    """Replace the previous page; returns its location. Raises SettingsError, or LakeError for errors of S3."""
    if isinstance(settings.dashboard, Path):
        _replace(settings.dashboard, page)
    else:
        _put(settings.dashboard, page, settings)
    return str(settings.dashboard)


def _replace(path: Path, page: str) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            beside.write_text(page, encoding="utf-8")
            beside.replace(path)  # readers get the old page or the new one
        finally:
            beside.unlink(missing_ok=True)
    except OSError as e:
        raise SettingsError(f"{SETTING} is {path}; expected a file that can be written: {reason_of(e, path)}") from e


def _put(url: str, page: str, settings: Settings) -> None:
    from sparkify_assets.lake.s3 import S3Location  # importing boto3 takes half a second, which a file does not need
    from sparkify_assets.lake.s3_bucket import Bucket, Options
    from sparkify_assets.lake.s3_client import s3_lake

    place, options = S3Location.of(url), Options(settings.s3_encryption, settings.s3_kms_key_id)
    bucket = Bucket(place.bucket, s3_lake(url, options).client, options)
    bucket.call("put_object", "write", place.prefix, Body=page.encode(), ContentType="text/html; charset=utf-8", **options.encrypted)
