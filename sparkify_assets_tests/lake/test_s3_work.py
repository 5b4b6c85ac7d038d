"""What the platform writes into the lake's bucket: whole or not at all, below _work/ alone, and taken away again."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from sparkify_assets.errors import LakeError, LakeUnavailableError
from sparkify_assets.lake.s3_upload import PART_BYTES
from sparkify_assets_tests.emulators.s3.server import Fault
from sparkify_assets_tests.lake.conftest import Bucket
from sparkify_assets_tests.support import mentions, raises

pytestmark = pytest.mark.integration

FOREVER = 99
KEY = "_work/run 1/part é.json.gz"


def left_behind(bucket: Bucket) -> list[str]:
    """Objects, and parts of uploads that were never ended."""
    client = bucket.server.client()
    objects = client.list_objects_v2(Bucket=bucket.name).get("Contents", [])
    return [o["Key"] for o in [*objects, *client.list_multipart_uploads(Bucket=bucket.name).get("Uploads", [])]]


@pytest.mark.parametrize("size", [0, 1, PART_BYTES, PART_BYTES + 1, 2 * PART_BYTES + 7])
@pytest.mark.parametrize("chunk", [1 << 20, 1 << 30], ids=["many chunks", "one chunk"])
def test_what_is_written_lies_there_as_it_is_told(bucket: Bucket, size: int, chunk: int) -> None:
    content = os.urandom(size)
    lake = bucket.lake()
    entry = lake.upload(KEY, (content[at : at + chunk] for at in range(0, size, chunk)))
    assert next(iter(lake.read([entry]))) == content
    (listed,) = lake.list_staged()
    assert (listed.key, listed.size, listed.etag) == (entry.key, entry.size, entry.etag) == (KEY, size, listed.etag)
    assert entry.modified.tzinfo is UTC
    assert abs(entry.modified - datetime.now(UTC)) < timedelta(minutes=5)
    assert left_behind(bucket) == [f"{bucket.prefix}/{KEY}"]


def test_a_written_object_takes_the_place_of_the_one_of_that_name(bucket: Bucket) -> None:
    lake = bucket.lake()
    lake.write(KEY, b"one")
    entry = lake.write(KEY, b"two")
    assert list(lake.read([entry])) == [b"two"]


class Broken(Exception):
    """Whatever a caller's own chunks may raise."""


def chunks_that_break() -> Iterator[bytes]:
    yield bytes(2 * PART_BYTES + 1)
    raise Broken


def test_an_upload_whose_chunks_break_off_leaves_nothing(bucket: Bucket) -> None:
    with pytest.raises(Broken):
        bucket.lake().upload(KEY, chunks_that_break())
    assert left_behind(bucket) == []


@pytest.mark.parametrize("at", [r"POST .*\?uploads", "PUT .*partNumber=2", "POST .*uploadId"], ids=["begin", "second part", "end"])
def test_an_upload_that_s3_refuses_leaves_nothing(bucket: Bucket, at: str) -> None:
    bucket.server.order(Fault(at, FOREVER, status=403, code="AccessDenied"))
    with raises(LakeError, f"s3://{bucket.name}/{bucket.prefix}/{KEY}", 403, "s3:PutObject"):
        bucket.lake().upload(KEY, [bytes(2 * PART_BYTES)])
    assert left_behind(bucket) == []


@pytest.mark.parametrize("fault", [Fault("", status=503, code="SlowDown"), Fault("", reset=True)], ids=["slow down", "reset"])
def test_a_part_that_fails_once_is_sent_again(bucket: Bucket, fault: Fault) -> None:
    content = os.urandom(PART_BYTES + 1)
    for at in ("PUT .*partNumber=1", "POST .*uploadId"):
        bucket.server.order(Fault(**{**vars(fault), "pattern": at}))
    lake = bucket.lake()
    assert list(lake.read([lake.upload(KEY, [content])])) == [content]


def test_parts_that_cannot_be_taken_away_are_told(bucket: Bucket) -> None:
    bucket.server.order(Fault("DELETE .*uploadId", FOREVER, status=500))
    with pytest.raises(Broken) as e:
        bucket.lake().upload(KEY, chunks_that_break())
    mentions(e.value.__notes__[0], "parts", f"s3://{bucket.name}/{bucket.prefix}/{KEY}")


def test_a_small_object_that_cannot_be_written_is_told(bucket: Bucket) -> None:
    bucket.server.order(Fault("PUT", FOREVER, status=500))
    with raises(LakeUnavailableError, f"s3://{bucket.name}/{bucket.prefix}/{KEY}"):
        bucket.lake().write(KEY, b"x")
    bucket.server.calm()
    body = "<Error><Code>AccessDenied</Code><Message>kms:GenerateDataKey</Message></Error>"
    bucket.server.order(Fault("PUT", FOREVER, status=403, body=body))
    with raises(LakeError, f"s3://{bucket.name}/{bucket.prefix}/{KEY}", "AccessDenied", "kms:GenerateDataKey"):
        bucket.lake().write(KEY, b"x")


def test_what_was_written_is_deleted_and_nothing_else(bucket: Bucket) -> None:
    lake = bucket.lake()
    keys = [KEY, "_work/a&<b>.json", "_work/run 2/x", "_work/x%20+y"]
    for key in keys:
        lake.write(key, b"x")
    lake.delete([*keys[:1], *keys[2:], "_work/never there"])
    assert [e.key for e in lake.list_staged()] == ["_work/a&<b>.json"]
    lake.delete([])
    assert len(lake.list_staged()) == 1


def test_more_are_deleted_than_one_call_takes(bucket: Bucket) -> None:
    lake = bucket.lake()
    lake.write("_work/last", b"x")
    lake.delete([*(f"_work/{n}" for n in range(1000)), "_work/last"])
    assert lake.list_staged() == []
    assert len([told for told in bucket.server.seen() if told.startswith("POST") and "delete" in told]) == 2


REFUSED = "<DeleteResult><Error><Key>lake/of/_work/b</Key><Code>AccessDenied</Code><Message>no</Message></Error></DeleteResult>"


def test_what_s3_does_not_delete_is_an_error(bucket: Bucket) -> None:
    lake = bucket.lake()
    bucket.server.order(Fault("POST .*delete", status=200, body=REFUSED))
    with raises(LakeError, f"s3://{bucket.name}/lake/of/_work/b", "AccessDenied", 0):
        lake.delete(["_work/a", "_work/b"])
    bucket.server.order(Fault("POST .*delete", FOREVER, status=403, code="AccessDenied"))
    with raises(LakeError, f"s3://{bucket.name}", 403, "s3:DeleteObject"):
        lake.delete(["_work/a"])


@pytest.mark.parametrize("key", ["log_data/2018/11/2018-11-01-events.json", "_workx", "../_work/a", ""])
def test_the_apps_own_files_are_never_written_or_deleted(bucket: Bucket, key: str) -> None:
    lake = bucket.lake()
    bucket.put(key or "x", b"the app's")
    for action in (lambda: lake.write(key, b""), lambda: lake.delete([key])):
        with raises(ValueError, key, "_work/"):
            action()
