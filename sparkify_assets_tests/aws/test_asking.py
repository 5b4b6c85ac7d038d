"""What moto cannot: serverless Redshift, managed passwords, changes, on_wait, failures.  By Stubber: AWS's model, answers of ours."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.stub import ANY

from sparkify_assets.aws import CloudError, lake, loader, warehouse
from sparkify_assets.aws import stack as stacks
from sparkify_assets.settings import read_settings
from sparkify_assets_tests.aws.conftest import Answer, Stubbed, say
from sparkify_assets_tests.emulators.s3.server import REGION
from sparkify_assets_tests.support import mentions, raises

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("cloud")]

ID = f"arn:aws:cloudformation:{REGION}:123456789012:stack/sparkify/1"
CHANGES = f"arn:aws:cloudformation:{REGION}:123456789012:changeSet/c/1"
ADMINISTRATORS = f"arn:aws:secretsmanager:{REGION}:123456789012:secret:redshift!sparkify-admin-AbCdEf"
SECRET = f"arn:aws:secretsmanager:{REGION}:123456789012:secret:SparkifyLoaderSecret-1-AbCdEf"
KEY = f"arn:aws:kms:{REGION}:123456789012:key/1"
BOUNDARY = "arn:aws:iam::123456789012:policy/boundary-of-sparkify"
ROLE = "arn:aws:iam::123456789012:role/sparkify-CopyRole-1"
HOST = f"sparkify.123456789012.{REGION}.redshift-serverless.amazonaws.com"
WORKGROUP = f"arn:aws:redshift-serverless:{REGION}:123456789012:workgroup/1"
THEN = datetime(2026, 11, 24, 12, tzinfo=UTC)
NAMED = {"StackName": "sparkify"}
DAILY = {"resourceArn": WORKGROUP, "usageType": "serverless-compute"}


def stack(status: str = "CREATE_COMPLETE", protected: bool = True, **parameters: str) -> Mapping[str, Any]:
    """As describe_stacks says it."""
    found = {"Kind": "serverless", "LakeBucket": "a-lake", "AllowedCidr": "10.0.0.0/16", "DailyRpuHours": "24"} | parameters
    one = {
        "StackName": "sparkify",
        "StackId": ID,
        "StackStatus": status,
        "CreationTime": THEN,
        "Parameters": [{"ParameterKey": k, "ParameterValue": v} for k, v in found.items()],
        "Outputs": [
            {"OutputKey": k, "OutputValue": v}
            for k, v in (("LakeBucket", found["LakeBucket"]), ("CopyRoleArn", ROLE), ("LoaderSecretArn", SECRET))
        ],
        "EnableTerminationProtection": protected,
        "Tags": [{"Key": "sparkify:stack", "Value": "sparkify"}],
    }
    return {"Stacks": [one]}


def happened(*events: tuple[str, str, str]) -> Answer:
    """As describe_stack_events says it, the newest first; here the oldest first: (resource, status, reason)."""
    told = [
        {
            "StackId": ID,
            "StackName": "sparkify",
            "EventId": f"{number} {resource} {status}",
            "Timestamp": THEN,
            "LogicalResourceId": resource,
            "PhysicalResourceId": ID if resource == "sparkify" else "",
            "ResourceType": "AWS::CloudFormation::Stack" if resource == "sparkify" else f"AWS::{resource}",
            "ResourceStatus": status,
            "ResourceStatusReason": reason,
        }
        for number, (resource, status, reason) in enumerate(events)
    ]
    return "describe_stack_events", {"StackName": ID}, {"StackEvents": told[::-1]}


NAMESPACE: Answer = (
    "get_namespace",
    {"namespaceName": "sparkify"},
    {"namespace": {"dbName": "dev", "adminPasswordSecretArn": ADMINISTRATORS, "creationDate": THEN}},
)
GROUP: Answer = (
    "get_workgroup",
    {"workgroupName": "sparkify"},
    {"workgroup": {"status": "AVAILABLE", "workgroupArn": WORKGROUP, "endpoint": {"address": HOST, "port": 5439}}},
)
THERE: Answer = ("describe_stacks", NAMED, stack())
BEGUN = ("sparkify", "UPDATE_IN_PROGRESS", "User Initiated")
MADE = ("sparkify", "CREATE_COMPLETE", "")


@pytest.fixture(autouse=True)
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited, which takes no time here."""
    naps: list[float] = []
    monkeypatch.setattr("time.sleep", naps.append)
    return naps


