"""Errors of S3 and botocore → LakeError, with a message that names the object and what to do.

AWS's own text is never included: it may contain a key's id.  Names of error codes: Amazon S3 API Reference, "Error responses".
Put here S3's error codes.  Do not put here other AWS services (aws/errors.py).
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore import exceptions as boto
from botocore.parsers import ResponseParserError

from sparkify_assets.errors import LakeError, LakeUnavailableError

LIST_AGAIN = "list the lake again (run the load again)"
ACTIONS = {
    "list": "s3:ListBucket on the bucket",
    "read": "s3:GetObject on it",
    "write": "s3:PutObject on it",
    "delete": "s3:DeleteObject on it",
}
"""operation → the permission that it needs"""

GONE = {"NoSuchKey", "404", "NotFound"}
CHANGED = {"PreconditionFailed", "412"}
DENIED = {"AccessDenied", "403", "Forbidden", "AllAccessDisabled"}
EXPIRED = {"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "RequestExpired"}
UNKNOWN = {"InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "InvalidSecurity", "NotSignedUp", "UnrecognizedClientException"}
WRONG_REGION = {
    "PermanentRedirect",
    "301",
    "AuthorizationHeaderMalformed",
    "IllegalLocationConstraintException",
    "TemporaryRedirect",
    "307",
}
BUSY = {"SlowDown", "ServiceUnavailable", "InternalError", "RequestTimeout", "Throttling", "ThrottlingException", "OperationAborted"}

NO_CREDENTIALS = (
    boto.NoCredentialsError,
    boto.PartialCredentialsError,
    boto.CredentialRetrievalError,
    boto.ProfileNotFound,
    boto.SSOError,
    boto.TokenRetrievalError,
    boto.InvalidConfigError,
    boto.ConfigParseError,
    boto.MetadataRetrievalError,
)
NO_RESPONSE = (boto.HTTPClientError, boto.ConnectionError, boto.ReadTimeoutError, boto.IncompleteReadError, boto.ResponseStreamingError)
"""no response, or an incomplete one"""

LOGIN_HINT = (
    "set AWS_PROFILE (after `aws sso login`, where it needs one), or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run under a role"
)


@contextmanager
def s3_errors(uri: str, doing: str, endpoint: str = "", region: str | None = None, payer: bool = False) -> Iterator[None]:
    """Convert exceptions of boto3 to LakeError about ``uri``.

    ``doing`` is a key of ACTIONS; ``payer``: requester pays is set, so messages omit the hint at it.
    """
    try:
        yield
    except boto.ClientError as e:
        raise _response_error(e, uri, doing, region, payer) from e
    except (boto.BotoCoreError, ResponseParserError) as e:
        raise _client_error(e, uri, endpoint) from e


@contextmanager
def aws_settings_errors(url: str) -> Iterator[None]:
    """Convert errors of the AWS settings to LakeError: those raised while a client is created, before any request."""
    try:
        with s3_errors(url, "list"):
            yield
    except ValueError as e:  # botocore's error for an endpoint that is not a URL
        raise LakeError(
            f"{url}: the AWS settings cannot be used ({e}); expected AWS_ENDPOINT_URL(_S3), if set, as https://host:port"
        ) from e


def _response_error(error: boto.ClientError, uri: str, doing: str, region: str | None, payer: bool) -> LakeError:
    answer: dict[str, Any] = error.response
    code = str(answer.get("Error", {}).get("Code", ""))
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    text = str(answer.get("Error", {}).get("Message", ""))
    bucket = "/".join(uri.split("/")[:3])
    if code == "NoSuchBucket" or (code in GONE and doing == "list"):
        return LakeError(f"{bucket}: there is no such bucket; make it, or let SPARKIFY_LAKE name the bucket that holds the files")
    if code in GONE:
        return LakeError(f"{uri}: was listed, but is gone; {LIST_AGAIN}")
    if code in CHANGED:
        return changed(uri)
    if code.startswith("KMS.") or "kms:" in text.lower():
        allow = "kms:GenerateDataKey" if doing == "write" else "kms:Decrypt"
        return LakeError(f"{uri}: the KMS key that encrypts it may not be used ({code}); allow {allow} on that key, then run it again")
    if code in DENIED:
        missing = re.search(r"not authorized to perform: (s3:\w+)", text)
        allow = ACTIONS[doing].replace(ACTIONS[doing].split()[0], missing[1]) if missing else ACTIONS[doing]
        pays = "" if payer else "; where the bucket lets the requester pay, set SPARKIFY_S3_REQUESTER_PAYS=true"
        return LakeError(f"{uri}: no permission (403); allow {allow} to the credentials in use{pays}")
    if code in EXPIRED:
        return LakeError(f"{uri}: the AWS credentials have expired ({code}); renew them: {LOGIN_HINT}")
    if code in UNKNOWN:
        return LakeError(f"{uri}: S3 does not take the AWS credentials ({code}); check them: {LOGIN_HINT}")
    if code in WRONG_REGION or status == 301:
        there = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("x-amz-bucket-region") or answer["Error"].get("Region")
        return wrong_region(bucket, region, there)
    if code == "RequestTimeTooSkewed":
        return LakeError(f"{uri}: S3 refuses this machine's clock ({code}); set it right")
    if code == "InvalidObjectState":
        return LakeError(f"{uri}: lies in an archive and cannot be read; restore it in S3, then {LIST_AGAIN}")
    if code in BUSY or status >= 500 or status == 429:
        return LakeUnavailableError(f"{uri}: S3 does not answer now ({code or status}), though asked several times; try again later")
    return LakeError(f"{uri}: S3 refuses to {doing} it ({code or status})")


def _client_error(error: Exception, uri: str, endpoint: str) -> LakeError:
    kind = type(error).__name__
    if isinstance(error, NO_CREDENTIALS):
        return LakeError(f"{uri}: found no AWS credentials that can be used ({kind}); {LOGIN_HINT}")
    if isinstance(error, boto.NoRegionError):
        return LakeError(f"{uri}: found no AWS region; set AWS_REGION to that of the bucket")
    if isinstance(error, boto.SSLError):
        return LakeError(
            f"{uri}: the certificate of {endpoint or 'S3'} is not trusted; let AWS_CA_BUNDLE name the authority that signed it"
        )
    if isinstance(error, (*NO_RESPONSE, ResponseParserError)):
        at = f" at {endpoint}" if endpoint else ""
        return LakeUnavailableError(
            f"{uri}: S3{at} does not answer ({kind}), though asked several times; check the network or AWS_ENDPOINT_URL"
        )
    return LakeError(f"{uri}: cannot be asked of S3 ({kind})")


def changed(uri: str) -> LakeError:
    return LakeError(f"{uri}: changed since it was listed: found another version; {LIST_AGAIN}")


def wrong_region(bucket: str, region: str | None, there: str | None) -> LakeError:
    lies = f"lies in region {there}" if there else "lies in another region"
    return LakeError(f"{bucket}: {lies}, was asked for in {region or 'none'}; set AWS_REGION={there or 'to that of the bucket'}")
