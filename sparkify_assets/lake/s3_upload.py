"""What the platform writes into the lake's bucket: whole objects, large ones in parts, and deleting in batches."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from sparkify_assets.errors import LakeError
from sparkify_assets.lake.s3_bucket import Bucket

PART_BYTES = 8 << 20
"""of an upload in parts; S3 takes 10,000 of at least 5 MiB"""
DELETED_AT_ONCE = 1000
"""the most that S3 takes"""


def upload(bucket: Bucket, key: str, chunks: Iterable[bytes]) -> tuple[int, str, datetime]:
    """Size, etag and time (UTC, by this machine's clock) of an object made of the chunks."""
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
        try:  # parts that are never joined are not listed, and are paid for until somebody finds them
            bucket.call("abort_multipart_upload", "write", key, UploadId=begun["UploadId"])
        except LakeError as left:
            e.add_note(f"and its parts lie there still: {left}")
        raise
    return size, answer["ETag"].strip('"'), datetime.now(UTC)


def delete(bucket: Bucket, keys: Sequence[str]) -> None:
    """Raises LakeError naming the first object that S3 keeps."""
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
    """Chunks of any size → parts of PART_BYTES, the last one smaller."""
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