Make = Callable[..., Stubbed]
As = Callable[[Stubbed], None]


def test_env_prints_the_settings_and_nothing_else(stubbed: Make, as_account: As) -> None:
    as_account(stubbed(cloudformation=[THERE], redshift_serverless=[NAMESPACE, GROUP]))
    said = say("env")
    assert said.err == ""
    assert said.out == (
        "SPARKIFY_LAKE=s3://a-lake\n"
        "SPARKIFY_WAREHOUSE=redshift\n"
        f"SPARKIFY_REDSHIFT_HOST={HOST}\n"
        "SPARKIFY_REDSHIFT_PORT=5439\n"
        "SPARKIFY_REDSHIFT_DATABASE=dev\n"
        f"SPARKIFY_REDSHIFT_SECRET={SECRET}\n"
        f"SPARKIFY_REDSHIFT_IAM_ROLE={ROLE}\n"
    )


def test_env_is_taken_as_settings(stubbed: Make, as_account: As, tmp_path: Path) -> None:
    as_account(stubbed(cloudformation=[THERE], redshift_serverless=[NAMESPACE, GROUP]))
    file = tmp_path / ".env"
    file.write_text(say("env").out, encoding="utf-8")
    settings = read_settings(_env_file=file)
    assert (settings.lake, settings.warehouse) == ("s3://a-lake", "redshift")
    assert (settings.redshift_host, settings.redshift_port, settings.redshift_database) == (HOST, 5439, "dev")
    assert (settings.redshift_secret, settings.redshift_iam_role) == (SECRET, ROLE)


def test_env_of_a_cluster(stubbed: Make, as_account: As) -> None:
    end = {"Address": f"sparkify.abc.{REGION}.redshift.amazonaws.com", "Port": 5439}
    cluster = {"ClusterStatus": "available", "DBName": "dev", "Endpoint": end, "MasterPasswordSecretArn": ADMINISTRATORS}
    asked = ("describe_clusters", {"ClusterIdentifier": "sparkify"}, {"Clusters": [cluster]})
    as_account(stubbed(cloudformation=[("describe_stacks", NAMED, stack(Kind="provisioned"))], redshift=[asked]))
    assert f"SPARKIFY_REDSHIFT_HOST={end['Address']}\n" in say("env").out


def test_env_says_what_is_missing_while_the_warehouse_is_made(stubbed: Make, as_account: As) -> None:
    no_group = ("get_workgroup", {"workgroupName": "sparkify"}, "ResourceNotFoundException: not yet")
    answers = {"cloudformation": [("describe_stacks", NAMED, stack("CREATE_IN_PROGRESS"))], "redshift_serverless": [NAMESPACE, no_group]}
    as_account(stubbed(**answers))
    said = say("env")
    assert (said.status, said.out) == (1, "")
    mentions(said.reason, "sparkify", "workgroup", "CREATE_IN_PROGRESS", "`sparkify cluster status`")


@pytest.mark.parametrize(
    ("wanted", "is_now", "call"),
    [
        (24, None, ("create_usage_limit", {**DAILY, "amount": 24, "period": "daily", "breachAction": "deactivate"})),
        (48, 24, ("update_usage_limit", {"usageLimitId": "l-1", "amount": 48, "breachAction": "deactivate"})),
        (0, 24, ("delete_usage_limit", {"usageLimitId": "l-1"})),
        (24, 24, None),
        (0, None, None),
    ],
)
def test_the_daily_limit_becomes_what_is_wanted(
    wanted: int, is_now: int | None, call: tuple[str, dict[str, Any]] | None, stubbed: Make
) -> None:
    monthly = {"usageLimitId": "l-0", "period": "monthly", "amount": 9}
    there = [monthly] + ([{"usageLimitId": "l-1", "period": "daily", "amount": is_now}] if is_now else [])
    answers: list[Answer] = [GROUP, ("list_usage_limits", DAILY, {"usageLimits": there})]
    account = stubbed(redshift_serverless=answers + ([(*call, {})] if call else []))
    warehouse.limit(account, "sparkify", wanted)


