"""docs/redshift.md is true: its commands exist, its policies name real actions and enough of them, its tables are those of table.sql."""

import json
import re
import shlex
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session
import click
import pytest
from botocore import xform_name
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from sparkify_assets.aws import SERVERLESS, prices
from sparkify_assets.cli import sparkify
from sparkify_assets.model import load_catalog
from sparkify_assets.settings import PREFIX, Settings
from sparkify_assets_tests.aws.conftest import DOCS, parsed, resolved
from sparkify_assets_tests.support import mentions

pytestmark = pytest.mark.integration

TEXT = DOCS.read_text(encoding="utf-8")
COMMANDS = re.findall(r"^ {4,8}((?:aws|sparkify) .*)$", TEXT, re.MULTILINE) + re.findall(r"`(sparkify [^`]*)`", TEXT)
POLICIES = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)]
ADMINISTRATOR = {a for s in POLICIES[0]["Statement"] for a in ([s["Action"]] if isinstance(s["Action"], str) else s["Action"])}

NOT_USED = {
    "AWS::IAM::ManagedPolicy": ["iam:Attach*", "iam:Detach*"],  # people attach it
    "AWS::IAM::Role": ["iam:AttachRolePolicy", "iam:DetachRolePolicy", "iam:DeleteRolePermissionsBoundary"],  # a boundary stays
    "AWS::Redshift::Cluster": ["cloudwatch:PutMetricData", "kms:*"],  # no alarms; a key of KMS is an option, with permissions of its own
    "AWS::Redshift::ClusterParameterGroup": ["initech:*"],  # left over from AWS's tutorial, in AWS's own schema
    "AWS::RedshiftServerless::Namespace": ["kms:*", "redshift-serverless:*SnapshotCopyConfiguration"],
    "AWS::RedshiftServerless::Workgroup": ["redshift-serverless:RestoreFrom*"],
    "AWS::S3::Bucket": ["s3tables:*"],
    "AWS::SecretsManager::Secret": ["secretsmanager:ReplicateSecretToRegions", "secretsmanager:RemoveRegionsFromReplication"],
}
"""what AWS's schemas list for properties that the template does not have"""


@cache
def model_of(service: str) -> Any:
    return botocore.session.get_session().get_service_model(service)


@cache
def names_of(service: str) -> tuple[str, ...]:
    """Its operations, as CreateStack."""
    return tuple(model_of(service).operation_names)


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.startswith("sparkify")])
def test_a_command_of_ours_exists_with_its_options(command: str) -> None:
    words = shlex.split(command.split(">>", maxsplit=1)[0])[1:]
    found: click.Command = sparkify
    while isinstance(found, click.Group) and words:
        found = found.commands[words.pop(0)]
    options = {option for parameter in found.params for option in (*parameter.opts, *parameter.secondary_opts)} | {"--help"}
    assert {w for w in words if w.startswith("--")} <= options


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.startswith("aws ") and not c.startswith(("aws s3 ", "aws configure"))])
def test_a_command_of_aws_exists_with_its_options(command: str) -> None:
    _, service, operation, *words = shlex.split(command)
    (name,) = [n for n in names_of(service) if xform_name(n, "-") == operation]
    takes = {f"--{xform_name(member, '-')}" for member in model_of(service).operation_model(name).input_shape.members}
    assert {w for w in words if w.startswith("--")} <= takes


@pytest.mark.parametrize("policy", POLICIES, ids=["administrator", "boundary", "cluster", "workgroup"])
def test_actions_are_aws_s_own(policy: dict[str, Any]) -> None:
    for statement in policy["Statement"]:
        for action in [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]:
            service, name = action.split(":")
            if service != "s3" and name != "PassRole":  # S3's actions are not its operations, and passing a role is none
                assert any(fnmatchcase(known, name) for known in names_of(service)) or name.endswith("ResourcePolicy"), action


@pytest.mark.parametrize("kind", sorted({r["Type"] for r in parsed()["Resources"].values()}))
def test_the_administrator_may_do_what_cloudformation_does_to_make_and_delete_it(kind: str) -> None:
    handlers = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema["handlers"]
    needed = {p for verb in ("create", "read", "update", "delete") for p in handlers[verb]["permissions"]}
    needed = {p for p in needed if not any(fnmatchcase(p, other) for other in NOT_USED.get(kind, ()))}
    assert {p for p in needed if not any(fnmatchcase(p, mine) for mine in ADMINISTRATOR)} == set()


