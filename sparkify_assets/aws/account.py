"""An AWS account: the standard credentials and region, and a client for each service.

Put here the configuration of clients. Do not put here requests to a service: each has its own module.
"""

from functools import cached_property
from typing import Any

from sparkify_assets.aws.errors import aws_errors

TRIES = 5
SECONDS = 15


class Account:
    """An AWS account in one region, with boto3's rules for credentials (environment, profile, role).

    ``session``: a boto3 session instead of the default one.
    """

    def __init__(self, region: str | None = None, session: Any = None) -> None:
        import boto3

        with aws_errors("looking for credentials"):
            self._session = session or boto3.Session(region_name=region)
        self._clients: dict[str, Any] = {}

    @cached_property
    def region(self) -> str:
        """Such as eu-central-1. Raises CloudError if none is configured."""
        from botocore.exceptions import NoRegionError

        with aws_errors("looking for the region"):
            if not self._session.region_name:
                raise NoRegionError
        return self._session.region_name

    @cached_property
    def number(self) -> str:
        """The account's twelve digits, as AWS reports them, which also verifies the credentials. Raises CloudError."""
        with aws_errors("asking AWS who we are", "sts"):
            return str(self.client("sts").get_caller_identity()["Account"])

    def client(self, service: str) -> Any:
        """boto3's client of a service. It retries retryable errors (throttling, 5xx, a lost connection)."""
        from botocore.config import Config

        if service not in self._clients:
            config = Config(retries={"mode": "standard", "total_max_attempts": TRIES}, connect_timeout=SECONDS)
            self._clients[service] = self._session.client(service, region_name=self.region, config=config)
        return self._clients[service]