def prepared(*changes: Mapping[str, Any], status: str = "CREATE_COMPLETE", reason: str = "") -> Answer:
    found = {"Status": status, "StatusReason": reason, "Changes": [{"Type": "Resource", "ResourceChange": c} for c in changes]}
    return "describe_change_set", {"ChangeSetName": CHANGES}, found


def change_of(resource: str, kind: str, replacement: str = "False") -> Mapping[str, Any]:
    return {"Action": "Modify", "LogicalResourceId": resource, "ResourceType": kind, "Replacement": replacement}


def asked_to_change(**parameters: str) -> Answer:
    """create_change_set: what was asked for is given, the rest kept."""
    kept = [k for k in ("Kind", "LakeBucket", "AllowedCidr", "DailyRpuHours") if k not in parameters]
    asked = {
        "StackName": ID,
        "ChangeSetName": ANY,
        "ChangeSetType": "UPDATE",
        "TemplateBody": stacks.template(),
        "Parameters": [
            *({"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()),
            *({"ParameterKey": k, "UsePreviousValue": True} for k in kept),
        ],
        "Capabilities": ["CAPABILITY_IAM"],
        "Tags": [{"Key": "sparkify:stack", "Value": "sparkify"}, {"Key": "application", "Value": "sparkify"}],
    }
    return "create_change_set", asked, {"Id": CHANGES, "StackId": ID}


DISCARDED: Answer = ("delete_change_set", {"ChangeSetName": CHANGES}, {})
LIMITED: list[Answer] = [GROUP, ("list_usage_limits", DAILY, {"usageLimits": [{"usageLimitId": "l", "period": "daily", "amount": 24}]})]


def ran(method: str, statement: str, **asked: Any) -> list[Answer]:
    place = {"WorkgroupName": "sparkify", "Database": "dev", "SecretArn": ADMINISTRATORS}
    return [
        (method, {**place, **asked}, {"Id": statement}),
        ("describe_statement", {"Id": statement}, {"Id": statement, "Status": "FINISHED"}),
    ]


def completed() -> dict[str, list[Answer]]:
    """What follows a creation or a change: the daily limit, and the platform's user, who is there already."""
    login = json.dumps({"username": "sparkify_loader", "password": "Not-shown-1"})
    return {
        "redshift_serverless": [*LIMITED, NAMESPACE, GROUP],
        "secretsmanager": [("get_secret_value", {"SecretId": SECRET}, {"SecretString": login})],
        "redshift_data": [
            *ran("execute_statement", "1", Sql=ANY),
            ("get_statement_result", {"Id": "1"}, {"Records": [[{"stringValue": "sparkify_loader"}]]}),
            *ran("execute_statement", "2", Sql=ANY),
            ("get_statement_result", {"Id": "2"}, {"Records": []}),
            *ran("batch_execute_statement", "3", Sqls=ANY),
        ],
    }


def test_up_once_more_changes_nothing(stubbed: Make, as_account: As) -> None:
    none = prepared(status="FAILED", reason="The submitted information didn't contain changes. Submit different information")
    account = stubbed(cloudformation=[THERE, asked_to_change(), none, DISCARDED, THERE], **completed())
    as_account(account)
    said = say("up")
    assert said.status == 0
    first, *rest = said.out.strip().splitlines()
    mentions(first, "sparkify")
    mentions("\n".join(rest), "CREATE_COMPLETE", "`sparkify cluster env")


def test_up_shows_the_changes_asks_and_watches_them(stubbed: Make, as_account: As, slept: list[float]) -> None:
    door = change_of("Door", "AWS::EC2::SecurityGroup")
    before = happened(("sparkify", "CREATE_IN_PROGRESS", ""), MADE)
    account = stubbed(
        cloudformation=[
            THERE,
            asked_to_change(AllowedCidr="10.1.0.0/16"),
            prepared(status="CREATE_IN_PROGRESS"),
            prepared(door),
            before,
            ("execute_change_set", {"ChangeSetName": CHANGES, "ClientRequestToken": ANY}, {}),
            before,  # CloudFormation has not begun yet: what was is not taken for what is to be
            happened(BEGUN, ("Door", "UPDATE_IN_PROGRESS", "")),
            happened(BEGUN, ("Door", "UPDATE_IN_PROGRESS", ""), ("Door", "UPDATE_COMPLETE", ""), ("sparkify", "UPDATE_COMPLETE", "")),
            ("describe_stacks", NAMED, stack("UPDATE_COMPLETE")),
        ],
        **completed(),
    )
    as_account(account)
    said = say("up", "--cidr", "10.1.0.0/16", answer="y\n")
    assert said.status == 0, said.reason
    mentions(said.out.partition("[y/N]")[0], "modify", "Door", "AWS::EC2::SecurityGroup")
    assert [line.split("  ", 1)[1] for line in said.err.splitlines()] == [
        "sparkify          update in progress",
        "Door              update in progress",
        "Door              update complete",
        "sparkify          update complete",
    ]
    assert slept == [1.0, 5.0, 5.0]


def test_no_change_makes_a_warehouse_anew(stubbed: Make, as_account: As) -> None:
    space = change_of("Namespace", "AWS::RedshiftServerless::Namespace", "True")
    as_account(stubbed(cloudformation=[THERE, asked_to_change(DatabaseName="other"), prepared(space), DISCARDED]))
    said = say("up", "--database", "other", "--yes")
    assert said.status == 1
    mentions(said.reason, "Namespace", "sparkify")


@pytest.mark.parametrize(("option", "value", "is_now"), [("--kind", "provisioned", "serverless"), ("--lake", "other", "a-lake")])
def test_a_stack_keeps_its_kind_and_its_lake(option: str, value: str, is_now: str, stubbed: Make, as_account: As) -> None:
    as_account(stubbed(cloudformation=[THERE]))
    said = say("up", option, value)
    assert said.status == 1
    mentions(said.reason, option, value, "sparkify", is_now)


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("ROLLBACK_COMPLETE", "`sparkify cluster down --stack sparkify`"),
        ("DELETE_FAILED", "`sparkify cluster down --stack sparkify`"),
        ("REVIEW_IN_PROGRESS", "`sparkify cluster down --stack sparkify`"),
        ("UPDATE_ROLLBACK_FAILED", "`aws cloudformation continue-update-rollback --stack-name sparkify`"),
    ],
)
def test_a_stack_that_cannot_be_changed_is_told_with_the_next_step(status: str, told: str, stubbed: Make, as_account: As) -> None:
    as_account(stubbed(cloudformation=[("describe_stacks", NAMED, stack(status))]))
    said = say("up")
    assert said.status == 1
    mentions(said.reason, status, told)


