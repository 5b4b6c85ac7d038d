"""The lake in S3 where it is not as a directory: pages, prefixes, keys that no directory can hold, faults, and what each is told as."""

import io
import os
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import boto3
import pytest
import urllib3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config

from sparkify_assets.errors import LakeError, LakeUnavailableError
from sparkify_assets.lake.s3 import S3Lake, S3Location
from sparkify_assets.lake.s3_bucket import Bucket as Asked
from sparkify_assets.lake.s3_bucket import Options
from sparkify_assets.lake.s3_client import s3_lake
from sparkify_assets.lake.s3_obstore import store_config
from sparkify_assets.lake.s3_upload import PART_BYTES
from sparkify_assets_tests.emulators.s3.server import KEY_ID, PAGE, PROJECT, REGION, SECRET, TOKEN, Fault
from sparkify_assets_tests.lake.conftest import Bucket
from sparkify_assets_tests.support import mentions, raises

pytestmark = pytest.mark.integration

FOREVER = 99


def told(action: Callable[[], object], error: type[LakeError] = LakeError) -> str:
    """The message of exactly this error, from which, as from all that led to it, no secret can be learnt."""
    with raises(error) as e:
        action()
    everything = "".join(traceback.format_exception(e.value))
    assert not [secret for secret in (KEY_ID, SECRET, TOKEN) if secret in everything]
    return str(e.value)


# listing


def test_keys_that_no_directory_holds_are_listed_and_read_and_lead_nowhere(bucket: Bucket, tmp_path: Path) -> None:
    keys = [
        "log_data/../../x.json",
        "log_data//a.json",
        "log_data/./a.json",
        "log_data/a.json/",
        "log_data/a.json",
        "log_data/\x01",
        "log_data/b\\c",
    ]
    for key in keys:
        bucket.put(key, key.encode())
    lake = bucket.lake()
    entries = lake.list("log_data")
    assert [e.key for e in entries] == sorted(keys)
    assert list(lake.read(entries)) == [key.encode() for key in sorted(keys)]
    scratch = tmp_path / "scratch"
    for entry in entries:
        copy = lake.as_local_file(entry, scratch)
        assert copy is not None
        assert (copy.parent, copy.read_bytes()) == (scratch, entry.key.encode())
    assert len(list(scratch.iterdir())) == len(keys)
    assert list(tmp_path.iterdir()) == [scratch]


def test_a_folder_drawn_by_a_console_is_no_object(bucket: Bucket) -> None:
    bucket.put("log_data/", b"")
    bucket.put("log_data/2018/", b"")
    bucket.put("log_data/2018/a.json", b"")
    assert [e.key for e in bucket.lake().list("log_data")] == ["log_data/2018/a.json"]


@pytest.mark.parametrize("prefix", ["", "lake", "lake/of"])
def test_a_lake_is_what_lies_below_its_prefix(bucket: Bucket, prefix: str) -> None:
    whole = Bucket(bucket.server, bucket.name, prefix="")
    for key in ("lake/of/a", "lake/of2/a", "lake2/a", "a"):
        whole.server.client().put_object(Bucket=bucket.name, Key=key)
    expected = {"": ["a", "lake/of/a", "lake/of2/a", "lake2/a"], "lake": ["of/a", "of2/a"], "lake/of": ["a"]}
    assert [e.key for e in bucket.lake(prefix=prefix).list("")] == expected[prefix]


def test_what_the_platform_writes_is_no_data(bucket: Bucket) -> None:
    lake = bucket.lake()
    lake.write("_work/run/part.json", b"ours")
    bucket.put("log_data/a.json", b"theirs")
    assert [e.key for e in lake.list("")] == ["log_data/a.json"]
    assert [e.key for e in lake.list_staged()] == [e.key for e in lake.list_staged("run")] == ["_work/run/part.json"]


TRUNCATED = "<ListBucketResult><IsTruncated>true</IsTruncated><Contents><Key>k</Key><Size>1</Size></Contents></ListBucketResult>"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault("list-type=2.*continuation", FOREVER, status=403, code="AccessDenied"), LakeError),
        (Fault("list-type=2.*continuation", FOREVER, status=500), LakeUnavailableError),
        (Fault("list-type=2.*continuation", FOREVER, reset=True), LakeUnavailableError),
        (Fault("list-type=2.*continuation", FOREVER, cut=True), LakeUnavailableError),
        (Fault("list-type=2.*continuation", FOREVER, status=200, body="<ListBucketResult><Cont"), LakeUnavailableError),
        (
            Fault(
                "list-type=2", status=200, body=TRUNCATED.replace("<Size>", "<ETag>e</ETag><LastModified>2018-11-01</LastModified><Size>")
            ),
            LakeError,
        ),
    ],
    ids=["denied", "500", "reset", "cut", "half an answer", "says not where it goes on"],
)
def test_a_listing_that_fails_in_the_middle_is_an_error_and_no_shorter_listing(
    bucket: Bucket, fault: Fault, error: type[LakeError]
) -> None:
    for n in range(PAGE + 1):
        bucket.put(f"log_data/{n}", b"")
    bucket.server.order(fault)
    with raises(error, f"s3://{bucket.name}"):
        bucket.lake().list("log_data")


