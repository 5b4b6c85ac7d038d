"""Writes to the lake's bucket: uploads, in parts if large, and batched deletes.

Put here what changes objects.  Do not put here which keys may be written (s3.py).
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from sparkify_assets.errors import LakeError
from sparkify_assets.lake.s3_bucket import Bucket

PART_BYTES = 8 << 20
"""size of one part of a multipart upload; S3 accepts 10,000 parts of at least 5 MiB"""
DELETED_AT_ONCE = 1000
"""S3's maximum for one request"""


def upload(bucket: Bucket, key: str, chunks: Iterable[bytes]) -> tuple[int, str, datetime]:
    """Upload the chunks as one object; returns size, etag and time (UTC, this machine's clock).  Raises LakeError."""
    parts = _parts(chunks)
    first = next(parts, b"")
    if (second := next(parts, None)) is None:
        answer = bucket.call("put_object", "write", key, Body=first, **bucket.options.encrypted)
        return len(first), answer["ETag"].strip('"'), datetime.now(UTC)
    begun = bucket.call("create_multipart_upload", "write", key, **bucket.options.encrypted)
    size, etags = 0, []
    try:
        for number, part in enumerate(_prepend(first, second, parts), 1):
            answer = bucket.call("upload_part", "write", key, UploadId=begun["UploadId"], PartNumber=number, Body=part)
            etags.append({"ETag": answer["ETag"], "PartNumber": number})
            size += len(part)
        joined = {"UploadId": begun["UploadId"], "MultipartUpload": {"Parts": etags}}
        answer = bucket.call("complete_multipart_upload", "write", key, **joined)
    except BaseException as e:
        try:  # parts that are never joined appear in no listing, and are billed until they are deleted
            bucket.call("abort_multipart_upload", "write", key, UploadId=begun["UploadId"])
        except LakeError as left:
            e.add_note(f"and its parts lie there still: {left}")
        raise
    return size, answer["ETag"].strip('"'), datetime.now(UTC)


def delete(bucket: Bucket, keys: Sequence[str]) -> None:
    """Delete objects; missing ones are ignored.  Raises LakeError naming the first object that S3 does not delete."""
    for start in range(0, len(keys), DELETED_AT_ONCE):
        batch = keys[start : start + DELETED_AT_ONCE]
        asked = {"Objects": [{"Key": key} for key in batch], "Quiet": True}
        with bucket.errors(bucket.uri(batch[0]), "delete"):
            answer = bucket.client.delete_objects(Bucket=bucket.name, Delete=asked, **bucket.options.payer)
        if kept := [e for e in answer.get("Errors", ()) if e.get("Code") != "NoSuchKey"]:
            first = kept[0]
            raise LakeError(
                f"{bucket.uri(first['Key'])}: S3 does not delete it ({first.get('Code')}), nor {len(kept) - 1} others; "
                "allow s3:DeleteObject below _work/, or delete them by hand"
            )


def _parts(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Regroup chunks of any size into parts of PART_BYTES; the last is smaller."""
    held = bytearray()
    for chunk in chunks:
        held += chunk
        while len(held) >= PART_BYTES:
            yield bytes(held[:PART_BYTES])
            del held[:PART_BYTES]
    if held:
        yield bytes(held)


def _prepend(first: bytes, second: bytes, others: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield second
    yield from others