FAILED = [
    ("sparkify", "CREATE_IN_PROGRESS", "User Initiated"),
    ("Lake", "CREATE_FAILED", "Resource creation cancelled"),
    ("Workgroup", "CREATE_FAILED", "You have exceeded the quota of workgroups."),
    ("sparkify", "ROLLBACK_IN_PROGRESS", "The following resource(s) failed to create: [Lake, Workgroup]."),
    ("sparkify", "ROLLBACK_COMPLETE", ""),
]


def test_a_failure_names_the_first_resource_its_reason_and_how_to_clean_up(stubbed: Make, as_account: As) -> None:
    """Watched by a second `up`, while the first one's stack is still being made."""
    as_account(stubbed(cloudformation=[("describe_stacks", NAMED, stack("CREATE_IN_PROGRESS")), happened(*FAILED[:1]), happened(*FAILED)]))
    said = say("up")
    assert said.status == 1
    (line,) = said.out.splitlines()
    mentions(line, "sparkify", "CREATE_IN_PROGRESS")
    mentions(said.reason, "sparkify", "ROLLBACK_COMPLETE", "Workgroup (AWS::Workgroup)", "You have exceeded the quota of workgroups")
    mentions(said.reason, "Service Quotas", "`sparkify cluster down --stack sparkify`")
    assert "Lake" not in said.reason