# faults that pass


PASSING = {
    "500": Fault("", status=500),
    "slow down": Fault("", status=503, code="SlowDown"),
    "reset": Fault("", reset=True),
    "cut": Fault("", cut=True),
    "slow": Fault("", seconds=0.3),
}


@pytest.mark.parametrize("fast", [True, False], ids=["obstore", "boto3"])
@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_what_passes_is_tried_again(bucket: Bucket, fault: Fault, fast: bool, tmp_path: Path) -> None:
    content = os.urandom(300_000)
    bucket.put("log_data/a.json", content)
    lake = bucket.lake(fast=fast)
    (entry,) = lake.list("log_data")
    for way in (lambda: next(lake.read([entry])), lambda: lake.as_local_file(entry, tmp_path).read_bytes()):  # type: ignore[union-attr]
        bucket.server.order(Fault(**{**vars(fault), "pattern": f"GET /{bucket.name}/lake/of/log_data/a.json"}))
        assert way() == content
    if not fault.cut:  # a listing cut short is another test's
        bucket.server.order(Fault(**{**vars(fault), "pattern": f"GET /{bucket.name}.*list-type"}))
        assert lake.list("log_data") == [entry]


def test_a_copy_that_breaks_off_goes_on_where_it_was(bucket: Bucket, tmp_path: Path) -> None:
    content = os.urandom(3 << 20)
    bucket.put("log_data/a.json", content)
    lake = bucket.lake()
    (entry,) = lake.list("log_data")
    bucket.server.order(Fault("GET .*a.json", times=2, cut=True))
    copy = lake.as_local_file(entry, tmp_path)
    assert copy is not None
    assert copy.read_bytes() == content
    ranges = [h.get("range") for h in bucket.server.headers("GET .*a.json")]
    assert ranges[0] is None
    assert len(ranges) == 3
    assert None not in ranges[1:]


def test_what_obstore_cannot_do_boto3_does(bucket: Bucket) -> None:
    """As behind a proxy that only boto3 is told of: after some failures in a row obstore is asked no more."""
    for n in range(40):
        bucket.put(f"log_data/{n:02}", b"%d" % n)
    lake = bucket.lake()
    bucket.server.order(Fault("GET .*log_data/00$", times=FOREVER, status=500))
    assert lake._reader._fast is not None
    lake._reader._fast._credentials = None  # it now fails at signing, each time
    entries = lake.list("log_data")[1:]
    assert list(lake.read(entries)) == [b"%d" % n for n in range(1, 40)]
    assert lake._reader._fast._failures >= 20


FORKED = """
import os, signal, sys
from sparkify_assets.lake.s3_client import s3_lake
lake = s3_lake(sys.argv[1])
entries = lake.list("log_data")
assert list(lake.read(entries)) == [b"one"]
child = os.fork()
if not child:
    signal.alarm(20)
    os._exit(0 if list(lake.read(entries)) == [b"one"] else 1)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_process_forked_after_reading_reads(bucket: Bucket) -> None:
    """obstore's threads do not live on in it, and whoever asks them waits for ever."""
    bucket.put("log_data/a.json", b"one")
    where = f"s3://{bucket.name}/{bucket.prefix}"
    environment = {**os.environ, **bucket.server.environment, "PYTHONPATH": str(PROJECT)}
    done = subprocess.run([sys.executable, "-c", FORKED, where], env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


# faults that do not pass


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (403, "AccessDenied", [403, "s3:ListBucket"]),
        (403, "ExpiredToken", ["ExpiredToken", "expired", "AWS_PROFILE", "`aws sso login`"]),
        (403, "InvalidAccessKeyId", ["InvalidAccessKeyId", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]),
        (403, "SignatureDoesNotMatch", ["SignatureDoesNotMatch", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]),
        (403, "RequestTimeTooSkewed", ["RequestTimeTooSkewed", "clock"]),
        (404, "NoSuchBucket", ["SPARKIFY_LAKE"]),
        (301, "PermanentRedirect", [" eu-central-1", "us-west-2", "AWS_REGION=eu-central-1"]),
        (400, "AuthorizationHeaderMalformed", [" eu-central-1", "us-west-2", "AWS_REGION=eu-central-1"]),
        (503, "SlowDown", ["SlowDown"]),
        (418, "Teapot", ["list", "Teapot"]),
    ],
)
def test_why_a_lake_cannot_be_listed(bucket: Bucket, status: int, code: str, expected: list[object]) -> None:
    there = {"x-amz-bucket-region": "eu-central-1"} if status in (301, 400) else {}
    bucket.server.order(Fault("list-type=2", FOREVER, status, code, there))
    message = told(lambda: bucket.lake().list("log_data"), LakeUnavailableError if status == 503 else LakeError)
    mentions(message, f"s3://{bucket.name}", *expected)
    assert "\n" not in message


