"""Objects by way of obstore, whose requests run outside the interpreter: a dozen times as many a second as by boto3 (bench/RESULTS.md).

It is faster and never needed: where it cannot be used, or fails, it answers None, and boto3 is asked.
"""

import os
import re
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from sparkify_assets.lake.base import ObjectInfo
from sparkify_assets.lake.s3_bucket import Bucket

PLAIN = re.compile(r"(?!.*(?:^|/)\.{1,2}(?:/|$))[A-Za-z0-9_=.-]+(?:/[A-Za-z0-9_=.-]+)*")
"""keys that it hands on as they are: others it normalizes or refuses (a//b, ../x, a percent sign)"""
FRESH = timedelta(minutes=9)
"""how long credentials are used before they are asked for again: botocore renews those that have fewer than ten minutes left"""
FAILURES = 20
"""in a row: then it is no use here (a proxy or certificate that only boto3 is told of), and is left alone"""
RETRY = {"max_retries": 3, "retry_timeout": timedelta(seconds=20), "backoff": {"max_backoff": timedelta(seconds=2)}}

_used_by: int | None = None
"""the process that has started its threads: they do not live on in a fork of it, which would wait for them for ever"""


class ObstoreReader:
    """Reads the objects of one bucket, or says that it cannot.  Safe to use from several threads."""

    def __init__(self, bucket: Bucket, credentials: Any) -> None:
        self._bucket, self._credentials = bucket, credentials
        self._store: Any = None
        self._lock = Lock()
        self._failures = 0

    def get(self, key: str, entry: ObjectInfo) -> bytes | None:
        if self._failures >= FAILURES or not PLAIN.fullmatch(key) or not self._mine():
            return None
        import obstore
        from obstore.exceptions import PreconditionError

        try:
            content = obstore.get(self._opened(), key, options={"if_match": f'"{entry.etag}"'}).bytes().to_bytes()
        except (FileNotFoundError, PreconditionError):  # gone or changed, and S3 has said so: no failure of obstore's
            return None
        except Exception:  # obstore's own or built in (FileNotFoundError): boto3 meets it, too, and has words for it
            self._failures += 1
            return None
        self._failures = 0
        return content

    def _mine(self) -> bool:
        global _used_by  # noqa: PLW0603 - it is the process's, as the threads are
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
    """obstore's settings that lead where boto3's client goes, and whether that is plain HTTP."""
    meta = bucket.client.meta
    at = urlsplit(meta.endpoint_url)
    style = (meta.config.s3 or {}).get("addressing_style")
    aws = (at.hostname or "").endswith((".amazonaws.com", ".amazonaws.com.cn"))
    # as boto3: a bucket with a dot in its name has no certificate, and whoever serves S3 on an address has no names for buckets
    virtual = style == "virtual" or (aws and style != "path" and "." not in bucket.name)
    config: dict[str, Any] = {
        "endpoint": f"{at.scheme}://{bucket.name}.{at.netloc}" if virtual else meta.endpoint_url,
        "region": "us-east-1" if meta.region_name in (None, "aws-global") else meta.region_name,
        "virtual_hosted_style_request": virtual,
    }
    if bucket.options.requester_pays:
        config["request_payer"] = True
    return config, at.scheme == "http"