def test_ctrl_c_while_waiting_says_that_aws_goes_on(stubbed: Make, as_account: As, monkeypatch: pytest.MonkeyPatch) -> None:
    def pressed(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", pressed)
    as_account(stubbed(cloudformation=[("describe_stacks", NAMED, stack("CREATE_IN_PROGRESS")), happened(FAILED[0])]))
    said = say("up")
    assert said.status == 1
    mentions(said.reason, "sparkify", "`sparkify cluster status`", "`sparkify cluster up --stack sparkify`")


GONE: Answer = ("describe_stacks", NAMED, "ValidationError: Stack with id sparkify does not exist")
NO_LAKE: list[Answer] = [("head_bucket", {"Bucket": "a-lake"}, "404: Not Found")]
NO_SPACE: Answer = ("get_namespace", {"namespaceName": "sparkify"}, "ResourceNotFoundException: no such namespace")


def test_down_takes_a_snapshot_of_a_namespace_and_waits_for_it(stubbed: Make, as_account: As, slept: list[float]) -> None:
    taken = ("create_snapshot", {"namespaceName": "sparkify", "snapshotName": ANY}, {})
    lifted = ("update_termination_protection", {"StackName": ID, "EnableTerminationProtection": False}, {"StackId": ID})
    states = [("get_snapshot", {"snapshotName": ANY}, {"snapshot": {"status": status}}) for status in ("CREATING", "AVAILABLE")]
    begun, ended = ("sparkify", "DELETE_IN_PROGRESS", "User Initiated"), ("sparkify", "DELETE_COMPLETE", "")
    account = stubbed(
        cloudformation=[
            THERE,
            happened(MADE),
            lifted,
            ("delete_stack", {"StackName": ID, "ClientRequestToken": ANY}, {}),
            happened(begun, ended),
            GONE,
        ],
        redshift_serverless=[NAMESPACE, GROUP, taken, *states, NO_SPACE],
        s3=NO_LAKE,
    )
    as_account(account)
    said = say("down", "--yes")
    assert said.status == 0, said.reason
    (deleted,) = [line for line in said.out.splitlines() if line.strip().startswith("deleted")]
    mentions(deleted, "sparkify", "serverless")
    mentions(said.out.splitlines()[-1], "sparkify", "sparkify-final-20")
    assert slept == [5.0]


def test_a_snapshot_that_fails_stops_the_deletion(stubbed: Make, as_account: As) -> None:
    failed = ("get_snapshot", {"snapshotName": ANY}, {"snapshot": {"status": "FAILED"}})
    taken = ("create_snapshot", {"namespaceName": "sparkify", "snapshotName": ANY}, {})
    as_account(stubbed(cloudformation=[THERE], redshift_serverless=[NAMESPACE, GROUP, taken, failed], s3=NO_LAKE))
    said = say("down", "--final-snapshot", "--yes")  # the default, as earlier versions wanted it said
    assert said.status == 1
    mentions(said.reason, "sparkify-final-20", "failed", "available")


def test_a_protection_that_may_not_be_lifted_is_told_with_the_permission(stubbed: Make, as_account: As) -> None:
    asked = {"StackName": ID, "EnableTerminationProtection": False}
    refused = ("update_termination_protection", asked, "AccessDenied: User: arn:aws:iam::1:user/a is not authorized")
    as_account(stubbed(cloudformation=[THERE, happened(MADE), refused], redshift_serverless=[NAMESPACE, GROUP], s3=NO_LAKE))
    said = say("down", "--no-final-snapshot", "--yes")
    assert said.status == 1
    mentions(said.reason, "sparkify", "cloudformation:UpdateTerminationProtection", "docs/redshift.md")


def test_a_secret_that_may_not_be_read_is_told_with_the_permission(stubbed: Make) -> None:
    refused = ("get_secret_value", {"SecretId": SECRET}, "AccessDeniedException: User: arn:aws:iam::1:user/a is not authorized")
    state = warehouse.WarehouseState("available", HOST, 5439, "dev", ADMINISTRATORS, THEN)
    with raises(CloudError, "sparkify_loader", "secretsmanager:GetSecretValue", "docs/redshift.md"):
        list(loader.create_or_update(stubbed(secretsmanager=[refused]), "serverless", "sparkify", state, SECRET))


def test_up_protects_a_stack_of_an_earlier_version_and_says_what_its_platform_needs(stubbed: Make, as_account: As) -> None:
    found = stack(protected=False)
    found["Stacks"][0]["Outputs"] = [o for o in found["Stacks"][0]["Outputs"] if o["OutputKey"] != "LoaderSecretArn"]
    secret = change_of("SparkifyLoaderSecret", "AWS::SecretsManager::Secret")
    protected = ("update_termination_protection", {"StackName": ID, "EnableTerminationProtection": True}, {"StackId": ID})
    changed: list[Answer] = [
        ("describe_stacks", NAMED, found),
        asked_to_change(),
        prepared(secret),
        happened(MADE),
        ("execute_change_set", {"ChangeSetName": CHANGES, "ClientRequestToken": ANY}, {}),
        happened(BEGUN, ("sparkify", "UPDATE_COMPLETE", "")),
        ("describe_stacks", NAMED, stack("UPDATE_COMPLETE", protected=False)),
        protected,
    ]
    as_account(stubbed(cloudformation=changed, **completed()))
    said = say("up", answer="y\n")
    assert said.status == 0, said.reason
    mentions(said.out.partition("[y/N]")[0], "sparkify_loader", "SPARKIFY_REDSHIFT_SECRET", "`sparkify cluster env`")


def test_env_never_hands_out_the_administrator(stubbed: Make, as_account: As) -> None:
    found = stack()
    found["Stacks"][0]["Outputs"] = [o for o in found["Stacks"][0]["Outputs"] if o["OutputKey"] != "LoaderSecretArn"]
    as_account(stubbed(cloudformation=[("describe_stacks", NAMED, found)], redshift_serverless=[NAMESPACE, GROUP]))
    said = say("env")
    assert (said.status, said.out) == (1, "")
    mentions(said.reason, "sparkify", f"`sparkify cluster up --region {REGION}`")


@pytest.mark.parametrize(
    ("options", "parameters"),
    [
        (["--max-rpu", "32"], {"MaxCapacity": "32"}),
        (["--kms-key", KEY], {"KmsKeyArn": KEY}),
        (["--permissions-boundary", BOUNDARY], {"PermissionsBoundary": BOUNDARY}),
    ],
)
def test_an_option_becomes_its_parameter(options: list[str], parameters: dict[str, str], stubbed: Make, as_account: As) -> None:
    none = prepared(status="FAILED", reason="No updates are to be performed.")
    as_account(stubbed(cloudformation=[THERE, asked_to_change(**parameters), none, DISCARDED, THERE], **completed()))
    assert say("up", *options).status == 0


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--max-rpu", "4"], ("--max-rpu", 4, "--rpu", 8)),
        (["--rpu", "32"], ("--max-rpu", 16, "--rpu", 32)),
        (["--kms-key", "alias/mine"], ("--kms-key", "alias/mine")),
        (["--permissions-boundary", "boundary"], ("--permissions-boundary", "boundary")),
    ],
)
def test_a_value_that_aws_would_not_take_is_refused_at_once(
    options: list[str], told: tuple[Any, ...], stubbed: Make, as_account: As
) -> None:
    as_account(stubbed(cloudformation=[("describe_stacks", NAMED, stack(MaxCapacity="16"))]))
    said = say("up", *options)
    assert said.status == 1
    mentions(said.reason, *told)


