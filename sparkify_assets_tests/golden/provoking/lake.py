"""Lakes that cannot be listed or read: directories, gzip files, S3's refusals (botocore's Stubber compares them with AWS's own model)."""

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.stub import Stubber

from sparkify_assets.ingest import decompress
from sparkify_assets.lake import LocalLake, ObjectInfo
from sparkify_assets.lake.s3 import S3Lake, S3Location
from sparkify_assets.sample_data import SampleSpec, write_sample_lake
from sparkify_assets_tests.golden.provoking.case import Case, Cases

KEY = "log_data/2018/11/2018-11-01-events.json"
LISTED = ObjectInfo(KEY, 2, datetime.fromtimestamp(0, UTC), "the-etag")


def _listed_then(change: Callable[[Path], object]) -> Case:
    """A file is changed between its listing and its reading."""

    def case(folder: Path) -> object:
        path = folder / KEY
        path.parent.mkdir(parents=True)
        path.write_text("{}")
        os.utime(path, (1_541_106_106, 1_541_106_106))
        lake = LocalLake(folder)
        entries = lake.list("log_data")
        change(path)
        return list(lake.read(entries))

    return case


def _rewrite(path: Path) -> None:
    path.write_text("{} ")
    os.utime(path, (1_541_106_107, 1_541_106_107))


def _folder_instead(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _parent_is_a_file(path: Path) -> None:
    shutil.rmtree(path.parent)
    path.parent.write_text("")


def _not_utf8(folder: Path) -> object:
    below = folder / "log_data"
    below.mkdir()
    Path(os.fsdecode(os.fsencode(below) + b"/caf\xe9.json")).write_text("{}")
    lake = LocalLake(folder)
    return list(lake.read(lake.list("log_data")))


def _file_as_lake(folder: Path) -> object:
    (folder / "file").write_text("")
    return LocalLake(folder / "file").list("log_data")


@cache
def s3_client(**more: Any) -> Any:
    """No answer is waited for, and none is asked for twice."""
    config = Config(retries={"total_max_attempts": 1}, connect_timeout=1, read_timeout=1)
    return boto3.Session("AKIATEST", "not a secret", region_name="us-east-1").client("s3", config=config, **more)


def _refused_by_s3(operation: str, code: str, message: str = "", status: int = 400, headers: dict[str, str] | None = None) -> Case:
    def case(_: Path) -> object:
        client = s3_client()
        lake = S3Lake(S3Location("bucket", "lake"), client)
        with Stubber(client) as stub:
            stub.add_client_error(operation, code, message, status, response_meta={"HTTPHeaders": headers or {}})
            return lake.list("log_data") if operation == "list_objects_v2" else list(lake.read([LISTED]))

    return case


def _nobody_answers(_: Path) -> object:
    return S3Lake(S3Location("bucket", "lake"), s3_client(endpoint_url="http://127.0.0.1:9")).list("log_data")


LIST, READ = "list_objects_v2", "get_object"
LAKE: Cases = {
    "the directory is missing": lambda folder: LocalLake(folder / "nowhere").list("log_data"),
    "the directory is a file": _file_as_lake,
    "a file is gone since it was listed": _listed_then(lambda path: path.unlink()),
    "a file has changed since it was listed": _listed_then(_rewrite),
    "a folder is in a file's place": _listed_then(_folder_instead),
    "a file is in its folder's place": _listed_then(_parent_is_a_file),
    "a name that is not UTF-8": _not_utf8,
    "a .gz file without a byte": lambda _: decompress("a.json.gz", b""),
    "a .gz file that is no gzip": lambda _: decompress("a.json.gz", b'{"a": 1}'),
    "a .gz file that is cut": lambda _: decompress("a.json.gz", bytes.fromhex("1f8b0800000000000003ab")),
    "S3: no bucket": _refused_by_s3(LIST, "NoSuchBucket", status=404),
    "S3: no permission to list": _refused_by_s3(LIST, "AccessDenied", status=403),
    "S3: no permission to read": _refused_by_s3(READ, "AccessDenied", status=403),
    "S3: no permission, which AWS names": _refused_by_s3(
        READ, "AccessDenied", "User: x is not authorized to perform: s3:GetObjectVersion on resource: y", 403
    ),
    "S3: no permission for the key": _refused_by_s3(READ, "KMS.DisabledException"),
    "S3: expired credentials": _refused_by_s3(LIST, "ExpiredToken"),
    "S3: unknown credentials": _refused_by_s3(LIST, "InvalidAccessKeyId", status=403),
    "S3: another region, which S3 names": _refused_by_s3(LIST, "PermanentRedirect", "", 301, {"x-amz-bucket-region": "eu-west-1"}),
    "S3: the clock is wrong": _refused_by_s3(LIST, "RequestTimeTooSkewed", status=403),
    "S3: gone since it was listed": _refused_by_s3(READ, "NoSuchKey", status=404),
    "S3: changed since it was listed": _refused_by_s3(READ, "PreconditionFailed", status=412),
    "S3: archived": _refused_by_s3(READ, "InvalidObjectState", status=403),
    "S3: busy": _refused_by_s3(LIST, "SlowDown", status=503),
    "S3: anything else": _refused_by_s3(READ, "NotImplemented", status=400),
    "S3: nobody answers": _nobody_answers,
}


def _twice(folder: Path) -> object:
    spec = SampleSpec(songs=1, days=1, events_per_day=1)
    write_sample_lake(folder, spec)
    return write_sample_lake(folder, spec)


def _while_another_writes(folder: Path) -> object:
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        return write_sample_lake(folder, SampleSpec(songs=1, days=1))
    finally:
        os.close(handle)


SAMPLES: Cases = {"the directory holds a lake": _twice, "another process writes there": _while_another_writes}
