"""The warehouse of a stack, as Redshift reports it: state and address, snapshots, and a limit of its cost.

Put here requests to Redshift's management API. Do not put here SQL (the package warehouse).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from sparkify_assets.aws.account import Account
from sparkify_assets.aws.errors import CloudError, aws_errors, code_of

SERVERLESS, PROVISIONED = "serverless", "provisioned"
ABSENT = {"ClusterNotFound", "ClusterNotFoundFault", "ResourceNotFoundException", "ClusterSnapshotNotFound"}


@dataclass(frozen=True)
class WarehouseState:
    """A cluster, or a workgroup with its namespace."""

    status: str
    """Redshift's status in lower case: available, paused, creating ..."""
    host: str | None
    """None until it has an address."""
    port: int
    database: str
    secret: str | None
    """ARN of the secret in which Redshift manages the administrator's user and password; None if it manages none."""
    created: datetime | None


def describe(account: Account, kind: str, name: str) -> WarehouseState | None:
    """The warehouse's state; None if it does not exist. Raises CloudError."""
    with aws_errors(f"asking Redshift about {name}", _service(kind)):
        try:
            return _serverless(account, name) if kind == SERVERLESS else _provisioned(account, name)
        except ClientError as e:
            if code_of(e) in ABSENT:
                return None
            raise


def _service(kind: str) -> str:
    return "redshift-serverless" if kind == SERVERLESS else "redshift"


def _provisioned(account: Account, name: str) -> WarehouseState:
    found = account.client("redshift").describe_clusters(ClusterIdentifier=name)["Clusters"][0]
    end = found.get("Endpoint") or {}
    status, made = found["ClusterStatus"].lower(), found.get("ClusterCreateTime")
    return WarehouseState(status, end.get("Address"), end.get("Port", 5439), found["DBName"], found.get("MasterPasswordSecretArn"), made)


def _serverless(account: Account, name: str) -> WarehouseState:
    client = account.client("redshift-serverless")
    space = client.get_namespace(namespaceName=name)["namespace"]
    secret, database, made = space.get("adminPasswordSecretArn"), space.get("dbName", "dev"), space.get("creationDate")
    try:
        group = client.get_workgroup(workgroupName=name)["workgroup"]
    except ClientError as e:
        if code_of(e) not in ABSENT:
            raise
        return WarehouseState("without a workgroup", None, 5439, database, secret, made)
    end = group.get("endpoint") or {}
    return WarehouseState(group["status"].lower(), end.get("address"), end.get("port", 5439), database, secret, made)


def start_snapshot(account: Account, kind: str, name: str, snapshot: str) -> None:
    """Start a snapshot, which outlives the warehouse. Raises CloudError."""
    with aws_errors(f"taking the snapshot {snapshot}", _service(kind)):
        if kind == SERVERLESS:
            account.client("redshift-serverless").create_snapshot(namespaceName=name, snapshotName=snapshot)
        else:
            account.client("redshift").create_cluster_snapshot(ClusterIdentifier=name, SnapshotIdentifier=snapshot)


def follow_snapshot(account: Account, kind: str, snapshot: str) -> Iterator[str]:
    """Yield the snapshot's status at each step, until it is available. Raises CloudError if it fails."""
    while True:
        with aws_errors(f"asking for the snapshot {snapshot}", _service(kind)):
            status = _snapshot(account, kind, snapshot)
        yield status
        if status == "available":
            return
        if status not in ("creating", "copying"):
            raise CloudError(f"the snapshot {snapshot} is {status}; expected it to become available. Nothing was deleted")


def _snapshot(account: Account, kind: str, snapshot: str) -> str:
    if kind == SERVERLESS:
        return account.client("redshift-serverless").get_snapshot(snapshotName=snapshot)["snapshot"]["status"].lower()
    return account.client("redshift").describe_cluster_snapshots(SnapshotIdentifier=snapshot)["Snapshots"][0]["Status"].lower()


def limit(account: Account, name: str, rpu_hours: int) -> None:
    """Limit a workgroup's RPU hours per day (0: no limit), which CloudFormation cannot. Raises CloudError."""
    client = account.client("redshift-serverless")
    with aws_errors(f"limiting what {name} may cost", "redshift-serverless"):
        group = client.get_workgroup(workgroupName=name)["workgroup"]["workgroupArn"]
        found: list[dict[str, Any]] = client.list_usage_limits(resourceArn=group, usageType="serverless-compute")["usageLimits"]
        daily = next((one for one in found if one["period"] == "daily"), None)
        if daily is None and rpu_hours:
            client.create_usage_limit(
                resourceArn=group, usageType="serverless-compute", amount=rpu_hours, period="daily", breachAction="deactivate"
            )
        elif daily and not rpu_hours:
            client.delete_usage_limit(usageLimitId=daily["usageLimitId"])
        elif daily and daily["amount"] != rpu_hours:
            client.update_usage_limit(usageLimitId=daily["usageLimitId"], amount=rpu_hours, breachAction="deactivate")
