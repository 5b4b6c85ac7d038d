"""``sparkify cluster`` against moto's server: it really makes, shows and deletes what the template says.

moto's CloudFormation leaves out what it does not know (bucket policy, public access block, versioning; test_template.py reads those), keeps
what says Retain and not what says RetainExceptOnCreate, and names clusters by itself: so it gets the template with Retain and without the
cluster, which a test makes and deletes by Redshift's API.  It knows no serverless Redshift, no managed password, and cannot update this
stack: test_asking.py has those, by Stubber.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Any

import pytest

from sparkify_assets.aws import stack as stacks
from sparkify_assets_tests.aws.conftest import parsed, say
from sparkify_assets_tests.emulators.s3.server import REGION, S3Server
from sparkify_assets_tests.support import mentions

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("cloud")]

NUMBERS = count(1)
ACCOUNT = "123456789012"


@dataclass
class Made:
    """A stack's name, free at first, and the AWS it will be in."""

    name: str
    aws: S3Server

    @property
    def bucket(self) -> str:
        return f"{self.name}-lake-{ACCOUNT}-{REGION}"

    def client(self, service: str) -> Any:
        return _client(self.aws, service)

    def up(self, *more: str, answer: str = "") -> Any:
        return say("up", "--stack", self.name, "--kind", "provisioned", "--cidr", "10.0.0.0/16", *more, answer=answer)

    def down(self, *more: str, answer: str = "") -> Any:
        return say("down", "--stack", self.name, *more, answer=answer)

    def cluster(self) -> None:
        """What CloudFormation would make, and moto's does not."""
        self.client("redshift").create_cluster(
            ClusterIdentifier=self.name, NodeType="ra3.large", MasterUsername="admin", ClusterType="single-node", DBName="dev"
        )

    def stack(self) -> dict[str, Any]:
        return self.client("cloudformation").describe_stacks(StackName=self.name)["Stacks"][0]

    def buckets(self) -> list[str]:
        return [b["Name"] for b in self.client("s3").list_buckets()["Buckets"] if b["Name"] == self.bucket]


@pytest.fixture
def made(aws: S3Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Made]:
    monkeypatch.setattr(stacks, "template", for_moto)
    one = Made(f"test-{next(NUMBERS)}", aws)
    yield one
    one.client("cloudformation").delete_stack(StackName=one.name)


@cache
def _client(aws: S3Server, service: str) -> Any:
    return aws.client(service)


def line_of(label: str, text: str) -> str:
    """What stands beside a label; nothing where there is no such line."""
    return "".join(line.removeprefix(label).strip() for line in text.splitlines() if line.startswith(f"{label} "))


def for_moto() -> str:
    template = json.loads(json.dumps(parsed()).replace("RetainExceptOnCreate", "Retain"))
    del template["Resources"]["Cluster"], template["Outputs"]["Host"], template["Outputs"]["ClusterIdentifier"]
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
    made.cluster()
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


def test_status_shows_the_stack(made: Made) -> None:
    made.cluster()
    made.up("--yes")
    said = say("status", "--stack", made.name)
    assert said.status == 0
    rows = {line[:15].strip(): line[15:].strip() for line in said.out.splitlines()}
    assert rows["stack"] == f"{made.name}: CREATE_COMPLETE"
    assert rows["lake"] == f"s3://{made.bucket}"
    assert rows["warehouse"] == "provisioned: available"
    assert rows["address"].endswith(f".{REGION}.redshift.amazonaws.com:5439/dev")
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
    last = made.down("--delete-lake", "--yes").out.splitlines()[-1]
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


def test_a_final_snapshot_is_there_after_the_cluster(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    made.cluster()
    made.up("--yes")
    delete = stacks.delete

    def with_the_cluster(account: Any, stack: stacks.Stack) -> None:
        delete(account, stack)
        made.client("redshift").delete_cluster(ClusterIdentifier=made.name, SkipFinalClusterSnapshot=True)

    monkeypatch.setattr(stacks, "delete", with_the_cluster)
    said = made.down("--final-snapshot", "--yes")
    assert said.status == 0, said.reason
    (snapshot,) = made.client("redshift").describe_cluster_snapshots(ClusterIdentifier=made.name)["Snapshots"]
    assert snapshot["SnapshotIdentifier"].startswith(f"{made.name}-final-")
    mentions(said.out.splitlines()[-1], made.name, f"s3://{made.bucket}", snapshot["SnapshotIdentifier"])


def test_down_says_so_if_the_cluster_outlives_the_stack(made: Made) -> None:
    made.cluster()
    made.up("--yes")
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