def test_a_deletion_that_fails_names_what_stays(stubbed: Make, as_account: As) -> None:
    begun = ("sparkify", "DELETE_IN_PROGRESS", "User Initiated")
    failed = ("PlatformPolicy", "DELETE_FAILED", "Cannot delete a policy attached to entities.")
    as_account(
        stubbed(
            cloudformation=[
                ("describe_stacks", NAMED, stack("DELETE_IN_PROGRESS")),
                happened(begun, failed, ("sparkify", "DELETE_FAILED", "")),
            ],
            redshift_serverless=[NAMESPACE, GROUP],
            s3=NO_LAKE,
        )
    )
    said = say("down", "--yes")
    assert said.status == 1
    mentions(said.reason, "sparkify", "DELETE_FAILED", "PlatformPolicy (AWS::PlatformPolicy)")
    mentions(said.reason, "Cannot delete a policy attached to entities.")


def test_down_waits_for_nobody_elses_change(stubbed: Make, as_account: As) -> None:
    as_account(stubbed(cloudformation=[("describe_stacks", NAMED, stack("UPDATE_IN_PROGRESS"))], s3=NO_LAKE))
    said = say("down", "--yes")
    assert said.status == 1
    mentions(said.reason, "sparkify", "UPDATE_IN_PROGRESS", "`sparkify cluster status`")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            "AccessDenied: User: arn:aws:iam::1:user/a is not authorized",
            ("DescribeStacks", "User: arn:aws:iam::1:user/a is not authorized", "docs/redshift.md"),
        ),
        ("ExpiredToken: the token", ("credentials",)),
        ("InvalidClientTokenId: the token", ("InvalidClientTokenId", "AWS_PROFILE", "`aws configure`")),
        ("LimitExceededException: too many", ("too many", "Service Quotas")),
        ("ValidationError: 1 error", ("ValidationError", "DescribeStacks", "1 error")),
    ],
)
def test_what_aws_refuses_is_one_text_with_the_next_step(error: str, told: tuple[str, ...], stubbed: Make, as_account: As) -> None:
    as_account(stubbed(cloudformation=[("describe_stacks", NAMED, error)]))
    said = say("status")
    assert said.status == 1
    mentions(said.reason, "sparkify", *told)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("403: Forbidden", ("a-lake", "--lake")),
        ("301: Moved", ("a-lake", "us-west-2")),
        ({"BucketRegion": "eu-west-1"}, ("a-lake", "eu-west-1", "us-west-2")),
    ],
)
def test_a_bucket_that_cannot_be_the_lake(answer: Any, told: tuple[str, ...], stubbed: Make) -> None:
    with raises(CloudError, *told):
        lake.exists(stubbed(s3=[("head_bucket", {"Bucket": "a-lake"}, answer)]), "a-lake")


