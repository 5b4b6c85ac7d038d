"""Concurrent reading of objects in the order given, with bounded memory, and copying of large objects to files.

obstore reads small objects where it can be used (s3_obstore.py).  boto3 reads what obstore cannot; it retries and reports the reason, so
there is one set of errors.  Each GET names the listed version (If-Match).  Put here how contents are fetched.  Do not put here
decompression or validation (ingest/).
"""

import hashlib
import random
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import BoundedSemaphore, Event
from typing import Any

from sparkify_assets.errors import LakeError
from sparkify_assets.lake.base import ByteRange, ObjectInfo
from sparkify_assets.lake.s3_bucket import Bucket
from sparkify_assets.lake.s3_errors import NO_RESPONSE, changed
from sparkify_assets.lake.s3_obstore import ObstoreReader
from sparkify_assets.limits import reason_of

THREADS = 128
"""concurrent requests: an object takes S3 some 20 ms, so 128 give 5,000 a second (64 gave 2,700; S3's maximum is 5,500 for a prefix)"""
TOGETHER = 8
"""objects that a thread reads in sequence: a task for each would cost as much as the object"""
TOGETHER_BYTES = 1 << 20
WINDOW_BYTES = 64 << 20
"""bytes of contents requested and not yet yielded (a larger object is read alone)"""
TRIES = 5
"""attempts if a body breaks off; boto3 retries the request itself"""
COPIED_BYTES = 1 << 20
"""bytes of an object being copied that are in memory"""

Wanted = tuple[str, ByteRange]
"""the object's key in the bucket, and what to read of it"""


class Reader:
    """Reads objects of one bucket.  Threads live as long as the iterator they work for."""

    def __init__(self, bucket: Bucket, credentials: Any = None) -> None:
        self._bucket = bucket
        self._fast = ObstoreReader(bucket, credentials) if credentials is not None else None
        self._connections = BoundedSemaphore(bucket.client.meta.config.max_pool_connections)

    def read(self, wanted: Iterable[Wanted]) -> Iterator[bytes]:
        """Yield contents.  Raises the first LakeError."""
        for content in self.read_each(wanted, stop_at_error=True):
            if isinstance(content, LakeError):
                raise content
            yield content

    def read_each(self, wanted: Iterable[Wanted], stop_at_error: bool = False) -> Iterator[bytes | LakeError]:
        """Yield contents, or the error of what cannot be read."""
        stop, under_way, held = Event(), deque[tuple[int, Future[list[bytes | LakeError]]]](), 0
        with ThreadPoolExecutor(THREADS, thread_name_prefix="s3") as pool:
            try:
                for together in _batches(wanted):
                    size = sum(part.size for _, part in together)
                    while under_way and (held + size > WINDOW_BYTES or len(under_way) >= 2 * THREADS):
                        done, first = under_way.popleft()
                        yield from first.result()
                        held -= done
                    under_way.append((size, pool.submit(self._several, together, stop, stop_at_error)))
                    held += size
                while under_way:
                    yield from under_way.popleft()[1].result()
            finally:  # also if the caller stops iterating
                stop.set()
                pool.shutdown(wait=True, cancel_futures=True)

    def _several(self, together: list[Wanted], stop: Event, stop_at_error: bool) -> list[bytes | LakeError]:
        contents: list[bytes | LakeError] = []
        for key, part in together:
            if stop.is_set():
                break
            contents.append(self._one(key, part))
            if stop_at_error and isinstance(contents[-1], LakeError):
                break  # this batch only: earlier batches must be complete
        return contents

    def _one(self, key: str, part: ByteRange) -> bytes | LakeError:
        content = self._fast.get(key, part) if self._fast else None
        if content is None:
            try:
                with self._connections:  # boto3 discards connections beyond its pool's size, with a warning each
                    content = b"".join(_chunks(self._bucket, key, part, part.size + 1))
            except LakeError as e:
                return e
        return content if len(content) == part.size else changed(self._bucket.uri(key))


def download(bucket: Bucket, key: str, entry: ObjectInfo, folder: Path) -> Path:
    """Copy the object to a file in ``folder``, named by a digest, since the key could lead to any path.  Raises LakeError."""
    path = folder / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            for chunk in _chunks(bucket, key, ByteRange.whole(entry), COPIED_BYTES):
                file.write(chunk)
            size = file.tell()
    except OSError as e:
        raise LakeError(f"{bucket.uri(key)}: cannot be copied to {path}: {reason_of(e, path)}; TMPDIR names another place") from e
    if size != entry.size:
        raise changed(bucket.uri(key))
    return path


def _chunks(bucket: Bucket, key: str, part: ByteRange, size: int) -> Iterator[bytes]:
    """Yield the content in chunks of ``size`` bytes; if the connection breaks off, request the rest."""
    got, tries, last = 0, 0, "" if part.is_whole else part.end - 1
    while True:
        rest = {} if part.is_whole and not got else {"Range": f"bytes={part.start + got}-{last}"}
        answer = bucket.call("get_object", "read", key, IfMatch=f'"{part.entry.etag}"', **rest)
        try:
            while chunk := answer["Body"].read(size):
                got, tries = got + len(chunk), 0
                yield chunk
            return
        except NO_RESPONSE as e:
            if got == part.size:
                return
            tries += 1
            if tries == TRIES:
                with bucket.errors(bucket.uri(key), "read"):
                    raise e
            time.sleep(random.uniform(0, 0.1 * 2**tries))
        finally:
            answer["Body"].close()


def _batches(wanted: Iterable[Wanted]) -> Iterator[list[Wanted]]:
    together: list[Wanted] = []
    size = 0
    for one in wanted:
        if together and (len(together) == TOGETHER or size + one[1].size > TOGETHER_BYTES):
            yield together
            together, size = [], 0
        together.append(one)
        size += one[1].size
    if together:
        yield together
