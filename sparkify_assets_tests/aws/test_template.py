"""The template: sound by cfn-lint's rules, closed to the internet, and no permission that is not needed."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from cfnlint.api import lint
from cfnlint.config import ManualArgs

from sparkify_assets.aws import CloudError, loader, network
from sparkify_assets.aws import stack as stacks
from sparkify_assets.cli.cluster import up
from sparkify_assets.cli.cluster_up import ARNS
from sparkify_assets_tests.aws.conftest import parsed, resolved
from sparkify_assets_tests.support import raises

pytestmark = pytest.mark.integration

RESOURCES = resolved(parsed()["Resources"], HasKmsKey=False, HasBoundary=False, ScalesByItself=False)
COPY = RESOURCES["CopyRole"]["Properties"]["Policies"][0]["PolicyDocument"]
PLATFORM = RESOURCES["PlatformPolicy"]["Properties"]["PolicyDocument"]
WITH_ALL = resolved(parsed()["Resources"], HasKmsKey=True, HasBoundary=True, ScalesByItself=True)
"""With a key of KMS, a permissions boundary, and a ceiling above the base."""


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def allowed(document: dict[str, Any]) -> dict[str, set[str]]:
    """Action → the resources it is allowed on."""
    found: dict[str, set[str]] = {}
    for statement in document["Statement"]:
        assert statement["Effect"] == "Allow"
        for action in as_list(statement["Action"]):
            found.setdefault(action, set()).update(next(iter(r.values())) for r in as_list(statement["Resource"]))
    return found


def test_cfn_lint_finds_nothing() -> None:
    assert lint(stacks.template(), config=ManualArgs(regions=["us-east-1", "eu-central-1"])) == []


def test_the_bucket_is_private_encrypted_and_versioned() -> None:
    bucket = RESOURCES["Lake"]["Properties"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert bucket["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    (encryption,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    (statement,) = RESOURCES["LakePolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_the_bucket_cleans_up_after_versions_uploads_and_work_and_touches_no_file_of_the_lake() -> None:
    rules = RESOURCES["Lake"]["Properties"]["LifecycleConfiguration"]["Rules"]
    assert [r["NoncurrentVersionExpiration"]["NoncurrentDays"] for r in rules if "NoncurrentVersionExpiration" in r] == [30, 1]
    assert [r["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"] for r in rules if "AbortIncompleteMultipartUpload" in r] == [7]
    assert [r.get("Prefix") for r in rules if "ExpirationInDays" in r] == ["_work/"]
    assert {r["Status"] for r in rules} == {"Enabled"}


@pytest.mark.parametrize("name", ["Lake", "LakePolicy"])
def test_the_lake_outlives_the_stack_but_not_a_stack_that_never_was(name: str) -> None:
    assert RESOURCES[name]["DeletionPolicy"] == "RetainExceptOnCreate"
    assert RESOURCES[name]["UpdateReplacePolicy"] == "Retain"


def test_the_role_of_copy_reads_the_lake_and_can_do_nothing_else() -> None:
    bucket = "arn:${AWS::Partition}:s3:::${LakeBucket}"
    assert allowed(COPY) == {
        "s3:GetObject": {f"{bucket}/{folder}/*" for folder in ("log_data", "song_data", "_work")},
        "s3:ListBucket": {bucket},
        "s3:GetBucketLocation": {bucket},
    }
    assert "ManagedPolicyArns" not in RESOURCES["CopyRole"]["Properties"]
    (trust,) = RESOURCES["CopyRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": ["redshift.amazonaws.com", "redshift-serverless.amazonaws.com"]}
    assert trust["Condition"] == {"StringEqualsIfExists": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_whoever_runs_the_platform_writes_its_work_and_the_dashboard_and_reads_no_secret_but_the_loaders() -> None:
    bucket = "arn:${AWS::Partition}:s3:::${LakeBucket}"
    assert allowed(PLATFORM) == {
        "secretsmanager:GetSecretValue": {"SparkifyLoaderSecret"},
        "s3:GetObject": {f"{bucket}/{folder}/*" for folder in ("log_data", "song_data", "_work")},
        "s3:PutObject": {f"{bucket}/_work/*", f"{bucket}/dashboard/*"},
        "s3:DeleteObject": {f"{bucket}/_work/*"},
        "s3:AbortMultipartUpload": {f"{bucket}/_work/*"},
        "s3:ListBucket": {bucket},
        "s3:GetBucketLocation": {bucket},
    }


def statement(document: dict[str, Any], sid: str) -> dict[str, Any]:
    (found,) = [s for s in document["Statement"] if s["Sid"] == sid]
    return found


def via(*services: str) -> dict[str, Any]:
    names = [{"Fn::Sub": f"{service}.${{AWS::Region}}.${{AWS::URLSuffix}}"} for service in services]
    return {"StringEquals": {"kms:ViaService": names if len(names) > 1 else names[0]}}


def test_a_key_of_kms_encrypts_all_and_role_and_policy_may_use_it_for_their_files_and_secret() -> None:
    key = {"Ref": "KmsKeyArn"}
    (encryption,) = WITH_ALL["Lake"]["Properties"]["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    by_default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    assert encryption == {"ServerSideEncryptionByDefault": by_default, "BucketKeyEnabled": True}
    named = {
        "Namespace": ["KmsKeyId", "AdminPasswordSecretKmsKeyId"],
        "Cluster": ["KmsKeyId", "MasterPasswordSecretKmsKeyId"],
        "SparkifyLoaderSecret": ["KmsKeyId"],
    }
    for name, properties in named.items():
        assert [WITH_ALL[name]["Properties"][p] for p in properties] == [key] * len(properties)
        assert not set(properties) & set(RESOURCES[name]["Properties"])
    copy = statement(WITH_ALL["CopyRole"]["Properties"]["Policies"][0]["PolicyDocument"], "DecryptFiles")
    assert (copy["Action"], copy["Resource"], copy["Condition"]) == ("kms:Decrypt", key, via("s3"))
    platform = statement(WITH_ALL["PlatformPolicy"]["Properties"]["PolicyDocument"], "UseTheKey")
    assert (platform["Action"], platform["Resource"]) == (["kms:Decrypt", "kms:GenerateDataKey"], key)
    assert platform["Condition"] == via("s3", "secretsmanager")
    assert "kms" not in json.dumps([COPY, PLATFORM])


def test_each_role_carries_the_boundary() -> None:
    roles = [name for name, resource in WITH_ALL.items() if resource["Type"] == "AWS::IAM::Role"]
    assert roles == ["CopyRole"]
    assert WITH_ALL["CopyRole"]["Properties"]["PermissionsBoundary"] == {"Ref": "PermissionsBoundary"}
    assert "PermissionsBoundary" not in RESOURCES["CopyRole"]["Properties"]


def test_serverless_scales_no_further_than_its_base_unless_more_is_given() -> None:
    assert RESOURCES["Workgroup"]["Properties"]["MaxCapacity"] == {"Ref": "BaseCapacity"}
    assert WITH_ALL["Workgroup"]["Properties"]["MaxCapacity"] == {"Ref": "MaxCapacity"}


def test_connections_and_changes_of_users_are_logged_and_no_statements() -> None:
    logs = ["connectionlog", "userlog"]
    assert RESOURCES["Namespace"]["Properties"]["LogExports"] == logs
    assert RESOURCES["Cluster"]["Properties"]["LoggingProperties"] == {"LogDestinationType": "cloudwatch", "LogExports": logs}


def test_the_loaders_password_is_one_that_create_user_takes_and_goes_with_the_stack() -> None:
    secret = RESOURCES["SparkifyLoaderSecret"]
    wanted = secret["Properties"]["GenerateSecretString"]
    assert json.loads(wanted["SecretStringTemplate"]) == {"username": loader.USER}
    assert (wanted["GenerateStringKey"], wanted["ExcludePunctuation"], wanted["RequireEachIncludedType"]) == ("password", True, True)
    assert 32 <= wanted["PasswordLength"] <= 64
    assert secret["DeletionPolicy"] == "Delete"
    assert "Name" not in secret["Properties"]


@pytest.mark.parametrize(("option", "parameter"), [("kms_key", "KmsKeyArn"), ("permissions_boundary", "PermissionsBoundary")])
def test_the_command_takes_the_arns_that_the_template_takes(option: str, parameter: str) -> None:
    pattern, _ = ARNS[option]
    assert parsed()["Parameters"][parameter]["AllowedPattern"] == f"^$|^{pattern.pattern}$"
    assert parsed()["Parameters"][parameter]["Default"] == ""


@pytest.mark.parametrize(("option", "parameter"), [("rpu", "BaseCapacity"), ("max_rpu", "MaxCapacity")])
def test_the_command_takes_the_capacities_that_the_template_takes(option: str, parameter: str) -> None:
    (found,) = [p for p in up.params if p.name == option]
    assert isinstance(found.type, click.Choice)
    assert [int(choice) for choice in found.type.choices] == [n for n in parsed()["Parameters"][parameter]["AllowedValues"] if n]


@pytest.mark.parametrize(("document", "operator"), [(COPY, "StringLike"), (PLATFORM, "StringLikeIfExists")], ids=["COPY", "platform"])
def test_a_listing_is_of_the_lakes_folders_only(document: dict[str, Any], operator: str) -> None:
    (listing,) = [s for s in document["Statement"] if s["Action"] == "s3:ListBucket"]
    assert listing["Condition"] == {operator: {"s3:prefix": ["log_data/*", "song_data/*", "_work/*"]}}


@pytest.mark.parametrize("warehouse", ["Cluster", "Workgroup"])
def test_the_warehouse_is_not_public_and_behind_the_door(warehouse: str) -> None:
    properties = RESOURCES[warehouse]["Properties"]
    assert properties["PubliclyAccessible"] == {"Ref": "PubliclyAccessible"}
    assert parsed()["Parameters"]["PubliclyAccessible"]["Default"] == "false"
    doors = properties.get("VpcSecurityGroupIds") or properties["SecurityGroupIds"]
    assert doors == [{"Fn::GetAtt": ["Door", "GroupId"]}]
    assert 5431 <= properties["Port"] <= 5455  # what RA3 allows


def test_the_warehouse_is_encrypted_speaks_tls_and_keeps_its_password_in_secrets_manager() -> None:
    cluster, space = RESOURCES["Cluster"]["Properties"], RESOURCES["Namespace"]["Properties"]
    assert cluster["Encrypted"] is True
    assert cluster["ManageMasterPassword"] is True
    assert space["ManageAdminPassword"] is True
    assert not {"MasterUserPassword", "AdminUserPassword"} & {*cluster, *space}
    needed = {"ParameterName": "require_ssl", "ParameterValue": "true"}
    assert RESOURCES["ClusterSettings"]["Properties"]["Parameters"] == [needed]
    assert RESOURCES["Workgroup"]["Properties"]["ConfigParameters"] == [{"ParameterKey": "require_ssl", "ParameterValue": "true"}]


def test_the_door_has_one_way_in_and_none_out() -> None:
    door = RESOURCES["Door"]["Properties"]
    (way_in,) = door["SecurityGroupIngress"]
    assert (way_in["IpProtocol"], way_in["FromPort"], way_in["ToPort"]) == ("tcp", 5439, 5439)
    assert way_in["CidrIp"] == {"Ref": "AllowedCidr"}
    assert [rule["CidrIp"] for rule in door["SecurityGroupEgress"]] == ["127.0.0.1/32"]
    assert "Default" not in parsed()["Parameters"]["AllowedCidr"]
    assert "0.0.0.0/0" not in json.dumps(parsed()["Resources"])


GOOD = ["10.0.0.0/16", "10.0.0.0/8", "203.0.113.7/32", "192.168.1.0/24", "172.16.0.0/12", "255.255.255.255/32"]
BAD = [
    "0.0.0.0/0",
    "0.0.0.0/8",
    "::/0",
    "2001:db8::/32",
    "0.0.0.0/1",
    "128.0.0.0/1",
    "10.0.0.0/7",
    "10.0.0.1",
    "256.0.0.0/16",
    "10.0.0.0/33",
    "",
    "me",
]


@pytest.mark.parametrize("cidr", GOOD)
def test_a_range_that_may_come_in(cidr: str) -> None:
    assert re.fullmatch(parsed()["Parameters"]["AllowedCidr"]["AllowedPattern"], cidr)
    assert network.allowed(cidr) == cidr


@pytest.mark.parametrize("cidr", BAD)
def test_a_range_that_may_not(cidr: str) -> None:
    """The command refuses it first; the template does, too, for those who deploy it by other means."""
    assert not re.fullmatch(parsed()["Parameters"]["AllowedCidr"]["AllowedPattern"], cidr)
    with raises(CloudError, "--cidr", cidr):
        network.allowed(cidr)


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
    else:
        yield str(value)


def test_no_allowed_action_is_a_wildcard() -> None:
    for name, resource in RESOURCES.items():
        for statement in [s for d in documents(resource["Properties"]) for s in d["Statement"] if s["Effect"] == "Allow"]:
            assert not [a for a in as_list(statement["Action"]) if "*" in a], name
            assert "*" not in [s for r in as_list(statement.get("Resource", "")) for s in strings(r)], name


def documents(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "Statement" in value:
            yield value
        for inner in value.values():
            yield from documents(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from documents(inner)


def test_the_template_is_in_the_package() -> None:
    project = (Path(stacks.__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    assert '"aws/*.yaml", "aws/sql/*.sql"' in project