@pytest.mark.parametrize(
    ("status", "code", "message", "expected"),
    [
        (403, "AccessDenied", "", [403, "s3:GetObject "]),
        (403, "AccessDenied", "not authorized to perform: s3:GetObjectVersion on it", [403, "s3:GetObjectVersion "]),
        (403, "AccessDenied", "not authorized to perform: kms:Decrypt on key", ["AccessDenied", "kms:Decrypt"]),
        (400, "KMS.DisabledException", "", ["KMS.DisabledException", "kms:Decrypt"]),
        (400, "ExpiredToken", "", ["ExpiredToken", "expired", "AWS_PROFILE"]),
        (403, "InvalidObjectState", "", ["archive", "again"]),
    ],
)
@pytest.mark.parametrize("fast", [True, False], ids=["obstore", "boto3"])
def test_why_an_object_cannot_be_read(bucket: Bucket, fast: bool, status: int, code: str, message: str, expected: list[object]) -> None:
    bucket.put("log_data/a.json", b"one")
    lake = bucket.lake(fast=fast)
    entries = lake.list("log_data")
    body = f"<Error><Code>{code}</Code><Message>{message} {KEY_ID}</Message></Error>"
    bucket.server.order(Fault("GET .*a.json", FOREVER, status, code, body=body))
    with raises(LakeError, f"s3://{bucket.name}/lake/of/log_data/a.json", *expected) as e:
        list(lake.read(entries))
    assert KEY_ID not in str(e.value)
    assert not e.value.is_retryable


@pytest.mark.parametrize("fault", [Fault("", status=500), Fault("", reset=True), Fault("", cut=True)], ids=["500", "reset", "cut"])
def test_an_object_that_cannot_be_had_now_may_be_had_later(bucket: Bucket, fault: Fault) -> None:
    """By boto3 alone: obstore tries for some seconds, and then it is asked."""
    bucket.put("log_data/a.json", b"one")
    lake = bucket.lake(fast=False)
    entries = lake.list("log_data")
    bucket.server.order(Fault(**{**vars(fault), "pattern": "GET .*a.json", "times": FOREVER}))
    with raises(LakeUnavailableError, f"s3://{bucket.name}/lake/of/log_data/a.json"):
        list(lake.read(entries))


def test_a_bucket_of_another_region_is_no_lake_of_this_one(bucket: Bucket) -> None:
    """boto3 would follow the redirect; the faster reader and COPY would not."""
    client = bucket.server.session().client("s3", endpoint_url=bucket.server.endpoint, region_name="eu-central-1")
    body = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"
    bucket.server.order(Fault("list-type=2", status=200, body=body, headers={"x-amz-bucket-region": REGION}))
    message = told(lambda: S3Lake(S3Location(bucket.name, ""), client).list("log_data"))
    mentions(message, f"s3://{bucket.name}", " us-west-2", "eu-central-1", "AWS_REGION=us-west-2")


def test_no_such_bucket(bucket: Bucket) -> None:
    lake = S3Lake(S3Location("no-such-bucket", "x"), bucket.server.client())
    listing, reaching = told(lambda: lake.list("log_data")), told(lake.ping)
    assert listing == reaching
    mentions(listing, "s3://no-such-bucket", "SPARKIFY_LAKE")
    assert "s3://no-such-bucket/" not in listing, "the bucket is not there, whatever lies below it"


