"""The stage: the folder below _work/ in the lake's bucket that holds what COPY reads (manifests, jsonpaths, compacted parts).

Each load has a folder of its own and deletes it at its end.  The folder of a killed load is deleted by a load of the same warehouse a day
later: until then its owner may be at work, since files are staged before the transaction that takes the write lock.
"""

import hashlib
import itertools
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from sparkify_assets.errors import LakeError, WarehouseError
from sparkify_assets.lake.s3 import STAGING_PREFIX, S3Lake

LEFT_AFTER = timedelta(days=1)
"""age of a file whose load is taken to have been killed; the bucket's lifecycle rule deletes it after two"""
LONGEST_URL = 256
"""bytes of a file's name that the load error tables keep"""


class StagingArea:
    """The stage of one load."""

    def __init__(self, stage: S3Lake, warehouse: str, tell: Callable[[str], None]) -> None:
        self.stage, self._tell = stage, tell
        self._ours = hashlib.sha256(warehouse.encode()).hexdigest()[:8]
        self._folder = f"{STAGING_PREFIX}/{self._ours}/{uuid.uuid4().hex[:12]}"
        self._keys: list[str] = []
        self._numbers = itertools.count()  # several threads write parts: two of them could read the same len(self._keys)
        if len(self.stage.uri(f"{self._folder}/0000000000.json.gz").encode()) > LONGEST_URL:
            raise WarehouseError(
                f"SPARKIFY_LAKE is {stage.location}; expected a shorter prefix: Redshift keeps {LONGEST_URL} bytes of a file's name "
                "when it tells which file has an error"
            )
        if not {"'", "\\"}.isdisjoint(self.stage.location.prefix):  # a literal can escape them in more than one way
            raise WarehouseError(
                f"SPARKIFY_LAKE is {stage.location}; expected a prefix without ' and \\, since COPY statements name files there"
            )

    def write(self, name: str, chunks: Iterable[bytes]) -> tuple[str, int]:
        """Write a new object; returns its URL and its size in bytes."""
        key = f"{self._folder}/{next(self._numbers):06d}-{name}"
        self._keys.append(key)  # before the upload, so that a partial object is deleted too
        return self.stage.uri(key), self.stage.upload(key, chunks).size

    def remove_leftovers(self) -> None:
        """Delete leftovers of killed loads of the same warehouse."""
        killed = datetime.now(UTC) - LEFT_AFTER
        self._delete([e.key for e in self.stage.list_staged(self._ours) if e.modified < killed])

    def remove(self) -> None:
        self._delete(self._keys)

    def _delete(self, keys: Sequence[str]) -> None:
        """Delete objects; a failure is reported and does not fail the load: the next load deletes what is left."""
        try:
            self.stage.delete(keys)
        except LakeError as e:
            self._tell(f"files of a load stay below {STAGING_PREFIX}/ until the next one: {e}")


@contextmanager
def staging_area(stage: S3Lake, warehouse: str, tell: Callable[[str], None]) -> Iterator[StagingArea]:
    """A stage that is deleted when the context ends."""
    place = StagingArea(stage, warehouse, tell)
    place.remove_leftovers()
    try:
        yield place
    finally:
        place.remove()
