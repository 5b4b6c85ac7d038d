"""Fast reader of S3 objects by obstore, whose requests run outside the interpreter: a dozen times boto3's rate (bench/RESULTS.md).

It is optional: where it cannot be used or fails, it returns None, and the caller reads with boto3.  Put here what uses obstore.  Do not
put here error messages; boto3's attempt reports the error (s3_errors.py).
"""

import os
import re
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from sparkify_assets.lake.base import ByteRange
from sparkify_assets.lake.s3_bucket import Bucket

PLAIN = re.compile(r"(?!.*(?:^|/)\.{1,2}(?:/|$))[A-Za-z0-9_=.-]+(?:/[A-Za-z0-9_=.-]+)*")
"""keys that obstore passes on unchanged; it normalizes or rejects others (a//b, ../x, a percent sign)"""
FRESH = timedelta(minutes=9)
"""lifetime of credentials before they are requested again: botocore renews those with less than ten minutes left"""
FAILURES = 20
"""consecutive failures after which obstore is not used again (a proxy or certificate that only boto3 is configured for)"""
RETRY = {"max_retries": 3, "retry_timeout": timedelta(seconds=20), "backoff": {"max_backoff": timedelta(seconds=2)}}

_used_by: int | None = None
"""process that started obstore's threads: they do not survive a fork, and a child process would wait for them forever"""


class ObstoreReader:
    """Reads objects of one bucket, or returns None.  Thread-safe."""

    def __init__(self, bucket: Bucket, credentials: Any) -> None:
        self._bucket, self._credentials = bucket, credentials
        self._store: Any = None
        self._lock = Lock()
        self._failures = 0

    def get(self, key: str, part: ByteRange) -> bytes | None:
        """Part of the object in the listed version; None if obstore cannot be used or fails."""
        if self._failures >= FAILURES or not PLAIN.fullmatch(key) or not self._mine():
            return None
        import obstore
        from obstore.exceptions import PreconditionError

        options: Any = {"if_match": f'"{part.entry.etag}"'} | ({} if part.is_whole else {"range": (part.start, part.end)})
        try:
            content = obstore.get(self._opened(), key, options=options).bytes().to_bytes()
        except (FileNotFoundError, PreconditionError):  # deleted or changed, according to S3: not a failure of obstore
            return None
        except Exception:  # obstore's own or built in: boto3 meets the same error and reports it
            self._failures += 1
            return None
        self._failures = 0
        return content

    def _mine(self) -> bool:
        global _used_by  # noqa: PLW0603 - belongs to the process, as the threads do
        _used_by = _used_by or os.getpid()
        return _used_by == os.getpid()

    def _opened(self) -> Any:
        from obstore.store import S3Store

        with self._lock:
            if self._store is None:
                config, http = store_config(self._bucket)
                self._store = S3Store(
                    self._bucket.name,
                    config=config,  # type: ignore[arg-type]
                    client_options={"allow_http": http, "connect_timeout": timedelta(seconds=10), "timeout": timedelta(seconds=60)},
                    retry_config=RETRY,  # type: ignore[arg-type]
                    credential_provider=self._signing,  # type: ignore[arg-type]
                )
            return self._store

    def _signing(self) -> dict[str, Any]:
        now = self._credentials.get_frozen_credentials()
        return {
            "access_key_id": now.access_key,
            "secret_access_key": now.secret_key,
            "token": now.token,
            "expires_at": datetime.now(UTC) + FRESH,
        }


def store_config(bucket: Bucket) -> tuple[dict[str, Any], bool]:
    """obstore's configuration for the endpoint of boto3's client, and whether it is plain HTTP."""
    meta = bucket.client.meta
    at = urlsplit(meta.endpoint_url)
    style = (meta.config.s3 or {}).get("addressing_style")
    aws = (at.hostname or "").endswith((".amazonaws.com", ".amazonaws.com.cn"))
    # as boto3: no certificate covers a bucket with a dot in its name, and S3 servers outside AWS have no host names for buckets
    virtual = style == "virtual" or (aws and style != "path" and "." not in bucket.name)
    config: dict[str, Any] = {
        "endpoint": f"{at.scheme}://{bucket.name}.{at.netloc}" if virtual else meta.endpoint_url,
        "region": "us-east-1" if meta.region_name in (None, "aws-global") else meta.region_name,
        "virtual_hosted_style_request": virtual,
    }
    if bucket.options.requester_pays:
        config["request_payer"] = True
    return config, at.scheme == "http"
