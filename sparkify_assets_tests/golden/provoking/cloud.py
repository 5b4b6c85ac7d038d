"""What AWS refuses to ``sparkify cluster``, by botocore's Stubber, and networks that the warehouse cannot use."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from botocore import exceptions
from botocore.parsers import ResponseParserError
from botocore.stub import ANY, Stubber

from sparkify_assets.aws import Account
from sparkify_assets.aws.errors import aws_errors
from sparkify_assets.aws.network import allowed, choose
from sparkify_assets_tests.golden.provoking.case import Case, Cases


@cache
def _ec2() -> Any:
    return boto3.Session("AKIATEST", "not a secret", region_name="us-east-1").client("ec2")


def _refused(code: str, message: str = "") -> Case:
    def case(_: Path) -> object:
        with Stubber(_ec2()) as stub, aws_errors("looking for a network"):
            stub.add_client_error("describe_vpcs", code, message)
            return _ec2().describe_vpcs()

    return case


def _raised(error: Exception) -> Case:
    def case(_: Path) -> object:
        with aws_errors("looking for a network"):
            raise error

    return case


class _Stubbed(Account):
    """An account whose answers are written beforehand."""

    def __init__(self) -> None:
        self.region = "us-east-1"

    def client(self, service: str) -> Any:
        assert service == "ec2"
        return _ec2()


def _network(vpcs: list[str], subnets: Mapping[str, str], named: tuple[str, ...] = ()) -> Case:
    """The default VPCs that there are; subnet → its VPC, each in a zone of its own."""
    told = [{"SubnetId": s, "VpcId": vpc, "AvailabilityZone": f"zone-{number}"} for number, (s, vpc) in enumerate(subnets.items())]

    def case(_: Path) -> object:
        with Stubber(_ec2()) as stub:
            if not named:
                stub.add_response("describe_vpcs", {"Vpcs": [{"VpcId": v} for v in vpcs]}, {"Filters": ANY})
            if vpcs or named:
                stub.add_response("describe_subnets", {"Subnets": told}, {"SubnetIds": ANY} if named else {"Filters": ANY})
            return choose(_Stubbed(), "serverless", None, named)

    return case


CLOUD: Cases = {
    "no permission": _refused("UnauthorizedOperation", "You are not authorized to perform this operation."),
    "expired credentials": _refused("RequestExpired"),
    "unknown credentials": _refused("AuthFailure"),
    "a limit": _refused("LimitExceeded", "Too many stacks."),
    "anything else": _refused("InternalError", "An internal error has occurred"),
    "no credentials": _raised(exceptions.NoCredentialsError()),
    "no profile": _raised(exceptions.ProfileNotFound(profile="nobody")),
    "a log-in that has run out": _raised(exceptions.UnauthorizedSSOTokenError()),
    "no region": _raised(exceptions.NoRegionError()),
    "nobody answers": _raised(exceptions.EndpointConnectionError(endpoint_url="https://ec2.us-east-1.amazonaws.com/")),
    "no answer of AWS's": _raised(ResponseParserError("not XML")),
    "--cidr: no address": lambda _: allowed("everybody"),
    "--cidr: the whole internet": lambda _: allowed("0.0.0.0/0"),
    "--cidr: too wide": lambda _: allowed("16.0.0.0/4"),
    "no default VPC": _network([], {}),
    "a VPC without a subnet": _network(["vpc-1"], {}),
    "too few zones": _network(["vpc-1"], {"subnet-1": "vpc-1", "subnet-2": "vpc-1"}),
    "subnets of two VPCs": _network([], {"subnet-1": "vpc-1", "subnet-2": "vpc-2"}, ("subnet-1", "subnet-2")),
}
