"""``sparkify cluster`` against moto's server: it really makes, shows and deletes what the template says.

moto's CloudFormation leaves out what it does not know (bucket policy, public access block, versioning; test_template.py reads those), keeps
what says Retain and not what says RetainExceptOnCreate, names clusters by itself, knows no secrets, and takes AWS::NoValue in a list for
a value: so it gets the template without key and boundary, with Retain,
and without cluster and secret, which Redshift's and Secrets Manager's API make and delete with the stack.  It knows no serverless Redshift,
no managed password, no termination protection, and cannot update this stack: test_asking.py has those, by Stubber.  What `up` does in the
database runs on the Redshift test server, by the Data API of emulators/redshift/data_api.py.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import count
from typing import Any

import pytest

from sparkify_assets.aws import Account, CloudError, loader, warehouse
from sparkify_assets.aws import stack as stacks
from sparkify_assets.cli.cluster_up import complete
from sparkify_assets.lake.s3 import S3Lake, S3Location
from sparkify_assets.model import load_catalog
from sparkify_assets.warehouse.redshift import ConnectionConfig, RedshiftWarehouse
from sparkify_assets_tests.aws.conftest import ADMINISTRATORS_SECRET, parsed, resolved, say
from sparkify_assets_tests.emulators.redshift.data_api import DataApi
from sparkify_assets_tests.emulators.redshift.running import RedshiftDatabase
from sparkify_assets_tests.emulators.s3.server import REGION, S3Server
from sparkify_assets_tests.support import mentions, raises

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("cloud")]

NUMBERS = count(1)
ACCOUNT = "123456789012"


@dataclass
class Made:
    """A stack's name, free at first, and the AWS it will be in."""

    name: str
    aws: S3Server
    database: RedshiftDatabase
    secret: str = ""
    """ARN of the loader's secret."""
    protected: list[bool] = field(default_factory=list)
    """What the termination protection was set to."""

    @property
    def bucket(self) -> str:
        return f"{self.name}-lake-{ACCOUNT}-{REGION}"

    def client(self, service: str) -> Any:
        return _client(self.aws, service)

    def up(self, *more: str, answer: str = "") -> Any:
        place = ("--stack", self.name, "--kind", "provisioned", "--cidr", "10.0.0.0/16", "--database", self.database.name)
        return say("up", *place, *more, answer=answer)

    def down(self, *more: str, answer: str = "") -> Any:
        return say("down", "--stack", self.name, *more, answer=answer)

    def make_rest(self) -> None:
        """What CloudFormation would make, and moto's does not."""
        self.client("redshift").create_cluster(
            ClusterIdentifier=self.name, NodeType="ra3.large", MasterUsername="admin", ClusterType="single-node", DBName=self.database.name
        )
        wanted = parsed()["Resources"]["SparkifyLoaderSecret"]["Properties"]["GenerateSecretString"]
        secrets = self.client("secretsmanager")
        length, plain, each = (wanted[name] for name in ("PasswordLength", "ExcludePunctuation", "RequireEachIncludedType"))
        password = secrets.get_random_password(PasswordLength=length, ExcludePunctuation=plain, RequireEachIncludedType=each)
        content = json.loads(wanted["SecretStringTemplate"]) | {wanted["GenerateStringKey"]: password["RandomPassword"]}
        self.secret = secrets.create_secret(Name=f"SparkifyLoaderSecret-{self.name}", SecretString=json.dumps(content))["ARN"]

    def delete_rest(self) -> None:
        self.client("redshift").delete_cluster(ClusterIdentifier=self.name, SkipFinalClusterSnapshot=True)
        self.client("secretsmanager").delete_secret(SecretId=self.secret, ForceDeleteWithoutRecovery=True)

    def password(self) -> str:
        return json.loads(self.client("secretsmanager").get_secret_value(SecretId=self.secret)["SecretString"])["password"]

    def stack(self) -> dict[str, Any]:
        return self.client("cloudformation").describe_stacks(StackName=self.name)["Stacks"][0]

    def buckets(self) -> list[str]:
        return [b["Name"] for b in self.client("s3").list_buckets()["Buckets"] if b["Name"] == self.bucket]


