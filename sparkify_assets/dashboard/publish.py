"""Where a page goes: a file of this machine, or an object in S3, whole or not at all."""

import os
from pathlib import Path

from sparkify_assets.errors import SettingsError
from sparkify_assets.limits import reason_of
from sparkify_assets.settings import Settings

SETTING = "SPARKIFY_DASHBOARD"


def publish(page: str, settings: Settings) -> str:
    """Put the page in the place of the last one, and say where that is.  Raises SettingsError, or LakeError as S3 tells it."""
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
            beside.replace(path)  # whoever reads it has the old page or the new one
        finally:
            beside.unlink(missing_ok=True)
    except OSError as e:
        raise SettingsError(f"{SETTING} is {path}; expected a file that can be written: {reason_of(e, path)}") from e


def _put(url: str, page: str, settings: Settings) -> None:
    from sparkify_assets.lake.s3 import S3Location  # boto3 takes half a second, which a file need not pay
    from sparkify_assets.lake.s3_bucket import Bucket, Options
    from sparkify_assets.lake.s3_client import s3_lake

    place, options = S3Location.of(url), Options(settings.s3_encryption, settings.s3_kms_key_id)
    bucket = Bucket(place.bucket, s3_lake(url, options).client, options)
    bucket.call("put_object", "write", place.prefix, Body=page.encode(), ContentType="text/html; charset=utf-8", **options.encrypted)
