"""The place below _work/ in the lake's bucket through which files get into Redshift: manifests, jsonpaths, compacted parts.

A load has a folder of its own, taken away at its end.  One that was killed leaves its folder to the next load of the same warehouse,
which holds the turn (session.py) and so knows that nobody is at work in the others.
"""

import hashlib
import itertools
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from sparkify_assets.errors import LakeError, WarehouseError
from sparkify_assets.lake.s3 import STAGING_PREFIX, S3Lake

LONGEST_URL = 256
"""bytes of a file's name that the tables of load errors keep"""


class StagingArea:
    """A folder of one load."""

    def __init__(self, stage: S3Lake, warehouse: str, tell: Callable[[str], None]) -> None:
        self.stage, self._tell = stage, tell
        self._ours = hashlib.sha256(warehouse.encode()).hexdigest()[:8]
        self._folder = f"{STAGING_PREFIX}/{self._ours}/{uuid.uuid4().hex[:12]}"
        self._keys: list[str] = []
        self._numbers = itertools.count()  # parts are written by several threads: len() of the keys could be the same for two of them
        if len(self.stage.uri(f"{self._folder}/0000000000.json.gz").encode()) > LONGEST_URL:
            raise WarehouseError(
                f"SPARKIFY_LAKE is {stage.location}; expected a shorter prefix: Redshift keeps {LONGEST_URL} bytes of a file's name when it "
                "tells which file has an error"
            )
        if not {"'", "\\"}.isdisjoint(self.stage.location.prefix):  # a literal may hold them in more than one way
            raise WarehouseError(
                f"SPARKIFY_LAKE is {stage.location}; expected a prefix without ' and \\, since COPY statements name files there"
            )

    def write(self, name: str, chunks: Iterable[bytes]) -> tuple[str, int]:
        """URL and bytes of a new object."""
        key = f"{self._folder}/{next(self._numbers):06d}-{name}"
        self._keys.append(key)  # before it is there: what is half written is taken away too
        return self.stage.uri(key), self.stage.upload(key, chunks).size

    def remove_leftovers(self) -> None:
        """Take away what loads of the same warehouse left that were killed; for the one whose turn it is."""
        self._delete([e.key for e in self.stage.list_staged(self._ours) if not e.key.startswith(f"{self._folder}/")])

    def remove(self) -> None:
        self._delete(self._keys)

    def _delete(self, keys: Sequence[str]) -> None:
        """The load's own end is what matters: what cannot be taken away now is told, and left to the next load."""
        try:
            self.stage.delete(keys)
        except LakeError as e:
            self._tell(f"files of a load stay below {STAGING_PREFIX}/ until the next one: {e}")


@contextmanager
def staging_area(stage: S3Lake, warehouse: str, tell: Callable[[str], None]) -> Iterator[StagingArea]:
    """A folder for the time of a load."""
    place = StagingArea(stage, warehouse, tell)
    try:
        yield place
    finally:
        place.remove()
