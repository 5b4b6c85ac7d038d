"""Ways to read many small objects from S3.  One way a process, which prints the seconds that it took once all was imported:

    python -m bench.objects_ways WAY COUNT         at AWS_ENDPOINT_URL, in BUCKET; COUNT is how many there must be

What they show is why sparkify_assets/lake/s3_reading.py asks obstore, from threads, for several objects in a task.
"""

import asyncio
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import boto3
import obstore
from botocore.config import Config

from sparkify_assets.lake import ObjectInfo
from sparkify_assets.lake.s3 import S3Lake
from sparkify_assets.lake.s3_client import s3_lake
from sparkify_assets.model import load_catalog
from sparkify_assets.warehouse.redshift.compaction import compact
from sparkify_assets.warehouse.redshift.copy_prescan import CopyPrescan
from sparkify_assets.warehouse.redshift.staging_area import StagingArea

BUCKET = "bench"
FOLDER = "song_data"
CONTENT = b'{"num_songs": 1, "artist_id": "ARD7TVE1187B99BFB1", "title": "A Poor Recipe For Civic Cohesion"}'.ljust(250)
Content = bytes | memoryview


def by_the_lake(lake: S3Lake, entries: Sequence[ObjectInfo]) -> Iterator[bytes]:
    return iter(lake.read(entries))


def by_boto3(threads: int) -> Callable[[S3Lake, Sequence[ObjectInfo]], Iterator[bytes]]:
    def read(_: S3Lake, entries: Sequence[ObjectInfo]) -> Iterator[bytes]:
        client = boto3.Session().client("s3", config=Config(max_pool_connections=threads))
        with ThreadPoolExecutor(threads) as pool:
            yield from pool.map(lambda e: client.get_object(Bucket=BUCKET, Key=e.key, IfMatch=f'"{e.etag}"')["Body"].read(), entries)

    return read


def by_obstore_a_task_each(lake: S3Lake, entries: Sequence[ObjectInfo]) -> Iterator[bytes]:
    store = _store(lake)
    with ThreadPoolExecutor(128) as pool:
        yield from pool.map(lambda e: obstore.get(store, e.key, options={"if_match": f'"{e.etag}"'}).bytes().to_bytes(), entries)


def by_obstore_and_asyncio(lake: S3Lake, entries: Sequence[ObjectInfo]) -> list[bytes]:
    return asyncio.run(_gathered(_store(lake), entries))


async def _gathered(store: obstore.store.S3Store, entries: Sequence[ObjectInfo]) -> list[bytes]:
    found = [b""] * len(entries)
    left = iter(enumerate(entries))

    async def work() -> None:
        for n, entry in left:
            answer = await obstore.get_async(store, entry.key, options={"if_match": f'"{entry.etag}"'})
            found[n] = (await answer.bytes_async()).to_bytes()

    await asyncio.gather(*(work() for _ in range(128)))
    return found


def _store(lake: S3Lake) -> obstore.store.S3Store:
    assert lake._reader._fast is not None
    return lake._reader._fast._opened()


WAYS = {
    "obstore, 128 threads, 8 objects a task (the lake's)": by_the_lake,
    "obstore, 128 threads, an object a task": by_obstore_a_task_each,
    "obstore, asyncio, 128 at a time": by_obstore_and_asyncio,
    "boto3, 8 threads": by_boto3(8),
    "boto3, 64 threads": by_boto3(64),
}
COMPACTED = "read, joined into gzip parts and written"
SLOW = [way for way in WAYS if "boto3" in way]


def fill(lake: S3Lake, count: int) -> None:
    store = _store(lake)
    with ThreadPoolExecutor(16) as pool:
        keys = (f"{FOLDER}/{chr(65 + n % 26)}/A/A/TR{n:07}.json" for n in range(count))
        for _ in pool.map(lambda key: obstore.put(store, key, CONTENT, use_multipart=False), keys):
            pass


def main(way: str, count: int) -> None:
    lake = s3_lake(f"s3://{BUCKET}")
    if way == "fill":
        return fill(lake, count)
    begun = time.perf_counter()
    entries = lake.list(FOLDER)
    listed = time.perf_counter()
    assert len(entries) == count, f"{len(entries)} listed, {count} are there"
    if way == COMPACTED:
        parts = compact(
            StagingArea(lake, "bench", print), CopyPrescan(load_catalog()["staging_songs"]), [("A", entry) for entry in entries], lake
        )
        assert sum(file.records for part in parts for file in part.files) == count
    elif way != "list":
        assert sum(content == CONTENT for content in WAYS[way](lake, entries)) == count
    print(f"{(listed if way == 'list' else time.perf_counter()) - (begun if way == 'list' else listed):.3f}")
    return None


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