def test_the_administrator_may_do_what_the_command_asks_of_aws_itself() -> None:
    """Each call that the code in cloud/ makes of these services; EC2 is only looked at, S3's actions have other names than its calls."""
    code = "\n".join(p.read_text(encoding="utf-8") for p in (DOCS.parents[1] / "sparkify_assets" / "aws").glob("*.py"))
    called = set(re.findall(r"\.([a-z]+(?:_[a-z]+)+)\(", code)) | set(re.findall(r'get_paginator\("(\w+)"\)', code))
    services = ("cloudformation", "redshift", "redshift-serverless", "redshift-data", "secretsmanager")
    asked = {f"{s}:{n}" for s in services for n in names_of(s) if xform_name(n) in called}
    assert len(asked) > 20
    assert {a for a in asked if not any(fnmatchcase(a, mine) for mine in ADMINISTRATOR)} == set()


def statements_with(action: str) -> list[dict[str, Any]]:
    return [s for s in POLICIES[0]["Statement"] if action in as_list(s["Action"])]


@pytest.mark.parametrize("action", ["iam:CreateRole", "iam:PutRolePolicy", "iam:DeleteRolePolicy", "iam:PutRolePermissionsBoundary"])
def test_the_rights_of_a_role_change_only_within_the_boundary(action: str) -> None:
    (found,) = statements_with(action)
    ((condition, boundary),) = found["Condition"]["StringEquals"].items()
    assert condition == "iam:PermissionsBoundary"
    assert f"--permissions-boundary {boundary}" in TEXT
    changed = [
        r for s in POLICIES[0]["Statement"] if any(a.startswith("iam:") for a in as_list(s["Action"])) for r in as_list(s["Resource"])
    ]
    assert not [r for r in changed if r != "*" and fnmatchcase(boundary, r)], "its holder could widen it"


def test_the_role_is_passed_to_redshift_only() -> None:
    (found,) = statements_with("iam:PassRole")
    assert found["Condition"] == {"StringEquals": {"iam:PassedToService": trusted()}}


def trusted() -> list[str]:
    (trust,) = parsed()["Resources"]["CopyRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    return trust["Principal"]["Service"]


def test_the_boundary_allows_what_the_role_of_copy_does() -> None:
    role = resolved(parsed()["Resources"]["CopyRole"], HasKmsKey=True, HasBoundary=True)
    does = {a for s in role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"] for a in as_list(s["Action"])}
    assert does == {a for s in POLICIES[1]["Statement"] for a in as_list(s["Action"])}


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_each_table_is_distributed_and_sorted_as_it_is_told() -> None:
    told = {}
    for names, distributed, sort in re.findall(r"^\| (`\w+`(?:, `\w+`)*) \| ([^|]*) \| ([^|]*)\| [^|]* \|$", TEXT, re.MULTILINE):
        for name in re.findall(r"\w+", names):
            told[name] = (distributed.replace("`", ""), sort.replace("`", "").strip())
    root = Path(DOCS.parents[1] / "sparkify_assets" / "tables")
    declared = {}
    for table in load_catalog():
        (path,) = root.glob(f"*/{table.name}/table.sql")
        sql = path.read_text(encoding="utf-8")
        key = re.search(r"DISTKEY \((\w+)\)", sql)
        order = re.search(r"SORTKEY \(([^)]*)\)", sql)
        style = re.search(r"\) DISTSTYLE (\w+)", sql)
        assert style
        declared[table.name] = (style[1] + (f" ({key[1]})" if key else ""), order[1] if order else "")
    assert told == declared


def test_settings_that_are_named_exist() -> None:
    named = set(re.findall(r"SPARKIFY_[A-Z_]+[A-Z]", TEXT)) - {"SPARKIFY_REDSHIFT"}  # SPARKIFY_REDSHIFT_… is all of them
    assert len(named) > 5
    assert named <= {PREFIX + name.upper() for name in Settings.model_fields}


def test_the_cost_is_told_at_the_base_and_at_the_most() -> None:
    first, *_ = prices.hint(SERVERLESS, "ra3.large", capacity=8, most=32, daily_rpu_hours=None)
    mentions(first, "3.00 USD", 8, "12.00 USD", 32)
    *_, source = prices.hint(SERVERLESS, "ra3.large", capacity=8, most=8, daily_rpu_hours=None)
    mentions(source, prices.REGION, prices.DAY)


def test_prices_are_those_of_the_command() -> None:
    assert f"| {prices.RPU_HOUR * 8:.2f} USD an hour, at the base and at the most" in TEXT
    assert f"| {prices.RPU_HOUR * 8:.2f} USD an hour at the base, {prices.RPU_HOUR * 32:.2f} USD at the most" in TEXT
    assert f"| {prices.AUDIT_LOG_GB:.2f} USD a GB" in TEXT
    assert f"| {prices.SECRET_MONTH:.2f} USD a month" in TEXT
    assert f"| {prices.NODE_HOUR['ra3.large']} USD an hour" in TEXT
    assert f"| {prices.STORED_GB_MONTH} USD a GB and month | the same | `sparkify cluster down` |" in TEXT
    assert f"list prices of {prices.REGION} ({prices.DAY})" in TEXT