def test_an_endpoint_that_does_not_answer_passes_by_itself(bucket: Bucket) -> None:
    config = Config(connect_timeout=1, retries={"total_max_attempts": 1})
    client = bucket.server.session().client("s3", endpoint_url="http://127.0.0.1:9", config=config)
    lake = S3Lake(S3Location(bucket.name, ""), client)
    with raises(LakeUnavailableError, f"s3://{bucket.name}", "http://127.0.0.1:9 ", "AWS_ENDPOINT_URL"):
        lake.list("log_data")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, ["NoCredentialsError", "AWS_PROFILE", "AWS_SECRET_ACCESS_KEY"]),
        ({"AWS_SECRET_ACCESS_KEY": ""}, ["PartialCredentialsError", "AWS_PROFILE", "AWS_SECRET_ACCESS_KEY"]),
        ({"AWS_PROFILE": "nobody"}, ["ProfileNotFound", "AWS_PROFILE"]),
        ({"AWS_ENDPOINT_URL": "nowhere"}, ["Invalid endpoint: nowhere", "AWS_ENDPOINT_URL"]),
    ],
)
def test_aws_settings_that_cannot_be_used(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch, change: dict[str, str], expected: list[str]
) -> None:
    for name, value in {**bucket.server.environment, **change}.items():
        monkeypatch.setenv(name, value) if value else monkeypatch.delenv(name, raising=False)
    message = told(lambda: s3_lake(f"s3://{bucket.name}/lake").list("log_data"))
    mentions(message, f"s3://{bucket.name}/lake", *expected)


# what goes with every call


def test_who_pays_is_said_with_every_call(bucket: Bucket, tmp_path: Path) -> None:
    lake = bucket.lake(Options(requester_pays=True))
    bucket.put("log_data/a.json", b"one")
    bucket.server.calm()
    (entry,) = lake.list("log_data")
    assert list(lake.read([entry])) == [b"one"]
    lake.as_local_file(entry, tmp_path)
    lake.verify_unchanged(entry)
    lake.upload("_work/large", [bytes(PART_BYTES + 1)])
    lake.delete(["_work/large"])
    asked = bucket.server.headers(f"/{bucket.name}")
    assert len(asked) == 9  # list, twice GET, HEAD, four of the upload, delete
    assert [h.get("x-amz-request-payer") for h in asked] == ["requester"] * 9
    bucket.server.order(Fault("list-type", FOREVER, status=403, code="AccessDenied"))
    assert "SPARKIFY_S3_REQUESTER_PAYS" not in told(lambda: lake.list(""))
    assert "SPARKIFY_S3_REQUESTER_PAYS=true" in told(lambda: bucket.lake().list(""))


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (Options(encryption="AES256"), ("AES256", None)),
        (Options(encryption="aws:kms", kms_key_id="a-key"), ("aws:kms", "a-key")),
    ],
)
def test_what_is_written_is_encrypted_as_asked(bucket: Bucket, options: Options, found: tuple[str, str | None]) -> None:
    lake = bucket.lake(options)
    lake.write("_work/small", b"x")
    lake.upload("_work/large", [bytes(PART_BYTES + 1)])
    for key in ("_work/small", "_work/large"):
        head = bucket.server.client().head_object(Bucket=bucket.name, Key=lake.object_key(key))
        assert (head["ServerSideEncryption"], head.get("SSEKMSKeyId")) == found


@pytest.mark.parametrize(
    ("endpoint", "style", "bucket", "expected"),
    [
        (None, "auto", "lake", ("https://lake.s3.us-west-2.amazonaws.com", True)),
        (None, "auto", "my.lake", ("https://s3.us-west-2.amazonaws.com", False)),
        (None, "path", "lake", ("https://s3.us-west-2.amazonaws.com", False)),
        ("http://localhost:9000", "auto", "lake", ("http://localhost:9000", False)),
        ("https://minio.example", "virtual", "lake", ("https://lake.minio.example", True)),
    ],
)
def test_obstore_goes_where_boto3_goes(endpoint: str | None, style: str, bucket: str, expected: tuple[str, bool]) -> None:
    client = boto3.Session("id", "secret", region_name=REGION).client(
        "s3", endpoint_url=endpoint, config=Config(s3={"addressing_style": style})
    )
    urls = []

    def instead_of_sending(request: AWSPreparedRequest, **_: object) -> AWSResponse:
        urls.append(request.url)
        return AWSResponse(request.url, 200, {}, urllib3.HTTPResponse(io.BytesIO(), preload_content=False))

    client.meta.events.register("before-send.s3.HeadObject", instead_of_sending)
    client.head_object(Bucket=bucket, Key="k")
    config, http = store_config(Asked(bucket, client, Options()))
    assert (config["endpoint"], config["virtual_hosted_style_request"]) == expected
    assert http is expected[0].startswith("http:")
    assert urls == [f"{expected[0]}/k" if expected[1] else f"{expected[0]}/{bucket}/k"]
