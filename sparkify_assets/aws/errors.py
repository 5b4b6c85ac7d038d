"""Errors of AWS as one message: what was being done, what failed, and the next step.

AWS's own message is included if it adds something; it contains users, actions and resources, never a key or a password.

Put here the translation of errors. Do not put here hints about a failed stack (cli/stack_events.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore import exceptions as aws
from botocore.parsers import ResponseParserError

from sparkify_assets.errors import SparkifyError

FORBIDDEN = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "UnauthorizedException", "403"}
EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired"}
UNKNOWN = {"InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch", "AuthFailure", "InvalidAccessKeyId"}
LIMITS = {"LimitExceeded", "LimitExceededException", "ClusterQuotaExceeded", "ServiceQuotaExceededException", "TooManyBuckets"}
CREDENTIALS = "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run `aws configure`"


class CloudError(SparkifyError):
    """AWS cannot be reached, or rejected a request; the message includes the next step."""


@contextmanager
def aws_errors(purpose: str, service: str = "") -> Iterator[None]:
    """Convert errors of boto3 to CloudError. ``purpose``: what is being done, such as "listing the stack's events".

    ``service``: its name in IAM's actions, where actions are named as operations, so that the message names the missing permission.
    """
    try:
        yield
    except (aws.ClientError, aws.BotoCoreError, ResponseParserError) as e:
        raise CloudError(_told(e, purpose, service)) from e


def code_of(error: aws.ClientError) -> str:
    """AWS's error code, such as "AccessDenied"."""
    return str(error.response.get("Error", {}).get("Code", ""))


def words_of(error: aws.ClientError) -> str:
    """The first line of AWS's message: a proxy may answer with a whole page."""
    lines = str(error.response.get("Error", {}).get("Message", "")).strip().splitlines()
    return lines[0].rstrip(".") if lines else ""


def _told(error: aws.ClientError | aws.BotoCoreError | ResponseParserError, purpose: str, service: str) -> str:
    match error:
        case aws.ClientError():
            return _refusal(error, purpose, service)
        case ResponseParserError():
            way = "see to AWS_ENDPOINT_URL and the way to AWS, then run it again"
            return f"{purpose}: the answer is none of AWS's (a proxy's page, perhaps); {way}"
        case aws.NoCredentialsError() | aws.PartialCredentialsError() | aws.CredentialRetrievalError():
            return f"{purpose}: found no credentials for AWS; {CREDENTIALS}"
        case aws.ProfileNotFound():
            return f"{purpose}: {error}; expected a profile of ~/.aws/config: fix AWS_PROFILE"
        case aws.SSOError() | aws.TokenRetrievalError() | aws.UnauthorizedSSOTokenError():
            return f"{purpose}: the log-in of this AWS profile has run out; run `aws sso login`, then this command again"
        case aws.NoRegionError():
            return f"{purpose}: found no region; add --region, or set AWS_REGION, as eu-central-1"
        case aws.ConnectionError() | aws.HTTPClientError():
            return f"{purpose}: AWS cannot be reached now ({error}); see to the network, or to --region, then run the command again"
        case _:
            return f"{purpose}: {error}"


def _refusal(error: aws.ClientError, purpose: str, service: str) -> str:
    action = f"{service}:{error.operation_name}" if service else error.operation_name
    code, words = code_of(error), words_of(error)
    if code in FORBIDDEN:
        return f"{purpose}: AWS does not permit {action} ({words}); docs/redshift.md lists the permissions that are needed"
    if code in EXPIRED:
        return f"{purpose}: the credentials for AWS have run out; get new ones, then run the command again"
    if code in UNKNOWN:
        return f"{purpose}: AWS does not know these credentials ({code}); {CREDENTIALS}"
    if code in LIMITS:
        return f"{purpose}: a limit of this AWS account is reached ({words}); delete what is not needed, or ask for more in Service Quotas"
    return f"{purpose}: AWS answered {code} to {error.operation_name}: {words}"
