"""COPY's input in S3: the list of files (a prefix or a manifest), their bytes, the jsonpaths; and Redshift's messages for errors of S3.

Put here access to S3. Do not put here the parsing of records (copy_rows.py).
"""

import json
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from sparkify_assets_tests.emulators.redshift.copy_statement import CopyStatement
from sparkify_assets_tests.emulators.redshift.errors import ServerError, detail
from sparkify_assets_tests.emulators.redshift.faults import Fault

MISSING = ("NoSuchKey", "404", "NotFound")


@dataclass(frozen=True)
class File:
    bucket: str
    key: str

    @property
    def uri(self) -> str:
        return f"s3://{self.bucket}/{self.key}"


def file_of(uri: str) -> File:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return File(bucket, key)


class Reading:
    """One COPY's access to S3. Every method blocks on the network: call it in a thread."""

    def __init__(self, client: Any, query: int, fault: Callable[[str, str], Fault | None]) -> None:
        self._client = client
        self._query = query
        self._fault = fault

    def files(self, statement: CopyStatement) -> list[File]:
        """The files to load. Raises ServerError if there are none."""
        source = file_of(statement.source)
        return self._listed_in(source) if statement.on("manifest") else self._below(source)

    def content(self, file: File, gzip: bool = False) -> bytes:
        """The file's bytes, decompressed if the statement has GZIP; compression is never detected. Raises ServerError."""
        raw = self._get(file)
        if not gzip:
            return raw
        try:
            return gunzip(raw)
        except zlib.error:
            raise self.failed(f"The file {file.uri} is not in gzip format", "Reading gzip") from None

    def jsonpaths(self, uri: str) -> list[str] | None:
        """The paths; None for a file without the key ``jsonpaths``, which Redshift ignores silently. Raises ServerError."""
        try:
            given = json.loads(self._get(file_of(uri)))
        except ValueError:
            raise self.failed(f"Invalid JSONPath format: {uri} is not one JSON object", "Reading jsonpaths") from None
        if not isinstance(given, dict):
            raise self.failed(f"Invalid JSONPath format: {uri} is not one JSON object", "Reading jsonpaths")
        paths = given.get("jsonpaths")
        if paths is not None and not (isinstance(paths, list) and all(isinstance(p, str) and p for p in paths)):
            raise self.failed("Invalid JSONPath format: expected an array of non-empty strings", "Reading jsonpaths")
        return paths

    def failed(self, message: str, context: str = "") -> ServerError:
        return ServerError(message, detail=detail(message, 8001, self._query, "s3_utility.cpp:568", "padbmaster [pid=12345]", context))

    def _listed_in(self, manifest: File) -> list[File]:
        try:
            content = self._get(manifest)
        except _Missing as e:
            raise self.failed(f"Problem reading manifest file - {e.told}", "Reading manifest") from None
        try:
            entries = json.loads(content)["entries"]
            listed = [(file_of(e["url"]), bool(e.get("mandatory", False)), e.get("meta", {}).get("content_length")) for e in entries]
        except (ValueError, KeyError, TypeError, AttributeError):
            raise self.failed(f'Invalid manifest file {manifest.uri}: expected {{"entries": [{{"url": …}}]}}', "Reading manifest") from None
        found = []
        for file, mandatory, _ in listed:
            try:
                self._call("head_object", file)
            except _Missing:
                if mandatory:
                    raise self.failed(
                        f"Mandatory url is not present in manifest file {manifest.uri}: {file.uri}", "Reading manifest"
                    ) from None
            else:
                found.append(file)
        if not found:
            raise self.failed("None of the files of the manifest was found", "Reading manifest")
        return found

    def _below(self, prefix: File) -> list[File]:
        found: list[File] = []
        try:
            for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=prefix.bucket, Prefix=prefix.key):
                found += [File(prefix.bucket, o["Key"]) for o in page.get("Contents", [])]
        except ClientError as e:
            raise self.failed(_told(e), f"Listing bucket={prefix.bucket} prefix={prefix.key}") from None
        if not found:
            raise self.failed(f"The specified S3 prefix '{prefix.key}' does not exist")
        return found

    def _get(self, file: File) -> bytes:
        return self._call("get_object", file)["Body"].read()

    def _call(self, name: str, file: File) -> Any:
        """Raises ServerError, and _Missing for a key that does not exist."""
        fault = self._fault("s3", file.uri)
        if fault and fault.do == "slow":
            time.sleep(fault.seconds)
        elif fault:
            status, code, text = (
                ("404", "NoSuchKey", "The specified key does not exist.")
                if fault.message == "404"
                else ("403", "AccessDenied", "Access Denied")
            )
            raise self._problem(code, f"S3ServiceException:{text},Status {status},Error {code},Rid 0,ExtRid 0,CanRetry 1", file)
        try:
            return getattr(self._client, name)(Bucket=file.bucket, Key=file.key)
        except ClientError as e:
            raise self._problem(e.response["Error"].get("Code", ""), _told(e), file) from None
        except BotoCoreError as e:
            raise self.failed(
                f"S3CurlException: {type(e).__name__}, CurlError 28, multiCurlError 0, CanRetry 1, UserError 0", file.uri
            ) from None

    def _problem(self, code: str, told: str, file: File) -> ServerError:
        told_all = self.failed(told, f"S3 key being read : {file.uri}")
        return _Missing(told_all.message, told_all.detail, told) if code in MISSING else told_all


class _Missing(ServerError):
    """The key does not exist in S3."""

    def __init__(self, message: str, detail: str, told: str) -> None:
        super().__init__(message, detail=detail)
        self.told = told


def _told(error: ClientError) -> str:
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    found = error.response["Error"]
    code, text = found.get("Code", ""), found.get("Message", "")
    if code == "404":  # an answer to HEAD has no body with details
        code, text = "NoSuchKey", "The specified key does not exist."
    elif code == "403":
        code, text = "AccessDenied", "Access Denied"
    return f"S3ServiceException:{text},Status {status},Error {code},Rid 0,ExtRid 0,CanRetry 1"


def gunzip(raw: bytes) -> bytes:
    """Decompress all members. Raises zlib.error for data that are not gzip or are cut short."""
    parts = []
    while raw:
        unpacking = zlib.decompressobj(wbits=31)
        parts.append(unpacking.decompress(raw))
        if not unpacking.eof:
            raise zlib.error("cut short")
        raw = unpacking.unused_data
    return b"".join(parts)