def test_a_file_that_cannot_be_deleted_keeps_the_bucket(stubbed: Make) -> None:
    versions = {"Versions": [{"Key": "log_data/a.json", "VersionId": "1"}], "IsTruncated": False}
    asked = {"Bucket": "a-lake", "Delete": {"Objects": [{"Key": "log_data/a.json", "VersionId": "1"}], "Quiet": True}}
    refused = {"Errors": [{"Key": "log_data/a.json", "Code": "AccessDenied", "Message": "Object Lock"}]}
    account = stubbed(s3=[("list_object_versions", {"Bucket": "a-lake"}, versions), ("delete_objects", asked, refused)])
    with raises(CloudError, "a-lake", "'log_data/a.json'", "Object Lock"):
        list(lake.delete(account, "a-lake"))


def test_without_credentials_or_a_region_the_command_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    mentions(say("status").reason, "--region", "AWS_REGION")
    mentions(say("status", "--region", REGION).reason, "sparkify", "AWS_PROFILE", "AWS_ACCESS_KEY_ID", "`aws configure`")
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    mentions(say("status", "--region", REGION).reason, "nobody", "~/.aws/config", "AWS_PROFILE")


def test_an_aws_that_cannot_be_reached_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATEST")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not a secret")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    reason = say("status", "--region", REGION).reason
    mentions(reason, "http://127.0.0.1:9", "--region")
    assert "not a secret" not in reason


@pytest.mark.parametrize("name", ["A", "1a", "a--b", "a-", "a_b", "x" * 31])
def test_a_stack_whose_name_aws_would_not_take_everywhere(name: str) -> None:
    said = say("status", "--stack", name)
    assert said.status == 1
    mentions(said.reason, "--stack", name, " 30 ")
