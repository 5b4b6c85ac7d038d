"""The warehouse's network: the given one, or the account's default VPC; and the addresses that may reach it.

Put here the choice and validation of networks. Do not put here security groups (stack.yaml).
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sparkify_assets.aws.account import Account
from sparkify_assets.aws.errors import CloudError, aws_errors
from sparkify_assets.aws.warehouse import SERVERLESS

WIDEST = 8
"""Prefix length in bits of the widest range that may reach the warehouse: 10.0.0.0/8."""
ZONES = 3
"""Availability zones that Redshift Serverless requires, with a subnet in each (Management Guide, considerations) ..."""
FEWER_ZONES = {"us-west-1": 2}
"""... except in these regions."""


@dataclass(frozen=True)
class Network:
    """A VPC and the subnets of it that the warehouse may use."""

    vpc: str
    subnets: tuple[str, ...]


def allowed(cidr: str) -> str:
    """Validate the range of addresses that may reach the warehouse, by the template's rules; returns it. Raises CloudError."""
    expected = "expected the IPv4 addresses of those who use the warehouse, as 10.0.0.0/16 or 203.0.113.7/32"
    try:
        found = ipaddress.ip_network(cidr)
    except ValueError as e:
        raise CloudError(f"--cidr is {cidr}; {expected} ({e})") from None
    if found.prefixlen == 0:
        raise CloudError(f"--cidr is {cidr}, which is the whole internet; {expected}")
    if found.version != 4 or found.prefixlen < WIDEST or found.network_address.packed[0] == 0 or "/" not in cidr:
        raise CloudError(f"--cidr is {cidr}; {expected}, /{WIDEST} at the widest")
    return cidr


def is_of_the_internet(cidr: str) -> bool:
    """Whether the addresses are public, which no VPC has by itself."""
    return ipaddress.ip_network(cidr).is_global


def choose(account: Account, kind: str, vpc: str | None, subnets: Sequence[str]) -> Network:
    """Choose the given subnets; otherwise one in each zone of the given VPC, or of the default one. Raises CloudError."""
    with aws_errors("looking for a network", "ec2"):
        found = _named(account, subnets) if subnets else _all(account, vpc or _default(account))
    vpcs = {s["VpcId"] for s in found}
    if len(vpcs) > 1 or (vpc and vpcs != {vpc}):
        raise CloudError(f"--subnet names subnets of {' and '.join(sorted(vpcs))}; expected all of them in {vpc or 'one VPC'}")
    zones = {s["AvailabilityZone"]: s["SubnetId"] for s in reversed(found)}
    chosen = tuple(subnets) or tuple(zones[zone] for zone in sorted(zones))
    wanted = FEWER_ZONES.get(account.region, ZONES) if kind == SERVERLESS else 1
    if len(zones) < wanted or (kind == SERVERLESS and subnets and len(subnets) < ZONES):
        raise CloudError(
            f"{kind} Redshift wants subnets in {wanted} availability zones; found {len(zones)} "
            f"({', '.join(sorted(zones)) or 'none'}); name others with --vpc or --subnet, or take --kind provisioned, which wants one"
        )
    return Network(vpcs.pop(), chosen)


def _default(account: Account) -> str:
    found = account.client("ec2").describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
    if not found:
        raise CloudError(
            f"there is no default VPC in {account.region}: name a network with --vpc (and --subnet), or make one with "
            f"`aws ec2 create-default-vpc --region {account.region}`"
        )
    return found[0]["VpcId"]


def _all(account: Account, vpc: str) -> list[dict[str, Any]]:
    pages = account.client("ec2").get_paginator("describe_subnets").paginate(Filters=[{"Name": "vpc-id", "Values": [vpc]}])
    found = [s for page in pages for s in page["Subnets"]]
    if not found:
        raise CloudError(f"{vpc} has no subnet in {account.region}; name another with --vpc, or see to --region")
    return sorted(found, key=lambda s: s["SubnetId"])


def _named(account: Account, subnets: Sequence[str]) -> list[dict[str, Any]]:
    return account.client("ec2").describe_subnets(SubnetIds=list(subnets))["Subnets"]