@pytest.fixture
def made(aws: S3Server, data_api: DataApi, database: RedshiftDatabase, monkeypatch: pytest.MonkeyPatch) -> Iterator[Made]:
    one = Made(f"test-{next(NUMBERS)}", aws, database)
    parsed()  # once, before the template is another
    create, delete, describe = stacks.create, stacks.delete, warehouse.describe

    def create_all(account: Account, name: str, parameters: Mapping[str, str]) -> str:
        one.make_rest()
        return create(account, name, parameters)

    def delete_all(account: Account, stack: stacks.Stack) -> None:
        delete(account, stack)
        one.delete_rest()

    def with_a_managed_password(account: Account, kind: str, name: str) -> warehouse.WarehouseState | None:
        found = describe(account, kind, name)
        return found and replace(found, secret=ADMINISTRATORS_SECRET)

    monkeypatch.setattr(stacks, "template", lambda: for_moto(one.secret))
    monkeypatch.setattr(stacks, "create", create_all)
    monkeypatch.setattr(stacks, "delete", delete_all)
    monkeypatch.setattr(stacks, "protect", lambda account, stack, wanted: one.protected.append(wanted))
    monkeypatch.setattr(warehouse, "describe", with_a_managed_password)
    yield one
    one.client("cloudformation").delete_stack(StackName=one.name)


@cache
def _client(aws: S3Server, service: str) -> Any:
    return aws.client(service)


def line_of(label: str, text: str) -> str:
    """What stands beside a label; nothing where there is no such line."""
    return "".join(line.removeprefix(label).strip() for line in text.splitlines() if line.startswith(f"{label} "))


def for_moto(secret: str) -> str:
    text = json.dumps(resolved(parsed(), HasKmsKey=False, HasBoundary=False))
    template = json.loads(text.replace("RetainExceptOnCreate", "Retain").replace('{"Ref": "SparkifyLoaderSecret"}', json.dumps(secret)))
    del template["Resources"]["Cluster"], template["Resources"]["SparkifyLoaderSecret"]
    del template["Outputs"]["Host"], template["Outputs"]["ClusterIdentifier"]
    return json.dumps(template)


def test_up_says_what_it_will_make_and_what_it_costs_and_asks(made: Made) -> None:
    said = made.up(answer="n\n")
    assert said.status == 1
    mentions(line_of("lake", said.out), f"s3://{made.bucket}", "new", "private", "encrypted", "versioned")
    mentions(line_of("warehouse", said.out), "provisioned", "ra3.large", "encrypted", "not public")
    mentions(line_of("open to", said.out), "10.0.0.0/16", "5439")
    mentions(line_of("cost", said.out), "0.543 USD", "396.39 USD")
    mentions(said.out, "us-east-1")
    assert made.buckets() == []


def test_up_makes_the_lake_the_role_the_policy_and_the_door(made: Made) -> None:
    said = made.up("--yes")
    assert said.status == 0, said.reason
    mentions(said.out, "CREATE_COMPLETE", f"`sparkify cluster env --stack {made.name}")
    assert "create complete" in said.err
    outputs = {o["OutputKey"]: o["OutputValue"] for o in made.stack()["Outputs"]}
    iam = made.client("iam")
    role = outputs["CopyRoleArn"].split("/")[-1]
    document = iam.get_role_policy(RoleName=role, PolicyName="read-the-lake")["PolicyDocument"]
    assert f"arn:aws:s3:::{made.bucket}/_work/*" in json.dumps(document)
    assert iam.get_policy(PolicyArn=outputs["PlatformPolicyArn"])["Policy"]["AttachmentCount"] == 0
    found = made.client("ec2").describe_security_groups(Filters=[{"Name": "tag:sparkify:stack", "Values": [made.name]}])
    (door,) = found["SecurityGroups"]
    assert [r["CidrIp"] for rule in door["IpPermissions"] for r in rule["IpRanges"]] == ["10.0.0.0/16"]
    tags = made.client("s3").get_bucket_tagging(Bucket=made.bucket)["TagSet"]
    assert {"Key": "sparkify:stack", "Value": made.name} in tags


