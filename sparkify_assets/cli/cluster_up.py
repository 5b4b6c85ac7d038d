"""The steps of ``sparkify cluster up``: show the plan, confirm, start the operation and follow it until it ends.

Put here the order of the steps and their output. Do not put here requests to AWS (aws/).
"""

import re
import time
from collections.abc import Mapping
from typing import Any

import click

from sparkify_assets.aws import (
    PROVISIONED,
    SERVERLESS,
    Account,
    CloudError,
    Stack,
    changes,
    events,
    lake,
    loader,
    network,
    prices,
    stack,
    warehouse,
)
from sparkify_assets.cli.progress import ERR, working
from sparkify_assets.cli.stack_events import POLL_SECONDS, cause, follow_stack, interruptible
from sparkify_assets.cli.streams import say

HOLDERS = ("AWS::S3::Bucket", "AWS::Redshift::Cluster", "AWS::RedshiftServerless::Namespace")
"""Types of resources that hold data: a change that replaces or removes one is refused."""
PARAMETERS = {
    "cidr": "AllowedCidr",
    "public": "PubliclyAccessible",
    "node_type": "NodeType",
    "rpu": "BaseCapacity",
    "max_rpu": "MaxCapacity",
    "daily_rpu_hours": "DailyRpuHours",
    "database": "DatabaseName",
    "kms_key": "KmsKeyArn",
    "permissions_boundary": "PermissionsBoundary",
}
"""Option → the template's parameter. Without the option, the parameter keeps the template's default or its previous value."""
ARNS = {
    "kms_key": (re.compile(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]+"), "a key of KMS (not of an alias)"),
    "permissions_boundary": (re.compile(r"arn:aws[a-z-]*:iam::(\d{12}|aws):policy/[\w+=,.@/-]+"), "a policy of IAM"),
}
"""Option → the template's pattern, and of what the ARN is."""


def make(account: Account, name: str, asked: dict[str, Any], yes: bool) -> None:
    """Create a stack. Raises CloudError."""
    if not asked["cidr"]:
        raise CloudError(
            "a new stack needs --cidr: the IPv4 addresses of those who use the warehouse, as 10.0.0.0/16 for a network, "
            "or 203.0.113.7/32 for one machine"
        )
    kind = asked["kind"] or SERVERLESS
    _only_for(kind, asked)
    parameters = {"Kind": kind, **_parameters(asked, {}), **_place(account, kind, asked)}
    bucket = asked["lake"] or lake.usual_name(account, name)
    is_there = lake.exists(account, bucket)
    if is_there and not asked["lake"] and lake.maker(account, bucket) != name:
        raise CloudError(f"the bucket {bucket} is there, but no stack {name} made it; if it shall be the lake, say --lake {bucket}")
    _show_plan(account, name, parameters, bucket, is_there)
    if not yes:
        click.confirm("Make it?", abort=True)
    made = stack.create(account, name, {**parameters, "LakeBucket": bucket, "MakesLake": "false" if is_there else "true"})
    _follow(account, name, made, set())


def change(account: Account, found: Stack, asked: dict[str, Any], yes: bool) -> None:
    """Update an existing stack to the options and to the current template. Raises CloudError if that would change its kind or lose data."""
    kind = found.parameters["Kind"]
    for option, is_now in (("kind", kind), ("lake", found.parameters["LakeBucket"])):
        if asked[option] not in (None, is_now):
            raise CloudError(
                f"--{option} is {asked[option]}, the stack {found.name} has {is_now}; a stack keeps it for life. "
                "Make another one with --stack, or delete this one with `sparkify cluster down`"
            )
    _only_for(kind, asked)
    if "LoaderSecretArn" not in found.outputs:
        say(
            f"note: an earlier version made this stack, and its platform logs in as the administrator. It gets a user of its own now, "
            f"{loader.USER}, who becomes the owner of its tables; its policy then allows only the secret of this user. Stop Dagster; "
            "afterwards replace SPARKIFY_REDSHIFT_SECRET in .env by the one that `sparkify cluster env` prints"
        )
    place = _place(account, kind, asked) if asked["vpc"] or asked["subnets"] else {}
    _update(account, found, _parameters(asked, found.parameters) | place, yes)


def resume_watch(account: Account, found: Stack) -> None:
    """Follow an operation that is already in progress, whoever started it."""
    say(f"the stack {found.name} is {found.status} already; watching")
    _follow(account, found.name, found.id, set())


def complete(account: Account, name: str) -> Stack:
    """Do what CloudFormation does not: protection, daily limit, the platform's user; returns the current stack. Raises CloudError.

    Every ``up`` does this, so the next one completes one that was interrupted.
    """
    stands = stack.find(account, name)
    assert stands is not None
    kind = stands.parameters["Kind"]
    stack.protect(account, stands, wanted=True)
    if kind == SERVERLESS:
        warehouse.limit(account, name, int(stands.parameters["DailyRpuHours"]))
    state = warehouse.describe(account, kind, name)
    if state is None or not state.status.startswith("available"):
        is_now = "not there" if state is None else state.status
        resume = f" (`aws redshift resume-cluster --cluster-identifier {name}`)" if is_now == "paused" else ""
        raise CloudError(
            f"the warehouse {name} is {is_now}; expected it to be available, so that the user {loader.USER} can be made in it. "
            f"See to that{resume}, then run `sparkify cluster up --stack {name}` again"
        )
    doing = f"making the user {loader.USER} in {name}"
    stopped = f"stopped {doing}; `sparkify cluster up --stack {name}` completes it"
    with interruptible(stopped), working(doing):
        for _ in loader.create_or_update(account, kind, name, state, stands.outputs["LoaderSecretArn"]):
            time.sleep(min(1.0, POLL_SECONDS))
    return stands


def _update(account: Account, found: Stack, parameters: dict[str, str], yes: bool) -> None:
    change_set = changes.prepare(account, found, parameters)
    with interruptible(f"stopped; nothing was changed. `sparkify cluster up --stack {found.name}` begins anew"):
        while (planned := changes.prepared(account, change_set)) is None:
            time.sleep(min(1.0, POLL_SECONDS))
    lost = [c.resource for c in planned if c.kind in HOLDERS and (c.replaces == "True" or c.action == "Remove")]
    if not planned or lost:
        changes.discard(account, change_set)
    if lost:
        raise CloudError(f"this would make {' and '.join(lost)} of {found.name} anew, without what it holds; nothing was changed")
    if not planned:
        say(f"nothing of the stack {found.name} is to be changed")
        return
    for one in planned:
        replaced = {"True": ", replaced", "Conditional": ", perhaps replaced"}.get(one.replaces, "")
        say(f"  {one.action.lower():<7} {one.resource} ({one.kind}{replaced})")
    if not yes and not click.confirm("Change it?"):
        changes.discard(account, change_set)
        raise click.Abort
    known = {e.id for e in events.events(account, found.id)}
    changes.apply(account, change_set)
    _follow(account, found.name, found.id, known)


def _follow(account: Account, name: str, stack_id: str, known: set[str]) -> None:
    told = follow_stack(account, stack_id, known, f"with the stack {name}", f"sparkify cluster up --stack {name}")
    ended = told[-1].status
    if ended in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        return
    if ended == "DELETE_COMPLETE":
        raise CloudError(f"the stack {name} has been deleted; run the command again to make it")
    after = (
        "what was there before stays; fix that, then run the command again"
        if ended.startswith("UPDATE")
        else f"AWS took back what it could; `sparkify cluster down --stack {name}` deletes the rest; fix that, then run this again"
    )
    raise CloudError(f"the stack {name} is {ended}: {cause(told)}. {after}")


def _only_for(kind: str, asked: dict[str, Any]) -> None:
    for option, other in (("node_type", PROVISIONED), ("rpu", SERVERLESS), ("max_rpu", SERVERLESS), ("daily_rpu_hours", SERVERLESS)):
        if asked[option] is not None and kind != other:
            raise CloudError(f"--{option.replace('_', '-')} is for {other} Redshift; this one is {kind}")


def _parameters(asked: dict[str, Any], are_now: Mapping[str, str]) -> dict[str, str]:
    """The template's parameters that the options set. ``are_now``: those of the stack."""
    if asked["cidr"]:
        network.allowed(asked["cidr"])
    for option, (pattern, what) in ARNS.items():
        if asked[option] is not None and not pattern.fullmatch(asked[option]):
            raise CloudError(f"--{option.replace('_', '-')} is {asked[option]}; expected the ARN of {what}")
    chosen = {
        parameter: str(asked[option]).lower() if option == "public" else str(asked[option])
        for option, parameter in PARAMETERS.items()
        if asked[option] is not None
    }
    base, most = _capacity({**are_now, **chosen})
    if most < base:
        raise CloudError(
            f"--max-rpu is {most} and --rpu {base}; expected the most that Redshift may scale to to be no less than the base: "
            f"give --max-rpu {base} or more"
        )
    return chosen


def _capacity(parameters: Mapping[str, str]) -> tuple[int, int]:
    """RPU at the base, and at the most; without a parameter the template's default."""
    base = int(parameters.get("BaseCapacity", 8))
    return base, int(parameters.get("MaxCapacity", 0)) or base


def _place(account: Account, kind: str, asked: dict[str, Any]) -> dict[str, str]:
    chosen = network.choose(account, kind, asked["vpc"], asked["subnets"])
    return {"VpcId": chosen.vpc, "SubnetIds": ",".join(chosen.subnets)}


def _show_plan(account: Account, name: str, parameters: dict[str, str], bucket: str, is_there: bool) -> None:
    kind, node, daily = parameters["Kind"], parameters.get("NodeType", "ra3.large"), int(parameters.get("DailyRpuHours", 24))
    base, most = _capacity(parameters)
    size = f"serverless, {base} RPU, {most} at the most" if kind == SERVERLESS else f"provisioned, one {node}"
    public = parameters.get("PubliclyAccessible") == "true"
    rows = [
        ("stack", f"{name}, in account {account.number}, {account.region}"),
        ("lake", f"s3://{bucket}, {'as it is there' if is_there else 'new: private, encrypted, versioned'}"),
        ("warehouse", f"Redshift {size}, encrypted, {'with a public address' if public else 'not public'}"),
        ("in", f"{parameters['VpcId']}: {parameters['SubnetIds'].replace(',', ', ')}"),
        ("open to", f"{parameters['AllowedCidr']}, port 5439"),
        ("permissions", "a role for COPY (reads the lake) and a policy for whoever runs the platform"),
        ("user", f"{loader.USER}, who owns the tables of the platform and no more; its password is a secret, as is the administrator's"),
        ("audit", "who connects, and changes of users, in CloudWatch Logs"),
        *([("key", parameters["KmsKeyArn"])] if "KmsKeyArn" in parameters else []),
        *([("boundary", parameters["PermissionsBoundary"])] if "PermissionsBoundary" in parameters else []),
    ]
    for label, text in rows:
        say(f"{label:<12} {text}")
    if not public and network.is_of_the_internet(parameters["AllowedCidr"]):
        say(f"{'note':<12} {parameters['AllowedCidr']} are addresses of the internet: without --public they reach nothing here")
    for number, line in enumerate(prices.hint(kind, node, base, most, daily)):
        say(f"{'cost' if number == 0 else '':<12} {line}")
    ERR.print()