def test_the_platform_logs_in_as_the_user_that_env_hands_out(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    said = made.up("--yes")
    assert said.status == 0, said.reason
    settings = dict(line.split("=", 1) for line in say("env", "--stack", made.name).out.splitlines())
    assert settings["SPARKIFY_REDSHIFT_SECRET"] == made.secret
    server = made.database.server
    monkeypatch.setenv("SSL_CERT_FILE", str(server.ca_file))
    target = ConnectionConfig(server.host, server.port, settings["SPARKIFY_REDSHIFT_DATABASE"], secret=made.secret)
    stage = S3Lake(S3Location(made.bucket, ""), made.client("s3"))
    platform = RedshiftWarehouse(target, load_catalog(), stage)
    assert platform.query("SELECT current_user AS name").rows == [(loader.USER,)]
    with platform.session():  # makes the tables
        pass
    assert platform.query("SELECT COUNT(*) AS plays FROM songplays").rows == [(0,)]
    platform.close()


def test_no_output_holds_a_password(made: Made, data_api: DataApi) -> None:
    outputs = [made.up("--yes"), say("status", "--stack", made.name), say("env", "--stack", made.name)]
    password = made.password()
    assert len(password) == 48
    assert not [said for said in outputs if password in said.out + said.err]
    assert not [statement for statement in data_api.statements if password in statement]


@pytest.mark.parametrize("operation", ["ExecuteStatement", "DescribeStatement", "GetStatementResult", "BatchExecuteStatement"])
def test_a_permission_that_is_missing_is_named_and_the_next_up_completes_the_stack(operation: str, made: Made, data_api: DataApi) -> None:
    data_api.forbidden.add(operation)
    said = made.up("--yes")
    assert said.status == 1
    mentions(said.reason, loader.USER, f"redshift-data:{operation}", "docs/redshift.md")
    assert made.stack()["StackStatus"] == "CREATE_COMPLETE"
    data_api.forbidden.clear()
    complete(Account(REGION), made.name)
    made.database.connect(user=loader.USER, password=made.password()).close()


def test_a_paused_warehouse_is_told_with_the_command_that_resumes_it(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    made.up("--yes")
    made.client("redshift").pause_cluster(ClusterIdentifier=made.name)
    paused = warehouse.WarehouseState("paused", None, 5439, "dev", ADMINISTRATORS_SECRET, None)
    monkeypatch.setattr(warehouse, "describe", lambda *_: paused)
    with raises(CloudError, made.name, "paused", f"`aws redshift resume-cluster --cluster-identifier {made.name}`"):
        complete(Account(REGION), made.name)


def test_status_shows_the_stack(made: Made) -> None:
    made.up("--yes")
    said = say("status", "--stack", made.name)
    assert said.status == 0
    rows = {line[:15].strip(): line[15:].strip() for line in said.out.splitlines()}
    assert rows["stack"] == f"{made.name}: CREATE_COMPLETE"
    assert rows["lake"] == f"s3://{made.bucket}"
    assert rows["warehouse"] == "provisioned: available"
    assert rows["address"].endswith(f".{REGION}.redshift.amazonaws.com:5439/{made.database.name}")
    assert (rows["secret"], rows["administrator"]) == (made.secret, ADMINISTRATORS_SECRET)
    assert rows["open to"] == "10.0.0.0/16"
    assert rows["age"] == "0 days, 0 hours"


def test_down_keeps_the_lake_and_up_takes_it_up_again(made: Made) -> None:
    made.up("--yes")
    made.client("s3").put_object(Bucket=made.bucket, Key="log_data/2018/11/2018-11-01-events.json", Body=b"{}")
    said = made.down(answer=f"{made.name}\n")
    assert said.status == 0, said.reason
    mentions(said.out.splitlines()[-1], made.name, f"s3://{made.bucket}", "`sparkify cluster up`")
    again = made.up("--yes")
    mentions(line_of("lake", again.out), f"s3://{made.bucket}")
    assert "new" not in line_of("lake", again.out)
    parameters = {p["ParameterKey"]: p["ParameterValue"] for p in made.stack()["Parameters"]}
    assert (parameters["LakeBucket"], parameters["MakesLake"]) == (made.bucket, "false")
    last = made.down("--delete-lake", "--no-final-snapshot", "--yes").out.splitlines()[-1]
    mentions(last, made.name)
    assert "s3://" not in last
    assert made.buckets() == []


def test_down_deletes_every_version_of_every_file_when_it_is_told_to(made: Made) -> None:
    made.up("--yes")
    s3 = made.client("s3")
    s3.put_bucket_versioning(Bucket=made.bucket, VersioningConfiguration={"Status": "Enabled"})
    for key in ("log_data/a.json", "song_data/ä 'quoted' %41.json", "_work/part"):
        s3.put_object(Bucket=made.bucket, Key=key, Body=b"one")
        s3.put_object(Bucket=made.bucket, Key=key, Body=b"two")
    s3.delete_object(Bucket=made.bucket, Key="log_data/a.json")
    s3.create_multipart_upload(Bucket=made.bucket, Key="_work/never ended")
    said = made.down("--delete-lake", "--yes")
    assert said.status == 0, said.reason
    mentions(said.err, f"s3://{made.bucket}", " 7 ")
    assert made.buckets() == []
    gone = made.down("--delete-lake", "--yes")
    assert gone.status == 0
    (line,) = gone.out.splitlines()
    mentions(line, made.name, REGION)
    assert "s3://" not in line


def test_a_lake_left_by_a_stack_that_is_gone_can_still_be_deleted(made: Made) -> None:
    made.up("--yes")
    made.down("--yes")
    mentions(made.down("--yes").out, made.name, f"s3://{made.bucket}", "`--delete-lake`")
    assert made.down("--delete-lake", "--yes").status == 0
    assert made.buckets() == []


def test_down_wants_the_stacks_name_typed(made: Made) -> None:
    made.up("--yes")
    said = made.down("--delete-lake", answer="yes\n")
    assert said.status == 1
    assert [line for line in said.out.splitlines() if line.strip().startswith("deleted ") and f"s3://{made.bucket}" in line]
    assert made.stack()["StackStatus"] == "CREATE_COMPLETE"
    assert made.buckets() == [made.bucket]


def snapshots(made: Made) -> list[str]:
    found = made.client("redshift").describe_cluster_snapshots()["Snapshots"]
    return [s["SnapshotIdentifier"] for s in found if s["ClusterIdentifier"] == made.name]


def test_a_final_snapshot_is_there_after_the_cluster(made: Made) -> None:
    made.up("--yes")
    said = made.down("--yes")
    assert said.status == 0, said.reason
    (snapshot,) = snapshots(made)
    assert snapshot.startswith(f"{made.name}-final-")
    mentions(said.out.splitlines()[-1], made.name, f"s3://{made.bucket}", snapshot)


def test_without_a_final_snapshot_nothing_of_the_warehouse_is_left(made: Made) -> None:
    made.up("--yes")
    said = made.down("--no-final-snapshot", "--yes")
    assert said.status == 0, said.reason
    assert snapshots(made) == []
    assert "snapshot" not in said.out.splitlines()[-1]


def test_a_snapshot_that_cannot_be_taken_keeps_the_stack(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    made.up("--yes")
    made.client("redshift").delete_cluster(ClusterIdentifier=made.name, SkipFinalClusterSnapshot=True)
    state = warehouse.WarehouseState("deleting", None, 5439, "dev", None, None)
    monkeypatch.setattr(warehouse, "describe", lambda *_: state)
    said = made.down("--yes")
    assert said.status == 1
    mentions(said.reason, f"{made.name}-final-", "CreateClusterSnapshot", "--no-final-snapshot")
    assert made.stack()["StackStatus"] == "CREATE_COMPLETE"
    assert made.protected == [True]


def test_the_protection_is_lifted_only_after_the_name_was_typed(made: Made) -> None:
    made.up("--yes")
    assert made.protected == [True]
    made.down(answer="yes\n")
    assert made.protected == [True]
    made.down("--no-final-snapshot", answer=f"{made.name}\n")
    assert made.protected == [True, False]


def test_down_says_so_if_the_cluster_outlives_the_stack(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    made.up("--yes")
    monkeypatch.setattr(Made, "delete_rest", lambda self: None)
    said = made.down("--yes")
    assert said.status == 1
    mentions(said.reason, made.name, "available")


def test_a_stack_and_a_bucket_of_somebody_else_are_left_alone(made: Made) -> None:
    made.client("cloudformation").create_stack(StackName=made.name, TemplateBody='{"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}')
    for said in (made.up("--yes"), made.down("--yes"), say("status", "--stack", made.name), say("env", "--stack", made.name)):
        assert said.status == 1
        mentions(said.reason, made.name, REGION, "sparkify:stack", "--stack")
    assert made.stack()["StackStatus"] == "CREATE_COMPLETE"


def test_a_bucket_that_was_there_is_used_only_if_it_is_named_and_never_deleted(made: Made) -> None:
    s3 = made.client("s3")
    s3.create_bucket(Bucket=made.bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    mentions(made.up("--yes").reason, made.name, f"--lake {made.bucket}")
    assert made.up("--yes", "--lake", made.bucket).status == 0
    refused = made.down("--delete-lake", "--yes")
    assert refused.status == 1
    mentions(refused.reason, made.bucket, made.name)
    assert (made.stack()["StackStatus"], made.buckets()) == ("CREATE_COMPLETE", [made.bucket])
    assert made.down("--yes").status == 0
    assert made.buckets() == [made.bucket]
    s3.delete_bucket(Bucket=made.bucket)


def test_what_is_not_there_is_told_with_the_command_that_makes_it(made: Made) -> None:
    for command in ("status", "env"):
        said = say(command, "--stack", made.name)
        assert said.status == 1
        mentions(said.reason, f"`sparkify cluster up --stack {made.name} --region {REGION}`", "--region")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ([], ("--cidr",)),
        (["--cidr", "0.0.0.0/0"], ("--cidr", "0.0.0.0/0")),
        (["--cidr", "10.0.0.1/16"], ("--cidr", "10.0.0.1/16")),
        (["--cidr", "10.0.0.0/16", "--node-type", "ra3.large"], ("--node-type", "provisioned", "serverless")),
        (["--cidr", "10.0.0.0/16", "--kind", "provisioned", "--rpu", "8"], ("--rpu", "serverless", "provisioned")),
        (["--cidr", "10.0.0.0/16", "--vpc", "vpc-12345678"], ("vpc-12345678", "us-west-2", "--vpc", "--region")),
        (["--cidr", "10.0.0.0/16", "--subnet", "subnet-12345678"], ("InvalidSubnetID.NotFound", "DescribeSubnets")),
    ],
)
def test_an_option_that_cannot_be_used_is_named(options: list[str], told: tuple[str, ...], made: Made) -> None:
    said = say("up", "--stack", made.name, "--yes", *options)
    assert said.status == 1
    mentions(said.reason, *told)


def test_serverless_wants_three_zones(made: Made) -> None:
    subnets = made.client("ec2").describe_subnets()["Subnets"][:2]
    named = [word for s in subnets for word in ("--subnet", s["SubnetId"])]
    said = say("up", "--stack", made.name, "--cidr", "10.0.0.0/16", "--yes", *named)
    mentions(said.reason, "serverless", " 3 ", " 2 ", "--vpc", "--subnet", "--kind provisioned")
    assert f"{subnets[0]['VpcId']}: {subnets[0]['SubnetId']}, {subnets[1]['SubnetId']}" in made.up(*named, answer="n\n").out


def test_without_a_default_network_one_must_be_named(made: Made) -> None:
    region = "eu-north-1"
    ec2 = made.aws.session().client("ec2", region_name=region, endpoint_url=made.aws.endpoint)
    for subnet in ec2.describe_subnets()["Subnets"]:
        ec2.delete_subnet(SubnetId=subnet["SubnetId"])
    for vpc in ec2.describe_vpcs()["Vpcs"]:
        ec2.delete_vpc(VpcId=vpc["VpcId"])
    said = made.up("--yes", "--region", region)
    assert said.status == 1
    mentions(said.reason, region, "--vpc", "--subnet", f"`aws ec2 create-default-vpc --region {region}`")


def test_addresses_of_the_internet_reach_a_private_warehouse_by_no_way_and_that_is_said(made: Made) -> None:
    options = ("up", "--stack", made.name, "--cidr", "203.0.114.7/32")
    private = say(*options, answer="n\n").out
    mentions(line_of("note", private), "203.0.114.7/32", "--public")
    public = say(*options, "--public", answer="n\n").out
    assert ("not public" in line_of("warehouse", private), "not public" in line_of("warehouse", public)) == (True, False)
    mentions(line_of("warehouse", public), "public")
    assert line_of("note", public) == ""
